# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# Modules that change while depmod reads them, and a folder that is deleted under
# it: it says so or goes on, does not crash, and the next one has it all right.
mkko=$BUILDDIR/tests/mkko/mkko
inject=$BUILDDIR/tests/inject/inject
depmod=$LKM_DROPIN_DIR/depmod
tree=$PWD/root/lib/modules/1.0

mkdir -p "$tree/kernel"
# Large enough to be mapped, not read.
set --
n=0
while [ $n -lt 240 ]; do
	set -- "$@" --need "needed_$(printf %0700d $n)"
	n=$((n + 1))
done
"$mkko" --name large --export one "$@" -o large.ko
[ "$(stat -c %s large.ko)" -gt 131072 ]
"$mkko" --name large --export two -o other.ko
"$mkko" --name more --need one -o more.ko
for name in order builtin builtin.modinfo lkm-facts; do
	: >"$tree/modules.$name"
done
cp -a root empty
back() {
	rm -rf root
	cp -a empty root
	cp large.ko more.ko "$tree/kernel/"
}
seen() {
	for path in "$tree"/modules.*; do
		case $path in
		*/modules.lkm-facts) continue ;;
		esac
		echo "${path##*/} $(cksum <"$path")"
	done
}
back
status=0
"$inject" calls 0 kill "$depmod" -b "$PWD/root" 1.0 || status=$?
[ $status != 77 ] || { echo "system calls cannot be traced here"; exit 77; }
read -r calls _ <calls
seen >right

during() { # NAME STEP COMMAND
	i=1 bad=0
	while [ $i -le "$calls" ]; do
		back
		status=0
		"$inject" at $i "run:$3" "$depmod" -b "$PWD/root" 1.0 \
			>said 2>&1 || status=$?
		[ $status -le 1 ] || {
			bad=$((bad + 1))
			echo "# call $i: status $status"
			sed 's/^/# /' said
		}
		mkdir -p "$tree/kernel"
		cp -a empty/lib/modules/1.0/modules.order "$tree"
		cp -a empty/lib/modules/1.0/modules.builtin* "$tree"
		cp large.ko more.ko "$tree/kernel/"
		if ! "$depmod" -b "$PWD/root" 1.0 || ! seen >now ||
			! cmp now right; then
			bad=$((bad + 1))
			echo "# call $i: the next one is wrong"
		fi
		i=$((i + $2))
	done
	[ $bad = 0 ] && echo "ok - $1" || echo "not ok - $1"
}
large=$tree/kernel/large.ko
during 'a module is cut short' 1 ": >'$large'"
during 'a module is replaced' 13 "cp other.ko x; mv x '$large'"
during 'a module is removed' 13 "rm -f '$large'"
during 'the folder is removed' 5 "rm -rf '$tree'"
during 'the folder is moved away' 13 "mv '$tree' '$tree.old'; mkdir -p '$tree'"
