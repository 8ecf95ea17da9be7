#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where the kernel's LRU has the pages of a process: against kpageflags while it is the classic one, against the counts
# of debugfs's lru_gen while it is MGLRU.
# shellcheck disable=SC2317 # functions are called by check
# shellcheck source=selftests/lib/tools.sh
. "$(dirname "$0")/lib/tools.sh"
set -u

knob=/sys/kernel/mm/lru_gen/enabled
generations=/sys/kernel/debug/lru_gen
group=/sys/fs/cgroup/vminspect-lru-$$
enabled=$(cat "$knob" 2>/dev/null)

put_back() {
	echo "$enabled" >"$knob"
	clean_up
	wait 2>/dev/null
	[ ! -d "$group" ] || rmdir "$group"
}

# 16 MiB, of which a quarter is locked; 8 MiB more each time that it is told to.
program='
import ctypes, mmap, os, signal
areas = []
def more(size):
    area = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, size, 4096): area[at] = 1
    areas.append(area)
    return ctypes.addressof(ctypes.c_char.from_buffer(area))
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
start = more(16 << 20)
ctypes.CDLL(None).mlock(ctypes.c_void_p(start + (12 << 20)), ctypes.c_size_t(4 << 20))
os.write(1, b"ready\n")
while signal.sigwait({signal.SIGUSR1}):
    more(8 << 20)
    os.write(1, b"did\n")'

# start_process GROUP: in that cgroup; sets pid; its words come by the file descriptor said.
start_process() {
	local word words=$scratch/words.${1##*/}

	mkfifo "$words"
	(echo $BASHPID >"$1/cgroup.procs" && exec python3 -c "$program" >"$words") &
	pid=$!
	children+=("$pid")
	exec {said}<"$words"
	read -r word <&"$said" && [ "$word" = ready ]
}

# Until the process has done what it is told to; it is stopped afterwards.
tell() {
	local word

	kill -USR1 "$pid" && kill -CONT "$pid" && read -r word <&"$said" && [ "$word" = did ] && kill -STOP "$pid"
}

# What flags say of every frame, before and after us: of those that stayed as they were we must tell just that.
compare_kpageflags() {
	python3 - "$pid" <<-'EOP'
		import collections, json, struct, subprocess, sys
		LRU, ACTIVE, UNEVICTABLE = 5, 6, 18
		def runs():
		    told = subprocess.run(["vminspect", "pages", "-j", "-R", sys.argv[1]], check=True,
		                          stdout=subprocess.PIPE)
		    return [run for run in json.loads(told.stdout)["runs"]
		            if run["state"] == "present" and run["kind"] in ("anon", "file", "shmem")]
		def lru_of(flags):
		    if flags >> UNEVICTABLE & 1: return "unevictable"
		    if not flags >> LRU & 1: return None
		    return "active" if flags >> ACTIVE & 1 else "inactive"
		def lrus(runs):
		    with open("/proc/kpageflags", "rb", 0) as file:
		        def flags(frame):
		            file.seek(frame * 8)
		            return struct.unpack("Q", file.read(8))[0]
		        return {frame: lru_of(flags(frame))
		                for run in runs for frame in range(run["frame"], run["frame"] + run["pages"])}
		before = lrus(runs())
		told = runs()
		after = lrus(told)
		seen, wrong = collections.Counter(), 0
		for run in told:
		    for frame in range(run["frame"], run["frame"] + run["pages"]):
		        theirs = after[frame]
		        if before.get(frame) != theirs: continue
		        seen[theirs] += 1
		        if run["lru"] != theirs:
		            wrong += 1
		            print(run["start"], hex(frame), run["lru"], "where kpageflags says", theirs)
		print(dict(seen))
		sys.exit(wrong != 0 or min(seen[lru] for lru in ("active", "inactive", "unevictable")) < 1000)
	EOP
}

# scores_tell KIND: what a watch compares its policies with.
scores_tell() {
	local status

	vminspect watch "$pid" mode=passive period=100ms || return
	wait_for 60 all_scores_are "$1"
	status=$?
	vminspect unwatch "$pid" >/dev/null
	return "$status"
}

all_scores_are() {
	vminspect compare -j "$pid" >"$scratch/scores" && [ "$(json "{s['lru'] for s in it['scores']}" \
		<"$scratch/scores")" = "{'$1'}" ]
}

switch() {
	echo "$1" >"$knob" && grep -q "$2" "$knob"
}

make_group() {
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control && mkdir "$group"
}

start_in_group() {
	make_group && start_process "$group" && kill -STOP "$pid"
}

group_number() {
	awk -v path="/${group##*/}" '$1 == "memcg" && $3 == path { print $2 }' "$generations"
}

# "NODE YOUNGEST" for each node of the group's.
youngest_generations() {
	awk -v number="$(group_number)" '
		$1 == "memcg" || $1 == "node" { if (mine && node != "") print node, seq; node = "" }
		$1 == "memcg" { mine = $2 == number; next }
		$1 == "node" { node = $2; next }
		{ seq = $1 }
		END { if (mine && node != "") print node, seq }' "$generations"
}

# A new youngest generation on each node.
age_group() {
	local node youngest

	youngest_generations >"$scratch/youngest"
	[ -s "$scratch/youngest" ] || return
	while read -r node youngest; do
		echo "+ $(group_number) $node $youngest 1 1" >"$generations" || return
	done <"$scratch/youngest"
}

# compare_generations AGES: the group's anonymous pages by how far their generation is from the youngest, against those
# that we tell; there are pages in so many generations.
compare_generations() {
	vminspect pages -j -R "$pid" >"$scratch/pages.json" && cat "$generations" >"$scratch/generations" &&
		python3 - "$scratch/pages.json" "$scratch/generations" "$(group_number)" "$1" <<-'EOP'
			import collections, json, sys
			ours, theirs, mine, node = collections.Counter(), collections.Counter(), False, []
			for run in json.load(open(sys.argv[1]))["runs"]:
			    if run["kind"] in ("anon", "huge-2m") and (run["lru"] or "").startswith("gen-"):
			        ours[int(run["lru"][4:])] += run["pages"]
			def count():
			    youngest = max((seq for seq, _ in node), default=0)
			    for seq, pages in node: theirs[youngest - seq] += pages
			for line in open(sys.argv[2]):
			    words = line.split()
			    if words[0] in ("memcg", "node"):
			        count()
			        node = []
			    if words[0] == "memcg":
			        mine = words[1] == sys.argv[3]
			    elif words[0] != "node" and mine:
			        node.append((int(words[0]), int(words[2].rstrip("x"))))
			count()
			print("ours", dict(ours), "theirs", dict(theirs))
			# Less than a batch of pages can be on their way from one list to another, on each processor.
			wrong = [age for age in range(4) if abs(ours[age] - theirs[age]) > 64]
			sys.exit(bool(wrong) or len([age for age in ours if ours[age] > 500]) < int(sys.argv[4]))
		EOP
}

# What comes between is younger than what was there.
age_and_add() {
	age_group && tell && age_group && tell && compare_generations 2
}

plan 7
if [ -z "$enabled" ] || [ ! -r "$generations" ]; then
	for name in $(seq 7); do
		skip "MGLRU, $name" "missing: CONFIG_LRU_GEN"
	done
	finish
fi
trap put_back EXIT
# What MGLRU had in young generations is active when it is switched off; what comes afterwards begins as inactive.
switch Y 0x0007
start_process /sys/fs/cgroup
switch N 0x0000
tell
check "the classic LRU's lists are those of kpageflags" compare_kpageflags
check "policies are compared with the classic LRU" scores_tell classic
check "MGLRU is switched on under a process that is there" switch Y 0x0007
check "policies are compared with MGLRU then" scores_tell mglru
check "a process has a cgroup of its own" start_in_group
check "MGLRU's generations are those of lru_gen" compare_generations 1
check "they are so when some pages are younger than others" age_and_add
finish
