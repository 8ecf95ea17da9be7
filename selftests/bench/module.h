/* SPDX-License-Identifier: GPL-2.0 */
/* Inserting and removing modules, without the cost of starting a program for it. */
#ifndef VMI_BENCH_MODULE_H
#define VMI_BENCH_MODULE_H

/* Where NAME.ko is. */
extern const char *module_folder;

/* Both fail loudly. Removing waits a few seconds for a module that is in use. */
void module_insert(const char *name);
void module_remove(const char *name);

#endif /* VMI_BENCH_MODULE_H */
