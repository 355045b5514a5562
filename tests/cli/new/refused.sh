# SPDX-License-Identifier: GPL-2.0-or-later
# Names that cannot be, kinds that are not there, folders that are: each is
# told, and nothing is made or changed.
. "$SRCDIR/tests/cli/try/lib"
export LKM_CACHE="$PWD/cache"

refused() { # STATUS NAME PATTERN ARGUMENT...
	_s=$1 _n=$2 _p=$3
	shift 3
	find . ! -name out ! -name err ! -name check.out | sort >before
	run "$LKM" new "$@"
	is "$_s" "$_n" "$_p"
	find . ! -name out ! -name err ! -name check.out | sort >after
	check "$_n: nothing is made" diff before after
}

: >before
: >after
refused 2 'no name' 'Give a NAME'
refused 2 'two names' "not 'two'" one two
refused 2 'a name with a dash' "write '_' for '-'" my-dev
refused 2 'a digit in front' 'wanted a letter' 3com
refused 2 'a path' 'wanted a letter' a/b
refused 2 'a name of dots' 'wanted a letter' ..
refused 2 'an empty name' 'wanted a letter' ''
refused 2 'a name that is no ASCII' 'wanted a letter' 'mödul'
refused 2 'a word of C' "'int' means something else" int
refused 2 "a macro of the compiler's" "'linux' means something else" linux
refused 2 "the test's own name" "'use' means something else" use
refused 2 'a long name' 'found 33 letters, wanted at most 32' \
	aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
refused 2 'an unknown kind' "there is no kind 'nothing'" x --kind nothing
refused 2 'a kind with a typo' "did you mean 'chardev'" x --kind chardve
refused 2 'a kind with a path' 'there is no kind' x --kind ../hello
refused 2 'an unknown option' "no option '--no-such'" x --no-such
refused 2 'an option without its value' "'--kind' takes a value" x --kind
refused 2 '--list makes nothing' 'takes no NAME' x --list
refused 2 '--json without --list' 'goes with --list' x --json
refused 3 'no folder to make it in' 'cannot make a folder there: No such' \
	x -o no/such
check 'and what to do about it' grep -q 'fix: make the folder' err
refused 2 'a folder without a name' "wants a folder, found ''" x -o ''
refused 2 'a name that would steer a terminal' 'called .a.x1b' \
	"$(printf 'a\033[31m')"
refused 2 'two, and the second would' "not 'b.x1b" a "$(printf 'b\033[31m')"
LKM_EXAMPLES=/nowhere refused 3 'no examples' "LKM_EXAMPLES names '/nowhere'" x

mkdir there
echo mine >there/file
refused 2 'a folder that is there' 'is there already, and stays' there
check 'its file is as it was' grep -q '^mine$' there/file
check 'another name is offered' grep -q "fix: 'lkm new there2' makes one beside it" err
check 'no project is none' sh -c '! grep "lkm try" err'
"$LKM" new -q project && : >project2
refused 2 'a project of ours' "'lkm try project' builds it and tries it" project
check 'a name that is free' grep -q "'lkm new project3' makes" err
refused 2 'with what was asked for' "'lkm new project3 --kind minimal -o .' makes" \
	project --kind minimal -o .
python3 "$SRCDIR/tests/cli/on-terminal" 80 "$LKM" new --list >out 2>err
check 'the list says what to type' grep -q '^Next: lkm new mine --kind chardev' out
check 'but to no program' sh -c '! "$LKM" new --list | grep Next'
mkdir empty
refused 2 'an empty folder, too' 'is there already' empty
ln -s nowhere link
refused 2 'a link to nowhere' 'is there already' link
if [ "$(id -u)" != 0 ] || command -v setpriv >/dev/null; then
	mkdir locked
	chmod 555 locked
	run as_user "$LKM" new x -o locked
	is 3 'a folder that may not be written' 'Permission denied'
	chmod 755 locked
fi

# What it says to type next can be typed, whatever the folder is called.
mkdir "a b'\$(id)"
run "$LKM" new x -o "a b'\$(id)"
is 0 'a folder with blanks and quotes'
check 'the next command, as a shell takes it apart' sh -c '
	set -e
	line=$(sed -n "s/^  lkm try \(.*\) build it.*/\1/p" out)
	eval "set -- $line"
	[ "$#" = 1 ]
	[ -e "$1/Kbuild" ]'
mkdir ./-o
run "$LKM" new x -o -o
is 0 'a folder that begins with a dash' 'lkm try ./-o/x '

# What cannot be written leaves nothing: a file size of no bytes stands for a
# full disk.
run sh -c 'trap "" XFSZ; ulimit -f 0; exec "$0" new full' "$LKM" 2>/dev/null
check 'a full disk: no folder' test ! -e full
check 'a full disk: nothing else' sh -c '! ls -A | grep "full\|^\.full"'

# What the kernel has under that name is told, and made all the same.
if [ -n "$LKM_TEST_KERNEL" ]; then
	mkdir -p cache/kernels
	ln -s "$LKM_TEST_KERNEL_ROOT" "cache/kernels/$LKM_TEST_KERNEL"
	run "$LKM" new loop
	is 0 "a name of the kernel's own" "has a module 'loop' of its own" \
		'take another name'
	name=$(sed -n 's|.*/\([a-z]*[_-][a-z]*\)\.ko$|\1|p' \
		"$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL/modules.builtin" |
		head -1 | tr - _)
	run "$LKM" new "$name"
	is 0 'a name of what is built in' "has a module '$name'" 'built in' \
		'will not load this one'
	run "$LKM" new printk
	is 0 'a name in /sys/module' "has a module 'printk'" 'built in'
else
	echo "ok - a name of the kernel's own # SKIP no kernel at hand"
fi
