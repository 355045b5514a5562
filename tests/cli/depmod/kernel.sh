# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# All modules of a kernel: the same as kmod's depmod makes, also of what else
# the folder has; and of the full set where there is one (scripts/full-tree,
# LKM_FULL_TREE).
. "$SRCDIR/tests/cli/depmod/lib"

compare_tree() { # ROOT RELEASE NAME
	rm -rf tree
	mkdir -p tree/lib/modules
	cp -a "$1/lib/modules/$2" tree/lib/modules/
	V=$2
	M=$PWD/tree/lib/modules/$V
	rm -f "$M/build" "$M/source"
	same "$V"
	[ -s ours/modules.dep ]
	[ -s ours/modules.symbols.bin ]
	mv "$M/modules.order" order
	same "$V"
	mv order "$M/modules.order"
	map=$(echo "$1"/boot/System.map-"$V")
	[ ! -e "$map" ] || same -e -F "$map" "$V"
	echo "ok - $3: $(wc -l <ours/modules.dep) modules"
}

if [ -n "$LKM_TEST_KERNEL" ] && [ -d "${LKM_TEST_KERNEL_ROOT%/}/lib/modules" ]
then
	compare_tree "${LKM_TEST_KERNEL_ROOT%/}" "$LKM_TEST_KERNEL" 'a kernel'
else
	echo 'ok - a kernel # SKIP none at hand: lkm kernel get'
fi
if tree=$("$SRCDIR/scripts/full-tree" --no-fetch 2>reason); then
	set -- $tree
	compare_tree "$1" "$2" 'the full set'
else
	echo "ok - the full set # SKIP $(cat reason)"
fi
