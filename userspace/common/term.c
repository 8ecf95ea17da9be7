// SPDX-License-Identifier: GPL-2.0
/* What is known of the terminal. */
#include "term.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

size_t term_columns(int fd)
{
	const char *wanted = getenv("COLUMNS");
	struct winsize size;

	if (wanted && atoi(wanted) > 0)
		return atoi(wanted);
	return !ioctl(fd, TIOCGWINSZ, &size) ? size.ws_col : 0;
}

bool term_wants_colour(int fd)
{
	const char *type = getenv("TERM");
	const char *no = getenv("NO_COLOR");

	return isatty(fd) && type && strcmp(type, "dumb") && !(no && *no);
}

bool term_takes_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}
