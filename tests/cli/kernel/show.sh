# SPDX-License-Identifier: GPL-2.0-or-later
# show, of a kernel made from nothing.
R=9.8.7-mk
export LKM_CACHE="$PWD/cache"
bin=$BUILDDIR/tests/mkko
k=$PWD/cache/kernels/$R
mkdir -p "$k/boot" "$k/lib/modules/$R/kernel"
"$bin/mkkern" "$k/boot/vmlinuz-$R"
"$bin/mkko" -o "$k/lib/modules/$R/kernel/one.ko" --name one --export a=0x1

ok() { echo "ok - $1"; }
bad() { echo "not ok - $1"; }
is() { # NAME COMMAND...
	n=$1
	shift
	("$@") >log 2>&1 && ok "$n" || { sed 's/^/# /' log; bad "$n"; }
}

cat >want <<'END'
9.8.7-mk
  banner    Linux version 9.8.7-mk (mk@ko) (cc 1) #1 SMP
  vermagic  9.8.7-mk SMP mod_unload modversions 
  machine   x86_64
  image     cache/kernels/9.8.7-mk/boot/vmlinuz-9.8.7-mk
  modules   cache/kernels/9.8.7-mk/lib/modules/9.8.7-mk
  exports   4 symbols, 1 of them for GPL only, in 1 namespace, with versions
  spaces    NS
  struct    module: 256 bytes, name at 24, init at 120, exit at 128
  keys      mkko test key (serial da010203fe)
END
text() {
	"$LKM" kernel show 9.8 >found
	sed "s|$PWD/||; /^  options/,\$d" found | diff -u want -
	grep -q '^  options .*MODVERSIONS=y MODULE_SIG=n' found
	grep -q '^  checks .* of the .* lines' found
	grep -q '^  unknown   no configuration at hand$' found
	! grep -q 'load\.elf\.short' found
	grep -q 'load\.elf\.magic' found
}
is 'text' text

json() {
	"$LKM" kernel show $R --json >found.json
	python3 - <<-'EOM'
	import json
	k = json.load(open("found.json"))
	assert k["release"] == "9.8.7-mk", k
	assert k["exports"] == {"symbols": 4, "gpl_only": 1, "with_crc": 4,
	                        "namespaces": ["NS"]}, k["exports"]
	assert k["struct_module"]["exit"] == 128, k
	assert k["keys"][0]["serial"] == "da010203fe", k
	assert k["options"]["SMP"] == "y" and k["options"]["LIVEPATCH"] is None
	assert k["checks"]["load.elf.short"] and not k["checks"]["load.elf.magic"]
	assert k["config"] is None
	assert k["unknown"] == ["no configuration at hand"], k
	EOM
}
is '--json' json

modules_alone() {
	rm "$k/boot/vmlinuz-$R"
	"$LKM" kernel show $R --json >found.json
	python3 - <<-'EOM'
	import json
	k = json.load(open("found.json"))
	assert k["exports"] is None and k["keys"] is None, k
	assert k["struct_module"]["size"] == 896, k
	assert k["vermagic"].startswith("6.1.0 "), k
	assert k["checks"]["load.elf.short"] is None, k
	assert "no kernel image at hand" in k["unknown"], k
	EOM
}
is 'without an image' modules_alone

damaged() {
	echo nonsense >"$k/boot/vmlinuz-$R"
	"$LKM" kernel show $R >out 2>said && return 1
	[ $? = 3 ] || [ ! -s out ]
	grep -q 'vmlinuz-9.8.7-mk: this is no kernel' said
}
is 'an image that is none' damaged

usage() {
	for args in '-x' 'a b' '--json=x'; do
		status=0
		"$LKM" kernel show $args >out 2>said || status=$?
		[ $status = 2 ] && [ -s said ] && [ ! -s out ] || return 1
	done
	for name in 9.9 nonsense; do
		status=0
		"$LKM" kernel show $name >out 2>said || status=$?
		[ $status = 3 ] && grep -q "$name" said || return 1
		status=0
		"$LKM" check -k $name "$LKM" >out 2>said || status=$?
		[ $status = 3 ] || return 1
	done
}
is 'wrong usage' usage
begins() {
	"$bin/mkkern" "$k/boot/vmlinuz-$R" || exit 1
	"$LKM" kernel show 9.8.7 | grep -qx '9.8.7-mk' || exit 1
	mkdir -p "$PWD/cache/kernels/9.8.7-mz/boot"
	cp "$k/boot/vmlinuz-$R" "$PWD/cache/kernels/9.8.7-mz/boot/vmlinuz-9.8.7-mz"
	! "$LKM" kernel show 9.8.7 >two 2>&1 || exit 1
	rm -r "$PWD/cache/kernels/9.8.7-mz"
}
is 'by the beginning of its release, if one has it' begins
why_k() {
	"$LKM" depmod -b "$PWD/cache/kernels/$R" $R || exit 1
	"$LKM" why -k $R one >found || exit 1
	grep -q "$R/kernel/one.ko" found || exit 1
	rm "$PWD/cache/kernels/$R/lib/modules/$R"/modules.*
	! "$LKM" why -k $R one 2>found || exit 1
	grep -q "'lkm depmod -b $PWD/cache/kernels/$R $R' writes it" found
}
is 'why -k, and the command where there is no index' why_k
