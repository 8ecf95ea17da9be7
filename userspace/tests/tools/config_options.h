/* SPDX-License-Identifier: GPL-2.0 */
/* A few options of different types, as a daemon may have: what tests have configuration files say. */
#ifndef VMI_TESTS_CONFIG_OPTIONS_H
#define VMI_TESTS_CONFIG_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "common/args.h"

struct values {
	const char *listen;
	uint64_t processes;
	uint64_t interval;
};

static const struct args_option options[] = {
	{ "listen", 0, "ADDRESS", &args_text, offsetof(struct values, listen), "" },
	{ "processes", 0, "NUMBER", &args_count, offsetof(struct values, processes), "" },
	{ "interval", 0, "SECONDS", &args_seconds, offsetof(struct values, interval), "" },
	{ 0 },
};

#endif /* VMI_TESTS_CONFIG_OPTIONS_H */
