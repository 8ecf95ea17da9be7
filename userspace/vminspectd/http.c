// SPDX-License-Identifier: GPL-2.0
/* The HTTP end. */
#include "http.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS 16u
#define MS_OF_A_CONNECTION 10000	/* for a request and its answer */
#define MS_WHEN_FULL 2000		/* of the oldest connection, when there is no place left */
#define BYTES_OF_A_CONNECTION ((size_t)(32 * 1024))

/* A place for a connection. */
struct place {
	bool taken;
	bool ended;			/* and libmicrohttpd has not noticed yet */
	int fd;				/* libmicrohttpd's */
	int64_t since;			/* milliseconds of the monotonic clock */
};

struct http {
	const struct http_settings *settings;
	struct MHD_Daemon *daemon;
	int epoll;			/* libmicrohttpd's */
	bool left;			/* somebody has left a place during a run */
	unsigned int count;		/* places taken by connections that have not ended */
	struct place places[CONNECTIONS];
};

/* --- places ------------------------------------------------------------------------------------------------------- */

/*
 * libmicrohttpd's own time-out begins anew with each byte, so a client that sends or takes one now and then would stay
 * for ever. Here a connection has its time from the first to the last byte, and serves one page. While all places are
 * taken the oldest connection has less time, so that whoever waits gets in while a Prometheus server has patience.
 *
 * There is no bound for one address: the users of the host share the loopback's with the Prometheus server there, and
 * all clients behind a proxy share the proxy's.
 */

static int64_t read_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* There is a free one: libmicrohttpd has no more connections, and counts one until it has told of its end. */
static struct place *take_place(struct http *http, int fd)
{
	struct place *place = http->places;

	while (place->taken)
		place++;
	*place = (struct place){ .taken = true, .fd = fd, .since = read_clock() };
	http->count++;
	return place;
}

static void leave_place(struct http *http, struct place *place)
{
	place->taken = false;
	http->count -= !place->ended;
	http->left = true;
}

/* libmicrohttpd tells of a connection that it has made or is about to close, and keeps the place for us. */
static void note_connection(void *argument, struct MHD_Connection *connection, void **place,
			    enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_CLOSED)
		leave_place(argument, *place);
	else
		*place = take_place(argument, MHD_get_connection_info(connection,
								      MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
}

/* Of the connections that have not ended; NULL: there is none. */
static struct place *find_oldest(struct http *http)
{
	struct place *place, *oldest = NULL;

	for (place = http->places; place < http->places + CONNECTIONS; place++)
		if (place->taken && !place->ended && (!oldest || place->since < oldest->since))
			oldest = place;
	return oldest;
}

/* Milliseconds that the oldest connection has left. */
static int64_t time_left(const struct http *http, const struct place *oldest)
{
	return oldest->since + (http->count < CONNECTIONS ? MS_OF_A_CONNECTION : MS_WHEN_FULL) - read_clock();
}

/* The kernel forgets what of an answer has not been taken, and wakes libmicrohttpd, which closes the socket. */
static void end_connection(struct http *http, struct place *place)
{
	const struct linger none = { .l_onoff = 1 };

	setsockopt(place->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	shutdown(place->fd, SHUT_RDWR);
	place->ended = true;
	http->count--;
}

static void end_overdue(struct http *http)
{
	struct place *oldest = find_oldest(http);

	while (oldest && time_left(http, oldest) <= 0) {
		end_connection(http, oldest);
		oldest = find_oldest(http);
	}
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

/* The end of the connection too, and of the response, whatever comes of it. */
static enum MHD_Result queue_answer(struct MHD_Connection *connection, unsigned int status, const char *type,
				    struct MHD_Response *response)
{
	enum MHD_Result result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);

	if (result == MHD_YES)
		result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	if (result == MHD_YES && status == MHD_HTTP_METHOD_NOT_ALLOWED)
		result = MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status, const char *text)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);

	return response ? queue_answer(connection, status, "text/plain; charset=utf-8", response) : MHD_NO;
}

static enum metrics_format wished_format(struct MHD_Connection *connection)
{
	const char *accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);

	return accept && strstr(accept, "application/openmetrics-text") ? METRICS_OPENMETRICS : METRICS_PROMETHEUS;
}

static enum MHD_Result send_page(const struct http_settings *settings, struct MHD_Connection *connection)
{
	enum metrics_format format = wished_format(connection);
	struct MHD_Response *response;
	size_t length;
	char *text = metrics_make(settings->reading, settings->processes, format, &length);

	if (!text)
		return MHD_NO;
	response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(text);
		return MHD_NO;
	}
	return queue_answer(connection, MHD_HTTP_OK, metrics_content_type(format), response);
}

/*
 * Called with the head of a request, with each part of its body, which nobody reads, and with its end, which is when a
 * page may be sent. What is refused is refused at its head, so that no body of it is waited for.
 */
static enum MHD_Result answer(void *argument, struct MHD_Connection *connection, const char *url, const char *method,
			      const char *version, const char *upload, size_t *upload_size, void **state)
{
	(void)version;
	(void)upload;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET is answered\n");
	if (strcmp(url, "/metrics"))
		return refuse(connection, MHD_HTTP_NOT_FOUND, "there is only /metrics\n");
	if (!*state) {
		*state = argument;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	return send_page(argument, connection);
}

/* --- the socket --------------------------------------------------------------------------------------------------- */

/* "ADDRESS:PORT" in two; brackets around an address are taken away. */
static int split_address(const char *text, char address[64], const char **ret_port)
{
	const char *colon = strrchr(text, ':'), *end = colon;

	if (!colon || colon == text)
		return -EINVAL;
	if (*text == '[' && colon[-1] == ']') {
		text++;
		end--;
	}
	if (end - text >= 64)
		return -EINVAL;
	memcpy(address, text, (size_t)(end - text));
	address[end - text] = '\0';
	*ret_port = colon + 1;
	return 0;
}

static int listen_at(const struct addrinfo *at)
{
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, err;

	if (fd < 0)
		return -errno;
	if (!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
	    !bind(fd, at->ai_addr, at->ai_addrlen) && !listen(fd, CONNECTIONS))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* A listening socket. Only numbers: a daemon must not wait for a name server. */
static int open_socket(const char *text)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	const char *port;
	char address[64];
	int fd;

	if (split_address(text, address, &port) || !*port || getaddrinfo(address, port, &hints, &found))
		return -EINVAL;
	fd = listen_at(found);
	freeaddrinfo(found);
	return fd;
}

/* libmicrohttpd takes the socket over, unless it does not start. */
static int start(struct http *http, int fd)
{
	const union MHD_DaemonInfo *info;

	http->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, &answer, (void *)http->settings,
					MHD_OPTION_LISTEN_SOCKET, fd,
					MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
					MHD_OPTION_NOTIFY_CONNECTION, &note_connection, http,
					MHD_OPTION_CONNECTION_MEMORY_LIMIT, BYTES_OF_A_CONNECTION,
					MHD_OPTION_END);
	if (!http->daemon) {
		close(fd);
		return -EIO;
	}
	info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	http->epoll = info ? info->epoll_fd : -1;
	return http->epoll < 0 ? -EIO : 0;
}

int http_open(const struct http_settings *settings, struct http **ret)
{
	struct http *http = calloc(1, sizeof(*http));
	int fd, err;

	if (!http)
		return -ENOMEM;
	http->settings = settings;
	fd = open_socket(settings->listen);
	err = fd < 0 ? fd : start(http, fd);
	if (err)
		http_close(http);
	else
		*ret = http;
	return err;
}

void http_close(struct http *http)
{
	if (!http)
		return;
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	free(http);
}

int http_fd(const struct http *http)
{
	return http->epoll;
}

int http_timeout(struct http *http)
{
	const struct place *oldest = find_oldest(http);
	MHD_UNSIGNED_LONG_LONG pending;
	int64_t left;

	/* It has no time-outs of its own, but may have left something for the next run. */
	if (MHD_get_timeout(http->daemon, &pending) == MHD_YES && !pending)
		return 0;
	if (!oldest)
		return -1;
	left = time_left(http, oldest);
	return left > 0 ? (int)left : 0;
}

/*
 * libmicrohttpd does not listen while all places are taken, and does again when it is run after one was left; until
 * then nothing would tell of who waits.
 */
void http_run(struct http *http)
{
	end_overdue(http);
	http->left = false;
	MHD_run(http->daemon);
	if (http->left)
		MHD_run(http->daemon);
}

unsigned int http_port(const struct http *http)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_LISTEN_FD);
	struct sockaddr_storage name;
	socklen_t length = sizeof(name);

	if (!info || getsockname(info->listen_fd, (struct sockaddr *)&name, &length))
		return 0;
	return ntohs(name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port :
						  ((struct sockaddr_in *)&name)->sin_port);
}
