/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a user without privileges is not told of processes of their own: frame numbers, swap slots, physical addresses
 * and values of table entries, and who else maps a frame, as /proc/PID/pagemap leaves out for them too; and what others
 * do with memory that is not the user's alone: whether a page of a file is in the page cache (for which mincore() was
 * restricted, CVE-2019-5489), the flags, the LRU list, the age and the references of frames that others may map. What
 * is left out stands for zero.
 */
#ifndef VMI_VMINSPECTD_REDACT_H
#define VMI_VMINSPECTD_REDACT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Copies the attributes of a reply to `command` without what is secret, and without what this program does not know,
 * since a newer module's may be. Returns the length, which is `length` at most; 0 also for a reply that is malformed or
 * whose command is not known. `to` has room for `length` bytes and is no part of `from`.
 */
size_t redact(uint8_t command, const void *from, size_t length, void *to);

#endif /* VMI_VMINSPECTD_REDACT_H */
