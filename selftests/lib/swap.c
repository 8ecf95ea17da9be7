// SPDX-License-Identifier: GPL-2.0
/*
 * Swap on zram.
 */
#define _GNU_SOURCE
#include "swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "file_text.h"
#include "module.h"
#include "pagemap.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif

#define PRIORITY 32000
#define PAGEOUT_TRIES 20

static void device_path(const struct swap *swap, char *path, size_t size)
{
	snprintf(path, size, "/dev/zram%d", swap->device);
}

/* The header page of include/linux/swap.h (union swap_header), version 1, as mkswap writes it. */
static int write_header(const char *path, unsigned int mebibytes)
{
	static uint32_t page[PAGE_BYTES / sizeof(uint32_t)];
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t put;

	if (fd < 0)
		return -errno;
	memset(page, 0, sizeof(page));
	page[256] = 1;
	page[257] = mebibytes * (1048576 / PAGE_BYTES) - 1;
	memcpy((char *)page + PAGE_BYTES - 10, "SWAPSPACE2", 10);
	put = write(fd, page, sizeof(page));
	if (close(fd) || put != sizeof(page))
		return -EIO;
	return 0;
}

/* udev may not have made the device's node yet, or not run at all: devtmpfs does it, so one try is enough. */
static const char *prepare(struct swap *swap, unsigned int mebibytes)
{
	char path[64], value[32];

	snprintf(path, sizeof(path), "/sys/block/zram%d/disksize", swap->device);
	snprintf(value, sizeof(value), "%uM", mebibytes);
	if (file_write(path, value))
		return "zram disk size";
	device_path(swap, path, sizeof(path));
	if (write_header(path, mebibytes))
		return "zram device that can be written";
	if (swapon(path, SWAP_FLAG_PREFER | PRIORITY))
		return "swapon on zram";
	swap->on = true;
	return NULL;
}

const char *swap_start(struct swap *swap, unsigned int mebibytes)
{
	const char *missing;

	swap->on = false;
	swap->device = -1;
	if (access("/sys/class/zram-control/hot_add", F_OK) && module_probe("zram"))
		return "zram module";
	swap->device = file_number("/sys/class/zram-control/hot_add", -1);
	if (swap->device < 0)
		return "zram hot_add";
	missing = prepare(swap, mebibytes);
	if (missing)
		swap_end(swap);
	return missing;
}

void swap_end(struct swap *swap)
{
	char path[64], number[16];

	if (swap->device < 0)
		return;
	device_path(swap, path, sizeof(path));
	if (swap->on && swapoff(path))
		printf("# swapoff %s: %s\n", path, strerror(errno));
	snprintf(number, sizeof(number), "%d", swap->device);
	if (file_write("/sys/class/zram-control/hot_remove", number))
		printf("# zram%d stays\n", swap->device);
	swap->on = false;
	swap->device = -1;
}

long swap_out_other(pid_t pid, uint64_t start, uint64_t end)
{
	struct iovec range = { .iov_base = (void *)(uintptr_t)start, .iov_len = end - start };
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	long advised;

	if (pidfd < 0)
		return -errno;
	advised = syscall(SYS_process_madvise, pidfd, &range, 1, MADV_PAGEOUT, 0);
	if (advised < 0)
		advised = -errno;
	close(pidfd);
	return advised;
}

/* A page that is still in a per-CPU batch of the LRU is passed over, so one call may not be enough. */
size_t swap_out_own(void *start, size_t pages, size_t wanted)
{
	size_t left = 0;
	int try;

	for (try = 0; try < PAGEOUT_TRIES && left < wanted; try++) {
		madvise(start, pages * PAGE_BYTES, MADV_PAGEOUT);
		left = pages - pagemap_own_count(start, pages, PAGEMAP_PRESENT);
	}
	return left;
}
