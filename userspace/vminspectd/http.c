// SPDX-License-Identifier: GPL-2.0
/* The HTTP end. */
#include "http.h"

#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 16u
#define SECONDS_OF_A_CONNECTION 10u
#define BYTES_OF_A_CONNECTION ((size_t)(32 * 1024))

struct http {
	const struct http_settings *settings;
	struct MHD_Daemon *daemon;
	int epoll;			/* libmicrohttpd's */
	bool left;			/* a connection has ended during a run */
};

/* --- answers ------------------------------------------------------------------------------------------------------ */

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status, const char *text)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8");
	if (result == MHD_YES && status == MHD_HTTP_METHOD_NOT_ALLOWED)
		result = MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
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
	enum MHD_Result result;
	size_t length;
	char *text = metrics_make(settings->reading, settings->processes, format, &length);

	if (!text)
		return MHD_NO;
	response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(text);
		return MHD_NO;
	}
	result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, metrics_content_type(format));
	if (result == MHD_YES)
		result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
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

static void note_connection(void *argument, struct MHD_Connection *connection, void **state,
			    enum MHD_ConnectionNotificationCode code)
{
	struct http *http = argument;

	(void)connection;
	(void)state;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED)
		http->left = true;
}

/* libmicrohttpd takes the socket over, unless it does not start. */
static int start(struct http *http, int fd)
{
	const union MHD_DaemonInfo *info;

	http->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, &answer, (void *)http->settings,
					MHD_OPTION_LISTEN_SOCKET, fd,
					MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
					MHD_OPTION_CONNECTION_TIMEOUT, SECONDS_OF_A_CONNECTION,
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

int http_timeout(const struct http *http)
{
	MHD_UNSIGNED_LONG_LONG timeout;

	if (MHD_get_timeout(http->daemon, &timeout) != MHD_YES)
		return -1;
	return timeout > INT_MAX ? INT_MAX : (int)timeout;
}

/*
 * libmicrohttpd does not listen while there are as many connections as may be, and does again when it is run after one
 * has ended; until then nothing would tell of who waits.
 */
void http_run(struct http *http)
{
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
