/* SPDX-License-Identifier: GPL-2.0 */
/* What vmitop shows: which view, what was read for it, and what is selected. Actions change it; nothing here draws. */
#ifndef VMI_VMITOP_MODEL_H
#define VMI_VMITOP_MODEL_H

#include <stdbool.h>

#include "lib/vminspect.h"

enum view {
	VIEW_PROCESSES,
	VIEW_REGIONS,			/* of `pid` */
	VIEW_PAGES,			/* of the region at `region` of `pid` */
};

/* Orders of processes, and of regions, by which each comes first. */
enum order {
	ORDER_WSS,
	ORDER_RSS,
	ORDER_SWAP,
	ORDER_PID,
	ORDER_NAME,
	ORDERS,
};

/* What keys ask for. */
enum action {
	ACTION_NONE,			/* time has passed */
	ACTION_RESIZED,
	ACTION_OTHER,			/* a key that asks for nothing: it ends help as any other does */
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_OPEN,
	ACTION_BACK,
	ACTION_ORDER,			/* the next one */
	ACTION_REVERSE,
	ACTION_WATCH,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_ZOOM_IN,
	ACTION_ZOOM_OUT,
	ACTION_HELP,
	ACTION_REFRESH,
	ACTION_QUIT,
};

struct process_row {
	const struct vmi_process *process;
	const struct vmi_stats *stats;	/* NULL: it is not the one that a watch was put on */
};

#define MODEL_WATCHES_MAX 64

struct model {
	struct vmi_client *client;
	enum view view;
	enum order order;
	bool reverse;
	bool help;
	bool quit;
	uint64_t delay;			/* between readings, ns */
	char message[160];		/* for the last line; "" for none */

	/* what was read, of all views down to the current one */
	struct vmi_module_list module;
	struct vmi_process_list processes;
	struct vmi_stats_list stats;
	struct vmi_watch_list watches;
	struct process_row *rows;	/* of processes, in order */
	struct vmi_region_list regions;
	const struct vmi_region **region_rows;	/* in order */
	struct vmi_run_list runs;

	/* what is selected: by what it is, since rows move */
	uint32_t pid;
	uint64_t region;
	size_t selected;		/* row */
	size_t top;			/* first row on the screen */
	size_t page_rows;		/* rows that the screen has room for; set by the view */
	uint32_t zoom;			/* pages: a cell is 1 << zoom of them; 0 with fit */
	bool fit;			/* pages: a cell is as many as it takes for the region to fit */

	/* watches that were begun here and are not over; they end with us */
	uint32_t begun[MODEL_WATCHES_MAX];	/* ids */
	size_t begun_count;
};

void model_init(struct model *model, struct vmi_client *client);
void model_deinit(struct model *model);

/*
 * Reads what the view shows. A process or region that has gone, or a process that may not be looked at, leads back to
 * the view before, with a message. A negative errno when there is nothing to show at all.
 */
int model_read(struct model *model);

/* Does what a key asks for. True: what is shown needs to be read anew. */
bool model_act(struct model *model, enum action action);

/* Rows of the current view. */
size_t model_row_count(const struct model *model);

/* The strip of heat for a process needs its regions: reads them. Empty if it has gone. */
void model_read_regions(struct model *model, uint32_t pid, struct vmi_region_list *ret);

const char *model_order_name(enum order order);

/* -1: there is no order of that name. */
int model_find_order(const char *name);

#endif /* VMI_VMITOP_MODEL_H */
