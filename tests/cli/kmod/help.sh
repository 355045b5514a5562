# SPDX-License-Identifier: GPL-2.0-or-later
# Help and version, also as `lkm kmod`; options may be shortened.
kmod=$LKM_DROPIN_DIR/kmod
"$kmod" --help | grep -v '^also '
"$kmod" help | diff - - <<END
$("$kmod" -h)
END
"$LKM" kmod -h >under-lkm
"$kmod" --he | diff - under-lkm
"$kmod" --version | grep -c '^kmod version [0-9]'
"$kmod" static-nodes --help
"$LKM" kmod static-nodes --he >under-lkm
"$kmod" static-nodes -h | diff - under-lkm

# The names under which it can be started are those that it has.
"$kmod" help | sed -n 's/^also started under the names of tools: //p' |
	tr ' ' '\n' >named
for name in "$LKM_DROPIN_DIR"/*; do
	basename "$name"
done | grep -vx kmod | LC_ALL=C sort | diff - named
