#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vminspect share of a parent and its stopped child, against smaps_rollup and what they were made to share.
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# 8 MiB shared after fork, of which the child has written 2 MiB; both stop themselves.
family() {
	python3 -c '
import mmap, os, signal, sys
a = mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
a.madvise(mmap.MADV_NOHUGEPAGE)
for i in range(0, 8 << 20, 4096): a[i] = 1
child = os.fork()
if child == 0:
	for i in range(0, 2 << 20, 4096): a[i] = 2
	os.kill(os.getpid(), signal.SIGSTOP)
os.waitpid(child, os.WUNTRACED)
print(os.getpid(), child, flush=True)
os.kill(os.getpid(), signal.SIGSTOP)'
}

# of PID KEY: in bytes
rollup() {
	echo $(($(awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/smaps_rollup") * 1024))
}

# Bytes of regions without a name that smaps says are mapped more than once.
shared_anonymous() {
	awk '/^[0-9a-f]+-/ { anonymous = NF < 6 } anonymous && /^Shared_(Clean|Dirty)/ { n += $2 }
		END { print n * 1024 }' "/proc/$1/smaps"
}

ours() {
	json "[p['$2'] for p in it['processes'] if p['pid'] == $1][0]" <"$scratch/share.json"
}

# near NAME EXPECTED FOUND: to within 64 KiB, for smaps rounds each region's PSS down.
near() {
	echo "$2 expected, $3 found" >"$scratch/log"
	[ $((${2} - ${3})) -lt 65536 ] && [ $((${3} - ${2})) -lt 65536 ]
	result $? "$1"
}

plan 7
coproc family
children+=("$COPROC_PID")
read -r -t 60 -u "${COPROC[0]}" parent child
children+=("$parent" "$child")
until grep -q '^State:.T' "/proc/$parent/status"; do pause 0.05; done
check "two processes can be looked at" vminspect share "$parent" "$child"
vminspect share -j "$parent" "$child" >"$scratch/share.json"
same "RSS is that of smaps_rollup" "$(rollup "$parent" Rss) $(rollup "$child" Rss)" \
	"$(ours "$parent" rss) $(ours "$child" rss)"
near "the parent's PSS is that of smaps_rollup" "$(rollup "$parent" Pss)" "$(ours "$parent" pss)"
near "the child's PSS is that of smaps_rollup" "$(rollup "$child" Pss)" "$(ours "$child" pss)"
same "USS is what smaps_rollup has as private" \
	"$(($(rollup "$child" Private_Clean) + $(rollup "$child" Private_Dirty)))" "$(ours "$child" uss)"
near "anonymous memory that both have, 6 MiB of it made for this, is told as shared by the two" \
	"$(shared_anonymous "$parent")" "$(json 'sum(s["size"] for s in it["shared"]
		if s["processes"] == 2 and s["mapping"] in ("", "[anon]"))' <"$scratch/share.json")"
check "all processes can be looked at" vminspect share --all
finish
