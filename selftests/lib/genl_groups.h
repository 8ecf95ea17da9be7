/* SPDX-License-Identifier: GPL-2.0 */
/* Multicast groups of a generic netlink family. */
#ifndef SELFTESTS_GENL_GROUPS_H
#define SELFTESTS_GENL_GROUPS_H

#include <stdint.h>

/* Keeps the numbers of at most `count` groups of the family in ret; how many there were, or a negative errno. */
int genl_groups(const char *family, uint32_t *ret, int count);

/* 0 or the negative errno of joining the group. */
int genl_join(int socket, uint32_t group);

/* Joins at most `count` groups of the family; how many there were, or a negative errno. */
int genl_join_all(int socket, const char *family, int count);

#endif /* SELFTESTS_GENL_GROUPS_H */
