# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 300
# Loads and unloads in a real kernel, through both libraries.
. "$SRCDIR/tests/cli/libkmod/lib"
. "$SRCDIR/tests/cli/try/lib"
need_kernel
need_real
command -v depmod >/dev/null || { echo "depmod is not installed"; exit 77; }
headers=${LKM_TEST_KERNEL_ROOT%/}/usr/src/linux-headers-$LKM_TEST_KERNEL
[ -d "$headers" ] || { echo "no $headers"; exit 77; }
"$SRCDIR/tests/guest/make-modules" "$headers" mods >make.log 2>&1 || {
	sed 's/^/# /' make.log
	echo "not ok - build its modules"
	exit 1
}
build good/params
m=root/lib/modules/6.1.0-m
mkdir -p $m/kernel
cp mods/base_mod.ko mods/user_mod.ko mods/param_mod.ko $m/kernel/
depmod -b root 6.1.0-m 2>/dev/null
"$CC" -D_GNU_SOURCE -I"$SRCDIR/include" "$SRCDIR/tests/abi/act.c" "$real" -o act

cat >compare <<'END'
#!/bin/sh
cd /root || exit 1
LD_LIBRARY_PATH=/real.lib /bin/act /m >real.out 2>&1
LD_LIBRARY_PATH=/ours.lib /bin/act /m >ours.out 2>&1
diff real.out ours.out && echo "both say the same"
cat ours.out
END
chmod +x compare
set -- --test ./compare --add "$PWD/act:/bin/act" \
	--add "$real:/real.lib/libkmod.so.2" \
	--add "$ours/libkmod.so.2:/ours.lib/libkmod.so.2"
for f in $m/modules.* $m/kernel/*; do
	set -- "$@" --add "$PWD/$f:/m/${f#"$m"/}"
done
run "$LKM" try -v --engine tcg --kernel "$kernel" --rounds 1 --timeout 100 \
	"$@" ko/params.ko
is 0 'the same in a real kernel' 'both say the same' \
	'base_mod: 1 live, refcnt 1' 'holders: user_mod' 'probe user_mod 0 = 0' \
	'remove base_mod 0 = -11' 'param_mod 0 = -12'
