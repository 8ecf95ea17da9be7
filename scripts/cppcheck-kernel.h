/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Macros that make up statements, as cppcheck is to see them: iterators of the kernel and of libmnl are loops that set
 * their cursor, the test harness's expectations may be followed by a block. It reads our sources without their headers
 * and would know neither. No compiler ever sees this file.
 */
#define list_for_each_entry(pos, head, member)			for (pos = any(head); pos; pos = any(pos))
#define list_for_each_entry_rcu(pos, head, member)		for (pos = any(head); pos; pos = any(pos))
#define list_for_each_entry_safe(pos, n, head, member)		for (pos = any(head), n = pos; pos; pos = n)
#define llist_for_each_entry_safe(pos, n, head, member)		for (pos = any(head), n = pos; pos; pos = n)
#define hlist_for_each_entry(pos, head, member)			for (pos = any(head); pos; pos = any(pos))
#define hlist_for_each_entry_rcu(pos, head, member)		for (pos = any(head); pos; pos = any(pos))
#define hash_for_each(table, bucket, pos, member)		for (bucket = 0, pos = any(table); pos; pos = any(pos))
#define hash_for_each_possible(table, pos, member, key)		for (pos = any(table); pos; pos = any(pos))
#define for_each_process(pos)					for (pos = any(0); pos; pos = any(pos))
#define for_each_thread(process, pos)				for (pos = any(process); pos; pos = any(pos))
#define for_each_vma(iterator, vma)				while ((vma = any(&(iterator))))
#define for_each_set_bit_from(bit, bitmap, size)		for (; bit < (size); bit = any(bitmap))
#define xas_for_each(cursor, entry, last)			while ((entry = any(cursor)))
#define mnl_attr_for_each(attribute, message, offset)		while ((attribute = any(message)))
#define mnl_attr_for_each_nested(attribute, outer)		while ((attribute = any(outer)))

#define EXPECT_EQ(expected, seen)				while (any(expected, seen))
#define EXPECT_NE(expected, seen)				while (any(expected, seen))
#define EXPECT_TRUE(seen)					while (any(seen))
#define EXPECT_FALSE(seen)					while (any(seen))
