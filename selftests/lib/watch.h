/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watching processes: the commands of /proc/vminspect/PID, and what /proc/vminspect/watches, /proc/vminspect/shadow and
 * the region lines of a watched process say. A key that is not there is a number that no key has: UINT64_MAX, or a
 * fraction below -1.
 */
#ifndef SELFTESTS_WATCH_H
#define SELFTESTS_WATCH_H

#include "shadow.h"
#include "worker.h"

#define WATCHES_FILE SHADOW_DIRECTORY "/watches"
#define WATCH_AGE_BUCKETS 8
#define WATCH_NOTHING UINT64_MAX

/* Has a process watched; options as in `watch key=value ...`. 0 or a negative errno. */
int watch_start(pid_t pid, const char *options);
int watch_stop(pid_t pid);

/* A key of the watch whose root the process is: a number, or a decimal fraction. */
uint64_t watch_number(pid_t pid, const char *key);
double watch_fraction(pid_t pid, const char *key);

/* How many watches there are; accessed bits that the module has written since load. */
unsigned int watch_count(void);
uint64_t watch_bits_written(void);

/* Polls until no process is watched; false after about `seconds`. */
bool watch_wait_none(int seconds);

/*
 * Waits until so many more passes are complete. The pass that runs now is not one of them but in window mode, where
 * the window that is open now is. False after about `seconds`, or when the watch has ended.
 */
bool watch_wait_passes(pid_t pid, unsigned int more, int seconds);

/* Likewise, until there have been so many since the watch began: for one whose next pass is far away. */
bool watch_wait_passes_in_all(pid_t pid, uint64_t wanted, int seconds);

/* Waits until a number of the watch is so large; false as above. */
bool watch_wait_number(pid_t pid, const char *key, uint64_t wanted, int seconds);

/* Waits until a window has opened; false as above. watch_in_window() says whether it still is. */
bool watch_wait_window(pid_t pid, int seconds);
bool watch_in_window(pid_t pid);

/*
 * Lets a worker take a step, and waits for the next pass. True when the step ran between two passes, of which the
 * second is the last one still.
 */
bool watch_step_between_passes(struct worker *worker, int seconds);

/* Has all that the module keeps step by step counted again: 0, or -EUCLEAN when something is wrong (see dmesg). */
int watch_audit(void);

/* A key on the block of a policy in /proc/vminspect/shadow, on its line `line` ("audit", "lists", ...). */
double watch_figure(pid_t pid, const char *policy, const char *line, const char *key);

/*
 * Pages that a policy has on the lists of a node, by the zones of its block; these are told only where there are
 * several.
 */
uint64_t watch_node_pages(pid_t pid, const char *policy, unsigned int node);

/* A key of a process's `# watch` line as it is now. */
uint64_t watch_member_number_now(pid_t pid, const char *key);

/* A key of a member's `# watch` line, of its `# policy name=POLICY` line. */
uint64_t watch_member_number(const struct shadow *shadow, const char *key);
uint64_t watch_member_list(const struct shadow *shadow, const char *policy, const char *list);

/* A key that watching adds to a region. */
uint64_t watch_region_number(const struct shadow_region *region, const char *key);

/* The region's pages by age; false when it has none. */
bool watch_region_ages(const struct shadow_region *region, uint64_t ret[WATCH_AGE_BUCKETS]);

/* Sum of a key over the regions that begin in [start, end). */
uint64_t watch_region_sum(const struct shadow *shadow, uint64_t start, uint64_t end, const char *key);

#endif /* SELFTESTS_WATCH_H */
