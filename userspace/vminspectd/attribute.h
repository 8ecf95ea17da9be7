/* SPDX-License-Identifier: GPL-2.0 */
/* One netlink attribute among bytes that anybody may have written. */
#ifndef VMI_VMINSPECTD_ATTRIBUTE_H
#define VMI_VMINSPECTD_ATTRIBUTE_H

#include <linux/netlink.h>
#include <stddef.h>

/* The bytes of the attribute that begins at `bytes`, with its padding; 0: the `left` bytes there hold no whole one. */
static inline size_t attribute_step(const void *bytes, size_t left)
{
	const struct nlattr *attribute = bytes;
	size_t step;

	if (left < NLA_HDRLEN || attribute->nla_len < NLA_HDRLEN)
		return 0;
	step = NLA_ALIGN(attribute->nla_len);
	return step <= left ? step : 0;
}

#endif /* VMI_VMINSPECTD_ATTRIBUTE_H */
