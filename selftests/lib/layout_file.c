// SPDX-License-Identifier: GPL-2.0
/*
 * Layouts of mapped files and of shared memory, which is files of a file system that one does not see.
 *
 * Files that are not memory of shmem live on a ramfs, which is mounted over /tmp in a mount namespace of the
 * worker's own and goes away with it. A read fault maps what the page cache holds of the 64 KiB around it.
 */
#define _GNU_SOURCE
#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/loop.h>
#include <unistd.h>

#include "module.h"
#include "pagemap.h"

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

#define FAULT_AROUND 16		/* pages */

/* A mount namespace of our own with an empty file system of that type on /tmp, and /tmp as working directory. */
static bool scratch(struct layout_report *report, const char *type, const char *device)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(device, "/tmp", type, 0, NULL) || chdir("/tmp")) {
		layout_failed(report, "mount of a %s: %s", type, strerror(errno));
		return false;
	}
	return true;
}

/* A new file of `pages` pages, the first `filled` of which have contents; -1 after a failure was reported. */
static int make_file(struct layout_report *report, const char *name, size_t pages, size_t filled)
{
	static char contents[PAGE_BYTES];
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t i;

	memset(contents, 'v', sizeof(contents));
	for (i = 0; fd >= 0 && i < filled; i++)
		if (pwrite(fd, contents, sizeof(contents), i * PAGE_BYTES) != sizeof(contents))
			break;
	if (fd >= 0 && i == filled && !ftruncate(fd, pages * PAGE_BYTES))
		return fd;
	layout_failed(report, "file '%s': %s", name, strerror(errno));
	return -1;
}

int layout_scratch_file(struct layout_report *report, const char *name, size_t pages, size_t filled)
{
	return scratch(report, "ramfs", "none") ? make_file(report, name, pages, filled) : -1;
}

static int make_memfd(struct layout_report *report, size_t pages, unsigned int flags)
{
	int fd = memfd_create("selftest", MFD_CLOEXEC | flags);

	if (fd >= 0 && !ftruncate(fd, pages * PAGE_BYTES))
		return fd;
	layout_failed(report, "memfd: %s", strerror(errno));
	return -1;
}

void layout_file_private_cow(struct layout_report *report)
{
	char *area;

	area = layout_map_file(report, layout_scratch_file(report, "cow", 64, FAULT_AROUND), 64, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE);
	if (!area)
		return;
	layout_read(area, 1);
	layout_write(area + 3 * PAGE_BYTES, 1);
	layout_write(area + 40 * PAGE_BYTES, 1);
	layout_claim(report, area, SHADOW_PRESENT, FAULT_AROUND + 1);
	layout_claim(report, area, SHADOW_ANON, 2);
	layout_claim(report, area, SHADOW_COW, FAULT_AROUND - 1);
	layout_claim(report, area, SHADOW_UNMAPPED, 64 - FAULT_AROUND - 1);
	layout_claim(report, area, SHADOW_ABSENT, 64 - FAULT_AROUND - 1);
	layout_claim(report, area, SHADOW_SHMEM, 0);
}

static void shared_and_dirty(struct layout_report *report)
{
	int fd = make_file(report, "dirty", 16, 0);
	char *area = layout_map_file(report, fd, 16, PROT_READ | PROT_WRITE, MAP_SHARED);

	if (!area)
		return;
	layout_write(area, 16);
	layout_claim(report, area, SHADOW_PRESENT, 16);
	layout_claim(report, area, SHADOW_DIRTY, 16);
	layout_claim(report, area, SHADOW_COW, 0);
	layout_claim(report, area, SHADOW_ANON, 0);
	layout_claim(report, area, SHADOW_SHMEM, 0);
}

void layout_file_shared_dirty(struct layout_report *report)
{
	if (scratch(report, "ramfs", "none"))
		shared_and_dirty(report);
}

/* A block device for the image in a memfd; its path in `device`. */
static bool attach_loop(struct layout_report *report, int image, char *device, size_t size)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	struct loop_config config = { .fd = image, .info.lo_flags = LO_FLAGS_AUTOCLEAR };
	int loop = -1;

	if (control < 0 && !module_probe("loop"))
		control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control < 0) {
		layout_missing(report, "loop devices");
		return false;
	}
	snprintf(device, size, "/dev/loop%d", ioctl(control, LOOP_CTL_GET_FREE));
	close(control);
	loop = open(device, O_RDWR | O_CLOEXEC);
	if (loop >= 0 && !ioctl(loop, LOOP_CONFIGURE, &config))
		return true;	/* left open: the device goes when the last user does */
	layout_failed(report, "%s: %s", device, strerror(errno));
	return false;
}

static bool scratch_ext4(struct layout_report *report)
{
	int image = make_memfd(report, 8192, 0);
	char device[32], command[128];

	if (access("/sbin/mkfs.ext4", X_OK)) {
		layout_missing(report, "/sbin/mkfs.ext4 (e2fsprogs)");
		return false;
	}
	if (image < 0 || !attach_loop(report, image, device, sizeof(device)))
		return false;
	snprintf(command, sizeof(command), "/sbin/mkfs.ext4 -q -F %s >/dev/null 2>&1", device);
	if (system(command)) {
		layout_failed(report, "%s", command);
		return false;
	}
	module_probe("ext4");
	return scratch(report, "ext4", device);
}

int layout_ext4_file(struct layout_report *report, const char *name, size_t pages, size_t filled)
{
	return scratch_ext4(report) ? make_file(report, name, pages, filled) : -1;
}

/* Shared dirty pages of a file system with a journal: page_mkwrite, write-back, large folios in later kernels. */
void layout_file_ext4(struct layout_report *report)
{
	if (scratch_ext4(report))
		shared_and_dirty(report);
}

/* One GiB, eight pages of it touched, one table page each. */
void layout_file_sparse(struct layout_report *report)
{
	const size_t pages = 262144;
	char *area;
	size_t i;
	int fd;

	if (!scratch(report, "ramfs", "none"))
		return;
	fd = make_file(report, "sparse", pages, 0);
	area = layout_map_file(report, fd, pages, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (!area)
		return;
	for (i = 0; i < 8; i++)
		layout_write(area + i * pages / 8 * PAGE_BYTES, 1);
	layout_claim(report, area, SHADOW_PRESENT, 8);
	layout_claim(report, area, SHADOW_UNMAPPED, pages - 8);
}

/* Mapped beyond its end, and then cut while mapped. */
void layout_file_truncated(struct layout_report *report)
{
	char *area;
	int fd;

	if (!scratch(report, "ramfs", "none"))
		return;
	fd = make_file(report, "cut", 8, 8);
	area = layout_map_file(report, fd, 16, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (!area)
		return;
	layout_write(area, 8);
	if (ftruncate(fd, 5 * PAGE_BYTES))
		layout_failed(report, "ftruncate: %s", strerror(errno));
	layout_claim(report, area, SHADOW_PRESENT, 5);
	layout_claim(report, area, SHADOW_ABSENT, 11);
}

void layout_file_deleted(struct layout_report *report)
{
	char *area;
	int fd;

	if (!scratch(report, "ramfs", "none"))
		return;
	fd = make_file(report, "soon gone", 4, 4);
	area = layout_map_file(report, fd, 4, PROT_READ, MAP_PRIVATE);
	if (!area)
		return;
	if (unlink("soon gone"))
		layout_failed(report, "unlink: %s", strerror(errno));
	layout_read(area, 4);
	layout_claim(report, area, SHADOW_PRESENT, 4);
}

static void map_named(struct layout_report *report, const char *name)
{
	int fd = make_file(report, name, 1, 1);
	char *area = layout_map_file(report, fd, 1, PROT_READ, MAP_SHARED);

	if (!area)
		return;
	layout_read(area, 1);
	layout_claim(report, area, SHADOW_PRESENT, 1);
}

void layout_file_odd_names(struct layout_report *report)
{
	static const char *const names[] = {
		"two\nlines", "\n", "a blank", "  two blanks ", "back\\slash", "\\012", "tab\there", "\x01\x7f\xff",
				"r\xc3\xa4tsel",
		"not (deleted)", "[heap]", "#hash", "55550000-55551000 r--p 00000000 00:00 0", "%s%n", "\r",
	};
	size_t i;

	if (!scratch(report, "ramfs", "none"))
		return;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		map_named(report, names[i]);
}

/* A path of more than 6,000 bytes: longer than PATH_MAX, longer than a page. maps prints all of it. */
void layout_file_longest_path(struct layout_report *report)
{
	char name[201];
	int depth;

	if (!scratch(report, "ramfs", "none"))
		return;
	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (depth = 0; depth < 30; depth++)
		if (mkdir(name, 0700) || chdir(name))
			layout_failed(report, "directory %d deep: %s", depth, strerror(errno));
	map_named(report, "deep\nfile");
}

void layout_file_lazily_unmounted(struct layout_report *report)
{
	if (!scratch(report, "ramfs", "none"))
		return;
	map_named(report, "left behind");
	if (umount2("/tmp", MNT_DETACH))
		layout_failed(report, "umount: %s", strerror(errno));
}

void layout_memfd_sealed(struct layout_report *report)
{
	int fd = make_memfd(report, 16, MFD_ALLOW_SEALING);
	char *area;
	int i;

	for (i = 0; i < 16; i++)
		if (pwrite(fd, "x", 1, i * PAGE_BYTES) != 1)
			layout_failed(report, "write: %s", strerror(errno));
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL))
		layout_failed(report, "F_ADD_SEALS: %s", strerror(errno));
	area = layout_map_file(report, fd, 16, PROT_READ, MAP_SHARED);
	if (!area)
		return;
	layout_read(area, 16);
	layout_claim(report, area, SHADOW_PRESENT, 16);
	layout_claim(report, area, SHADOW_SHMEM, 16);
	layout_claim(report, area, SHADOW_COW, 0);
}

void layout_sysv_shm(struct layout_report *report)
{
	int id = shmget(IPC_PRIVATE, 16 * PAGE_BYTES, IPC_CREAT | 0600);
	char *area = shmat(id, NULL, 0);

	if (id < 0 || area == (void *)-1) {
		layout_missing(report, "System V shared memory: %s", strerror(errno));
		return;
	}
	shmctl(id, IPC_RMID, NULL);
	layout_write(area, 8);
	layout_claim(report, area, SHADOW_PRESENT, 8);
	layout_claim(report, area, SHADOW_SHMEM, 8);
}

static void dev_zero(struct layout_report *report, int flags, enum shadow_key kind)
{
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	char *area = layout_map_file(report, fd, 16, PROT_READ | PROT_WRITE, flags);

	if (!area)
		return;
	layout_write(area, 4);
	layout_claim(report, area, SHADOW_PRESENT, 4);
	layout_claim(report, area, kind, 4);
	layout_claim(report, area, SHADOW_ABSENT, 12);
}

void layout_dev_zero_private(struct layout_report *report)
{
	dev_zero(report, MAP_PRIVATE, SHADOW_ANON);
}

void layout_dev_zero_shared(struct layout_report *report)
{
	dev_zero(report, MAP_SHARED, SHADOW_SHMEM);
}

/* Mapped twice in one process: every page has two places. */
void layout_anon_shared(struct layout_report *report)
{
	char *area = layout_map_file(report, -1, 16, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
	char *place = layout_free_space(16, 16);

	if (!area)
		return;
	layout_write(area, 16);
	if (mremap(area, 0, 16 * PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, place) != place)
		layout_failed(report, "mremap: %s", strerror(errno));
	layout_read(place, 16);
	layout_claim(report, area, SHADOW_SHMEM, 16);
	layout_claim(report, area, SHADOW_SHARED, 16);
	layout_claim(report, place, SHADOW_SHARED, 16);
	layout_claim(report, place, SHADOW_COW, 0);
}

/* Pages that the kernel itself has no mapping of. */
void layout_secretmem(struct layout_report *report)
{
	int fd = syscall(SYS_memfd_secret, O_CLOEXEC);
	char *area;

	if (fd < 0) {
		layout_missing(report, "memfd_secret (kernel parameter secretmem.enable=1)");
		return;
	}
	if (ftruncate(fd, 8 * PAGE_BYTES))
		layout_failed(report, "ftruncate: %s", strerror(errno));
	area = layout_map_file(report, fd, 8, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (!area)
		return;
	layout_write(area, 4);
	layout_claim(report, area, SHADOW_PRESENT, 4);
}
