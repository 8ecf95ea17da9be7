// SPDX-License-Identifier: GPL-2.0
/*
 * vminspect doctor: what this kernel offers, what is missing, what to do. Each check is a row of the table at the end;
 * it looks at files below --root, or at what the module says, and finds something in order, worth knowing, or wrong.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "command.h"
#include "common/json.h"
#include "common/units.h"

#define TEXT_BYTES 512
#define TEXT_COLUMN 22

static struct settings {
	const char *root;
} settings = { .root = "" };

static const struct args_option options[] = {
	{ "root", 0, "DIR", &args_text, offsetof(struct settings, root), "look at /proc, /sys and /lib below DIR" },
	{ 0 },
};

enum state {
	STATE_OK,
	STATE_NOTE,			/* works, but worth knowing */
	STATE_WRONG,			/* vminspect cannot work so */
};

struct finding {
	enum state state;
	char text[TEXT_BYTES];
	char advice[TEXT_BYTES];	/* "": nothing to do */
};

/* What the checks look at besides files. */
struct patient {
	struct vmi_client *client;	/* NULL: out of reach, for `client_error` */
	int client_error;
	const struct vmi_module *module;	/* NULL: it does not answer, for `module_error` */
	int module_error;
	struct finding *finding;	/* of the check that is made now */
};

/* --- findings ----------------------------------------------------------------------------------------------------- */

static void find(struct patient *patient, enum state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void find(struct patient *patient, enum state state, const char *format, ...)
{
	va_list arguments;

	patient->finding->state = state;
	va_start(arguments, format);
	vsnprintf(patient->finding->text, TEXT_BYTES, format, arguments);
	va_end(arguments);
}

static void advise(struct patient *patient, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void advise(struct patient *patient, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(patient->finding->advice, TEXT_BYTES, format, arguments);
	va_end(arguments);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static FILE *open_file(const char *path)
{
	char full[TEXT_BYTES];

	snprintf(full, sizeof(full), "%s%s", settings.root, path);
	return fopen(full, "re");
}

static bool file_exists(const char *path)
{
	char full[TEXT_BYTES];

	snprintf(full, sizeof(full), "%s%s", settings.root, path);
	return !access(full, F_OK);
}

/* The first line of a file that has `word` in it, without its newline. False: none. */
static bool find_line(const char *path, const char *word, char line[TEXT_BYTES])
{
	FILE *file = open_file(path);
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, TEXT_BYTES, file)) {
		line[strcspn(line, "\n")] = '\0';
		found = strstr(line, word);
	}
	fclose(file);
	return found;
}

static bool first_line(const char *path, char line[TEXT_BYTES])
{
	return find_line(path, "", line);
}

/* The choice in brackets of a file like "always [madvise] never". False: there is no such file, or no choice. */
static bool read_choice(const char *path, char choice[TEXT_BYTES])
{
	char line[TEXT_BYTES], *begin, *end;

	if (!first_line(path, line))
		return false;
	begin = strchr(line, '[');
	end = begin ? strchr(begin, ']') : NULL;
	if (!end)
		return false;
	snprintf(choice, TEXT_BYTES, "%.*s", (int)(end - begin - 1), begin + 1);
	return true;
}

static void read_release(char release[TEXT_BYTES])
{
	if (!first_line("/proc/sys/kernel/osrelease", release))
		snprintf(release, TEXT_BYTES, "unknown");
}

/* --- checks ------------------------------------------------------------------------------------------------------- */

static void check_kernel(struct patient *patient)
{
	char release[TEXT_BYTES];
	struct utsname name;

	read_release(release);
	uname(&name);
	if (strcmp(name.machine, "x86_64")) {
		find(patient, STATE_WRONG, "%s on %s", release, name.machine);
		advise(patient, "the module knows the page tables of x86-64 only");
		return;
	}
	find(patient, STATE_OK, "%s on x86_64", release);
}

/* A module that is not loaded: is there one for this kernel? */
static void check_installed(struct patient *patient)
{
	char release[TEXT_BYTES / 2], line[TEXT_BYTES], path[TEXT_BYTES];

	read_release(line);
	snprintf(release, sizeof(release), "%.*s", (int)sizeof(release) - 1, line);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", release);
	if (find_line(path, "/vminspect.ko", line)) {
		find(patient, STATE_WRONG, "not loaded; it is installed for this kernel");
		advise(patient, "as root: modprobe vminspect");
		return;
	}
	find(patient, STATE_WRONG, "not loaded, and not installed for this kernel");
	snprintf(path, sizeof(path), "/lib/modules/%s/build", release);
	if (file_exists(path))
		advise(patient, "in the source tree: make module, then as root: insmod build/%.200s/vminspect.ko",
		       release);
	else
		advise(patient, "install linux-headers-%.200s, then in the source tree: make module", release);
}

static void check_module(struct patient *patient)
{
	if (patient->module)
		find(patient, STATE_OK, "loaded, version %s", patient->module->version);
	else if (patient->client || file_exists("/sys/module/vminspect"))
		find(patient, STATE_OK, "loaded");
	else
		check_installed(patient);
}

static void check_signatures(struct patient *patient)
{
	char choice[TEXT_BYTES], line[TEXT_BYTES];
	bool locked = read_choice("/sys/kernel/security/lockdown", choice) && strcmp(choice, "none");
	bool enforced = first_line("/sys/module/module/parameters/sig_enforce", line) && line[0] == 'Y';

	if (!locked && !enforced) {
		find(patient, STATE_OK, "modules without a signature may be loaded");
		return;
	}
	find(patient, patient->client ? STATE_NOTE : STATE_WRONG, "%s%s%s: only signed modules are loaded",
	     locked ? "locked down for " : "", locked ? choice : "", locked ? "" : "signatures are enforced");
	advise(patient, "sign the module with a key that this machine knows (mokutil), or turn off Secure Boot");
}

#define CAPABILITY_NET_ADMIN	12
#define CAPABILITY_SYS_ADMIN	21

static void check_privileges(struct patient *patient)
{
	const uint64_t wanted = 1ull << CAPABILITY_NET_ADMIN | 1ull << CAPABILITY_SYS_ADMIN;
	char line[TEXT_BYTES];
	uint64_t has = 0;

	if (find_line("/proc/self/status", "CapEff:", line))
		has = strtoull(line + strlen("CapEff:"), NULL, 16);
	if ((has & wanted) != wanted && patient->module) {
		find(patient, STATE_NOTE, "CAP_SYS_ADMIN or CAP_NET_ADMIN is missing; vminspectd answers");
		advise(patient, "for watch, unwatch and events, and for others' processes: run as root");
	} else if ((has & wanted) != wanted) {
		find(patient, STATE_WRONG, "CAP_SYS_ADMIN or CAP_NET_ADMIN is missing");
		advise(patient, "run as root");
	} else if (patient->module_error == -EPERM) {
		find(patient, STATE_WRONG, "root of a container, not of the host");
		advise(patient, "run in the host's own user namespace");
	} else {
		find(patient, STATE_OK, "CAP_SYS_ADMIN and CAP_NET_ADMIN");
	}
}

static void check_netlink(struct patient *patient)
{
	if (patient->module) {
		find(patient, STATE_OK, "the family answers");
	} else if (patient->client) {
		find(patient, STATE_WRONG, "the family is there, but does not answer: %s",
		     strerror(-patient->module_error));
	} else if (patient->client_error == -ENOENT && file_exists("/sys/module/vminspect")) {
		find(patient, STATE_WRONG, "the module is loaded, but its family is out of reach");
		advise(patient, "run in the host's own network namespace");
	} else {
		find(patient, STATE_WRONG, "no netlink family: %s", patient->client_error == -ENOENT ?
		     "the module is not loaded" : strerror(-patient->client_error));
	}
}

static void check_reclaim(struct patient *patient)
{
	const struct vmi_module *module = patient->module;
	char line[TEXT_BYTES];
	bool mglru;

	if (module)
		mglru = module->lru_kind == VMINSPECT_LRU_KIND_MGLRU;
	else
		mglru = first_line("/sys/kernel/mm/lru_gen/enabled", line) && strtoul(line, NULL, 16) & 1;
	find(patient, STATE_OK, "the kernel reclaims by %s", mglru ? "generations (MGLRU)" : "the classic two lists");
	if (file_exists("/sys/kernel/mm/lru_gen/enabled"))
		advise(patient, "to switch: echo %s >/sys/kernel/mm/lru_gen/enabled", mglru ? "n" : "y");
}

static void check_swap(struct patient *patient)
{
	char line[TEXT_BYTES];

	if (find_line("/proc/swaps", "/", line)) {
		line[strcspn(line, " \t")] = '\0';
		find(patient, STATE_OK, "there is swap (%.200s)", line);
		return;
	}
	find(patient, STATE_NOTE, "there is no swap: the kernel can evict pages of files only");
	advise(patient, "for 'compare' to see evictions of anonymous memory: modprobe zram, mkswap, swapon");
}

static void check_accessed(struct patient *patient)
{
	if (!patient->module)
		find(patient, STATE_NOTE, "not known without the module");
	else if (patient->module->features & VMINSPECT_FEATURES_PAGE_YOUNG)
		find(patient, STATE_OK, "PG_young is there: exact watches hand accessed bits over to the kernel");
	else
		find(patient, STATE_NOTE, "no PG_young: exact watches keep a ledger, and give bits back when they end");
}

static void check_watches(struct patient *patient)
{
	const struct vmi_module *module = patient->module;

	if (!module)
		find(patient, STATE_NOTE, "not known without the module");
	else if (!(module->features & VMINSPECT_FEATURES_WATCHES))
		find(patient, STATE_NOTE, "this module does not watch");
	else
		find(patient, STATE_OK, "%u of %u watches are in use", module->watches, module->watches_max);
}

/* Nine tenths. */
static bool nearly_used(uint64_t used, uint64_t max)
{
	return used >= max - max / 10;
}

static void check_memory(struct patient *patient)
{
	const struct vmi_module *module = patient->module;
	char watch[UNITS_TEXT], watch_max[UNITS_TEXT], capture[UNITS_TEXT], capture_max[UNITS_TEXT];

	if (!module || !module->watch_memory_max || !module->capture_memory_max) {
		find(patient, STATE_NOTE, "not known without the module");
		return;
	}
	find(patient, STATE_OK, "watches take %s of %s, what is being read %s of %s",
	     units_size(watch, module->watch_memory), units_size(watch_max, module->watch_memory_max),
	     units_size(capture, module->capture_memory), units_size(capture_max, module->capture_memory_max));
	if (nearly_used(module->watch_memory, module->watch_memory_max)) {
		patient->finding->state = STATE_NOTE;
		advise(patient, "end a watch, or load the module with more watch_mib=");
	} else if (nearly_used(module->capture_memory, module->capture_memory_max)) {
		patient->finding->state = STATE_NOTE;
		advise(patient, "close files of /proc/vminspect, or load the module with more capture_mib=");
	}
}

/* They wait in their listeners' sockets, which keep the kernel's own bound: the module queues none. */
static void check_notifications(struct patient *patient)
{
	char line[TEXT_BYTES], size[UNITS_TEXT];
	uint64_t bytes;

	bytes = first_line("/proc/sys/net/core/rmem_default", line) ? strtoull(line, NULL, 10) : 0;
	if (!bytes) {
		find(patient, STATE_NOTE, "how much may wait for a listener is not known");
		return;
	}
	find(patient, STATE_OK, "up to %s wait for each listener, who is told when some are lost",
	     units_size(size, bytes));
}

static void check_tables(struct patient *patient)
{
	const struct vmi_module *module = patient->module;

	if (module)
		find(patient, STATE_OK, "%u levels; guard regions %s; the mmap lock is held for %u us at most",
		     module->table_levels,
		     module->features & VMINSPECT_FEATURES_GUARD_REGIONS ? "are told" : "are not in this kernel",
		     module->hold_limit);
	else
		find(patient, STATE_NOTE, "not known without the module");
}

/* Debian's 7.2 runs it from boot on. */
static void check_samplers(struct patient *patient)
{
	char line[TEXT_BYTES];

	if (!first_line("/sys/module/damon_stat/parameters/enabled", line) || *line != 'Y') {
		find(patient, STATE_OK, "no other one is known to clear accessed bits");
		return;
	}
	find(patient, STATE_NOTE, "DAMON's damon_stat clears accessed bits too: watches miss the accesses it has seen");
	advise(patient, "while watching: echo N >/sys/module/damon_stat/parameters/enabled");
}

static void check_peers(struct patient *patient)
{
	static const struct {
		const char *path, *name;
	} peers[] = {
		{ "/sys/kernel/mm/damon", "DAMON" }, { "/sys/kernel/mm/page_idle/bitmap", "page_idle" },
		{ "/sys/kernel/debug/page_tables", "ptdump" }, { "/proc/kpagecount", "kpagecount" },
	};
	char has[TEXT_BYTES / 4] = "", lacks[TEXT_BYTES / 4] = "";
	size_t i;

	for (i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		char *list = file_exists(peers[i].path) ? has : lacks;
		size_t used = strlen(list);

		snprintf(list + used, TEXT_BYTES / 4 - used, "%s%s", used ? ", " : "", peers[i].name);
	}
	find(patient, STATE_OK, "besides, this kernel has %s; it has no %s", *has ? has : "none of its own",
	     *lacks ? lacks : "gap");
}

static const struct check {
	const char *name;
	void (*make)(struct patient *patient);
} checks[] = {
	{ "kernel", check_kernel },
	{ "module", check_module },
	{ "signatures", check_signatures },
	{ "privileges", check_privileges },
	{ "netlink", check_netlink },
	{ "page tables", check_tables },
	{ "reclaim", check_reclaim },
	{ "accessed bits", check_accessed },
	{ "watches", check_watches },
	{ "memory", check_memory },
	{ "notifications", check_notifications },
	{ "samplers", check_samplers },
	{ "swap", check_swap },
	{ "other tools", check_peers },
};

#define CHECKS (sizeof(checks) / sizeof(checks[0]))

/* --- telling ------------------------------------------------------------------------------------------------------ */

static void print_finding(struct out *out, const char *name, const struct finding *finding)
{
	static const char *const states[] = { "ok", "note", "WRONG" };

	out_paragraph(out, TEXT_COLUMN, "%-6s %-14s %s", states[finding->state], name, finding->text);
	if (*finding->advice)
		out_paragraph(out, TEXT_COLUMN + 3, "%-6s %-14s -> %s", "", "", finding->advice);
}

static void put_finding(struct json *json, const char *name, const struct finding *finding)
{
	static const char *const states[] = { "ok", "note", "wrong" };

	json_begin_object(json, NULL);
	json_string(json, "check", name);
	json_string(json, "state", states[finding->state]);
	json_string(json, "text", finding->text);
	json_string(json, "advice", finding->advice);
	json_end_object(json);
}

static void tell(struct out *out, const struct finding *findings, bool usable)
{
	struct json *json = out_json(out);
	size_t i;

	if (json)
		json_begin_array(json, "checks");
	for (i = 0; i < CHECKS; i++) {
		if (json)
			put_finding(json, checks[i].name, &findings[i]);
		else
			print_finding(out, checks[i].name, &findings[i]);
	}
	if (json) {
		json_end_array(json);
		json_bool(json, "usable", usable);
	}
	out_line(out, "%s", "");
	out_line(out, "%s", usable ? "vminspect works here." : "vminspect cannot work here as it is.");
}

/* --- from start to end -------------------------------------------------------------------------------------------- */

/* False: what was to be recorded cannot be. That the module is out of reach is a finding. */
static bool examine(struct session *session, struct patient *patient, struct vmi_module_list *modules)
{
	if (session->common->replay)
		patient->client_error = vmi_client_open_recording(session->common->replay, &session->client);
	else
		patient->client_error = vmi_client_open(&session->client);
	patient->client = session->client;
	if (!patient->client)
		return true;
	if (connect_record(session->common, session->client))
		return false;
	patient->module_error = vmi_module_list_read(patient->client, modules);
	if (!patient->module_error && modules->count)
		patient->module = modules->items[0];
	return true;
}

static int run(struct session *session, int count, char **operands)
{
	struct finding findings[CHECKS] = { 0 };
	struct vmi_module_list modules = { 0 };
	struct patient patient = { 0 };
	bool usable = true;
	size_t i;

	(void)count;
	(void)operands;
	if (!examine(session, &patient, &modules))
		return EXIT_FAILED;
	for (i = 0; i < CHECKS; i++) {
		patient.finding = &findings[i];
		checks[i].make(&patient);
		usable &= findings[i].state != STATE_WRONG;
	}
	vmi_module_list_release(&modules);
	if (!session_print(session, NULL))
		return EXIT_FAILED;
	tell(session->out, findings, usable);
	return usable ? EXIT_FINE : EXIT_FAILED;
}

const struct command command_doctor = {
	.name = "doctor",
	.operands = "",
	.summary = "tells what this kernel offers, what is missing, and what to do",
	.details = "Exit status 1 when something keeps vminspect from working.",
	.options = options,
	.settings = &settings,
	.run = run,
};
