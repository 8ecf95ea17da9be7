// SPDX-License-Identifier: GPL-2.0
/* Words for what several commands show. */
#include <pwd.h>
#include <stdio.h>

#include "command.h"

const char *words_permissions(char text[PERMISSIONS_TEXT], uint32_t region_flags)
{
	text[0] = region_flags & VMINSPECT_REGION_FLAGS_READ ? 'r' : '-';
	text[1] = region_flags & VMINSPECT_REGION_FLAGS_WRITE ? 'w' : '-';
	text[2] = region_flags & VMINSPECT_REGION_FLAGS_EXEC ? 'x' : '-';
	text[3] = region_flags & VMINSPECT_REGION_FLAGS_MAYSHARE ? 's' : 'p';
	text[4] = '\0';
	return text;
}

const char *words_region(const struct vmi_region *region)
{
	return *region->name ? region->name : "[anon]";
}

const char *words_user(uint32_t uid)
{
	static char text[64];
	static uint32_t last = UINT32_MAX;
	const struct passwd *user;

	if (uid == last)
		return text;
	user = getpwuid(uid);
	if (user)
		snprintf(text, sizeof(text), "%s", user->pw_name);
	else
		snprintf(text, sizeof(text), "%u", uid);
	last = uid;
	return text;
}

const char *words_name(const char *name, uint32_t number)
{
	static char text[16];

	if (name)
		return name;
	snprintf(text, sizeof(text), "?%u", number);
	return text;
}

bool run_has_slot(const struct vmi_run *run)
{
	return run->state == VMINSPECT_PAGE_STATE_SWAPPED && !(run->flags & VMINSPECT_PAGE_FLAGS_SHMEM) &&
	       (run->swap_type || run->swap_offset);
}
