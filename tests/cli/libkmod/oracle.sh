# SPDX-License-Identifier: GPL-2.0-or-later
# One program asks the real library and ours everything, and hears the same.
# (What is different on purpose is not asked: lkm-differences(7).)
# timeout: 600
. "$SRCDIR/tests/cli/libkmod/lib"
need_real
command -v depmod >/dev/null || { echo "depmod is not installed"; exit 77; }

"$CC" -D_GNU_SOURCE -I"$SRCDIR/include" "$SRCDIR"/tests/abi/abi*.c "$real" \
	-o abi
modules root
# Loaded in a wrong place by its name.
cp root/lib/modules/6.1.0-made-up/kernel/base.ko elsewhere.ko
mkdir other && cp elsewhere.ko other/base.ko
"$mkko" --break elf.secstrings.nul -o broken.ko || :
"$mkko" --full -o full.ko
head -c 700 full.ko >short.ko
: >empty.ko
echo hello >text.ko

mkdir conf
cat >conf/a.conf <<'END'
# a comment
options top a=1 b="two words"
options top c=3
options dash-ed_alias from=alias
options nobody x
alias conf-alias top
alias wild*card middle
alias twice base
alias twice late
alias top-secret nosuch
blacklist late
blacklist early-bird
install lonely /bin/true $CMDLINE_OPTS and $CMDLINE_OPTS
install only-command /bin/echo hi
install pat* /bin/false
remove lonely /bin/true
remove only-removed /bin/true
softdep packed pre: lonely nosuch
softdep base post: late
softdep nothing
nonsense line
options
END

same() { # name, arguments of abi
	name=$1
	shift
	for lib in "${real%/*}" "$ours"; do
		LD_LIBRARY_PATH=$lib ./abi "$@" >"out.${lib##*/}" \
			2>"err.${lib##*/}" || echo "status $?" >>"out.${lib##*/}"
	done
	judge "$name" diff "out.$(basename "${real%/*}")" out.libkmod
}

m=$PWD/root/lib/modules/6.1.0-made-up
same 'made-up modules' "$m" conf base middle top early-bird early_bird late \
	lonely packed inside in-side2 nosuch conf-alias wildestcard twice \
	top-secret dash-ed_alias dash_ed-alias made_up_alias \
	pci:v00001234d5sv6 pci:v00000234d5 symbol:base_one symbol:nosuch \
	symbol:base_t inside:out only-command only-removed pattern nothing \
	'made[-]up' x.ko base.ko 'a]b' '*'
same 'no configuration' "$m" /dev/null top packed late
same 'files' "$m" conf "$m/kernel/base.ko" "$m/kernel/early-bird.ko" \
	"$m/kernel/packed.ko.xz" "$m/kernel/lonely.ko" "$PWD/elsewhere.ko" \
	"$PWD/short.ko" "$PWD/empty.ko" "$PWD/text.ko" /etc/passwd /etc
same 'two files of one name' "$m" conf "$PWD/other/base.ko" top
same 'no module folder' /nosuch/folder conf base "$m/kernel/base.ko"
same 'a relative folder' root/lib/modules/6.1.0-made-up conf top
# (Ours makes do with the text files, where there are any.)
for f in dep alias symbols builtin builtin.modinfo; do
	rm "$m/modules.$f"
done
: >"$m/modules.dep.bin"
same 'an empty index' "$m" conf top
rm "$m"/modules.*.bin
same 'no index' "$m" conf top base

kernel=$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL
[ -n "$LKM_TEST_KERNEL_ROOT" ] && [ -d "$kernel/kernel" ] || {
	echo "ok - a stock kernel # SKIP set LKM_TEST_KERNEL_ROOT"
	exit
}
k=$PWD/stock/lib/modules/$LKM_TEST_KERNEL
mkdir -p "$k"
ln -s "$kernel/kernel" "$k/kernel"
cp "$kernel"/modules.builtin* "$kernel/modules.order" "$k/"
depmod -b stock "$LKM_TEST_KERNEL" 2>/dev/null
# Those with several softdep lines are what we do better.
sed -n 's/^softdep \([^ ]*\) .*/\1/p' "$k/modules.softdep" | sort | uniq -d \
	>several
sed 's|:.*||; s|.*/||; s|\.ko.*||' "$k/modules.dep" | awk 'NR % 40 == 0' \
	>names
sed 's|.*/||; s|\.ko$||' "$k/modules.builtin" | awk 'NR % 60 == 0' >>names
awk '$1 == "alias" && NR % 200 == 0 { gsub(/\*/, "0", $2); print $2 }' \
	"$k/modules.alias" | grep -v '[][]' >>names
awk '$1 == "alias" && NR % 400 == 0 { print $2 }' "$k/modules.symbols" >>names
deps_ok() { # none of the modules that it needs has several softdep lines
	! modprobe -d stock -S "$LKM_TEST_KERNEL" -D "$1" 2>/dev/null |
		sed 's|.*/||; s|\.ko.*||' | tr - _ | grep -qxFf several
}
while read -r name; do
	if deps_ok "$name"; then echo "$name"; fi
done <names >asked
[ "$(wc -l <asked)" -gt 50 ]
# shellcheck disable=SC2046
same "a stock kernel, $(wc -l <asked) names" "$k" conf $(cat asked)
