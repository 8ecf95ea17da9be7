# SPDX-License-Identifier: GPL-2.0
# The front door: each target hands over to one script or folder. `make help` lists them.
#
# KERNEL=6.1|6.12|7.2|debug  the kernel line to build for and to boot, fetched from Debian (scripts/kernel)
# KERNELDIR=FOLDER           builds for that kernel build folder with the compiler of this machine instead
# Given neither, the module is built for the running kernel if its headers are installed, else for 6.1.

ifndef KERNEL
KERNELDIR ?= $(wildcard /lib/modules/$(shell uname -r)/build)
endif
KERNEL ?= 6.1

.PHONY: all module userspace unit fuzz kselftest check check-all check-debug check-style check-static check-headers soak
.PHONY: bench demo install uninstall dkms-install dkms-uninstall deb clean help
all: module userspace ## the module and the programs

module: ## the module, to build/KERNEL/vminspect.ko (or build/RELEASE/ for the running kernel)
	@scripts/build-module $(if $(KERNELDIR),--kerneldir $(KERNELDIR),$(KERNEL))

userspace: ## the library and the programs
	@scripts/bootstrap --quiet userspace
	@$(MAKE) -C userspace

unit: ## the unit tests on this machine, under sanitizers: of module/core, the library and the programs
	@scripts/bootstrap --quiet userspace
	@$(MAKE) -C userspace/tests run
	@$(MAKE) -C userspace check

fuzz: ## the fuzz targets, SECONDS=60 each
	@scripts/bootstrap --quiet userspace check
	@$(MAKE) -C userspace/fuzz run SECONDS=$(or $(SECONDS),60)

kselftest: ## the guest tests on KERNEL, or those named in TESTS='storm procfs_file'
	@scripts/bootstrap
	@scripts/check --only guest $(KERNEL)

check: ## all checks: style, static, unit, fuzz, and the guest tests on KERNEL
	@scripts/bootstrap
	@scripts/check $(KERNEL)

check-all: ## all checks, with the guest tests on every kernel, and every other flavour compiled
	@scripts/bootstrap
	@scripts/check --all

check-debug: ## the guest tests on a kernel with KASAN, lockdep, kmemleak and more (its first build takes minutes)
	@scripts/bootstrap
	@scripts/check --only static --only guest debug

soak: ## the storms and fuzzers at length, for hours; writes docs/soak.md
	@scripts/bootstrap
	@scripts/soak $(KERNEL)

check-style: ## the rules of style, cppcheck, shellcheck
	@scripts/bootstrap check
	@scripts/check --only style

check-static: ## a build for KERNEL without a warning, sparse, exported symbols
	@scripts/bootstrap build
	@scripts/check --only static $(KERNEL)

check-headers: ## compiles the module for the flavours that no guest runs (-rt, -cloud, the next release)
	@scripts/bootstrap build
	@scripts/check --only headers

bench: ## measures against what a user has today, on KERNEL: a table and build/bench.json
	@scripts/bootstrap
	@scripts/bench $(KERNEL)

demo: ## boots KERNEL and shows the shadows of a few real programs
	@scripts/bootstrap build guest userspace demo
	@scripts/demo $(KERNEL)

install uninstall: ## the library, the programs and their manual pages, to DESTDIR and PREFIX
	@$(MAKE) -C userspace $@

dkms-install: ## the module by DKMS, for the running kernel (or RELEASE=...) and for each one installed later
	@scripts/bootstrap --quiet dkms
	@scripts/dkms-install $(RELEASE)

dkms-uninstall: ## takes it away from DKMS, for all kernels
	@scripts/dkms-install --remove

deb: ## Debian packages, to build/deb: the module for DKMS, the programs, the library and what builds with it
	@scripts/bootstrap --quiet userspace deb
	@scripts/make-deb

clean: ## removes what was built (what was fetched stays in ~/.cache/vminspect)
	@rm -rf build

help: ## this list
	@sed -n 's/^\([a-z -]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16
