# SPDX-License-Identifier: GPL-2.0-or-later
# bash offers what lkm try takes: sources, modules, folders, the parameters of a
# module, engines; and every option of the help.
command -v bash >/dev/null || { echo "no bash"; exit 77; }
. "$SRCDIR/tests/cli/try/lib"
mkdir -p work/folder
cd work
: >a.c
: >notes.txt
"$BUILDDIR/tests/mkko/mkko" --info parmtype=count:int --info parm=count:many \
	--info parmtype=name:charp -o b.ko
cat >../complete.bash <<'END'
source "$SRCDIR/completions/lkm.bash"
COMP_WORDS=("$LKM" try "$@") COMP_CWORD=$(($# + 1))
_lkm
printf '%s\n' "${COMPREPLY[@]}" | sed '/^$/d' | sort
END
offers() { # NAME WANTED WORD...
	name=$1 wanted=$2
	shift 2
	check "$name" test "$(bash ../complete.bash "$@" | tr '\n' ' ')" = "$wanted"
}
offers 'paths' 'a.c b.ko folder ' ''
offers 'one path' 'a.c ' 'a'
offers 'parameters' 'a.c b.ko count= folder name= ' b.ko ''
offers 'a parameter' 'count= ' b.ko c
offers 'parameters behind others' 'name= ' --rounds 3 b.ko count=1 n
offers 'none without a module' '' a.c cou
offers 'engines' 'auto kvm tcg ' --engine ''
offers 'engines behind a sign' 'auto kvm tcg ' --engine = ''
offers 'numbers' '1 2 4 ' --cpus ''
offers 'any file as a test' 'notes.txt ' --test n
check 'every option' test "$(bash ../complete.bash --)" = \
	"$("$LKM" try --help | grep -o -- '--[a-z][a-z-]*' | sort -u)"
