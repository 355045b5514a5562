# SPDX-License-Identifier: GPL-2.0-or-later
# kernel/ in the folder of a step, where the headers are of another release of
# the distribution: their compiler is not installed, their sign-file does not
# start.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
headers=$(realpath "$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL/build") ||
	{ echo "the kernel for tests has no headers"; exit 77; }
command -v gcc >/dev/null || { echo "no gcc"; exit 77; }

# A folder of links to what is in another one.
links_to() { # FROM TO
	mkdir -p "$2"
	for f in "$1"/* "$1"/.[a-z]*; do
		[ ! -e "$f" ] || ln -s "$(realpath "$f")" "$2/"
	done
}
other=$PWD/other name=${headers##*/}
links_to "$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL" \
	"$other/lib/modules/$LKM_TEST_KERNEL"
links_to "$(realpath "$LKM_TEST_KERNEL_ROOT/boot")" "$other/boot"
links_to "${headers%/*}" "$other/usr/src"
rm -f "$other/usr/src/$name" "$other/lib/modules/$LKM_TEST_KERNEL/build"
links_to "$headers" "$other/usr/src/$name"
ln -s "../../../usr/src/$name" "$other/lib/modules/$LKM_TEST_KERNEL/build"
cd "$other/usr/src/$name"
rm -f .kernelvariables scripts
echo 'CC = $(CROSS_COMPILE)gcc-99.9' >.kernelvariables
links_to "$headers/scripts" scripts
rm -f scripts/sign-file
printf '#!/bin/sh\nexit 127\n' >scripts/sign-file
chmod +x scripts/sign-file
cd - >/dev/null
export LKM_KERNEL="$other" LKM_CACHE="$PWD/cache" LKM_TOUR="$PWD/lesson"

step() { # TEXT: becomes the only step
	mkdir -p lesson/01-only
	printf '# Only\n\n%b' "$1" >lesson/01-only/step.md
}
runs() { # STATUS WORDS
	got=0
	"$LKM" tour --run >out 2>&1 || got=$?
	cat out
	[ "$got" = "$1" ] && grep -qF -e "$2" out
}
mkdir -p lesson/01-only
cp "$SRCDIR/tour/09-in-tree/hello.c" "$SRCDIR/tour/09-in-tree/Kbuild" lesson/01-only
step '```run\nmake -C kernel/headers M=$PWD modules\n```\n```expect\nCC ... hello.o\nLD ... hello.ko\n! gcc-99\n```\n'
try 'make takes the compiler that is here' runs 0 '0 wrong'
step '```run\nenv -u MAKEFLAGS make -C kernel/headers M=$PWD CC=$PWD/kernel/cc CONFIG_DEBUG_INFO_BTF_MODULES= modules\n```\n```expect\nLD ... hello.ko\n```\n'
try 'so it does as the lesson says to type it' runs 0 '0 wrong'
step '```run\nenv -u MAKEFLAGS make -C kernel/headers M=$PWD modules\n```\n```expect status=2\ngcc-99.9: not found\n```\n'
try 'without that it does not' runs 0 '0 wrong'
step '```run\nls kernel/include/linux/module.h kernel/config\n```\n'
try 'the other half of the headers' runs 0 '0 wrong'
step '```run needs=file:kernel/sign-file\nkernel/sign-file\n```\n'
try 'no program that signs' runs 0 'comes without kernel/sign-file'
mkdir -p cache/kernels
ln -s "$(realpath "$LKM_TEST_KERNEL_ROOT")" "cache/kernels/$LKM_TEST_KERNEL"
step '```run needs=file:kernel/sign-file\ncat kernel/sign-file; kernel/sign-file\n```\n```expect status=any\nexec ... /cache/kernels/ ... /scripts/sign-file\n! not found\n```\n'
if [ -e "$headers/scripts/sign-file" ] &&
	{ "$headers/scripts/sign-file" >/dev/null 2>&1 || [ $? -lt 126 ]; }; then
	try 'one of other headers' runs 0 '0 wrong, 0 blocks skipped'
else
	echo 'ok - one of other headers # SKIP those of the tests have none that starts'
fi
unset LKM_KERNEL
step '```run\necho a\n```\n'
try 'it says once why it is not the running kernel' sh -c '"$LKM" tour --run >out && cat out &&
	if grep "^kernel $(uname -r)$" out; then true; else
	[ "$(grep -c "^note: this machine runs $(uname -r), " out)" = 1 ]; fi'
export LKM_KERNEL="$LKM_TEST_KERNEL_ROOT"
try 'and not if one was named' sh -c '"$LKM" tour --run >out && cat out && ! grep note: out'
