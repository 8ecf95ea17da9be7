#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vminspect explain: that its parts agree with each other and with the other commands.
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

explain() {
	vminspect explain -j "$pid" "$1" >"$scratch/explain.json"
	json "$2" <"$scratch/explain.json"
}

# The start of the first region whose line in maps matches.
start_of() {
	grep -m 1 -E "$1" "/proc/$pid/maps" | cut -d - -f 1
}

plan 10
stopped python3 -c 'import time; time.sleep(1000)'
heap=$(start_of heap)
code=$(start_of 'r-xp.*python')
same "the frame of the heap's first page is that of pages" \
	"$(vminspect pages -j -r "$heap+4K" "$pid" | json 'it["pages"][0]["frame"]')" \
	"$(explain "$heap" 'it["frame"]["frame"]')"
same "the last entry is a leaf that holds that frame" "True" \
	"$(explain "$heap" 'int(it["levels"][-1]["value"], 16) >> 12 & (1 << 40) - 1 == it["frame"]["frame"]')"
same "each entry lies in the table that the one above points to" "True" "$(explain "$heap" \
	'all(int(a["value"], 16) >> 12 & (1 << 40) - 1 == int(b["address"], 16) >> 12
		for a, b in zip(it["levels"], it["levels"][1:]))')"
same "the index is the part of the address" "True" "$(explain "$heap" \
	'all(e["index"] == int(it["address"], 16) >> 12 + 9 * (e["level"] - 1) & 511 for e in it["levels"])')"
same "the heap can be read and written, not executed" "hit hit sigsegv-accerr" \
	"$(explain "$heap" '" ".join(it[k]["outcome"] for k in ("read", "write", "execute"))')"
same "code can be executed, not written" "sigsegv-accerr" "$(explain "$code" 'it["write"]["outcome"]')"
same "code has its file" "$(readlink "/proc/$pid/exe")" "$(explain "$code" 'it["file"]["name"]')"
same "below the first region is a hole" "sigsegv-maperr None" \
	"$(explain 1000 'it["read"]["outcome"] + " " + str(it["region"])')"
same "the kernel's half is no user address" "sigsegv-noncanonical" \
	"$(explain 800000000000000 'it["read"]["outcome"]')"
check "text is told as well" vminspect explain "$pid" "$heap"
finish
