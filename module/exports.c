// SPDX-License-Identifier: GPL-2.0
/* What vminspect.ko offers to modules: only what its own benchmark, module/bench/, calls. */
#include "compat/export.h"
#include "core/region.h"
#include "mm/capture.h"
#include "mm/table_walk.h"
#include "mm/target.h"

VMI_EXPORT(vmi_capture_process);
VMI_EXPORT(vmi_capture_free);
VMI_EXPORT(vmi_region_find);
VMI_EXPORT(vmi_target_open);
VMI_EXPORT(vmi_target_close);
VMI_EXPORT(vmi_target_hold);
VMI_EXPORT(vmi_target_release);
VMI_EXPORT(vmi_table_walk_create);
VMI_EXPORT(vmi_table_walk_destroy);
VMI_EXPORT(vmi_table_walk_begin_hold);
VMI_EXPORT(vmi_table_walk_vma);
