# SPDX-License-Identifier: GPL-2.0-or-later
# What was learnt of unchanged modules is used again, and only of those; the
# indexes are those of a full run, whatever became of the store.
. "$SRCDIR/tests/cli/depmod/lib"
store=$M/modules.lkm-facts

indexes() {
	for f in "$M"/modules.*; do
		case $f in
		*.lkm-facts) ;;
		*) echo "${f##*/} $(cksum <"$f")" ;;
		esac
	done
}
# Runs it; were just so many modules read, and is it as after a full run?
reads() { # NUMBER NAME
	status=0
	"$depmod" --json -b "$PWD/tree" $V >report || status=$?
	n=$(sed -n "s|.*\"modules_read\": \([0-9]*\).*|\1|p" report)
	indexes >now
	"$depmod" --full --json -b "$PWD/tree" $V >full.report
	indexes >full
	if [ $status != 0 ] || [ "$n" != "$1" ] || ! cmp now full; then
		echo "# status $status, read $n, wanted $1"
		echo "not ok - $2"
	else
		echo "ok - $2"
	fi
}
# What changed a moment ago is not kept: it may change again, unnoticed.
age() {
	case $(stat -c %z "$M/kernel/base_mod.ko") in
	*.000000000*) sleep 2.1 ;;
	*) sleep 0.1 ;;
	esac
}
all() { find "$M" -name '*.ko*' | wc -l; }

inputs
module base_mod --export base_symbol
module user_mod --need base_symbol --info alias=pci:v1
module more_mod --need base_symbol
module updates/last_mod.ko --need other_symbol
age
reads 4 "the first run reads all"
[ -e "$store" ] && echo "not ok - nothing is stored in a tree made once" ||
	echo "ok - nothing is stored in a tree made once"
: >"$store"
reads 4 "an empty store is filled"
reads 0 "nothing has changed"
module new_mod --export other_symbol
age
reads 1 "a module was added"
module user_mod --need other_symbol --info alias=pci:v2
age
reads 1 "a module was rebuilt"
touch -r "$M/kernel/base_mod.ko" when
module base_mod --export base_symbo2
touch -r when "$M/kernel/base_mod.ko"
age
reads 1 "with its old modification time"
# The same inode, the same size, the same time of modification.
"$BUILDDIR/tests/mkko/mkko" --name base_mod --export base_symbo3 -o other
stat -c '%i %s %Y' "$M/kernel/base_mod.ko" >was
cat other >"$M/kernel/base_mod.ko"
touch -r when "$M/kernel/base_mod.ko"
stat -c '%i %s %Y' "$M/kernel/base_mod.ko" | diff was - ||
	echo 'not ok - that file is another one'
age
reads 1 "only the time of the change tells"
rm "$M/kernel/more_mod.ko"
reads 0 "a module was removed"
mv "$M/kernel/new_mod.ko" "$M/updates"
age
reads 1 "a module was moved"
echo "kernel/user_mod.ko" >"$M/modules.order"
reads 0 "only the order changed"
gzip "$M/kernel/user_mod.ko"
age
reads 1 "a module was compressed"

for size in 0 7 39 60 200; do
	head -c $size "$store" >cut
	cp cut "$store"
	reads "$(all)" "the store was cut to $size bytes"
done
head -c 5000 /dev/urandom >"$store"
reads "$(all)" "the store is noise"
printf '\001' | dd of="$store" bs=1 seek=300 conv=notrunc status=none
reads "$(all)" "the store has a wrong byte"
rm "$store"
mkdir "$store"
"$depmod" -b "$PWD/tree" $V 2>said && status=0 || status=$?
indexes >now
"$depmod" --full -b "$PWD/tree" $V 2>/dev/null
indexes >full
if [ $status = 0 ] && cmp now full && [ ! -e "$M/modules.lkm-pending" ] &&
	grep -q "WARNING: could not replace 'modules.lkm-facts' in /" said; then
	echo "ok - the store cannot be replaced"
else
	echo "not ok - the store cannot be replaced"
fi
