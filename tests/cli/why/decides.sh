# SPDX-License-Identifier: GPL-2.0-or-later
# What decides, by which line, with which status; and modprobe agrees.
mkko=$BUILDDIR/tests/mkko/mkko
folder=root/lib/modules/1.0
mkdir -p $folder/kernel
module() { # NAME MKKO-ARGUMENT...
	name=$1
	shift
	"$mkko" -o $folder/kernel/"$name".ko --name "$name" "$@"
}
module base --export b=0x1
module top-one --need b=0x1 --info 'alias=pci:v1*'
module other --info 'alias=pci:v1d2*'
module plain
echo kernel/in-kernel.ko >$folder/modules.builtin
: >$folder/modules.order
: >$folder/modules.builtin.modinfo
"$LKM_DROPIN_DIR/depmod" -b root 1.0 2>/dev/null

why() { # CONFIGURATION ARGUMENT...
	printf "$1" >x.conf
	shift
	status=0
	"$LKM" why -d root -S 1.0 -C x.conf "$@" >out 2>err || status=$?
	sed -i "s|$PWD/||" out err
}
modprobe() {
	"$LKM_DROPIN_DIR/modprobe" -d root -S 1.0 -C x.conf -n -v "$@" 2>&1
}
ok() { # NAME STATUS LINE...: all are in the output
	n=$1 good=true
	[ "$status" = "$2" ] || { echo "# status $status, wanted $2"; good=false; }
	shift 2
	for l in "$@"; do
		grep -qxF -e "$l" out err ||
			{ echo "# not said: $l"; good=false; }
	done
	$good || sed 's/^/# /' out err
	$good && echo "ok - $n" || echo "not ok - $n"
}

why '' plain
ok loads 0 'plain would be loaded' "  file      $folder/kernel/plain.ko"
why '' in-kernel
ok 'built in' 0 'in_kernel is built into the kernel: there is nothing to load' \
	"  found     $folder/modules.builtin:1: kernel/in-kernel.ko"
why '# x\ndeny pl* too \\\n  old\n' plain
ok denied 1 'plain would not be loaded: a deny line forbids it' \
	'  because   x.conf:2: deny pl* too   old'
modprobe plain | grep -q '^insmod' && echo 'not ok - modprobe: denied' ||
	echo 'ok - modprobe: denied'
why 'deny base no\n' top_one
ok 'a dependency is denied' 1 \
	"top_one would not be loaded: it needs 'base', which a deny line forbids" \
	'  because   x.conf:1: deny base no' '  needs     base'
modprobe top-one | grep -q '^insmod' && echo 'not ok - modprobe: needs' ||
	echo 'ok - modprobe: needs'
why 'allow plain\nallow top-*\n' other
ok 'not allowed' 1 \
	'other would not be loaded: there is an allow-list, and it is not on it' \
	'  because   x.conf:1: allow plain'
why 'allow plain\nallow top-*\n' top-one
ok 'allowed with what it needs' 0 'top_one would be loaded' \
	'  allow     x.conf:2: allow top_*'
[ "$(modprobe top-one | grep -c '^insmod')" = 2 ] &&
	echo 'ok - modprobe: allowed' || echo 'not ok - modprobe: allowed'
why 'blacklist top-one\n' pci:v1d1
ok 'blacklisted, by alias' 1 \
	'top_one would not be loaded by this alias: it is blacklisted' \
	'  because   x.conf:1: blacklist top_one' \
	"  found     $folder/modules.alias:$(sed -n '/top_one/=' $folder/modules.alias): alias pci:v1* top_one"
why 'blacklist top-one\n' top-one
ok 'blacklisted, by name' 0 'top_one would be loaded' \
	'  blacklist x.conf:1: blacklist top_one   (stops its aliases only)'
why 'blacklist top-one\n' pci:v1d2
ok 'one of two' 0 'pci:v1d2 stands for 2 modules' 'other would be loaded' \
	'top_one would not be loaded by this alias: it is blacklisted'
why 'install plain /bin/false\ninstall pl* x\n' plain
ok 'a command that does nothing' 1 \
	'plain would not be loaded: an install line runs a command that does nothing' \
	'  because   x.conf:1: install plain /bin/false'
why 'install plain modprobe -i plain; sleep 1\nsoftdep plain pre: base\n' plain
ok 'a command' 3 '  because   x.conf:1: install plain modprobe -i plain; sleep 1' \
	'  softdep   x.conf:2: softdep plain pre: base'
why 'install base /bin/true\n' top-one
ok 'a dependency has one' 1 "top_one would not be loaded: it needs 'base', for which an install line runs a command that does nothing"
why 'alias mine plain\noptions mine a=1\noptions plain b=2\noptions x c=3\n' mine
ok 'an alias line, options' 0 'plain would be loaded' \
	'  alias     x.conf:1: alias mine plain' \
	'  options   x.conf:2: options mine a=1' \
	'  options   x.conf:3: options plain b=2'
! grep -q c=3 out || echo "not ok - options of another"
why 'alias mine gone\n' mine
ok 'no file' 1 'gone would not be loaded: it has no file' \
	'  because   x.conf:1: alias mine gone'
grep -q "^  fix: the line leads to no module" out ||
	echo 'not ok - an alias that is switched off: fix'
mv $folder/kernel/plain.ko kept
why '' plain
ok 'the file is gone' 1 'plain would not be loaded: it has no file'
mv kept $folder/kernel/plain.ko
touch -d '1 hour ago' $folder $folder/kernel
why 'deny\n' nosuch
ok 'not known' 1 \
	"lkm why: 'nosuch' is no module and no alias that is known in $folder" \
	"lkm why: x.conf line 1: ignoring bad line starting with 'deny': nothing is denied by it" \
	"  fix: x.conf:1: wanted: deny PATTERN [REASON] (a pattern fits names, not paths or lists with commas)"
why '' plian
ok 'a slip' 1 '  near: there is a module plain'
why '' top-onw
ok 'another slip' 1 '  near: there is a module top_one'
why '' lod.vermagic
ok 'a slip of a rule' 1 '  near: load.vermagic'
why '' enomme
ok 'a slip of an errno' 1 '  near: ENOMEM'
why '' nothing-like-it
! grep near: err || echo 'not ok - near to nothing'
why '' plain -S 2.0
ok 'no folder' 3 \
	"lkm why: 'plain' cannot be looked up: there is no folder root/lib/modules/2.0"
why '' plain -C nosuch
ok 'no configuration' 3 \
	"lkm why: could not read the configuration 'nosuch': No such file or directory"
mkdir -p root/lib/modules/3.0
why '' plain -S 3.0
ok 'no index' 3 "  fix: 'depmod' writes it"
why '' ./root/lib/modules/1.0/kernel/top-one.ko
ok 'a file' 0 'top_one would be loaded' '  needs     base'
for args in 'a b' '--foo' '-C'; do
	# shellcheck disable=SC2086
	why '' $args
	ok "usage: '$args'" 2 "  fix: 'lkm why --help' shows the usage"
done
why 'deny plain \033]0;x\007\n' plain
! grep -q "$(printf '\033')" out && echo 'ok - no escapes' ||
	echo 'not ok - no escapes'
why 'softdep plain pre: other post: nosuch base\ndeny other too old\n' plain
ok 'a softdep is denied' 0 'plain would be loaded' \
	'  without   other, because of x.conf:2: deny other'
why 'softdep plain pre: other\nallow plain\n' plain
grep -q without out && echo 'not ok - a softdep comes along' ||
	ok 'a softdep comes along' 0 'plain would be loaded'
why 'softdep plain pre: other\ndeny oth*\n' --json plain
grep -A1 '"without"' out | grep -q '{' && grep -q '"key": "oth\*"' out &&
	echo 'ok - a softdep is denied, for programs' ||
	{ sed 's/^/# /' out; echo 'not ok - a softdep is denied, for programs'; }
cp $folder/kernel/plain.ko other-name.ko
why 'deny plain\n' ./other-name.ko
ok 'a file is denied by what it says of itself' 1 \
	'other_name would not be loaded: a deny line forbids it' \
	'  because   x.conf:1: deny plain' \
	'  inside    plain, by what the file says of itself'
why 'allow other-name\n' ./other-name.ko
ok 'a file is not allowed by what it says of itself' 1 \
	'  inside    plain, by what the file says of itself'
why 'allow other-name plain\n' ./other-name.ko
ok 'a file is allowed by both its names' 0 'other_name would be loaded'
why 'deny plain\n' --json ./other-name.ko
grep -q '"denied_as": "plain"' out &&
	echo 'ok - what a file says of itself, for programs' ||
	{ sed 's/^/# /' out; echo 'not ok - what a file says of itself, for programs'; }
module chain --need b=0x1 --export c=0x1
module ends --need c=0x1
"$LKM_DROPIN_DIR/depmod" -b root 1.0 2>/dev/null
why 'install base echo\ndeny chain\n' ends
ok 'of two dependencies one has a command, one is denied' 1 \
	"ends would not be loaded: it needs 'chain', which a deny line forbids" \
	'  because   x.conf:2: deny chain'

# A slip in a line forbids nothing, so the line is about no module at all.
why 'deny plian\ndeny ohter why\ndeny base\n' plain
ok 'a line that is nearly about it' 0 'plain would be loaded' \
	'  near      x.conf:1: deny plian   (fits no module)'
[ "$(grep -c near out)" = 1 ] && echo 'ok - and no other' || {
	sed 's/^/# /' out
	echo 'not ok - and no other'
}
why 'allow pl?in othr\ndeny in_kernl\n' other
ok 'the same of an allow line' 1 \
	'  near      x.conf:1: allow othr   (fits no module)'
why 'deny plain\ndeny other\ndeny pla*\n' base
! grep near out && echo 'ok - lines about others' ||
	{ sed 's/^/# /' out; echo 'not ok - lines about others'; }
