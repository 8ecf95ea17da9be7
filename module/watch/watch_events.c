// SPDX-License-Identifier: GPL-2.0
/* Hands on what watches have to tell. */
#include "watch/watch_events.h"

#include <linux/compiler.h>

static const struct vmi_watch_listener *listener;

void vmi_watch_listen(const struct vmi_watch_listener *new_listener)
{
	WRITE_ONCE(listener, new_listener);
}

void vmi_watch_tell_passed(struct vmi_watch *watch)
{
	const struct vmi_watch_listener *told = READ_ONCE(listener);

	if (told)
		told->passed(watch);
}

void vmi_watch_tell_exited(const struct vmi_process *process)
{
	const struct vmi_watch_listener *told = READ_ONCE(listener);

	if (told)
		told->exited(process);
}
