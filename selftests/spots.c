// SPDX-License-Identifier: GPL-2.0
/*
 * spots FILE: a process with addresses of all kinds, each named, for a script to ask about and then to have accessed.
 *
 * Prints "NAME ADDRESS" for each, then "ready PID". A line "read ADDRESS", "write ADDRESS" or "execute ADDRESS" on its
 * standard input has it do that, and say what it took: "MINOR MAJOR SIGNAL CODE", faults counted, 0 0 for no signal.
 * FILE is read only; it has to lie on a file system whose page cache can be dropped, and to have 20 pages.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/knob.h"
#include "lib/swap.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

#define PAGE 4096UL
#define RETURN 0xc3			/* an x86 instruction */

static struct swap swap = { .device = -1 };
static struct knobs knobs;
static sigjmp_buf after_signal;
static volatile int signal_number, signal_code;

static void note_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	signal_number = number;
	signal_code = info->si_code;
	siglongjmp(after_signal, 1);
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void spot(const char *name, const void *address)
{
	printf("%s %" PRIxPTR "\n", name, (uintptr_t)address);
}

/* Memory without huge pages, with a page on either side that nothing is in. */
static char *memory(size_t pages, int protection, int flags, int fd, off_t offset)
{
	char *room = mmap(NULL, (pages + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *area;

	if (room == MAP_FAILED)
		die("mmap");
	munmap(room, (pages + 2) * PAGE);
	area = mmap(room + PAGE, pages * PAGE, protection, flags | MAP_FIXED, fd, offset);
	if (area == MAP_FAILED)
		die("mmap");
	madvise(area, pages * PAGE, MADV_NOHUGEPAGE);
	return area;
}

static char *anonymous(int protection)
{
	return memory(1, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static char *written(void)
{
	char *page = anonymous(PROT_READ | PROT_WRITE);

	memset(page, RETURN, PAGE);
	return page;
}

static char *read_once(char *page)
{
	madvise(page, PAGE, MADV_POPULATE_READ);
	return page;
}

static void anonymous_spots(void)
{
	char *code = written();

	spot("untouched-read", anonymous(PROT_READ | PROT_WRITE));
	spot("untouched-write", anonymous(PROT_READ | PROT_WRITE));
	spot("written", written());
	spot("zero-page", read_once(anonymous(PROT_READ | PROT_WRITE)));
	mprotect(code, PAGE, PROT_READ | PROT_EXEC);
	spot("code", code);
	spot("shared-memory", memory(1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

/* The pages are shared with a child; of one of them it is gone by the time that it is written. */
static void forked_spots(void)
{
	char *with_child = written(), *after_child = written();
	int left[2];
	pid_t child;
	char byte;

	if (pipe2(left, O_CLOEXEC))
		die("pipe2");
	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		munmap(after_child, PAGE);
		if (write(left[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	/* It says so when it has left. */
	if (read(left[0], &byte, 1) != 1)
		die("child");
	spot("shared-with-child", with_child);
	spot("child-has-left", after_child);
}

static void file_spots(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char byte;

	if (fd < 0)
		die(path);
	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (pread(fd, &byte, 1, 0) != 1)
		die(path);
	spot("file-cached-read", memory(1, PROT_READ, MAP_PRIVATE, fd, 0));
	spot("file-cached-write", memory(1, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	spot("file-mapped-write", read_once(memory(1, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0)));
	spot("file-not-cached", memory(1, PROT_READ, MAP_PRIVATE, fd, 16 * PAGE));
	close(fd);
}

/* The pool is emptied for as long as the program runs: an access to its pages is refused then. */
static void refused_spots(void)
{
	int empty = memfd_create("empty", MFD_CLOEXEC);
	bool no_pool = knob_set(&knobs, KNOB_HUGEPAGES_2M, "0");
	char *huge = mmap(NULL, 512 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE, -1, 0);
	char *guard = anonymous(PROT_READ | PROT_WRITE);

	spot("hole", written() + PAGE);
	spot("no-access", anonymous(PROT_NONE));
	spot("read-only", read_once(anonymous(PROT_READ)));
	spot("not-executable", written());
	spot("behind-the-end", memory(1, PROT_READ | PROT_WRITE, MAP_SHARED, empty, 0));
	spot("kernel-half", (void *)0x800000000000);
	if (!no_pool && huge != MAP_FAILED)
		spot("huge-pool", huge);
	if (!madvise(guard, PAGE, MADV_GUARD_INSTALL))
		spot("guard", guard);
}

/* Room below is more than the kernel's gap of 256 pages. */
static void stack_spot(void)
{
	char *room = mmap(NULL, 1024 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *stack;

	munmap(room, 1024 * PAGE);
	stack = mmap(room + 1020 * PAGE, 4 * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	if (stack == MAP_FAILED)
		die("mmap of a stack");
	spot("below-stack", stack - PAGE);
}

static void swapped_spot(void)
{
	char *page = written();

	if (!swap_start(&swap, 32) && swap_out_own(page, 1, 1) == 1)
		spot("swapped", page);
}

static void access_address(const char *kind, char *address)
{
	struct rusage before, after;

	signal_number = 0;
	signal_code = 0;
	getrusage(RUSAGE_THREAD, &before);
	if (!sigsetjmp(after_signal, 1)) {
		if (kind[0] == 'r')
			(void)*(volatile char *)address;
		else if (kind[0] == 'w')
			*(volatile char *)address = RETURN;
		else
			((void (*)(void))address)();
	}
	getrusage(RUSAGE_THREAD, &after);
	printf("%ld %ld %d %d\n", after.ru_minflt - before.ru_minflt, after.ru_majflt - before.ru_majflt,
	       signal_number, signal_code);
}

/* What the program itself needs for an access is there by now, so that it does not count. */
static void practise(void)
{
	char *page = written();
	FILE *real = stdout;

	mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
	stdout = fopen("/dev/null", "we");
	access_address("read", page);
	access_address("write", page);
	access_address("execute", page);
	access_address("read", NULL);
	fclose(stdout);
	stdout = real;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = note_signal, .sa_flags = SA_SIGINFO };
	char line[64], kind[16];
	uintptr_t address;

	if (argc != 2)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	practise();
	forked_spots();			/* first: a fork has all pages there are copied on write */
	anonymous_spots();
	file_spots(argv[1]);
	refused_spots();
	stack_spot();
	swapped_spot();
	printf("ready %d\n", (int)getpid());
	while (fgets(line, sizeof(line), stdin) && sscanf(line, "%15s %" SCNxPTR, kind, &address) == 2)
		access_address(kind, (char *)address);
	swap_end(&swap);
	knobs_restore(&knobs);
	return 0;
}
