// SPDX-License-Identifier: GPL-2.0
/*
 * The decoder's tables: for each attribute of uapi/vminspect.yaml its type and the member that it fills. A test holds
 * them against the specification.
 */
#include "decode.h"

#include "vminspect.h"

#define MEMBER(kind, member)	{ .name = #member, .type = VMI_FIELD_##kind, .offset = offsetof(struct THIS, member) }
#define U32(member)		MEMBER(U32, member)
#define S32(member)		MEMBER(S32, member)
#define U64(member)		MEMBER(U64, member)
#define FLAG(member)		MEMBER(FLAG, member)
#define STRING(member)		MEMBER(STRING, member)
#define REQUEST(word)		{ .name = #word, .type = VMI_FIELD_REQUEST }
#define NEST(member, object) \
	{ .name = #member, .type = VMI_FIELD_NEST, .offset = offsetof(struct THIS, member), .nest = &(object) }
#define NESTS(member, object) \
	{ .name = #member, .type = VMI_FIELD_NESTS, .offset = offsetof(struct THIS, member), \
	  .count_offset = offsetof(struct THIS, member##_count), .nest = &(object) }
#define COUNT(table)		(sizeof(table) / sizeof((table)[0]))
#define FITTING_COUNT(table)	(COUNT(table) + 0 * sizeof(char[COUNT(table) <= VMI_FIELDS_MAX ? 1 : -1]))
#define OBJECT(table) \
	{ .size = sizeof(struct THIS), .fields = (table), .field_count = FITTING_COUNT(table) }

#define THIS vmi_module
static const struct vmi_field module_fields[] = {
	[VMI_A_MODULE_VERSION] = STRING(version),
	[VMI_A_MODULE_FEATURES] = U64(features),
	[VMI_A_MODULE_LRU_KIND] = U32(lru_kind),
	[VMI_A_MODULE_TABLE_LEVELS] = U32(table_levels),
	[VMI_A_MODULE_HOLD_LIMIT] = U32(hold_limit),
	[VMI_A_MODULE_WATCHES_MAX] = U32(watches_max),
	[VMI_A_MODULE_WATCHES] = U32(watches),
	[VMI_A_MODULE_WATCH_MEMORY_MAX] = U64(watch_memory_max),
	[VMI_A_MODULE_WATCH_MEMORY] = U64(watch_memory),
	[VMI_A_MODULE_CAPTURE_MEMORY_MAX] = U64(capture_memory_max),
	[VMI_A_MODULE_CAPTURE_MEMORY] = U64(capture_memory),
};

const struct vmi_object vmi_module_object = OBJECT(module_fields);
#undef THIS

/* --- a process ---------------------------------------------------------------------------------------------------- */

#define THIS vmi_segments
static const struct vmi_field segments_fields[] = {
	[VMI_A_SEGMENTS_START_CODE] = U64(start_code),
	[VMI_A_SEGMENTS_END_CODE] = U64(end_code),
	[VMI_A_SEGMENTS_START_DATA] = U64(start_data),
	[VMI_A_SEGMENTS_END_DATA] = U64(end_data),
	[VMI_A_SEGMENTS_START_BRK] = U64(start_brk),
	[VMI_A_SEGMENTS_BRK] = U64(brk),
	[VMI_A_SEGMENTS_MMAP_BASE] = U64(mmap_base),
	[VMI_A_SEGMENTS_START_STACK] = U64(start_stack),
	[VMI_A_SEGMENTS_ARG_START] = U64(arg_start),
	[VMI_A_SEGMENTS_ARG_END] = U64(arg_end),
	[VMI_A_SEGMENTS_ENV_START] = U64(env_start),
	[VMI_A_SEGMENTS_ENV_END] = U64(env_end),
	[VMI_A_SEGMENTS_TASK_SIZE] = U64(task_size),
};

static const struct vmi_object segments_object = OBJECT(segments_fields);
#undef THIS

#define THIS vmi_totals
static const struct vmi_field totals_fields[] = {
	[VMI_A_TOTALS_TOTAL_VM] = U64(total_vm),
	[VMI_A_TOTALS_LOCKED_VM] = U64(locked_vm),
	[VMI_A_TOTALS_PINNED_VM] = U64(pinned_vm),
	[VMI_A_TOTALS_DATA_VM] = U64(data_vm),
	[VMI_A_TOTALS_EXEC_VM] = U64(exec_vm),
	[VMI_A_TOTALS_STACK_VM] = U64(stack_vm),
	[VMI_A_TOTALS_RSS_ANON] = U64(rss_anon),
	[VMI_A_TOTALS_RSS_FILE] = U64(rss_file),
	[VMI_A_TOTALS_RSS_SHMEM] = U64(rss_shmem),
	[VMI_A_TOTALS_SWAP] = U64(swap),
	[VMI_A_TOTALS_PGTABLES_BYTES] = U64(pgtables_bytes),
};

static const struct vmi_object totals_object = OBJECT(totals_fields);
#undef THIS

#define THIS vmi_counts
static const struct vmi_field counts_fields[] = {
	[VMI_A_COUNTS_PRESENT] = U64(present),
	[VMI_A_COUNTS_ZERO] = U64(zero),
	[VMI_A_COUNTS_SPECIAL] = U64(special),
	[VMI_A_COUNTS_HUGETLB] = U64(hugetlb),
	[VMI_A_COUNTS_ANON] = U64(anon),
	[VMI_A_COUNTS_SHMEM] = U64(shmem),
	[VMI_A_COUNTS_SWAPPED] = U64(swapped),
	[VMI_A_COUNTS_UNTOUCHED] = U64(untouched),
	[VMI_A_COUNTS_UNMAPPED_FILE] = U64(unmapped_file),
	[VMI_A_COUNTS_MIGRATING] = U64(migrating),
	[VMI_A_COUNTS_MARKER] = U64(marker),
	[VMI_A_COUNTS_DEVICE] = U64(device),
	[VMI_A_COUNTS_YOUNG] = U64(young),
	[VMI_A_COUNTS_DIRTY] = U64(dirty),
	[VMI_A_COUNTS_COW] = U64(cow),
	[VMI_A_COUNTS_SHARED] = U64(shared),
	[VMI_A_COUNTS_HUGE_2M] = U64(huge_2m),
	[VMI_A_COUNTS_HUGE_1G] = U64(huge_1g),
	[VMI_A_COUNTS_DEPOSITED] = U64(deposited),
};

static const struct vmi_object counts_object = OBJECT(counts_fields);
#undef THIS

#define THIS vmi_index
static const struct vmi_field index_fields[] = {
	[VMI_A_INDEX_REGIONS] = U64(regions),
	[VMI_A_INDEX_HEIGHT] = U32(height),
	[VMI_A_INDEX_HOLES] = U64(holes),
	[VMI_A_INDEX_LARGEST_START] = U64(largest_start),
	[VMI_A_INDEX_LARGEST_END] = U64(largest_end),
};

static const struct vmi_object index_object = OBJECT(index_fields);
#undef THIS

#define THIS vmi_table
static const struct vmi_field table_fields[] = {
	[VMI_A_TABLE_PID] = REQUEST(pid),
	[VMI_A_TABLE_START] = U64(start),
	[VMI_A_TABLE_END] = U64(end),
	[VMI_A_TABLE_MODE] = REQUEST(mode),
	[VMI_A_TABLE_LEVEL] = U32(level),
	[VMI_A_TABLE_NAME] = STRING(name),
	[VMI_A_TABLE_BITS] = U64(bits),
	[VMI_A_TABLE_TEXT] = STRING(text),
	[VMI_A_TABLE_FRAME] = U64(frame),
	[VMI_A_TABLE_TABLES] = U64(tables),
	[VMI_A_TABLE_USED] = U64(used),
	[VMI_A_TABLE_LEAVES] = U64(leaves),
	[VMI_A_TABLE_COST] = U64(cost),
};

const struct vmi_object vmi_table_object = OBJECT(table_fields);
#undef THIS

#define THIS vmi_table_totals
static const struct vmi_field tables_fields[] = {
	[VMI_A_TABLES_LEVELS] = U32(levels),
	[VMI_A_TABLES_LEVEL] = NESTS(level, vmi_table_object),
	[VMI_A_TABLES_DEPOSITED] = U64(deposited),
	[VMI_A_TABLES_BYTES] = U64(bytes),
};

static const struct vmi_object tables_object = OBJECT(tables_fields);
#undef THIS

#define THIS vmi_capture
static const struct vmi_field capture_fields[] = {
	[VMI_A_CAPTURE_COMPLETE] = FLAG(complete),
	[VMI_A_CAPTURE_HOLDS] = U64(holds),
	[VMI_A_CAPTURE_HOLD_MAX] = U64(hold_max),
	[VMI_A_CAPTURE_HOLD_TOTAL] = U64(hold_total),
	[VMI_A_CAPTURE_TORN_REGIONS] = U64(torn_regions),
};

static const struct vmi_object capture_object = OBJECT(capture_fields);
#undef THIS

#define THIS vmi_process
static const struct vmi_field process_fields[] = {
	[VMI_A_PROCESS_PID] = U32(pid),
	[VMI_A_PROCESS_DETAIL] = REQUEST(detail),
	[VMI_A_PROCESS_START_TIME] = U64(start_time),
	[VMI_A_PROCESS_PARENT] = U32(parent),
	[VMI_A_PROCESS_UID] = U32(uid),
	[VMI_A_PROCESS_THREADS] = U32(threads),
	[VMI_A_PROCESS_COMM] = STRING(comm),
	[VMI_A_PROCESS_SEGMENTS] = NEST(segments, segments_object),
	[VMI_A_PROCESS_TOTALS] = NEST(totals, totals_object),
	[VMI_A_PROCESS_COUNTS] = NEST(counts, counts_object),
	[VMI_A_PROCESS_INDEX] = NEST(index, index_object),
	[VMI_A_PROCESS_TABLES] = NEST(tables, tables_object),
	[VMI_A_PROCESS_CAPTURE] = NEST(capture, capture_object),
	[VMI_A_PROCESS_WATCH] = U32(watch),
	[VMI_A_PROCESS_EVENT] = U32(event),
};

const struct vmi_object vmi_process_object = OBJECT(process_fields);
#undef THIS

/* --- regions and pages -------------------------------------------------------------------------------------------- */

#define THIS vmi_bucket
static const struct vmi_field bucket_fields[] = {
	[VMI_A_BUCKET_AGE] = U32(age),
	[VMI_A_BUCKET_PAGES] = U64(pages),
};

static const struct vmi_object bucket_object = OBJECT(bucket_fields);
#undef THIS

#define THIS vmi_page_list
static const struct vmi_field list_fields[] = {
	[VMI_A_LIST_LIST] = U32(list),
	[VMI_A_LIST_NAME] = STRING(name),
	[VMI_A_LIST_PAGES] = U64(pages),
};

static const struct vmi_object list_object = OBJECT(list_fields);
#undef THIS

#define THIS vmi_shadow
static const struct vmi_field shadow_fields[] = {
	[VMI_A_SHADOW_POLICY] = U32(policy),
	[VMI_A_SHADOW_BUCKET] = NESTS(bucket, bucket_object),
	[VMI_A_SHADOW_LIST] = NESTS(list, list_object),
	[VMI_A_SHADOW_EVICTED] = U64(evicted),
	[VMI_A_SHADOW_REFAULTED] = U64(refaulted),
	[VMI_A_SHADOW_SHADOW_REFAULTED] = U64(shadow_refaulted),
};

static const struct vmi_object shadow_object = OBJECT(shadow_fields);
#undef THIS

#define THIS vmi_region
static const struct vmi_field region_fields[] = {
	[VMI_A_REGION_PID] = U32(pid),
	[VMI_A_REGION_START] = U64(start),
	[VMI_A_REGION_END] = U64(end),
	[VMI_A_REGION_STATES] = REQUEST(states),
	[VMI_A_REGION_DETAIL] = REQUEST(detail),
	[VMI_A_REGION_FLAGS] = U32(flags),
	[VMI_A_REGION_OFFSET] = U64(offset),
	[VMI_A_REGION_INODE] = U64(inode),
	[VMI_A_REGION_DEV_MAJOR] = U32(dev_major),
	[VMI_A_REGION_DEV_MINOR] = U32(dev_minor),
	[VMI_A_REGION_NAME] = STRING(name),
	[VMI_A_REGION_OPS_NAME] = STRING(ops_name),
	[VMI_A_REGION_DEPTH] = U32(depth),
	[VMI_A_REGION_HEIGHT] = U32(height),
	[VMI_A_REGION_COUNTS] = NEST(counts, counts_object),
	[VMI_A_REGION_SHADOW] = NESTS(shadow, shadow_object),
	[VMI_A_REGION_EVENT] = U32(event),
	[VMI_A_REGION_OLD_FLAGS] = U32(old_flags),
	[VMI_A_REGION_ITEM] = REQUEST(item),	/* becomes items of the list (vmi_decode_regions()) */
};

const struct vmi_object vmi_region_object = OBJECT(region_fields);
#undef THIS

#define THIS vmi_run
static const struct vmi_field run_fields[] = {
	[VMI_A_RUN_START] = U64(start),
	[VMI_A_RUN_PAGES] = U64(pages),
	[VMI_A_RUN_STATE] = U32(state),
	[VMI_A_RUN_FLAGS] = U64(flags),
	[VMI_A_RUN_FRAME] = U64(frame),
	[VMI_A_RUN_MAPCOUNT] = U32(mapcount),
	[VMI_A_RUN_LRU] = U32(lru),
	[VMI_A_RUN_SWAP_TYPE] = U32(swap_type),
	[VMI_A_RUN_SWAP_OFFSET] = U64(swap_offset),
	[VMI_A_RUN_AGE] = U32(age),
	[VMI_A_RUN_LIST] = U32(list),
};

const struct vmi_object vmi_run_object = OBJECT(run_fields);
#undef THIS

/* A message of page-get: its runs become items of their own (vmi_decode_runs()), so no structure is made of it. */
static const struct vmi_field page_fields[] = {
	[VMI_A_PAGE_PID] = REQUEST(pid),
	[VMI_A_PAGE_START] = REQUEST(start),
	[VMI_A_PAGE_END] = REQUEST(end),
	[VMI_A_PAGE_STATES] = REQUEST(states),
	[VMI_A_PAGE_POLICY] = REQUEST(policy),
	[VMI_A_PAGE_RUN] = REQUEST(run),
};

const struct vmi_object vmi_page_object = {
	.fields = page_fields,
	.field_count = FITTING_COUNT(page_fields),
};

/* --- explain ------------------------------------------------------------------------------------------------------ */

#define THIS vmi_hole
static const struct vmi_field hole_fields[] = {
	[VMI_A_HOLE_START] = U64(start),
	[VMI_A_HOLE_END] = U64(end),
	[VMI_A_HOLE_BEFORE] = NEST(before, vmi_region_object),
	[VMI_A_HOLE_AFTER] = NEST(after, vmi_region_object),
};

static const struct vmi_object hole_object = OBJECT(hole_fields);
#undef THIS

#define THIS vmi_entry
static const struct vmi_field entry_fields[] = {
	[VMI_A_ENTRY_LEVEL] = U32(level),
	[VMI_A_ENTRY_NAME] = STRING(name),
	[VMI_A_ENTRY_INDEX] = U32(index),
	[VMI_A_ENTRY_ADDRESS] = U64(address),
	[VMI_A_ENTRY_VALUE] = U64(value),
	[VMI_A_ENTRY_TEXT] = STRING(text),
	[VMI_A_ENTRY_LEAF] = FLAG(leaf),
};

const struct vmi_object vmi_entry_object = OBJECT(entry_fields);
#undef THIS

#define THIS vmi_frame
static const struct vmi_field frame_fields[] = {
	[VMI_A_FRAME_FRAME] = U64(frame),
	[VMI_A_FRAME_FOLIO] = U64(folio),
	[VMI_A_FRAME_ORDER] = U32(order),
	[VMI_A_FRAME_NODE] = U32(node),
	[VMI_A_FRAME_ZONE] = STRING(zone),
	[VMI_A_FRAME_REFERENCES] = U32(references),
	[VMI_A_FRAME_MAPCOUNT] = U32(mapcount),
	[VMI_A_FRAME_MEMCG] = U64(memcg),
};

const struct vmi_object vmi_frame_object = OBJECT(frame_fields);
#undef THIS

#define THIS vmi_file
static const struct vmi_field file_fields[] = {
	[VMI_A_FILE_NAME] = STRING(name),
	[VMI_A_FILE_INODE] = U64(inode),
	[VMI_A_FILE_DEV_MAJOR] = U32(dev_major),
	[VMI_A_FILE_DEV_MINOR] = U32(dev_minor),
	[VMI_A_FILE_OFFSET] = U64(offset),
	[VMI_A_FILE_SIZE] = U64(size),
};

static const struct vmi_object file_object = OBJECT(file_fields);
#undef THIS

#define THIS vmi_opinion
static const struct vmi_field opinion_fields[] = {
	[VMI_A_OPINION_POLICY] = U32(policy),
	[VMI_A_OPINION_AGE] = U32(age),
	[VMI_A_OPINION_LIST] = U32(list),
	[VMI_A_OPINION_COLDER] = U32(colder),
};

static const struct vmi_object opinion_object = OBJECT(opinion_fields);
#undef THIS

#define THIS vmi_sharer
static const struct vmi_field sharer_fields[] = {
	[VMI_A_SHARER_PID] = U32(pid),
	[VMI_A_SHARER_ADDRESS] = U64(address),
};

static const struct vmi_object sharer_object = OBJECT(sharer_fields);
#undef THIS

#define THIS vmi_explanation
static const struct vmi_field explain_fields[] = {
	[VMI_A_EXPLAIN_PID] = U32(pid),
	[VMI_A_EXPLAIN_ADDRESS] = U64(address),
	[VMI_A_EXPLAIN_REGION] = NEST(region, vmi_region_object),
	[VMI_A_EXPLAIN_HOLE] = NEST(hole, hole_object),
	[VMI_A_EXPLAIN_LEVEL] = NESTS(level, vmi_entry_object),
	[VMI_A_EXPLAIN_PAGE] = NEST(page, vmi_run_object),
	[VMI_A_EXPLAIN_FRAME] = NEST(frame, vmi_frame_object),
	[VMI_A_EXPLAIN_FILE] = NEST(file, file_object),
	[VMI_A_EXPLAIN_READ] = U32(read),
	[VMI_A_EXPLAIN_WRITE] = U32(write),
	[VMI_A_EXPLAIN_EXECUTE] = U32(execute),
	[VMI_A_EXPLAIN_OPINION] = NESTS(opinion, opinion_object),
	[VMI_A_EXPLAIN_SHARER] = NESTS(sharer, sharer_object),
};

const struct vmi_object vmi_explanation_object = OBJECT(explain_fields);
#undef THIS

/* --- watches ------------------------------------------------------------------------------------------------------ */

#define THIS vmi_parameter
static const struct vmi_field parameter_fields[] = {
	[VMI_A_PARAMETER_NAME] = STRING(name),
	[VMI_A_PARAMETER_VALUE] = U64(value),
	[VMI_A_PARAMETER_DEFAULT] = U64(default_value),
	[VMI_A_PARAMETER_LEAST] = U64(least),
	[VMI_A_PARAMETER_MOST] = U64(most),
};

static const struct vmi_object parameter_object = OBJECT(parameter_fields);
#undef THIS

#define THIS vmi_watch
static const struct vmi_field watch_fields[] = {
	[VMI_A_WATCH_ID] = U32(id),
	[VMI_A_WATCH_PID] = U32(pid),
	[VMI_A_WATCH_OPTIONS] = REQUEST(options),
	[VMI_A_WATCH_OWNED] = REQUEST(owned),
	[VMI_A_WATCH_SCOPE] = U32(scope),
	[VMI_A_WATCH_MODE] = U32(mode),
	[VMI_A_WATCH_POLICIES] = U32(policies),
	[VMI_A_WATCH_PERIOD] = U64(period),
	[VMI_A_WATCH_WINDOW] = U64(window),
	[VMI_A_WATCH_BUDGET] = U32(budget),
	[VMI_A_WATCH_MEMORY_LIMIT] = U64(memory_limit),
	[VMI_A_WATCH_MEMORY_SHARE] = U32(memory_share),
	[VMI_A_WATCH_RSS_LIMIT] = U64(rss_limit),
	[VMI_A_WATCH_RSS_SHARE] = U32(rss_share),
	[VMI_A_WATCH_PROCESSES] = U32(processes),
	[VMI_A_WATCH_EFFECTIVE_PERIOD] = U64(effective_period),
	[VMI_A_WATCH_EFFECTIVE_WINDOW] = U64(effective_window),
	[VMI_A_WATCH_CPU] = U32(cpu),
	[VMI_A_WATCH_PAGES_A_SECOND] = U64(pages_a_second),
	[VMI_A_WATCH_MEMORY] = U64(memory),
	[VMI_A_WATCH_FRAMES] = U64(frames),
	[VMI_A_WATCH_OWNER] = U32(owner),
	[VMI_A_WATCH_PARAMETER] = NESTS(parameter, parameter_object),
};

const struct vmi_object vmi_watch_object = OBJECT(watch_fields);
#undef THIS

#define THIS vmi_policy
static const struct vmi_field policy_fields[] = {
	[VMI_A_POLICY_ID] = U32(id),
	[VMI_A_POLICY_NAME] = STRING(name),
	[VMI_A_POLICY_SOURCE] = STRING(source),
	[VMI_A_POLICY_LIST] = NESTS(list, list_object),
	[VMI_A_POLICY_PARAMETER] = NESTS(parameter, parameter_object),
	[VMI_A_POLICY_WATCHES] = U32(watches),
};

const struct vmi_object vmi_policy_object = OBJECT(policy_fields);
#undef THIS

#define THIS vmi_policy_stats
static const struct vmi_field policy_stats_fields[] = {
	[VMI_A_POLICY_STATS_POLICY] = U32(policy),
	[VMI_A_POLICY_STATS_SCANNED] = U64(scanned),
	[VMI_A_POLICY_STATS_PROMOTED] = U64(promoted),
	[VMI_A_POLICY_STATS_DEMOTED] = U64(demoted),
	[VMI_A_POLICY_STATS_LAUNDERED] = U64(laundered),
	[VMI_A_POLICY_STATS_EVICTED] = U64(evicted),
	[VMI_A_POLICY_STATS_REFAULTED] = U64(refaulted),
	[VMI_A_POLICY_STATS_AGREEMENT] = U32(agreement),
	[VMI_A_POLICY_STATS_KAPPA] = S32(kappa),
	[VMI_A_POLICY_STATS_LIST] = NESTS(list, list_object),
};

static const struct vmi_object policy_stats_object = OBJECT(policy_stats_fields);
#undef THIS

#define THIS vmi_stats
static const struct vmi_field stats_fields[] = {
	[VMI_A_STATS_WATCH] = U32(watch),
	[VMI_A_STATS_PID] = U32(pid),
	[VMI_A_STATS_TIME] = U64(time),
	[VMI_A_STATS_PASSES] = U64(passes),
	[VMI_A_STATS_SEEN] = U64(seen),
	[VMI_A_STATS_YOUNG] = U64(young),
	[VMI_A_STATS_MAPPED] = U64(mapped),
	[VMI_A_STATS_UNMAPPED] = U64(unmapped),
	[VMI_A_STATS_KERNEL_EVICTED] = U64(kernel_evicted),
	[VMI_A_STATS_KERNEL_REFAULTED] = U64(kernel_refaulted),
	[VMI_A_STATS_RESIDENT] = U64(resident),
	[VMI_A_STATS_WORKING_SET] = U64(working_set),
	[VMI_A_STATS_BORROWED] = U64(borrowed),
	[VMI_A_STATS_RETURNED] = U64(returned),
	[VMI_A_STATS_LOST] = U64(lost),
	[VMI_A_STATS_REFUSED] = U64(refused),
	[VMI_A_STATS_CPU_TIME] = U64(cpu_time),
	[VMI_A_STATS_HOLD_MAX] = U64(hold_max),
	[VMI_A_STATS_LOCKED_OUT] = U64(locked_out),
	[VMI_A_STATS_POLICY] = NESTS(policy, policy_stats_object),
};

const struct vmi_object vmi_stats_object = OBJECT(stats_fields);
#undef THIS

#define THIS vmi_score
static const struct vmi_field score_fields[] = {
	[VMI_A_SCORE_WATCH] = U32(watch),
	[VMI_A_SCORE_POLICY] = U32(policy),
	[VMI_A_SCORE_NODE] = U32(node),
	[VMI_A_SCORE_ZONE] = STRING(zone),
	[VMI_A_SCORE_LRU_KIND] = U32(lru_kind),
	[VMI_A_SCORE_BOTH_ACTIVE] = U64(both_active),
	[VMI_A_SCORE_SHADOW_ACTIVE] = U64(shadow_active),
	[VMI_A_SCORE_KERNEL_ACTIVE] = U64(kernel_active),
	[VMI_A_SCORE_BOTH_INACTIVE] = U64(both_inactive),
	[VMI_A_SCORE_AGREEMENT] = U32(agreement),
	[VMI_A_SCORE_KAPPA] = S32(kappa),
	[VMI_A_SCORE_EVICTED] = U64(evicted),
	[VMI_A_SCORE_PERCENTILE] = U32(percentile),
	[VMI_A_SCORE_AUC] = U32(auc),
	[VMI_A_SCORE_PRECISION] = U32(precision),
	[VMI_A_SCORE_COLDER_HALF] = U32(colder_half),
	[VMI_A_SCORE_KERNEL_REFAULTED] = U64(kernel_refaulted),
	[VMI_A_SCORE_SHADOW_REFAULTED] = U64(shadow_refaulted),
};

const struct vmi_object vmi_score_object = OBJECT(score_fields);
#undef THIS

#define THIS vmi_reclaim
static const struct vmi_field reclaim_fields[] = {
	[VMI_A_RECLAIM_WATCH] = U32(watch),
	[VMI_A_RECLAIM_PID] = U32(pid),
	[VMI_A_RECLAIM_POLICY] = U32(policy),
	[VMI_A_RECLAIM_EVENT] = U32(event),
	[VMI_A_RECLAIM_RUN] = NESTS(run, vmi_run_object),
};

const struct vmi_object vmi_reclaim_object = OBJECT(reclaim_fields);
#undef THIS
