/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's iterators as cppcheck is to see them: loops that set their cursor. It reads the module without the
 * kernel's headers, and would not know these for loops otherwise. No compiler ever sees this file.
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
#define xas_for_each(cursor, entry, last)			while ((entry = any(cursor)))
