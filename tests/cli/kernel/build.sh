# SPDX-License-Identifier: GPL-2.0-or-later
# build, of a source that has nothing of a kernel but its Makefile: what is
# made of it, and what is left when it cannot be.
for p in gcc make ld flex bison bc perl tar gzip xz lz4; do
	command -v $p >/dev/null || { echo "no $p"; exit 77; }
done
echo '#include <libelf.h>' | gcc -fsyntax-only -x c - 2>/dev/null ||
	{ echo "no libelf.h"; exit 77; }
export LKM_CACHE="$PWD/cache"
R=8.1.7-minimal

mkdir -p src/kernel src/scripts/kconfig src/arch/x86 src/arch/arm/boot src/init \
	src/Documentation/x src/drivers/net/a
: >src/Kconfig
: >src/kernel/Makefile
: >src/init/main.c
: >src/Documentation/x/y.rst
: >src/arch/arm/boot/z.c
: >src/arch/arm/Kconfig
: >src/drivers/net/a/b.c
: >src/drivers/net/a/Makefile
: >src/kernel/old.o
mkdir -p src/tools
cp "$(command -v make)" src/tools/objtool
mkdir src/.git
: >src/.git/HEAD
cat >src/Makefile <<'EOM'
# SPDX-License-Identifier: GPL-2.0
VERSION = 8
PATCHLEVEL = 1
SUBLEVEL = 7
EXTRAVERSION =
NAME = Nothing of a Kernel

MODE := $(shell cat mode)
ifdef M
modules: ; @echo building in $(M)
else
allnoconfig:
	@if [ $(MODE) = drop ]; then sed '/DEVMEM/d' $(KCONFIG_ALLCONFIG) >.config; \
	else cp $(KCONFIG_ALLCONFIG) .config; fi
bzImage:
	@[ $(MODE) != deaf ] || { trap '' TERM; touch $(STARTED); sleep 3; touch outlived; }
	@[ $(MODE) != slow ] || { touch $(STARTED); sleep 60; }
	@[ $(MODE) != broken ] || { echo "kernel/fork.c:1:1: error: unknown type name 'oops'" >&2; exit 1; }
	@[ $(MODE) != full ] || { echo "as: kernel/fork.o: No space left on device" >&2; exit 1; }
	@echo '  CC      kernel/fork.o'
	@mkdir -p arch/x86/boot include/config include/generated tools/o
	@printf '# no fixdep\ncmd_%s/tools/o/x.o := gcc %s/tools/o/x.c\n' $(CURDIR) $(CURDIR) >tools/o/.x.o.cmd
	@: >.tmp_vmlinux.1
	@date >>kernel/count.o
	@echo image >arch/x86/boot/bzImage
	@echo 'ffffffff81000000 T _text' >System.map
	@echo $(VERSION).$(PATCHLEVEL).$(SUBLEVEL)-minimal >include/config/kernel.release
	@: >include/generated/autoconf.h
modules: bzImage
	@[ $(MODE) != name ] || echo 8.1.7 >include/config/kernel.release
modules_install:
	@d=$(INSTALL_MOD_PATH)/lib/modules/$$(cat include/config/kernel.release); \
	mkdir -p $$d/kernel/kernel && : >$$d/modules.order && \
	: >$$d/modules.builtin && ln -s $(CURDIR) $$d/build
endif
EOM
echo fine >src/mode
export STARTED="$PWD/started"

is() { # NAME COMMAND...
	n=$1
	shift
	# Not as a condition: there a shell does not stop at what fails.
	set +e
	(set -e; "$@") >log 2>&1
	r=$?
	set -e
	[ $r = 0 ] && echo "ok - $n" && return
	sed 's/^/# /' log said
	echo "not ok - $n"
}
status() { # wanted, command...
	want=$1
	shift
	"$@" >said 2>&1 && found=0 || found=$?
	cat said
	[ $found = $want ]
}
unlisted() {
	if "$LKM" kernel list 2>/dev/null | grep $R; then return 1; fi
}
names() {
	ls -A cache/kernels | grep -v '^\.lock' | tr '\n' ' '
}
build() {
	"$LKM" kernel build minimal --source "$@"
}

built() {
	status 0 build src
	grep -q "^$R is built and here" said
	[ "$(names)" = "$R " ]
	k=cache/kernels/$R
	[ "$(cat $k/boot/vmlinuz-$R)" = image ]
	[ -s $k/boot/config-$R ]
	[ -s $k/build.log ]
	[ -e $k/lib/modules/$R/modules.dep.bin ]
	[ "$(make -s -C $k/lib/modules/$R/build M=/x modules)" = 'building in /x' ]
	"$LKM" kernel list | grep -q "^$R  *built  *yes  *yes  *yes"
	"$LKM" kernel list --json | grep -q '"origin": "built"'
}
is 'a kernel like others' built

taken() {
	t=cache/kernels/$R/usr/src/linux-headers-$R
	[ -e $t/arch/arm/Kconfig ]
	[ -e $t/drivers/net/a/Makefile ]
	[ ! -e $t/arch/arm/boot/z.c ]
	[ ! -e $t/drivers/net/a/b.c ]
	[ ! -e $t/Documentation/x/y.rst ]
	[ ! -e $t/kernel/old.o ]
	[ ! -e $t/tools/objtool ]
	[ ! -e $t/.git ]
	[ ! -e src/.config ]
	[ ! -e src/include ]
}
is 'what a small kernel takes of a source, which stays as it was' taken

# Else make would build the tools anew there, and all that depends on them.
moved() {
	t=$(realpath cache/kernels/$R/usr/src/linux-headers-$R)
	printf '# no fixdep\ncmd_%s/tools/o/x.o := gcc %s/tools/o/x.c\n' "$t" "$t" |
		diff - "$t/tools/o/.x.o.cmd"
	[ ! -e "$t/.tmp_vmlinux.1" ]
}
is 'make knows the tree by its new place' moved

again() {
	touch cache/kernels/$R/mine
	status 0 build src -q
	[ ! -s said ]
	[ ! -e cache/kernels/$R/mine ]
	# What was built was a start, and not thrown away.
	[ "$(wc -l <cache/kernels/$R/usr/src/linux-headers-$R/kernel/count.o)" = 2 ]
	[ "$(names)" = "$R " ]
}
is 'once more takes its place' again

json() {
	build src --json >said
	grep -q "\"release\": \"$R\"" said
	grep -q '"already": false' said
}
is 'for a program' json

tarball() {
	tar -cJf src.tar.xz --exclude=old.o src
	status 0 build src.tar.xz
	[ -e cache/kernels/$R/usr/src/linux-headers-$R/arch/arm/Kconfig ]
	[ ! -e cache/kernels/$R/usr/src/linux-headers-$R/arch/arm/boot/z.c ]
}
is 'a tarball' tarball

broken() {
	echo broken >src/mode
	"$LKM" kernel rm minimal
	status 3 build src
	grep -q "building Linux $R failed: kernel/fork.c:1:1: error: unknown type name 'oops'" said
	grep -q 'fix: all that make said is in .*/.build-minimal/log' said
	grep -q unknown cache/kernels/.build-minimal/log
	unlisted
	status 3 "$LKM" build --kernel minimal src/init/main.c
	grep -q "'lkm kernel build minimal' builds it" said
	echo fine >src/mode
	status 0 "$LKM" kernel rm minimal
	grep -q 'the unfinished build of minimal is removed' said
	[ "$(names)" = '' ]
}
is 'a source that does not build' broken

full() {
	echo full >src/mode
	status 3 build src
	grep -q 'the disk is full' said
	grep -q 'it goes on where it was' said
	echo fine >src/mode
}
is 'no room' full

option() {
	echo drop >src/mode
	status 3 build src
	grep -q "'CONFIG_DEVMEM=y' does not hold" said
	echo fine >src/mode
}
is 'a source that an option is not in' option

name() {
	echo name >src/mode
	status 3 build src
	grep -q "calls itself '8.1.7', wanted a name that ends in -minimal" said
	echo fine >src/mode
}
is 'a release of another name' name

# MODE SIGNAL: ends a build while it compiles, and a lasting process with it.
end() {
	"$LKM" kernel rm minimal
	rm -f started
	echo "$1" >src/mode
	"$LKM" kernel build minimal --source src >said.int 2>&1 &
	pid=$!
	for i in $(seq 300); do
		[ -e started ] && break
		sleep 0.2
	done
	[ -e started ]
	status 3 timeout 30 "$LKM" kernel rm minimal
	grep -q 'another lkm is building the kernel' said
	kill -"$2" $pid
	wait $pid && return 1
	echo fine >src/mode
	unlisted
	[ "$(names)" = '.build-minimal ' ]
}
interrupted() {
	end slow "$1"
	grep -q 'interrupted' said.int
	grep -q 'it goes on where it was' said.int
	status 0 build src
	[ "$(names)" = "$R " ]
}
is 'a signal in the middle, and on from there' interrupted INT
is 'the terminal is closed, and on from there' interrupted HUP

# Built, it waits for one that fetches or removes a kernel.
in_the_end() {
	"$LKM" kernel rm minimal
	status 0 build src
	flock cache/kernels/.lock "$LKM" kernel build minimal --source src \
		>said.int 2>&1 &
	for i in $(seq 200); do
		pid=$(sed -n 's/.*-> FLOCK .* \([0-9]*\) [0-9a-f:]* 0 EOF$/\1/p' \
			/proc/locks)
		sleep 0.1
		for pid in $pid; do
			case $(readlink "/proc/$pid/cwd") in
			"$PWD") break 2 ;;
			esac
		done
	done
	kill -TERM $pid
	wait $! && return 1
	grep -q 'it goes on where it was' said.int
	status 0 build src
	# Once, once more, and not from the beginning.
	[ "$(wc -l <cache/kernels/$R/usr/src/linux-headers-$R/kernel/count.o)" = 3 ]
	[ "$(names)" = "$R " ]
}
is 'a signal when it was built, and on from there' in_the_end

# What is left of it may still write: the next one waits until it is gone.
killed() {
	end deaf KILL
	status 0 build src
	[ -e cache/kernels/$R/usr/src/linux-headers-$R/outlived ]
	[ "$(names)" = "$R " ]
}
is 'killed in the middle, and on from there' killed

no_source() {
	mkdir -p none
	status 3 build none
	grep -q 'none: is no kernel.s source tree: it has no Makefile' said
	status 3 build /nonexistent
	grep -q '/nonexistent: No such file' said
	echo x >file.tar
	status 3 build file.tar
	grep -q 'file.tar: cannot unpack' said
	grep -v '^VERSION' src/Makefile >none/Makefile
	cp -r src/Kconfig src/kernel src/scripts src/arch src/init none/
	status 3 build none
	grep -q 'it has no version in its Makefile' said
	[ "$(names)" = "$R " ]
}
is 'no source' no_source

# A tarball, or a file of the tree, that is none: told at once.
special() {
	mkfifo pipe.tar
	status 3 timeout 10 "$LKM" kernel build minimal --source pipe.tar
	grep -q 'pipe.tar: is a named pipe, wanted a regular file' said
	status 3 timeout 10 "$LKM" kernel build minimal --source /dev/zero
	grep -q '/dev/zero: is a device, wanted a regular file' said
	cp -r src odd
	rm odd/kernel/Makefile
	mkfifo odd/kernel/Makefile
	status 3 timeout 10 "$LKM" kernel build minimal --source odd
	grep -q 'odd/kernel/Makefile: is a named pipe, wanted' said
	rm odd/kernel/Makefile
	ln -s /dev/zero odd/kernel/Makefile
	status 3 timeout 10 "$LKM" kernel build minimal --source odd
	grep -q 'odd/kernel/Makefile: is a device, wanted' said
	rm odd/kernel/Makefile
	: >odd/kernel/Makefile
	truncate -s 10G odd/kernel/huge.c
	status 3 timeout 10 "$LKM" kernel build minimal --source odd
	grep -q 'odd/kernel/huge.c: found 10737418240 bytes, wanted at most' said
	[ "$(names)" = "$R " ]
	rm -r odd
}
is 'a pipe, a device or something huge for a source' special

# tar takes that for a file of another machine.
colon() {
	tar -cf colon.tar src
	mv colon.tar a:b.tar
	status 0 build a:b.tar
}
is 'a tarball with a colon in its name' colon

tools() {
	mkdir -p only
	for p in sh uname cat ls grep gcc make ld perl tar gzip xz lz4 bc; do
		ln -sf "$(command -v $p)" only/
	done
	PATH=$PWD/only status 3 build src
	grep -q 'building a kernel takes tools that are not installed: flex, bison' said
	grep -q 'fix: .*install.* flex bison' said
}
is 'no tools' tools

spaces() {
	mkdir -p 'a b'
	LKM_CACHE="$PWD/a b" status 3 build src
	grep -q 'a kernel cannot be built in a folder with a space' said
	# What a shell would run.
	for name in 'a;b' 'a&b' 'a(b)' '`touch ran`' 'a|b' 'a>b' "a'b"; do
		mkdir -p "$name"
		LKM_CACHE="$PWD/$name" status 3 build src
		grep -q 'or a sign of the shell.s in its name' said
		[ -z "$(ls -A "$name/kernels" | grep -v '^\.lock')" ]
	done
	[ ! -e ran ]
}
is 'a cache that make cannot work in' spaces

usage() {
	status 2 "$LKM" kernel build maximal
	grep -q "no kernel 'maximal': there is one, minimal" said
	status 2 "$LKM" kernel build minimal -j 0
	status 2 "$LKM" kernel build minimal --no-such
	status 2 "$LKM" kernel get minimal
	grep -q "'lkm kernel build minimal' builds it" said
	"$LKM" kernel build minimal --print-config | cmp - "$SRCDIR/kernel/minimal.config"
	# There is only one: it need not be named.
	"$LKM" kernel build --print-config | cmp - "$SRCDIR/kernel/minimal.config"
}
is 'usage' usage

distribution() {
	mkdir -p bin
	printf '#!/bin/sh\necho "E: Failed to fetch http://x/  Temporary failure resolving x"\nexit 100\n' >bin/apt-get
	chmod +x bin/apt-get
	PATH=$PWD/bin:$PATH status 3 "$LKM" kernel build minimal
	grep -q 'Temporary failure resolving' said
	[ "$(names)" = "$R " ]
}
grep -rqs -e debian-archive -e '/debian' /etc/apt/sources.list \
	/etc/apt/sources.list.d && grep -q '^ID=debian' /etc/os-release &&
	is 'no network' distribution

removed() {
	status 0 "$LKM" kernel rm minimal
	grep -q "^$R is removed" said
	[ "$(names)" = '' ]
	status 3 "$LKM" kernel rm minimal
}
is 'removed' removed
