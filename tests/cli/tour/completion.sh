# SPDX-License-Identifier: GPL-2.0-or-later
# bash offers what lkm tour takes: steps, what can be done with one, options.
. "$SRCDIR/tests/cli/tour/lib"
command -v bash >/dev/null || { echo "no bash"; exit 77; }
small_lesson
cat >complete.bash <<'END'
source "$SRCDIR/completions/lkm.bash"
COMP_WORDS=("$LKM" tour "$@") COMP_CWORD=$(($# + 1))
_lkm
printf '%s\n' "${COMPREPLY[@]}" | sed '/^$/d' | sort
END
offers() { # WANTED WORD...
	wanted=$1
	shift
	bash complete.bash "$@" | tr '\n' ' ' >offered
	cat offered
	[ "$(cat offered)" = "$wanted" ]
}
try 'steps and what can be done' offers 'check first hint reset second solution ' ''
try 'one of them' offers 'solution ' so
try 'steps behind a verb' offers 'first second ' hint ''
try 'engines' offers 'auto kvm tcg ' --engine ''
try 'every option' test "$(bash complete.bash --)" = \
	"$("$LKM" tour --help | grep -o -- '--[a-z][a-z-]*' | sort -u)"
