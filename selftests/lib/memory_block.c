// SPDX-License-Identifier: GPL-2.0
/* Blocks of memory. */
#define _GNU_SOURCE
#include "memory_block.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_text.h"
#include "kpageflags.h"
#include "pagemap.h"

#define BLOCKS "/sys/devices/system/memory"

/* Only pages that can be moved away are in such a zone. */
static bool is_movable(const char *name)
{
	struct file_text zones;
	char path[300];
	bool ret;

	snprintf(path, sizeof(path), BLOCKS "/%s/valid_zones", name);
	if (file_text_read(path, &zones))
		return false;
	ret = !strncmp(zones.bytes, "Movable", strlen("Movable"));
	file_text_free(&zones);
	return ret;
}

/* Pages that were taken out of use, by a test of that say: the kernel takes such a block back no more. */
static bool has_poisoned_pages(const char *name)
{
	uint64_t frames, number = strtoull(name + strlen("memory"), NULL, 10);
	int kpageflags = kpageflags_open();
	struct file_text size;
	bool ret = true;

	if (kpageflags < 0)
		return true;
	if (!file_text_read(BLOCKS "/block_size_bytes", &size)) {
		frames = strtoull(size.bytes, NULL, 16) / PAGE_BYTES;
		ret = kpageflags_any(kpageflags, number * frames, frames, KPF_HWPOISON);
		file_text_free(&size);
	}
	close(kpageflags);
	return ret;
}

static bool take(struct memory_block *block, const char *name)
{
	if (!is_movable(name) || has_poisoned_pages(name))
		return false;
	snprintf(block->path, sizeof(block->path), BLOCKS "/%s/state", name);
	return !file_write(block->path, "offline");
}

bool memory_block_take(struct memory_block *block)
{
	DIR *folder = opendir(BLOCKS);
	struct dirent *entry;
	bool taken = false;

	while (folder && !taken && (entry = readdir(folder)))
		taken = take(block, entry->d_name);
	if (!taken)
		block->path[0] = '\0';
	if (folder)
		closedir(folder);
	return taken;
}

int memory_block_return(struct memory_block *block)
{
	int error = block->path[0] ? file_write(block->path, "online_movable") : 0;

	if (!error)
		block->path[0] = '\0';
	return error;
}
