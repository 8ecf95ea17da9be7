/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Becoming somebody with less privilege, for good: to be done in a child. All return false when it did not work.
 */
#ifndef SELFTESTS_PRIVILEGE_H
#define SELFTESTS_PRIVILEGE_H

#include <stdbool.h>
#include <stdint.h>

/* Keeps these capabilities (bits by CAP_*) and no other, whatever the uid. */
bool keep_only(uint64_t capabilities);

/* Users without a name: with nothing, or with single capabilities of the initial user namespace. */
bool as_nobody(void);
bool as_reader_of_everything(void);	/* CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE */
bool as_tracer_of_everything(void);	/* and CAP_SYS_PTRACE */
bool as_admin_of_networks(void);	/* CAP_NET_ADMIN */
bool as_nobody_with_admin(void);	/* CAP_SYS_ADMIN, and what it takes to reach files */

/* Root with all but CAP_SYS_ADMIN. */
bool as_root_without_admin(void);

/* Root of a user namespace of its own, made by root or by nobody. Working directory: /proc. */
bool as_root_of_a_namespace(void);
bool as_nobody_root_of_a_namespace(void);

#endif /* SELFTESTS_PRIVILEGE_H */
