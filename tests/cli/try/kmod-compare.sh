# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 300
# Real kmod and our tools take the same steps, as a test of lkm try: what a
# user can carry into the guest, with the libraries of both.
. "$SRCDIR/tests/cli/try/lib"
need_kernel
PATH=$PATH:/usr/sbin:/sbin
kmod=$(command -v kmod) || { echo "kmod is not installed"; exit 77; }
command -v busybox >/dev/null || { echo "busybox is not installed"; exit 77; }
headers=${LKM_TEST_KERNEL_ROOT%/}/usr/src/linux-headers-$LKM_TEST_KERNEL
[ -d "$headers" ] || { echo "no $headers"; exit 77; }
"$SRCDIR/tests/guest/make-modules" "$headers" mods >make.log 2>&1 || {
	sed 's/^/# /' make.log
	echo "not ok - build its modules"
	exit 1
}
build good/params

cat >compare <<'EOF'
#!/bin/sh
mkdir /kmod /ours
for tool in insmod rmmod lsmod; do
	ln -s /bin/kmod /kmod/$tool
	ln -s /bin/lkm-dropin /ours/$tool
done
sh /root/kmod-compare.sh /kmod /ours /mods
status=$?
/kmod/insmod -V | head -n 1 >/dev/null && rm -r /kmod /ours
exit $status
EOF
chmod +x compare
set -- --test ./compare --add "$SRCDIR/tests/guest/kmod-compare.sh" \
	--add "$kmod:/bin/kmod" \
	--add "$BUILDDIR/tools/lkm-dropin:/bin/lkm-dropin"
for ko in mods/*; do
	set -- "$@" --add "$ko:/mods/${ko#mods/}"
done
# Opened by name, when a file needs them: no list of libraries has them.
libs=$(ldconfig -p | sed -n 's/.* => \(.*\/lib\(z\|lzma\|zstd\)\.so\.[0-9]\)$/\1/p')
for lib in $libs; do
	case $(head -c 5 "$lib" | od -An -tx1 | tr -d ' \n') in
	7f454c4602) set -- "$@" --add "$lib:$lib" ;;
	esac
done
run "$LKM" try -v --engine tcg --kernel "$kernel" --rounds 1 --timeout 100 \
	"$@" ko/params.ko
if grep -q '^ *=== differences' out; then
	sed -n '/=== differences/,/^ *[a-z]* *\(ok\|FAIL\|-\)/p' out |
		sed 's/^/# /' >differences
fi
# Only the test is asked: it leaves a module that cannot be removed.
grep -q ' use *ok' out && status=0
is 0 'the same in every step' '=== differences ([1-9][0-9]* steps)'
[ $status = 0 ] || cat differences
