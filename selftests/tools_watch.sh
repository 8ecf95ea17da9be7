#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The programs on watches: vminspect watch, unwatch, watches, compare, ps and doctor, vmistat, vmitop.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# A process that goes on touching 4 MiB of its 16.
busy() {
	exec python3 -c '
import mmap, time
a = mmap.mmap(-1, 16 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for i in range(0, 16 << 20, 4096): a[i] = 1
print("ready", flush=True)
while True:
	for i in range(0, 4 << 20, 4096): a[i] = 1
	time.sleep(0.02)'
}

watch_json() {
	vminspect watches -j | json "[w for w in it['watches'] if w['pid'] == $pid][0]$1"
}

columns_of() {
	awk 'NR > 2 { print NF }' | sort -u
}

accounts_for() {
	vminspect ps -j | json "[p for p in it['processes'] if p['pid'] == $pid][0]['$1']"
}

# After the first passes: what had been touched before the watch began counts in those.
working_set_is_what_it_touches() {
	local wss

	wss=$(accounts_for wss)
	echo "working set of $wss bytes" >"$scratch/log"
	[ "$wss" -ge $((4 << 20)) ] && [ "$wss" -lt $((12 << 20)) ]
}

plan 20
coproc BUSY { busy; }
pid=$BUSY_PID
children+=("$pid")
read -r -t 60 -u "${BUSY[0]}" _
check "watch" vminspect watch "$pid" policy=clock,gen period=200ms window=100ms budget=50% rss=20% memory=100%
same "watches has the options" "window 200000000 100000000 0.5 0.2 ['clock', 'gen']" "$(watch_json '' | python3 -c '
import ast, sys
w = ast.literal_eval(sys.stdin.read())
print(w["mode"], w["period"], w["window"], w["budget"], w["rss_share"], w["policies"])')"
id=$(watch_json '["id"]')
same "ps has the id of the watch" "$id" "$(accounts_for watch)"
wait_for 60 working_set_is_what_it_touches
result $? "ps has a working set of the 4 MiB that are in use and not of the 16 that are there"
same "compare tells each policy" "clock gen" "$(vminspect compare -j "$pid" |
	json '" ".join(sorted({s["policy"] for s in it["scores"]}))')"
same "compare has counted as many pages for each" "1 True" "$(vminspect compare -j "$pid" | python3 -c '
import collections, json, sys
counted = collections.Counter()
for s in json.load(sys.stdin)["scores"]:		# one for each policy and zone
	counted[s["policy"]] += s["both_active"] + s["shadow_active"] + s["kernel_active"] + s["both_inactive"]
print(len(set(counted.values())), min(counted.values()) >= 4096)')"
check "compare as text" vminspect compare -x "$pid"
same "explain has an opinion of each policy" "clock gen" "$(
	start=$(awk '/\[heap\]/ { split($1, a, "-"); print a[1] }' "/proc/$pid/maps")
	vminspect explain -j "$pid" "$start" | json '" ".join(o["policy"] for o in it["opinions"])')"
vmistat -p "$pid" 0.5 4 >"$scratch/stat" 2>"$scratch/log"
result $? "vmistat takes a delay and a count"
same "vmistat has a heading and one line an interval" "6" "$(wc -l <"$scratch/stat")"
same "vmistat has a value below each column" "$(sed -n 2p "$scratch/stat" | wc -w)" "$(columns_of <"$scratch/stat")"
check "vmitop --once shows it" bash -o pipefail -c "vmitop --once | grep -q '^ *$pid .*python3'"
check "doctor finds all in order" bash -o pipefail -c "vminspect doctor | grep -q 'ok *watches *1 of 64'"
vminspect watch "$pid" >"$scratch/out" 2>"$scratch/log"
same "a second watch of it is refused" "1 that process has a watch already" "$? $(sed 's/.*: //' "$scratch/log")"
vminspect watch "$pid" period=1ms >"$scratch/out" 2>"$scratch/log"
same "an option out of range is refused by name" "1 period takes 10ms to 3600s, as in 500ms or 2s" \
	"$? $(sed 's/.*: //' "$scratch/log")"
check "unwatch" vminspect unwatch "$pid"
same "watches has it no more" "[]" "$(vminspect watches -j | json "[w for w in it['watches'] if w['pid'] == $pid]")"
vminspect unwatch -i "$id" >"$scratch/out" 2>"$scratch/log"
same "ending it again is refused" "1 no watch has that id" "$? $(sed 's/.*: //' "$scratch/log")"
check "watch with parameters of a policy" vminspect watch "$pid" policy=aging24,gen params=age-max:32,age-decline:3
same "watches has those that are not as they are by default" "age-max:32,age-decline:3" "$(watch_json '["params"]')"
finish
