#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The programs where they cannot do what is asked: a message on stderr, nothing on stdout, the right status.
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

# refused NAME STATUS TEXT CMD...: TEXT is a part of the message.
refused() {
	local name=$1 expected=$2 text=$3 status=0

	shift 3
	"$@" >"$scratch/out" 2>"$scratch/log" || status=$?
	[ "$status" -eq "$expected" ] && [ ! -s "$scratch/out" ] && grep -qF -- "$text" "$scratch/log"
	result $? "$name"
}

no_pid=$(($(cat /proc/sys/kernel/pid_max) - 1))
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)
plan 22
for command in maps tree tables pages share; do
	refused "$command of a process that is not there" 1 "process $no_pid: " vminspect "$command" "$no_pid"
done
refused "explain of a process that is not there" 1 "process $no_pid: " vminspect explain "$no_pid" 1000
refused "maps of a kernel thread" 1 "process 2: " vminspect maps 2
refused "maps as nobody" 1 "not permitted" "${nobody[@]}" "$(command -v vminspect)" maps $$
refused "ps as nobody" 1 "not permitted" "${nobody[@]}" "$(command -v vminspect)" ps
refused "vmitop without a terminal" 1 "--once" vmitop
refused "an option that there is not" 2 "no option --bogus" vminspect maps --bogus $$
refused "in another network namespace" 1 "initial network namespace" unshare --net vminspect ps
refused "watch of a process that is not there" 1 "process $no_pid: " vminspect watch "$no_pid"
refused "compare of a process without a watch" 1 "process $$ is not watched" vminspect compare $$
refused "pages by a policy without a watch" 1 "process $$: " vminspect pages -p gen $$
refused "vmistat of a process without a watch" 1 "process $$" vmistat -p $$ 1 1
refused "vmistat with a wrong delay" 2 "soon" vmistat soon
refused "watch as nobody" 1 "not permitted" "${nobody[@]}" "$(command -v vminspect)" watch $$
check "output that is cut is no error" bash -o pipefail -c 'vminspect pages 1 | head -n 1'
check "nor is it of vmistat" bash -o pipefail -c 'vminspect watch 1 && vmistat 0.1 | head -n 3; vminspect unwatch 1'
refused "a full disk" 1 "cannot write: No space left on device" bash -c 'vminspect ps >/dev/full'
rmmod vminspect
refused "the module is missing" 1 "modprobe vminspect (or insmod vminspect.ko)" vminspect maps $$
insmod "$VMINSPECT_KO"
finish
