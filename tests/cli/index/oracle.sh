# SPDX-License-Identifier: GPL-2.0-or-later
# The real kmod reads what we write, we read what it writes, and both answer
# the same to the same questions: which modules, in which order.
PATH=$PATH:/usr/sbin:/sbin
for tool in modprobe depmod; do
	case $("$tool" -V 2>/dev/null) in
	kmod*) ;;
	*) echo "kmod's $tool is not installed"; exit 77 ;;
	esac
done
mkidx=$BUILDDIR/tests/mkidx/mkidx

# What the real one says to many queries, one after the other.
theirs() { # ROOT RELEASE <QUERIES
	tr '\n' '\0' |
		xargs -0 -n 1000 modprobe -C /dev/null -d "$1" -S "$2" -q -a -R \
			-- 2>/dev/null || :
}

ours() { # INDEX <QUERIES
	"$mkidx" match "$1" | cut -f2 | tr ' ' '\n' | sed '/^$/d'
}

same() { # NAME A B
	if cmp "$2" "$3"; then
		echo "ok - $1"
	else
		diff "$2" "$3" | head -5
		echo "not ok - $1"
	fi
}

# Patterns and queries made by chance, of few letters: they meet often.
# Equal priorities, too; and queries that are patterns themselves.
made() { # SEED COUNT WHAT
	awk -v s="$1" -v n="$2" -v what="$3" '
	function chance(k) { s = s * 16807 % 2147483647; return s % k }
	function word(a, k, max,	t, i) {
		for (i = chance(max) + 1; i; i--)
			t = t a[chance(k) + 1]
		return t
	}
	BEGIN {
		p = split("a b ab c * ? [ab] [!a] *a [a_ \\a a b :", pat, " ")
		q = split("a b c ab x a b c a b : _ * ? [ab]", ask, " ")
		for (i = 0; i < n; i++)
			if (what == "rows")
				printf "%s\tm%d\t%d\n", word(pat, p, 6), i,
					chance(7)
			else
				print word(ask, q, 7)
	}'
}

mkdir -p made/lib/modules/1.0/kernel
dir=made/lib/modules/1.0
: >$dir/modules.order
: >$dir/modules.builtin
: >$dir/modules.builtin.modinfo
depmod -b made 1.0
for file in "$dir"/*.bin; do
	"$mkidx" write empty.bin </dev/null
	cmp empty.bin "$file"
done

# Among equals the one that was added later comes first in the file.
mkdir -p equal/lib/modules/1.0/kernel
equal=equal/lib/modules/1.0
: >$equal/modules.order
printf 'kernel/%s.ko\n' a b c >$equal/modules.builtin
printf '%s\0' a.alias=x b.alias=x b.alias=y c.alias=x \
	>$equal/modules.builtin.modinfo
depmod -b equal 1.0
printf '%s\t0\n' 'x	a' 'x	b' 'y	b' 'x	c' | "$mkidx" write equal.bin
"$mkidx" dump equal.bin >ours.out
"$mkidx" dump $equal/modules.builtin.alias.bin >theirs.out
[ -s theirs.out ]
same "the order of equals in the file" theirs.out ours.out
echo x | theirs equal 1.0 >theirs.out
echo x | ours equal.bin >ours.out
same "the order of equals in the answer" theirs.out ours.out

for seed in 1 2 3 4; do
	made $seed 120 rows >rows
	made $seed 600 queries >queries
	"$mkidx" write $dir/modules.alias.bin <rows
	theirs made 1.0 <queries >theirs.out
	[ "$(wc -l <theirs.out)" -gt 600 ]
	ours $dir/modules.alias.bin <queries >ours.out
	same "what patterns fit, seed $seed" theirs.out ours.out
done
modprobe -C /dev/null -d made -S 1.0 -c |
	sed -n 's/^alias //p' >theirs.out
"$mkidx" dump $dir/modules.alias.bin | cut -f1,2 | tr '\t' ' ' >ours.out
[ -s ours.out ]
same "all of an index" theirs.out ours.out

kernel=$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL
if [ -z "$LKM_TEST_KERNEL_ROOT" ] || [ ! -d "$kernel/kernel" ]; then
	echo "ok - a stock kernel # SKIP there is none (set LKM_TEST_KERNEL_ROOT)"
	exit 0
fi

# A stock kernel's indexes: by depmod, and the same rows written by us.
v=$LKM_TEST_KERNEL
mkdir -p "theirs/lib/modules/$v" "ours/lib/modules"
dir=theirs/lib/modules/$v
ln -s "$kernel/kernel" "$dir/kernel"
cp "$kernel"/modules.builtin* "$kernel/modules.order" "$dir"
depmod -b theirs "$v" 2>/dev/null
cp -R -P "$dir" "ours/lib/modules/$v"
for file in dep alias symbols builtin builtin.alias; do
	bin=modules.$file.bin
	"$mkidx" dump "$dir/$bin" >rows
	[ -s rows ]
	"$mkidx" write "ours/lib/modules/$v/$bin" <rows
	"$mkidx" dump "ours/lib/modules/$v/$bin" >again
	same "$bin: what was put in comes out" rows again
	echo "$(wc -c <"$dir/$bin") bytes" >theirs.out
	echo "$(wc -c <"ours/lib/modules/$v/$bin") bytes" >ours.out
	same "$bin: of the same size" theirs.out ours.out
done
"$mkidx" dump "$dir/modules.dep.bin" | cut -f2 | sort >ours.out
sort "$dir/modules.dep" >theirs.out
same "modules.dep.bin has the lines of modules.dep" theirs.out ours.out
for who in ours theirs; do
	modprobe -C /dev/null -d $who -S "$v" -c >$who.out
	# All of them with what they need, in the order of loading.
	sed 's/:.*//; s|.*/||; s/\.ko.*//' "$dir/modules.dep" | tr '\n' '\0' |
		xargs -0 -n 500 modprobe -C /dev/null -d $who -S "$v" -a -D |
		sed "s| $PWD/$who/| |; s| $who/| |" >$who.plans
done
same "the real one reads our aliases and symbols" theirs.out ours.out
[ "$(wc -l <theirs.plans)" -gt "$(wc -l <"$dir/modules.dep")" ]
same "the real one reads our dependencies" theirs.plans ours.plans

# Every alias with its stars filled in; each symbol; and some that miss.
"$mkidx" dump "$dir/modules.alias.bin" | cut -f1 | grep : | sed '
	s/\[\(.\)[^]]*\]/\1/g; s/?/7/g; p; s/\*/0A/g; t
	d' | sed 'n; n; p; s/.$/%/' >queries
theirs theirs "$v" <queries >theirs.out
ours "$dir/modules.alias.bin" <queries >ours.out
[ "$(wc -l <ours.out)" -gt 1000 ]
same "which modules an alias stands for" theirs.out ours.out
theirs ours "$v" <queries >theirs.out
same "the same, of the index that we wrote" theirs.out ours.out
"$mkidx" dump "$dir/modules.symbols.bin" | cut -f1 >queries
theirs theirs "$v" <queries >theirs.out
"$mkidx" get "$dir/modules.symbols.bin" <queries | cut -f2 >ours.out
same "which module has a symbol" theirs.out ours.out
