// SPDX-License-Identifier: GPL-2.0
/* Notifications on their way into the history. */
#include "events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "common/units.h"
#include "lib/vminspect.h"

#define TAKEN_AT_ONCE 512		/* so that nobody else waits long */
#define GROUPS (VMI_GROUP_REGION | VMI_GROUP_RECLAIM | VMI_GROUP_PROCESS)

/* --- from notification to event ----------------------------------------------------------------------------------- */

/* The next event, zeroed but for its time; NULL, and counted, if there is no room. One place is kept for losses. */
static struct history_event *new_event(struct events *events, int64_t now)
{
	struct history_event *event = &events->gathered[events->count];

	if (events->count == EVENTS_MAX - 1) {
		events->lost++;
		return NULL;
	}
	events->count++;
	*event = (struct history_event){ .time = now };
	return event;
}

static const char *known(const char *name)
{
	return name ? name : "unknown";
}

static void add_region(struct events *events, const struct vmi_region *region, int64_t now)
{
	struct history_event *event = new_event(events, now);

	if (!event)
		return;
	event->kind = known(vmi_region_event_name(region->event));
	event->pid = region->pid;
	event->start = region->start;
	event->size = region->end - region->start;
	snprintf(event->text, sizeof(event->text), "%s", region->name);
}

/* Of one policy and one pass there are many; neighbours are summed up. */
static bool continues(const struct history_event *event, const struct vmi_reclaim *reclaim, const char *kind,
		      int64_t now)
{
	return event->time == now && event->kind == kind && event->watch == reclaim->watch &&
	       event->pid == reclaim->pid;
}

static void add_reclaim(struct events *events, const struct vmi_reclaim *reclaim, int64_t now)
{
	struct history_event *event = events->count ? &events->gathered[events->count - 1] : NULL;
	const char *kind = known(vmi_reclaim_event_name(reclaim->event));
	char policy[sizeof(event->text)];
	size_t i;

	snprintf(policy, sizeof(policy), "%s", known(vmi_policy_name(reclaim->policy)));
	if (!event || !continues(event, reclaim, kind, now) || strcmp(event->text, policy)) {
		event = new_event(events, now);
		if (!event)
			return;
		event->kind = kind;
		event->pid = reclaim->pid;
		event->watch = reclaim->watch;
		strcpy(event->text, policy);
	}
	for (i = 0; i < reclaim->run_count; i++)
		event->size += reclaim->run[i]->pages * UNITS_PAGE;
}

/* Processes that nobody watches come and go by the thousand. */
static void add_process(struct events *events, const struct vmi_process *process, int64_t now)
{
	struct history_event *event = process->watch ? new_event(events, now) : NULL;

	if (!event)
		return;
	event->kind = known(vmi_process_event_name(process->event));
	event->pid = process->pid;
	event->watch = process->watch;
	snprintf(event->text, sizeof(event->text), "%s", process->comm);
}

static void add(struct events *events, const struct vmi_event *event, int64_t now)
{
	if (event->region)
		add_region(events, event->region, now);
	else if (event->reclaim)
		add_reclaim(events, event->reclaim, now);
	else if (event->process)
		add_process(events, event->process, now);
}

/* --- listening ---------------------------------------------------------------------------------------------------- */

int events_open(struct events *events, struct vmi_client *client)
{
	int err = vmi_client_listen(client, GROUPS), fd = vmi_client_fd(client);

	if (!err && fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK))
		err = -errno;
	if (err) {
		vmi_client_close(client);
		return err;
	}
	events->client = client;
	events->lost_before = 0;
	return 0;
}

void events_close(struct events *events)
{
	vmi_client_close(events->client);
	events->client = NULL;
}

int events_fd(const struct events *events)
{
	return events->client ? vmi_client_fd(events->client) : -1;
}

/* The kernel may not know how many there were; one at least. */
static void count_losses(struct events *events)
{
	uint64_t lost = vmi_client_lost(events->client);

	events->lost += lost > events->lost_before ? lost - events->lost_before : 1;
	events->lost_before = lost;
}

int events_take(struct events *events, int64_t now)
{
	struct vmi_event event;
	int err = 0, taken;

	for (taken = 0; !err && taken < TAKEN_AT_ONCE; taken++) {
		err = vmi_client_next_event(events->client, &event);
		if (!err)
			add(events, &event, now);
	}
	if (err == -ENOBUFS)
		count_losses(events);
	return err == -EAGAIN || err == -EINTR ? 0 : err;
}

/* --- what was gathered -------------------------------------------------------------------------------------------- */

void events_note_losses(struct events *events, int64_t now)
{
	if (!events->lost)
		return;
	events->gathered[events->count++] = (struct history_event){ .time = now, .kind = "lost", .size = events->lost };
}

void events_clear(struct events *events)
{
	events->count = 0;
	events->lost = 0;
}
