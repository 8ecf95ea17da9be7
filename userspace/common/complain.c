// SPDX-License-Identifier: GPL-2.0
/* What goes wrong, on stderr. */
#include "complain.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "utf8.h"

#define COMPLAINT_BYTES 8192		/* with a path or two in it */

static const char *program_name = "vminspect";

void complain_as(const char *program)
{
	program_name = program;
}

const char *complain_name(void)
{
	return program_name;
}

void complain(const char *format, ...)
{
	char raw[COMPLAINT_BYTES], text[COMPLAINT_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	utf8_copy_for_terminal(text, sizeof(text), raw, SIZE_MAX);
	fprintf(stderr, "%s: %s\n", program_name, text);
}
