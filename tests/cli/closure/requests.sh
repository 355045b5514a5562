# SPDX-License-Identifier: GPL-2.0-or-later
# Every form of a request, and the order of what comes of it.
. "$SRCDIR/tests/cli/closure/common"
make_root

closure base
is 'a name' 0 'base '
closure top-one
is 'a name with a dash, and what it depends on' 0 'base middle top-one '
closure pci:v00001234d00005678
is 'an alias' 0 'base middle top-one '
closure symbol:f_middle
is 'a symbol' 0 'base middle '
closure 'fw*'
is 'a pattern of names' 0 'fw fw2 '
closure 'top*' base middle
is 'each once' 0 'base middle top-one '
closure =fs
is 'a folder' 0 'base middle top-one '
closure =kernel/fs/sub/
is 'a folder, in full' 0 'base middle '
closure =updates
is 'a folder that is not below kernel/' 0 'fw2 '
closure 'drivers/net/*'
is 'a pattern of paths' 0 'base first last '
closure 'drivers/*/*/fw'
is 'a pattern of folders' 0 'fw '
closure kernel/fs/sub/middle.ko
is 'a path as in modules.dep' 0 'base middle '
closure 'fs/top-*'
is 'a pattern with a dash' 0 'base middle top-one '
closure =
closure_of_all=$(sort out)
if [ "$closure_of_all" = "$(find "$mods" -name '*.ko' | sort)" ]; then
	echo "ok - everything"
else
	echo "not ok - everything"
fi

# Softdeps: where they say, if that can be; in a circle, what is needed first.
closure soft
is 'softdeps' 0 'base first soft last '
closure --no-softdep soft
is 'without softdeps' 0 'soft '
closure loop_b
is 'softdeps in a circle' 0 'loop_a loop_b '
closure loop_a
is 'softdeps in a circle, from the other side' 0 'loop_a loop_b '
closure weak
is 'weakdeps' 0 'weak weak_one '
closure --no-weakdep weak
is 'without weakdeps' 0 'weak '

# What is built in has no path.
closure in-side
is 'built in' 0 ''
closure -q -v in-side
says 'built in, told with -v' '^lkm closure: in_side: built in$'
closure --no-firmware inner
is 'an alias of what is built in' 0 ''
closure --no-firmware '*side' base
is 'a pattern of what is built in' 0 'base '

# Files stand for their modules, wherever those come up.
mkdir new
"$mkko" --name base --export f_base -o new/base.ko
"$mkko" --name fresh --depends middle -o new/fresh.ko
closure middle ./new/base.ko
if grep -qx "$PWD/new/base.ko" out && grep -q 'sub/middle.ko$' out &&
	[ "$(wc -l <out)" = 2 ]; then
	echo "ok - a file in place of the tree's"
else
	sed 's/^/# /' out
	echo "not ok - a file in place of the tree's"
fi
closure "$PWD/new/fresh.ko"
is 'a file that depmod has not seen' 0 'base middle fresh '
cd new
status=0
"$LKM" closure -d ../root -S $V -C /dev/null fresh.ko >../out 2>../err ||
	status=$?
cd ..
is 'a file in this folder' 0 'base middle fresh '

# Where there is no choice of a form, and where nothing fits.
for request in nosuch 'nosuch*' =nosuch 'fs/nosuch*' ./nosuch.ko nosuch.ko \
	'[a' 'bas' 'fs' ''; do
	closure base "$request"
	is "nothing fits '$request'" 1 'base '
	closure --allow-missing base "$request"
	is "nothing fits '$request', and may" 0 'base '
done
says 'what is missing is told' '^lkm closure: : no module fits$'
closure -q --allow-missing nosuch
if [ -s err ]; then
	echo "not ok - unless -q"
else
	echo "ok - unless -q"
fi

# Requests from a file, and from standard input.
printf 'base\n\n  last  \n' >list
closure --from list weak_one
is 'requests from a file' 0 'base last weak_one '
closure -f - <list
is 'requests from standard input' 0 'base last '

# The configuration of the root: aliases, softdeps, and what is denied.
mkdir -p root/etc/modprobe.d
cat >root/etc/modprobe.d/x.conf <<'END'
alias mine top_one
softdep last post: weak_one
install base /bin/false
END
status=0
"$LKM" closure -d root -S $V mine last >out 2>err || status=$?
is 'configuration of the root' 0 'base middle top-one last weak_one '
closure mine
is 'configuration: -C instead of it' 1 ''
echo 'deny weak_one' >root/etc/modprobe.d/y.conf
status=0
"$LKM" closure -d root -S $V last weak_one >out 2>err || status=$?
is 'denied' 1 'last '
says 'denied, by which line' 'weak_one: .*y.conf:1 denies it'

# What needs what is denied cannot be loaded either: nothing says "complete".
config() { # lines of the configuration; the rest: the command line
	printf "$1" >denies.conf
	shift
	status=0
	"$LKM" closure -d "$PWD/root" -S $V -C denies.conf "$@" >out 2>err ||
		status=$?
}
config 'deny base for a test\n' top-one
is 'a dependency is denied' 1 ''
says 'a dependency is denied, by which line' \
	'^lkm closure: top-one: needs base, which denies.conf:1 denies$'
config 'deny base\n' pci:v00001234d00005678 last
is 'a dependency is denied, of an alias' 1 'last '
config 'deny base\n' --json top-one
says_out='"what": "top-one"'
if grep -q '"kind": "denied"' out && grep -q "$says_out" out; then
	echo "ok - a dependency is denied, for programs"
else
	sed 's/^/# /' out
	echo "not ok - a dependency is denied, for programs"
fi
config 'deny base\n' soft
is "a softdep's dependency is denied" 0 'soft last '
config 'deny base\nweakdep last middle\n' last
is "a weakdep's dependency is denied" 0 'last '
config 'deny base\n' '=fs' 'top*' weak_one
is 'a dependency is denied, of what a pattern fits' 1 'weak_one '
config 'deny base\n' ./new/fresh.ko
is "a file's dependency is denied" 1 'fresh '
says "a file's dependency is denied, by which line" \
	'fresh.ko: needs base, which denies.conf:1 denies$'
config 'deny fresh\n' ./new/fresh.ko
is 'a file is denied' 1 ''
cp new/fresh.ko new/other.ko
config 'deny fresh\n' ./new/other.ko last
is 'a file is denied by what it says of itself' 1 'last '
says 'a file is denied by what it says of itself, by which line' \
	'other.ko: the file is fresh, which denies.conf:1 denies$'
config 'allow other\n' ./new/other.ko
is 'a file is not allowed by what it says of itself' 1 ''
config 'allow top_one\n' top-one
is 'what an allowed module needs' 0 'base middle top-one '
config 'allow soft\n' soft
is 'what an allowed module has for softdeps' 0 'base first soft last '
config 'allow soft\ndeny first\n' soft
is 'a softdep of an allowed module is denied' 0 'soft last '
config 'allow weak\n' weak
is 'a weakdep of an allowed module' 0 'weak '
