# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# What is made: complete, under the new name everywhere, and it works.
. "$SRCDIR/tests/cli/try/lib"
"$LKM" new --list --json >list.json
kinds=$("$LKM" new --list | sed 's/ .*//')
check 'a kind for each folder' test "$(echo "$kinds" | sort | tr '\n' ' ')" = \
	"$(cd "$SRCDIR/examples" && ls -d */ | tr -d / | sort | tr '\n' ' ')"
check 'the same as JSON' test \
	"$(grep -c '"kind": ' list.json)" = "$(echo "$kinds" | wc -l)"
check 'the simple ones first' test \
	"$(echo "$kinds" | head -2 | tr '\n' ' ')" = 'minimal hello '

# Words of the old name, small and in capitals.
old_words() { # KIND FOLDER
	name=$(sed -n 's/^name *= *//p' "$SRCDIR/examples/$1/try.conf")
	name=${name:-$1}
	upper=$(echo "$name" | tr a-z A-Z)
	grep -rnE "(^|[^A-Za-z0-9_])_*($name|$upper)([^A-Za-z]|$)" "$2" \
		--exclude=use.h || :
	find "$2" -name "$name*"
}
mkdir all
for kind in $kinds; do
	run "$LKM" new "my_$kind" --kind "$kind" -o all -q
	is 0 "$kind is made"
	old_words "$kind" "all/my_$kind" >words
	check "$kind: the old name is gone" test ! -s words
	check "$kind: the licence is not touched" test -z "$(grep -rh SPDX- \
		"all/my_$kind" | grep -v ': GPL-2.0-or-later\( WITH Linux-syscall-note\)*\( \*/\)*$')"
	check "$kind: nothing speaks of the gallery" \
		test -z "$(grep -rl 'examples/' "all/my_$kind")"
	for file in Kbuild Makefile dkms.conf try.conf use.c; do
		[ -s "all/my_$kind/$file" ] ||
			echo "not ok - $kind has a $file"
	done
done
check 'nothing else lies about' test "$(ls -A all | wc -l)" = \
	"$(echo "$kinds" | wc -l)"
run "$LKM" new first
is 0 'without a kind: hello' '^first/ is made, of kind hello$' 'lkm try first'
check 'the modes are as usual' test "$(stat -c %a first first/first.c |
	tr '\n' ' ')" = '755 644 '

# What its Makefile asks of a kernel's; a pahole that is not there must not be
# asked for.
mkdir bin kdir
printf '$(info BTF $(flavor CONFIG_DEBUG_INFO_BTF_MODULES))\nmodules: ;\n' \
	>kdir/Makefile
ln -s "$(command -v make)" "$(command -v uname)" bin
run env PATH="$PWD/bin" make -s -C first KDIR="$PWD/kdir"
is 0 'make without pahole: no BTF' '^BTF recursive'
: >bin/pahole
chmod +x bin/pahole
run env PATH="$PWD/bin" make -s -C first KDIR="$PWD/kdir"
is 0 'make with pahole: as the kernel says' '^BTF undefined'

ls -A first >wanted
mkdir first/sub
for made in a.o .a.o a.ko a.mod a.mod.c .a.o.cmd modules.order Module.symvers \
	sub/a.o sub/.a.o.cmd; do
	: >first/$made
done
: >first/sub/a.c
run make -s -C first KDIR=/nowhere clean
is 0 'make clean without headers'
check 'make clean leaves the sources' test "$(find first/sub -type f)" = \
	first/sub/a.c
rm -r first/sub
check 'make clean takes all that is made' sh -c 'ls -A first | diff wanted -'

need_kernel
try() {
	run "$LKM" try --engine tcg --timeout 60 --kernel "$kernel" "$@"
}
try first
is 0 'lkm try of it' '^PASS first.ko whom=moon' 'use *ok'
"$LKM" new pair -q --kind symbols
try pair
is 0 'of two modules' '^PASS pair_base.ko, pair_user.ko' 'use *ok'

# The Makefile, by itself, as a reader would say it.
headers=$LKM_TEST_KERNEL_ROOT/usr/src/linux-headers-$LKM_TEST_KERNEL
[ -d "$headers" ] || headers=/lib/modules/$LKM_TEST_KERNEL/build
mkdir root
make_it() {
	make -C pair KVER="$LKM_TEST_KERNEL" KDIR="$headers" LKM="$LKM" \
		INSTALL_MOD_PATH="$PWD/root" INSTALL_MOD_STRIP= \
		LKM_TRY_FLAGS="--engine tcg --timeout 60 --kernel $kernel" "$@"
}
if [ -d "$headers" ] && ! echo "$PWD$headers" | grep -q '[ :]'; then
	check 'make' make_it
	check 'make builds both' test -f pair/pair_base.ko -a -f pair/pair_user.ko
	check 'make install' make_it install
	check 'modprobe would find them' grep -q 'pair_user.ko.*: .*pair_base.ko' \
		"root/lib/modules/$LKM_TEST_KERNEL/modules.dep"
	check 'make check' make_it check
	check 'make clean' make_it clean
	check 'make clean leaves what was made' test \
		"$(ls -A pair | tr '\n' ' ')" = "$("$LKM" new again -q --kind \
		symbols >/dev/null; ls -A again | sed s/again/pair/ | sort |
		tr '\n' ' ')"
else
	echo "ok - make # SKIP no headers of the kernel, or a blank in its path"
fi

if command -v dkms >/dev/null && [ -d "$headers" ]; then
	mkdir -p dkms/src dkms/tree
	cp -r pair dkms/src/pair-0.1
	dkms_() {
		dkms "$@" --sourcetree "$PWD/dkms/src" --dkmstree "$PWD/dkms/tree"
	}
	check 'dkms add' dkms_ add pair/0.1
	check 'dkms build' dkms_ build pair/0.1 -k "$LKM_TEST_KERNEL" \
		--kernelsourcedir "$headers"
	find dkms/tree -name 'pair_*.ko*' | sed 's|.*/||; s|\.ko.*||' | sort -u \
		>built
	check 'dkms has built both' test "$(tr '\n' ' ' <built)" = \
		'pair_base pair_user '
else
	echo "ok - dkms # SKIP dkms is not installed"
fi
