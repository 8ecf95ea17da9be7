// SPDX-License-Identifier: GPL-2.0
/* The shadow's life, its mirrors' lives, and what happens to a frame when a mapping of it comes or goes. */
#include "shadow_state.h"

void vmi_shadow_config_init(struct vmi_shadow_config *config)
{
	memset(config, 0, sizeof(*config));
	config->policies = 1U << VMI_POLICY_AGING24;
	vmi_policy_params_init(&config->params);
}

static bool config_valid(const struct vmi_shadow_config *config)
{
	return config->policies && !(config->policies & ~VMI_POLICIES_ALL) && config->rss_basis_points <= 10000 &&
	       vmi_policy_params_valid(&config->params);
}

static void destroy_policies(struct vmi_shadow *shadow)
{
	while (shadow->policy_count)
		vmi_policy_destroy(shadow->policies[--shadow->policy_count], &shadow->budget);
}

static int create_policies(struct vmi_shadow *shadow, u32 wanted)
{
	u32 id;

	for (id = 0; id < VMI_POLICY_COUNT; id++) {
		struct vmi_policy *policy;

		if (!(wanted & 1U << id))
			continue;
		policy = vmi_policy_create(&shadow->budget, vmi_policy_by_id(id), &shadow->params, &shadow->frames,
					   shadow->policy_count);
		if (!policy) {
			destroy_policies(shadow);
			return shadow->budget.error;
		}
		shadow->policies[shadow->policy_count++] = policy;
	}
	return 0;
}

/* The budget that the shadow was taken from stands in it. */
static void free_shadow(struct vmi_shadow *shadow)
{
	struct vmi_budget budget = shadow->budget;

	vmi_budget_free(&budget, shadow->displaced, 1, sizeof(*shadow->displaced));
	vmi_budget_free(&budget, shadow, 1, sizeof(*shadow));
}

int vmi_shadow_create(const struct vmi_shadow_config *config, struct vmi_shadow **ret)
{
	struct vmi_budget budget = { .limit = config->memory_limit, .pool = config->pool };
	struct vmi_shadow *shadow;
	int err;

	if (!config_valid(config))
		return -EINVAL;
	shadow = vmi_budget_alloc(&budget, 1, sizeof(*shadow));
	if (!shadow)
		return budget.error;
	shadow->budget = budget;
	shadow->params = config->params;
	vmi_shadow_limit_rss(shadow, config->rss_limit, config->rss_basis_points);
	err = vmi_frame_table_init(&shadow->frames, &shadow->budget, vmi_bit_count(config->policies));
	if (err)
		goto err_free;
	err = create_policies(shadow, config->policies);
	if (err)
		goto err_frames;
	*ret = shadow;
	return 0;

err_frames:
	vmi_frame_table_deinit(&shadow->frames);
err_free:
	free_shadow(shadow);
	return err;
}

void vmi_shadow_destroy(struct vmi_shadow *shadow)
{
	if (!shadow)
		return;
	destroy_policies(shadow);
	vmi_frame_table_deinit(&shadow->frames);
	free_shadow(shadow);
}

struct vmi_budget *vmi_shadow_budget(struct vmi_shadow *shadow)
{
	return &shadow->budget;
}

void vmi_shadow_limit_memory(struct vmi_shadow *shadow, u64 bytes)
{
	shadow->budget.limit = bytes;
}

void vmi_shadow_limit_rss(struct vmi_shadow *shadow, u64 pages, u32 basis_points)
{
	shadow->rss_limit = pages;
	shadow->rss_basis_points = basis_points;
}

int vmi_mirror_create(struct vmi_shadow *shadow, struct vmi_mirror **ret)
{
	struct vmi_mirror *mirror = vmi_budget_alloc(&shadow->budget, 1, sizeof(*mirror));

	if (!mirror)
		return shadow->budget.error;
	vmi_avl_init(&mirror->blocks);
	mirror->shadow = shadow;
	mirror->next = shadow->mirrors;
	mirror->link = &shadow->mirrors;
	if (mirror->next)
		mirror->next->link = &mirror->next;
	shadow->mirrors = mirror;
	shadow->mirror_count++;
	*ret = mirror;
	return 0;
}

void vmi_mirror_destroy(struct vmi_mirror *mirror)
{
	if (!mirror)
		return;
	vmi_pass_absent(mirror, 0, ~0ULL);
	*mirror->link = mirror->next;
	if (mirror->next)
		mirror->next->link = mirror->link;
	mirror->shadow->mirror_count--;
	vmi_budget_free(&mirror->shadow->budget, mirror, 1, sizeof(*mirror));
}

struct vmi_policy *vmi_shadow_policy(const struct vmi_shadow *shadow, u32 id)
{
	u32 i;

	for (i = 0; i < shadow->policy_count; i++)
		if (shadow->policies[i]->ops->id == id)
			return shadow->policies[i];
	return NULL;
}

static int add_zone(struct vmi_shadow *shadow, u32 zone)
{
	int err = 0;
	u32 i;

	for (i = 0; i < shadow->policy_count && !err; i++)
		err = vmi_policy_add_zone(shadow->policies[i], &shadow->budget, zone);
	return err;
}

static void begin_frame(struct vmi_shadow *shadow, u32 frame, const struct vmi_observation *seen)
{
	u32 i;

	vmi_frame_section(&shadow->frames, frame)->identity[vmi_frame_place(frame)] = seen->identity;
	for (i = 0; i < shadow->policy_count; i++)
		shadow->policies[i]->ops->mapped(shadow->policies[i], frame, seen->flags);
}

static void end_frame(struct vmi_shadow *shadow, u32 frame, bool evicted)
{
	u32 place = vmi_frame_place(frame);
	u32 i;

	for (i = 0; i < shadow->policy_count; i++)
		vmi_policy_drop(shadow->policies[i], frame, evicted);
	vmi_bit_clear(vmi_frame_section(&shadow->frames, frame)->touched, place);
}

/* Keeps what the policies think of the frame's contents until all that mapped them has been looked at. */
static void displace_frame(struct vmi_shadow *shadow, u32 frame, u32 mappings)
{
	struct vmi_displaced_frame *old;
	u32 i;

	if (!shadow->displaced)
		shadow->displaced = vmi_budget_alloc(&shadow->budget, 1, sizeof(*shadow->displaced));
	old = shadow->displaced ? vmi_displaced_add(shadow->displaced, frame) : NULL;
	if (!old)
		return;
	old->mappings = mappings;
	for (i = 0; i < shadow->policy_count; i++)
		old->coldness[i] = vmi_policy_coldness(shadow->policies[i],
						       *vmi_policy_word(shadow->policies[i], frame));
}

int vmi_shadow_map(struct vmi_shadow *shadow, const struct vmi_observation *seen, u32 order, u32 *ret_frame)
{
	bool new;
	int err = add_zone(shadow, seen->zone);

	if (!err)
		err = vmi_frame_map(&shadow->frames, seen->pfn, order, seen->zone, ret_frame, &new);
	if (err)
		return err;
	if (new) {
		begin_frame(shadow, *ret_frame, seen);
	} else if (vmi_frame_section(&shadow->frames, *ret_frame)->identity[vmi_frame_place(*ret_frame)] !=
		   seen->identity) {
		displace_frame(shadow, *ret_frame, vmi_frame_sharers(&shadow->frames, *ret_frame) - 1);
		end_frame(shadow, *ret_frame, false);
		begin_frame(shadow, *ret_frame, seen);
	}
	vmi_frame_set_standing(&shadow->frames, *ret_frame, seen->standing);
	return 0;
}

/* A place that mapped the old contents has been looked at; the new ones are mapped elsewhere. */
static void unmap_displaced(struct vmi_shadow *shadow, struct vmi_displaced_frame *old, bool evicted)
{
	u32 i;

	if (--old->mappings || !evicted)
		return;
	for (i = 0; i < shadow->policy_count; i++)
		vmi_policy_count_evicted(shadow->policies[i], old->frame, old->coldness[i]);
}

void vmi_shadow_unmap(struct vmi_shadow *shadow, u32 frame, bool evicted)
{
	struct vmi_displaced_frame *old = shadow->displaced ? vmi_displaced_find(shadow->displaced, frame) : NULL;

	if (old)
		unmap_displaced(shadow, old, evicted);
	else if (vmi_frame_sharers(&shadow->frames, frame) == 1)
		end_frame(shadow, frame, evicted);
	vmi_frame_unmap(&shadow->frames, frame);
}

void vmi_shadow_flush(struct vmi_shadow *shadow)
{
	u32 i;

	for (i = 0; i < shadow->policy_count && shadow->batch_count; i++)
		shadow->policies[i]->ops->referenced(shadow->policies[i], shadow->batch, shadow->batch_count);
	shadow->batch_count = 0;
}
