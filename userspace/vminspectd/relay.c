// SPDX-License-Identifier: GPL-2.0
/* One client's conversations. */
#include "relay.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "guard.h"
#include "lib/transport.h"
#include "lib/vminspect.h"
#include "redact.h"
#include "request.h"

#define HEAD (NLMSG_HDRLEN + GENL_HDRLEN)
#define PROCESSES_MAX 65536		/* of one user, in one list */

struct relay {
	int fd;				/* the client's */
	const struct peer *peer;
	relay_open_fn open;
	struct vmi_client *kernel;	/* NULL: to be opened */
	uint16_t family;		/* its number as the client was told; 0: not yet */
	char request[REQUEST_BYTES + NLMSG_ALIGNTO] __attribute__((aligned(NLMSG_ALIGNTO)));
	char reply[VMI_BUFFER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	size_t reply_length;
};

/* --- what the client is sent -------------------------------------------------------------------------------------- */

/* What is left of `relay->reply` when it is sent is nothing. An error ends the connection. */
static int send_reply(struct relay *relay)
{
	size_t length = relay->reply_length;

	relay->reply_length = 0;
	return !length || send(relay->fd, relay->reply, length, MSG_NOSIGNAL) >= 0 ? 0 : -ECONNRESET;
}

/* An acknowledgement, with a text if there is something to say. */
static int acknowledge(struct relay *relay, const struct request *request, int error, const char *text)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(relay->reply);
	struct nlmsgerr *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = NLMSG_ERROR;
	message->nlmsg_flags = NLM_F_CAPPED | (*text ? NLM_F_ACK_TLVS : 0);
	message->nlmsg_seq = request->sequence;
	body->error = error;
	body->msg = *request->message;
	if (*text)
		mnl_attr_put_strz(message, NLMSGERR_ATTR_MSG, text);
	relay->reply_length = message->nlmsg_len;
	return send_reply(relay);
}

/* The end of a list. */
static int send_done(struct relay *relay, const struct request *request)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(relay->reply);
	int *error = mnl_nlmsg_put_extra_header(message, sizeof(*error));

	message->nlmsg_type = NLMSG_DONE;
	message->nlmsg_flags = NLM_F_MULTI;
	message->nlmsg_seq = request->sequence;
	*error = 0;
	relay->reply_length = message->nlmsg_len;
	return send_reply(relay);
}

static const char *text_of(int err)
{
	switch (err) {
	case -EACCES:
		return "not yours: the daemon shows processes whose user and group ids are all yours, "
		       "and that may be dumped";
	case -ESRCH:
		return "no such process, or it has no address space (any more)";
	case -ENOENT:
		return "the module is not loaded";
	case -E2BIG:
		return "you have too many processes for one list";
	default:
		return "";
	}
}

static int refuse(struct relay *relay, const struct request *request, int error)
{
	return acknowledge(relay, request, error, text_of(error));
}

/* --- one exchange with the kernel --------------------------------------------------------------------------------- */

/* Watches by their ids. */
struct watches {
	uint32_t *ids;
	size_t count;
};

static bool has_watch(const struct watches *watches, uint32_t id)
{
	size_t i;

	for (i = 0; i < watches->count; i++)
		if (watches->ids[i] == id)
			return true;
	return false;
}

/* The ids of all watches that they may know of; to be freed, whatever comes of it. */
static int list_watches(struct relay *relay, struct watches *ret);

/* A request to the kernel, and what becomes of the answers. */
struct exchange {
	struct relay *relay;
	const struct request *request;
	const struct guard *guard;	/* NULL: there is no process to hold */
	struct watches *only;		/* NULL: whatever watch a reply is about */
	bool part;			/* of a list that the daemon puts together: no end of its own */
	size_t told;			/* replies that the client got */
	int error;			/* that the kernel ended it with */
	bool over;
};

/* The same attribute number in all that tells of watches. */
_Static_assert((int)VMI_A_WATCH_ID == (int)VMI_A_STATS_WATCH && (int)VMI_A_WATCH_ID == (int)VMI_A_SCORE_WATCH,
	       "one number for all");

static bool is_wanted(const struct exchange *exchange, const struct nlmsghdr *message)
{
	const struct nlattr *attribute;

	if (!exchange->only)
		return true;
	mnl_attr_for_each(attribute, message, GENL_HDRLEN)
		if (mnl_attr_get_type(attribute) == VMI_A_WATCH_ID && mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0 &&
		    has_watch(exchange->only, mnl_attr_get_u32(attribute)))
			return true;
	return false;
}

/* Appends a message; that it fits is clear, since none grows and all came in a buffer of the same size. */
static void append(struct exchange *exchange, const struct nlmsghdr *message)
{
	struct relay *relay = exchange->relay;
	struct nlmsghdr *copy = (struct nlmsghdr *)(relay->reply + relay->reply_length);

	memcpy(copy, message, message->nlmsg_len);
	copy->nlmsg_seq = exchange->request->sequence;
	relay->reply_length += NLMSG_ALIGN(copy->nlmsg_len);
}

/* A reply of the family. */
static void append_reply(struct exchange *exchange, const struct nlmsghdr *message)
{
	struct relay *relay = exchange->relay;
	const struct genlmsghdr *generic = mnl_nlmsg_get_payload(message);
	struct nlmsghdr *copy = (struct nlmsghdr *)(relay->reply + relay->reply_length);

	if (message->nlmsg_len < HEAD || !is_wanted(exchange, message))
		return;
	exchange->told++;
	if (relay->peer->admin || exchange->request->controller) {
		append(exchange, message);
		return;
	}
	memcpy(copy, message, HEAD);
	copy->nlmsg_seq = exchange->request->sequence;
	if (exchange->part)
		copy->nlmsg_flags |= NLM_F_MULTI;
	copy->nlmsg_len = HEAD + redact(generic->cmd, (const char *)message + HEAD, message->nlmsg_len - HEAD,
					(char *)copy + HEAD);
	relay->reply_length += copy->nlmsg_len;
}

/* An end with an error, or a good one: both begin with the error. */
static void append_end(struct exchange *exchange, const struct nlmsghdr *message)
{
	exchange->over = true;
	if (mnl_nlmsg_get_payload_len(message) >= sizeof(int))
		memcpy(&exchange->error, mnl_nlmsg_get_payload(message), sizeof(int));
	if (!exchange->part)
		append(exchange, message);
}

static void take_message(struct exchange *exchange, const struct nlmsghdr *message)
{
	if (message->nlmsg_seq != exchange->relay->kernel->sequence)
		return;
	if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE)
		append_end(exchange, message);
	else if (message->nlmsg_type >= NLMSG_MIN_TYPE)
		append_reply(exchange, message);
}

/*
 * Leaves of the watches of an exchange those that are theirs now too; ids are not given twice. The kernel, which may be
 * in the middle of its answer, is asked at a socket of its own.
 */
static int check_watches(struct exchange *exchange)
{
	struct relay *relay = exchange->relay;
	struct vmi_client *answering = relay->kernel;
	struct watches now, *only = exchange->only;
	size_t i, kept = 0;
	int err;

	relay->kernel = NULL;
	err = list_watches(relay, &now);
	vmi_client_close(relay->kernel);
	relay->kernel = answering;
	for (i = 0; !err && i < only->count; i++)
		if (has_watch(&now, only->ids[i]))
			only->ids[kept++] = only->ids[i];
	only->count = kept;
	free(now.ids);
	if (!err && exchange->request->subject == REQUEST_WATCH && !has_watch(only, exchange->request->watch))
		err = -EACCES;
	return err;
}

/* Whether what has just been read may be told. */
static int check(struct exchange *exchange)
{
	if (exchange->guard)
		return guard_check(exchange->guard);
	return exchange->only ? check_watches(exchange) : 0;
}

/* What the kernel says next, to the client; when it has been read, it must still be allowed to be. */
static int take_datagram(struct exchange *exchange)
{
	struct relay *relay = exchange->relay;
	const char *bytes = relay->kernel->buffer;
	ssize_t length = vmi_client_receive(relay->kernel);
	size_t at = 0, step;
	int err;

	if (length <= 0)
		return length == -EINTR ? 0 : length < 0 ? (int)length : -EPROTO;
	err = check(exchange);
	if (err)
		return err;
	while (!exchange->over && at < (size_t)length) {
		const struct nlmsghdr *message = vmi_whole_message(bytes + at, (size_t)length - at, &step);

		if (!message)
			return -EPROTO;
		take_message(exchange, message);
		at += step;
	}
	return send_reply(relay);
}

/* A dump that is left half read would bar the socket for the next request. */
static void close_kernel(struct relay *relay)
{
	vmi_client_close(relay->kernel);
	relay->kernel = NULL;
}

static int open_kernel(struct relay *relay)
{
	int err = relay->kernel ? 0 : relay->open(&relay->kernel);

	if (!err && !relay->family)
		relay->family = relay->kernel->family;
	return err;
}

/* The client's request as it is, or with another process in it, to the kernel. -ECONNRESET: the client has gone. */
static int run_exchange(struct exchange *exchange, struct nlmsghdr *message)
{
	struct relay *relay = exchange->relay;
	int err = open_kernel(relay);

	if (err)
		return err;
	message->nlmsg_seq = ++relay->kernel->sequence;
	message->nlmsg_type = exchange->request->controller ? GENL_ID_CTRL : relay->kernel->family;
	relay->reply_length = 0;
	err = relay->kernel->transport->ops->send(relay->kernel->transport, message, message->nlmsg_len);
	while (!err && !exchange->over)
		err = take_datagram(exchange);
	if (err)
		close_kernel(relay);
	return err;
}

/* An exchange that answers the whole request. A process that dies during its dump ends it without an error. */
static int relay_whole(struct relay *relay, const struct request *request, const struct guard *guard,
		       struct watches *only)
{
	struct exchange exchange = { .relay = relay, .request = request, .guard = guard, .only = only };
	int err = run_exchange(&exchange, request->message);

	if (!err || err == -ECONNRESET)
		return err;
	if (err == -ESRCH && request->dump && exchange.told)
		return send_done(relay, request);
	return refuse(relay, request, err);
}

/* --- what is asked of one process --------------------------------------------------------------------------------- */

static int relay_process(struct relay *relay, const struct request *request)
{
	struct guard guard;
	int err = guard_open(&guard, relay->peer, request->pid);

	if (err)
		return refuse(relay, request, err);
	err = relay_whole(relay, request, &guard, NULL);
	guard_close(&guard);
	return err;
}

/* --- of all processes --------------------------------------------------------------------------------------------- */

/* A request for one process, in place of that for all. */
static void make_request(struct vmi_request *made, struct relay *relay, const struct request *request, uint32_t pid)
{
	vmi_request_init(made, relay->kernel, VMI_CMD_PROCESS_GET, false, NULL);
	vmi_request_put_u32(made, VMI_A_PROCESS_PID, pid);
	if (request->detail)
		vmi_request_put_flag(made, VMI_A_PROCESS_DETAIL);
}

/* A process that is not theirs, or has gone, is left out of lists; what else goes wrong is told. */
static int unless_left_out(int err)
{
	return err == -EACCES || err == -ESRCH ? 0 : err;
}

/* -ECONNRESET: the client has gone. */
static int relay_one(struct relay *relay, const struct request *request, uint32_t pid)
{
	struct guard guard;
	struct exchange exchange = { .relay = relay, .request = request, .guard = &guard, .part = true };
	struct vmi_request made;
	int err = open_kernel(relay);

	if (err)
		return err;
	err = guard_open(&guard, relay->peer, pid);
	if (err)
		return unless_left_out(err);
	make_request(&made, relay, request, pid);
	err = run_exchange(&exchange, (struct nlmsghdr *)made.bytes);
	guard_close(&guard);
	return unless_left_out(err ? err : exchange.error);
}

/* The processes with the peer's user id; more is found out about each when its turn comes. */
static int list_own(struct relay *relay, struct vmi_process_list *ret)
{
	const struct vmi_process_query all = { 0 };
	int err = open_kernel(relay);

	if (!err)
		err = vmi_process_list_read(relay->kernel, &all, ret);
	if (err)
		close_kernel(relay);
	return err;
}

static int relay_processes(struct relay *relay, const struct request *request)
{
	struct vmi_process_list list = { 0 };
	int err = list_own(relay, &list);
	size_t i, told = 0;

	for (i = 0; !err && i < list.count; i++) {
		if (list.items[i]->uid != relay->peer->uid)
			continue;
		err = ++told > PROCESSES_MAX ? -E2BIG : relay_one(relay, request, list.items[i]->pid);
	}
	vmi_process_list_release(&list);
	if (!err)
		return send_done(relay, request);
	return err == -ECONNRESET ? err : refuse(relay, request, err);
}

/* --- of watches --------------------------------------------------------------------------------------------------- */

/* Whether a watch is on that process alone. */
static bool is_watch_on(struct relay *relay, uint32_t id, uint32_t pid)
{
	struct vmi_watch_list watch = { 0 };
	bool is = !vmi_watch_list_read(relay->kernel, id, &watch) && watch.count && watch.items[0]->pid == pid &&
		  watch.items[0]->scope == VMINSPECT_WATCH_SCOPE_SELF;

	vmi_watch_list_release(&watch);
	return is;
}

/* *ret: the id of the watch on a process that is theirs, and on it alone; 0: there is none, or it cannot be had. */
static int find_watch(struct relay *relay, uint32_t pid, uint32_t *ret)
{
	const struct vmi_process_query query = { .pid = pid };
	struct vmi_process_list process = { 0 };
	struct guard guard;
	int err = guard_open(&guard, relay->peer, pid);

	*ret = 0;
	if (err)
		return unless_left_out(err);
	if (!vmi_process_list_read(relay->kernel, &query, &process) && process.count && process.items[0]->watch &&
	    is_watch_on(relay, process.items[0]->watch, pid) && !guard_check(&guard))
		*ret = process.items[0]->watch;
	vmi_process_list_release(&process);
	guard_close(&guard);
	return 0;
}

static int list_watches(struct relay *relay, struct watches *ret)
{
	struct vmi_process_list list = { 0 };
	int err = list_own(relay, &list);
	size_t i;

	*ret = (struct watches){ 0 };
	if (!err) {
		ret->ids = calloc(list.count + 1, sizeof(*ret->ids));
		err = ret->ids ? 0 : -ENOMEM;
	}
	for (i = 0; !err && i < list.count; i++) {
		uint32_t id = 0;

		if (list.items[i]->uid == relay->peer->uid && list.items[i]->watch)
			err = find_watch(relay, list.items[i]->pid, &id);
		if (id)
			ret->ids[ret->count++] = id;
	}
	vmi_process_list_release(&list);
	return err;
}

static int relay_watches(struct relay *relay, const struct request *request)
{
	struct watches own;
	int err = list_watches(relay, &own);

	if (err)
		err = refuse(relay, request, err);
	else if (request->subject == REQUEST_WATCH && !has_watch(&own, request->watch))
		err = acknowledge(relay, request, -EACCES, "no watch of that id is on a process of yours alone");
	else
		err = relay_whole(relay, request, NULL, &own);
	free(own.ids);
	return err;
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static int answer(struct relay *relay, const struct request *request)
{
	if (request->controller || relay->peer->admin)
		return relay_whole(relay, request, NULL, NULL);
	switch (request->subject) {
	case REQUEST_SYSTEM:
		return relay_whole(relay, request, NULL, NULL);
	case REQUEST_PROCESS:
		return relay_process(relay, request);
	case REQUEST_PROCESSES:
		return relay_processes(relay, request);
	case REQUEST_WATCH:
	case REQUEST_WATCHES:
		return relay_watches(relay, request);
	}
	return -EBADMSG;
}

/* Whoever asks for the family's numbers gets those of now, the module having been loaded anew perhaps. */
static void forget_family(struct relay *relay)
{
	close_kernel(relay);
	relay->family = 0;
}

static int take_request(struct relay *relay, size_t length)
{
	struct request request;
	int err = request_read(relay->request, length, relay->family, &request);

	if (err == -EBADMSG)
		return err;
	if (err)
		return acknowledge(relay, &request, err, request.text);
	if (request.controller)
		forget_family(relay);
	return answer(relay, &request);
}

/* A packet that is too long is as long as it is, not as what was kept of it. */
static void serve(struct relay *relay)
{
	ssize_t length;

	do {
		length = recv(relay->fd, relay->request, sizeof(relay->request), MSG_TRUNC);
	} while (length > 0 && !take_request(relay, (size_t)length));
	close_kernel(relay);
}

void relay_serve(int fd, const struct peer *peer, relay_open_fn open)
{
	struct relay *relay = calloc(1, sizeof(*relay));

	if (!relay)
		return;
	relay->fd = fd;
	relay->peer = peer;
	relay->open = open;
	serve(relay);
	free(relay);
}
