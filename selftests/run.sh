#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the selftests on the running kernel and prints KTAP: one nested result for each behaviour, and after those of
# a program one more that says whether the kernel's log stayed clean. A hung program is killed and what it did not
# report counts as failed. Status 0 only when nothing failed; skips name what is missing and never hide a failure.
#
#   TESTS="name …"    programs to run (default: all)
#   OUTPUT            where they were built (default: build/selftests of the tree, else this folder)
#   VMINSPECT_KO      the module (default: build/KERNEL/vminspect.ko); loaded if it is not, and then unloaded at the end
#   V=1               what passing tests say is printed as well
#   TEST_TIMEOUT      seconds a program may take (default: the one of `settings`)
#   TESTS_UNTIL       when the last program may begin, in seconds since the epoch; those that would be later are skipped
#   TESTS_LAST_FIRST  not empty: from the last program to the first, so that two runs cut short have run all
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")

# What a kernel says when something is wrong. Lines of our own module at error level are looked for as well.
SPLAT='BUG:|BUG at|WARNING:|Oops|general protection|unable to handle|Call Trace|KASAN|KFENCE|UBSAN|kmemleak:|refcount_t:|'
SPLAT+='possible circular locking|possible recursive locking|inconsistent lock|suspicious RCU|soft lockup|hard LOCKUP|'
SPLAT+='hung task|blocked for more than|rcu_preempt detected|rcu_sched detected|scheduling while atomic|sleeping function|'
SPLAT+='Bad page|Bad rss|bad pmd|bad pte|bad page map|page allocation failure|list_add corruption|list_del corruption|'
SPLAT+='proc_dir_entry .* already registered|leaking at least|Objects remaining|debugobjects|ODEBUG|stack segment|Kernel panic'

kernel_name() {
	case $(uname -r) in
	6.1.*) echo 6.1 ;;
	6.12.*) echo 6.12 ;;
	7.2.*) echo 7.2 ;;
	*) uname -r ;;
	esac
}

find_output() {
	local folder

	for folder in "${OUTPUT:-}" "$top/build/selftests" "$here"; do
		if [ -n "$folder" ] && [ -x "$folder/procfs_layouts" ]; then
			echo "$folder"
			return
		fi
	done
}

# The programs that are tests: those whose source uses the harness; without sources all but the helpers. After them the
# scripts that test the programs of userspace/, which stand beside the sources.
all_tests() {
	local source

	all_programs
	for source in "$here"/tools_*.sh; do
		[ ! -x "$source" ] || basename "$source"
	done
}

all_programs() {
	local source program

	grep -l '^TEST_HARNESS_MAIN' "$here"/*.c 2>/dev/null | while read -r source; do
		basename "$source" .c
	done | grep . && return
	for program in "$output"/*; do
		case ${program##*/} in
		self_entry | spots | switcher | workload | *.sh) ;;
		*) [ ! -f "$program" ] || [ ! -x "$program" ] || echo "${program##*/}" ;;
		esac
	done
}

# path_of NAME: of a program or a script.
path_of() {
	case $1 in
	*.sh) echo "$here/$1" ;;
	*) echo "$output/$1" ;;
	esac
}

# Debian's 7.2 runs DAMON from boot on, which clears the accessed bits of pages that it samples; tests count them.
damon_knob=/sys/module/damon_stat/parameters/enabled

quiet_damon() {
	damon_before=$(cat "$damon_knob" 2>/dev/null) || return 0
	echo N >"$damon_knob"
}

restore_damon() {
	[ -z "$damon_before" ] || echo "$damon_before" >"$damon_knob"
}

# khugepaged gives a process other frames between one look at it and the next, even if it is stopped. Quiet, it takes
# nothing that is not whole already and, having looked around once more, rests for a day.
khugepaged=/sys/kernel/mm/transparent_hugepage/khugepaged

khugepaged_settings() {
	cat $khugepaged/max_ptes_none $khugepaged/scan_sleep_millisecs 2>/dev/null
}

# set_khugepaged MAX_PTES_NONE SCAN_SLEEP_MILLISECS
set_khugepaged() {
	[ -z "${1:-}" ] || { echo "$1" >$khugepaged/max_ptes_none && echo "$2" >$khugepaged/scan_sleep_millisecs; }
}

# In a storm it does as it likes.
khugepaged_for() {
	case $1 in
	*storm*) set_khugepaged "${khugepaged_before[@]}" ;;
	*) set_khugepaged ${khugepaged_before:+0 86400000} ;;
	esac
}

# The emulator QEMU (7.2 for one) can go on executing an instruction that another processor has patched meanwhile: a
# breakpoint that the kernel put there for the time of patching is then hit for ever, on a processor that does nothing
# else any more. Loading and unloading patches the sites of tracepoints where nobody else listens. In an emulated guest
# two others do while tests run, who record nothing; real processors and KVM need none of this.
tracing=/sys/kernel/tracing
listeners=$tracing/instances/vminspect-selftest

set_listeners() {
	local event

	for event in task/task_newtask sched/sched_process_exit vmscan/mm_vmscan_kswapd_wake \
		vmscan/mm_vmscan_direct_reclaim_begin vmscan/mm_vmscan_memcg_reclaim_begin; do
		echo "$1" >"$tracing/events/$event/enable"
		echo "$1" >"$listeners/events/$event/enable"
	done
}

begin_listening() {
	grep -q 'QEMU TCG' /proc/cpuinfo && [ -d $tracing/instances ] && mkdir $listeners || return 0
	echo 0 >$tracing/tracing_on
	echo 0 >$listeners/tracing_on
	set_listeners 1
}

# In vain on a kernel that has been locked down in the meantime.
end_listening() {
	[ -d $listeners ] || return 0
	set_listeners 0
	rmdir $listeners
} 2>/dev/null

bail_out() {
	echo "Bail out! $*"
	exit 1
}

# kernel_log_since MARK: what came after the mark, all of it when the mark was pushed out of the buffer.
kernel_log_since() {
	dmesg --raw | awk -v mark="$1" '
		index($0, mark) { n = 0; next }
		{ line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }'
}

# Lines that must not be there: splats and errors of the module, but for those that a test announced (lib/announce.h):
# errors that hold a text, and the first stack trace after each line that holds one.
bad_lines() {
	kernel_log_since "$1" | awk -v splat="$SPLAT" '
		/vminspect-selftest: expect: / { sub(/.*expect: /, ""); expected[$0] = 1; next }
		/vminspect-selftest: expect trace after: / { sub(/.*trace after: /, ""); traced[$0] = 1; next }
		/vminspect-selftest: / { next }
		{
			for (text in traced)
				if (index($0, text))
					traces = 1
		}
		/Call Trace:/ && traces { traces = 0; next }
		$0 ~ splat { print; next }
		/^<[0-3]>.*vminspect: / {
			for (text in expected)
				if (index($0, text))
					next
			print
		}'
}

# log_is_clean MARK PREFIX: shows what the kernel said from the first bad line on.
log_is_clean() {
	local bad

	bad=$(bad_lines "$1")
	[ -n "$bad" ] || return 0
	kernel_log_since "$1" | grep -F -A 120 -m 1 -e "$(head -n 1 <<<"$bad")" | sed "s/^/$2/"
	return 1
}

# Results of one program, read from its output: rewrites them as nested KTAP and counts them.
report() {
	local log=$1 name="" line result rest seen=0 planned=0 kept=""

	while IFS= read -r line; do
		case $line in
		1..*) planned=${line#1..}; planned=${planned%% *} ;;
		"#  RUN "*) name=${line##*RUN}; name=${name% ...}; name=${name##* }; kept="" ;;
		"ok "*" # SKIP"* | "ok "* | "not ok "*)
			seen=$((seen + 1))
			result=ok; rest=${line#ok }
			[ "$rest" != "$line" ] || { result="not ok"; rest=${line#not ok }; }
			rest=${rest#* }
			if [[ $rest == *"# SKIP"* ]]; then
				skipped=$((skipped + 1))
				echo "  ok $seen ${name:-${rest%% \# SKIP*}} # SKIP ${rest#*# SKIP }"
			elif [ "$result" = ok ]; then
				passed=$((passed + 1))
				[ -z "${V:-}" ] || printf '%s' "$kept"
				echo "  ok $seen ${name:-$rest}"
			else
				failed=$((failed + 1))
				printf '%s' "$kept"
				echo "  not ok $seen ${name:-$rest}"
			fi
			kept="" ;;
		*) kept+="  # ${line#\# }"$'\n' ;;
		esac
	done <"$log"
	if [ "$seen" -lt "$planned" ] || [ "$planned" -eq 0 ]; then
		printf '%s' "$kept"
	fi
	results=$seen
	missing=$((planned - seen))
}

# Nothing is ever read from this; waiting for it costs no process, which on a debug kernel takes a tenth of a second.
exec {never}<> <(:)

pause() {
	read -r -t "$1" -u "$never" || :
}

# False once a job of ours has ended, whether the shell has been told so or not: it may miss that while it runs nothing
# but its own commands, and then would never hear of it.
is_running() {
	local stat

	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ ${stat##*) } != Z* ]]
}

# Waits for a job that `timeout` should have ended; one that cannot be killed hangs in the kernel.
wait_bounded() {
	local pid=$1 deadline=$((SECONDS + $2))

	while is_running "$pid"; do
		if [ "$SECONDS" -ge "$deadline" ]; then
			echo w >/proc/sysrq-trigger
			dmesg | tail -n 60 | sed 's/^/# /'
			bail_out "$3 cannot be killed: it hangs in the kernel"
		fi
		pause 0.2
	done
	wait "$pid"
}

# One more nested result of the program being run.
own_result() {
	results=$((results + 1))
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "  ok $results $2"
	else
		failed=$((failed + 1))
		echo "  not ok $results $2"
	fi
}

# Runs one program and judges it; prints its results, counts them in `results`.
judge_program() {
	local name=$1 mark log status before=$failed

	log=$work/$name.log
	mark="vminspect-selftest: $$ begin $name"
	echo "$mark" >/dev/kmsg
	(cd "$work" && exec timeout -k 10 "$limit" "$(path_of "$name")") >"$log" 2>&1 </dev/null &
	wait_bounded $! $((limit + 60)) "$name"
	status=$?
	report "$log"
	if [ "$missing" -gt 0 ] || [ "$results" -eq 0 ]; then
		own_result 1 "$name reports all its results (status $status, $missing are missing)"
	elif [ "$status" -ne 0 ] && [ "$status" -ne 4 ] && [ "$failed" -eq "$before" ]; then
		own_result 1 "$name ends with status 0 (it was $status)"
	fi
	log_is_clean "$mark" "  # "
	own_result $? "$name leaves the kernel log clean"
}

run_program() {
	local name=$1 number=$2 before=$failed verdict=ok start=$SECONDS

	khugepaged_for "$name"
	judge_program "$name" >"$work/nested"
	[ "$failed" -eq "$before" ] || verdict="not ok"
	printf '  KTAP version 1\n  1..%d\n' "$results"
	cat "$work/nested"
	echo "# $name took $((SECONDS - start)) s"
	echo "$verdict $number $name"
}

# The time given may have passed; what was not run is told as skipped, one by one.
skip_program() {
	skipped=$((skipped + 1))
	echo "ok $2 $1 # SKIP not begun: the time given for the tests has passed"
}

has_time() {
	[ "$EPOCHSECONDS" -lt "${TESTS_UNTIL:-$((EPOCHSECONDS + 1))}" ]
}

# tests_in_order: their names.
tests_in_order() {
	# shellcheck disable=SC2086 # names without blanks
	printf '%s\n' ${TESTS:-$(all_tests)} | if [ -n "${TESTS_LAST_FIRST:-}" ]; then tac; else cat; fi
}

# Bits of /proc/sys/kernel/tainted that loading any module of ours sets: out of tree, unsigned.
taint_besides_ours() {
	echo $(($(cat /proc/sys/kernel/tainted) & ~(4096 | 8192)))
}

# --- after the programs -----------------------------------------------------------------------------------------------

final_result() {
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $number $2"
	else
		failed=$((failed + 1))
		echo "not ok $number $2"
	fi
}

# The second of two scans reports what the first one found unreferenced, if it is older than five seconds.
scan_for_leaks() {
	sleep 6
	{ echo scan && echo scan; } 2>/dev/null >$kmemleak
}

# On a debug kernel: whatever leaked before is not ours; kmemleak must not have given up in the meantime.
start_leak_search() {
	[ -w $kmemleak ] && scan_for_leaks && echo clear >$kmemleak && leak_search=yes
}

# Without what the kernel itself loses: the name of a cache's kobject when sysfs_slab_add() finds no memory, which
# allocation_failures has happen.
without_known_leaks() {
	awk '
		function flush() {
			if (record !~ / sysfs_slab_add\+/)
				printf "%s", record
			record = ""
		}
		/^unreferenced object / { flush() }
		{ record = record $0 "\n" }
		END { flush() }'
}

leaks_result() {
	local leaks

	[ -n "$leak_search" ] || return
	leaks=$(scan_for_leaks && without_known_leaks <$kmemleak || echo "kmemleak does not work any more")
	[ -z "$leaks" ] || head -n 120 <<<"$leaks" | sed 's/^/# /'
	final_result "$([ -z "$leaks" ]; echo $?)" "kmemleak finds nothing $1"
}

lockdep_is_on() {
	grep -q '^ debug_locks: *1' /proc/lockdep_stats
}

unload_result() {
	local mark="vminspect-selftest: $$ unloading" status=0

	[ -n "$loaded_by_us" ] || return
	echo "$mark" >/dev/kmsg
	[ ! -e /sys/module/vminspect ] || rmmod vminspect || status=1
	log_is_clean "$mark" "# " || status=1
	final_result $status "the module is unloaded and leaves the kernel log clean"
}

# A warning of lockdep is its last: if there was one that no program was blamed for, it is off.
health_results() {
	local taint

	[ -z "$lockdep" ] || { lockdep_is_on; final_result $? "lockdep has nothing to complain of"; }
	taint=$(taint_besides_ours)
	final_result $((taint != taint_before)) "the kernel is not tainted (was $taint_before, is $taint)"
}

# How many final_result calls there will be.
final_count() {
	echo $((1 + (${#loaded_by_us} > 0) + (${#lockdep} > 0) + 2 * (${#leak_search} > 0)))
}

[ "$(id -u)" -eq 0 ] || bail_out "must be run as root"
output=$(find_output)
[ -n "$output" ] || bail_out "the tests are not built: make -C selftests"
export VMINSPECT_KO=${VMINSPECT_KO:-$top/build/$(kernel_name)/vminspect.ko}
limit=${TEST_TIMEOUT:-$(sed -n 's/^timeout=//p' "$here/settings")}
work=$(mktemp -d)
chmod 755 "$work"
quiet_damon
mapfile -t khugepaged_before < <(khugepaged_settings)
trap 'rm -rf "$work"; restore_damon; set_khugepaged "${khugepaged_before[@]}"; end_listening' EXIT
passed=0 failed=0 skipped=0 results=0 missing=0
taint_before=$(taint_besides_ours)
kmemleak=/sys/kernel/debug/kmemleak
leak_search='' lockdep='' loaded_by_us=''
start_leak_search
# A kernel with lockdep is a debug kernel, many times slower.
[ ! -e /proc/lockdep_stats ] || { lockdep=yes && limit=$((limit * 5)); }
if [ ! -e /proc/vminspect ]; then
	insmod "$VMINSPECT_KO" || bail_out "cannot load $VMINSPECT_KO"
	loaded_by_us=yes
fi

begin_listening
tests=()
for name in $(tests_in_order); do
	[ -x "$(path_of "$name")" ] || bail_out "$(path_of "$name") is not built"
	tests+=("$name")
done
echo "KTAP version 1"
echo "1..$((${#tests[@]} + $(final_count)))"
number=0
for name in "${tests[@]}"; do
	number=$((number + 1))
	if has_time; then
		run_program "$name" "$number"
	else
		skip_program "$name" "$number"
	fi
done
leaks_result "while the module is loaded"
unload_result
leaks_result "after the module is gone"
health_results
echo "# Totals: pass:$passed fail:$failed skip:$skipped"
[ "$failed" -eq 0 ]
