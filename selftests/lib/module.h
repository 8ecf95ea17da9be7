/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loading and unloading vminspect.ko (the file that $VMINSPECT_KO names) by system call, so that a test sees the errno.
 */
#ifndef SELFTESTS_MODULE_H
#define SELFTESTS_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#define MODULE_NAME "vminspect"

/* Path of the module file, or NULL when $VMINSPECT_KO is not set. */
const char *module_file(void);

bool module_loaded(void);

/* Loads with a parameter string ("" for none); 0 or the negative errno of init_module(). */
int module_load(const char *parameters);

/* Unloads without waiting for users to go; 0 or the negative errno of delete_module() (-EAGAIN: in use). */
int module_unload(void);

/* Unloads, trying again while it is in use, for about `seconds`; 0 or the last error. */
int module_unload_wait(int seconds);

/* Loads the module unless it is there already; false when it can be neither found nor loaded. */
bool module_ready(void);

/* Runs modprobe for one of the kernel's own modules; 0 when it is there afterwards. */
int module_probe(const char *name);

/*
 * The name of the module's index-th parameter, read from the file's own declarations; NULL when there are no more.
 * The string is valid until the next call.
 */
const char *module_parameter(size_t index);

#endif /* SELFTESTS_MODULE_H */
