#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that is locked down, first for integrity, then for confidentiality: what was loaded before goes on, and tells
# frame numbers as pagemap does, but neither memory nor a kernel address. Nothing undoes this but a reboot, so it is run
# by name only, and last.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

switch=/sys/kernel/security/lockdown

is_locked_for() {
	echo "$1" >"$switch"
	grep -qF "[$1]" "$switch"
}

file_is_as_maps_is() {
	diff <(grep '^[0-9a-f]' "/proc/vminspect/$pid") "/proc/$pid/maps"
}

watches() {
	vminspect watch "$pid" period=100ms || return
	wait_for 60 grep -q " pid=$pid .* passes=[1-9]" /proc/vminspect/watches && vminspect unwatch "$pid"
}

tell_all() {
	local start

	start=$(cut -d - -f 1 "/proc/$pid/maps" | head -n 1)
	cat "/proc/vminspect/$pid" /proc/vminspect/watches /proc/vminspect/shadow &&
		vminspect maps "$pid" && vminspect pages "$pid" && vminspect tables "$pid" && vminspect tree "$pid" &&
		vminspect explain "$pid" "$start"
}

# An address of the kernel's half; the gate is one that every process sees.
no_kernel_address() {
	tell_all >"$scratch/told" || return
	! grep -E '\<(0x)?ffff[0-9a-f]{12}\>' "$scratch/told" | grep -v 'ffffffffff60[01]000'
}

loads_no_more() {
	rmmod vminspect && ! insmod "$VMINSPECT_KO" 2>"$scratch/err" && grep -q 'Operation not permitted' "$scratch/err"
}

doctor_says_why() {
	! vminspect doctor >"$scratch/told" || return
	grep -q '^WRONG  signatures .*locked down for confidentiality' "$scratch/told"
}

mountpoint -q /sys/kernel/security || mount -t securityfs none /sys/kernel/security
if [ ! -w "$switch" ]; then
	plan 1
	skip "a locked-down kernel" "lockdown (CONFIG_SECURITY_LOCKDOWN_LSM)"
	finish
fi
plan 11
stopped sleep 1000
check "no kernel address is told" no_kernel_address
for level in integrity confidentiality; do
	check "the kernel is locked down for $level" is_locked_for "$level"
	check "a file is as maps is" file_is_as_maps_is
	check "a watch begins, passes and ends" watches
	check "no kernel address is told" no_kernel_address
done
check "a module without a signature is not loaded any more" loads_no_more
check "and doctor says why" doctor_says_why
finish
