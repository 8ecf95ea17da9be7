// SPDX-License-Identifier: GPL-2.0
/* A made-up machine: processes, watches and notifications. world_memory.c has the regions, pages and tables. */
#include "world.h"

#include <errno.h>
#include <string.h>

#include "world_memory.h"

static const struct fake_ack fine = { .attribute = -1, .missing = -1 };

/* --- the module and its processes --------------------------------------------------------------------------------- */

static void answer_module(struct fake *fake)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_MODULE_GET, 0);

	mnl_attr_put_strz(m, VMI_A_MODULE_VERSION, "0.1");
	mnl_attr_put_u64(m, VMI_A_MODULE_FEATURES, VMINSPECT_FEATURES_WATCHES | VMINSPECT_FEATURES_PAGE_YOUNG);
	mnl_attr_put_u32(m, VMI_A_MODULE_LRU_KIND, VMINSPECT_LRU_KIND_CLASSIC);
	mnl_attr_put_u32(m, VMI_A_MODULE_TABLE_LEVELS, 4);
	mnl_attr_put_u32(m, VMI_A_MODULE_HOLD_LIMIT, 250);
	mnl_attr_put_u32(m, VMI_A_MODULE_WATCHES_MAX, 64);
	mnl_attr_put_u32(m, VMI_A_MODULE_WATCHES, 2);
	mnl_attr_put_u64(m, VMI_A_MODULE_WATCH_MEMORY_MAX, 496ull << 20);
	mnl_attr_put_u64(m, VMI_A_MODULE_WATCH_MEMORY, 9ull << 20);
	mnl_attr_put_u64(m, VMI_A_MODULE_CAPTURE_MEMORY_MAX, 496ull << 20);
	mnl_attr_put_u64(m, VMI_A_MODULE_CAPTURE_MEMORY, 40ull << 10);
	fake_acknowledge(fake, &fine);
}

static const struct process {
	uint32_t pid, parent, uid, threads, watch;
	const char *comm;
	uint64_t total, anon, file, shmem, swap, tables;
} processes[] = {
	{ 1, 0, 0, 1, 0, "systemd", 41000, 900, 1700, 0, 12, 98304 },
	{ 1234, 1, 4242, 1, 1, "postgres", 52000, 3000, 2100, 8000, 700, 221184 },
	{ 1240, 1234, 4242, 3, 0, "postgres", 51000, 800, 1900, 4000, 0, 196608 },
	{ 2000, 1, 4243, 1, 2, "caf\xe9\x1b[31m", 600, 50, 20, 0, 0, 45056 },
	{ 2001, 1234, 4242, 1, 0, "gone", 0, 0, 0, 0, 0, 0 },
	{ 3000, 1, 0, 8, 0, "busy", 900000, 220000, 30, 0, 0, 1904640 },
};

#define PROCESSES (sizeof(processes) / sizeof(processes[0]))

static const struct process *find_process(uint32_t pid)
{
	size_t i;

	for (i = 0; i < PROCESSES; i++)
		if (processes[i].pid == pid)
			return &processes[i];
	return NULL;
}

static void refuse_process(struct fake *fake, uint16_t attribute)
{
	fake_acknowledge(fake, &(struct fake_ack){ -ESRCH, "no process of that pid", attribute, -1 });
}

static void put_totals(struct nlmsghdr *m, const struct process *process)
{
	struct nlattr *nest = mnl_attr_nest_start(m, VMI_A_PROCESS_TOTALS);

	mnl_attr_put_u64(m, VMI_A_TOTALS_TOTAL_VM, process->total);
	mnl_attr_put_u64(m, VMI_A_TOTALS_RSS_ANON, process->anon);
	mnl_attr_put_u64(m, VMI_A_TOTALS_RSS_FILE, process->file);
	mnl_attr_put_u64(m, VMI_A_TOTALS_RSS_SHMEM, process->shmem);
	mnl_attr_put_u64(m, VMI_A_TOTALS_SWAP, process->swap);
	mnl_attr_put_u64(m, VMI_A_TOTALS_PGTABLES_BYTES, process->tables);
	mnl_attr_nest_end(m, nest);
}

static void put_detail(struct nlmsghdr *m, const struct process *process)
{
	struct nlattr *nest = mnl_attr_nest_start(m, VMI_A_PROCESS_COUNTS);

	mnl_attr_put_u64(m, VMI_A_COUNTS_PRESENT, process->anon + process->file + process->shmem);
	mnl_attr_put_u64(m, VMI_A_COUNTS_YOUNG, process->anon / 2);
	mnl_attr_put_u64(m, VMI_A_COUNTS_DIRTY, process->anon / 3);
	mnl_attr_put_u64(m, VMI_A_COUNTS_COW, process->anon / 5);
	mnl_attr_nest_end(m, nest);
	nest = mnl_attr_nest_start(m, VMI_A_PROCESS_INDEX);
	mnl_attr_put_u64(m, VMI_A_INDEX_REGIONS, process->pid % 100 + 1);
	mnl_attr_put_u32(m, VMI_A_INDEX_HEIGHT, process->pid % 100 + 1 > 32 ? 6 : 0);
	mnl_attr_nest_end(m, nest);
}

static void put_process(struct fake *fake, const struct process *process, bool detail, uint16_t flags)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_PROCESS_GET, flags);

	mnl_attr_put_u32(m, VMI_A_PROCESS_PID, process->pid);
	mnl_attr_put_u64(m, VMI_A_PROCESS_START_TIME, process->pid * 1000000ull);
	mnl_attr_put_u32(m, VMI_A_PROCESS_PARENT, process->parent);
	mnl_attr_put_u32(m, VMI_A_PROCESS_UID, process->uid);
	mnl_attr_put_u32(m, VMI_A_PROCESS_THREADS, process->threads);
	mnl_attr_put_strz(m, VMI_A_PROCESS_COMM, process->comm);
	mnl_attr_put_u32(m, 200, 7);	/* what a newer module may tell */
	if (process->watch)
		mnl_attr_put_u32(m, VMI_A_PROCESS_WATCH, process->watch);
	if (!process->total)
		return;
	put_totals(m, process);
	if (detail)
		put_detail(m, process);
}

/* Others like the one that is not watched, so many that what is told of them is long. */
static void put_crowd(struct fake *fake, uint32_t count)
{
	struct process process = processes[0];

	process.comm = "crowd";
	for (process.pid = 100000; process.pid < 100000 + count; process.pid++)
		put_process(fake, &process, false, NLM_F_MULTI);
}

static void answer_processes(struct fake *fake, const struct fake_request *request, const struct world *world)
{
	const struct process *process = find_process(fake_number(request, VMI_A_PROCESS_PID, 0));
	bool detail = fake_has(request, VMI_A_PROCESS_DETAIL);
	size_t i;

	if (!request->dump && !process) {
		refuse_process(fake, VMI_A_PROCESS_PID);
	} else if (!request->dump) {
		put_process(fake, process, detail, 0);
		fake_acknowledge(fake, &fine);
	} else {
		for (i = 0; i < PROCESSES; i++)
			put_process(fake, &processes[i], detail, NLM_F_MULTI);
		put_crowd(fake, world->crowd);
		fake_done(fake, 0, 0);
	}
}

/* --- watches ------------------------------------------------------------------------------------------------------ */

static void put_parameter(struct nlmsghdr *m, uint16_t attribute, const char *name, uint64_t value, uint64_t normal)
{
	struct nlattr *nest = mnl_attr_nest_start(m, attribute);

	mnl_attr_put_strz(m, VMI_A_PARAMETER_NAME, name);
	mnl_attr_put_u64(m, VMI_A_PARAMETER_VALUE, value);
	mnl_attr_put_u64(m, VMI_A_PARAMETER_DEFAULT, normal);
	mnl_attr_put_u64(m, VMI_A_PARAMETER_LEAST, 1);
	mnl_attr_put_u64(m, VMI_A_PARAMETER_MOST, 127);
	mnl_attr_nest_end(m, nest);
}

static void put_watch(struct fake *fake, uint8_t command, uint32_t id, uint32_t pid, uint16_t flags)
{
	struct nlmsghdr *m = fake_message(fake, command, flags);
	bool tree = id == 2;

	mnl_attr_put_u32(m, VMI_A_WATCH_ID, id);
	mnl_attr_put_u32(m, VMI_A_WATCH_PID, pid);
	mnl_attr_put_u32(m, VMI_A_WATCH_SCOPE, tree ? VMINSPECT_WATCH_SCOPE_DESCENDANTS : VMINSPECT_WATCH_SCOPE_SELF);
	mnl_attr_put_u32(m, VMI_A_WATCH_MODE, tree ? VMINSPECT_WATCH_MODE_EXACT : VMINSPECT_WATCH_MODE_WINDOW);
	mnl_attr_put_u32(m, VMI_A_WATCH_POLICIES, tree ? 0x8 : 0x1f);
	mnl_attr_put_u64(m, VMI_A_WATCH_PERIOD, 1000000000);
	mnl_attr_put_u64(m, VMI_A_WATCH_WINDOW, 50000000);
	mnl_attr_put_u32(m, VMI_A_WATCH_BUDGET, 10000);
	if (tree)
		mnl_attr_put_u64(m, VMI_A_WATCH_MEMORY_LIMIT, 64 << 20);
	else
		mnl_attr_put_u32(m, VMI_A_WATCH_MEMORY_SHARE, 50000);
	if (tree)
		mnl_attr_put_u32(m, VMI_A_WATCH_RSS_SHARE, 750000);
	mnl_attr_put_u32(m, VMI_A_WATCH_PROCESSES, tree ? 3 : 1);
	mnl_attr_put_u64(m, VMI_A_WATCH_EFFECTIVE_PERIOD, tree ? 2500000000 : 1000000000);
	mnl_attr_put_u64(m, VMI_A_WATCH_EFFECTIVE_WINDOW, 51200000);
	mnl_attr_put_u32(m, VMI_A_WATCH_CPU, tree ? 9800 : 1234);
	mnl_attr_put_u64(m, VMI_A_WATCH_PAGES_A_SECOND, tree ? 900 : 13100);
	mnl_attr_put_u64(m, VMI_A_WATCH_MEMORY, 212992);
	mnl_attr_put_u64(m, VMI_A_WATCH_FRAMES, 13100);
	if (tree) {
		mnl_attr_put_u32(m, VMI_A_WATCH_OWNER, 5151);
	} else {
		put_parameter(m, VMI_A_WATCH_PARAMETER, "age-start", 2, 2);
		put_parameter(m, VMI_A_WATCH_PARAMETER, "age-max", 32, 64);
	}
	put_parameter(m, VMI_A_WATCH_PARAMETER, "inactive-percent", tree ? 50 : 20, 20);
}

static void answer_watches(struct fake *fake, const struct fake_request *request, struct world *world)
{
	uint32_t id = fake_number(request, VMI_A_WATCH_ID, 0);

	if (request->dump) {
		put_watch(fake, VMI_CMD_WATCH_GET, 1, 1234, NLM_F_MULTI);
		if (!world->watch_ended)
			put_watch(fake, VMI_CMD_WATCH_GET, 2, 2000, NLM_F_MULTI);
		fake_done(fake, 0, 0);
	} else if (id == 1) {
		put_watch(fake, VMI_CMD_WATCH_GET, 1, 1234, 0);
		fake_acknowledge(fake, &fine);
	} else {
		fake_acknowledge(fake, &(struct fake_ack){ -ENOENT, "no such watch", VMI_A_WATCH_ID, -1 });
	}
}

static void answer_new_watch(struct fake *fake, const struct fake_request *request)
{
	uint32_t pid = fake_number(request, VMI_A_WATCH_PID, 0);
	const char *options = fake_text(request, VMI_A_WATCH_OPTIONS);

	if (!find_process(pid)) {
		refuse_process(fake, VMI_A_WATCH_PID);
	} else if (pid == 1234) {
		fake_acknowledge(fake, &(struct fake_ack){ -EEXIST, "the process has a watch", VMI_A_WATCH_PID, -1 });
	} else if (strstr(options, "policy=lru")) {
		fake_acknowledge(fake, &(struct fake_ack){
			-EINVAL, "policy: 'lru': not one of aging24 nbit clock twolist gen", VMI_A_WATCH_OPTIONS, -1 });
	} else {
		put_watch(fake, VMI_CMD_WATCH_NEW, 3, pid, 0);
		fake_acknowledge(fake, &fine);
	}
}

static void answer_end_of_watch(struct fake *fake, const struct fake_request *request)
{
	uint32_t pid = fake_number(request, VMI_A_WATCH_PID, 0), id = fake_number(request, VMI_A_WATCH_ID, 0);

	if (pid == 1234 || id == 1)
		fake_acknowledge(fake, &fine);
	else
		fake_acknowledge(fake, &(struct fake_ack){ -ENOENT, "no such watch",
							   pid ? VMI_A_WATCH_PID : VMI_A_WATCH_ID, -1 });
}

/* --- policies ----------------------------------------------------------------------------------------------------- */

static void put_list(struct nlmsghdr *m, uint16_t attribute, uint32_t list, const char *name, uint64_t pages)
{
	struct nlattr *nest = mnl_attr_nest_start(m, attribute);

	mnl_attr_put_u32(m, VMI_A_LIST_LIST, list);
	mnl_attr_put_strz(m, VMI_A_LIST_NAME, name);
	if (pages)
		mnl_attr_put_u64(m, VMI_A_LIST_PAGES, pages);
	mnl_attr_nest_end(m, nest);
}

static void put_policy(struct fake *fake, uint32_t id, const char *name, const char *source, uint32_t watches)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_POLICY_GET, NLM_F_MULTI);

	if (id)
		mnl_attr_put_u32(m, VMI_A_POLICY_ID, id);
	mnl_attr_put_strz(m, VMI_A_POLICY_NAME, name);
	mnl_attr_put_strz(m, VMI_A_POLICY_SOURCE, source);
	put_list(m, VMI_A_POLICY_LIST, 1, "evicted", 0);
	put_list(m, VMI_A_POLICY_LIST, 2, "inactive", 0);
	put_list(m, VMI_A_POLICY_LIST, 3, "active", 0);
	put_parameter(m, VMI_A_POLICY_PARAMETER, "age-max", 64, 64);
	mnl_attr_put_u32(m, VMI_A_POLICY_WATCHES, watches);
}

static void answer_policies(struct fake *fake)
{
	put_policy(fake, 0, "aging24", "Linux 2.4, page ageing", 1);
	put_policy(fake, 3, "twolist", "Linux 2.6, two lists", 2);
	fake_done(fake, 0, 0);
}

/* --- statistics: the nth reading is n seconds after the first ----------------------------------------------------- */

static void put_policy_stats(struct nlmsghdr *m, uint32_t policy, uint64_t n)
{
	struct nlattr *nest = mnl_attr_nest_start(m, VMI_A_STATS_POLICY);

	mnl_attr_put_u32(m, VMI_A_POLICY_STATS_POLICY, policy);
	mnl_attr_put_u64(m, VMI_A_POLICY_STATS_SCANNED, 40000 + 10000 * n);
	mnl_attr_put_u64(m, VMI_A_POLICY_STATS_PROMOTED, 1000 + 110 * n);
	mnl_attr_put_u64(m, VMI_A_POLICY_STATS_DEMOTED, 900 + 90 * n + policy);
	mnl_attr_put_u64(m, VMI_A_POLICY_STATS_LAUNDERED, 7 * n);
	mnl_attr_put_u64(m, VMI_A_POLICY_STATS_EVICTED, 300 + 30 * n);
	mnl_attr_put_u64(m, VMI_A_POLICY_STATS_REFAULTED, 20 + 2 * n);
	mnl_attr_put_u32(m, VMI_A_POLICY_STATS_AGREEMENT, 871000 - 10000 * policy);
	mnl_attr_put_u32(m, VMI_A_POLICY_STATS_KAPPA, (uint32_t)(policy ? 412000 : -52000));
	put_list(m, VMI_A_POLICY_STATS_LIST, 2, "inactive", 9000);
	put_list(m, VMI_A_POLICY_STATS_LIST, 3, "active", 4100);
	mnl_attr_nest_end(m, nest);
}

static struct nlmsghdr *put_stats(struct nlmsghdr *m, uint32_t watch, uint32_t pid, uint64_t n)
{
	mnl_attr_put_u32(m, VMI_A_STATS_WATCH, watch);
	mnl_attr_put_u32(m, VMI_A_STATS_PID, pid);
	mnl_attr_put_u64(m, VMI_A_STATS_TIME, (100 + n) * 1000000000);
	mnl_attr_put_u64(m, VMI_A_STATS_PASSES, 10 + n);
	mnl_attr_put_u64(m, VMI_A_STATS_SEEN, (10 + n) * 13100);
	mnl_attr_put_u64(m, VMI_A_STATS_YOUNG, (10 + n) * 2000);
	mnl_attr_put_u64(m, VMI_A_STATS_MAPPED, 13100 + 40 * n);
	mnl_attr_put_u64(m, VMI_A_STATS_UNMAPPED, 35 * n);
	mnl_attr_put_u64(m, VMI_A_STATS_KERNEL_EVICTED, 12 * n);
	mnl_attr_put_u64(m, VMI_A_STATS_KERNEL_REFAULTED, 3 * n);
	mnl_attr_put_u64(m, VMI_A_STATS_RESIDENT, watch == 1 ? 13100 : 70);
	mnl_attr_put_u64(m, VMI_A_STATS_WORKING_SET, watch == 1 ? 2000 + 50 * n : 9);
	mnl_attr_put_u64(m, VMI_A_STATS_BORROWED, (10 + n) * 1990);
	mnl_attr_put_u64(m, VMI_A_STATS_RETURNED, (10 + n) * 1985);
	mnl_attr_put_u64(m, VMI_A_STATS_LOST, (10 + n) * 5);
	mnl_attr_put_u64(m, VMI_A_STATS_CPU_TIME, (10 + n) * 1234000);
	mnl_attr_put_u64(m, VMI_A_STATS_HOLD_MAX, 248000);
	return m;
}

static void answer_stats(struct fake *fake, const struct fake_request *request, struct world *world)
{
	uint32_t wanted = fake_number(request, VMI_A_STATS_WATCH, 0);
	uint64_t n = world->readings++;
	struct nlmsghdr *m;

	if (wanted > 2) {
		fake_acknowledge(fake, &(struct fake_ack){ -ENOENT, "no such watch", VMI_A_STATS_WATCH, -1 });
		return;
	}
	if (wanted != 2) {
		m = put_stats(fake_message(fake, VMI_CMD_STATS_GET, NLM_F_MULTI), 1, 1234, n);
		if (world->tight)
			mnl_attr_put_u64(m, VMI_A_STATS_REFUSED, (10 + n) * 1039);
		if (world->locked_out)
			mnl_attr_put_u64(m, VMI_A_STATS_LOCKED_OUT, 3 + 2 * n);
		put_policy_stats(m, VMINSPECT_POLICY_ID_AGING24, n);
		put_policy_stats(m, VMINSPECT_POLICY_ID_TWOLIST, n);
	}
	if (wanted != 1 && !world->watch_ended) {
		m = put_stats(fake_message(fake, VMI_CMD_STATS_GET, NLM_F_MULTI), 2, 2000, n);
		put_policy_stats(m, VMINSPECT_POLICY_ID_TWOLIST, n);
	}
	fake_done(fake, 0, 0);
}

static void put_score(struct fake *fake, uint32_t watch, uint32_t policy, const char *zone, uint64_t evicted)
{
	struct nlmsghdr *m = fake_message(fake, VMI_CMD_SCORE_GET, NLM_F_MULTI);

	mnl_attr_put_u32(m, VMI_A_SCORE_WATCH, watch);
	mnl_attr_put_u32(m, VMI_A_SCORE_POLICY, policy);
	mnl_attr_put_strz(m, VMI_A_SCORE_ZONE, zone);
	mnl_attr_put_u32(m, VMI_A_SCORE_LRU_KIND, VMINSPECT_LRU_KIND_CLASSIC);
	mnl_attr_put_u64(m, VMI_A_SCORE_BOTH_ACTIVE, 4000);
	mnl_attr_put_u64(m, VMI_A_SCORE_SHADOW_ACTIVE, 100);
	mnl_attr_put_u64(m, VMI_A_SCORE_KERNEL_ACTIVE, 1600);
	mnl_attr_put_u64(m, VMI_A_SCORE_BOTH_INACTIVE, 7400);
	mnl_attr_put_u32(m, VMI_A_SCORE_AGREEMENT, 870229);
	mnl_attr_put_u32(m, VMI_A_SCORE_KAPPA, policy ? 712345 : (uint32_t)-52000);
	if (evicted) {
		mnl_attr_put_u64(m, VMI_A_SCORE_EVICTED, evicted);
		mnl_attr_put_u32(m, VMI_A_SCORE_PERCENTILE, 181000);
		mnl_attr_put_u32(m, VMI_A_SCORE_AUC, 823400);
		mnl_attr_put_u32(m, VMI_A_SCORE_PRECISION, 401000);
		mnl_attr_put_u32(m, VMI_A_SCORE_COLDER_HALF, 902000);
		mnl_attr_put_u64(m, VMI_A_SCORE_KERNEL_REFAULTED, 3);
		mnl_attr_put_u64(m, VMI_A_SCORE_SHADOW_REFAULTED, 22);
	}
}

static void answer_scores(struct fake *fake, const struct fake_request *request)
{
	uint32_t wanted = fake_number(request, VMI_A_SCORE_WATCH, 0);

	if (wanted > 2) {
		fake_acknowledge(fake, &(struct fake_ack){ -ENOENT, "no such watch", VMI_A_SCORE_WATCH, -1 });
		return;
	}
	if (wanted != 2) {
		put_score(fake, 1, VMINSPECT_POLICY_ID_AGING24, "DMA32", 0);
		put_score(fake, 1, VMINSPECT_POLICY_ID_AGING24, "Normal", 12);
		put_score(fake, 1, VMINSPECT_POLICY_ID_TWOLIST, "Normal", 12);
	}
	if (wanted != 1)
		put_score(fake, 2, VMINSPECT_POLICY_ID_TWOLIST, "Normal", 0);
	fake_done(fake, 0, 0);
}

/* ------------------------------------------------------------------------------------------------------------------ */

static bool is_barred(const struct world *world, const struct fake_request *request)
{
	return world->barred && request->command == VMI_CMD_PAGE_GET &&
	       fake_number(request, VMI_A_PAGE_PID, 0) == world->barred;
}

void world_answer(struct fake *fake, const struct fake_request *request, void *argument)
{
	struct world *world = argument;

	if (is_barred(world, request)) {
		fake_acknowledge(fake, &(struct fake_ack){ -EACCES, "that process is not yours", -1, -1 });
		return;
	}
	switch (request->command) {
	case VMI_CMD_MODULE_GET:
		answer_module(fake);
		break;
	case VMI_CMD_PROCESS_GET:
		answer_processes(fake, request, world);
		break;
	case VMI_CMD_REGION_GET:
	case VMI_CMD_TABLE_GET:
	case VMI_CMD_PAGE_GET:
	case VMI_CMD_EXPLAIN_GET:
		world_answer_memory(fake, request, !world->by_daemon);
		break;
	case VMI_CMD_WATCH_GET:
		answer_watches(fake, request, world);
		break;
	case VMI_CMD_WATCH_NEW:
		answer_new_watch(fake, request);
		break;
	case VMI_CMD_WATCH_DEL:
		answer_end_of_watch(fake, request);
		break;
	case VMI_CMD_POLICY_GET:
		answer_policies(fake);
		break;
	case VMI_CMD_STATS_GET:
		answer_stats(fake, request, world);
		break;
	case VMI_CMD_SCORE_GET:
		answer_scores(fake, request);
		break;
	default:
		fake_acknowledge(fake, &(struct fake_ack){ -EOPNOTSUPP, NULL, -1, -1 });
		break;
	}
}

static void notify_region(struct fake *fake, uint32_t event)
{
	struct nlmsghdr *m = fake_notification(fake, VMI_CMD_REGION_NTF);

	mnl_attr_put_u32(m, VMI_A_REGION_PID, 1234);
	mnl_attr_put_u32(m, VMI_A_REGION_EVENT, event);
	mnl_attr_put_u64(m, VMI_A_REGION_START, 0x7f2c00000000);
	mnl_attr_put_u64(m, VMI_A_REGION_END, 0x7f2c00021000);
	mnl_attr_put_u32(m, VMI_A_REGION_FLAGS, VMINSPECT_REGION_FLAGS_READ | VMINSPECT_REGION_FLAGS_ANON);
	if (event == VMINSPECT_REGION_EVENT_PROTECTED)
		mnl_attr_put_u32(m, VMI_A_REGION_OLD_FLAGS, VMINSPECT_REGION_FLAGS_READ | VMINSPECT_REGION_FLAGS_WRITE);
}

static void notify_reclaim(struct fake *fake, uint32_t event)
{
	struct nlmsghdr *m = fake_notification(fake, VMI_CMD_RECLAIM_NTF);
	uint64_t i;

	mnl_attr_put_u32(m, VMI_A_RECLAIM_WATCH, 1);
	mnl_attr_put_u32(m, VMI_A_RECLAIM_PID, 1234);
	mnl_attr_put_u32(m, VMI_A_RECLAIM_POLICY, VMINSPECT_POLICY_ID_TWOLIST);
	mnl_attr_put_u32(m, VMI_A_RECLAIM_EVENT, event);
	for (i = 1; i <= 2; i++) {
		struct nlattr *run = mnl_attr_nest_start(m, VMI_A_RECLAIM_RUN);

		mnl_attr_put_u64(m, VMI_A_RUN_START, 0x7f2c00000000 + 0x10000 * i);
		mnl_attr_put_u64(m, VMI_A_RUN_PAGES, 3 * i);
		mnl_attr_nest_end(m, run);
	}
}

void world_notify(struct fake *fake)
{
	struct nlmsghdr *m = put_stats(fake_notification(fake, VMI_CMD_STATS_NTF), 1, 1234, 0);

	put_policy_stats(m, VMINSPECT_POLICY_ID_AGING24, 0);
	notify_region(fake, VMINSPECT_REGION_EVENT_MAPPED);
	notify_region(fake, VMINSPECT_REGION_EVENT_PROTECTED);
	notify_reclaim(fake, VMINSPECT_RECLAIM_EVENT_EVICTED);
	notify_reclaim(fake, VMINSPECT_RECLAIM_EVENT_REFAULTED);
	fake_notification(fake, 99);	/* what a newer module may tell */
	m = fake_notification(fake, VMI_CMD_PROCESS_NTF);
	mnl_attr_put_u32(m, VMI_A_PROCESS_EVENT, VMINSPECT_PROCESS_EVENT_EXITED);
	mnl_attr_put_u32(m, VMI_A_PROCESS_PID, 2001);
	mnl_attr_put_u64(m, VMI_A_PROCESS_START_TIME, 2001000000);
	mnl_attr_put_strz(m, VMI_A_PROCESS_COMM, "gone");
}
