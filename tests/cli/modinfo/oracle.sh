# SPDX-License-Identifier: GPL-2.0-or-later
# The same modules to the real kmod and to us: output, messages and status are
# the same, for every module of a stock kernel and for made-up ones.
PATH=$PATH:/usr/sbin:/sbin
real=$(command -v modinfo) || { echo "kmod is not installed"; exit 77; }
case $("$real" -V | head -1) in
*' 30') ;;
*) echo "the modinfo here is not kmod 30's"; exit 77 ;;
esac
mkko=$BUILDDIR/tests/mkko/mkko
mkdir ours theirs
# The name that getopt(3) prints is that of the program.
ln -s "$LKM_DROPIN_DIR/modinfo" ours/modinfo
ln -s "$real" theirs/modinfo
failed=0

same() { # arguments of modinfo
	for who in ours theirs; do
		PATH="$PWD/$who:$PATH" modinfo "$@" >"$who.out" 2>"$who.err" &&
			echo 0 >"$who.exit" || echo 1 >"$who.exit"
	done
	# The help is our own text: the rest of it must be the same.
	case " $* " in
	*' -- '*) whats='out err exit' ;;
	*' -h '*) whats='err exit' ;;
	*) whats='out err exit' ;;
	esac
	for what in $whats; do
		cmp -s "theirs.$what" "ours.$what" && continue
		echo "modinfo $*: $what differs"
		diff -a theirs.$what ours.$what | head -5
		failed=1
	done
}

"$mkko" --full -o full.ko
"$mkko" --sign x509 -o x509.ko
"$mkko" --sign keyid -o keyid.ko
"$mkko" --sign whole -o whole.ko
"$mkko" -o odd.ko --info parm=a --info parmtype=b --info parm=c:one \
	--info parm=c:two --info parmtype=c:int --info parmtype=c:long \
	--info parm=d: --info parm=:x --info parmtype=e: --info noeq --info =val \
	--info key= --info parm= --info averyveryverylongkeyindeed=1 \
	--info exactlyfifteen_=1 --info 'two=lines
here' --info filename=evil
for machine in $("$mkko" --machine list); do
	"$mkko" --machine "$machine" --full -o "$machine.ko"
	same "$machine.ko"
done
for args in full.ko x509.ko keyid.ko whole.ko odd.ko '-0 odd.ko' '-p odd.ko' \
	'-F noeq odd.ko' '-n ./odd.ko ../case/odd.ko .//odd.ko' '-0 full.ko' \
	'-F parm full.ko' '-F parmtype full.ko' '-F sig_id x509.ko' '-h' '-k' \
	'-Q' '--no full.ko' '--fiel name full.ko' '-a -d full.ko' '' 'nosuch' \
	'full.ko nosuch full.ko' './nosuch.ko' '/etc/passwd' '-m full.ko' \
	'full.ko -h' '-- -h'; do
	# shellcheck disable=SC2086
	same $args
done
same ''
same -F '' odd.ko

# What kmod survives. (On the others it fails an assertion.)
for what in $("$mkko" --list | cut -d' ' -f1); do
	case $what in
	elf.shnum.zero | elf.shstrndx* | elf.secstrings.nul) continue ;;
	esac
	"$mkko" --break "$what" -o broken.ko
	same broken.ko
done
for n in 0 1 5 6 16 17 63 64 200; do
	head -c $n full.ko >short.ko
	same short.ko
done
for tool in xz zstd; do
	$tool -qk full.ko
done
same full.ko.xz full.ko.zst
for f in full.ko.xz full.ko.zst; do
	head -c 500 $f >cut-$f
	same cut-$f
done

kernel=$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL
if [ -z "$LKM_TEST_KERNEL_ROOT" ] || [ ! -d "$kernel/kernel" ]; then
	[ $failed = 0 ] || exit 1
	echo "made-up modules are the same; no stock kernel to compare (set LKM_TEST_KERNEL_ROOT)"
	exit 77
fi

# All of a stock kernel's, in one go for each way to ask.
find "$kernel/kernel" -name '*.ko*' | sort >all
[ -s all ]
for ask in '' -0 -p -n -a -0p '-F alias' '-F signature' '-F parmtype' \
	'-F depends'; do
	# shellcheck disable=SC2086
	same $ask $(cat all)
done

# By name, in a module folder that depmod made.
command -v depmod >/dev/null || exit $failed
mkdir -p "root/lib/modules/$LKM_TEST_KERNEL"
ln -s "$kernel/kernel" "root/lib/modules/$LKM_TEST_KERNEL/kernel"
cp "$kernel"/modules.builtin* "$kernel/modules.order" \
	"root/lib/modules/$LKM_TEST_KERNEL/"
depmod -b root "$LKM_TEST_KERNEL" 2>/dev/null
made=root/lib/modules/$LKM_TEST_KERNEL
names=$(sed 's|.*/||; s|\.ko||' "$made/modules.builtin" | head -40)
# shellcheck disable=SC2086
same -b root -k "$LKM_TEST_KERNEL" $names
# shellcheck disable=SC2086
same -b root -k "$LKM_TEST_KERNEL" -m -n $names
sed 's|:.*||; s|.*/||; s|\.ko.*||' "$made/modules.dep" | awk 'NR % 20 == 0' \
	>some
# shellcheck disable=SC2046
same -b root -k "$LKM_TEST_KERNEL" $(cat some)
# Aliases, with their stars filled in.
awk '$1 == "alias" && NR % 300 == 0 { gsub(/\*/, "00", $2); print $2 }' \
	"$made/modules.alias" | grep -v '[][]' >aliases
# shellcheck disable=SC2046
same -b root -k "$LKM_TEST_KERNEL" -n $(cat aliases)
awk '$1 == "alias" && NR % 300 == 0 { print $2 }' "$made/modules.symbols" \
	>symbols
# shellcheck disable=SC2046
same -b root -k "$LKM_TEST_KERNEL" -n $(cat symbols)
# shellcheck disable=SC2046
same -b root -k "$LKM_TEST_KERNEL" -m -n $(cat symbols aliases)
exit $failed
