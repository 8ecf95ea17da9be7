#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The programs on processes that come and go all the time: each ends well, or says that the process has gone.
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

rounds=${VMI_TOOLS_ROUNDS:-12}

# Short processes without end.
turmoil() {
	while :; do
		/bin/sh -c 'exec sleep 0.0$(($$ % 5))' &
		/bin/true
		wait -n
	done
}

# One that lives now and not for long.
mayfly() {
	awk 'BEGIN { n = 0 } { pid[n++] = $1 } END { print pid[n - 1] }' < <(pgrep -n -x sleep)
}

# survives NAME CMD...: CMD gets the pid of a mayfly as its last argument; status 0, or 1 with a message that names it.
survives() {
	local name=$1 round status pid

	shift
	for ((round = 0; round < rounds; round++)); do
		pid=$(mayfly)
		status=0
		"$@" "${pid:-1}" >"$scratch/out" 2>"$scratch/log" || status=$?
		[ "$status" -eq 0 ] && continue
		[ "$status" -eq 1 ] && grep -q "${pid:-1}" "$scratch/log" && continue
		echo "status $status" >>"$scratch/log"
		result 1 "$name"
		return
	done
	result 0 "$name"
}

always() {
	local name=$1 round

	shift
	for ((round = 0; round < rounds; round++)); do
		"$@" >"$scratch/out" 2>"$scratch/log" && continue
		result 1 "$name"
		return
	done
	result 0 "$name"
}

plan 7
turmoil 2>/dev/null &
children+=($!)
survives "maps" vminspect maps -x
survives "pages" vminspect pages -R
survives "tables" vminspect tables -l
survives "vmitop on one" vmitop --once --pid
always "ps" vminspect ps -x
always "share of all" vminspect share --all
always "vmitop" vmitop --once
finish
