/* SPDX-License-Identifier: GPL-2.0 */
/* The symbol namespace that vminspect.ko exports into. */
#ifndef VMI_COMPAT_EXPORT_H
#define VMI_COMPAT_EXPORT_H

#include <linux/export.h>
#include <linux/module.h>

/* "module: Convert symbol namespace to string literal" (v6.13) */
#ifdef VMI_NAMESPACES_ARE_STRINGS
#define VMI_EXPORT(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, "VMINSPECT")
#define VMI_IMPORT		MODULE_IMPORT_NS("VMINSPECT")
#else
#define VMI_EXPORT(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, VMINSPECT)
#define VMI_IMPORT		MODULE_IMPORT_NS(VMINSPECT)
#endif

#endif /* VMI_COMPAT_EXPORT_H */
