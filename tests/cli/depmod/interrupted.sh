# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# Interrupted at any system call, by a failure, a kill or another signal: what readers see
# is the old set or the new one, never half, and the next depmod tidies up.
mkko=$BUILDDIR/tests/mkko/mkko
inject=$BUILDDIR/tests/inject/inject
depmod=$LKM_DROPIN_DIR/depmod
version=6.1.0-test
tree=$PWD/root/lib/modules/$version

# The files of the set, as readers find them.
seen() {
	for path in "$tree"/modules.*; do
		name=${path##*/}
		case $name in
		modules.lkm-*) continue ;;
		esac
		[ ! -e "$tree/modules.lkm-pending/$name" ] ||
			path=$tree/modules.lkm-pending/$name
		echo "$name $(cksum <"$path")"
	done
}
left() {
	find "$tree" -name 'modules.lkm-new*' -o -name 'modules.lkm-pending' |
		grep .
}
run_depmod() { "$depmod" -b "$PWD/root" "$version"; }

mkdir -p "$tree/kernel" before
"$mkko" --name base_mod --export base_symbol -o "$tree/kernel/base_mod.ko"
"$mkko" --name user_mod --need base_symbol -o "$tree/kernel/user_mod.ko"
for name in order builtin builtin.modinfo lkm-facts; do
	: >"$tree/modules.$name"
done
run_depmod
seen >old
cp -a "$tree" before/tree
"$mkko" --name more_mod --need base_symbol --info alias=pci:v1d2 \
	-o "$PWD/more_mod.ko"
back() {
	rm -rf "$tree"
	cp -a before/tree "$tree"
	cp more_mod.ko "$tree/kernel/more_mod.ko"
}
back
run_depmod
seen >new
if cmp -s old new; then
	echo "not ok - the two sets differ"
	exit 1
fi

back
status=0
"$inject" calls 0 kill "$depmod" -b "$PWD/root" "$version" || status=$?
if [ $status = 77 ]; then
	echo "system calls cannot be traced here"
	exit 77
fi
read -r calls _ <calls
echo "# $calls system calls"

whole() { # after status $1
	seen >now
	if cmp -s now new; then
		return 0
	fi
	if [ "$1" != 0 ]; then
		cmp now old
	else
		# As kmod: the indexes are made without what cannot be read,
		# and that is said.
		grep -q "_mod\|builtin\|order\|directory" said
	fi
}
tidy() {
	run_depmod && seen >now && cmp now new && ! left
}
injure() { # NAME ACTION MAY_LEAVE
	i=1 bad=0
	while [ $i -le "$calls" ]; do
		back
		status=0
		"$inject" at $i "$2" "$depmod" -b "$PWD/root" "$version" \
			>said 2>&1 || status=$?
		# A failure is told, and leaves nothing before the commit.
		if ! whole $status >why 2>&1 ||
			{ [ "$2" != kill ] && [ ! -e \
				"$tree/modules.lkm-pending" ] && left >why; } ||
			! tidy >why 2>&1; then
			bad=$((bad + 1))
			read -r _ number <at
			echo "# call $i (number $number), status $status:"
			sed 's/^/# /' why said
		fi
		i=$((i + 1))
	done
	[ $bad = 0 ] && echo "ok - $1" || echo "not ok - $1"
}
injure "killed at each system call" kill
injure "no space at each system call" 28

# A signal ends it, and leaves nothing: nor a folder, nor a set in the middle of
# being renamed. Where it comes too late, the new set is complete.
signalled() { # SIGNAL NUMBER STEP
	i=1 bad=0 ended=0
	while [ $i -le "$calls" ]; do
		back
		status=0
		"$inject" at $i "$1" "$depmod" -b "$PWD/root" "$version" \
			>said 2>&1 || status=$?
		[ $status != $((128 + $2)) ] || ended=$((ended + 1))
		seen >now
		# The last call of all cannot be broken into.
		if { [ $status = 0 ] && cmp -s now new; } ||
			{ [ $status = $((128 + $2)) ] &&
				{ cmp -s now old || cmp -s now new; }; } &&
			! left >why && [ ! -s said ]; then
			:
		else
			bad=$((bad + 1))
			read -r _ number <at
			echo "# call $i (number $number), status $status:"
			sed 's/^/# /' why said
		fi
		i=$((i + $3))
	done
	[ $bad = 0 ] && [ $ended -gt 10 ] && echo "ok - SIG$1 at many system calls" ||
		echo "not ok - SIG$1 at many system calls: $ended ended"
}
signalled TERM 15 3
signalled INT 2 7
signalled HUP 1 7
back
status=0
nohup "$inject" at 60 HUP "$depmod" -b "$PWD/root" "$version" >said 2>&1 ||
	status=$?
seen >now
[ $status = 0 ] && cmp -s now new && echo 'ok - SIGHUP that is ignored' ||
	echo 'not ok - SIGHUP that is ignored'
