// SPDX-License-Identifier: GPL-2.0
/*
 * A file given to `--replay` that may hold anything: its packets lie within it and can be written and read again, what
 * is asked of it gets a list or an error, and the recording of such a replay answers as the first one did.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input.h"
#include "recording.h"
#include "vminspect.h"

#define ASKS 10

/* What became of each question. */
struct told {
	struct {
		int err;
		size_t count;
		char text[256];
	} answer[ASKS];
	u32 asked;
	u32 events[VMI_GROUP_ALL + 1];	/* by group */
	int end;			/* of the notifications */
};

/* A file without a name, emptied; the same one each time. */
static const char *empty_file(u32 which)
{
	static int fds[2] = { -1, -1 };
	static char paths[2][32];

	if (fds[which] < 0) {
		fds[which] = memfd_create("recording", MFD_CLOEXEC);
		snprintf(paths[which], sizeof(paths[which]), "/proc/self/fd/%d", fds[which]);
	}
	REQUIRE(fds[which] >= 0 && !ftruncate(fds[which], 0));
	return paths[which];
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
	FILE *file = fopen(path, "w");

	REQUIRE(file && fwrite(data, 1, size, file) == size);
	REQUIRE(!fclose(file));
}

/* --- packets ------------------------------------------------------------------------------------------------------ */

static void check_packet(const struct vmi_recording *recording, const struct vmi_recorded_packet *packet)
{
	REQUIRE(packet->datagram >= recording->bytes && packet->length % 4 == 0);
	REQUIRE(packet->datagram + packet->length == recording->bytes + recording->offset);
	REQUIRE(recording->offset <= recording->length);
}

static void write_again(struct vmi_recording recording, const char *path)
{
	struct vmi_recorded_packet packet;
	int fd = vmi_recording_create(path);

	REQUIRE(fd >= 0);
	while (vmi_recording_next(&recording, &packet) > 0) {
		check_packet(&recording, &packet);
		vmi_recording_write(fd, packet.direction, packet.datagram, packet.length);
	}
	close(fd);
}

static void compare_packets(struct vmi_recording one, struct vmi_recording other)
{
	struct vmi_recorded_packet packet, again;

	while (vmi_recording_next(&one, &packet) > 0) {
		REQUIRE(vmi_recording_next(&other, &again) > 0);
		REQUIRE(again.direction == packet.direction && again.length == packet.length);
		REQUIRE(!memcmp(again.datagram, packet.datagram, packet.length));
	}
	REQUIRE(!vmi_recording_next(&other, &again));
}

static void check_packets(const char *path)
{
	const char *copy = empty_file(1);
	struct vmi_recording recording, again;

	if (vmi_recording_read(path, &recording))
		return;
	write_again(recording, copy);
	REQUIRE(!vmi_recording_read(copy, &again));
	compare_packets(recording, again);
	free((char *)recording.bytes);
	free((char *)again.bytes);
}

/* --- conversations ------------------------------------------------------------------------------------------------ */

/* Where a file is cut off or has an empty datagram the recording of its replay just ends, for it has neither. */
static int any_end(int err)
{
	return err == -EINVAL || err == -EPROTO ? -ENODATA : err;
}

static void note(struct told *told, const struct vmi_client *client, int err, size_t count)
{
	REQUIRE(told->asked < ASKS && (!err || err == -EAGAIN || !count));
	told->answer[told->asked].err = any_end(err);
	told->answer[told->asked].count = count;
	strncpy(told->answer[told->asked++].text, vmi_client_error(client)->text, 255);
}

#define ASK(told, client, kind, ...) do { \
		struct vmi_##kind##_list list; \
		int err = vmi_##kind##_list_read(client, __VA_ARGS__, &list); \
		\
		note(told, client, err, list.count); \
		vmi_##kind##_list_release(&list); \
	} while (0)

/* What the files of the corpus have answers to; the watches more often than there are answers. */
static void ask_all(struct vmi_client *client, struct told *told)
{
	static const struct vmi_region_query range = { .pid = 1234, .start = 0x1c00000, .end = 0x1c08000 };
	static const struct vmi_region_query tree = { .pid = 1240 }, torn = { .pid = 3000 };
	static const struct vmi_process_query one = { .pid = 1240 }, none = { .pid = 99999 };
	u32 i;

	ASK(told, client, process, &none);
	ASK(told, client, process, &one);
	ASK(told, client, region, &tree);
	ASK(told, client, region, &range);
	ASK(told, client, region, &torn);
	ASK(told, client, score, 9);
	ASK(told, client, explanation, 1234, 0x5000000000);
	for (i = 0; i < 3; i++)
		ASK(told, client, watch, 0);
}

static void listen_to_all(struct vmi_client *client, struct told *told)
{
	struct vmi_event event;

	told->end = vmi_client_listen(client, VMI_GROUP_ALL);
	while (!told->end) {
		told->end = vmi_client_next_event(client, &event);
		told->events[told->end ? 0 : event.group]++;
	}
	told->end = any_end(told->end);
}

static void check_replay(const char *path)
{
	const char *copy = empty_file(1);
	struct told first = { 0 }, again = { 0 };
	struct vmi_client *client;

	if (vmi_client_open_recording(path, &client))
		return;
	if (!vmi_client_record(client, copy)) {
		ask_all(client, &first);
		listen_to_all(client, &first);
		vmi_client_close(client);
		REQUIRE(!vmi_client_open_recording(copy, &client));
		ask_all(client, &again);
		listen_to_all(client, &again);
		REQUIRE(!memcmp(&first, &again, sizeof(first)));
	}
	vmi_client_close(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = empty_file(0);

	write_file(path, data, size);
	check_packets(path);
	check_replay(path);
	return 0;
}
