// SPDX-License-Identifier: GPL-2.0
/* A disk that does not answer. */
#define _GNU_SOURCE
#include "frozen_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pagemap.h"
#include "ram_ext4.h"

#define FOLDER "/tmp/vminspect-frozen-disk"
#define MOUNTED FOLDER "/mounted"
#define TRIES 6000
#define TRY_MICROSECONDS 10000

const char *frozen_disk_make(struct frozen_disk *disk)
{
	disk->keeper = 0;
	disk->made = false;
	if (access(RAM_EXT4_MKFS, X_OK))
		return RAM_EXT4_MKFS " (e2fsprogs)";
	disk->made = true;
	if (ram_ext4_make(FOLDER, 8) && !system("dd status=none if=/dev/zero of=" MOUNTED "/file bs=4096 count=1"))
		return NULL;
	return "an ext4 on a loop device";
}

void frozen_disk_remove(struct frozen_disk *disk)
{
	frozen_disk_thaw(disk);
	if (disk->made && !ram_ext4_remove(FOLDER))
		printf("# the disk stays\n");
	disk->made = false;
}

static bool tell_disk(unsigned long request)
{
	int fd = open(MOUNTED, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && !ioctl(fd, request, 0);

	if (fd >= 0)
		close(fd);
	return done;
}

/* The child's part: the other end of the pipe is closed by whoever holds it, or by his death. */
static void keep(int pipe)
{
	char byte;

	while (read(pipe, &byte, 1) > 0)
		;
	_exit(!tell_disk(FITHAW));
}

bool frozen_disk_freeze(struct frozen_disk *disk)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return false;
	disk->leash = ends[1];
	disk->keeper = fork();
	if (disk->keeper == 0) {
		close(ends[1]);
		keep(ends[0]);
	}
	close(ends[0]);
	if (disk->keeper > 0)
		return tell_disk(FIFREEZE);
	close(ends[1]);
	disk->keeper = 0;
	return false;
}

bool frozen_disk_thaw(struct frozen_disk *disk)
{
	int status;

	if (!disk->keeper)
		return true;
	close(disk->leash);
	if (waitpid(disk->keeper, &status, 0) != disk->keeper)
		status = -1;
	disk->keeper = 0;
	return !status;
}

/* Whether a thread sleeps uninterruptibly. Allocates nothing: the caller's own address space may be locked. */
static bool is_waiting(pid_t pid, pid_t thread)
{
	char text[512] = "";
	int fd;

	snprintf(text, sizeof(text), "/proc/%d/task/%d/stat", pid, thread);
	fd = open(text, O_RDONLY | O_CLOEXEC);
	memset(text, 0, sizeof(text));
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	if (fd >= 0)
		close(fd);
	return strstr(text, ") D ");
}

/* How many threads of a process sleep uninterruptibly. */
static unsigned int count_waiting(pid_t pid)
{
	unsigned int count = 0;
	struct dirent *entry;
	char path[64];
	DIR *threads;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	threads = opendir(path);
	while (threads && (entry = readdir(threads)))
		count += is_waiting(pid, atoi(entry->d_name));
	if (threads)
		closedir(threads);
	return count;
}

bool frozen_disk_await(pid_t pid)
{
	int tries;

	for (tries = TRIES; tries && count_waiting(pid) < 2; tries--)
		usleep(TRY_MICROSECONDS);
	return tries;
}

/* The thread that writes, and where to; it tells its number. */
struct writer {
	char *page;
	_Atomic pid_t thread;
};

static void *write_page(void *argument)
{
	struct writer *writer = argument;

	writer->thread = gettid();
	*(volatile char *)writer->page = 1;
	return NULL;
}

static bool await_writer(const struct writer *writer)
{
	int tries;

	for (tries = TRIES; tries && !(writer->thread && is_waiting(getpid(), writer->thread)); tries--)
		usleep(TRY_MICROSECONDS);
	return tries;
}

void fate_wait_for_disk(struct fate_scene *scene)
{
	int file = open(MOUNTED "/file", O_RDWR | O_CLOEXEC);
	struct writer writer = { .page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) };
	pthread_t thread;

	close(file);
	if (writer.page == MAP_FAILED || pthread_create(&thread, NULL, write_page, &writer)) {
		snprintf(scene->failed, sizeof(scene->failed), "no page of the disk, or no thread");
		return;
	}
	if (!await_writer(&writer))
		snprintf(scene->failed, sizeof(scene->failed), "the disk does not keep who writes to it");
	/* It stays writable: the writer's fault may have to begin anew. */
	mprotect(writer.page, PAGE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC);
	pthread_join(thread, NULL);
	munmap(writer.page, PAGE_BYTES);
}
