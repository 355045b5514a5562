# SPDX-License-Identifier: GPL-2.0-or-later
# Several roots: the first that has the release counts, also in usr/.
. "$SRCDIR/tests/cli/modprobe/tree"

run() {
	status=0
	"$LKM_DROPIN_DIR/modprobe" -C /dev/null "$@" 2>&1 || status=$?
	[ "$status" = 0 ] || echo "status: $status"
}
mkdir -p none other/usr/lib/modules/2.0/kernel
"$BUILDDIR/tests/mkko/mkko" -o other/usr/lib/modules/2.0/kernel/two.ko --name two
: >other/usr/lib/modules/2.0/modules.builtin
: >other/usr/lib/modules/2.0/modules.builtin.modinfo
echo kernel/two.ko >other/usr/lib/modules/2.0/modules.order
mkdir -p flat/lib
ln -s "$PWD/other/usr/lib/modules" flat/lib/modules
"$LKM_DROPIN_DIR/depmod" -b flat 2.0

run -d root -S 1.0 -D solo
run -d none -d root -d other -S 1.0 -D solo
run -d none -d root -d other -S 2.0 -D two
run -d none -d other/ -S 1.0 -D solo
run -d "$PWD/root" -S 1.0 -D solo
run -d root -S 3.0 -D solo
