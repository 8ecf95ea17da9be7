// SPDX-License-Identifier: GPL-2.0
/* vminspect: a shadow of live processes' virtual memory. Loading, unloading and the module's parameters. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <asm/cpufeature.h>

#include "iface/netlink.h"
#include "iface/procfs.h"
#include "mm/target.h"
#include "mm/vsyscall.h"

#define HOLD_US_MIN 50
#define HOLD_US_MAX 100000

module_param_named(hold_us, vmi_hold_limit_us, uint, 0444);
MODULE_PARM_DESC(hold_us, "longest hold of a target's mmap lock, in microseconds (50..100000, default 250)");

static int __init check_parameters(void)
{
	if (vmi_hold_limit_us >= HOLD_US_MIN && vmi_hold_limit_us <= HOLD_US_MAX)
		return 0;
	pr_err("hold_us=%u: must be %u..%u microseconds\n", vmi_hold_limit_us, HOLD_US_MIN, HOLD_US_MAX);
	return -EINVAL;
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
	vmi_vsyscall_init();
	ret = vmi_procfs_init();
	if (ret)
		return ret;
	ret = vmi_netlink_init();
	if (ret)
		vmi_procfs_deinit();
	return ret;
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
