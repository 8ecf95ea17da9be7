// SPDX-License-Identifier: GPL-2.0
/* The way to the module. */
#include "connect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "lib/vminspect.h"

#define OPTION(member) offsetof(struct common_settings, member)

const struct args_option common_options[] = {
	{ "record", 0, "FILE", &args_text, OPTION(record), "append what the kernel says to FILE (pcap)" },
	{ "replay", 0, "FILE", &args_text, OPTION(replay), "take it from FILE instead of the kernel" },
	{ "help", 'h', NULL, &args_flag, OPTION(help), "tell this" },
	{ "version", 'V', NULL, &args_flag, OPTION(version), "tell the version" },
	{ 0 },
};

const struct args_option json_options[] = {
	{ "json", 'j', NULL, &args_flag, OPTION(json), "print JSON" },
	{ 0 },
};

const struct args_option layout_options[] = {
	{ "human", 'H', NULL, &args_flag, OPTION(human), "scale amounts: 3.4M instead of KiB" },
	{ "wide", 'w', NULL, &args_flag, OPTION(wide), "do not cut lines at the terminal's width" },
	{ 0 },
};

/* There is no netlink family: why that may be. */
static void complain_of_no_family(void)
{
	if (!access("/sys/module/vminspect", F_OK))
		complain("the module is loaded, but out of reach: this is not the initial network namespace");
	else
		complain("the module is not loaded; as root: modprobe vminspect (or insmod vminspect.ko)");
}

static void complain_of_recording(const char *path, int err)
{
	if (err == -EINVAL)
		complain("%s: not a recording (they are made with --record)", path);
	else if (err == -ENODATA)
		complain("%s: the recording holds nothing of vminspect", path);
	else
		complain("%s: %s", path, strerror(-err));
}

/* The socket that is asked for, "" if none is. */
static const char *wished_socket(void)
{
	const char *path = secure_getenv(VMI_SOCKET_VARIABLE);

	return path ? path : "";
}

static int open_client(const struct common_settings *settings, struct vmi_client **ret)
{
	int err;

	if (settings->replay) {
		err = vmi_client_open_recording(settings->replay, ret);
		if (err)
			complain_of_recording(settings->replay, err);
		return err;
	}
	err = vmi_client_open(ret);
	if (err && *wished_socket())
		complain("%s=%s: %s", VMI_SOCKET_VARIABLE, wished_socket(), strerror(-err));
	else if (err == -ENOENT)
		complain_of_no_family();
	else if (err)
		complain("netlink: %s", strerror(-err));
	return err;
}

int connect_record(const struct common_settings *settings, struct vmi_client *client)
{
	int err = settings->record ? vmi_client_record(client, settings->record) : 0;

	if (err == -EINVAL)
		complain("%s: neither empty nor a recording, so nothing is added to it", settings->record);
	else if (err == -EBADMSG)
		complain("%s: a recording that was cut off, so nothing can be added to it", settings->record);
	else if (err)
		complain_of_recording(settings->record, err);
	return err;
}

int connect_client(const struct common_settings *settings, struct vmi_client **ret)
{
	int err = open_client(settings, ret);

	if (err)
		return err;
	err = connect_record(settings, *ret);
	if (err) {
		vmi_client_close(*ret);
		*ret = NULL;
	}
	return err;
}

int connect_close(const struct common_settings *settings, struct vmi_client *client, int status)
{
	int err = client ? vmi_client_recording_error(client) : 0;

	vmi_client_close(client);
	if (!err)
		return status;
	complain("%s: the recording is not complete: %s", settings->record, strerror(-err));
	return EXIT_FAILED;
}

static const char *text_of(int err)
{
	switch (err) {
	case -EPERM:
		return "not permitted; this needs root of the host (CAP_SYS_ADMIN and CAP_NET_ADMIN), or vminspectd";
	case -EACCES:
		return "not permitted; the daemon vminspectd does not pass this on";
	case -ECONNRESET:
		return "vminspectd ended the connection: it has too many, or is ending";
	case -ESRCH:
		return "no such process, or it has no memory of its own";
	case -EOPNOTSUPP:
		return "this module cannot do that";
	case -ENODATA:
		return "the recording has no answer to that";
	case -EPROTO:
		return "the module's answer makes no sense";
	default:
		return strerror(-err);
	}
}

int connect_complain(const struct vmi_client *client, int err, const char *subject)
{
	const struct vmi_error *said = vmi_client_error(client);
	bool by_kernel = said->error == err && *said->text;

	complain("%s%s%s", subject ? subject : "", subject ? ": " : "", by_kernel ? said->text : text_of(err));
	return EXIT_FAILED;
}

bool connect_is_out_of_reach(int err)
{
	return err == -ESRCH || err == -EACCES || err == -EPERM;
}

void connect_remark_torn(void)
{
	complain("note: the process keeps changing its layout; what is shown is not all of one moment");
}
