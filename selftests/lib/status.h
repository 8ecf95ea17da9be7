/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Oracle: /proc/PID/status and /proc/PID/stat.
 */
#ifndef SELFTESTS_STATUS_H
#define SELFTESTS_STATUS_H

#include <stdbool.h>
#include <sys/types.h>

/* The number after `NAME:` in /proc/PID/status (kB for Vm… names); -1 when there is none. */
long status_number(pid_t pid, const char *name);

/* The state letter of /proc/PID/stat ('T' = stopped, 'Z' = zombie); 0 when there is no such process. */
char status_state(pid_t pid);

/* True for a kernel thread (PF_KTHREAD among the flags of /proc/PID/stat). */
bool status_is_kernel_thread(pid_t pid);

/* Polls until the state letter is the wanted one; false after about `seconds`. */
bool status_wait_state(pid_t pid, char state, int seconds);

#endif /* SELFTESTS_STATUS_H */
