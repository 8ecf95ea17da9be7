#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What netlink says, as the programs show it, and what /proc/vminspect says, of the same stopped and watched process.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# Reads "key=value ..." lines of procfs, and says what differs from a table of (name, theirs, ours).
cat >"$scratch/same.py" <<'EOP'
import json, re, sys

def keys(text):
    return dict(pair.split("=", 1) for pair in text.split() if "=" in pair)

def load(path):
    return json.load(open(path))

def procfs_regions(path):
    regions, start = {}, None
    for line in open(path):
        if re.match("[0-9a-f]", line):
            start = int(line.split("-")[0], 16)
        elif line.startswith("  "):
            regions[start] = keys(line)
    return regions

def differ(rows):
    wrong = [row for row in rows if str(row[1]) != str(row[2])]
    for name, procfs, netlink in wrong:
        print(f"{name}: procfs says {procfs}, netlink {netlink}")
    sys.exit(bool(wrong) or not rows)
EOP

# Counts, places in the tree, and what the first policy thinks, region by region. Both are read before anything else
# maps the interpreter's pages.
compare_regions() {
	cat "/proc/vminspect/$pid" >"$scratch/procfs" && vminspect maps -j "$pid" >"$scratch/maps.json" || return
	python3 - "$scratch/procfs" <<-EOP
		exec(open("$scratch/same.py").read())
		theirs, rows = procfs_regions(sys.argv[1]), []
		for region in load("$scratch/maps.json")["regions"]:
		    if "gate" in region["flags"]:
		        continue
		    them = theirs[int(region["start"], 16)]
		    n = lambda key: int(them[key])
		    pages = {"rss": n("present") - n("zero") - n("special") - n("hugetlb"), "swap": n("swapped"),
		             "unmapped": n("unmapped"), "untouched": n("absent") - n("unmapped")}
		    for key in ("young", "dirty", "anon", "shmem", "hugetlb", "cow"):
		        pages[key] = n(key)
		    # The pages of a library are shared with the two readers, too, and with each as it comes to them.
		    if "file" not in region["flags"]:
		        pages["shared"] = n("shared")
		    rows += [(region["start"] + " " + key, pages[key], region[key] // 4096) for key in pages]
		    for key in ("depth", "height"):
		        rows.append((region["start"] + " " + key, them[key], region[key] or 0))
		    shadow = region["shadows"][0]
		    ages = {bucket["from"]: bucket["pages"] for bucket in shadow["ages"]}
		    for i, pages_of_age in enumerate(them["ages"].split(",")):
		        rows.append((region["start"] + " age", pages_of_age, ages.get(1 << i >> 1, 0)))
		    for name, count in shadow["lists"].items():
		        rows.append((region["start"] + " list " + name, them[name], count))
		    rows.append((region["start"] + " evicted", them["kernel_evicted"], shadow["evicted"]))
		differ(rows)
	EOP
}

# Options and cost of the watch.
compare_watch() {
	vminspect watches -j >"$scratch/watches.json" && python3 - "$pid" <<-EOP
		exec(open("$scratch/same.py").read())
		them = [keys(line) for line in open("/proc/vminspect/watches") if f" pid={sys.argv[1]} " in line][0]
		us, = [watch for watch in load("$scratch/watches.json")["watches"] if str(watch["pid"]) == sys.argv[1]]
		differ([
		    ("id", them["id"], us["id"]),
		    ("scope", them["tree"], us["scope"]),
		    ("mode", them["mode"], us["mode"]),
		    ("policies", them["policy"], ",".join(us["policies"])),
		    ("period", them["period_ms"], us["period"] // 1000000),
		    ("window", them["window_ms"], us["window"] // 1000000),
		    ("budget", them["budget"], "%.4f" % us["budget"]),
		    ("members", them["members"], us["processes"]),
		    ("frames", them["frames"], us["frames"]),
		    ("memory", them["shadow_bytes"], us["memory"]),
		    ("pages a second", them["entries_per_second"], us["pages_a_second"]),
		])
	EOP
}

# The agreement of each policy with the kernel, as sums over zones.
compare_scores() {
	vminspect compare -j "$pid" >"$scratch/scores.json" && python3 - "$pid" <<-EOP
		exec(open("$scratch/same.py").read())
		rows, policy, scores = [], None, load("$scratch/scores.json")["scores"]
		for line in open("/proc/vminspect/shadow"):
		    if line.startswith("watch="):
		        head, zones = keys(line), False
		        policy = head["policy"] if head["pid"] == sys.argv[1] else None
		    elif line.startswith("  zone"):
		        zones = True
		    elif policy and not zones and line.startswith("  agreement"):
		        for theirs, ours in (("both_active", "both_active"), ("shadow_active_only", "shadow_active"),
		                             ("real_active_only", "kernel_active"), ("both_inactive", "both_inactive")):
		            rows.append((policy + " " + ours, keys(line)[theirs],
		                         sum(s[ours] for s in scores if s["policy"] == policy)))
		differ(rows)
	EOP
}

# Frames that the shadow holds, and the pages that the dump places on a list of the policy.
compare_lists() {
	vminspect pages -R -j -p gen "$pid" >"$scratch/pages.json" && python3 - "$pid" <<-EOP
		exec(open("$scratch/same.py").read())
		seen, rows = {}, []
		for run in load("$scratch/pages.json")["runs"]:
		    if run["list"]:
		        seen[run["list"]] = seen.get(run["list"], 0) + run["pages"]
		for line in open(f"/proc/vminspect/{sys.argv[1]}"):
		    if line.startswith("# policy name=gen "):
		        rows = [(name, count, seen.get(name, 0)) for name, count in keys(line).items()
		                if name.startswith("gen") or name == "evicted"]
		differ(rows)
	EOP
}

has_passed() {
	grep -q " pid=$1 .* passes=[1-9]" /proc/vminspect/watches
}

plan 5
stopped python3 -c 'import mmap, time
a = mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for i in range(0, 4 << 20, 4096): a[i] = 1
regions = [mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ << (i % 2)) for i in range(40)]
time.sleep(1000)'
check "the process can be watched" vminspect watch "$pid" policy=all mode=passive period=3600s memory=100%
wait_for 60 has_passed "$pid"
check "regions" compare_regions
check "the watch" compare_watch
check "agreement with the kernel" compare_scores
check "the policy's lists, page by page" compare_lists
finish
