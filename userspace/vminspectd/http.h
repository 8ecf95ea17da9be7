/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The HTTP end: GET /metrics, and nothing else. It has no thread of its own; its descriptor is one of those that the
 * daemon waits for. Connections are bounded, and so is the time of each, from its first byte to its last.
 */
#ifndef VMI_VMINSPECTD_HTTP_H
#define VMI_VMINSPECTD_HTTP_H

#include "metrics.h"

struct http;

struct http_settings {
	const char *listen;		/* ADDRESS:PORT, [ADDRESS]:PORT */
	const struct reading *reading;	/* what the pages are made from */
	size_t processes;		/* that are named in them */
};

/* The settings are kept, not copied. 0 or a negative errno; -EINVAL: no such address. */
int http_open(const struct http_settings *settings, struct http **ret);
void http_close(struct http *http);

/* For epoll: readable when there is something to do. */
int http_fd(const struct http *http);

/* Milliseconds after which http_run() is due anyhow; -1: there is no such time. */
int http_timeout(struct http *http);

/* Does what is to be done, without waiting. */
void http_run(struct http *http);

/* The port; of interest if 0 was asked for, which is any. */
unsigned int http_port(const struct http *http);

#endif /* VMI_VMINSPECTD_HTTP_H */
