# SPDX-License-Identifier: GPL-2.0-or-later
# What is loaded already, in use, built in; commands; what -r does: as kmod's
# modprobe. Nothing is loaded or unloaded: the machine is a folder, and the
# modules are for no kernel that there is.
. "$SRCDIR/tests/cli/fake-machine"
depmod=$(PATH=/usr/sbin:/sbin:$PATH command -v depmod) ||
	{ echo "no depmod"; exit 77; }
fake_machine
put_program /bin/sh

tree=root/lib/modules/1.0
mkdir -p "$tree/kernel" root/conf
mkko() { # NAME, option...
	name=$1
	shift
	"$BUILDDIR/tests/mkko/mkko" -o "$tree/kernel/$name.ko" --name "$name" \
		--vermagic '0.0.0-none ' "$@"
}
mkko lkmt-base --export lb=1
mkko lkmt_mid --need lb=1 --export lm=1
mkko lkmt_top --need lm=1 --info alias=lkmt:a*
mkko lkmt_solo --info alias=lkmt:a1
mkko lkmt_a
mkko lkmt_sum --export ls=1 --info alias=lkmt-hash
mkko lkmt_sum_fast --need ls=1 --info alias=lkmt-hash
mkko lkmt_b
echo kernel/lkmt_bi.ko >"$tree/modules.builtin"
: >"$tree/modules.builtin.modinfo"
(cd "$tree" && find kernel -name '*.ko' | LC_ALL=C sort >modules.order)
"$depmod" -b root 1.0

# What ours adds with -v, and where in its source kmod says something.
said_by() { # folder, command...
	folder=$1
	shift 2
	status=0
	inside "/$folder/modprobe" -C /conf -S 1.0 "$@" \
		>"$folder.out" 2>"$folder.err" || status=$?
	sed -e 's/^/out: /' "$folder.out"
	sed -e '/^  [a-z ]*: /d' -e "s|/$folder/||g" \
		-e 's|\.\./libkmod/[^ ]* [a-z_]*() ||' \
		-e 's/^/err: /' "$folder.err"
	echo "status: $status"
}
conf() { # line...
	printf '%s\n' "$@" >root/conf/a.conf
}
loaded() { # NAME REFCNT [HOLDER...]
	name=$1 refcnt=$2
	shift 2
	rm -rf "root/sys/module/$name"
	fake_module "$name" live 1 "$refcnt" "$@"
}

conf
same 'no argument' modprobe
same 'no argument for -r' modprobe -r
same 'no such option' modprobe --no-such-option
same 'an ambiguous option' modprobe --show
same 'an abbreviation' modprobe --show-dep lkmt_top
same 'an option without its argument' modprobe -d
same 'a wait that is none' modprobe -w x -r lkmt_top
same 'not there' modprobe lkmt_none
same 'not there, quiet' modprobe -q lkmt_none
same 'not there, among others' modprobe -a lkmt_none lkmt_bi lkmt_none2
same 'built in' modprobe lkmt-bi
same 'built in, the first time' modprobe --first-time lkmt-bi
same 'built in, with -D' modprobe -D lkmt-bi
same 'not for this kernel' modprobe -v lkmt_solo
same 'a dependency cannot be loaded' modprobe -v lkmt_top
same 'several for an alias' modprobe -v lkmt:a1
same 'all' modprobe -va lkmt_solo lkmt_none lkmt_a
conf 'alias lkmt_x lkmt_none'
same 'an alias of nothing' modprobe lkmt_x
same 'an alias of nothing, with -D' modprobe -D lkmt_x

# As sha512 of Debian's kernels: each of the two has a plan of its own, and the
# generic one is in both.
conf 'softdep lkmt_solo pre: lkmt-hash'
same 'a softdep stands for a module and for one that needs it' \
	modprobe -D lkmt_solo
[ "$(inside /ours/modprobe -C /conf -S 1.0 -D lkmt_solo |
	grep -c "lkmt_sum.ko")" = 2 ] || echo 'not ok - it is there twice'

loaded lkmt_base 1 lkmt_mid
loaded lkmt_mid 0
conf
same 'loaded' modprobe -v lkmt_mid
same 'loaded, the first time' modprobe --first-time lkmt_mid
same 'all, the first time' modprobe -a --first-time lkmt_mid lkmt_base
same 'a dependency is loaded' modprobe -nv lkmt_top
same 'with -D all is told' modprobe -D lkmt_top
conf 'softdep lkmt_a pre: lkmt_mid lkmt_solo post: lkmt_base lkmt_b'
same 'softdeps, some are loaded' modprobe -nv lkmt_a
same 'softdeps, none can be' modprobe -v lkmt_a
mkdir root/sys/module/lkmt_solo
same 'without a state' modprobe -nv lkmt_solo
same 'without a state, -r' modprobe -nvr lkmt_solo
rm -r root/sys/module/lkmt_solo

conf 'install lkmt_a exit 3' 'install lkmt_b :' 'install lkmt_base false'
same 'a command fails' modprobe lkmt_a
same 'a command fails, quiet' modprobe -q lkmt_a
same 'a command' modprobe lkmt_b
same 'a command, told' modprobe -v lkmt_b x=1
same 'a command is ignored' modprobe -i lkmt_b
same 'a command for what is loaded' modprobe lkmt_base
conf 'install lkmt_a echo "($CMDLINE_OPTS)" "[$CMDLINE_OPTS]"' \
	'options lkmt_a x=1 y="a b"'
same 'the options of a command' modprobe lkmt_a 'z=c d'
same 'the options of a command, none given' modprobe lkmt_a
conf 'install lkmt_a echo $MODPROBE_MODULE; echo $MODPROBE_OPTIONS'
same 'what a command finds' modprobe -s lkmt-a
same 'what a command finds, quiet' modprobe -q -C /conf lkmt-a
conf 'install lkmt_none echo none'
same 'a command makes a name' modprobe lkmt-none
same 'a command makes a name, -r' modprobe -r -nv lkmt-none

conf
same '-r: not there' modprobe -r lkmt_none lkmt_mid
same '-r: not there, all' modprobe -ra lkmt_none lkmt_bi lkmt_none2
same '-r: not loaded' modprobe -r lkmt_top
same '-r: not loaded, the first time' modprobe -r --first-time lkmt_top lkmt_x
same '-r: built in' modprobe -r lkmt_bi
same '-r: built in, quiet' modprobe -rq lkmt_bi
same '-r: in use' modprobe -r lkmt_base
same '-r: in use, forced' modprobe -rf lkmt_base
same '-r: in use, all' modprobe -nvra lkmt_base lkmt_mid
same '-r: told' modprobe -nvr lkmt_mid
same '-r: unused dependencies' modprobe -nvr lkmt_mid
loaded lkmt_base 0
same '-r: an unused dependency' modprobe -nvr lkmt_mid
loaded lkmt_base 1 lkmt_mid
same '-r: holders' modprobe -nvr --remove-holders lkmt_base
loaded lkmt_mid 1 lkmt_top
loaded lkmt_top 0
same '-r: holders, one level' modprobe -nvr --remove-holders lkmt_base
same '-r: with -D' modprobe -rD lkmt_base
conf 'softdep lkmt_top pre: lkmt_a post: lkmt_b'
loaded lkmt_a 0
loaded lkmt_b 0
same '-r: softdeps' modprobe -nvr lkmt_top
same '-r: softdeps, -i' modprobe -nvri lkmt_top
loaded lkmt_a 1
same '-r: a softdep before is in use' modprobe -nvr lkmt_top
loaded lkmt_b 1
same '-r: a softdep behind is in use' modprobe -nvr lkmt_top
same '-r: softdeps are in use, all' modprobe -nvra lkmt_top
conf 'softdep lkmt_top post: lkmt_bi lkmt_solo'
same '-r: a softdep is built in' modprobe -nvr lkmt_top
conf 'remove lkmt_top echo gone $CMDLINE_OPTS' 'remove lkmt_a exit 2'
same '-r: a command' modprobe -rv lkmt_top
same '-r: a command, with -n' modprobe -rnv lkmt_top
same '-r: a command is ignored' modprobe -rnvi lkmt_top
same '-r: a command fails' modprobe -r lkmt_a lkmt_top
same '-r: a command fails, all' modprobe -ra lkmt_a lkmt_top

MODPROBE_OPTIONS="-n -v"
export MODPROBE_OPTIONS
conf
same 'options of the environment' modprobe lkmt_solo
MODPROBE_OPTIONS="-n 'lkmt_solo' -v"
same 'quotes in the environment' modprobe x=1
MODPROBE_OPTIONS=
same 'nothing in the environment' modprobe -D lkmt_solo
