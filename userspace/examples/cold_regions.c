// SPDX-License-Identifier: GPL-2.0
/*
 * cold_regions PID: the regions of a process that hold memory it has not accessed lately.
 *
 *	cc cold_regions.c $(pkg-config --cflags --libs libvminspect)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vminspect.h>

static void print_region(const struct vmi_region *region)
{
	const struct vmi_counts *counts = region->counts;
	unsigned long long idle = counts ? counts->present - counts->young : 0;

	if (idle)
		printf("%16llx %8llu KiB of %8llu KiB idle  %s\n", (unsigned long long)region->start, idle * 4,
		       (unsigned long long)counts->present * 4, *region->name ? region->name : "[anon]");
}

static int print_regions(struct vmi_client *client, const struct vmi_region_query *query)
{
	struct vmi_region_list list;
	int err = vmi_region_list_read(client, query, &list);
	size_t i;

	for (i = 0; i < list.count; i++)
		print_region(list.items[i]);
	vmi_region_list_release(&list);
	return err == -EAGAIN ? 0 : err;
}

int main(int argc, char **argv)
{
	struct vmi_region_query query = { .detail = true };
	struct vmi_client *client;
	int err = vmi_client_open(&client);

	if (err || argc != 2) {
		fprintf(stderr, "%s\n", err ? "the module vminspect is not loaded" : "usage: cold_regions PID");
		return 1;
	}
	query.pid = strtoul(argv[1], NULL, 10);
	err = print_regions(client, &query);
	if (err)
		fprintf(stderr, "%s: %s\n", argv[1], *vmi_client_error(client)->text ? vmi_client_error(client)->text
										    : strerror(-err));
	vmi_client_close(client);
	return err ? 1 : 0;
}
