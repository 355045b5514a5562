# SPDX-License-Identifier: GPL-2.0-or-later
# A set that an interrupted depmod left, and kmod's depmod ran since: what
# readers have seen is not replaced by what is older.
. "$SRCDIR/tests/cli/depmod/lib"
inputs
module a --export fa
"$depmod" -b "$PWD/tree" $V
mkdir "$M/modules.lkm-pending"
for f in dep dep.bin alias weakdep; do
	cp "$M/modules.$f" "$M/modules.lkm-pending"
done
echo '# pending' >>"$M/modules.lkm-pending/modules.weakdep"
touch -d '1 hour ago' "$M"/modules.lkm-pending/* "$M/modules.weakdep"
touch -d '2 hours ago' "$M/modules.weakdep"

module b --need fa
"$kmod" -b "$PWD/tree" $V
cp -a "$M/modules.dep" kmods.dep
cp -a "$M/modules.dep.bin" kmods.dep.bin

# One that cannot write its own set, for want of room, tidies up only.
(
	ulimit -f 0
	trap '' XFSZ
	"$depmod" -b "$PWD/tree" --full $V 2>&1
) | grep -q 'could not write'
[ ! -e "$M/modules.lkm-pending" ]
cmp kmods.dep "$M/modules.dep"
cmp kmods.dep.bin "$M/modules.dep.bin"
grep -q '^# pending' "$M/modules.weakdep"
echo 'ok - what another depmod made since stays'
