// SPDX-License-Identifier: GPL-2.0
/* Less privilege. */
#define _GNU_SOURCE
#include "privilege.h"

#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file_text.h"

#define NOBODY 65534
#define BIT(capability) (1ULL << (capability))

bool keep_only(uint64_t capabilities)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = capabilities, .permitted = capabilities },
		{ .effective = capabilities >> 32, .permitted = capabilities >> 32 },
	};

	return !syscall(SYS_capset, &head, data);
}

static bool become_nobody(void)
{
	return !setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(NOBODY, NOBODY, NOBODY);
}

static bool become_nobody_with(uint64_t capabilities)
{
	return !prctl(PR_SET_KEEPCAPS, 1) && become_nobody() && keep_only(capabilities);
}

static bool become_namespace_root(void)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %d 1", geteuid());
	return !unshare(CLONE_NEWUSER) && !file_write("self/uid_map", map) && geteuid() == 0;
}

bool as_nobody(void)
{
	return become_nobody_with(0);
}

bool as_reader_of_everything(void)
{
	return become_nobody_with(BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_DAC_OVERRIDE));
}

bool as_tracer_of_everything(void)
{
	return become_nobody_with(BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_SYS_PTRACE));
}

bool as_admin_of_networks(void)
{
	return become_nobody_with(BIT(CAP_NET_ADMIN));
}

bool as_nobody_with_admin(void)
{
	return become_nobody_with(BIT(CAP_SYS_ADMIN) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_DAC_OVERRIDE));
}

bool as_root_without_admin(void)
{
	return keep_only(~BIT(CAP_SYS_ADMIN) & (BIT(CAP_LAST_CAP + 1) - 1));
}

bool as_root_of_a_namespace(void)
{
	return become_namespace_root();
}

bool as_nobody_root_of_a_namespace(void)
{
	return become_nobody() && prctl(PR_SET_DUMPABLE, 1) == 0 && become_namespace_root();
}
