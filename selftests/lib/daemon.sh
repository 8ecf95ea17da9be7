# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the daemon share: one that runs, whom it refuses, and what its page of metrics says. Sourced after
# tools.sh.

port=9822
# shellcheck disable=SC2034 # for those that source this
socket=/run/vminspectd.sock

# shellcheck disable=SC2034 # likewise
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all)

# refused NAME TEXT CMD...: status 1, TEXT on stderr, nothing on stdout.
refused() {
	local name=$1 text=$2 status=0

	shift 2
	# shellcheck disable=SC2154 # tools.sh makes scratch
	"$@" >"$scratch/out" 2>"$scratch/log" || status=$?
	[ "$status" -eq 1 ] && [ ! -s "$scratch/out" ] && grep -qF -- "$text" "$scratch/log"
	result $? "$name"
}

# start_daemon OPTION...: sets daemon; what it says is in $scratch/said.
start_daemon() {
	ip link set lo up
	vminspectd "$@" 2>"$scratch/said" &
	daemon=$!
	children+=("$daemon")
	wait_for 30 serves module_loaded 1
}

page() {
	exec 3<>"/dev/tcp/127.0.0.1/$port" || return
	printf 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
	timeout 10 cat <&3 | sed '1,/^\r*$/d'
	exec 3>&-
} 2>/dev/null

# value NAME: of a metric without labels
value() {
	page | awk -v name="vminspect_$1" '$1 == name { print $2 }'
}

# serves NAME VALUE
serves() {
	[ "$(value "$1")" = "$2" ]
}

# serves_more NAME VALUE
serves_more() {
	local found

	found=$(value "$1")
	[ -n "$found" ] && [ "$found" -gt "$2" ]
}
