#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Processes whose credentials are not those of their user, or change while they are read: the daemon shows a user what
# is theirs, and never what a setuid program maps.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
# shellcheck source=selftests/lib/daemon.sh
. "$(dirname "$0")/lib/daemon.sh"
set -u

rounds=${VMI_TOOLS_ROUNDS:-30}

# The last word of the command line is a process of the user's. Counts what becomes of asking.
ask_over_and_over() {
	local round status

	shown=0 denied=0 gone=0 leaked=0 strange=0
	for ((round = 0; round < rounds; round++)); do
		status=0
		"${nobody[@]}" vminspect "${commands[round % ${#commands[@]}]}" "$pid" \
			>"$scratch/out" 2>"$scratch/err" || status=$?
		! grep -q secret "$scratch/out" || leaked=$((leaked + 1))
		case $status:$(cat "$scratch/err") in
		0:*) shown=$((shown + 1)) ;;
		1:*"not yours"*) denied=$((denied + 1)) ;;
		1:*"no such process"*) gone=$((gone + 1)) ;;
		*) strange=$((strange + 1)) && cat "$scratch/err" ;;
		esac
	done
	echo "of $rounds times: shown $shown, refused $denied, gone $gone, leaked $leaked, otherwise $strange"
}

# Root is shown it now and then, or else there would be nothing to leak. On a busy machine that is rare: one look in
# thirty, and a second or two for each.
root_sees_the_secret() {
	vminspect maps "$pid" | grep -q secret
}

was() {
	cat "$scratch/asked"
	[ "$@" ]
}

# What runs for the user as root.
make_programs() {
	local program

	program=$(find_program switcher)
	install -m 755 "$program" "$scratch/plain"
	install -m 4755 "$program" "$scratch/privileged"
	install -m 4755 "$(command -v sleep)" "$scratch/sleep"
	head -c 65536 /dev/zero >"$scratch/secret"
	chmod 600 "$scratch/secret"
}

lists() {
	"$@" vminspect ps -j | json "any(p['pid'] == $pid for p in it['processes'])"
}

commands=(maps tree share)
plan 10
chmod 755 "$scratch"
make_programs
check "the daemon starts" start_daemon

stopped "${nobody[@]}" sleep 1000
check "a user's own process is shown" "${nobody[@]}" vminspect maps "$pid"
stopped "${nobody[@]}" "$scratch/sleep" 1000
refused "one that runs a setuid program is not" "not yours" "${nobody[@]}" vminspect maps "$pid"
same "nor is it in a list" "False True" "$(lists "${nobody[@]}") $(lists env)"

"${nobody[@]}" "$scratch/plain" "$scratch/plain" "$scratch/privileged" "$scratch/secret" &
pid=$!
children+=("$pid")
check "root sees what a setuid program maps for a while" wait_for 400 root_sees_the_secret
ask_over_and_over >"$scratch/asked"
check "one that changes hands is shown while it is the user's" was "$shown" -gt 0
check "and refused while it is not" was "$denied" -gt 0
check "what it maps as root is never told" was "$leaked" -eq 0
check "whatever else comes is an answer of these" was "$strange" -eq 0
check "it has gone on all the time" kill -0 "$pid"
finish
