// SPDX-License-Identifier: GPL-2.0
/* Tracepoint probes with the prototype that each kernel calls them by. */
#include "compat/tracepoints.h"

#include <linux/string.h>
#include <linux/tracepoint.h>

static const struct vmi_process_hooks *active_hooks;	/* written before attaching, cleared after detaching */
static struct tracepoint *newtask_tracepoint;
static struct tracepoint *exit_tracepoint;

/* clone_flags are 64 bits wide since v6.18; told by the tracepoint's own prototype. */
#ifdef VMI_NEWTASK_FLAGS_ARE_U64
static void newtask_probe(void *data, struct task_struct *task, u64 clone_flags)
#else
static void newtask_probe(void *data, struct task_struct *task, unsigned long clone_flags)
#endif
{
	active_hooks->new_task(task, clone_flags);
}

/* group_dead came with v6.16. */
#ifdef VMI_EXIT_HAS_GROUP_DEAD
static void exit_probe(void *data, struct task_struct *task, bool group_dead)
#else
static void exit_probe(void *data, struct task_struct *task)
#endif
{
	active_hooks->task_exit(task);
}

static void remember_tracepoint(struct tracepoint *tracepoint, void *unused)
{
	if (!strcmp(tracepoint->name, "task_newtask"))
		newtask_tracepoint = tracepoint;
	else if (!strcmp(tracepoint->name, "sched_process_exit"))
		exit_tracepoint = tracepoint;
}

int vmi_tracepoints_attach(const struct vmi_process_hooks *hooks)
{
	int ret;

	for_each_kernel_tracepoint(remember_tracepoint, NULL);
	if (!newtask_tracepoint || !exit_tracepoint)
		return -ENOENT;
	active_hooks = hooks;
	ret = tracepoint_probe_register(exit_tracepoint, exit_probe, NULL);
	if (ret)
		return ret;
	ret = tracepoint_probe_register(newtask_tracepoint, newtask_probe, NULL);
	if (ret) {
		tracepoint_probe_unregister(exit_tracepoint, exit_probe, NULL);
		tracepoint_synchronize_unregister();
	}
	return ret;
}

void vmi_tracepoints_detach(void)
{
	tracepoint_probe_unregister(newtask_tracepoint, newtask_probe, NULL);
	tracepoint_probe_unregister(exit_tracepoint, exit_probe, NULL);
	tracepoint_synchronize_unregister();
	active_hooks = NULL;
}

static const char * const reclaim_names[] = {
	"mm_vmscan_kswapd_wake",
	"mm_vmscan_direct_reclaim_begin",
	"mm_vmscan_memcg_reclaim_begin",
};

static struct tracepoint *reclaim_tracepoints[ARRAY_SIZE(reclaim_names)];
static void (*reclaim_woken)(void);	/* written before attaching, cleared after detaching */

/* These tracepoints' arguments differ between each other and between kernels; none is looked at. */
static void reclaim_probe(void *data)
{
	reclaim_woken();
}

static void remember_reclaim_tracepoint(struct tracepoint *tracepoint, void *unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reclaim_names); i++)
		if (!strcmp(tracepoint->name, reclaim_names[i]))
			reclaim_tracepoints[i] = tracepoint;
}

static void detach_reclaim_probes(size_t count)
{
	while (count--)
		tracepoint_probe_unregister(reclaim_tracepoints[count], reclaim_probe, NULL);
	tracepoint_synchronize_unregister();
	reclaim_woken = NULL;
}

int vmi_reclaim_tracepoints_attach(void (*woken)(void))
{
	size_t i;

	for_each_kernel_tracepoint(remember_reclaim_tracepoint, NULL);
	reclaim_woken = woken;
	for (i = 0; i < ARRAY_SIZE(reclaim_names); i++) {
		int ret = -ENOENT;

		if (reclaim_tracepoints[i])
			ret = tracepoint_probe_register(reclaim_tracepoints[i], reclaim_probe, NULL);
		if (ret) {
			detach_reclaim_probes(i);
			return ret;
		}
	}
	return 0;
}

void vmi_reclaim_tracepoints_detach(void)
{
	detach_reclaim_probes(ARRAY_SIZE(reclaim_names));
}
