#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vminspect events: what the module tells by itself of a process that does as it is told, and what becomes of a listener
# that falls behind.
# shellcheck disable=SC2317 # functions are called by wait_for
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# Has 16 MiB, of which it touches another one every second, and does what it reads on its standard input.
obedient() {
	exec python3 -c '
import ctypes, mmap, select, sys, time
libc = ctypes.CDLL(None)
libc.sbrk.restype = libc.mmap.restype = ctypes.c_void_p
private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
size = 3 << 20
a = mmap.mmap(-1, 16 << 20, private)
for i in range(0, 16 << 20, 4096): a[i] = 1
print("ready", flush=True)
while True:
	start = int(time.monotonic()) % 16 << 20
	for i in range(start, start + (1 << 20), 4096): a[i] = 1
	if select.select([sys.stdin], [], [], 0.02)[0]:
		word = sys.stdin.readline().strip()
		if word == "map": area = libc.mmap(None, ctypes.c_size_t(size), mmap.PROT_READ, private, -1, 0)
		elif word == "protect": libc.mprotect(ctypes.c_void_p(area), ctypes.c_size_t(size), 0)
		elif word == "shrink": libc.munmap(ctypes.c_void_p(area), ctypes.c_size_t(1 << 20))
		elif word == "unmap": libc.munmap(ctypes.c_void_p(area), ctypes.c_size_t(size))
		elif word == "grow": libc.sbrk(1 << 20)
		else: sys.exit(0)'
}

# follow FILE OPTION...: begins to write events to FILE; sets follower.
follow() {
	local file=$1

	shift
	vminspect events -j "$@" >"$file" 2>"$file.error" &
	follower=$!
	children+=("$follower")
}

tell() {
	echo "$1" >&"${OBEDIENT[1]}"
}

has_come() {
	grep -q "$1" "$2"
}

# comes NAME PATTERN [FILE]: an event like that comes within a minute.
comes() {
	local file=${3:-$scratch/events} status=0

	wait_for 60 has_come "$2" "$file" || status=$?
	tail -n 20 "$file" >"$scratch/log"
	result $status "$1"
}

# region EVENT MORE: a pattern
region() {
	echo "\"group\": \"region\", \"event\": \"$1\", \"pid\": $pid, .*$2"
}

reclaim() {
	local more="\"watch\": $id, .*\"policy\": \"clock\".*\"start\""

	echo "\"group\": \"reclaim\", \"event\": \"$1\", \"pid\": $pid, $more"
}

# A listener has joined its group when it hears of a process.
hears_of_exits() {
	/bin/true
	[ -s "$1" ]
}

# A process of that name comes and goes.
pass_by() {
	cp "$(type -P true)" "$scratch/$1"
	"$scratch/$1"
}

plan 13
coproc OBEDIENT { obedient; }
pid=$OBEDIENT_PID
children+=("$pid")
read -r -t 60 -u "${OBEDIENT[0]}" _
follow "$scratch/events"
check "a watch that evicts in the shadow" vminspect watch "$pid" policy=clock period=200ms window=100ms budget=50% \
	rss=20% memory=100%
id=$(vminspect watches -j | json "[w['id'] for w in it['watches'] if w['pid'] == $pid][0]")
comes "a pass of the watch" "\"group\": \"stats\".*\"pid\": $pid, \"watch\": $id, .*\"resident\": [1-9]"
comes "pages are evicted" "$(reclaim evicted)"
comes "evicted pages are touched again" "$(reclaim refaulted)"
tell map
comes "a region is mapped" "$(region mapped '"r--p"')"
tell protect
comes "a region is protected, with what it was before" \
	"$(region protected '"permissions": "---p", "old_permissions": "r--p"')"
tell shrink
comes "a region has shrunk" "$(region shrunk '"---p"')"
tell unmap
comes "the rest is unmapped" "$(region unmapped '"---p"')"
tell grow
comes "a region has grown" "$(region grown '"\[heap\]"')"
tell quit
comes "the process has exited" "\"group\": \"process\", \"event\": \"exited\", \"pid\": $pid, .*python3"
kill "$follower"

default=$(cat /proc/sys/net/core/rmem_default)
echo 8192 >/proc/sys/net/core/rmem_default
follow "$scratch/small" --process
wait_for 60 hears_of_exits "$scratch/small"
echo "$default" >/proc/sys/net/core/rmem_default
kill -STOP "$follower"
for ((i = 0; i < 100; i++)); do
	/bin/true
done
kill -CONT "$follower"
comes "a listener that falls behind tells how many events are lost" '"group": "lost", "lost": [1-9]' "$scratch/small"
has_come "lost so far: [1-9]" "$scratch/small.error"
result $? "and says so on stderr"
pass_by afterwards
comes "and goes on" '"event": "exited", .*"afterwards"' "$scratch/small"
finish
