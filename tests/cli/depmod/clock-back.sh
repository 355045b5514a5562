# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# The clock was ahead when the old indexes were made, and depmod is killed at any
# system call: readers, who compare times, see the old set or the new one.
mkko=$BUILDDIR/tests/mkko/mkko
inject=$BUILDDIR/tests/inject/inject
depmod=$LKM_DROPIN_DIR/depmod
tree=$PWD/root/lib/modules/1.0

mkdir -p "$tree/kernel"
"$mkko" --name base --export one --info alias=a:1 -o "$tree/kernel/base.ko"
for name in order builtin builtin.modinfo; do
	: >"$tree/modules.$name"
done
"$depmod" -b "$PWD/root" 1.0
cp -a root old
"$mkko" --name more --need one --info alias=a:1 --info 'softdep=pre: base' \
	-o more.ko
back() {
	rm -rf root
	cp -a old root
	cp more.ko "$tree/kernel/more.ko"
	touch -d '1 day' "$tree"/modules.*
}
back
status=0
"$inject" calls 0 kill "$depmod" -b "$PWD/root" 1.0 || status=$?
[ $status != 77 ] || { echo "system calls cannot be traced here"; exit 77; }
read -r calls _ <calls

# Of modules.dep.bin, modules.alias.bin and modules.softdep.
seen() {
	for what in '-D more' '-R a:1' -c; do
		"$LKM_DROPIN_DIR/modprobe" -q -C /dev/null -d "$PWD/root" \
			-S 1.0 $what | grep -c more || :
	done | tr '\n' ' '
}
# The renames come last.
i=$((calls - 60)) bad=0 old=0 new=0
while [ $i -le "$calls" ]; do
	back
	"$inject" at $i kill "$depmod" -b "$PWD/root" 1.0 >/dev/null 2>&1 || :
	got=$(seen)
	case $got in
	'0 0 0 ') old=$((old + 1)) ;;
	'1 1 2 ') new=$((new + 1)) ;;
	*) bad=$((bad + 1)); echo "# call $i: $got" ;;
	esac
	i=$((i + 1))
done
echo "# $old times the old set, $new times the new one"
if [ $bad = 0 ] && [ $old -gt 0 ] && [ $new -gt 0 ]; then
	echo "ok - killed at each of the last system calls"
else
	echo "not ok - killed at each of the last system calls"
fi
