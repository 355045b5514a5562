# SPDX-License-Identifier: GPL-2.0-or-later
# Firmware: where the kernel looks for it, in its order; patterns; what is
# missing; and what leads elsewhere.
. "$SRCDIR/tests/cli/closure/common"
make_root
echo secret >root/secret
mkdir -p "$firmware/sub" "$firmware/updates/$V" "$firmware/$V"
put() {
	for f; do
		mkdir -p "$(dirname "$firmware/$f")"
		: >"$firmware/$f"
	done
}

found() { # name, wanted paths below lib/firmware
	grep -v '\.ko$' out | sed "s|^$firmware/||" | tr '\n' ' ' >got
	if [ "$status" = 0 ] && [ "$(cat got)" = "$2" ]; then
		echo "ok - $1"
	else
		echo "# status $status, found '$(cat got)', wanted '$2'"
		sed 's/^/# /' err
		echo "not ok - $1"
	fi
}

closure fw
found 'nothing there' ''
for name in a.bin sub/b.bin none.bin 'pattern\*.txt' ../../../secret; do
	says "$name is told to be missing" \
		"^lkm closure: firmware '$name' of fw: not there$"
done
closure -q fw
if [ -s err ]; then echo "not ok - -q"; else echo "ok - -q"; fi

put a.bin.xz sub/b.bin.zst in.bin
closure fw
found 'compressed' 'a.bin.xz sub/b.bin.zst '
put a.bin.zst
closure fw
found 'zstd before xz' 'a.bin.zst sub/b.bin.zst '
put "$V/a.bin.zst"
closure fw
found 'the folder of the kernel first' "$V/a.bin.zst sub/b.bin.zst "
put a.bin
closure fw
found 'plain before compressed' 'a.bin sub/b.bin.zst '
put "updates/a.bin"
closure fw
found 'updates before that' 'updates/a.bin sub/b.bin.zst '
put "updates/$V/a.bin"
closure fw
found 'updates of the kernel before all' "updates/$V/a.bin sub/b.bin.zst "
mkdir "$firmware/none.bin"
closure fw
found 'a folder is no firmware' "updates/$V/a.bin sub/b.bin.zst "
put pattern-1.txt pattern-2.txt.xz updates/pattern-3.txt pattern.bin \
	sub/pattern-4.txt
closure fw fw2
found 'a pattern, and each path once' "updates/$V/a.bin sub/b.bin.zst \
updates/pattern-3.txt pattern-1.txt pattern-2.txt.xz "
closure --no-firmware fw
found 'without firmware' ''
closure in_side
found 'of what is built in' 'in.bin '

# A root whose name looks like a pattern; a tree that has no /lib.
mkdir 'r[ab]'
cp -a root/lib 'r[ab]/'
"$LKM" closure -q -d 'r[ab]' -S $V fw >out
if [ "$(grep -c pattern- out)" = 3 ]; then
	echo "ok - a root that looks like a pattern"
else
	echo "not ok - a root that looks like a pattern"
fi
mkdir -p usr-only/usr
cp -a root/lib usr-only/usr/
status=0
"$LKM" closure -q -d usr-only -S $V top_one fw >out 2>err || status=$?
is 'a root with only /usr/lib' 0 \
	'base middle top-one fw a.bin b.bin.zst pattern-3.txt pattern-1.txt pattern-2.txt.xz '

# All paths are absolute, whatever -d was.
if "$LKM" closure -q -d usr-only -S $V fw | grep -v "^$PWD/usr-only/usr/lib/"
then
	echo "not ok - a root without a path before it"
else
	echo "ok - a root without a path before it"
fi

# Of compressed modules.
for f in "$mods/kernel/drivers/net/wifi/fw.ko"; do
	xz "$f"
	depmod -b root $V
done
closure fw
if [ "$(grep -c "$firmware" out)" = 5 ]; then
	echo "ok - of a compressed module"
else
	echo "not ok - of a compressed module"
fi
