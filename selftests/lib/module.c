// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading the module under test.
 */
#define _GNU_SOURCE
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file_text.h"
#include "shadow.h"

#define POLL_MICROSECONDS 2000

extern char **environ;

const char *module_file(void)
{
	return getenv("VMINSPECT_KO");
}

bool module_loaded(void)
{
	return !access("/sys/module/" MODULE_NAME "/initstate", F_OK);
}

/* The module's file, read once: a guest may have it on a slow file system, and there are many rounds. */
static const struct file_text *image(void)
{
	static struct file_text text;

	if (!text.bytes && module_file())
		file_text_read(module_file(), &text);
	return &text;
}

int module_load(const char *parameters)
{
	if (!image()->bytes)
		return -ENOENT;
	return syscall(SYS_init_module, image()->bytes, image()->length, parameters) ? -errno : 0;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, MODULE_NAME, O_NONBLOCK) ? -errno : 0;
}

int module_unload_wait(int seconds)
{
	long tries = seconds * (1000000L / POLL_MICROSECONDS);
	int error = module_unload();

	for (; tries > 0 && (error == -EAGAIN || error == -EBUSY); tries--) {
		usleep(POLL_MICROSECONDS);
		error = module_unload();
	}
	return error;
}

static int run(char *const arguments[])
{
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, arguments[0], NULL, NULL, arguments, environ))
		return -ENOENT;
	if (waitpid(pid, &status, 0) != pid)
		return -ECHILD;
	return status ? -EIO : 0;
}

int module_probe(const char *name)
{
	char *arguments[] = { "modprobe", "-q", (char *)name, NULL };

	return run(arguments);
}

bool module_ready(void)
{
	if (!access(SHADOW_DIRECTORY, F_OK))
		return true;
	return module_file() ? !module_load("") : !module_probe(MODULE_NAME);
}

/* Declarations lie in the file as "parm=NAME:what it is", ended by NUL. */
const char *module_parameter(size_t index)
{
	static const char mark[] = "parmtype=";
	static char name[64];
	const char *at = image()->bytes, *end = at + image()->length;

	for (; at && (at = memmem(at, end - at, mark, sizeof(mark) - 1)); at++) {
		if (index--)
			continue;
		at += sizeof(mark) - 1;
		strncpy(name, at, sizeof(name) - 1);
		name[strcspn(name, ":")] = '\0';
		return name;
	}
	return NULL;
}
