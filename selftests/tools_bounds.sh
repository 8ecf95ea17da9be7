#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the module may take: its bounds are told, reached, kept to, and free again once nobody needs them.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

readers=64	# each holds 70 KiB or more: 1 MiB is used up by 15

load() {
	rmmod vminspect && insmod "$VMINSPECT_KO" "$@"
}

# What doctor says is in use.
memory() {
	vminspect doctor -j | json '[c["text"] for c in it["checks"] if c["check"] == "memory"][0]'
}

refuses_parameter() {
	rmmod vminspect || return
	echo "<6>vminspect-selftest: expect: watches=65" >/dev/kmsg
	! insmod "$VMINSPECT_KO" watches=65 && insmod "$VMINSPECT_KO" watches=2 watch_mib=1 capture_mib=1
}

# hold_files: opens files and reads a byte of each, until one is refused; those that were not stay open.
hold_files() {
	local file

	held=()
	refused=no
	while [ ${#held[@]} -lt $readers ] && [ $refused = no ]; do
		exec {file}<"/proc/vminspect/$pid" || return
		if read -r -N 1 -u "$file" _ 2>>"$scratch/refused"; then
			held+=("$file")
		else
			refused=yes
			exec {file}<&-
		fi
	done
}

# Each has all of what maps has.
held_files_are_whole() {
	local file

	for file in "${held[@]}"; do
		[ "$(grep -c '^[0-9a-f]' <&"$file")" -ge "$(($(wc -l <"/proc/$pid/maps") - 1))" ] || return
	done
}

close_files() {
	local file

	for file in "${held[@]}"; do
		exec {file}<&-
	done
}

# Begins dumps of pages, takes the first part of each and no more, until one is refused; tells how many there are and
# what the last one got, and leaves all of them when its standard input ends.
dumps_left_half_way='
import os, socket, struct, sys
def ask(family, command, flags, attributes):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, GENERIC)
    body = struct.pack("=BBH", command, 1, 0) + attributes
    s.sendto(struct.pack("=IHHII", 16 + len(body), family, flags | 1, 1, 0) + body, (0, 0))
    return s, s.recv(1 << 20)
def attribute(number, value):
    return struct.pack("=HH", 4 + len(value), number) + value + bytes(-len(value) % 4)
GENERIC, CONTROL, GET_FAMILY, NAME, FAMILY_ID = 16, 16, 3, 2, 1
DUMP, ERROR, DONE, PAGE_GET, PAGE_PID = 0x300, 2, 3, 5, 2
_, told = ask(CONTROL, GET_FAMILY, 0, attribute(NAME, b"vminspect\0"))
at = 20
while struct.unpack_from("=H", told, at + 2)[0] != FAMILY_ID:
    at += struct.unpack_from("=H", told, at)[0] + 3 & ~3
family, = struct.unpack_from("=H", told, at + 4)
held, refused = [], "nothing"
while len(held) < 64 and refused == "nothing":
    s, told = ask(family, PAGE_GET, DUMP, attribute(PAGE_PID, struct.pack("=I", int(sys.argv[1]))))
    # The error of a dump can also stand in the message that ends it.
    kind, = struct.unpack_from("=H", told, 4)
    error, = struct.unpack_from("=i", told, 16)
    if kind in (ERROR, DONE) and error < 0:
        refused = os.strerror(-error)
    else:
        held.append(s)
print(len(held), refused, flush=True)
sys.stdin.read()'

hold_dumps() {
	coproc dumps { exec python3 -c "$dumps_left_half_way" "$pid"; }
	children+=("$!")
	read -r held_dumps refused_dump <&"${dumps[0]}"
	echo "$held_dumps dumps, then: $refused_dump"
	[ "$held_dumps" -ge 3 ] && [ "$refused_dump" = "Cannot allocate memory" ]
}

leave_dumps() {
	eval "exec ${dumps[1]}>&-"
	wait_for 60 is_free
}

is_free() {
	[[ $(memory) == *"is being read 0 of"* ]]
}

reads_whole() {
	diff <(grep '^[0-9a-f]' "/proc/vminspect/$pid") "/proc/$pid/maps"
}

third_watch_is_refused() {
	vminspect watch "$small" period=3600s && vminspect watch $$ period=3600s || return
	! vminspect watch "$pid" period=3600s 2>"$scratch/err" && grep -q 'as many watches' "$scratch/err"
}

end_watches() {
	vminspect unwatch "$small" && vminspect unwatch $$
}

# Of a watch of much memory: pages that are refused, and no more than 1 MiB taken.
is_kept_within_its_memory() {
	vminspect watch "$pid" memory=100% period=100ms || return
	wait_for 60 refuses_pages || return
	memory
	memory | grep -Eq 'watches take ([0-9.]+K|1\.0M) of 1\.0M'
}

refuses_pages() {
	grep -q " pid=$pid .* refused=[1-9]" /proc/vminspect/watches
}

plan 15
stopped sleep 1000
small=$pid
# Every other page, so that there are many runs of them.
stopped python3 -c 'import mmap, time
a = mmap.mmap(-1, 512 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
a.madvise(mmap.MADV_NOHUGEPAGE)
for i in range(0, 512 << 20, 8192): a[i] = 1
time.sleep(1000)'
check "a bound that cannot be is refused, one that can is taken" refuses_parameter
same "doctor tells what there is" "watches take 0 of 1.0M, what is being read 0 of 1.0M" "$(memory)"
hold_files
same "readers who hold what they have begun keep others out" yes "$refused"
check "they get ENOMEM" grep -q 'Cannot allocate memory' "$scratch/refused"
check "and there are some" test ${#held[@]} -ge 3
check "those who have begun read to the end" held_files_are_whole
close_files
check "once they have gone, others read" reads_whole
check "dumps that nobody goes on with keep others out, too" hold_dumps
check "and give back what they have when they are left" leave_dumps
same "as much as they took" "watches take 0 of 1.0M, what is being read 0 of 1.0M" "$(memory)"
check "watches are as many as is said" third_watch_is_refused
check "and may come again when others have ended" end_watches
check "pages that have no room are refused and counted" is_kept_within_its_memory
vminspect unwatch "$pid" >/dev/null
same "all is given back" "watches take 0 of 1.0M, what is being read 0 of 1.0M" "$(memory)"
check "the module can be loaded as usual" load
finish
