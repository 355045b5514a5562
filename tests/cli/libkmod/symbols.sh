# SPDX-License-Identifier: GPL-2.0-or-later
# The names that programs ask for, at the nodes where they look; and no other.
. "$SRCDIR/tests/cli/libkmod/lib"

exported() {
	readelf --dyn-syms -W "$1" | awk '$7 != "UND" && $5 == "GLOBAL" {
		print $8 }' | grep -v '^LIBKMOD_[0-9]*$' | LC_ALL=C sort
}
exported "$ours/libkmod.so.2" >have
judge 'exactly these names and nodes' diff "$SRCDIR/tests/abi/symbols.txt" have
judge 'the soname' sh -c 'readelf -d "$1" | grep "SONAME.*\[libkmod.so.2\]"' \
	sh "$ours/libkmod.so.2"
judge 'each node inherits the one before' sh -c '
	readelf -V -W "$1" | sed -n "/Version definition/,/Version needs/p" |
	grep -o "\(Name\|Parent 1\): LIBKMOD_[0-9]*" | tr "\n" " " | tee /dev/stderr |
	grep "Name: LIBKMOD_5 Name: LIBKMOD_6 Parent 1: LIBKMOD_5 Name: LIBKMOD_22 Parent 1: LIBKMOD_6 Name: LIBKMOD_30 Parent 1: LIBKMOD_22 Name: LIBKMOD_33 Parent 1: LIBKMOD_30"' \
	sh "$ours/libkmod.so.2"
judge 'libkmod.a has 75 global names' sh -c '
	nm -g --defined-only "$1" | sed -n "s/.* [A-Z] //p" | LC_ALL=C sort >have.a
	sed "s/@.*//" "$2" | LC_ALL=C sort -u >want.a
	[ "$(wc -l <want.a)" = 75 ] && diff want.a have.a' \
	sh "$ours/libkmod.a" "$SRCDIR/tests/abi/symbols.txt"

(need_real >/dev/null) || { echo "ok - like the real one # SKIP there is none"; exit; }
need_real
exported "$real" | sed 's/@@/@/' >real
sed 's/@@/@/' have >have.one
judge 'all that the real one has' \
	sh -c 'LC_ALL=C comm -23 real have.one | tee missing; [ ! -s missing ]'
