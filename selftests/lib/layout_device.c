// SPDX-License-Identifier: GPL-2.0
/*
 * Layouts of device memory and of the kernel's own pages mapped to user space.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/aio_abi.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file_text.h"
#include "pagemap.h"

#define IORESOURCE_MEM 0x200

/* True when the BAR's line of the device's `resource` file says: memory, a page or more. */
static bool is_memory_bar(const char *bar_path)
{
	char path[256];
	const char *name = strrchr(bar_path, '/');
	unsigned long long start = 0, end = 0, flags = 0;
	struct file_text text;
	const char *line;
	int index;

	index = atoi(name + strlen("/resource"));
	snprintf(path, sizeof(path), "%.*s/resource", (int)(name - bar_path), bar_path);
	if (file_text_read(path, &text))
		return false;
	line = text.bytes;
	while (index-- && line)
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
	if (line)
		sscanf(line, "%llx %llx %llx", &start, &end, &flags);
	file_text_free(&text);
	return (flags & IORESOURCE_MEM) && end - start + 1 >= PAGE_BYTES;
}

static char *map_first_bar(struct layout_report *report)
{
	glob_t found;
	char *area = NULL;
	size_t i;
	int fd;

	if (glob("/sys/bus/pci/devices/*/resource[0-5]", 0, NULL, &found))
		return NULL;
	for (i = 0; i < found.gl_pathc && !area; i++) {
		if (!is_memory_bar(found.gl_pathv[i]))
			continue;
		fd = open(found.gl_pathv[i], O_RDWR | O_CLOEXEC);
		if (fd >= 0)
			area = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (area == MAP_FAILED)
			area = NULL;
		close(fd);
	}
	globfree(&found);
	if (!area)
		layout_missing(report, "a PCI device with a memory BAR that may be mapped");
	return area;
}

static void claim_pfnmap(struct layout_report *report, const char *area, size_t pages)
{
	layout_claim(report, area, SHADOW_PRESENT, pages);
	layout_claim(report, area, SHADOW_SPECIAL, pages);
	layout_claim(report, area, SHADOW_SHARED, 0);
	layout_claim(report, area, SHADOW_DIRTY, 0);
}

void layout_pci_bar(struct layout_report *report)
{
	char *area = map_first_bar(report);

	if (area)
		claim_pfnmap(report, area, 1);
}

/* The BIOS ROM below 1 MiB: not RAM, so /dev/mem lets it be mapped even with STRICT_DEVMEM. */
void layout_dev_mem(struct layout_report *report)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	char *area = mmap(NULL, 4 * PAGE_BYTES, PROT_READ, MAP_SHARED, fd, 0xf0000);

	if (fd < 0 || area == MAP_FAILED)
		layout_missing(report, "/dev/mem at f0000: %s", strerror(errno));
	else
		claim_pfnmap(report, area, 4);
}

/* Ring pages are ordinary pages of the kernel, given out page by page on faults. */
void layout_perf_ring(struct layout_report *report)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attributes),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.disabled = 1,
	};
	int fd = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	char *area;

	if (fd < 0) {
		layout_missing(report, "perf_event_open: %s", strerror(errno));
		return;
	}
	area = layout_map_file(report, fd, 9, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (!area)
		return;
	layout_read(area, 5);
	layout_claim_at_least(report, area, SHADOW_PRESENT, 5);
	layout_claim(report, area, SHADOW_ANON, 0);
}

/* Ring pages that are put in place at mmap() (VM_MIXEDMAP). */
void layout_packet_ring(struct layout_report *report)
{
	struct tpacket_req request = { .tp_block_size = PAGE_BYTES, .tp_block_nr = 8, .tp_frame_size = 2048,
				      .tp_frame_nr = 16 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	char *area;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request))) {
		layout_missing(report, "packet sockets with a ring: %s", strerror(errno));
		return;
	}
	area = layout_map_file(report, fd, 8, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (!area)
		return;
	layout_claim(report, area, SHADOW_PRESENT, 8);
	layout_claim(report, area, SHADOW_SPECIAL, 0);
}

/* RAM mapped by frame number (VM_PFNMAP), as drivers do: it has struct pages and is not accounted all the same. */
void layout_io_uring_ring(struct layout_report *report)
{
	struct io_uring_params parameters = { 0 };
	int fd = syscall(SYS_io_uring_setup, 64, &parameters);
	char *area;

	if (fd < 0) {
		layout_missing(report, "io_uring: %s", strerror(errno));
		return;
	}
	area = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	if (area == MAP_FAILED) {
		layout_failed(report, "mmap of the ring: %s", strerror(errno));
		return;
	}
	layout_read(area, 1);
	layout_claim(report, area, SHADOW_PRESENT, 1);
}

/* A file that nobody can name, /[aio], made and mapped by the kernel. */
void layout_aio_ring(struct layout_report *report)
{
	aio_context_t context = 0;

	if (syscall(SYS_io_setup, 64, &context)) {
		layout_missing(report, "io_setup: %s", strerror(errno));
		return;
	}
	layout_read((char *)context, 1);
	layout_claim_at_least(report, (char *)context, SHADOW_PRESENT, 1);
	layout_claim(report, (char *)context, SHADOW_ANON, 0);
}
