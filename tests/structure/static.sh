#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The stand-ins as one static program (-Dstatic=true) pass the tests of the
# dynamic one: tests/structure/static.sh SRCDIR BUILDDIR. It is built in
# BUILDDIR/static, where a second run finds it. What needs a kernel is left to
# the other build.
set -u
src=$1 build=$2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/lkm-static.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0

judge() { # name, command...: one case, the command's output if it fails
	name=$1
	shift
	n=$((n + 1))
	"$@" >"$tmp/log" 2>&1 && echo "ok $n - $name" && return
	bad=1
	sed 's/^/# /' "$tmp/log"
	echo "not ok $n - $name"
}

# The archives that such a build wants; without them nothing can be told.
has_archives() {
	echo 'int main(void) { return 0; }' | ${CC:-cc} -static -x c - \
		-o "$tmp/probe" -lcrypto -lzstd -llzma -lz 2>"$tmp/log"
}
if ! has_archives; then
	echo "1..0 # SKIP $(head -1 "$tmp/log")"
	exit 0
fi

configure() {
	[ -f "$build/static/build.ninja" ] ||
		meson setup "$build/static" "$src" -Dstatic=true -Dman=disabled
}

# Linking names functions of glibc that want its shared libraries; all of
# them are libcrypto's, for networks.
compile() {
	ninja -C "$build/static" tools/lkm-dropin \
		libkmod/libkmod.so.2.5.0 tests/unit/test_libkmod
}

is_static() {
	! readelf -ld "$build/static/tools/lkm-dropin" |
		grep -e INTERP -e NEEDED
}

# The library is the one of any build: nothing but the C library is linked in,
# and the decompressors are opened.
library_is_shared() {
	so=$build/static/libkmod/libkmod.so.2.5.0
	readelf -d "$so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' >"$tmp/needed"
	! grep -v -e '^libc\.' -e '^ld-linux' -e '^libdl\.' -e '^libpthread\.' \
		"$tmp/needed" || return 1
	nm "$so" >"$tmp/names" || return 1
	! grep -e ' [Tt] inflate$' -e ' [Tt] lzma_code$' \
		-e ' [Tt] OPENSSL_' -e ' [Tt] ZSTD_decompress' \
		"$tmp/names" || return 1
	grep -q ' dso_inflate$' "$tmp/names" || return 1
	nm -D "$so" | grep -c ' T kmod_' >"$tmp/count"
	[ "$(cat "$tmp/count")" -ge 75 ]
}

# The static program, and all else from the other build.
view() {
	mkdir -p "$tmp/view/tools"
	for f in "$build"/*; do
		[ "${f##*/}" = tools ] || ln -s "$f" "$tmp/view/"
	done
	ln -s "$build/tools/lkm" "$build/static/tools/lkm-dropin" \
		"$tmp/view/tools/"
}

judge 'configure' configure
[ $bad = 0 ] && judge 'compile' compile
if [ $bad = 0 ]; then
	judge 'is static' is_static
	judge 'its library is shared' library_is_shared
	judge 'its library works' "$build/static/tests/unit/test_libkmod"
	view
	unset LKM_TEST_KERNEL LKM_TEST_KERNEL_ROOT
	for tool in $("$tmp/view/tools/lkm-dropin" 2>&1 |
		sed 's/.*tool: *//'); do
		[ ! -d "$src/tests/cli/$tool" ] ||
			judge "$tool" "$src/tests/cli/run" "$tmp/view" "$tool"
	done
fi
echo "1..$n"
exit $bad
