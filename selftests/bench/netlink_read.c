// SPDX-License-Identifier: GPL-2.0
/*
 * A dump over netlink against /proc/PID/maps, and against pagemap, kpageflags and kpagecount. Both sides are read whole
 * and not parsed.
 */
#include "netlink_read.h"

#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/vminspect.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"
#include "subject.h"
#include "timing.h"
#include "whole_read.h"

#define REGIONS		30000
#define PAGES		262144UL
#define PAGE		4096UL
#define REGION_PAIRS	15
#define PAGE_PAIRS	7
#define RECEIVE_BYTES	(64 * 1024)	/* the kernel makes the parts of a dump as large as half of this */

#define PFN_MASK	((1ULL << 55) - 1)
#define PRESENT		(1ULL << 63)

/* --- ours --------------------------------------------------------------------------------------------------------- */

static struct mnl_socket *socket_to_kernel;
static uint16_t family;

static int note_family(const struct nlattr *attribute, void *unused)
{
	(void)unused;
	if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attribute);
	return MNL_CB_OK;
}

static int take_family(const struct nlmsghdr *message, void *unused)
{
	return mnl_attr_parse(message, sizeof(struct genlmsghdr), note_family, unused);
}

static struct nlmsghdr *begin_request(char *buffer, uint16_t type, uint16_t flags, uint8_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *generic;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	generic = mnl_nlmsg_put_extra_header(message, sizeof(*generic));
	generic->cmd = command;
	generic->version = VMINSPECT_FAMILY_VERSION;
	return message;
}

/* Reads the answer to its end. */
static size_t converse(const struct nlmsghdr *request, mnl_cb_t take)
{
	static char buffer[RECEIVE_BYTES];
	size_t bytes = 0;
	ssize_t got;

	if (mnl_socket_sendto(socket_to_kernel, request, request->nlmsg_len) < 0)
		fail_errno("netlink");
	do {
		got = mnl_socket_recvfrom(socket_to_kernel, buffer, sizeof(buffer));
		if (got <= 0)
			fail_errno("netlink");
		bytes += (size_t)got;
		got = mnl_cb_run(buffer, (size_t)got, 0, 0, take, NULL);
		if (got < 0)
			fail_errno("the module");
	} while (got > MNL_CB_STOP);
	return bytes;
}

static void connect_to_module(void)
{
	char buffer[256];
	struct nlmsghdr *request;

	if (family)
		return;
	socket_to_kernel = mnl_socket_open(NETLINK_GENERIC);
	if (!socket_to_kernel || mnl_socket_bind(socket_to_kernel, 0, MNL_SOCKET_AUTOPID) < 0)
		fail_errno("netlink");
	request = begin_request(buffer, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, VMINSPECT_FAMILY_NAME);
	converse(request, take_family);
	if (!family)
		fail("the module has no netlink family");
}

static double dump_ns(uint8_t command, uint16_t pid_attribute, pid_t subject)
{
	char buffer[256];
	struct nlmsghdr *request = begin_request(buffer, family, NLM_F_DUMP, command);
	double start = now_ns();

	mnl_attr_put_u32(request, pid_attribute, (uint32_t)subject);
	if (converse(request, NULL) < PAGE)
		fail("the dump is empty");
	return now_ns() - start;
}

/* --- the peers ---------------------------------------------------------------------------------------------------- */

static double maps_ns(pid_t subject)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/maps", subject);
	return whole_read_ns(path);
}

struct page_files {
	int pagemap;
	int flags;
	int count;
};

static int open_file(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		fail_errno("%s", path);
	return file;
}

static void read_at(int file, uint64_t index, uint64_t *ret, size_t count)
{
	if (pread(file, ret, count * sizeof(*ret), (off_t)(index * sizeof(*ret))) != (ssize_t)(count * sizeof(*ret)))
		fail_errno("reading page by page");
}

/* Entries of a region's pages; then each frame is looked up, those that follow one another at once if `joined`. */
static void read_region_pages(const struct page_files *files, uint64_t first, size_t pages, bool joined)
{
	static uint64_t entries[65536], values[65536];
	size_t at, length;

	for (; pages; pages -= at, first += at) {
		size_t piece = pages < 65536 ? pages : 65536;

		read_at(files->pagemap, first, entries, piece);
		for (at = 0; at < piece; at += length) {
			length = 1;
			if (!(entries[at] & PRESENT))
				continue;
			while (joined && at + length < piece &&
			       (entries[at + length] & PFN_MASK) == (entries[at] & PFN_MASK) + length)
				length++;
			read_at(files->flags, entries[at] & PFN_MASK, values, length);
			read_at(files->count, entries[at] & PFN_MASK, values, length);
		}
	}
}

static double pagemap_ns(pid_t subject, bool joined)
{
	double start = now_ns();
	struct page_files files;
	char path[48], line[512];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", subject);
	files = (struct page_files){ open_file(path), open_file("/proc/kpageflags"), open_file("/proc/kpagecount") };
	snprintf(path, sizeof(path), "/proc/%d/maps", subject);
	maps = fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long first, end;

		if (sscanf(line, "%lx-%lx", &first, &end) == 2 && first < 1UL << 47)
			read_region_pages(&files, first / PAGE, (end - first) / PAGE, joined);
	}
	if (maps)
		fclose(maps);
	close(files.pagemap);
	close(files.flags);
	close(files.count);
	return now_ns() - start;
}

/* --- the measures: the first pair warms the caches and is not counted --------------------------------------------- */

void bench_region_list(void)
{
	struct measure *measure = measure_new("P3", "list of regions, a region", "/proc/PID/maps", "ns", 0.5);
	pid_t subject = subject_with_regions(REGIONS);
	double regions = (double)subject_count_regions(subject);
	size_t i;

	connect_to_module();
	snprintf(measure->size, sizeof(measure->size), "%.0f regions", regions);
	for (i = 0; i <= REGION_PAIRS; i++) {
		double ours = dump_ns(VMI_CMD_REGION_GET, VMI_A_REGION_PID, subject) / regions;
		double peer = maps_ns(subject) / regions;

		if (i)
			measure_add(measure, ours, peer);
	}
	subject_end(subject);
}

static void measure_page_dump(const char *name, const char *peer_name, double target, pid_t subject, bool joined)
{
	struct measure *measure = measure_new("P4", name, peer_name, "ns", target);
	size_t i;

	snprintf(measure->size, sizeof(measure->size), "1 GiB anonymous, 4 KiB pages");
	for (i = 0; i <= PAGE_PAIRS; i++) {
		double ours = dump_ns(VMI_CMD_PAGE_GET, VMI_A_PAGE_PID, subject) / PAGES;
		double peer = pagemap_ns(subject, joined) / PAGES;

		if (i)
			measure_add(measure, ours, peer);
	}
}

/* The peers' frames can be looked up one by one, or, where they follow one another, many at once. */
void bench_page_dump(void)
{
	pid_t subject = subject_with_memory(PAGES * PAGE, SUBJECT_ANONYMOUS);

	connect_to_module();
	measure_page_dump("dump of pages, a page", "pagemap, kpageflags, kpagecount", 0.1, subject, false);
	measure_page_dump("the same, frames looked up in runs", "the same files, runs", 0, subject, true);
	subject_end(subject);
}
