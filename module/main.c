// SPDX-License-Identifier: GPL-2.0
/* vminspect: a shadow of live processes' virtual memory. Loading, unloading and the module's parameters. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <asm/cpufeature.h>

#include "iface/netlink.h"
#include "iface/procfs.h"
#include "mm/reader_memory.h"
#include "mm/target.h"
#include "mm/vsyscall.h"
#include "watch/watch_list.h"

#define HOLD_US_MIN 50
#define HOLD_US_MAX 100000

module_param_named(hold_us, vmi_hold_limit_us, uint, 0444);
MODULE_PARM_DESC(hold_us, "longest hold of a target's mmap lock, in microseconds (50..100000, default 250)");

module_param_named(watches, vmi_watches_max, uint, 0444);
MODULE_PARM_DESC(watches, "most watches at a time (1..64, default 64)");

static unsigned int watch_mib;
module_param(watch_mib, uint, 0444);
MODULE_PARM_DESC(watch_mib, "memory for the shadows of all watches, in MiB (default 0: an eighth of the machine's)");

static unsigned int capture_mib;
module_param(capture_mib, uint, 0444);
MODULE_PARM_DESC(capture_mib, "memory for what is being read, in MiB (default 0: an eighth of the machine's)");

static int __init check_range(const char *name, unsigned int value, unsigned int least, unsigned int most)
{
	if (value >= least && value <= most)
		return 0;
	pr_err("%s=%u: must be %u..%u\n", name, value, least, most);
	return -EINVAL;
}

static int __init check_parameters(void)
{
	return check_range("hold_us", vmi_hold_limit_us, HOLD_US_MIN, HOLD_US_MAX) ?:
	       check_range("watches", vmi_watches_max, 1, VMI_WATCHES_MAX);
}

static u64 __init bound_bytes(unsigned int mib)
{
	return mib ? (u64)mib << 20 : (u64)totalram_pages() << PAGE_SHIFT >> 3;
}

/* In a Xen PV guest page tables hold machine frames, which only the hypervisor can translate. */
static int __init check_machine(void)
{
	if (!boot_cpu_has(X86_FEATURE_XENPV))
		return 0;
	pr_err("Xen PV guests are not supported: their page tables hold machine frame numbers\n");
	return -EOPNOTSUPP;
}

static int __init vminspect_init(void)
{
	int ret = check_parameters();

	if (ret)
		return ret;
	ret = check_machine();
	if (ret)
		return ret;
	vmi_watch_memory.limit = bound_bytes(watch_mib);
	vmi_reader_memory.limit = bound_bytes(capture_mib);
	vmi_vsyscall_init();
	ret = vmi_procfs_init();
	if (ret)
		return ret;
	/* From here on processes may have work of ours queued. rmmod waits for it, a load that fails does not. */
	ret = vmi_netlink_init();
	if (ret)
		pr_warn("there is no netlink family (%d): files of /proc/vminspect alone\n", ret);
	return 0;
}

static void __exit vminspect_exit(void)
{
	vmi_netlink_deinit();
	vmi_procfs_deinit();
}

module_init(vminspect_init);
module_exit(vminspect_exit);
MODULE_AUTHOR("The vminspect developers");
MODULE_DESCRIPTION("Shadow of live processes' virtual memory");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
