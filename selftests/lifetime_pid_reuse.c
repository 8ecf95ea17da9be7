// SPDX-License-Identifier: GPL-2.0
/*
 * Reused pids: an open file of the old process never shows the new one, and the new one has an entry of its own.
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "lib/check.h"
#include "lib/file_text.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/processes.h"

#define ROUNDS 50
#define TRIES_PER_ROUND 200

static void map_named(int tell, void *argument)
{
	int fd = memfd_create(argument, MFD_CLOEXEC);

	if (ftruncate(fd, PAGE_BYTES) || mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		_exit(1);
	worker_tell(tell, "r", 1);
	worker_stop();
}

static bool start_named(struct worker *worker, char *name)
{
	char ready;

	return worker_start(worker, map_named, name) && worker_await(worker, &ready, 1);
}

/* Starts processes until one gets this pid; others may fork at the same time and take it from us. */
static bool start_at_pid(struct worker *worker, char *name, pid_t pid)
{
	char number[16];
	int tries;

	snprintf(number, sizeof(number), "%d", pid - 1);
	for (tries = 0; tries < TRIES_PER_ROUND; tries++) {
		if (file_write(KNOB_LAST_PID, number) || !start_named(worker, name))
			return false;
		if (worker->pid == pid)
			return true;
		worker_end(worker);
	}
	return false;
}

FIXTURE(reuse)
{
	struct worker old;
	struct worker new;
	int fd;			/* opened on the old process */
};

FIXTURE_SETUP(reuse)
{
	ASSERT_TRUE(module_ready());
	ASSERT_EQ(0, access(KNOB_LAST_PID, W_OK)) {
		TH_LOG("missing: CONFIG_CHECKPOINT_RESTORE");
	}
	self->fd = -1;
}

FIXTURE_TEARDOWN(reuse)
{
	close(self->fd);
	worker_end(&self->old);
	worker_end(&self->new);
}

/* Opens a file on a process, ends that and starts another with its pid. */
static bool replace(FIXTURE_DATA(reuse) *self, bool read_before)
{
	char path[64], byte;
	pid_t pid;

	if (!start_named(&self->old, "the_old_one"))
		return false;
	pid = self->old.pid;
	shadow_path(pid, path, sizeof(path));
	self->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (self->fd < 0 || (read_before && read(self->fd, &byte, 1) != 1))
		return false;
	worker_end(&self->old);
	return start_at_pid(&self->new, "the_new_one", pid);
}

static void finish_round(FIXTURE_DATA(reuse) *self)
{
	close(self->fd);
	self->fd = -1;
	worker_end(&self->new);
}

static bool text_holds(const struct file_text *text, const char *word)
{
	return text->length && memmem(text->bytes, text->length, word, strlen(word));
}

TEST_F(reuse, file_opened_on_the_old_process_never_shows_the_new_one)
{
	struct file_text text;
	int round;

	for (round = 0; round < rounds_here(ROUNDS); round++) {
		ASSERT_TRUE(replace(self, round % 2));
		if (file_text_read_fd(self->fd, 4096, &text))
			text.length = 0;
		EXPECT_FALSE(text_holds(&text, "the_new_one"));
		file_text_free(&text);
		lseek(self->fd, 0, SEEK_SET);
		if (file_text_read_fd(self->fd, 4096, &text))
			text.length = 0;
		EXPECT_FALSE(text_holds(&text, "the_new_one"));
		file_text_free(&text);
		finish_round(self);
	}
}

TEST_F(reuse, new_process_has_an_entry_that_shows_it)
{
	struct shadow shadow;
	int round;

	for (round = 0; round < rounds_here(ROUNDS); round++) {
		ASSERT_TRUE(replace(self, round % 2));
		EXPECT_EQ(0, shadow_read(self->new.pid, &shadow)) {
			TH_LOG("round %d, pid %d: %s", round, self->new.pid, shadow.error);
		}
		EXPECT_TRUE(text_holds(&shadow.text, "the_new_one"));
		EXPECT_FALSE(text_holds(&shadow.text, "the_old_one"));
		shadow_free(&shadow);
		EXPECT_EQ(0, check_maps(self->new.pid));
		finish_round(self);
	}
}

TEST_F(reuse, entry_goes_with_the_new_process_too)
{
	pid_t pid;

	ASSERT_TRUE(replace(self, true));
	pid = self->new.pid;
	finish_round(self);
	EXPECT_TRUE(entry_wait_gone(pid, 5));
}

TEST_HARNESS_MAIN
