# SPDX-License-Identifier: GPL-2.0-or-later
# With -v it says more; without, and where nobody looks on, it does not.
. "$SRCDIR/tests/cli/modprobe/tree"

try -n nosuch
try -nv nosuch
try -nv sollo
try -nvq sollo
try -rnv tpo
try -nv top sped=3 debug-level=1 dyndbg=+p nonsense='a b=c'
try -nv solo x=1
try -nv bi x=1
try -n top sped=3
conf 'blacklist solo' 'deny mid' 'alias al top' 'alias al2 mid'
try -nv dev:a1
try -nvb solo
try -nv al
try -nv al2
try -nv solo
conf
mv "$tree/kernel/base.ko" base.ko
try -nv top
mv base.ko "$tree/kernel/base.ko"
mkdir "$tree/updates"
cp "$tree/kernel/solo.ko" "$tree/updates/newer.ko"
touch -d '2001-01-01' "$tree/modules.dep.bin"
try -nv newer
rm "$tree"/modules.*.bin "$tree/modules.dep"
try -nv solo
rm -r root/lib/modules/1.0
try -nv solo
