// SPDX-License-Identifier: GPL-2.0
/* The lines of /proc/vminspect/<pid>; the header describes them. */
#include "iface/procfs_text.h"

#include <linux/sched.h>

#include "iface/text_keys.h"
#include "mm/vsyscall.h"

/* maps pads to this width before a name, 25 + sizeof(void *) * 6 - 1 (fs/proc/task_mmu.c); one blank always follows. */
#define NAME_COLUMN 72

/* Bytes that would end the value or the line are written as \ooo. */
static void put_escaped(struct vmi_text *text, const char *string)
{
	for (; *string; string++) {
		unsigned char c = *string;

		if (c > ' ' && c != '\\' && c != 0x7f) {
			vmi_text_char(text, c);
			continue;
		}
		vmi_text_char(text, '\\');
		vmi_text_char(text, '0' + (c >> 6));
		vmi_text_char(text, '0' + ((c >> 3) & 7));
		vmi_text_char(text, '0' + (c & 7));
	}
}

static void put_process_line(struct vmi_text *text, const struct vmi_process_facts *process)
{
	vmi_text_literal(text, "# process");
	vmi_put_key(text, "pid", process->number);
	vmi_put_key(text, "threads", process->threads);
	vmi_text_literal(text, " comm=");
	put_escaped(text, process->comm);
	vmi_text_char(text, '\n');
}

static void put_segments_line(struct vmi_text *text, const struct vmi_mm_facts *mm)
{
	vmi_text_literal(text, "# segments");
	vmi_put_hex_key(text, "start_code", mm->start_code);
	vmi_put_hex_key(text, "end_code", mm->end_code);
	vmi_put_hex_key(text, "start_data", mm->start_data);
	vmi_put_hex_key(text, "end_data", mm->end_data);
	vmi_put_hex_key(text, "start_brk", mm->start_brk);
	vmi_put_hex_key(text, "brk", mm->brk);
	vmi_put_hex_key(text, "mmap_base", mm->mmap_base);
	vmi_put_hex_key(text, "start_stack", mm->start_stack);
	vmi_put_hex_key(text, "arg_start", mm->arg_start);
	vmi_put_hex_key(text, "arg_end", mm->arg_end);
	vmi_put_hex_key(text, "env_start", mm->env_start);
	vmi_put_hex_key(text, "env_end", mm->env_end);
	vmi_text_char(text, '\n');
}

static void put_kernel_line(struct vmi_text *text, const struct vmi_mm_facts *mm)
{
	vmi_text_literal(text, "# kernel");
	vmi_put_key(text, "total_vm", mm->total_vm);
	vmi_put_key(text, "locked_vm", mm->locked_vm);
	vmi_put_key(text, "pinned_vm", mm->pinned_vm);
	vmi_put_key(text, "data_vm", mm->data_vm);
	vmi_put_key(text, "exec_vm", mm->exec_vm);
	vmi_put_key(text, "stack_vm", mm->stack_vm);
	vmi_put_key(text, "rss_anon", mm->rss_anon);
	vmi_put_key(text, "rss_file", mm->rss_file);
	vmi_put_key(text, "rss_shmem", mm->rss_shmem);
	vmi_put_key(text, "swap", mm->swap);
	vmi_put_key(text, "pgtables_bytes", mm->pgtables_bytes);
	vmi_text_char(text, '\n');
}

/* Keys that are mostly zero for a region that nobody has touched: written in one piece then. */
static void put_present_keys(struct vmi_text *text, const struct vmi_page_counts *counts)
{
	if (!counts->present) {
		vmi_text_literal(text, " huge2m=0 huge1g=0 young=0 dirty=0 cow=0 shared=0 anon=0 shmem=0 hugetlb=0");
		return;
	}
	vmi_put_key(text, "huge2m", counts->huge2m);
	vmi_put_key(text, "huge1g", counts->huge1g);
	vmi_put_key(text, "young", counts->young);
	vmi_put_key(text, "dirty", counts->dirty);
	vmi_put_key(text, "cow", counts->cow);
	vmi_put_key(text, "shared", counts->shared);
	vmi_put_key(text, "anon", counts->anon);
	vmi_put_key(text, "shmem", counts->shmem);
	vmi_put_key(text, "hugetlb", counts->hugetlb);
}

static void put_rare_states(struct vmi_text *text, const struct vmi_page_counts *counts)
{
	if (!(counts->migrating | counts->marker | counts->device)) {
		vmi_text_literal(text, " migrating=0 marker=0 device=0");
		return;
	}
	vmi_put_key(text, "migrating", counts->migrating);
	vmi_put_key(text, "marker", counts->marker);
	vmi_put_key(text, "device", counts->device);
}

static void put_common_states(struct vmi_text *text, const struct vmi_page_counts *counts)
{
	if (!(counts->present | counts->swapped)) {
		vmi_text_literal(text, " present=0 zero=0 special=0 swapped=0");
		return;
	}
	vmi_put_key(text, "present", counts->present);
	vmi_put_key(text, "zero", counts->zero);
	vmi_put_key(text, "special", counts->special);
	vmi_put_key(text, "swapped", counts->swapped);
}

static void put_counts(struct vmi_text *text, const struct vmi_page_counts *counts)
{
	put_common_states(text, counts);
	vmi_put_key(text, "absent", vmi_page_counts_absent(counts));
	vmi_put_key(text, "unmapped", counts->unmapped_file);
	put_rare_states(text, counts);
	put_present_keys(text, counts);
}

static void put_shadow_line(struct vmi_text *text, const struct vmi_capture *capture)
{
	vmi_text_literal(text, "# shadow");
	vmi_put_key(text, "regions", capture->regions.count);
	put_counts(text, &capture->counts);
	vmi_text_char(text, '\n');
}

static void put_index_line(struct vmi_text *text, const struct vmi_region_set *set)
{
	if (vmi_region_set_has_tree(set))
		vmi_text_literal(text, "# index kind=tree");
	else
		vmi_text_literal(text, "# index kind=list");
	vmi_put_key(text, "nodes", set->count);
	vmi_put_key(text, "height", vmi_avl_height(&set->tree));
	vmi_text_char(text, '\n');
}

/* Holes lie between the first and the last region; what is outside of them is not counted. */
static void put_holes_line(struct vmi_text *text, const struct vmi_region_set *set)
{
	struct vmi_hole largest = { 0 };

	if (set->count)
		largest = vmi_region_largest_hole(set, set->regions[0].start, set->regions[set->count - 1].end);
	vmi_text_literal(text, "# holes");
	vmi_put_key(text, "count", vmi_region_hole_count(set));
	vmi_put_hex_key(text, "largest_start", largest.start);
	vmi_put_hex_key(text, "largest_end", largest.end);
	vmi_text_char(text, '\n');
}

static void put_table_name(struct vmi_text *text, u32 level, u32 levels)
{
	vmi_text_char(text, ' ');
	vmi_text_string(text, vmi_table_name(level, levels));
	vmi_text_char(text, '=');
}

static void put_tables_lines(struct vmi_text *text, const struct vmi_capture *capture)
{
	const struct vmi_table_census *census = &capture->census;
	u64 deposited = capture->counts.deposited;
	u32 level;

	vmi_text_literal(text, "# tables");
	vmi_put_key(text, "levels", census->levels);
	for (level = census->levels; level >= 1; level--) {
		put_table_name(text, level, census->levels);
		vmi_text_decimal(text, census->level[level].tables);
	}
	vmi_put_key(text, "deposited", deposited);
	vmi_put_key(text, "bytes", vmi_table_census_bytes(census) + deposited * VMI_TABLE_BYTES);
	vmi_text_literal(text, "\n# occupancy");
	for (level = census->levels; level >= 1; level--) {
		put_table_name(text, level, census->levels);
		vmi_text_decimal(text, census->level[level].used);
		vmi_text_char(text, '/');
		vmi_text_decimal(text, census->level[level].tables * VMI_TABLE_ENTRIES);
	}
	vmi_text_char(text, '\n');
}

static void put_cost_line(struct vmi_text *text, const struct vmi_table_census *census)
{
	u64 cost[VMI_MAX_LEVELS + 1];

	vmi_table_census_cost(census, cost);
	vmi_text_literal(text, "# cost");
	vmi_put_key(text, "levels1", cost[1]);
	vmi_put_key(text, "levels2", cost[2]);
	vmi_put_key(text, "levels3", cost[3]);
	vmi_put_key(text, "levels4", cost[4]);
	vmi_put_key(text, "levels5", cost[5]);
	vmi_text_char(text, '\n');
}

static void put_capture_line(struct vmi_text *text, const struct vmi_capture *capture)
{
	vmi_text_literal(text, "# capture");
	vmi_put_key(text, "complete", capture->complete);
	vmi_put_key(text, "holds", capture->holds.holds);
	vmi_put_key(text, "hold_max_ns", capture->holds.max_ns);
	vmi_put_key(text, "hold_total_ns", capture->holds.total_ns);
	vmi_put_key(text, "torn_regions", capture->torn_regions);
	vmi_text_char(text, '\n');
}

void vmi_procfs_put_head(struct vmi_text *text, const struct vmi_process_facts *process,
			 const struct vmi_capture *capture)
{
	put_process_line(text, process);
	if (!capture)
		return;
	put_segments_line(text, &capture->mm);
	put_kernel_line(text, &capture->mm);
	put_shadow_line(text, capture);
	put_index_line(text, &capture->regions);
	put_holes_line(text, &capture->regions);
	put_tables_lines(text, capture);
	put_cost_line(text, &capture->census);
	put_capture_line(text, capture);
}

/* Offset, device and inode. A process with very many regions has mostly anonymous ones. */
static void put_backing(struct vmi_text *text, const struct vmi_region *region)
{
	if (!(region->file_offset | region->inode | region->dev_major | region->dev_minor)) {
		vmi_text_literal(text, " 00000000 00:00 0 ");
		return;
	}
	vmi_text_char(text, ' ');
	vmi_text_hex(text, region->file_offset, 8);
	vmi_text_char(text, ' ');
	vmi_text_hex(text, region->dev_major, 2);
	vmi_text_char(text, ':');
	vmi_text_hex(text, region->dev_minor, 2);
	vmi_text_char(text, ' ');
	vmi_text_decimal(text, region->inode);
	vmi_text_char(text, ' ');
}

/* After show_vma_header_prefix() of fs/proc/task_mmu.c. */
static void put_maps_line(struct vmi_text *text, const struct vmi_region *region, const char *name)
{
	size_t line_start = text->length;
	char protection[6] = " ----";

	protection[1] = region->flags & VMI_REGION_READ ? 'r' : '-';
	protection[2] = region->flags & VMI_REGION_WRITE ? 'w' : '-';
	protection[3] = region->flags & VMI_REGION_EXEC ? 'x' : '-';
	protection[4] = region->flags & VMI_REGION_MAYSHARE ? 's' : 'p';
	vmi_text_hex(text, region->start, 8);
	vmi_text_char(text, '-');
	vmi_text_hex(text, region->end, 8);
	vmi_text_fixed(text, protection, 5);
	put_backing(text, region);
	if (name) {
		vmi_text_pad(text, line_start, NAME_COLUMN);
		vmi_text_char(text, ' ');
		vmi_text_string(text, name);
	}
	vmi_text_char(text, '\n');
}

static void put_detail_line(struct vmi_text *text, const struct vmi_region *region, const char *ops, u32 depth,
			    u32 height)
{
	vmi_text_char(text, ' ');
	put_counts(text, &region->counts);
	vmi_text_literal(text, " ops=");
	vmi_text_string(text, ops);
	vmi_put_key(text, "depth", depth);
	vmi_put_key(text, "height", height);
}

void vmi_procfs_put_region(struct vmi_text *text, const struct vmi_capture *capture, const struct vmi_region *region,
			   u32 depth)
{
	const struct vmi_region_set *set = &capture->regions;
	const char *ops = vmi_region_set_string(set, region->ops_name);

	put_maps_line(text, region, vmi_region_set_string(set, region->name));
	put_detail_line(text, region, ops ? ops : "-", depth,
			vmi_region_set_has_tree(set) ? region->node.height : 0);
}

void vmi_procfs_put_vsyscall(struct vmi_text *text, const struct vmi_capture *capture)
{
	const struct vmi_region gate = {
		.start = VMI_VSYSCALL_START,
		.end = VMI_VSYSCALL_END,
		.flags = capture->vsyscall_protection,
	};

	put_maps_line(text, &gate, "[vsyscall]");
	put_detail_line(text, &gate, "gate_vma_ops", 0, 0);
	vmi_text_char(text, '\n');
}
