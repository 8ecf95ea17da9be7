// SPDX-License-Identifier: GPL-2.0
/* What actions do to what is shown. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

#define DELAY_LEAST	100000000ull	/* ns */
#define DELAY_MOST	60000000000ull
#define ZOOM_MOST	18		/* a cell of 1 GiB */

static void say(struct model *model, const char *text)
{
	snprintf(model->message, sizeof(model->message), "%s", text);
}

/* --- moving ------------------------------------------------------------------------------------------------------- */

/* The selection has moved: what is there is selected from now on. */
static void take_selection(struct model *model)
{
	size_t count = model_row_count(model);

	if (!count)
		return;
	if (model->selected >= count)
		model->selected = count - 1;
	if (model->view == VIEW_PROCESSES)
		model->pid = model->rows[model->selected].process->pid;
	else
		model->region = model->region_rows[model->selected]->start;
}

/* Rows up (negative) or down. */
static void move(struct model *model, long rows)
{
	size_t *at = model->view == VIEW_PAGES ? &model->top : &model->selected;

	if (rows < 0 && *at < (size_t)-rows)
		*at = 0;
	else
		*at += rows;
	if (model->view != VIEW_PAGES)
		take_selection(model);
}

static void move_to_end(struct model *model, bool last)
{
	if (model->view == VIEW_PAGES)
		model->top = last ? SIZE_MAX / 2 : 0;
	else
		model->selected = last ? SIZE_MAX / 2 : 0;
	if (model->view != VIEW_PAGES)
		take_selection(model);
}

/* --- views -------------------------------------------------------------------------------------------------------- */

static bool open_selected(struct model *model)
{
	if (model->view == VIEW_PAGES || !model_row_count(model))
		return false;
	if (model->view == VIEW_PROCESSES && !model->rows[model->selected].process->totals) {
		say(model, "it has no memory any more");
		return false;
	}
	model->view++;
	model->selected = 0;
	model->top = 0;
	model->fit = true;
	return true;
}

static bool go_back(struct model *model)
{
	if (model->view == VIEW_PROCESSES)
		return false;
	model->view--;
	model->selected = 0;
	model->top = 0;
	return true;
}

/* --- watches ------------------------------------------------------------------------------------------------------ */

static void complain_of_kernel(struct model *model, int err)
{
	const struct vmi_error *said = vmi_client_error(model->client);

	say(model, *said->text ? said->text : strerror(-err));
}

static void begin_watch(struct model *model, uint32_t pid)
{
	const struct vmi_watch_request request = { .pid = pid, .owned = true };
	struct vmi_watch_list list;
	int err;

	if (model->begun_count == MODEL_WATCHES_MAX) {
		say(model, "no more watches can be begun here");
		return;
	}
	err = vmi_watch_begin(model->client, &request, &list);
	if (err) {
		complain_of_kernel(model, err);
	} else if (list.count) {
		model->begun[model->begun_count++] = list.items[0]->id;
		snprintf(model->message, sizeof(model->message), "process %u is watched until vmitop ends", pid);
	}
	vmi_watch_list_release(&list);
}

/* Watches of others are left alone. */
static void end_watch(struct model *model, uint32_t id)
{
	size_t i;
	int err;

	for (i = 0; i < model->begun_count; i++)
		if (model->begun[i] == id)
			break;
	if (i == model->begun_count) {
		snprintf(model->message, sizeof(model->message),
			 "watch %u was not begun here; 'vminspect unwatch --id %u' ends it", id, id);
		return;
	}
	model->begun[i] = model->begun[--model->begun_count];
	err = vmi_watch_end(model->client, id, 0);
	if (err)
		complain_of_kernel(model, err);
	else
		snprintf(model->message, sizeof(model->message), "watch %u has ended", id);
}

static void toggle_watch(struct model *model)
{
	const struct vmi_process *process;
	size_t i;

	for (i = 0; i < model->processes.count; i++) {
		process = model->processes.items[i];
		if (process->pid != model->pid)
			continue;
		if (process->watch)
			end_watch(model, process->watch);
		else
			begin_watch(model, process->pid);
	}
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void change_delay(struct model *model, bool faster)
{
	model->delay = faster ? model->delay / 2 : model->delay * 2;
	if (model->delay < DELAY_LEAST)
		model->delay = DELAY_LEAST;
	if (model->delay > DELAY_MOST)
		model->delay = DELAY_MOST;
	snprintf(model->message, sizeof(model->message), "every %.3g s", model->delay / 1e9);
}

/* Zooming begins with what fits, whose zoom the view has set. */
static void change_zoom(struct model *model, bool in)
{
	if (model->view != VIEW_PAGES)
		return;
	model->fit = false;
	if (in && model->zoom)
		model->zoom--;
	else if (!in && model->zoom < ZOOM_MOST)
		model->zoom++;
	model->top = 0;
}

static bool change_order(struct model *model, bool reverse)
{
	if (reverse)
		model->reverse = !model->reverse;
	else
		model->order = (model->order + 1) % ORDERS;
	return true;
}

/* Moves; false for another action. */
static bool move_if_asked(struct model *model, enum action action)
{
	long page = model->page_rows > 1 ? (long)model->page_rows - 1 : 1;

	switch (action) {
	case ACTION_UP:
		move(model, -1);
		break;
	case ACTION_DOWN:
		move(model, 1);
		break;
	case ACTION_PAGE_UP:
		move(model, -page);
		break;
	case ACTION_PAGE_DOWN:
		move(model, page);
		break;
	case ACTION_FIRST:
	case ACTION_LAST:
		move_to_end(model, action == ACTION_LAST);
		break;
	default:
		return false;
	}
	return true;
}

/* True where what is changed needs to be read anew. */
static bool act_on(struct model *model, enum action action)
{
	switch (action) {
	case ACTION_OPEN:
		return open_selected(model);
	case ACTION_BACK:
		return go_back(model);
	case ACTION_ORDER:
	case ACTION_REVERSE:
		return change_order(model, action == ACTION_REVERSE);
	case ACTION_WATCH:
		toggle_watch(model);
		return true;
	case ACTION_FASTER:
	case ACTION_SLOWER:
		change_delay(model, action == ACTION_FASTER);
		return false;
	case ACTION_ZOOM_IN:
	case ACTION_ZOOM_OUT:
		change_zoom(model, action == ACTION_ZOOM_IN);
		return false;
	case ACTION_HELP:
		model->help = true;
		return false;
	default:
		return action == ACTION_REFRESH || action == ACTION_NONE;
	}
}

bool model_act(struct model *model, enum action action)
{
	if (action != ACTION_NONE && action != ACTION_RESIZED)
		model->message[0] = '\0';
	if (action == ACTION_QUIT && !model->help)
		model->quit = true;
	if (model->help && action != ACTION_NONE && action != ACTION_RESIZED) {
		model->help = false;
		return false;
	}
	return !move_if_asked(model, action) && act_on(model, action);
}
