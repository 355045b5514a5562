# SPDX-License-Identifier: GPL-2.0-or-later
#
# The front door; Meson does the building. A fresh machine needs nothing but
# make and this tree: `make try` and `make check` fetch the rest.
#
#   make            build into build/
#   make setup      install what building and testing needs (asks for root only
#                   if something is missing)
#   make try        all of it, then try examples/hello/hello.c in a throw-away
#                   kernel
#   make check      all of it, then every test; the last line is the count
#   make cli-update rewrite the expectations of tests/cli from what happens now
#   make readme     rewrite the transcripts of README.md, and its table of
#                   examples, from what happens now
#   make asan       the tests under the address and undefined sanitizers
#   make clang      compile all of it with clang, warnings are errors
#   make tidy       clang-tidy and gcc -fanalyzer
#   make fuzz-smoke a short run of every fuzzer
#   make oracle     CASES=10000 broken modules, given to every kernel at hand
#                   and to lkm check: where they differ (resumable, an hour)
#   make bench      what is measured against whom, and by how much
#   make install    DESTDIR=, PREFIX=/usr/local, REPLACE_KMOD=false
#   make uninstall  what that put, with the same DESTDIR, PREFIX, REPLACE_KMOD
#   make clean
#   make help
#
# BUILD=folder chooses another build folder. CI=true turns warnings into errors
# and installs what some tests need, which are skipped without it.

BUILD ?= build
PREFIX ?= /usr/local
REPLACE_KMOD ?= false
CASES ?= 10000
LKM = $(BUILD)/tools/lkm
SETUP := scripts/setup $(if $(filter-out false 0,$(CI)),--ci)
WERROR := $(if $(filter-out false 0,$(CI)),true,false)

all: $(BUILD)/build.ninja
	ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@command -v meson >/dev/null || { \
		echo "meson is missing: 'make setup' installs it" >&2; exit 3; }
	meson setup $(BUILD) -Dwerror=$(WERROR)

setup:
	$(SETUP)

# What is built needs what setup installs, so these are sequences, no graph.
# The kernel is one that is here, or one fetched without root into the user's
# cache; where neither can be had, the tests that need it say so and are
# counted as skipped.
try:
	$(SETUP)
	$(MAKE) --no-print-directory all
	scripts/kernel-at-hand --fetch $(LKM)
	$(LKM) try examples/hello/hello.c
	@echo
	@echo "That was $(LKM), which 'make install' puts into $(PREFIX)/bin."
	@echo "Next, a module of yours: $(LKM) try FILE.c"
	@echo "or the lesson, if you have never written one: $(LKM) tour"
	@echo "and what a refusal looks like: $(LKM) try tests/bad/vermagic.c"

check:
	$(SETUP)
	$(MAKE) --no-print-directory all
	scripts/kernel-at-hand --fetch $(LKM) || true
	$(if $(filter-out false 0,$(CI)),$(LKM) kernel get --arch arm64 6.1-cloud || true)
	scripts/check $(BUILD)

cli-update: all
	tests/cli/run --update $(BUILD) $(CASE)

readme: all
	scripts/kernel-at-hand --fetch $(LKM) >$(BUILD)/kernel
	LKM_TEST_KERNEL_ROOT=$$(sed -n 1p $(BUILD)/kernel) \
		LKM_TEST_KERNEL=$$(sed -n 2p $(BUILD)/kernel) \
		scripts/check-readme --update $(BUILD)
	LKM_TEST_KERNEL_ROOT=$$(sed -n 1p $(BUILD)/kernel) \
		LKM_TEST_KERNEL=$$(sed -n 2p $(BUILD)/kernel) \
		scripts/examples --update $(BUILD)

asan:
	[ -f $(BUILD)/asan/build.ninja ] || meson setup $(BUILD)/asan \
		-Db_sanitize=address,undefined -Db_lundef=false -Dwerror=$(WERROR)
	ninja -C $(BUILD)/asan
	scripts/check $(BUILD)/asan

clang:
	[ -f $(BUILD)/clang/build.ninja ] || \
		CC=clang meson setup $(BUILD)/clang -Dwerror=true
	ninja -C $(BUILD)/clang

tidy: all
	scripts/tidy $(BUILD)

fuzz-smoke:
	scripts/fuzz-smoke $(BUILD)

oracle: all
	tests/oracle/oracle run -B $(BUILD) -n $(CASES)
	tests/oracle/oracle bulk -B $(BUILD)
	tests/oracle/oracle chain -B $(BUILD) -n 150
	tests/oracle/oracle signatures -B $(BUILD) -n 1000
	tests/oracle/oracle compare -B $(BUILD)
	tests/oracle/witness $(BUILD) -k ''
	tests/oracle/refusals $(BUILD) -k ''

bench: all
	bench/run $(BUILD)

install: all
	meson configure $(BUILD) -Dprefix=$(PREFIX) \
		-Dreplace-kmod=$(REPLACE_KMOD)
	meson install -C $(BUILD)

uninstall: all
	meson configure $(BUILD) -Dprefix=$(PREFIX) \
		-Dreplace-kmod=$(REPLACE_KMOD)
	ninja -C $(BUILD)
	scripts/uninstall $(BUILD) '$(DESTDIR)'

clean:
	rm -rf $(BUILD)

help:
	@sed -n '/^#   make/,/^#$$/s/^#   //p' Makefile

.PHONY: all setup try check cli-update readme asan clang tidy
.PHONY: fuzz-smoke oracle bench install uninstall clean help
