// SPDX-License-Identifier: GPL-2.0
/*
 * What users without privileges are told of anything that a module might say: never more bytes than it said, no secret
 * that the library would find in it, and what is fit for them stays as it is.
 */
#include "input.h"
#include "snapshot.h"
#include "vminspect.h"
#include "vminspectd/redact.c"

#define ROOM 4096

static void check_run(const struct vmi_run *run)
{
	REQUIRE(!run || (!run->frame && !run->swap_type && !run->swap_offset));
}

static void check_runs(const void *attributes, size_t length)
{
	struct vmi_snapshot *runs = vmi_snapshot_create();
	size_t i;

	if (!vmi_decode_runs(attributes, length, runs))
		for (i = 0; i < runs->count; i++)
			check_run(runs->items[i]);
	vmi_snapshot_destroy(runs);
}

static void check_explanation(const void *attributes, size_t length)
{
	struct vmi_snapshot *memory = vmi_snapshot_create();
	struct vmi_explanation *explanation;
	void *object;
	size_t i;

	if (!vmi_decode(&vmi_explanation_object, attributes, length, memory, &object)) {
		explanation = object;
		REQUIRE(!explanation->sharer_count);
		check_run(explanation->page);
		REQUIRE(!explanation->frame || (!explanation->frame->frame && !explanation->frame->folio));
		for (i = 0; i < explanation->level_count; i++)
			REQUIRE(!explanation->level[i]->address && !explanation->level[i]->value);
	}
	vmi_snapshot_destroy(memory);
}

static void check_process(const void *attributes, size_t length)
{
	struct vmi_snapshot *memory = vmi_snapshot_create();
	struct vmi_process *process;
	void *object;
	size_t i;

	if (!vmi_decode(&vmi_process_object, attributes, length, memory, &object)) {
		process = object;
		for (i = 0; process->tables && i < process->tables->level_count; i++)
			REQUIRE(!process->tables->level[i]->frame);
	}
	vmi_snapshot_destroy(memory);
}

/* The first byte is the command. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char said[ROOM] __attribute__((aligned(8))), told[ROOM] __attribute__((aligned(8)));
	static char again[ROOM] __attribute__((aligned(8)));
	size_t length;

	if (!size || size > ROOM)
		return 0;
	memcpy(said, data + 1, size - 1);
	length = redact(data[0], said, size - 1, told);
	REQUIRE(length <= size - 1 && length % NLA_ALIGNTO == 0);
	REQUIRE(redact(data[0], told, length, again) == length && !memcmp(told, again, length));
	check_runs(told, data[0] == VMI_CMD_PAGE_GET ? length : 0);
	check_explanation(told, data[0] == VMI_CMD_EXPLAIN_GET ? length : 0);
	check_process(told, data[0] == VMI_CMD_PROCESS_GET ? length : 0);
	return 0;
}
