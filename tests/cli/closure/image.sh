# SPDX-License-Identifier: GPL-2.0-or-later
# The recipe of lkm-closure(1): what comes out of the archive is a tree that
# depmod has nothing to say about, and in which what is built in is known.
. "$SRCDIR/tests/cli/closure/common"
command -v modprobe >/dev/null || { echo "kmod is not installed"; exit 77; }
make_root
mkdir -p "$firmware/sub"
echo b >"$firmware/sub/real.bin"
ln -s real.bin "$firmware/sub/b.bin"

closure --relative --index-files top-one fw
wanted="lib/modules/$V/kernel/fs/base.ko
lib/modules/$V/kernel/fs/sub/middle.ko
lib/modules/$V/kernel/fs/top-one.ko
lib/modules/$V/kernel/drivers/net/wifi/fw.ko
lib/firmware/sub/b.bin
lib/modules/$V/modules.order
lib/modules/$V/modules.builtin
lib/modules/$V/modules.builtin.modinfo"
check() { # name; the rest: a command
	name=$1
	shift
	if "$@"; then
		echo "ok - $name"
	else
		sed 's/^/# /' out err
		echo "not ok - $name"
	fi
}
check 'paths below the root' [ "$(cat out)" = "$wanted" ]
status=0
"$LKM" closure -d ./root/ -S $V -C /dev/null --relative --index-files \
	top-one fw >out 2>err || status=$?
check 'paths below a root that is said otherwise' [ "$(cat out)" = "$wanted" ]
mkdir far
"$mkko" --name far -o far/far.ko
closure --relative ./far/far.ko
check 'a file elsewhere keeps its path' [ "$(cat out)" = "$PWD/far/far.ko" ]
closure --json --relative --index-files fw
check 'the same for programs' \
	grep -q "\"lib/modules/$V/modules.builtin.modinfo\"" out
check 'the same for programs: modules' \
	grep -q "\"path\": \"lib/modules/$V/kernel" out
check 'the same for programs: firmware' \
	grep -q '"lib/firmware/sub/b.bin"' out

mkdir image
"$LKM" closure -d "$PWD/root" -S $V -C /dev/null -0 -q --relative \
	--index-files top-one fw |
	tar -C root --null -T - -chf - 2>err | tar -C image -x
: >out
check 'tar has nothing to say' [ ! -s err ]
check 'a link is stored as what it leads to' \
	[ "$(cat image/lib/firmware/sub/b.bin)" = b ]
depmod -b image $V >out 2>err || true
check "kmod's depmod has nothing to say" [ ! -s err ]
modprobe -D -d image -S $V -C /dev/null in-side >out 2>err || true
check "kmod's modprobe knows what is built in" [ "$(cat out)" = 'builtin in_side' ]
"$LKM_DROPIN_DIR/depmod" -b image $V >out 2>err || true
check 'depmod has nothing to say' [ ! -s err ]
"$LKM_DROPIN_DIR/modprobe" -D -d image -S $V -C /dev/null in-side top-one \
	>out 2>err || true
check 'modprobe knows what is built in' [ "$(cat out)" = 'builtin in_side' ]

rm "$mods/modules.order"
closure --index-files base
is 'one that is not there' 0 'base modules.builtin modules.builtin.modinfo '
says 'one that is not there is told' '/modules.order: not there$'
