#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The daemon's units, by a systemd that runs nothing else: begun by a client at the socket, shut in, told to reload,
# killed, hung and stopped.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
# shellcheck source=selftests/lib/daemon.sh
. "$(dirname "$0")/lib/daemon.sh"
set -u

daemon=0 init=0 installed=
units=/run/vminspect-units		# all that this systemd knows
state=/var/lib/vminspect
group=/sys/fs/cgroup/vminspect-systemd
capabilities=0000000000281000		# CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_SYS_PTRACE

# What a unit wants by default is there, and does nothing. Those of the machine would clear /tmp, among other things.
write_units() {
	local target built=$here/../build/units

	mkdir -p "$units/vminspectd.service.d" || return
	for target in sysinit basic shutdown sockets multi-user; do
		printf '[Unit]\nDescription=%s, empty\nDefaultDependencies=no\n' "$target" >"$units/$target.target"
	done
	cp "$built/vminspectd.service" "$built/vminspectd.socket" "$units" || return
	printf '[Service]\nWatchdogSec=%s\n' $((5 * patience)) >"$units/vminspectd.service.d/sooner.conf"
	program=$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$units/vminspectd.service")
	[ -x "$program" ] || { install -D "$(command -v vminspectd)" "$program" && installed=yes; }
}

# A process 1 of its own, in namespaces and a control group of its own: it sees no other process, and none sees it.
begin_systemd() {
	local inside="umount --lazy /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup &&
		container=lxc SYSTEMD_UNIT_PATH=$units exec /lib/systemd/systemd --system --unit=basic.target \
		--log-target=console"

	mkdir "$group" || return
	(
		echo "$BASHPID" >"$group/cgroup.procs"
		exec unshare --pid --fork --kill-child --mount --cgroup --mount-proc bash -c "$inside"
	) >"$scratch/systemd" 2>&1 </dev/null &
	children+=($!)
	wait_for 60 finds_systemd "$!" && wait_for 60 systemd_answers && return
	cat "$scratch/systemd"
	return 1
}

# Nothing stays, of processes or files.
end_systemd() {
	[ "$init" -eq 0 ] || kill -KILL "$init"
	[ ! -d "$group" ] || wait_for 30 find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
	rm -rf "$units" "$state"
	[ -z "$installed" ] || rm -f "$program"
}

finds_systemd() {
	init=$(pgrep -P "$1" -x systemd)
}

systemctl() {
	nsenter --target "$init" --pid --mount --cgroup systemctl "$@"
}

systemd_answers() {
	systemctl is-active basic.target
}

# main_pid: of the service, as seen from here. Within its namespace it has another number.
main_pid() {
	pgrep -x vminspectd
}

# state PROPERTY VALUE
state() {
	[ "$(systemctl show -P "$1" vminspectd.service)" = "$2" ]
}

is_another() {
	local pid

	pid=$(main_pid) && [ "$pid" != "$1" ] && state ActiveState active
}

# has KEY VALUE: in the status of the daemon
has() {
	[ "$(awk -v key="$1:" '$1 == key { print $2 }' "/proc/$daemon/status")" = "$2" ]
}

# As a process that the daemon sees: one that it does not is no administrator.
asks_through_socket() {
	VMINSPECT_SOCKET=$socket nsenter --target "$init" --pid --mount vminspect "$@"
}

units_are_taken() {
	! SYSTEMD_UNIT_PATH=$units systemd-analyze verify --man=no "$units/vminspectd.socket" \
		"$units/vminspectd.service" 2>&1 | grep -F vminspectd
}

# For a failure.
said() {
	systemctl status --no-pager vminspectd.service
	tail -n 20 "$scratch/systemd"
}

runs() {
	state SubState running && daemon=$(main_pid)
}

listens_alone() {
	systemctl start vminspectd.socket && ! main_pid
}

is_shut_in() {
	has CapBnd "$capabilities" && has CapEff "$capabilities" && has NoNewPrivs 1 && has Seccomp 2
}

keeps_history() {
	[ -s "$state/history.db" ] && [ "$(stat -c %a "$state")" = 700 ]
}

reloads() {
	systemctl reload vminspectd.service && wait_for 30 state ActiveState active && [ "$(main_pid)" = "$daemon" ]
}

stops_well() {
	systemctl stop vminspectd.service && state Result success && ! main_pid
}

if [ ! -x /lib/systemd/systemd ]; then
	plan 1
	skip "systemd runs the daemon" "systemd (Debian package of that name)"
	finish
fi
if [ -e "$state" ]; then
	plan 1
	skip "systemd runs the daemon" "a machine whose daemon has kept no history in $state"
	finish
fi
plan 12
trap 'end_systemd; clean_up' EXIT
stopped sleep 1000
ip link set lo up
write_units
check "systemd takes the units without a warning" units_are_taken
check "it begins" begin_systemd
check "it listens before there is a daemon" listens_alone
check "the first client begins the daemon and is answered" asks_through_socket maps "$pid"
check "which has said that it is ready" runs
check "it serves its page" wait_for 30 serves module_loaded 1
check "it has no capability but those it needs, may get none, and its system calls are filtered" is_shut_in
check "its history stands in its state directory, which is its own" wait_for 30 keeps_history
check "a reload keeps it" reloads
kill -KILL "$daemon"
check "killed, it is begun again" wait_for 60 is_another "$daemon"
daemon=$(main_pid)
kill -STOP "$daemon"
check "hung, it is begun again" wait_for 60 is_another "$daemon"
check "stopped, it ends well" stops_well
[ "$failed" -eq 0 ] || said | sed 's/^/# /'
finish
