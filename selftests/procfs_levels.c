// SPDX-License-Identifier: GPL-2.0
/*
 * The paging mode that the machine runs in: levels shown against those that the processor's flags tell, and both
 * against what the tester says that this guest was given, so that no check runs in another mode than its name says.
 *
 *   VMI_PAGING_LEVELS   4 or 5
 *   VMI_PTI             1 with page-table isolation, 0 without
 */
#include "lib/harness.h"

#include <stdio.h>
#include <string.h>

#include "lib/file_text.h"
#include "lib/module.h"
#include "lib/setting.h"
#include "lib/shadow.h"

#define NOT_SAID UINT64_MAX

/* True when the first processor has that feature and the kernel did not turn it off. */
static bool has_flag(const char *name)
{
	struct file_text text;
	char *line = NULL, *word;
	bool found = false;

	if (file_text_read("/proc/cpuinfo", &text))
		return false;
	for (word = strtok_r(text.bytes, "\n", &line); word && strncmp(word, "flags", 5);)
		word = strtok_r(NULL, "\n", &line);
	for (word = word ? strtok_r(word, " \t", &line) : NULL; word && !found; word = strtok_r(NULL, " \t", &line))
		found = !strcmp(word, name);
	file_text_free(&text);
	return found;
}

TEST(levels_shown_are_those_that_the_processor_uses)
{
	struct shadow shadow;
	uint64_t levels = 0;

	ASSERT_TRUE(module_ready());
	ASSERT_EQ(0, shadow_read(getpid(), &shadow));
	EXPECT_TRUE(shadow_summary(&shadow, "tables", "levels", 10, &levels));
	EXPECT_EQ(has_flag("la57") ? 5 : 4, levels);
	shadow_free(&shadow);
}

TEST(guest_has_the_levels_that_it_was_given)
{
	uint64_t levels = setting_number("VMI_PAGING_LEVELS", NOT_SAID);

	if (levels == NOT_SAID)
		SKIP(return, "missing: VMI_PAGING_LEVELS, how many levels there should be");
	EXPECT_TRUE(has_flag("fpu"));		/* or the flags were not found */
	EXPECT_EQ(levels, has_flag("la57") ? 5 : 4);
}

TEST(guest_has_the_page_table_isolation_that_it_was_given)
{
	uint64_t isolated = setting_number("VMI_PTI", NOT_SAID);

	if (isolated == NOT_SAID)
		SKIP(return, "missing: VMI_PTI, whether there should be page-table isolation");
	EXPECT_TRUE(has_flag("fpu"));
	EXPECT_EQ(isolated, has_flag("pti"));
}

TEST_HARNESS_MAIN
