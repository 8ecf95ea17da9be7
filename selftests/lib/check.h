/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The comparisons of /proc/vminspect/PID with the kernel's own files. Each is made between two readings of the
 * oracle that agree, so that nothing the kernel does by itself (khugepaged, ksmd, reclaim) passes for an error.
 * They return the number of differences, the first few of which are printed, or 1 when they could not be made.
 */
#ifndef SELFTESTS_CHECK_H
#define SELFTESTS_CHECK_H

#include "layout.h"
#include "shadow.h"

/* Region lines against /proc/PID/maps, byte for byte. */
unsigned int check_maps(pid_t pid);

/* The same against the maps file at a path (of a thread, say). */
unsigned int check_maps_path(pid_t pid, const char *maps_path);

/* Region by region against smaps: resident, swapped, huge, dirty, shared, anonymous. */
unsigned int check_smaps(pid_t pid);

/* Region by region against counts over pagemap: present, swap entries, mapped once. */
unsigned int check_pagemap(pid_t pid);

/* Without oracle: the states of each region add up to its size; parts are not larger than the whole; sums. */
unsigned int check_states(pid_t pid);

/* `# tables` bytes against VmPTE of status. */
unsigned int check_tables(pid_t pid);

/* `# index`, depth and height describe a valid AVL tree over the regions in their order, or a list up to 32. */
unsigned int check_index(pid_t pid);

/* `# holes` against the gaps between the regions. */
unsigned int check_holes(pid_t pid);

/* What a layout claims of its own regions. */
unsigned int check_claims(pid_t pid, const struct layout_report *report);

/* Counts and prints one difference; quiet after the first ten of a program's test. */
void __attribute__((format(printf, 2, 3))) difference(unsigned int *count, const char *format, ...);

#endif /* SELFTESTS_CHECK_H */
