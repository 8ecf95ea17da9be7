// SPDX-License-Identifier: GPL-2.0
/* How this kernel shows the [vsyscall] gate. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "mm/vsyscall.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/setup.h>

#include "compat/vma.h"
#include "core/region.h"

static u32 gate_protection __ro_after_init;

static u32 __init protection_of_mode(const char *mode, u32 otherwise)
{
	if (!strncmp(mode, "emulate", 7))
		return VMI_REGION_READ | VMI_REGION_EXEC;
	if (!strncmp(mode, "xonly", 5))
		return VMI_REGION_EXEC;
	if (!strncmp(mode, "none", 4))
		return 0;
	return otherwise;
}

/* As the kernel's own parser does, the last valid setting wins. */
static u32 __init protection_of_command_line(const char *line, u32 protection)
{
	static const char key[] = "vsyscall=";
	const char *at = line;

	while ((at = strstr(at, key))) {
		bool whole_word = at == line || at[-1] == ' ';

		at += sizeof(key) - 1;
		if (whole_word)
			protection = protection_of_mode(at, protection);
	}
	return protection;
}

void __init vmi_vsyscall_init(void)
{
	char *line = kzalloc(COMMAND_LINE_SIZE + 1, GFP_KERNEL);
	struct file *file;
	loff_t position = 0;

	gate_protection = IS_ENABLED(CONFIG_LEGACY_VSYSCALL_XONLY) ? VMI_REGION_EXEC : 0;
	if (!line)
		return;
	file = filp_open("/proc/cmdline", O_RDONLY, 0);
	if (IS_ERR(file)) {
		pr_info("no /proc/cmdline: taking the kernel's default for [vsyscall]\n");
	} else {
		if (kernel_read(file, line, COMMAND_LINE_SIZE, &position) > 0)
			gate_protection = protection_of_command_line(line, gate_protection);
		filp_close(file, NULL);
	}
	kfree(line);
}

u32 vmi_vsyscall_protection(struct mm_struct *mm)
{
	return vmi_mm_has_vsyscall(mm) ? gate_protection : 0;
}
