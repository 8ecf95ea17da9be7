// SPDX-License-Identifier: GPL-2.0
/* vminspect explain: everything about one address, from the region down to the frame, and what an access would do. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common/json.h"
#include "common/units.h"

static const struct args_option options[] = { { 0 } };

#define TEXT_BYTES 512
#define LABEL "%-9s "
#define INDENT 10

/* What is read. */
struct reading {
	const struct vmi_explanation *it;
	struct vmi_policy_list policies;	/* names of lists */
};

/* --- words -------------------------------------------------------------------------------------------------------- */

/* Names of bits, with blanks between. */
static const char *words_bits(char text[TEXT_BYTES], uint64_t bits, const char *(*name)(uint32_t bit))
{
	size_t used = 0;
	uint32_t bit;

	text[0] = '\0';
	for (bit = 0; bit < 64; bit++)
		if (bits >> bit & 1 && name(bit) && used < TEXT_BYTES)
			used += snprintf(text + used, TEXT_BYTES - used, "%s%s", used ? " " : "", name(bit));
	return text;
}

static const char *list_name(const struct reading *reading, const struct vmi_opinion *opinion)
{
	size_t i, j;

	for (i = 0; i < reading->policies.count; i++) {
		const struct vmi_policy *policy = reading->policies.items[i];

		for (j = 0; policy->id == opinion->policy && j < policy->list_count; j++)
			if (policy->list[j]->list == opinion->list)
				return policy->list[j]->name;
	}
	return opinion->list == 1 ? "evicted" : words_name(NULL, opinion->list);
}

static const char *fault_words(uint32_t fault)
{
	return fault ? words_name(vmi_fault_text(fault), fault) :
		       "not told: it depends on what the page cache holds, which is everybody's";
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static void print_region(struct out *out, const char *label, const struct vmi_region *region)
{
	char permissions[PERMISSIONS_TEXT], size[UNITS_TEXT], flags[TEXT_BYTES];
	const uint32_t told = VMINSPECT_REGION_FLAGS_READ | VMINSPECT_REGION_FLAGS_WRITE | VMINSPECT_REGION_FLAGS_EXEC |
			      VMINSPECT_REGION_FLAGS_MAYSHARE;

	out_paragraph(out, INDENT, LABEL "%" PRIx64 "-%" PRIx64 " %s %s %s", label, region->start, region->end,
		      words_permissions(permissions, region->flags), units_size(size, region->end - region->start),
		      words_region(region));
	words_bits(flags, region->flags & ~told, vmi_region_flag_name);
	if (*flags || *region->ops_name)
		out_paragraph(out, INDENT, LABEL "%s%s%s", "", flags,
			      *flags && *region->ops_name ? "; operations " : "", region->ops_name);
}

static void print_hole(struct out *out, const struct vmi_hole *hole)
{
	char size[UNITS_TEXT];

	out_paragraph(out, INDENT, LABEL "%" PRIx64 "-%" PRIx64 " %s, no region", "hole", hole->start, hole->end,
		      units_size(size, hole->end - hole->start));
	if (hole->before)
		print_region(out, "before", hole->before);
	if (hole->after)
		print_region(out, "behind", hole->after);
}

/* No entry lies at address 0: then the daemon keeps address and value from users. */
static void print_entry(struct out *out, const char *label, const struct vmi_entry *entry)
{
	if (entry->address)
		out_paragraph(out, INDENT, LABEL "%-3s %3u at %-10" PRIx64 " %016" PRIx64 " %s", label, entry->name,
			      entry->index, entry->address, entry->value,
			      !entry->value ? "empty" : *entry->text ? entry->text : "not present");
	else
		out_paragraph(out, INDENT, LABEL "%-3s %3u %s", label, entry->name, entry->index,
			      *entry->text ? entry->text : "empty or not present");
}

static void print_levels(struct out *out, const struct vmi_explanation *it)
{
	size_t i;

	for (i = 0; i < it->level_count; i++)
		print_entry(out, i ? "" : "tables", it->level[i]);
}

/* The page: what it is, by how large a leaf, and the facts that are set. */
static void print_page(struct out *out, const struct vmi_run *page)
{
	char flags[TEXT_BYTES], size[UNITS_TEXT];

	words_bits(flags, page->flags, vmi_page_flag_name);
	if (run_has_slot(page))
		out_paragraph(out, INDENT, LABEL "swapped: area %u, slot %" PRIx64, "page", page->swap_type,
			      page->swap_offset);
	else
		out_paragraph(out, INDENT, LABEL "%s%s%s", "page",
			      words_name(vmi_page_state_name(page->state), page->state),
			      page->pages > 1 ? ", a leaf of " : "",
			      page->pages > 1 ? units_size(size, page->pages * UNITS_PAGE) : "");
	if (*flags)
		out_paragraph(out, INDENT, LABEL "%s", "", flags);
}

/* The first frame of all is nobody's: a number that is not told. */
static const char *words_frame(char text[24], uint64_t frame)
{
	if (!frame)
		return "(not told)";
	snprintf(text, 24, "%" PRIx64, frame);
	return text;
}

/* A frame that is mapped has one at least: none are those that are not told. */
static const char *words_references(char text[40], const struct vmi_frame *frame)
{
	if (!frame->references)
		return "";
	snprintf(text, 40, ", %u reference%s", frame->references, frame->references == 1 ? "" : "s");
	return text;
}

static void print_frame(struct out *out, const struct vmi_explanation *it)
{
	const struct vmi_frame *frame = it->frame;
	char cgroup[48] = "", number[24], folio[24], references[40];

	if (frame->memcg)
		snprintf(cgroup, sizeof(cgroup), ", memory cgroup %" PRIu64, frame->memcg);
	out_paragraph(out, INDENT, LABEL "%s on node %u, zone %s; mapped %u time%s%s", "frame",
		      words_frame(number, frame->frame), frame->node, frame->zone, frame->mapcount,
		      frame->mapcount == 1 ? "" : "s", cgroup);
	out_paragraph(out, INDENT, LABEL "folio %s of %u page%s%s", "", words_frame(folio, frame->folio),
		      1u << (frame->order & 31), frame->order ? "s" : "", words_references(references, frame));
	if (it->page && (it->page->lru || frame->frame))
		out_paragraph(out, INDENT, LABEL "%s", "LRU", it->page->lru ?
			      words_name(vmi_lru_name(it->page->lru), it->page->lru) : "on no list");
}

static void print_file(struct out *out, const struct vmi_file *file)
{
	char size[UNITS_TEXT];

	out_paragraph(out, INDENT, LABEL "%s", "file", file->name);
	out_paragraph(out, INDENT, LABEL "offset %" PRIx64 " of %s%s; inode %" PRIu64 " on %02x:%02x", "", file->offset,
		      units_size(size, file->size), file->offset >= file->size ? " (behind its end)" : "", file->inode,
		      file->dev_major, file->dev_minor);
}

static void print_opinions(struct out *out, const struct reading *reading)
{
	const struct vmi_explanation *it = reading->it;
	size_t i;

	for (i = 0; i < it->opinion_count; i++) {
		const struct vmi_opinion *opinion = it->opinion[i];
		char percent[UNITS_TEXT];

		out_paragraph(out, INDENT, LABEL "%s: age %u, list %s; %s%% of the zone's pages are colder",
			      i ? "" : "policies", words_name(vmi_policy_name(opinion->policy), opinion->policy),
			      opinion->age, list_name(reading, opinion), units_percent(percent, opinion->colder));
	}
}

static void print_sharers(struct out *out, const struct vmi_explanation *it)
{
	size_t i;

	for (i = 0; i < it->sharer_count; i++)
		out_paragraph(out, INDENT, LABEL "process %u at %" PRIx64, i ? "" : "mapped by", it->sharer[i]->pid,
			      it->sharer[i]->address);
}

static void print_text(struct out *out, const struct reading *reading)
{
	const struct vmi_explanation *it = reading->it;

	out_paragraph(out, INDENT, LABEL "%" PRIx64 " of process %u", "address", it->address, it->pid);
	if (it->region)
		print_region(out, "region", it->region);
	if (it->hole)
		print_hole(out, it->hole);
	print_levels(out, it);
	if (it->page)
		print_page(out, it->page);
	if (it->frame)
		print_frame(out, it);
	if (it->file)
		print_file(out, it->file);
	print_opinions(out, reading);
	print_sharers(out, it);
	out_paragraph(out, INDENT, LABEL "%s", "a read", fault_words(it->read));
	out_paragraph(out, INDENT, LABEL "%s", "a write", fault_words(it->write));
	out_paragraph(out, INDENT, LABEL "%s", "execution", fault_words(it->execute));
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void put_region(struct json *json, const char *key, const struct vmi_region *region)
{
	char permissions[PERMISSIONS_TEXT];

	if (!region) {
		json_null(json, key);
		return;
	}
	json_begin_object(json, key);
	json_hex(json, "start", region->start);
	json_hex(json, "end", region->end);
	json_string(json, "permissions", words_permissions(permissions, region->flags));
	out_json_bits(json, "flags", region->flags, vmi_region_flag_name);
	json_hex(json, "offset", region->offset);
	json_number(json, "inode", region->inode);
	json_string(json, "mapping", region->name);
	json_string(json, "ops", region->ops_name);
	json_end_object(json);
}

static void put_hole(struct json *json, const struct vmi_hole *hole)
{
	if (!hole) {
		json_null(json, "hole");
		return;
	}
	json_begin_object(json, "hole");
	json_hex(json, "start", hole->start);
	json_hex(json, "end", hole->end);
	put_region(json, "before", hole->before);
	put_region(json, "after", hole->after);
	json_end_object(json);
}

static void put_levels(struct json *json, const struct vmi_explanation *it)
{
	size_t i;

	json_begin_array(json, "levels");
	for (i = 0; i < it->level_count; i++) {
		const struct vmi_entry *entry = it->level[i];

		json_begin_object(json, NULL);
		json_number(json, "level", entry->level);
		json_string(json, "name", entry->name);
		json_number(json, "index", entry->index);
		json_hex_if(json, "address", entry->address, entry->address);
		json_hex_if(json, "value", entry->address, entry->value);
		json_string(json, "bits", entry->text);
		json_bool(json, "leaf", entry->leaf);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_page(struct json *json, const struct vmi_run *page)
{
	if (!page) {
		json_null(json, "page");
		return;
	}
	json_begin_object(json, "page");
	json_hex(json, "start", page->start);
	json_number(json, "pages", page->pages);
	json_string(json, "state", words_name(vmi_page_state_name(page->state), page->state));
	out_json_bits(json, "flags", page->flags, vmi_page_flag_name);
	if (page->lru)
		json_string(json, "lru", words_name(vmi_lru_name(page->lru), page->lru));
	else
		json_null(json, "lru");
	json_number_if(json, "swap_type", run_has_slot(page), page->swap_type);
	json_number_if(json, "swap_offset", run_has_slot(page), page->swap_offset);
	json_end_object(json);
}

static void put_frame(struct json *json, const struct vmi_frame *frame)
{
	if (!frame) {
		json_null(json, "frame");
		return;
	}
	json_begin_object(json, "frame");
	json_number_if(json, "frame", frame->frame, frame->frame);
	json_number_if(json, "folio", frame->frame, frame->folio);
	json_number(json, "order", frame->order);
	json_number(json, "node", frame->node);
	json_string(json, "zone", frame->zone);
	json_number_if(json, "references", frame->references, frame->references);
	json_number(json, "mapcount", frame->mapcount);
	json_number_if(json, "memcg", frame->memcg, frame->memcg);
	json_end_object(json);
}

static void put_file(struct json *json, const struct vmi_file *file)
{
	if (!file) {
		json_null(json, "file");
		return;
	}
	json_begin_object(json, "file");
	json_string(json, "name", file->name);
	json_number(json, "inode", file->inode);
	json_number(json, "device_major", file->dev_major);
	json_number(json, "device_minor", file->dev_minor);
	json_number(json, "offset", file->offset);
	json_number(json, "size", file->size);
	json_end_object(json);
}

static void put_opinions(struct json *json, const struct reading *reading)
{
	size_t i;

	json_begin_array(json, "opinions");
	for (i = 0; i < reading->it->opinion_count; i++) {
		const struct vmi_opinion *opinion = reading->it->opinion[i];

		json_begin_object(json, NULL);
		json_string(json, "policy", words_name(vmi_policy_name(opinion->policy), opinion->policy));
		json_number(json, "age", opinion->age);
		json_string(json, "list", list_name(reading, opinion));
		json_fraction(json, "colder", opinion->colder);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_sharers(struct json *json, const struct vmi_explanation *it)
{
	size_t i;

	json_begin_array(json, "sharers");
	for (i = 0; i < it->sharer_count; i++) {
		json_begin_object(json, NULL);
		json_number(json, "pid", it->sharer[i]->pid);
		json_hex(json, "address", it->sharer[i]->address);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_fault(struct json *json, const char *key, uint32_t fault)
{
	if (!fault) {
		json_null(json, key);
		return;
	}
	json_begin_object(json, key);
	json_string(json, "outcome", words_name(vmi_fault_name(fault), fault));
	json_string(json, "text", fault_words(fault));
	json_end_object(json);
}

static void put_json(struct json *json, const struct reading *reading)
{
	const struct vmi_explanation *it = reading->it;

	json_number(json, "pid", it->pid);
	json_hex(json, "address", it->address);
	put_region(json, "region", it->region);
	put_hole(json, it->hole);
	put_levels(json, it);
	put_page(json, it->page);
	put_frame(json, it->frame);
	put_file(json, it->file);
	put_opinions(json, reading);
	put_sharers(json, it);
	put_fault(json, "read", it->read);
	put_fault(json, "write", it->write);
	put_fault(json, "execute", it->execute);
}

/* ------------------------------------------------------------------------------------------------------------------ */

static int print(struct session *session, const struct reading *reading)
{
	if (!session_print(session, NULL))
		return EXIT_FAILED;
	if (out_json(session->out))
		put_json(out_json(session->out), reading);
	else
		print_text(session->out, reading);
	return EXIT_FINE;
}

static int run(struct session *session, int count, char **operands)
{
	struct vmi_explanation_list list;
	struct reading reading = { 0 };
	struct subject subject;
	uint64_t address;
	int status = EXIT_FAILED;

	(void)count;
	if (!subject_take(operands[0], &subject) ||
	    args_take_operand(&args_address, "ADDRESS", operands[1], &address))
		return EXIT_USAGE;
	if (!session_connect(session))
		return EXIT_FAILED;
	if (!session_has_read(session, vmi_explanation_list_read(session->client, subject.pid, address, &list),
			      subject.name))
		return EXIT_FAILED;
	if (list.count == 1) {
		reading.it = list.items[0];
		if (!reading.it->opinion_count ||
		    session_has_read(session, vmi_policy_list_read(session->client, &reading.policies), "policies"))
			status = print(session, &reading);
	} else {
		connect_complain(session->client, -EPROTO, subject.name);
	}
	vmi_policy_list_release(&reading.policies);
	vmi_explanation_list_release(&list);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "PID ADDRESS",
	.operands_least = 2,
	.operands_most = 2,
	.summary = "tells everything about one address of a process",
	.details = "The region or hole it lies in, the entry at each level of the page tables, the page and its\n"
		   "frame, the file behind it, what policies think of it, and what a read, a write and an execution\n"
		   "there would do now.",
	.options = options,
	.settings = NULL,
	.run = run,
};
