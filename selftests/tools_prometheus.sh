#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A real Prometheus, with the example files: it takes the daemon's page, and answers questions about it.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
# shellcheck source=selftests/lib/daemon.sh
. "$(dirname "$0")/lib/daemon.sh"
set -u

examples=$here/../userspace/examples/prometheus
address=127.0.0.1:9090

page_is_accepted() {
	page >"$scratch/page" && promtool check metrics <"$scratch/page"
}

# With the example files, but quicker.
start_prometheus() {
	cp "$examples"/*.yml "$scratch" && sed -i 's/ 15s$/ 1s/' "$scratch/scrape.yml" &&
		printf 'global:\n  evaluation_interval: 1s\n' >>"$scratch/scrape.yml" &&
		promtool check config "$scratch/scrape.yml" || return
	prometheus --config.file="$scratch/scrape.yml" --storage.tsdb.path="$scratch/tsdb" \
		--web.listen-address="$address" 2>"$scratch/prometheus.log" &
	children+=($!)
}

# answers QUERY TEXT
answers() {
	promtool query instant "http://$address" "$1" >"$scratch/answer" 2>&1
	grep -q -- "$2" "$scratch/answer"
}

# comes NAME QUERY TEXT
comes() {
	local status=0

	wait_for 180 answers "$2" "$3" || status=$?
	cat "$scratch/answer" >"$scratch/log"
	[ "$status" -eq 0 ] || tail -n 20 "$scratch/prometheus.log" >>"$scratch/log"
	result "$status" "$1"
}

if ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null; then
	plan 1
	skip "Prometheus collects what the daemon serves" "prometheus (Debian package of that name)"
	finish
fi
plan 6
stopped python3 -c 'import time; time.sleep(1000)'
kill -CONT "$pid"
vminspect watch "$pid" period=200ms window=50ms >/dev/null
check "the daemon starts" start_daemon --interval 1
check "promtool accepts the page" page_is_accepted
check "Prometheus takes the example configuration" start_prometheus
comes "it collects the page" 'vminspect_module_loaded == 1' 'vminspect_module_loaded'
comes "with what the watch has found" 'vminspect_watch_resident_bytes > 0' "pid=\"$pid\""
comes "a rule has results" 'instance:vminspect_idle_bytes:sum > 0' 'instance="127.0.0.1:9822"'
finish
