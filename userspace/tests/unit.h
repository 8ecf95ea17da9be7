/* SPDX-License-Identifier: GPL-2.0 */
/* What every unit test includes: cmocka with the headers it wants first, the failing allocator, random numbers. */
#ifndef VMI_TESTS_UNIT_H
#define VMI_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "alloc.h"
#include "rng.h"

#endif /* VMI_TESTS_UNIT_H */
