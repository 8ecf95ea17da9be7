// SPDX-License-Identifier: GPL-2.0
/* Prints the names that the library has for numbers, "KIND NUMBER NAME", to be held against uapi/vminspect.yaml. */
#include <stdio.h>

#include "vminspect.h"

static const struct {
	const char *kind;
	const char *(*name)(uint32_t number);
} kinds[] = {
	{ "page-state", vmi_page_state_name },
	{ "lru", vmi_lru_name },
	{ "lru-kind", vmi_lru_kind_name },
	{ "fault", vmi_fault_name },
	{ "policy-id", vmi_policy_name },
	{ "watch-scope", vmi_watch_scope_name },
	{ "watch-mode", vmi_watch_mode_name },
	{ "region-event", vmi_region_event_name },
	{ "reclaim-event", vmi_reclaim_event_name },
	{ "process-event", vmi_process_event_name },
	{ "region-flags", vmi_region_flag_name },
	{ "page-flags", vmi_page_flag_name },
	{ "features", vmi_feature_name },
};

int main(void)
{
	uint32_t number;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (number = 0; number < 64; number++)
			if (kinds[i].name(number))
				printf("%s %u %s\n", kinds[i].kind, number, kinds[i].name(number));
	return 0;
}
