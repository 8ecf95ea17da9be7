// SPDX-License-Identifier: GPL-2.0
/*
 * switcher PLAIN PRIVILEGED SECRET: a process that changes hands all the time and keeps its pid. PLAIN and PRIVILEGED
 * are copies of this program, of which the second is setuid root. As root it maps SECRET, a file that its user may not
 * read, and unmaps it before it becomes its user again and begins the other program. Runs until it is killed; exits
 * with 1 when it cannot go on.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define REST_MICROSECONDS 20000
#define SECRET_BYTES 65536

static int go_on(const char *program, char *argv[])
{
	execv(program, argv);
	perror(program);
	return 1;
}

static int be_root(const char *secret)
{
	int file = open(secret, O_RDONLY | O_CLOEXEC);
	char *text = mmap(NULL, SECRET_BYTES, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
	uid_t user = getuid();

	if (text == MAP_FAILED) {
		perror(secret);
		return 1;
	}
	usleep(REST_MICROSECONDS);
	munmap(text, SECRET_BYTES);
	return setresuid(user, user, user);
}

int main(int argc, char *argv[])
{
	if (argc != 4)
		return 1;
	if (geteuid() != getuid())
		return be_root(argv[3]) ? 1 : go_on(argv[1], argv);
	usleep(REST_MICROSECONDS);
	return go_on(argv[2], argv);
}
