// SPDX-License-Identifier: GPL-2.0
/* What goes wrong, on stderr. */
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>

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
	va_list arguments;

	fprintf(stderr, "%s: ", program_name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}
