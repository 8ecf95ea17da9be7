/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that a tester gives by the environment.
 */
#ifndef SELFTESTS_SETTING_H
#define SELFTESTS_SETTING_H

#include <stdint.h>

/* What the variable `name` says, decimal, octal or hexadecimal; `otherwise` when it is not there or empty. */
uint64_t setting_number(const char *name, uint64_t otherwise);

/* A seed: what the variable `name` says, or another one each time. It is printed, so that a run can be repeated. */
uint64_t setting_seed(const char *name);

#endif /* SELFTESTS_SETTING_H */
