// SPDX-License-Identifier: GPL-2.0
/* Processes: one, or all by rising pid, from the task list; with page counts and tables when asked for. */
#include "iface/netlink_process.h"

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <linux/vminspect.h>

#include "compat/genetlink.h"
#include "iface/netlink_dump.h"
#include "iface/netlink_handlers.h"
#include "iface/netlink_message.h"
#include "iface/netlink_region.h"
#include "iface/netlink_table.h"
#include "mm/capture.h"
#include "watch/process_table.h"
#include "watch/watch_list.h"

/* What a message about a process takes at most. */
#define PROCESS_ROOM 2048

/* What is told of a process. */
struct process_report {
	u32 pid;
	u32 parent;
	u32 uid;
	u32 threads;
	u64 start_time_ns;
	char comm[TASK_COMM_LEN];
	u32 watch;
	bool has_mm;
	struct vmi_mm_facts mm;
	struct vmi_capture *capture;	/* NULL without detail or address space */
};

/* False when the process has been reaped, or is a thread of the kernel. */
static bool read_task(struct pid *process, struct process_report *report)
{
	struct task_struct *task;
	bool found;

	rcu_read_lock();
	task = pid_task(process, PIDTYPE_TGID);
	found = task && !(task->flags & PF_KTHREAD);
	if (found) {
		report->pid = pid_nr(process);
		report->parent = task_tgid_nr(rcu_dereference(task->real_parent));
		report->uid = from_kuid_munged(&init_user_ns, task_cred_xxx(task, euid));
		report->threads = get_nr_threads(task);
		report->start_time_ns = task->start_boottime;
		get_task_comm(report->comm, task);
	}
	rcu_read_unlock();
	return found;
}

/* Id of its watch, or 0. */
static u32 watch_of(struct pid *pid)
{
	struct vmi_process *process = vmi_process_table_find(pid);
	u32 id = 0;

	if (process) {
		id = vmi_watch_list_id_of(process);
		vmi_process_put(process);
	}
	return id;
}

/* 0, also for a process without an address space. To be freed by vmi_capture_free() of its capture. */
static int read_process(struct pid *process, bool detail, struct process_report *report)
{
	int ret;

	memset(report, 0, sizeof(*report));
	if (!read_task(process, report))
		return -ESRCH;
	report->watch = watch_of(process);
	if (detail)
		ret = vmi_capture_process(process, &report->capture);
	else
		ret = vmi_target_mm_facts(process, &report->mm);
	if (!ret && detail)
		report->mm = report->capture->mm;
	report->has_mm = !ret;
	return ret == -ESRCH ? 0 : ret;
}

static void put_segments(struct vmi_message *message, const struct vmi_mm_facts *mm)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_PROCESS_SEGMENTS);

	vmi_put_u64(message, VMI_A_SEGMENTS_START_CODE, mm->start_code);
	vmi_put_u64(message, VMI_A_SEGMENTS_END_CODE, mm->end_code);
	vmi_put_u64(message, VMI_A_SEGMENTS_START_DATA, mm->start_data);
	vmi_put_u64(message, VMI_A_SEGMENTS_END_DATA, mm->end_data);
	vmi_put_u64(message, VMI_A_SEGMENTS_START_BRK, mm->start_brk);
	vmi_put_u64(message, VMI_A_SEGMENTS_BRK, mm->brk);
	vmi_put_u64(message, VMI_A_SEGMENTS_MMAP_BASE, mm->mmap_base);
	vmi_put_u64(message, VMI_A_SEGMENTS_START_STACK, mm->start_stack);
	vmi_put_u64(message, VMI_A_SEGMENTS_ARG_START, mm->arg_start);
	vmi_put_u64(message, VMI_A_SEGMENTS_ARG_END, mm->arg_end);
	vmi_put_u64(message, VMI_A_SEGMENTS_ENV_START, mm->env_start);
	vmi_put_u64(message, VMI_A_SEGMENTS_ENV_END, mm->env_end);
	vmi_put_u64(message, VMI_A_SEGMENTS_TASK_SIZE, mm->task_size);
	vmi_put_nest_end(message, nest);
}

static void put_totals(struct vmi_message *message, const struct vmi_mm_facts *mm)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_PROCESS_TOTALS);

	vmi_put_u64(message, VMI_A_TOTALS_TOTAL_VM, mm->total_vm);
	vmi_put_u64(message, VMI_A_TOTALS_LOCKED_VM, mm->locked_vm);
	vmi_put_u64(message, VMI_A_TOTALS_PINNED_VM, mm->pinned_vm);
	vmi_put_u64(message, VMI_A_TOTALS_DATA_VM, mm->data_vm);
	vmi_put_u64(message, VMI_A_TOTALS_EXEC_VM, mm->exec_vm);
	vmi_put_u64(message, VMI_A_TOTALS_STACK_VM, mm->stack_vm);
	vmi_put_u64(message, VMI_A_TOTALS_RSS_ANON, mm->rss_anon);
	vmi_put_u64(message, VMI_A_TOTALS_RSS_FILE, mm->rss_file);
	vmi_put_u64(message, VMI_A_TOTALS_RSS_SHMEM, mm->rss_shmem);
	vmi_put_u64(message, VMI_A_TOTALS_SWAP, mm->swap);
	vmi_put_u64(message, VMI_A_TOTALS_PGTABLES_BYTES, mm->pgtables_bytes);
	vmi_put_nest_end(message, nest);
}

static void put_index(struct vmi_message *message, const struct vmi_region_set *set)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_PROCESS_INDEX);
	struct vmi_hole largest = { 0 };

	if (set->count)
		largest = vmi_region_largest_hole(set, set->regions[0].start, set->regions[set->count - 1].end);
	vmi_put_u64(message, VMI_A_INDEX_REGIONS, set->count);
	vmi_put_u32(message, VMI_A_INDEX_HEIGHT, vmi_avl_height(&set->tree));
	vmi_put_u64(message, VMI_A_INDEX_HOLES, vmi_region_hole_count(set));
	vmi_put_u64(message, VMI_A_INDEX_LARGEST_START, largest.start);
	vmi_put_u64(message, VMI_A_INDEX_LARGEST_END, largest.end);
	vmi_put_nest_end(message, nest);
}

static void put_tables(struct vmi_message *message, const struct vmi_capture *capture)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_PROCESS_TABLES);
	const struct vmi_table_census *census = &capture->census;
	u64 deposited = capture->counts.deposited;
	u64 cost[VMI_MAX_LEVELS + 1];
	u32 level;

	vmi_table_census_cost(census, cost);
	vmi_put_u32(message, VMI_A_TABLES_LEVELS, census->levels);
	for (level = 1; level <= VMI_MAX_LEVELS; level++) {
		struct nlattr *row = vmi_put_nest(message, VMI_A_TABLES_LEVEL);

		vmi_put_level(message, census, level, cost[level]);
		vmi_put_nest_end(message, row);
	}
	vmi_put_u64(message, VMI_A_TABLES_DEPOSITED, deposited);
	vmi_put_u64(message, VMI_A_TABLES_BYTES, vmi_table_census_bytes(census) + deposited * VMI_TABLE_BYTES);
	vmi_put_nest_end(message, nest);
}

static void put_capture(struct vmi_message *message, const struct vmi_capture *capture)
{
	struct nlattr *nest = vmi_put_nest(message, VMI_A_PROCESS_CAPTURE);

	vmi_put_flag(message, VMI_A_CAPTURE_COMPLETE, capture->complete);
	vmi_put_u64(message, VMI_A_CAPTURE_HOLDS, capture->holds.holds);
	vmi_put_u64(message, VMI_A_CAPTURE_HOLD_MAX, capture->holds.max_ns);
	vmi_put_u64(message, VMI_A_CAPTURE_HOLD_TOTAL, capture->holds.total_ns);
	vmi_put_u64(message, VMI_A_CAPTURE_TORN_REGIONS, capture->torn_regions);
	vmi_put_nest_end(message, nest);
}

void vmi_put_process_name(struct vmi_message *message, struct pid *process)
{
	struct process_report report;

	if (!read_task(process, &report))
		return;
	vmi_put_u64(message, VMI_A_PROCESS_START_TIME, report.start_time_ns);
	vmi_put_string(message, VMI_A_PROCESS_COMM, report.comm);
}

static void put_process(struct vmi_message *message, const struct process_report *report)
{
	vmi_put_u32(message, VMI_A_PROCESS_PID, report->pid);
	vmi_put_u64(message, VMI_A_PROCESS_START_TIME, report->start_time_ns);
	vmi_put_u32(message, VMI_A_PROCESS_PARENT, report->parent);
	vmi_put_u32(message, VMI_A_PROCESS_UID, report->uid);
	vmi_put_u32(message, VMI_A_PROCESS_THREADS, report->threads);
	vmi_put_string(message, VMI_A_PROCESS_COMM, report->comm);
	vmi_put_u32(message, VMI_A_PROCESS_WATCH, report->watch);
	if (!report->has_mm)
		return;
	put_segments(message, &report->mm);
	put_totals(message, &report->mm);
	if (!report->capture)
		return;
	vmi_put_counts(message, VMI_A_PROCESS_COUNTS, &report->capture->counts);
	put_index(message, &report->capture->regions);
	put_tables(message, report->capture);
	put_capture(message, report->capture);
}

int vmi_netlink_get_process(struct sk_buff *request, struct genl_info *info)
{
	struct process_report report;
	struct vmi_message message;
	struct sk_buff *reply;
	struct pid *process;
	int ret;

	if (!vmi_netlink_may(request, info->extack))
		return -EPERM;
	ret = vmi_netlink_find_process(info->attrs, VMI_A_PROCESS_PID, info->extack, &process);
	if (ret)
		return ret;
	ret = read_process(process, info->attrs[VMI_A_PROCESS_DETAIL], &report);
	put_pid(process);
	if (ret == -ESRCH)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VMI_A_PROCESS_PID], "that is a kernel thread");
	if (ret)
		return ret;
	reply = vmi_netlink_new_reply();
	if (reply) {
		vmi_message_begin_reply(&message, reply, info, VMI_CMD_PROCESS_GET);
		put_process(&message, &report);
		vmi_message_end(&message);
	}
	vmi_capture_free(report.capture);
	return reply ? genlmsg_reply(reply, info) : -ENOMEM;
}

/* What is kept from one dumpit() to the next; in cb->ctx. */
struct process_cursor {
	u32 next;			/* lowest pid that was not told yet */
	bool refused;			/* dumpit() is to say so; see vmi_netlink_dump_start() */
};

static_assert(sizeof(struct process_cursor) <= sizeof_field(struct netlink_callback, ctx));

static int check_dump_request(struct netlink_callback *cb)
{
	struct nlattr *pid = vmi_dump_attributes(cb)[VMI_A_PROCESS_PID];

	if (!vmi_netlink_may(cb->skb, cb->extack))
		return -EPERM;
	if (pid) {
		NL_SET_ERR_MSG_ATTR(cb->extack, pid, "a dump tells all processes; ask for one without NLM_F_DUMP");
		return -EINVAL;
	}
	return 0;
}

int vmi_netlink_start_processes(struct netlink_callback *cb)
{
	struct process_cursor *cursor = (struct process_cursor *)cb->ctx;
	int ret = check_dump_request(cb);

	cursor->refused = ret;
	return cb->extack ? ret : 0;
}

/* The process with the lowest pid of at least `number`, referenced; NULL: there is none. */
static struct pid *next_process(u32 number)
{
	struct pid *process;

	rcu_read_lock();
	process = find_ge_pid(number, &init_pid_ns);
	while (process && !pid_task(process, PIDTYPE_TGID))
		process = find_ge_pid(pid_nr(process) + 1, &init_pid_ns);
	get_pid(process);
	rcu_read_unlock();
	return process;
}

/* 0, also when there is nothing to tell of it; -EMSGSIZE: no room. */
static int tell_process(struct sk_buff *skb, struct netlink_callback *cb, struct pid *process)
{
	struct process_report report;
	struct vmi_message message;
	int ret;

	/* Rather than throw away what was captured. */
	if (skb_tailroom(skb) < PROCESS_ROOM)
		return -EMSGSIZE;
	ret = read_process(process, vmi_dump_attributes(cb)[VMI_A_PROCESS_DETAIL], &report);
	if (ret)
		return ret == -ESRCH ? 0 : ret;
	vmi_message_begin_dump(&message, skb, cb, VMI_CMD_PROCESS_GET);
	put_process(&message, &report);
	ret = vmi_message_end(&message);
	vmi_capture_free(report.capture);
	return ret;
}

int vmi_netlink_dump_processes(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct process_cursor *cursor = (struct process_cursor *)cb->ctx;
	struct pid *process;
	int ret = cursor->refused ? check_dump_request(cb) : 0;

	while (!ret && (process = next_process(cursor->next))) {
		ret = tell_process(skb, cb, process);
		if (!ret)
			cursor->next = pid_nr(process) + 1;
		put_pid(process);
		if (!ret && fatal_signal_pending(current))
			ret = -EINTR;
		cond_resched();
	}
	return ret == -EMSGSIZE && skb->len ? skb->len : ret ?: skb->len;
}
