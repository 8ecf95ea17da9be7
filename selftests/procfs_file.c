// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/vminspect/PID as a file: a snapshot that is taken at the first read and stays the same however it is read.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "lib/check.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/smaps.h"
#include "lib/together.h"

#define READERS 16
#define READS 20

static const char first_name[] = "/memfd:first (deleted)";
static const char second_name[] = "/memfd:second (deleted)";

static void map_memfd(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (ftruncate(fd, PAGE_BYTES) || mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		_exit(1);
}

/* Maps one more file each step. */
static void map_two(int tell, void *argument)
{
	(void)argument;
	map_memfd("first");
	worker_tell(tell, "r", 1);
	worker_stop();
	map_memfd("second");
	worker_stop();
}

FIXTURE(file)
{
	struct worker worker;
	int fd;
};

FIXTURE_SETUP(file)
{
	char path[64], ready;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(worker_start(&self->worker, map_two, NULL));
	ASSERT_TRUE(worker_await(&self->worker, &ready, 1));
	shadow_path(self->worker.pid, path, sizeof(path));
	self->fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(file)
{
	close(self->fd);
	worker_end(&self->worker);
}

TEST_F(file, reads_of_any_size_give_the_same_bytes)
{
	static const size_t sizes[] = { 1, 2, 7, 63, 511, 4095, 4096, 4097, 16384, 1 << 20 };
	struct file_text whole, part;
	size_t i;

	/* A new capture has new times of its own, so all sizes read one: from offset 1 on, what the first read took. */
	ASSERT_EQ(0, file_text_read_fd(self->fd, 65536, &whole));
	ASSERT_LT(1000, whole.length);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ASSERT_EQ(1, lseek(self->fd, 1, SEEK_SET));
		ASSERT_EQ(0, file_text_read_fd(self->fd, sizes[i], &part));
		EXPECT_EQ(whole.length - 1, part.length);
		EXPECT_EQ(0, memcmp(whole.bytes + 1, part.bytes, part.length)) {
			TH_LOG("reads of %zu bytes", sizes[i]);
		}
		file_text_free(&part);
	}
	file_text_free(&whole);
}

TEST_F(file, pread_at_any_offset_gives_the_same_bytes)
{
	struct file_text whole;
	char part[5000];
	size_t offset;
	ssize_t got;

	ASSERT_EQ(0, file_text_read_fd(self->fd, 65536, &whole));
	for (offset = whole.length; offset-- > 1; offset -= offset % 97 < offset ? offset % 97 : 0) {
		got = pread(self->fd, part, 1 + offset % sizeof(part), offset);
		ASSERT_LT(0, got);
		ASSERT_EQ(0, memcmp(whole.bytes + offset, part, got));
	}
	file_text_free(&whole);
}

TEST_F(file, ends_where_it_ends)
{
	struct file_text whole;
	char byte;

	ASSERT_EQ(0, file_text_read_fd(self->fd, 65536, &whole));
	EXPECT_EQ(0, read(self->fd, &byte, 1));
	EXPECT_EQ(0, pread(self->fd, &byte, 1, whole.length));
	EXPECT_EQ(0, pread(self->fd, &byte, 1, whole.length + 123456));
	EXPECT_EQ(1, pread(self->fd, &byte, 1, whole.length - 1));
	EXPECT_EQ('\n', byte);
	EXPECT_EQ(-1, pread(self->fd, &byte, 1, -1));
	file_text_free(&whole);
}

static bool holds(const struct file_text *text, const char *word)
{
	return memmem(text->bytes, text->length, word, strlen(word));
}

TEST_F(file, is_captured_at_the_first_read_and_not_at_open)
{
	struct file_text text;

	ASSERT_TRUE(worker_step(&self->worker));
	ASSERT_EQ(0, file_text_read_fd(self->fd, 65536, &text));
	EXPECT_TRUE(holds(&text, first_name));
	EXPECT_TRUE(holds(&text, second_name));
	file_text_free(&text);
}

TEST_F(file, stays_a_snapshot_until_it_is_read_from_the_start_again)
{
	struct file_text text;
	char byte;

	ASSERT_EQ(1, read(self->fd, &byte, 1));
	ASSERT_TRUE(worker_step(&self->worker));
	ASSERT_EQ(0, file_text_read_fd(self->fd, 65536, &text));
	EXPECT_TRUE(holds(&text, first_name));
	EXPECT_FALSE(holds(&text, second_name));
	file_text_free(&text);
	ASSERT_EQ(0, lseek(self->fd, 0, SEEK_SET));
	ASSERT_EQ(0, file_text_read_fd(self->fd, 65536, &text));
	EXPECT_TRUE(holds(&text, second_name));
	file_text_free(&text);
}

TEST_F(file, can_be_neither_mapped_nor_controlled)
{
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE_BYTES, PROT_READ, MAP_PRIVATE, self->fd, 0));
	EXPECT_EQ(-1, ioctl(self->fd, 0x1234, 0));
}

/* What the target would see of being looked at: faults, resident pages, references, anything in smaps. */
TEST_F(file, reading_leaves_no_trace_in_the_target)
{
	struct smaps before, after;
	struct file_text stat_before, stat_after;
	struct shadow shadow;
	int i;

	ASSERT_EQ(0, smaps_read(self->worker.pid, &before));
	ASSERT_EQ(0, file_text_read_proc(self->worker.pid, "stat", &stat_before));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, shadow_read(self->worker.pid, &shadow));
		shadow_free(&shadow);
	}
	ASSERT_EQ(0, smaps_read(self->worker.pid, &after));
	ASSERT_EQ(0, file_text_read_proc(self->worker.pid, "stat", &stat_after));
	EXPECT_TRUE(smaps_equal(&before, &after));
	EXPECT_STREQ(stat_before.bytes, stat_after.bytes);
	smaps_free(&before);
	smaps_free(&after);
	file_text_free(&stat_before);
	file_text_free(&stat_after);
}

TEST_F(file, a_process_can_read_its_own)
{
	struct shadow shadow;
	struct map_list maps;
	uint64_t pid = 0;

	/* Reading maps and the shadow may grow the heap: all but it is the same. */
	ASSERT_EQ(0, shadow_read(getpid(), &shadow));
	ASSERT_EQ(0, map_list_read(getpid(), &maps));
	EXPECT_TRUE(shadow_summary(&shadow, "process", "pid", 10, &pid));
	EXPECT_EQ(getpid(), pid);
	EXPECT_TRUE(map_line_equal(&maps.lines[0], &shadow.regions[0].line));
	EXPECT_TRUE(map_line_equal(&maps.lines[maps.count - 1], &shadow.regions[shadow.count - 1].line));
	shadow_free(&shadow);
	map_list_free(&maps);
}

/* Readings of a process, each of which must say what maps says. */
struct reading {
	pid_t pid;
	int times;
};

static int read_often(void *argument, int number)
{
	const struct reading *reading = argument;
	int i, wrong = 0;

	(void)number;
	for (i = 0; i < reading->times; i++)
		wrong += check_maps(reading->pid) != 0;
	return wrong;
}

/* So many processes read a process so often, all at once. Returns how many did not read the truth, or could not. */
static int read_at_once(pid_t pid, int readers, int times)
{
	struct reading reading = { .pid = pid, .times = times };
	struct together crowd;

	together_gather(&crowd, readers, read_often, &reading);
	return together_go(&crowd);
}

TEST_F(file, many_readers_at_once_all_read_the_same)
{
	EXPECT_EQ(0, read_at_once(self->worker.pid, READERS, READS));
}

TEST_F_TIMEOUT(file, a_thousand_readers_at_once_are_slower_and_none_fails, 900)
{
	EXPECT_EQ(0, read_at_once(self->worker.pid, rounds_here(1000), 1));
}

struct shared_file {
	int fd;
	struct file_text whole;
};

static int read_parts(void *argument, int number)
{
	const struct shared_file *file = argument;
	char part[4000];
	int turn;

	for (turn = 0; turn < 200; turn++) {
		size_t offset = 1 + (turn * 131 + number * 17) % (file->whole.length - 1);
		ssize_t got = pread(file->fd, part, sizeof(part), offset);

		if (got <= 0 || memcmp(file->whole.bytes + offset, part, got))
			return 1;
	}
	return 0;
}

/* One open file, one snapshot, shared by processes that read it at their own offsets. */
TEST_F(file, readers_that_share_an_open_file_see_one_snapshot)
{
	struct shared_file file = { .fd = self->fd };
	struct together readers;

	ASSERT_EQ(0, file_text_read_fd(file.fd, 65536, &file.whole));
	together_gather(&readers, READERS, read_parts, &file);
	EXPECT_EQ(0, together_go(&readers));
	file_text_free(&file.whole);
}

TEST(a_file_of_many_regions_is_the_same_in_small_reads)
{
	struct file_text whole, part;
	struct layout_stage stage;
	char path[64];
	int fd;

	ASSERT_TRUE(module_ready());
	layout_stage_set(&stage, layout_many_regions, LAYOUT_NEEDS_MAP_COUNT);
	ASSERT_EQ(LAYOUT_READY, stage.report.status);
	shadow_path(stage.worker.pid, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_EQ(0, file_text_read_fd(fd, 1 << 20, &whole));
	ASSERT_EQ(1, lseek(fd, 1, SEEK_SET));
	ASSERT_EQ(0, file_text_read_fd(fd, 3001, &part));
	EXPECT_EQ(whole.length - 1, part.length);
	EXPECT_EQ(0, memcmp(whole.bytes + 1, part.bytes, part.length));
	file_text_free(&whole);
	file_text_free(&part);
	close(fd);
	layout_stage_clear(&stage);
}

TEST_HARNESS_MAIN
