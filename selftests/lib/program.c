// SPDX-License-Identifier: GPL-2.0
/*
 * Real programs of the distribution, brought to a known point and stopped there.
 */
#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker.h"

#define READY_MILLISECONDS 20000

const struct program_recipe program_python3 = {
	.name = "python3",
	.arguments = { "/usr/bin/python3", "-S", "-c",
		       "import sys, mmap, json, decimal\n"
		       "numbers = {i: str(i) * 3 for i in range(20000)}\n"
		       "block = bytearray(8 << 20)\n"
		       "area = mmap.mmap(-1, 1 << 20)\n"
		       "area[:4096] = b'x' * 4096\n"
		       "script = open(json.__file__)\n"
		       "source = mmap.mmap(script.fileno(), 0, access=mmap.ACCESS_READ)\n"
		       "print('ready', flush=True)\n"
		       "sys.stdin.read()\n" },
};

/* The new area is there before the old one goes, each of another size: no state comes back soon. */
const struct program_recipe program_python3_churning = {
	.name = "python3_churning",
	.arguments = { "/usr/bin/python3", "-S", "-c",
		       "import mmap, sys, time\n"
		       "pause = int(sys.argv[1]) / 1e6\n"
		       "print('ready', flush=True)\n"
		       "turn = 0\n"
		       "kept = mmap.mmap(-1, 4096)\n"
		       "while True:\n"
		       "    turn += 1\n"
		       "    area = mmap.mmap(-1, (1 + turn % 64) << 16)\n"
		       "    area[:4096] = b'x' * 4096\n"
		       "    kept.close()\n"
		       "    kept = area\n"
		       "    time.sleep(pause)\n"
		       "    block = bytearray((1 + turn % 16) << 18)\n"
		       "    time.sleep(pause)\n", "20000" },
};

const struct program_recipe program_perl = {
	.name = "perl",
	.arguments = { "/usr/bin/perl", "-e",
		       "$| = 1; my %h = map { $_ => 'x' x 100 } 1 .. 20000; my $block = 'y' x (6 << 20);"
		       "print qq(ready\\n); <STDIN>" },
};

/* .shell writes to the same stdout as sqlite3, without its buffer. */
const struct program_recipe program_sqlite3 = {
	.name = "sqlite3",
	.arguments = { "/usr/bin/sqlite3", ":memory:" },
	.input = "create table t(a integer primary key, b text);\n"
		 "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)\n"
		 "insert into t select i, hex(i * 7919) from n;\n"
		 "create index t_b on t(b);\n"
		 ".shell echo ready\n",
};

const struct program_recipe program_bash = {
	.name = "bash",
	.arguments = { "/bin/bash", "-c",
		       "for ((i = 0; i < 2000; i++)); do a[i]=$i-value; done; echo ready; read -r line" },
};

const struct program_recipe program_udevd = {
	.name = "systemd-udevd",
	.arguments = { "/lib/systemd/systemd-udevd" },
	.notify = true,
};

struct channels {
	int input[2];
	int output[2];
	int notify;			/* datagram socket of systemd's protocol, or -1 */
	char notify_name[64];		/* in the abstract name space, written with a leading @ */
};

static bool open_notify(struct channels *channels)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int length;

	channels->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	length = snprintf(channels->notify_name, sizeof(channels->notify_name), "@vminspect-selftest-%d", getpid());
	memcpy(address.sun_path + 1, channels->notify_name + 1, length - 1);
	return channels->notify >= 0 &&
	       !bind(channels->notify, (void *)&address, offsetof(struct sockaddr_un, sun_path) + length);
}

static bool open_channels(struct channels *channels, bool notify)
{
	channels->notify = -1;
	if (pipe2(channels->input, O_CLOEXEC) || pipe2(channels->output, O_CLOEXEC))
		return false;
	return !notify || open_notify(channels);
}

static void become(const struct program_recipe *recipe, const struct channels *channels)
{
	static char notify[96];
	char *environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL, NULL };

	worker_die_with_parent();
	dup2(channels->input[0], STDIN_FILENO);
	dup2(channels->output[1], STDOUT_FILENO);
	if (recipe->notify) {
		snprintf(notify, sizeof(notify), "NOTIFY_SOCKET=%s", channels->notify_name);
		environment[2] = notify;
	}
	execve(recipe->arguments[0], (char **)recipe->arguments, environment);
	_exit(127);
}

/* True once the word has come in; false at the end of the stream or when it takes too long. */
static bool await_word(int fd, const char *word)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char text[512];
	size_t used = 0;
	ssize_t got;

	while (used < sizeof(text) - 1 && poll(&wait, 1, READY_MILLISECONDS) == 1) {
		got = read(fd, text + used, sizeof(text) - 1 - used);
		if (got <= 0)
			return false;
		used += got;
		text[used] = '\0';
		if (strstr(text, word))
			return true;
	}
	return false;
}

static bool feed_and_await(struct program *program, const struct program_recipe *recipe, struct channels *channels)
{
	size_t length = recipe->input ? strlen(recipe->input) : 0;

	if (length && write(program->input, recipe->input, length) != (ssize_t)length)
		return false;
	if (recipe->notify)
		return await_word(channels->notify, "READY=1");
	return await_word(channels->output[0], "ready");
}

bool program_start(struct program *program, const struct program_recipe *recipe)
{
	struct channels channels;
	bool ready;

	memset(program, 0, sizeof(*program));
	if (access(recipe->arguments[0], X_OK)) {
		snprintf(program->missing, sizeof(program->missing), "%s", recipe->arguments[0]);
		return false;
	}
	if (!open_channels(&channels, recipe->notify)) {
		snprintf(program->failed, sizeof(program->failed), "no pipes for %s", recipe->name);
		return false;
	}
	program->pid = fork();
	if (program->pid == 0)
		become(recipe, &channels);
	program->input = channels.input[1];
	close(channels.input[0]);
	close(channels.output[1]);
	ready = program->pid > 0 && feed_and_await(program, recipe, &channels);
	close(channels.output[0]);
	if (channels.notify >= 0)
		close(channels.notify);
	if (!ready)
		snprintf(program->failed, sizeof(program->failed), "%s never said that it is ready", recipe->name);
	return ready;
}

bool program_stop(struct program *program)
{
	return !kill(program->pid, SIGSTOP) && worker_wait_stop(program->pid);
}

void program_end(struct program *program)
{
	if (program->pid <= 0)
		return;
	kill(program->pid, SIGKILL);
	waitpid(program->pid, NULL, 0);
	close(program->input);
	program->pid = 0;
}
