#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vminspect maps, tree, tables and pages of a stopped process, against maps, smaps, pagemap and status.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# What /proc/PID/maps shows, the [vsyscall] gate left out: "start end perms offset device inode name". JSON has U+FFFD
# where bytes are no UTF-8.
maps() {
	local line='^0*([0-9a-f]+)-0*([0-9a-f]+) (....) 0*([0-9a-f]+) ([^ ]+) ([0-9]+) *(.*)$'

	LC_ALL=C sed -E "s/$line/\1 \2 \3 \4 \5 \6 \7/" "/proc/$1/maps" | grep -av vsyscall |
		python3 -c 'import sys; print(sys.stdin.buffer.read().decode("utf-8", "replace"), end="")'
}

ours() {
	vminspect maps -b -w -j "$1" | python3 -c '
import json, sys
for r in json.load(sys.stdin)["regions"]:
	if "gate" not in r["flags"]:
		print(r["start"][2:], r["end"][2:], r["permissions"], r["offset"][2:], r["device"], r["inode"],
		      r["mapping"])'
}

# read_smaps PID FILE: by this process itself, so that nobody else maps anything for it.
read_smaps() {
	local lines

	mapfile -t lines <"/proc/$1/smaps" && printf '%s\n' "${lines[@]}" >"$2"
}

# "start rss pss young dirty anon swap" of each region in KiB, before anything else maps the interpreter's pages.
# vminspect is a process more, and maps some of the libraries too: their pages are then shared by one more, which at
# most halves what is told of them; and a process that is on its way out may have shared them before, but not after.
compare_smaps() {
	read_smaps "$1" "$scratch/before" && vminspect maps -j "$1" >"$scratch/maps.json" &&
		read_smaps "$1" "$scratch/after" || return
	python3 - "$scratch/before" "$scratch/after" "$scratch/maps.json" <<-'EOP'
		import json, re, sys
		def read(path):
		    smaps = {}
		    for line in open(path):
		        head = re.match(r"([0-9a-f]+)-[0-9a-f]+ ", line)
		        if head:
		            smaps[start := int(head[1], 16)] = {}
		        elif line.rstrip().endswith("kB"):
		            key, value = line.split(":")
		            smaps[start][key] = int(value.split()[0])
		    return smaps
		before, after = read(sys.argv[1]), read(sys.argv[2])
		wrong = 0
		regions = [r for r in json.load(open(sys.argv[3]))["regions"] if "gate" not in r["flags"]]
		for region in regions:
		    theirs = before[int(region["start"], 16)]
		    later = after[int(region["start"], 16)]
		    for key, name in (("rss", "Rss"), ("pss", "Pss"), ("young", "Referenced"), ("anon", "Anonymous"),
		                      ("swap", "Swap")):
		        low = high = theirs[name]
		        if key == "pss":
		            low, high = sorted((low, later[name]))
		            # The program that asks maps some of the same files: libraries, its locale.
		            low, high = (low // 2 if region["mapping"].startswith("/") else low) - 1, high + 1
		        if key == "young" and region["mapping"] in ("[vvar]", "[vvar_vclock]"):
		            continue
		        if not low <= region[key] // 1024 <= high:
		            print(region["start"], key, region[key] // 1024, "smaps says", theirs[name])
		            wrong += 1
		    dirty = theirs["Shared_Dirty"] + theirs["Private_Dirty"]
		    if region["dirty"] // 1024 != dirty:
		        print(region["start"], "dirty", region["dirty"] // 1024, "smaps says", dirty)
		        wrong += 1
		sys.exit(wrong != 0 or not regions)
	EOP
}

# Frames and swap slots of all pages that are present or swapped, against pagemap.
compare_pagemap() {
	vminspect pages -j -R "$1" >"$scratch/pages.json" && python3 - "$1" "$scratch/pages.json" <<-'EOP'
		import json, struct, sys
		wrong = seen = 0
		with open(f"/proc/{sys.argv[1]}/pagemap", "rb", 0) as pagemap:
		    for run in json.load(open(sys.argv[2]))["runs"]:
		        if run["kind"] == "special":
		            continue
		        pagemap.seek(int(run["start"], 16) // 4096 * 8)
		        for i in range(run["pages"]):
		            entry, = struct.unpack("Q", pagemap.read(8))
		            present, swapped = entry >> 63 & 1, entry >> 62 & 1
		            frame = entry & (1 << 55) - 1
		            if run["state"] == "present" and not (present and frame == run["frame"] + i):
		                print(run["start"], i, run, hex(entry))
		                wrong += 1
		            if run["state"] == "untouched" and (present or swapped):
		                print(run["start"], i, run, hex(entry))
		                wrong += 1
		            seen += 1
		sys.exit(wrong != 0 or not seen)
	EOP
}

# An AVL tree: in address order, children one deeper than their parents, heights that differ by one at most.
check_tree() {
	vminspect tree -j "$1" >"$scratch/tree.json" && python3 - "$scratch/tree.json" <<-'EOP'
		import json, sys
		it = json.load(open(sys.argv[1]))
		nodes = {node["start"]: node for node in it["nodes"]}
		assert it["index"] == "tree" and len(nodes) == it["regions"] > 32, it["regions"]
		def walk(start, depth):
		    if start is None:
		        return []
		    node = nodes[start]
		    assert node["depth"] == depth, node
		    heights = [nodes[c]["height"] if c else 0 for c in (node["left"], node["right"])]
		    assert abs(heights[0] - heights[1]) <= 1 and node["height"] == 1 + max(heights), node
		    return walk(node["left"], depth + 1) + [start] + walk(node["right"], depth + 1)
		root, = [node for node in it["nodes"] if node["depth"] == 0]
		assert root["height"] == it["height"]
		assert walk(root["start"], 0) == [node["start"] for node in it["nodes"]]
	EOP
}

# Tables by level, without the top one, are VmPTE, but for those that are kept behind anonymous huge leaves.
tables_of_status() {
	local tables huge

	tables=$(awk '/^VmPTE:/ { print $2 }' "/proc/$1/status")
	huge=$(awk '/^AnonHugePages:/ { print $2 }' "/proc/$1/smaps_rollup")
	echo $((tables * 1024 - huge * 2))
}

tables_below_top() {
	vminspect tables -l -j "$1" | json 'sum(l["bytes"] for l in it["levels"] if l["name"] not in ("pgd", None))'
}

bytes_in_runs() {
	vminspect tables -j "$1" | json 'sum(r["size"] for r in it["runs"])'
}

bytes_present() {
	vminspect pages -R -j "$1" | json 'sum(r["pages"] * 4096 for r in it["runs"] if r["state"] == "present")'
}

plan 11
stopped python3 -c 'import mmap, time
a = mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
a.madvise(mmap.MADV_NOHUGEPAGE)
for i in range(0, 4 << 20, 4096): a[i] = 1
regions = [mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ << (i % 2)) for i in range(40)]
time.sleep(1000)'
same "maps --brief has what /proc/PID/maps shows" "$(maps "$pid")" "$(ours "$pid")"
check "maps has the amounts of smaps" compare_smaps "$pid"
check "pages has the frames of pagemap" compare_pagemap "$pid"
check "tree draws a balanced tree in address order" check_tree "$pid"
same "tables by level are VmPTE" "$(tables_of_status "$pid")" "$(tables_below_top "$pid")"
same "runs of leaves cover what is present" "$(bytes_present "$pid")" "$(bytes_in_runs "$pid")"
for layout in file_private_cow thp_anon file_odd_names; do
	if workload "$layout" 2>"$scratch/log"; then
		same "maps --brief of $layout has what /proc/PID/maps shows" "$(maps "$pid")" "$(ours "$pid")"
	else
		skip "maps --brief of $layout has what /proc/PID/maps shows" "$(tail -n 1 "$scratch/log")"
	fi
done
same "totals are sums" "$(vminspect maps -j "$pid" |
	json 'sum(r["rss"] for r in it["regions"] if "gate" not in r["flags"])')" \
	"$(vminspect maps -j "$pid" | json 'it["totals"]["rss"]')"
same "a recording says the same as the kernel" "$(vminspect maps --record "$scratch/r.pcap" "$pid")" \
	"$(vminspect maps --replay "$scratch/r.pcap" "$pid")"
finish
