#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who sees what from a container, and below hidepid.
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# denied NAME CMD...: it fails, says so, and shows no line of a process.
denied() {
	local name=$1 status=0

	shift
	"$@" >"$scratch/out" 2>"$scratch/log" || status=$?
	[ "$status" -ne 0 ] && [ ! -s "$scratch/out" ] && [ -s "$scratch/log" ]
	result $? "$name"
}

# A container as engines make them: namespaces of its own, and a /proc for its processes.
namespaces=(unshare --mount --pid --fork --net --uts --ipc --mount-proc)
# Root there, but only of what belongs to the container; root as engines leave it, without CAP_SYS_ADMIN.
of_users=("${namespaces[@]}" --user --map-root-user)
of_root=(setpriv --bounding-set -sys_admin --inh-caps -sys_admin)
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)

container=("${namespaces[@]}" "${of_root[@]}")

plan 17
stopped sleep 1000
# What they are denied says something only if they can do what others can.
check "root of a user namespace reads its own processes" "${of_users[@]}" grep -q '^[0-9a-f]' /proc/1/maps
denied "root of a user namespace reads no file" "${of_users[@]}" cat "/proc/vminspect/$pid"
denied "nor lists processes by netlink" "${of_users[@]}" vminspect ps
denied "nor in the network namespace of the host" unshare --user --map-root-user vminspect ps
check "root of a container without CAP_SYS_ADMIN reads its own processes" \
	"${container[@]}" grep -q '^[0-9a-f]' /proc/1/maps
denied "root of a container without CAP_SYS_ADMIN reads no file" "${container[@]}" cat "/proc/vminspect/$pid"
denied "nor writes one" "${container[@]}" bash -c "echo watch >/proc/vminspect/$pid"
denied "nor reads the list of watches" "${container[@]}" cat /proc/vminspect/watches
denied "nor lists processes by netlink from its own network" "${container[@]}" vminspect ps
denied "nor from that of the host" "${of_root[@]}" vminspect ps
check "nobody began a watch" bash -c '! grep -q mode= /proc/vminspect/watches'

# Privileged containers are root of the host: they read files, and netlink is the host's network namespace's.
check "a privileged container reads a file" "${namespaces[@]}" grep -q '^[0-9a-f]' "/proc/vminspect/$pid"
denied "and has no netlink family in its own network" "${namespaces[@]}" vminspect ps

# hidepid hides processes from users, and so do we.
# shellcheck disable=SC2016 # expanded inside
hidden=(unshare --mount bash -c 'mount -o remount,hidepid=2 /proc && exec "$@"' hidden "${nobody[@]}")
check "below hidepid a user reads their own process" "${hidden[@]}" grep -q '^[0-9a-f]' /proc/self/maps
denied "below hidepid a user lists no names" "${hidden[@]}" ls /proc/vminspect
denied "nor reads a file whose name they know" "${hidden[@]}" cat "/proc/vminspect/$pid"
denied "nor asks whether there is one" "${hidden[@]}" stat "/proc/vminspect/$pid"
finish
