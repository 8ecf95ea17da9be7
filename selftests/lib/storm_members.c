// SPDX-License-Identifier: GPL-2.0
/* Who takes part in a storm. */
#define _GNU_SOURCE
#include "storm_members.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vminspect.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file_text.h"
#include "genl.h"
#include "memory_block.h"
#include "module.h"
#include "processes.h"
#include "random.h"
#include "shadow.h"
#include "watch.h"

#define COMPACT_MICROSECONDS 300000
#define COMPACTIONS_A_BLOCK 16
#define DAEMON_MICROSECONDS 1500000	/* that one lives, at most */

/* --- reading ------------------------------------------------------------------------------------------------------ */

static void read_one(struct weather *weather, pid_t pid, int *wrong)
{
	struct shadow shadow;
	int error = shadow_read(pid, &shadow);

	if (!error)
		weather_count(&weather->readings);
	else if (error == -EPROTO || (weather->strict && error != -ENOENT))
		weather_complain(wrong, shadow.error[0] ? shadow.error : "reading", pid, error);
	shadow_free(&shadow);
}

void storm_read(struct weather *weather)
{
	uint64_t random = weather->seed;
	struct pid_list entries;
	int wrong = 0;
	size_t i;

	while (!weather->stop) {
		pid_list_read(SHADOW_DIRECTORY, &entries);
		for (i = 0; i < entries.count && !weather->stop; i++) {
			read_one(weather, entries.pids[i], &wrong);
			weather_rest(&random, weather->rest);
		}
		pid_list_free(&entries);
	}
	_exit(wrong != 0);
}

/* --- stalling ----------------------------------------------------------------------------------------------------- */

/* What was begun can be read to its end, whoever has died in the meantime. */
static void stall_in_file(struct weather *weather, pid_t pid, uint64_t *random, int *wrong)
{
	static char text[4096];
	char path[64];
	ssize_t got;
	int file;

	shadow_path(pid, path, sizeof(path));
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return;
	got = read(file, text, 1 + random_below(random, 300));
	weather_rest(random, weather->stall);
	while (got > 0 && random_below(random, 16))
		got = read(file, text, sizeof(text));
	if (got < 0 && errno != ESRCH)
		weather_complain(wrong, "reading on", pid, -errno);
	close(file);
}

/* -ESRCH: it had died when it was asked for. Without the module any errno will do. */
static void stall_in_dump(struct weather *weather, pid_t pid, uint64_t *random, int *wrong)
{
	static const uint8_t commands[] = {
		VMI_CMD_REGION_GET, VMI_CMD_REGION_GET, VMI_CMD_TABLE_GET, VMI_CMD_PAGE_GET,
	};
	static const uint32_t mode = VMINSPECT_TABLE_MODE_RUNS;
	uint8_t command = commands[random_below(random, sizeof(commands))];
	bool goes_away = !random_below(random, 3);
	int socket = genl_open(), ret, family = genl_family(MODULE_NAME);
	struct genl_message message;

	genl_begin(&message, family > 0 ? family : 0, NLM_F_DUMP, command);
	genl_put(&message, VMI_A_REGION_PID, &pid, sizeof(pid));
	if (command == VMI_CMD_TABLE_GET)
		genl_put(&message, VMI_A_TABLE_MODE, &mode, sizeof(mode));
	/* With detail what is told comes out of a capture. */
	if (command == VMI_CMD_REGION_GET && random_below(random, 2))
		genl_put(&message, VMI_A_REGION_DETAIL, "", 0);
	ret = family > 0 ? genl_send(socket, &message) : -ENOENT;
	if (!ret)
		ret = genl_take(socket, true);
	weather_rest(random, weather->stall);
	while (ret == 1 && !goes_away)
		ret = genl_take(socket, true);
	if (!ret)
		weather_count(&weather->dumps);
	else if (ret < 0 && ret != -ESRCH && weather->strict)
		weather_complain(wrong, "dump", pid, ret);
	close(socket);
}

void storm_stall(struct weather *weather)
{
	uint64_t random = random_mix(weather->seed + 1);
	int wrong = 0;

	while (!weather->stop) {
		pid_t pid = weather_any_process(&random);

		if (pid && random_below(&random, 2))
			stall_in_file(weather, pid, &random, &wrong);
		else if (pid)
			stall_in_dump(weather, pid, &random, &wrong);
		weather_rest(&random, weather->rest);
	}
	_exit(wrong != 0);
}

/* --- watching ----------------------------------------------------------------------------------------------------- */

static void watch_for_a_while(struct weather *weather, pid_t pid, uint64_t *random, int *wrong)
{
	static const char *const options[] = {
		"mode=passive period=20ms", "mode=window period=50ms window=20ms", "mode=exact period=30ms",
		"policy=all mode=exact period=20ms tree=descendants", "policy=gen,clock mode=window period=40ms flush=yes",
	};
	int error = watch_start(pid, options[random_below(random, sizeof(options) / sizeof(options[0]))]);

	if (!error)
		weather_count(&weather->watches);
	else if (weather->strict && !weather_may_refuse(error))
		weather_complain(wrong, "watch", pid, error);
	weather_rest(random, weather->rest + 100000);
	error = random_below(random, 4) ? 0 : watch_audit();
	if (error == -EUCLEAN || (weather->strict && error))
		weather_complain(wrong, "audit", pid, error);
	error = watch_stop(pid);
	if (weather->strict && error && !weather_may_refuse(error))
		weather_complain(wrong, "unwatch", pid, error);
}

void storm_watch(struct weather *weather)
{
	uint64_t random = random_mix(weather->seed + 2);
	int wrong = 0;

	while (!weather->stop) {
		pid_t pid = weather_any_process(&random);

		if (pid)
			watch_for_a_while(weather, pid, &random, &wrong);
		else
			weather_rest(&random, weather->rest);
	}
	_exit(wrong != 0);
}

/* Stays for a second at most, so that others have their turn. */
static bool watch_all_for_a_while(struct weather *weather, const char *options, uint64_t *random, int *wrong)
{
	int error = watch_start(getpid(), options);

	if (error) {
		if (weather->strict && !weather_may_refuse(error))
			weather_complain(wrong, "watch of all", getpid(), error);
		weather_rest(random, 10000);
		return false;
	}
	weather_rest(random, 1000000);
	error = random_below(random, 2) ? 0 : watch_audit();
	if (error == -EUCLEAN || (weather->strict && error))
		weather_complain(wrong, "audit", getpid(), error);
	/* Who watches any process may have chosen this one, and ended its watch with their own. */
	error = watch_stop(getpid());
	if (weather->strict && error && !weather_may_refuse(error))
		weather_complain(wrong, "unwatch of all", getpid(), error);
	return true;
}

void storm_watch_all(struct weather *weather)
{
	static const char *const options[] = {
		"tree=all mode=passive period=50ms budget=50% memory=100%",
		"tree=all mode=window period=80ms window=30ms budget=50% memory=100% policy=all",
		"tree=all mode=exact period=50ms budget=50% memory=100%",
	};
	uint64_t random = random_mix(weather->seed + 4);
	unsigned int mode = 0;
	int wrong = 0;

	while (!weather->stop) {
		if (!watch_all_for_a_while(weather, options[mode], &random, &wrong))
			continue;
		weather_count(&weather->watches_of_all[mode]);
		mode = (mode + 1) % 3;
	}
	_exit(wrong != 0);
}

/* --- moving memory ------------------------------------------------------------------------------------------------ */

void storm_move_memory(struct weather *weather)
{
	struct memory_block block;
	unsigned int round;
	int wrong = 0;

	for (round = 1; !weather->stop; round++) {
		file_write("/proc/sys/vm/compact_memory", "1");
		if (round % COMPACTIONS_A_BLOCK == 0 && memory_block_take(&block)) {
			int error = memory_block_return(&block);

			if (error)
				weather_complain(&wrong, "online_movable", 0, error);
			weather_count(&weather->blocks);
		}
		if (file_number("/sys/kernel/mm/ksm/pages_sharing", 0) > 0)
			weather->merged = true;
		usleep(COMPACT_MICROSECONDS);
	}
	_exit(wrong != 0);
}

/* --- the daemon --------------------------------------------------------------------------------------------------- */

#define NO_PROGRAM 127

static pid_t start_daemon(const char *folder)
{
	char socket[64], history[64];
	pid_t pid = fork();

	if (pid)
		return pid;
	snprintf(socket, sizeof(socket), "%s/socket", folder);
	snprintf(history, sizeof(history), "%s/history", folder);
	if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
		_exit(1);
	execlp("vminspectd", "vminspectd", "-i", "0.1", "-s", socket, "-H", history, "--history-every", "1", NULL);
	_exit(NO_PROGRAM);
}

/* Lets one live for a while. Its exit status if it ended by itself, 0 when it had to be killed, or a negative errno. */
static int run_daemon(const char *folder, uint64_t *random)
{
	pid_t pid = start_daemon(folder);
	int status;

	if (pid < 0)
		return -errno;
	weather_rest(random, DAEMON_MICROSECONDS);
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

void storm_restart_daemon(struct weather *weather)
{
	char folder[] = "/tmp/vminspect-storm.XXXXXX", command[64];
	uint64_t random = random_mix(weather->seed + 3);
	int status = 0, wrong = !mkdtemp(folder);

	if (system("ip link set lo up"))
		printf("# the loopback interface is not up\n");
	while (!weather->stop && status != NO_PROGRAM) {
		status = run_daemon(folder, &random);
		if (status == NO_PROGRAM)
			weather->no_daemon = true;
		else if (status && weather->strict)
			weather_complain(&wrong, "the daemon ended by itself; status", 0, -status);
		else
			weather_count(&weather->daemons);
	}
	fflush(stdout);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	_exit(system(command) != 0 || wrong);
}
