// SPDX-License-Identifier: GPL-2.0
/* One reading of everything that the daemon tells. */
#include "reading.h"

#include <time.h>

#include "lib/transport.h"

static void release_lists(struct reading *reading)
{
	vmi_module_list_release(&reading->module);
	vmi_process_list_release(&reading->processes);
	vmi_watch_list_release(&reading->watches);
	vmi_stats_list_release(&reading->stats);
	vmi_score_list_release(&reading->scores);
}

void reading_release(struct reading *reading)
{
	release_lists(reading);
	vmi_client_close(reading->client);
	reading->client = NULL;
}

/* By netlink whatever the environment says: the daemon must not ask itself. */
static int open_client(struct reading *reading)
{
	const struct common_settings *source = reading->source;

	if (source->replay)
		return vmi_client_open_recording(source->replay, &reading->client);
	return vmi_client_open_netlink(&reading->client);
}

static int read_lists(struct reading *reading)
{
	const struct vmi_process_query all = { 0 };
	int err = vmi_module_list_read(reading->client, &reading->module);

	if (!err)
		err = vmi_process_list_read(reading->client, &all, &reading->processes);
	if (!err)
		err = vmi_watch_list_read(reading->client, 0, &reading->watches);
	if (!err)
		err = vmi_stats_list_read(reading->client, 0, &reading->stats);
	if (!err)
		err = vmi_score_list_read(reading->client, 0, &reading->scores);
	return err;
}

int reading_take(struct reading *reading)
{
	int err = 0;

	release_lists(reading);
	if (!reading->client)
		err = open_client(reading);
	if (!err)
		err = read_lists(reading);
	reading->error = err;
	if (err) {
		reading_release(reading);
		reading->failed++;
		return err;
	}
	reading->time = time(NULL);
	reading->taken++;
	return 0;
}

const struct vmi_stats *reading_find_stats(const struct reading *reading, uint32_t pid)
{
	size_t i;

	for (i = 0; i < reading->stats.count; i++)
		if (reading->stats.items[i]->pid == pid)
			return reading->stats.items[i];
	return NULL;
}
