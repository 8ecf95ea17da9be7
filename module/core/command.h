/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words that can be written to /proc/vminspect/<pid>: one parser for the file and, later, for netlink.
 */
#ifndef VMI_CORE_COMMAND_H
#define VMI_CORE_COMMAND_H

#include "port.h"

/* Longest command accepted, in bytes. */
#define VMI_COMMAND_MAX 256

enum vmi_command_verb {
	VMI_COMMAND_WATCH = 1,
	VMI_COMMAND_UNWATCH = 2,
};

struct vmi_command {
	enum vmi_command_verb verb;
};

/*
 * Parses `length` bytes: one verb, blanks around it and one newline at the end allowed. -EINVAL for anything else
 * (empty, unknown verb, unknown option, a NUL or other control byte, more than VMI_COMMAND_MAX bytes).
 */
int vmi_command_parse(const char *text, size_t length, struct vmi_command *ret);

#endif /* VMI_CORE_COMMAND_H */
