# SPDX-License-Identifier: GPL-2.0-or-later
# Real kmod and our tools load and unload the same in a real kernel. Two guests
# share the cases.
# timeout: 900
[ -n "$LKM_TEST_KERNEL_ROOT" ] || { echo "no kernel for tests"; exit 77; }
play() { # name, part...
	log=$1
	shift
	status=0
	LKM_GUEST_TIMEOUT=800 "$SRCDIR/tests/guest/modprobe-in-qemu" \
		"$LKM_TEST_KERNEL_ROOT" "$LKM_TEST_KERNEL" \
		"$BUILDDIR/tools/lkm-dropin" "$@" >"$log" 2>"$log.err" || status=$?
	echo $status >"$log.status"
}
play 1 load conf commands &
play 2 remove broken indexes bulk late
wait
for log in 1 2; do
	case $(cat $log.status) in
	0) sed -n '/^ok/p;/^not ok/p;/^#/p' $log ;;
	77)
		tail -n 1 $log
		exit 77
		;;
	*)
		sed -n '/^ok/p;/^not ok/p;/^#/p' $log
		tail -n 5 $log $log.err | sed 's/^/# /'
		echo "not ok - all cases of guest $log"
		;;
	esac
done
