# SPDX-License-Identifier: GPL-2.0-or-later
# What module_blacklist= of the running kernel keeps out, and what needs that.
. "$SRCDIR/tests/cli/fake-machine"
fake_machine
put_program "$LKM"
R=$(uname -r)
tree=root/lib/modules/$R
mkdir -p "$tree/kernel" root/conf
mkko() { "$BUILDDIR/tests/mkko/mkko" -o "$tree/kernel/$1.ko" --name "$@"; }
mkko lkmt_a --export a_one=0x5
mkko lkmt_b --need a_one=0x5
mkko lkmt_c
touch "$tree/modules.order" "$tree/modules.builtin" \
	"$tree/modules.builtin.modinfo"
"$LKM_DROPIN_DIR/depmod" -b root "$R"

why() { # NAME STATUS WORD...: a line that is said, of a module
	name=$1 wanted=$2 line=$3 status=0
	shift 3
	inside "$LKM" why -C /conf "$@" >out 2>&1 || status=$?
	if [ "$status" = "$wanted" ] && grep -qF -e "$line" out; then
		echo "ok - $name"
	else
		sed 's/^/# /' out
		echo "not ok - $name (status $status)"
	fi
}

refused='would be refused by the kernel: it was booted with module_blacklist='
echo 'quiet' >root/proc/cmdline
why 'nothing is barred' 0 'lkmt_a would be loaded' lkmt_a
echo 'module_blacklist=lkmt_a quiet "module-blacklist=x,lkmt_a"' \
	>root/proc/cmdline
why 'barred' 1 "lkmt_a $refused" lkmt_a
why 'what is to be done' 1 '  fix: nothing overrules it until' lkmt_a
why 'what needs it' 1 "it needs 'lkmt_a', which the kernel refuses" lkmt_b
why 'another' 0 'lkmt_c would be loaded' lkmt_c
why 'as JSON' 1 '"verdict": "barred"' --json lkmt_a
why 'as JSON, what needs it' 1 '"because_of": "lkmt_a"' --json lkmt_b
echo 'module_blacklist=lkmt-a,lkmt_ quiet' >root/proc/cmdline
why 'letter by letter' 0 'lkmt_a would be loaded' lkmt_a
echo 'module_blacklist=lkmt_c module_blacklist=lkmt_a' >root/proc/cmdline
why 'the last one counts' 0 'lkmt_c would be loaded' lkmt_c
echo 'module_blacklist=lkmt_a' >root/proc/cmdline
why 'of another kernel nothing is known' 0 'lkmt_a would be loaded' \
	-d / lkmt_a
