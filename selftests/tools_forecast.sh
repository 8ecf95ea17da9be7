#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What vminspect explain says that an access would do, against doing it: faults counted, signals caught.
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# SPOT ACCESS FORECAST: see spots.c. Spots are used up from above to below.
table='untouched-read read minor-zero
untouched-write write minor-anon
written read hit
written write hit
zero-page read hit
zero-page write minor-anon
code execute hit
code write sigsegv-accerr
shared-memory read minor-shmem
shared-memory write hit
shared-with-child write minor-cow
child-has-left write minor-reuse
file-cached-read read minor-file
file-cached-read write sigsegv-accerr
file-cached-write write minor-cow
file-mapped-write read hit
file-mapped-write write minor-cow
file-not-cached read major-file
hole read sigsegv-maperr
no-access read sigsegv-accerr
read-only write sigsegv-accerr
not-executable execute sigsegv-accerr
behind-the-end read sigbus-eof
kernel-half read sigsegv-noncanonical
huge-pool write sigbus-hugetlb
guard read sigsegv-guard
below-stack write stack-growth
swapped read major-swap'

# happens FORECAST: what an access that went so says of itself: "MINOR MAJOR SIGNAL CODE" (SEGV_MAPERR is 1, SEGV_ACCERR
# 2, BUS_ADRERR 2, SI_KERNEL 128), as a pattern.
happens() {
	case $1 in
	hit) echo '0 0 0 0' ;;
	minor-* | stack-growth) echo '1 0 0 0' ;;
	major-*) echo '[01] 1 0 0' ;;
	sigsegv-accerr) echo '* * 11 2' ;;
	sigsegv-noncanonical) echo '* * 11 128' ;;
	sigsegv-*) echo '* * 11 1' ;;
	sigbus-*) echo '* * 7 2' ;;
	esac
}

# do_it ACCESS ADDRESS: has the process do it.
do_it() {
	local answer

	echo "$1 $2" >&"$spots_in"
	read -r -t 60 -u "$spots_out" answer && echo "$answer"
}

# judge NAME ADDRESS ACCESS FORECAST
judge() {
	local said done_so

	said=$(vminspect explain -j "$pid" "$2" | json "it['$3']['outcome']")
	done_so=$(do_it "$3" "$2")
	echo "explain says $said, and then it takes (minor, major, signal, code): $done_so" >"$scratch/log"
	# shellcheck disable=SC2053,SC2254 # a pattern
	[ "$said" = "$4" ] && [[ $done_so == $(happens "$4") ]]
	result $? "$3 of $1: $4"
}

declare -A spots
program=$(find_program spots)
coproc SPOTS { "$program" "$(find_program workload)"; }
children+=("$SPOTS_PID")
spots_in=${SPOTS[1]} spots_out=${SPOTS[0]} pid=""
while read -r -t 120 -u "$spots_out" name address; do
	[ "$name" != ready ] || { pid=$address && break; }
	spots[$name]=$address
done
plan "$(wc -l <<<"$table")"
while read -r name access forecast; do
	if [ -n "${spots[$name]:-}" ]; then
		judge "$name" "${spots[$name]}" "$access" "$forecast"
	else
		skip "$access of $name: $forecast" "this kernel has none, or no swap"
	fi
done <<<"$table"
# The end of its input has it give back its swap.
eval "exec $spots_in>&-"
wait "${children[0]}"
finish
