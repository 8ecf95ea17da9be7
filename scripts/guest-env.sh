# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Read by virtme-ng's first program in a guest, a bash script, before its own lines (BASH_ENV on the kernel's command
# line), and by no other. It has udev look at every device of the machine and load a driver for each: a third of the
# time that a guest takes to come up, for drivers that no test uses. Here only those of virtio are looked at, whose
# ports carry what the guest says; what else a test needs it loads itself.
unset BASH_ENV

udevadm() {
	case $* in
	trigger*devices*) command udevadm "$@" --subsystem-match=virtio --subsystem-match=virtio-ports ;;
	trigger*) ;;
	*) command udevadm "$@" ;;
	esac
}
