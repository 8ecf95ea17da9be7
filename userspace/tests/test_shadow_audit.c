// SPDX-License-Identifier: GPL-2.0
/* The audit finds what is wrong: each count, link and entry of a sound shadow is falsified in turn. */
#include "shadow_state.h"
#include "unit.h"

#define ADDRESS	0x7f0000000000ULL

struct world {
	struct vmi_shadow *shadow;
	struct vmi_mirror *mirror;
	u32 frame[3];			/* on the list below, head first */
	struct vmi_policy *policy;	/* aging24, all frames on its active list in zone 0 */
	struct vmi_list *active;
	struct vmi_section *section;	/* of all frames */
	struct vmi_block *block;
};

static void begin_world(struct world *world)
{
	struct vmi_shadow_config config;
	struct vmi_observation seen[3];
	struct vmi_pass_stats stats;
	u32 i;

	vmi_shadow_config_init(&config);
	assert_int_equal(vmi_shadow_create(&config, &world->shadow), 0);
	assert_int_equal(vmi_mirror_create(world->shadow, &world->mirror), 0);
	for (i = 0; i < 3; i++)
		seen[i] = (struct vmi_observation){ .pfn = 100 + i, .state = VMI_PAGE_PRESENT };
	vmi_pass_begin(world->mirror);
	assert_int_equal(vmi_pass_block(world->mirror, ADDRESS, seen, 0, 3), 0);
	vmi_pass_end(world->mirror, &stats);
	world->policy = world->shadow->policies[0];
	world->active = &world->policy->zones[0]->lists[VMI_LIST_FIRST_OWN];
	for (i = 0; i < 3; i++)
		world->frame[i] = vmi_frame_find(&world->shadow->frames, 102 - i, 0);
	world->section = vmi_frame_section(&world->shadow->frames, world->frame[0]);
	world->block = vmi_mirror_block(world->mirror, ADDRESS);
}

/* Each falsifies one thing, the nth of its kind, and returns what that was; NULL when there are no more. */

static const char *falsify_list(struct world *world, u32 nth)
{
	u64 *middle = vmi_policy_word(world->policy, world->frame[1]);
	u64 *last = vmi_policy_word(world->policy, world->frame[2]);

	switch (nth) {
	case 0:
		world->active->pages++;
		return "pages of a list";
	case 1:
		world->active->head = world->frame[1];
		return "head";
	case 2:
		world->active->tail = world->frame[1];
		return "tail";
	case 3:
		*middle ^= 1;
		return "link";
	case 4:
		*middle ^= 1ULL << VMI_PREV_SHIFT;
		return "link back";
	case 5:
		*last |= world->frame[0];
		return "end of a list";
	case 6:
		*middle += 1ULL << VMI_LIST_SHIFT;
		return "list of a frame";
	case 7:
		*middle = 0;
		return "frame on no list";
	default:
		return NULL;
	}
}

static const char *falsify_frame(struct world *world, u32 nth)
{
	switch (nth) {
	case 0:
		world->section->state[vmi_frame_place(world->frame[1])] += 1 << VMI_STATE_SHARER_SHIFT;
		return "sharers";
	case 1:
		world->section->state[vmi_frame_place(world->frame[1])] = 0;
		return "frame not watched";
	case 2:
		world->section->state[VMI_SECTION_FRAMES - 1] = 1 << VMI_STATE_SHARER_SHIFT;
		return "frame watched that nobody maps";
	case 3:
		world->section->used--;
		return "frames of a section";
	case 4:
		world->section->order = VMI_BLOCK_ORDER;
		return "size of frames";
	default:
		return NULL;
	}
}

static const char *falsify_total(struct world *world, u32 nth)
{
	switch (nth) {
	case 0:
		world->shadow->frames.frames++;
		return "frames";
	case 1:
		world->shadow->frames.pages--;
		return "pages";
	case 2:
		world->shadow->frames.mappings++;
		return "mappings";
	case 3:
		world->shadow->frames.count++;
		return "sections";
	case 4:
		world->shadow->mirror_count++;
		return "mirrors";
	default:
		return NULL;
	}
}

static const char *falsify_mirror(struct world *world, u32 nth)
{
	switch (nth) {
	case 0:
		world->block->used++;
		return "entries of a block";
	case 1:
		world->block->entries[1] = 0;
		return "entry lost";
	case 2:
		world->block->entries[9] = world->block->entries[1];
		return "entry doubled";
	case 3:
		world->block->entries[1] = VMI_FRAME_MASK;
		return "entry of no section";
	case 4:
		world->block->node.height = 2;
		return "tree";
	default:
		return NULL;
	}
}

/* What was falsified cannot be freed in good order, so each shadow is kept until the program ends. */
static bool falsify_and_audit(const char *(*falsify)(struct world *world, u32 nth), u32 nth)
{
	static struct world worlds[32];
	static u32 used;
	struct world *world = &worlds[used++];
	const char *wrong = NULL;
	const char *falsified;

	assert_true(used <= ARRAY_SIZE(worlds));
	begin_world(world);
	assert_int_equal(vmi_shadow_audit(world->shadow, &wrong), 0);
	assert_null(wrong);
	falsified = falsify(world, nth);
	if (falsified && vmi_shadow_audit(world->shadow, &wrong) != -EUCLEAN)
		fail_msg("%s: not found", falsified);
	assert_int_equal(!falsified, !wrong);
	return falsified;
}

static void whatever_is_falsified_is_found(void **state)
{
	static const char *(*const kinds[])(struct world *world, u32 nth) = {
		falsify_list, falsify_frame, falsify_total, falsify_mirror,
	};
	u32 kind, nth;

	(void)state;
	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++)
		for (nth = 0; falsify_and_audit(kinds[kind], nth);)
			nth++;
}

static void without_memory_the_audit_says_so(void **state)
{
	struct world world;
	const char *what;
	u32 nth;

	(void)state;
	begin_world(&world);
	for (nth = 1; nth <= 2; nth++) {
		alloc_fail_nth(nth);
		assert_int_equal(vmi_shadow_audit(world.shadow, &what), -ENOMEM);
	}
	alloc_fail_nth(0);
	assert_int_equal(vmi_shadow_audit(world.shadow, &what), 0);
	vmi_mirror_destroy(world.mirror);
	vmi_shadow_destroy(world.shadow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_falsified_is_found),
		cmocka_unit_test(without_memory_the_audit_says_so),
	};

	return cmocka_run_group_tests_name("shadow_audit", tests, NULL, NULL);
}
