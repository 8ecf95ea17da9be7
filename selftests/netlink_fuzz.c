// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that no program of ours would send: mutated, cut short, of random bytes, in any order; answers not fetched,
 * dumps left half way by closing the socket. The module goes on answering, its targets keep what they have, and it can
 * be unloaded afterwards with nothing left behind.
 *
 *   VMI_FUZZ_MESSAGES   how many messages (20000)
 *   VMI_FUZZ_SEED       repeats a run; the seed of each is printed
 */
#define _GNU_SOURCE
#include "lib/harness.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/vminspect.h>
#include <sys/wait.h>

#include "lib/genl.h"
#include "lib/keeper.h"
#include "lib/module.h"
#include "lib/pagemap.h"
#include "lib/random.h"
#include "lib/setting.h"
#include "lib/shadow.h"
#include "lib/watch.h"
#include "lib/worker.h"

#define MESSAGES 20000
#define COMMANDS 20		/* the family has fewer, so some of them are unknown */
#define ATTRIBUTES 12
#define SECONDS 30		/* for the module to be idle, for memory to come back */
#define ABANDONED 200		/* dumps */
#define WRITES 4000

FIXTURE(fuzz)
{
	struct worker target;
	struct slab_counts before;
	uint64_t random;
	uint16_t family;
	int socket;
};

FIXTURE_SETUP(fuzz)
{
	int family;

	ASSERT_TRUE(module_ready());
	ASSERT_TRUE(watch_wait_none(SECONDS));
	family = genl_family(MODULE_NAME);
	ASSERT_LT(0, family);
	self->family = family;
	self->random = setting_seed("VMI_FUZZ_SEED");
	slab_count(&self->before);
	ASSERT_TRUE(keeper_start(&self->target));
	self->socket = genl_open();
	ASSERT_LE(0, self->socket);
}

FIXTURE_TEARDOWN(fuzz)
{
	close(self->socket);
	worker_end(&self->target);
	module_ready();
}

/* After all of it, whatever watches were begun. */
static bool no_harm_was_done(FIXTURE_DATA(fuzz) *self)
{
	close(self->socket);
	self->socket = -1;
	return keeper_unharmed(&self->target, &self->before, SECONDS);
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static uint64_t odd_number(FIXTURE_DATA(fuzz) *self)
{
	const uint64_t numbers[] = {
		0, 1, PAGE_BYTES, PAGE_BYTES - 1, 1ULL << 32, 1ULL << 47, (1ULL << 47) - PAGE_BYTES, 1ULL << 56,
		~0ULL, ~0ULL << 12, self->target.pid, getpid(), random_next(&self->random),
	};

	return numbers[random_below(&self->random, sizeof(numbers) / sizeof(numbers[0]))];
}

/* The target mostly, so that the walks have something to walk. */
static uint32_t some_pid(FIXTURE_DATA(fuzz) *self)
{
	return random_below(&self->random, 4) ? (uint32_t)self->target.pid : (uint32_t)odd_number(self);
}

static void put_options(FIXTURE_DATA(fuzz) *self, struct genl_message *message, uint16_t type)
{
	static const char *const options[] = {
		"policy=all mode=exact period=10ms", "mode=passive", "policy=gen,clock rss=10% tree=descendants", "",
		"period=", "policy=policy", "memory=99999999999999999999", "budget=1%%", "window=1s period=10ms", "=",
	};
	const char *text = options[random_below(&self->random, sizeof(options) / sizeof(options[0]))];

	/* One byte too few: no end of the string. */
	genl_put(message, type, text, strlen(text) + (random_below(&self->random, 8) != 0));
}

static void put_attribute(FIXTURE_DATA(fuzz) *self, struct genl_message *message)
{
	uint16_t type = random_below(&self->random, ATTRIBUTES);
	uint64_t number = odd_number(self);
	uint32_t pid = some_pid(self);

	switch (random_below(&self->random, 6)) {
	case 0:
		genl_put(message, type, &number, random_below(&self->random, sizeof(number) + 1));
		break;
	case 1:
		genl_put(message, type, &number, sizeof(number));
		break;
	case 2:
		genl_put(message, type, "", 0);
		break;
	case 3:
		put_options(self, message, type);
		break;
	default:
		genl_put(message, type, &pid, sizeof(pid));
	}
}

/* Like a request: it names a process, as most commands want it first, and says a few things more. */
static void compose(FIXTURE_DATA(fuzz) *self, struct genl_message *message)
{
	uint32_t pid = some_pid(self), more = random_below(&self->random, 4);
	uint16_t flags = random_below(&self->random, 2) ? NLM_F_DUMP : NLM_F_ACK;

	genl_begin(message, self->family, flags, random_below(&self->random, COMMANDS));
	if (random_below(&self->random, 8))
		genl_put(message, 2 + random_below(&self->random, 2), &pid, sizeof(pid));
	while (more--)
		put_attribute(self, message);
}

static void fill_with_noise(FIXTURE_DATA(fuzz) *self, struct genl_message *message)
{
	size_t size = random_below(&self->random, GENL_PAYLOAD / 4), i;

	genl_begin(message, self->family, (uint16_t)random_next(&self->random), random_below(&self->random, COMMANDS));
	for (i = 0; i < size; i++)
		message->payload[i] = (char)random_next(&self->random);
	message->head.nlmsg_len += size;
}

/* The family's number stays, or the message would be for somebody else. */
static void mutate(FIXTURE_DATA(fuzz) *self, struct genl_message *message)
{
	size_t first = offsetof(struct genl_message, command), length = message->head.nlmsg_len, changes;
	char *bytes = (char *)message + first;

	for (changes = random_below(&self->random, 4); changes; changes--)
		bytes[random_below(&self->random, length - first)] = (char)random_next(&self->random);
	if (!random_below(&self->random, 8))
		message->head.nlmsg_len -= random_below(&self->random, length - first + 1);
	if (!random_below(&self->random, 16))
		message->head.nlmsg_flags = (uint16_t)random_next(&self->random) | NLM_F_REQUEST;
}

/* What came is taken, or not, or the socket is closed on it. */
static void treat_answer(FIXTURE_DATA(fuzz) *self)
{
	switch (random_below(&self->random, 8)) {
	case 0:
		close(self->socket);
		self->socket = genl_open();
		break;
	case 1:
	case 2:
		break;
	case 3:
		genl_take(self->socket, false);
		break;
	default:
		while (genl_take(self->socket, false) != -EAGAIN)
			;
	}
}

/* A fresh socket and an honest question: which watches are there? */
static int ask_honestly(FIXTURE_DATA(fuzz) *self)
{
	struct genl_message message;
	int socket = genl_open(), ret;

	genl_begin(&message, self->family, NLM_F_DUMP, VMI_CMD_WATCH_GET);
	ret = genl_ask(socket, &message);
	close(socket);
	return ret;
}

TEST_F_TIMEOUT(fuzz, messages_of_any_kind_and_order_do_no_harm, 3600)
{
	uint64_t messages = setting_number("VMI_FUZZ_MESSAGES", rounds_here(MESSAGES)), i;
	struct genl_message message;

	for (i = 0; i < messages; i++) {
		if (random_below(&self->random, 4)) {
			compose(self, &message);
			mutate(self, &message);
		} else {
			fill_with_noise(self, &message);
		}
		genl_send(self->socket, &message);
		treat_answer(self);
		ASSERT_LE(0, self->socket);
		ASSERT_TRUE(i % 1000 != 999 || ask_honestly(self) == 0);
	}
	EXPECT_TRUE(no_harm_was_done(self));
}

TEST_F(fuzz, a_dump_left_half_way_leaves_nothing_behind)
{
	uint32_t pid = self->target.pid;
	struct genl_message message;
	int i, socket, unfinished = 0;

	for (i = 0; i < ABANDONED; i++) {
		socket = genl_open();
		ASSERT_LE(0, socket);
		genl_begin(&message, self->family, NLM_F_DUMP, VMI_CMD_PAGE_GET);
		genl_put(&message, VMI_A_PAGE_PID, &pid, sizeof(pid));
		ASSERT_EQ(0, genl_send(socket, &message));
		unfinished += genl_take(socket, true) == 1;
		close(socket);
	}
	EXPECT_EQ(ABANDONED, unfinished);
	EXPECT_TRUE(no_harm_was_done(self));
}

/* 0 when each command is refused to a user without privilege, as permission or as something that there is not. */
static int ask_as_nobody(FIXTURE_DATA(fuzz) *self)
{
	struct genl_message message;
	int command, flags, ret, socket;

	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		return 1;
	socket = genl_open();
	for (command = 0; command < COMMANDS; command++)
		for (flags = 0; flags < 2; flags++) {
			genl_begin(&message, self->family, flags ? NLM_F_DUMP : NLM_F_ACK, command);
			ret = genl_ask(socket, &message);
			if (ret != -EPERM && ret != -EOPNOTSUPP)
				return 2;
		}
	return 0;
}

TEST_F(fuzz, every_command_is_refused_without_privilege)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit(ask_as_nobody(self));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

/* --- the procfs file ---------------------------------------------------------------------------------------------- */

static size_t make_text(FIXTURE_DATA(fuzz) *self, char *text, size_t room)
{
	static const char command[] = "watch policy=all mode=exact period=20ms window=10ms memory=10% budget=5%";
	size_t length = 1 + random_below(&self->random, room), i;

	for (i = 0; i < length; i++)
		text[i] = (char)random_next(&self->random);
	if (random_below(&self->random, 2)) {
		length = sizeof(command) - 1;
		memcpy(text, command, length);
		for (i = random_below(&self->random, 4); i; i--)
			text[random_below(&self->random, length)] = (char)random_next(&self->random);
	}
	return length;
}

/* Whatever is taken is a command by chance; that ends it. */
static bool write_is_answered(int file, const char *text, size_t length)
{
	ssize_t wrote = write(file, text, length);

	if (wrote == (ssize_t)length)
		return write(file, "unwatch", 7) == 7 || errno == ENOENT || errno == ESRCH;
	return wrote < 0 && (errno == EINVAL || errno == EBUSY || errno == ERANGE || errno == EEXIST ||
			errno == ENOSPC);
}

TEST_F_TIMEOUT(fuzz, arbitrary_bytes_written_to_the_file_do_no_harm, 3600)
{
	char path[64], text[300];
	int i, file, strange = 0;

	shadow_path(self->target.pid, path, sizeof(path));
	file = open(path, O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, file);
	for (i = 0; i < rounds_here(WRITES); i++) {
		size_t length = make_text(self, text, sizeof(text));

		if (!write_is_answered(file, text, length) && !strange++)
			TH_LOG("write %d of %zu bytes: %s", i, length, strerror(errno));
	}
	close(file);
	EXPECT_EQ(0, strange);
	EXPECT_TRUE(no_harm_was_done(self));
}

TEST_HARNESS_MAIN
