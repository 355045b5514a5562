# SPDX-License-Identifier: GPL-2.0-or-later
# The same, in a folder that looks like a machine with modules.
. "$SRCDIR/tests/cli/libkmod/lib"
. "$SRCDIR/tests/cli/fake-machine"
need_real
command -v depmod >/dev/null || { echo "depmod is not installed"; exit 77; }
fake_machine
"$CC" -D_GNU_SOURCE -I"$SRCDIR/include" "$SRCDIR"/tests/abi/abi*.c "$real" \
	-o abi
put_program "$PWD/abi"
abi=$PWD/abi
mkdir root/real.lib root/ours.lib
mv "root$real" root/real.lib/libkmod.so.2
for lib in $(ldd "$real" | grep -o '/[^ :)]*'); do
	mkdir -p "root${lib%/*}"
	[ -e "root$lib" ] || cp -L "$lib" "root$lib"
done
cp "$ours/libkmod.so.2" root/ours.lib/
modules root
mkdir -p root/etc/modprobe.d root/run/modprobe.d root/lib/modprobe.d root/tmp
echo 'options top from=etc' >root/etc/modprobe.d/b.conf
echo 'options top from=lib' >root/lib/modprobe.d/a.conf
echo 'options top hidden' >root/lib/modprobe.d/b.conf
echo 'blacklist middle' >root/run/modprobe.d/c.conf
echo 'base.from=cmdline "top.q=a b" modprobe.blacklist=late,top quiet' \
	>root/proc/cmdline

fake_module base live 16384 1 middle top
fake_module middle live 20480 0
fake_module going going 4096 -1
fake_module coming coming 4096 1
fake_module odd strange 4096 x
mkdir root/sys/module/folder
mkdir root/sys/module/base/sections
echo 0xffffffffc0400000 >root/sys/module/base/sections/.text
echo 0x0000000000001000 >root/sys/module/base/sections/.data
cat >root/proc/modules <<'END'
middle 20480 0 - Live 0xffffffffc0500000
base 16384 1 middle,top, Live 0xffffffffc0400000 (OE)
folder 777 1 - Loading 0x0
going 4096 -1 - Unloading 0x0
END

asks() { # library, arguments of abi
	lib=$1
	shift
	inside /usr/bin/env LD_LIBRARY_PATH="/$lib.lib" "$abi" "$@" \
		>"$lib.out" 2>"$lib.err" || echo "status $?" >>"$lib.out"
	# What nonsense it is that a file says is quoted, line end and all.
	sed -i -e "/^log ours 3 kmod_module_get_initstate: unknown/d;/^'\$/d" \
		-e '/^log ours 3 kmod_module_get_refcnt: could not/d' "$lib.out"
	# kmod's own build tells where in its source.
	sed -i 's/^libkmod: ERROR .* \(kmod_[a-z_]*:\)/libkmod: ERROR: \1/' \
		"$lib.err"
}
put_program /usr/bin/env
both() { # name, arguments of abi
	name=$1
	shift
	asks real "$@"
	asks ours "$@"
	judge "$name" diff real.out ours.out
	judge "$name: stderr" diff real.err ours.err
}
m=/lib/modules/6.1.0-made-up
both 'a machine' $m - base middle top late going coming odd folder inside
grep -q 'log ours' real.out && grep -q '^state 1 live' real.out &&
	echo "ok - the machine is seen"
rm root/proc/modules root/proc/cmdline
both 'without /proc' $m - base folder
