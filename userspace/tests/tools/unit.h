/* SPDX-License-Identifier: GPL-2.0 */
/* What every C test here includes: cmocka with the headers that it wants first. */
#ifndef VMI_TESTS_TOOLS_UNIT_H
#define VMI_TESTS_TOOLS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#endif /* VMI_TESTS_TOOLS_UNIT_H */
