#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own client for netlink specifications (YNL) drives the family from uapi/vminspect.yaml alone.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

ynl=${VMINSPECT_CACHE:-${HOME:-/root}/.cache/vminspect}/ynl

missing() {
	if [ ! -r "$ynl/tools/net/ynl/cli.py" ]; then
		echo "the kernel's YNL client (scripts/bootstrap --ynl)"
	elif ! python3 -c 'import yaml' 2>/dev/null; then
		echo "python3-yaml"
	elif ! python3 -c 'import jsonschema' 2>/dev/null; then
		echo "python3-jsonschema"
	fi
}

# ask --do|--dump OPERATION [JSON]: the answer as JSON; what was refused on stderr. The specification is held against
# the schema once, which takes the client long.
schema=(--schema "$ynl/Documentation/netlink/genetlink.yaml")
ask() {
	local request status
	local arguments=(--spec "$here/../uapi/vminspect.yaml" "${schema[@]}" --output-json "$1" "$2" ${3:+--json "$3"})

	printf -v request '%s\t' "${arguments[@]}"
	echo "${request%$'\t'}" >&"${client[1]}"
	read -r status <&"${client[0]}" || return 1
	cat "$scratch/client.out"
	cat "$scratch/client.err" >&2
	return "$status"
}

# answers NAME EXPECTED FILTER ask-arguments...
answers() {
	local name=$1 expected=$2 filter=$3

	shift 3
	ask "$@" >"$scratch/answer" 2>"$scratch/error"
	same "$name" "$expected" "$(json "$filter" <"$scratch/answer" 2>&1 || tail -n 3 "$scratch/error")"
}

# refused NAME TEXT ask-arguments...: the text of the extended ack, in the client's words.
refused() {
	local name=$1 text=$2

	shift 2
	! ask "$@" >"$scratch/log" 2>&1 && grep -qF "$text" "$scratch/log"
	result $? "$name"
}

has_watch() {
	vminspect watches -j | grep -q "\"pid\": $1,"
}

has_passed() {
	grep -q " pid=$1 .* passes=[1-9]" /proc/vminspect/watches
}

what=$(missing)
if [ -n "$what" ]; then
	plan 1
	skip "the kernel's client drives the family" "$what"
	finish
fi
plan 18
coproc client { exec python3 "$here/lib/ynl_client.py" "$ynl/tools/net/ynl" "$scratch"/client.{out,err}; }
children+=("$client_PID")
stopped sleep 1000
answers "module-get" "True" 'it["watches-max"] == 64 and "watches" in it["features"]' --do module-get
schema=(--no-schema)
answers "process-get of one" "$pid sleep" 'str(it["pid"]) + " " + it["comm"]' --do process-get "{\"pid\": $pid}"
answers "process-get with detail" "$(grep -vc vsyscall "/proc/$pid/maps")" 'it["index"]["regions"]' \
	--do process-get "{\"pid\": $pid, \"detail\": true}"
answers "process-get of all" "True" "$pid in [p['pid'] for p in it]" --dump process-get
answers "region-get" "$(sed 's/-.*//' "/proc/$pid/maps")" \
	'"\n".join("%08x" % r["start"] for m in it for r in m["item"])' \
	--dump region-get "{\"pid\": $pid}"
answers "region-get with detail has counts" "True" 'sum(r.get("counts", {}).get("present", 0) for r in it) > 10' \
	--dump region-get "{\"pid\": $pid, \"detail\": true}"
answers "page-get" "True" 'sum(len(m["run"]) for m in it) > 10' --dump page-get "{\"pid\": $pid}"
answers "table-get" "1 2 3 4 5" '" ".join(str(t["level"]) for t in it)' \
	--dump table-get "{\"pid\": $pid, \"mode\": \"levels\"}"
answers "explain-get" "sigsegv-maperr" 'it["read"]' --do explain-get "{\"pid\": $pid, \"address\": 4096}"
answers "policy-get" "aging24 nbit clock twolist gen" '" ".join(p["name"] for p in it)' --dump policy-get
answers "watch-new" "$pid ['clock'] passive" 'str(it["pid"]) + " " + str(it["policies"]) + " " + it["mode"]' \
	--do watch-new "{\"pid\": $pid, \"options\": \"policy=clock mode=passive period=100ms\"}"
refused "watch-new of what is watched" "has a watch already" --do watch-new "{\"pid\": $pid}"
wait_for 60 has_passed "$pid"
answers "stats-get" "$pid" 'it[0]["pid"]' --dump stats-get
answers "score-get" "clock" 'it[0]["policy"]' --dump score-get
check "watch-del" ask --do watch-del "{\"pid\": $pid}"
refused "watch-del of what is not watched" "no watch of its own" --do watch-del "{\"pid\": $pid}"
answers "watch-new of an owned one" "True" '"owner" in it' --do watch-new "{\"pid\": $pid, \"owned\": true}"
! has_watch "$pid"
result $? "an owned watch has ended with its socket"
finish
