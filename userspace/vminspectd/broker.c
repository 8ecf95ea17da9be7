// SPDX-License-Identifier: GPL-2.0
/* The Unix socket. */
#include "broker.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "given.h"

#define SECONDS_IDLE	3600		/* then a client that asks nothing goes */
#define SECONDS_SLOW	10		/* then a client that takes nothing goes */
#define SECONDS_TO_END	3		/* for all of them, at the end */
#define STACK_BYTES	(512 * 1024)

/* A place for a client. */
struct place {
	struct broker *broker;
	bool taken;			/* by broker->lock, as the next */
	int fd;
	struct peer peer;		/* fixed while it is taken */
};

struct broker {
	struct broker_settings settings;	/* the main thread's, but for `open`, which is fixed */
	int fd;
	bool own;			/* the socket is not systemd's */
	char path[128];			/* more than a socket's may have, so that one too long is found to be */
	pthread_mutex_t lock;
	pthread_cond_t left;		/* somebody has gone */
	unsigned int count;		/* by lock: places taken */
	uint64_t refused;		/* by lock */
	struct place places[BROKER_CLIENTS];
};

/* --- the socket --------------------------------------------------------------------------------------------------- */

static int make_name(const char *path, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(ret->sun_path))
		return -ENAMETOOLONG;
	strcpy(ret->sun_path, path);
	return 0;
}

/* Of what is no socket a connection is refused too; a link is not followed, since it is itself what would go. */
static bool is_socket(const char *path)
{
	struct stat file;

	return !lstat(path, &file) && S_ISSOCK(file.st_mode);
}

/* True for a socket that nobody listens at: the daemon before was killed. */
static bool is_left_over(const struct sockaddr_un *name)
{
	bool refused;
	int fd;

	if (!is_socket(name->sun_path))
		return false;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	refused = connect(fd, (const struct sockaddr *)name, sizeof(*name)) && errno == ECONNREFUSED;
	close(fd);
	return refused;
}

/* Open to all before anybody can come: it listens afterwards. */
static int listen_at(int fd, const struct sockaddr_un *name)
{
	int bound = bind(fd, (const struct sockaddr *)name, sizeof(*name));

	if (bound && errno == EADDRINUSE && is_left_over(name) && !unlink(name->sun_path))
		bound = bind(fd, (const struct sockaddr *)name, sizeof(*name));
	if (bound)
		return -errno;
	return chmod(name->sun_path, 0666) || listen(fd, BROKER_CLIENTS) ? -errno : 0;
}

static int open_own(const char *path)
{
	struct sockaddr_un name;
	int err = make_name(path, &name), fd;

	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	err = listen_at(fd, &name);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int open_socket(struct broker *broker)
{
	broker->fd = given_copy(broker->settings.path);
	broker->own = broker->fd < 0;
	if (broker->own)
		broker->fd = open_own(broker->settings.path);
	return broker->fd < 0 ? broker->fd : 0;
}

int broker_open(const struct broker_settings *settings, struct broker **ret)
{
	struct broker *broker = calloc(1, sizeof(*broker));
	int err;

	if (!broker)
		return -ENOMEM;
	broker->settings = *settings;
	broker->settings.path = broker->path;
	snprintf(broker->path, sizeof(broker->path), "%s", settings->path);
	pthread_mutex_init(&broker->lock, NULL);
	pthread_cond_init(&broker->left, NULL);
	err = open_socket(broker);
	if (err)
		free(broker);
	else
		*ret = broker;
	return err;
}

void broker_set_admins(struct broker *broker, gid_t admins)
{
	broker->settings.admins = admins;
}

const char *broker_path(const struct broker *broker)
{
	return broker->path;
}

int broker_fd(const struct broker *broker)
{
	return broker->fd;
}

/* --- clients ------------------------------------------------------------------------------------------------------ */

/* The end of a client, in its own thread. */
static void leave(struct place *place)
{
	struct broker *broker = place->broker;

	pthread_mutex_lock(&broker->lock);
	close(place->fd);
	place->taken = false;
	broker->count--;
	pthread_cond_signal(&broker->left);
	pthread_mutex_unlock(&broker->lock);
}

static void *serve(void *argument)
{
	struct place *place = argument;

	relay_serve(place->fd, &place->peer, place->broker->settings.open);
	leave(place);
	return NULL;
}

static int start_thread(struct place *place)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int err;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	err = pthread_create(&thread, &attributes, serve, place);
	pthread_attr_destroy(&attributes);
	return -err;
}

/* Whether there is room for a peer; by lock. */
static bool has_room(const struct broker *broker, const struct peer *peer)
{
	unsigned int i, same = 0;

	if (peer->admin)
		return broker->count < BROKER_CLIENTS;
	for (i = 0; i < BROKER_CLIENTS; i++)
		same += broker->places[i].taken && broker->places[i].peer.uid == peer->uid;
	return same < BROKER_CLIENTS_OF_USER && broker->count < BROKER_CLIENTS - BROKER_CLIENTS_OF_ADMINS;
}

/* NULL: there is no room. */
static struct place *take_place(struct broker *broker, int fd, const struct peer *peer)
{
	struct place *place = NULL;
	unsigned int i;

	pthread_mutex_lock(&broker->lock);
	for (i = 0; !place && has_room(broker, peer) && i < BROKER_CLIENTS; i++)
		if (!broker->places[i].taken)
			place = &broker->places[i];
	if (place) {
		*place = (struct place){ broker, true, fd, *peer };
		broker->count++;
	} else {
		broker->refused++;
	}
	pthread_mutex_unlock(&broker->lock);
	return place;
}

static int set_timeouts(int fd)
{
	const struct timeval idle = { .tv_sec = SECONDS_IDLE }, slow = { .tv_sec = SECONDS_SLOW };

	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle)) ||
	       setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &slow, sizeof(slow)) ? -errno : 0;
}

void broker_run(struct broker *broker)
{
	int fd = accept4(broker->fd, NULL, NULL, SOCK_CLOEXEC);
	struct place *place;
	struct peer peer;

	if (fd < 0)
		return;
	if (peer_read(fd, broker->settings.admins, &peer) || set_timeouts(fd)) {
		close(fd);
		return;
	}
	place = take_place(broker, fd, &peer);
	if (!place)
		close(fd);
	else if (start_thread(place))
		leave(place);
}

unsigned int broker_clients(struct broker *broker)
{
	unsigned int count;

	pthread_mutex_lock(&broker->lock);
	count = broker->count;
	pthread_mutex_unlock(&broker->lock);
	return count;
}

uint64_t broker_refused(struct broker *broker)
{
	uint64_t refused;

	pthread_mutex_lock(&broker->lock);
	refused = broker->refused;
	pthread_mutex_unlock(&broker->lock);
	return refused;
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

/* Wakes all that wait for their client; who waits for the module comes back when that answers. By lock. */
static void end_connections(struct broker *broker)
{
	unsigned int i;

	for (i = 0; i < BROKER_CLIENTS; i++)
		if (broker->places[i].taken)
			shutdown(broker->places[i].fd, SHUT_RDWR);
}

/* True when all have gone in time. */
static bool wait_for_all(struct broker *broker)
{
	struct timespec end;
	int err = 0;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += SECONDS_TO_END;
	pthread_mutex_lock(&broker->lock);
	end_connections(broker);
	while (broker->count && !err)
		err = pthread_cond_timedwait(&broker->left, &broker->lock, &end);
	err = broker->count;
	pthread_mutex_unlock(&broker->lock);
	return !err;
}

/* What a thread that is still in the kernel may touch is left to the end of the program. */
void broker_close(struct broker *broker)
{
	if (!broker)
		return;
	close(broker->fd);
	if (broker->own)
		unlink(broker->settings.path);
	if (!wait_for_all(broker))
		return;
	pthread_cond_destroy(&broker->left);
	pthread_mutex_destroy(&broker->lock);
	free(broker);
}
