# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts share: where things are, how to speak, the kernel table, Debian's mirror, and commands run inside a
# Debian tree. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${VMINSPECT_CACHE:-$HOME/.cache/vminspect}

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# need_root SELF ARGS...: goes on as root, by sudo where that is needed.
need_root() {
	[ "$EUID" -eq 0 ] && return
	command -v sudo >/dev/null || die "must run as root (there is no sudo here)"
	exec sudo env VMINSPECT_CACHE="$cache" VMINSPECT_ACCEL="${VMINSPECT_ACCEL:-}" "$@"
}

# What root made for a user who came by sudo is handed back to that user.
give_back() {
	[ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-0}" "$@"
}

# quietly LOG CMD...: runs CMD with its output in LOG, whose end is shown if CMD fails.
quietly() {
	local log=$1 status=0

	shift
	"$@" >"$log" 2>&1 </dev/null || status=$?
	[ "$status" -eq 0 ] || tail -n 20 "$log" >&2
	return "$status"
}

# younger_than MINUTES FILE
younger_than() {
	[ -n "$(find "$2" -maxdepth 0 -mmin "-$1" 2>/dev/null)" ]
}

# --- the kernel table -------------------------------------------------------------------------------------------------

# matrix_lines USE: the lines of that use, oldest first.
matrix_lines() {
	awk -v use="$1" '!/^#/ && $4 == use { print $1 }' "$root/scripts/matrix.txt"
}

# matrix_row LINE: sets tree_suite, compiler, kernel_use and release_pattern.
matrix_row() {
	# shellcheck disable=SC2034 # the callers read them
	read -r tree_suite compiler kernel_use release_pattern < <(
		awk -v line="$1" '!/^#/ && $1 == line { print $2, $3, $4, $5 }' "$root/scripts/matrix.txt") ||
		die "no kernel line $1; scripts/matrix.txt has:" \
			"$(matrix_lines boot)" "$(matrix_lines debug)" "$(matrix_lines build)"
}

# kernel_home LINE: where the newest fetched kernel of LINE lies: files release, image and, for guests, /lib/modules.
kernel_home() {
	readlink -e "$cache/kernels/$1/current"
}

# config_key: names the configuration of the debug kernel; changes with it.
config_key() {
	sha256sum <"$root/scripts/debug-kernel.config" | cut -c 1-8
}

# --- Debian's mirror and trees ----------------------------------------------------------------------------------------

host_suite() {
	# shellcheck disable=SC1091 # the host's own
	(. /etc/os-release && echo "${VERSION_CODENAME:?}")
}

# mirror_of SUITE: the address from which the host's own apt takes SUITE, as apt reads its sources, whatever their form.
mirror_of() {
	local address

	# shellcheck disable=SC2016 # apt's own variables
	address=$(apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk -v suite="$1" '$2 == suite && !seen++ { print $1 }')
	case $address in
	mirror+file:*) grep -m 1 -oE '^https?://[^[:space:]]+' "${address#mirror+file:}" ;;
	*) echo "$address" ;;
	esac
}

tree_of() {
	echo "$cache/trees/$1"
}

# in_tree TREE CMD...: runs CMD as root inside TREE, with this checkout at its own path. The mounts are made in a name
# space of their own, so nothing is left behind however this ends.
in_tree() {
	local tree=$1 private=(--mount)

	shift
	mkdir -p "$tree$root"
	# Inside a chroot / is no mount, and cannot be made private; TREE itself can.
	unshare --mount true 2>/dev/null || private+=(--propagation unchanged)
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare "${private[@]}" bash -euc '
		tree=$1 root=$2
		shift 2
		mount --bind --make-rprivate "$tree" "$tree"
		mount -t proc proc "$tree/proc"
		mount --rbind /dev "$tree/dev"
		mount --bind "$root" "$tree$root"
		exec chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
			DEBIAN_FRONTEND=noninteractive TERM=dumb "$@"
	' in_tree "$tree" "$root" "$@"
}

# lock_tree MODE SUITE: holds SUITE's tree from here on, shared (-s) to build in it or exclusive (-x) to change it.
lock_tree() {
	mkdir -p "$cache/trees"
	exec {tree_lock}>>"$cache/trees/$2.lock"
	flock -n "$1" "$tree_lock" && return
	say "waiting for another user of the $2 tree"
	flock "$1" "$tree_lock"
}

# --- this checkout ----------------------------------------------------------------------------------------------------

# sources KIND: the files of this checkout (those that git knows or would add) of a kind: c, shell, make, code
# (these and python) or all text (the fuzzers' corpus is data).
sources() {
	case $1 in
	c) our_files | grep -E '\.[ch]$' ;;
	code) sources c && sources shell && sources make && our_files | grep -E '\.py$' ;;
	make) our_files | grep -E '(^|/)(Makefile|Kbuild)[^/]*$|\.mk$' ;;
	shell) our_files | while read -r file; do
		[[ $file == *.sh ]] || head -n 1 "$file" | grep -qE '^#! ?/.*\b(ba)?sh\b' && echo "$file"
	done ;;
	all) our_files | grep -v /corpus/ | xargs grep -lI '' ;;
	esac || :
}

our_files() {
	git -C "$root" -c safe.directory='*' ls-files -co --exclude-standard --deduplicate |
		while read -r file; do [ ! -f "$root/$file" ] || echo "$file"; done
}
