# SPDX-License-Identifier: GPL-2.0-or-later
# Names, symbols, aliases, what is built in: a folder made by hand.
dir=root/lib/modules/1.0
mkdir -p "$dir/kernel"
mkko=$BUILDDIR/tests/mkko/mkko
"$mkko" --name a_b -o "$dir/kernel/a-b.ko"
"$mkko" --name other -o "$dir/kernel/other.ko"
cat >"$dir/modules.dep" <<'END'
kernel/a-b.ko: kernel/other.ko
kernel/other.ko:
END
cat >"$dir/modules.alias" <<'END'
# a comment
alias pci:v0000ABCDd*sv* a_b
alias pci:v0000ABCDd00000001* other
alias fs-some other
alias inside a_b
END
echo 'alias symbol:sym_x other' >"$dir/modules.symbols"
printf 'kernel/in/in-side.ko\nkernel/in/quiet.ko\n' >"$dir/modules.builtin"
printf '%s\0' in_side.license=GPL in_side.alias=fs-inner 'in_side.parm=p:text' \
	in_side.parmtype=p:int in_side.parm=q:more in_sidex.license=no \
	>"$dir/modules.builtin.modinfo"
for args in '-n a-b' '-n a_b other' '-n pci:v0000ABCDd00000001sv1' \
	'-n pci:v0000ABCDd00000002sv1' '-n fs-some fs_some' '-n symbol:sym_x' \
	'-n inside' 'in-side' '-0 in-side' '-p in_side' '-F name fs-inner' \
	'-m fs-inner -n' '-m fs-some' 'in_sid' 'quiet' '-n quiet' 'a*b' \
	'symbol:nosuch'; do
	echo "> modinfo $args"
	# shellcheck disable=SC2086
	"$LKM_DROPIN_DIR/modinfo" -b root -k 1.0 $args 2>&1 | tr "\0" "@"
	echo
done
