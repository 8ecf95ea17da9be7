// SPDX-License-Identifier: GPL-2.0
/* Who takes part in a storm by netlink. */
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

#include "genl.h"
#include "genl_groups.h"
#include "module.h"
#include "random.h"
#include "request.h"
#include "storm_members.h"

#define GROUPS 4
#define LISTENING 200			/* notifications that a listener waits for before it goes away, at most */
#define NOTHING_MICROSECONDS 10000

/* --- asking ------------------------------------------------------------------------------------------------------- */

/* An address like those of programs and of what they map; most are in no region. */
static uint64_t any_address(uint64_t *random)
{
	return random_below(random, 2) ? (uintptr_t)requests : random_next(random) >> 17;
}

/* Of who may have died, or has no watch. */
static void ask_one(struct weather *weather, int socket, uint64_t *random, int *wrong)
{
	const struct request *request = &requests[random_below(random, REQUESTS)];
	struct request_subject subject = {
		.pid = weather_any_process(random), .watch = 1 + random_below(random, 8),
		.address = any_address(random),
	};
	int error = -ENOENT;

	if (subject.pid && request_find_family(&subject))
		error = request_ask(socket, request, &subject);
	if (!error)
		weather_count(&weather->answers);
	else if (weather->strict && error != -ESRCH && error != -ENOENT)
		weather_complain(wrong, request->name, subject.pid, error);
}

/* Ends with the socket, or before by name. */
static void watch_owned(struct weather *weather, int socket, uint64_t *random, int *wrong)
{
	static const char options[] = "mode=window period=50ms window=20ms tree=descendants";
	struct request_subject subject = { .pid = weather_any_process(random) };
	int error;

	if (!subject.pid || !request_find_family(&subject))
		return;
	error = request_watch(socket, &subject, options, true);
	if (!error)
		weather_count(&weather->owned_watches);
	else if (weather->strict && !weather_may_refuse(error))
		weather_complain(wrong, "watch by netlink", subject.pid, error);
	weather_rest(random, weather->rest + 100000);
	if (error || random_below(random, 2))
		return;
	error = request_unwatch(socket, &subject);
	if (weather->strict && error && !weather_may_refuse(error))
		weather_complain(wrong, "end of a watch by netlink", subject.pid, error);
}

/* A socket for a few requests: one that was refused may have part of an answer left. */
void storm_ask(struct weather *weather)
{
	uint64_t random = random_mix(weather->seed + 5);
	int wrong = 0;

	while (!weather->stop) {
		int socket = genl_open(), left = random_below(&random, 8);

		for (; left > 0 && !weather->stop; left--) {
			ask_one(weather, socket, &random, &wrong);
			weather_rest(&random, weather->rest);
		}
		watch_owned(weather, socket, &random, &wrong);
		close(socket);
	}
	_exit(wrong != 0);
}

/* --- listening ---------------------------------------------------------------------------------------------------- */

/* -ENOBUFS: some were lost while it did not read, of which it is told. */
static void listen_for_a_while(struct weather *weather, int socket, uint64_t *random, int *wrong)
{
	int left = random_below(random, LISTENING), ret;

	for (; left > 0 && !weather->stop; left--) {
		ret = genl_take(socket, false);
		if (ret >= 0)
			weather_count(&weather->notifications);
		else if (ret == -EAGAIN)
			weather_rest(random, NOTHING_MICROSECONDS);
		else if (ret != -ENOBUFS)
			weather_complain(wrong, "listening", 0, ret);
		if (!random_below(random, 50))
			weather_rest(random, weather->stall);
	}
}

void storm_listen(struct weather *weather)
{
	uint64_t random = random_mix(weather->seed + 6);
	int wrong = 0;

	while (!weather->stop) {
		int socket = genl_open();

		if (genl_join_all(socket, MODULE_NAME, GROUPS) == GROUPS)
			listen_for_a_while(weather, socket, &random, &wrong);
		else if (weather->strict)
			weather_complain(&wrong, "joining", 0, -ENOENT);
		else
			weather_rest(&random, NOTHING_MICROSECONDS);
		close(socket);
	}
	_exit(wrong != 0);
}
