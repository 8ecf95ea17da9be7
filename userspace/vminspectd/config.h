/* SPDX-License-Identifier: GPL-2.0 */
/* Configuration files: lines "key = value" whose keys are long options; # begins a comment line. */
#ifndef VMI_VMINSPECTD_CONFIG_H
#define VMI_VMINSPECTD_CONFIG_H

#include <stddef.h>

#include "common/args.h"

struct config_error {
	unsigned int line;		/* from 1 */
	char text[160];			/* what is wrong there */
};

/*
 * Takes the values of a text, which is written to and must last as long as the settings: values that are texts point
 * into it. 0 or -EINVAL with *error; what stood before the wrong line is in the settings then.
 */
int config_parse(char *text, const struct args_option *options, void *settings, struct config_error *error);

#endif /* VMI_VMINSPECTD_CONFIG_H */
