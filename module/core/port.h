/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few things that core/ needs from its surroundings, in the kernel and on the host.
 *
 * core/ is pure C: it is compiled unchanged into the module and, by the unit tests, the fuzzers and the host
 * benchmarks, into ordinary programs under sanitizers. Nothing below may grow a `struct page`, a lock or a
 * version test; what needs those belongs to mm/ or compat/.
 */
#ifndef VMI_CORE_PORT_H
#define VMI_CORE_PORT_H

#ifdef __KERNEL__

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/string.h>

/* May sleep (GFP_KERNEL, falls back to vmalloc); accounted to nobody; NULL when there is no memory. */
static inline void *vmi_alloc_array(size_t count, size_t size)
{
	return kvmalloc_array(count, size, GFP_KERNEL | __GFP_NOWARN);
}

static inline void *vmi_zalloc_array(size_t count, size_t size)
{
	return kvcalloc(count, size, GFP_KERNEL | __GFP_NOWARN);
}

static inline void vmi_free(void *memory)
{
	kvfree(memory);
}

/* For loops that can be long: lets others have the processor. May sleep. */
static inline void vmi_yield(void)
{
	cond_resched();
}

#else /* host */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define min_t(type, a, b) ((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define max_t(type, a, b) ((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

static inline void vmi_yield(void)
{
}

struct atomic64 {
	s64 counter;
};

#define atomic64_t struct atomic64

static inline s64 atomic64_add_return(s64 more, atomic64_t *number)
{
	return __atomic_add_fetch(&number->counter, more, __ATOMIC_SEQ_CST);
}

static inline void atomic64_sub(s64 less, atomic64_t *number)
{
	__atomic_sub_fetch(&number->counter, less, __ATOMIC_SEQ_CST);
}

static inline s64 atomic64_read(const atomic64_t *number)
{
	return __atomic_load_n(&number->counter, __ATOMIC_RELAXED);
}

/* The unit tests replace these three by an allocator that fails on request (userspace/tests/alloc.c). */
#ifdef VMI_TEST_ALLOC
void *vmi_alloc_array(size_t count, size_t size);
void *vmi_zalloc_array(size_t count, size_t size);
void vmi_free(void *memory);
#else
static inline void *vmi_alloc_array(size_t count, size_t size)
{
	return size && count > SIZE_MAX / size ? NULL : malloc(count * size);
}

static inline void *vmi_zalloc_array(size_t count, size_t size)
{
	return calloc(count, size);
}

static inline void vmi_free(void *memory)
{
	free(memory);
}
#endif

#endif /* __KERNEL__ */

#endif /* VMI_CORE_PORT_H */
