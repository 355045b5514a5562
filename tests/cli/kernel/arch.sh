# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel of another processor has a folder of its own, and is in no list.
export LKM_CACHE="$PWD/cache"
fail() { echo "FAIL $*"; exit 1; }
status() { # WANTED COMMAND...
	want=$1 got=0
	shift
	"$@" >out 2>err || got=$?
	[ $got = "$want" ] || { cat out err; fail "$* gives $got, not $want"; }
}

R=8.1.0-7-cloud-arm64
mkdir -p cache/kernels-arm64/$R/boot cache/kernels-arm64/precious
: >cache/kernels-arm64/$R/boot/vmlinuz-$R
status 2 "$LKM" kernel get --arch ../x
grep -q "'../x' is no processor's name" err || fail "$(cat err)"
status 2 "$LKM" kernel get --arch
status 2 "$LKM" kernel rm --arch arm64 --all
! "$LKM" kernel list 2>/dev/null | grep -q arm64 || fail "it is in the list"
status 3 "$LKM" kernel rm --arch arm64 8.1.0-9-cloud-arm64
status 3 "$LKM" kernel rm $R
[ -d cache/kernels-arm64/$R ] || fail "removed without its processor"
status 0 "$LKM" kernel rm --arch arm64 $R
[ "$(ls cache/kernels-arm64)" = precious ] || fail "$(ls cache/kernels-arm64)"
