/* SPDX-License-Identifier: GPL-2.0 */
/* The allocator that core/ gets in tests (VMI_TEST_ALLOC): fails on request and counts what is live. */
#ifndef VMI_TESTS_ALLOC_H
#define VMI_TESTS_ALLOC_H

#include "port.h"

/* Lets the nth allocation from now fail, once; 1 is the next one, 0 lets none fail. */
void alloc_fail_nth(size_t nth);

/* True when the failure asked for has happened. */
bool alloc_has_failed(void);

/* Allocations not yet freed. */
size_t alloc_live(void);

#endif /* VMI_TESTS_ALLOC_H */
