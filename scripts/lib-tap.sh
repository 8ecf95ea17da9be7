# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For scripts that test scripts: results as TAP, and a directory for the work, $work. What the script under test said
# stands in $work/said.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failures=0

# result STATUS NAME
result() {
	count=$((count + 1))
	[ "$1" -eq 0 ] && echo "ok $count - $2" && return
	failures=$((failures + 1))
	sed 's/^/# /' "$work/said"
	echo "not ok $count - $2"
}

# The end; fails when a result did.
finish() {
	echo "1..$count"
	[ $failures -eq 0 ]
}
