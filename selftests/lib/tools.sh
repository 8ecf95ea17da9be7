# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the programs share: results in TAP, processes to look at, values out of JSON. Sourced, never run.
# The programs are taken from PATH; not to find them is a failure, not a skip.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
number=0 failed=0 scratch=$(mktemp -d) children=()

# Processes that a test began are ended with it.
clean_up() {
	kill -KILL "${children[@]}" 2>/dev/null
	rm -rf "$scratch"
}
trap clean_up EXIT

plan() {
	echo "TAP version 13"
	echo "1..$1"
}

# result STATUS NAME: what stands in $scratch/log is shown after a failure.
result() {
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number $2"
		return
	fi
	failed=1
	[ ! -s "$scratch/log" ] || head -n 40 "$scratch/log" | sed 's/^/# /'
	echo "not ok $number $2"
}

skip() {
	number=$((number + 1))
	echo "ok $number $1 # SKIP $2"
}

# check NAME CMD...: passes if CMD does.
check() {
	local name=$1 status=0

	shift
	"$@" >"$scratch/log" 2>&1 || status=$?
	result "$status" "$name"
}

# same NAME EXPECTED FOUND: passes if the texts are equal, and something.
same() {
	diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") >"$scratch/log" && [ -n "$2" ]
	result $? "$1"
}

finish() {
	exit "$failed"
}

# find_program NAME: where a helper is built.
find_program() {
	local output

	for output in "${OUTPUT:-}" "$here/../build/selftests" "$here"; do
		[ ! -x "$output/$1" ] || { echo "$output/$1" && return; }
	done
	echo "Bail out! $1 is not built" && exit 1
}

# workload NAME: starts a process of that layout; sets pid and claims (its lines "ADDRESS KEY=VALUE"). It ends with us.
workload() {
	local program word

	program=$(find_program workload)
	mkfifo "$scratch/in.$1" "$scratch/out.$1"
	"$program" "$1" <"$scratch/in.$1" >"$scratch/out.$1" &
	children+=($!)
	# shellcheck disable=SC2034 # held open: its end is the workload's
	exec {workload_in}>"$scratch/in.$1" {workload_out}<"$scratch/out.$1"
	read -r -t 60 -u "$workload_out" word pid || return 1
	[ "$word" = ready ]
}

# Nothing is ever read from this: waiting for it costs no process.
exec {never}<> <(:)

# pause SECONDS
pause() {
	read -r -t "$1" -u "$never" || :
}

# sleeps PID: because its program has come to where it wants to: in clock_nanosleep().
sleeps() {
	[[ "$(cat "/proc/$1/syscall" 2>/dev/null)" == 230\ * ]]
}

# stopped CMD...: a process that has run CMD up to where that sleeps for long, and is stopped; sets pid.
stopped() {
	"$@" &
	pid=$!
	children+=("$pid")
	wait_for 60 sleeps "$pid"
	kill -STOP "$pid"
	until grep -q '^State:.T' "/proc/$pid/status"; do
		pause 0.05
	done
}

# json FILTER: python3's eyes on stdin: FILTER is an expression over `it`.
json() {
	python3 -c "import json, sys; it = json.load(sys.stdin); print($1)"
}

# A debug kernel (one with lockdep) needs a minute for what takes others seconds.
patience=1
[ ! -e /proc/lockdep_stats ] || patience=10

# wait_for SECONDS CMD...: until CMD succeeds; fails when it has not by then, as a fast kernel would have it.
wait_for() {
	local end=$((SECONDS + $1 * patience))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		pause 0.1
	done
}
