/* SPDX-License-Identifier: GPL-2.0 */
/* " key=value" pieces of lines. */
#ifndef VMI_IFACE_TEXT_KEYS_H
#define VMI_IFACE_TEXT_KEYS_H

#include "core/score.h"
#include "core/text.h"

#define vmi_put_key(text, name, value) do {				\
	vmi_text_literal(text, " " name "=");				\
	vmi_text_decimal(text, value);					\
} while (0)

#define vmi_put_hex_key(text, name, value) do {				\
	vmi_text_literal(text, " " name "=");				\
	vmi_text_hex(text, value, 0);					\
} while (0)

#define vmi_put_string_key(text, name, value) do {			\
	vmi_text_literal(text, " " name "=");				\
	vmi_text_string(text, value);					\
} while (0)

#define vmi_put_ppm_key(text, name, value) do {				\
	vmi_text_literal(text, " " name "=");				\
	vmi_put_ppm(text, value);					\
} while (0)

/* Parts per million as a fraction of one with four decimals. */
static inline void vmi_put_ppm(struct vmi_text *text, int ppm)
{
	u32 rounded = (abs(ppm) + 50) / 100, digit;

	if (ppm < 0)
		vmi_text_char(text, '-');
	vmi_text_decimal(text, rounded / 10000);
	vmi_text_char(text, '.');
	for (digit = 1000; digit; digit /= 10)
		vmi_text_char(text, '0' + rounded / digit % 10);
}

#endif /* VMI_IFACE_TEXT_KEYS_H */
