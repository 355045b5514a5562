# SPDX-License-Identifier: GPL-2.0-or-later
# modules.lkm-facts helps, and no more: without room for it the indexes are
# written, and who wants none has none.
. "$SRCDIR/tests/cli/depmod/lib"
store=$M/modules.lkm-facts

check() { # NAME STATUS
	[ "$2" = 0 ] && echo "ok - $1" || echo "not ok - $1"
}
indexes() {
	for f in "$M"/modules.*; do
		case $f in
		*.lkm-facts) ;;
		*) echo "${f##*/} $(cksum <"$f")" ;;
		esac
	done
}

inputs
module base_mod --export base_symbol
module user_mod --need base_symbol --info alias=pci:v1
: >"$store"
"$depmod" -b "$PWD/tree" $V
indexes >want
s=0
[ -s "$store" ] || s=1
check "a store that is there is filled" $s

# No file may be larger than 16 KiB. The store has the names of all symbols that
# a module needs; the indexes have none of those that nobody exports.
set --
n=0
while [ $n -lt 200 ]; do
	set -- "$@" --need "needed_$(printf %0100d $n)"
	n=$((n + 1))
done
module base_mod --export base_symbol "$@"
# What changed a moment ago is not kept.
sleep 2.1
: >"$store"
"$depmod" -b "$PWD/tree" $V
biggest=$(find "$M" -maxdepth 1 -name 'modules.*' ! -name '*.lkm-facts' \
	-size +15k)
if [ "$(stat -c %s "$store")" -le 16384 ] || [ -n "$biggest" ]; then
	echo "# the store is not the only large file: $biggest"
	check "no room for the store" 1
else
	rm "$M"/modules.dep*
	: >"$store"
	s=0
	(
		trap '' XFSZ
		ulimit -f 32
		"$depmod" -b "$PWD/tree" $V
	) 2>said || s=$?
	indexes >now
	cmp now want || s=1
	[ ! -s "$store" ] || s=1
	grep -q "WARNING: could not write 'modules.lkm-facts' in /" said || s=1
	[ "$(wc -l <said)" = 1 ] || s=1
	! find "$M" -name 'modules.lkm-new*' -o -name modules.lkm-pending |
		grep . || s=1
	[ $s = 0 ] || sed 's/^/# /' said
	check "no room for the store" $s
fi

s=0
"$depmod" --no-facts -b "$PWD/tree" $V || s=1
[ ! -e "$store" ] || s=1
indexes >now
cmp now want || s=1
check "--no-facts removes it" $s
s=0
"$depmod" --no-facts -b "$PWD/tree" $V || s=1
[ ! -e "$store" ] || s=1
check "--no-facts makes none" $s

# The same for good. kmod tells of the line, and writes the same.
echo 'facts no' >facts.conf
: >"$store"
s=0
"$depmod" -C facts.conf -b "$PWD/tree" $V >said 2>&1 || s=1
[ ! -s said ] && [ ! -e "$store" ] || s=1
check "'facts no' removes it" $s
: >"$store"
mkdir facts.d
echo 'facts no' >facts.d/a.conf
echo 'facts yes' >facts.d/b.conf
s=0
"$depmod" -C facts.d -b "$PWD/tree" $V || s=1
[ -s "$store" ] || s=1
check "the last line counts" $s
s=0
indexes >ours
rm facts.d/b.conf
"$kmod" -C facts.d -b "$PWD/tree" $V 2>said || s=1
grep -q "ignoring bad line starting with 'facts'" said || s=1
[ "$(wc -l <said)" = 1 ] || s=1
indexes | grep -v '\.bin ' >theirs
grep -v '\.bin ' ours | diff - theirs || s=1
check "kmod goes on without it" $s
