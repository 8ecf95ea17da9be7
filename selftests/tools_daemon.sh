#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The daemon, live: what it tells whom at its socket, its page of metrics, its history, and how it gets over a module
# that goes, a full disk, too many notifications, signals and its own death.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
# shellcheck source=selftests/lib/daemon.sh
. "$(dirname "$0")/lib/daemon.sh"
set -u

small=$scratch/small
history=$small/history
admins=4321				# number of a group that nobody else is in
admin=(setpriv --reuid 65534 --regid 65534 --groups "$admins" --inh-caps -all)
chmod 755 "$scratch"

# --- the daemon -------------------------------------------------------------------------------------------------------

cat >"$scratch/conf" <<END
# what the command line does not say
interval = 0.2
history = $history
history-every = 1
END

# by_daemon CMD...: as root, though root could ask the module
by_daemon() {
	VMINSPECT_SOCKET=$socket "$@"
}

# --- the user's process -----------------------------------------------------------------------------------------------

# Some private memory and some of a file; it does as it is told on its standard input.
user_process() {
	exec "$@" python3 -c '
import ctypes, mmap, sys
private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
a = mmap.mmap(-1, 2 << 20, private)
for i in range(0, 1 << 20, 4096): a[i] = 1
kept = []
print("ready", flush=True)
for word in sys.stdin:
	if word.strip() == "hide": ctypes.CDLL(None).prctl(4, 0)
	elif word.strip() == "show": ctypes.CDLL(None).prctl(4, 1)
	elif word.strip() == "map":
		for i in range(3000): kept.append(mmap.mmap(-1, 8192, private, i % 2 + 1))
	print("done", flush=True)'
}

tell_user_process() {
	echo "$1" >&"${OWN[1]}" && read -r -t 60 -u "${OWN[0]}" word
}

pids_of_ps() {
	"$@" vminspect ps -j | json '"\n".join(str(p["pid"]) for p in it["processes"])' | sort -n
}

# Those of the user, but for what is there for this question alone.
pids_of_proc() {
	local status

	for status in /proc/[0-9]*/status; do
		awk '/^Pid:/ { pid = $2 } /^Uid:/ && $2 == 65534 && $3 == 65534 { print pid }' "$status" 2>/dev/null
	done | sort -n
}

# frames WHO...: how many runs of the user's process have a frame number
frames() {
	"$@" vminspect pages -j -R "$pid" | json 'sum(1 for r in it["runs"] if r.get("frame"))'
}

# regions_of WHO...: without what depends on how many others map libraries at that time
regions_of() {
	"$@" vminspect maps -j "$pid" | python3 -c '
import json, sys
for region in json.load(sys.stdin)["regions"]:
	print({key: value for key, value in region.items() if key not in ("pss", "uss", "shared")})'
}

secrets_of_explain() {
	"$@" vminspect explain -j "$pid" "$heap" >"$scratch/explained" || return
	python3 - "$scratch/explained" <<'END'
import json, sys
it = json.load(open(sys.argv[1]))
def walk(x, path=""):
    if isinstance(x, dict):
        for k, v in x.items(): yield from walk(v, path + "." + k)
    elif isinstance(x, list):
        for v in x: yield from walk(v, path)
    else: yield path, x
names = ("frame", "folio", "value", "address", "swap_offset")
print(sum(1 for p, v in walk(it) if p.count(".") > 1 and p.split(".")[-1] in names
          and v is not None))
END
}

is_less() {
	[ "$1" -lt "$2" ]
}

watches_of() {
	"$@" vminspect watches -j | json '" ".join(str(w["pid"]) for w in it["watches"])'
}

# --- the history ------------------------------------------------------------------------------------------------------

# query SQL: read as another program would, beside the daemon
query() {
	python3 -c '
import sqlite3, sys
for row in sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True).execute(sys.argv[2]): print(*row)
' "$history" "$1"
}

# has_rows SQL
has_rows() {
	[ -n "$(query "$1" 2>/dev/null)" ]
}

fill_disk() {
	dd if=/dev/zero of="$small/filler" bs=64k 2>/dev/null || :
	wait_for 60 serves_more history_failures_total 0
}

keeps_again() {
	rm "$small/filler"
	wait_for 60 grep -q "the history is kept again" "$scratch/said"
}

# --- misfortunes ------------------------------------------------------------------------------------------------------

# More changes at one time than a socket has room for, while the daemon takes nothing.
overrun() {
	kill -STOP "$daemon" && tell_user_process map && wait_for 60 has_seen_changes
	kill -CONT "$daemon"
	wait_for 60 serves_more events_lost_total 0
}

# The kernel's count of what did not fit into the socket that listens.
has_seen_changes() {
	awk '$2 == 16 && $9 > 0 { found = 1 } END { exit !found }' /proc/net/netlink
}

reload() {
	kill -HUP "$daemon"
}

has_no_daemon() {
	! kill -0 "$daemon" 2>/dev/null
}

ends_by_term() {
	local status

	kill -TERM "$daemon" && wait "$daemon"
	status=$?
	[ "$status" -eq 0 ] && [ ! -e "$socket" ]
}

survives_kill() {
	kill -KILL "$daemon"
	wait "$daemon" 2>/dev/null
	[ "$(query "PRAGMA integrity_check")" = ok ] && [ -S "$socket" ]
}

# ----------------------------------------------------------------------------------------------------------------------

plan 37
mkdir "$small" && mount -t tmpfs -o size=16m none "$small"
trap 'clean_up; umount "$small" 2>/dev/null; rm -rf "$scratch"' EXIT
coproc OWN { user_process "${nobody[@]}"; }
pid=$OWN_PID
children+=("$pid")
read -r -t 60 -u "${OWN[0]}" word
heap=$(awk '/\[heap\]/ { split($1, a, "-"); print a[1] }' "/proc/$pid/maps")

refused "without a daemon a user is refused" "not permitted" "${nobody[@]}" vminspect maps "$pid"
check "the daemon starts by its file" start_daemon --config "$scratch/conf"
same "a user's regions are those that root sees" "$(regions_of)" "$(regions_of "${nobody[@]}")"
check "also by where the environment says" "${nobody[@]}" env VMINSPECT_SOCKET="$socket" vminspect tree "$pid"
for command in tables share pages; do
	check "$command as a user" "${nobody[@]}" vminspect "$command" "$pid"
done
check "ps -x as a user" "${nobody[@]}" vminspect ps -x
check "compare as a user" "${nobody[@]}" vminspect compare
same "a user is told no frame numbers" 0 "$(frames "${nobody[@]}")"
check "root is, by the daemon too" is_less 0 "$(frames by_daemon)"
same "explain tells a user no addresses and values of entries" 0 "$(secrets_of_explain "${nobody[@]}")"
check "but root" is_less 2 "$(secrets_of_explain by_daemon)"
same "a user's list has their processes, all and no others" "$(pids_of_proc)" "$(pids_of_ps "${nobody[@]}" |
	while read -r p; do [ ! -d "/proc/$p" ] || echo "$p"; done)"
refused "a user sees nothing of root's" "not yours" "${nobody[@]}" vminspect maps 1
refused "nor of one of theirs in another group" "not yours" \
	setpriv --reuid 65534 --regid 65533 --clear-groups vminspect maps "$pid"
tell_user_process hide
refused "nor of one that may not be dumped" "not yours" "${nobody[@]}" vminspect maps "$pid"
tell_user_process show
check "until it may" "${nobody[@]}" vminspect maps "$pid"
refused "a process that is not there is not there" "no such process" "${nobody[@]}" vminspect maps \
	$(($(cat /proc/sys/kernel/pid_max) - 1))
if "${nobody[@]}" unshare --user --map-root-user true 2>/dev/null; then
	refused "root of a container is who made it" "not yours" "${nobody[@]}" unshare --user --map-root-user \
		env VMINSPECT_SOCKET="$socket" vminspect maps 1
else
	skip "root of a container is who made it" "user namespaces for users (kernel.unprivileged_userns_clone)"
fi
refused "nor is root without CAP_SYS_ADMIN an administrator" "not yours" \
	setpriv --bounding-set -sys_admin --inh-caps -sys_admin env VMINSPECT_SOCKET="$socket" vminspect maps 1
refused "nor with that of another user namespace" "not yours" unshare --user --map-root-user \
	env VMINSPECT_SOCKET="$socket" vminspect maps 1
refused "a user cannot watch" "changes nothing" "${nobody[@]}" vminspect watch "$pid"
vminspect watch "$pid" period=200ms window=50ms >/dev/null
vminspect watch 1 >/dev/null
same "a user sees the watch on their process and no other" "$pid" "$(watches_of "${nobody[@]}")"
check "vmistat as a user" "${nobody[@]}" vmistat -p "$pid" 0.3 2
refused "vmistat of another's watch" "" "${nobody[@]}" vmistat -p 1 0.3 2
refused "a member of no group of administrators sees as little" "not yours" "${admin[@]}" vminspect maps 1
echo "vmi-admins:x:$admins:" >>/etc/group
echo "admin-group = vmi-admins" >>"$scratch/conf"
reload
check "SIGHUP takes new settings: a member sees everything" wait_for 30 "${admin[@]}" vminspect maps 1
echo "interval = often" >>"$scratch/conf"
reload
check "SIGHUP tells what is wrong, with file and line" wait_for 30 grep -q "conf:6: interval: 'often' is not" \
	"$scratch/said"
check "and goes on with the settings of before" "${admin[@]}" vminspect maps 1
sed -i '$d' "$scratch/conf"

check "the history gets snapshots" wait_for 60 has_rows "SELECT 1 FROM process WHERE pid = $pid"
check "too many notifications: counted" overrun
check "and noted in the history" wait_for 60 has_rows "SELECT 1 FROM event WHERE kind = 'lost' AND size > 0"
check "a full disk is told, and the page is served on" fill_disk
check "the history goes on when there is room" keeps_again
rmmod vminspect
check "the module is unloaded: the page says so" wait_for 60 serves module_loaded 0
refused "and users are told" "modprobe vminspect" "${nobody[@]}" vminspect maps "$pid"
insmod "$VMINSPECT_KO"
check "it is loaded again: the page says so" wait_for 60 serves module_loaded 1
check "and users are answered again" "${nobody[@]}" vminspect maps "$pid"
check "a killed daemon leaves its history whole" survives_kill
check "and another takes its place" start_daemon --config "$scratch/conf"
check "SIGTERM ends it, and takes the socket away" ends_by_term
finish
