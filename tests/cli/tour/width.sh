# SPDX-License-Identifier: GPL-2.0-or-later
# Any width: prose is wrapped to it, commands, output and source are folded with
# a mark; without a terminal nothing but text comes out, and output is left alone.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
small_lesson

fits() { # COLUMNS
	COLUMNS=$1 "$LKM" tour 1 >out && cat out &&
		! sed -n '/^Some/,/^$/p' out | grep -q ".\{$(($1 + 1))\}" &&
		grep -qx '  \$ echo one; echo \(two\|.\)' out
}
for columns in 20 40 80 100; do
	try "$columns columns" fits $columns
done
wide() { COLUMNS=$1 "$LKM" tour 1 >out && cat out && grep -q '^Some prose with `code`' out; }
for columns in 0 nonsense 99999999999999999999; do
	try "COLUMNS=$columns" wide "$columns"
done
try 'no escape sequence' sh -c '! "$LKM" tour 1 | grep "$(printf "\033")"'

# Nothing is wider, and nothing is lost: what is folded is marked by a backslash,
# and joined again it is what the step has.
mkdir lesson/03-wide
cat >lesson/03-wide/step.md <<'END'
# A step whose title does not go into a narrow terminal, nor into its list

1. prose in a list, long enough to be wrapped, wherever it is shown to somebody;
   `insmod: ERROR: could not insert module first.ko: Operation not permitted`

```c file=wide.c
```
```run
echo one two three four five six seven eight nine ten 'quoted words stay' together # a comment
seq -s ' ' 40; printf '    indented:%060d\n' 7
```

```answer
An answer is prose, too: it is wrapped without a mark, as often as it has to be,
and what was one paragraph is one.
```
END
printf '\tint quite_a_long_name = another_name + a_third_name_that_is_long; /* \303\251 */\n' \
	>lesson/03-wide/wide.c
cat >joined.py <<'END'
import os, re, subprocess, sys
columns = sys.argv[1]
def tour(env, *words):
    e = {k: v for k, v in os.environ.items() if k != 'COLUMNS'}
    return subprocess.run([os.environ['LKM'], 'tour', *words], env={**e, **env},
                          text=True, check=True, stdout=subprocess.PIPE).stdout
for words in (['3'], ['solution', '3'], ['--list']):
    whole, narrow = tour({}, *words), tour({'COLUMNS': columns}, *words)
    if words == ['3']:
        assert "seven eight nine ten 'quoted words stay' together # a comment\n" in whole
        assert re.search(r' 39 40\n      indented:0{59}7\n', whole), whole
        assert not re.search(r'\\$', whole, re.M), whole
    for line in narrow.splitlines():
        # A command's quotes and comments, and paths, are not cut.
        assert len(line) <= int(columns) or 'state/lkm' in line or \
            'indented:%' in line or 'quoted words' in line or '# a comment' in line, line
    joined = re.sub(r'\\\n *', '', narrow)
    assert re.sub(r'\s+', '', joined) == re.sub(r'\s+', '', whole), joined
END
for columns in 20 40 60 80 120; do
	try "nothing is lost, $columns columns" python3 joined.py $columns
done
listed() { # a title that goes on does so below its beginning, or below the name
	COLUMNS=60 "$LKM" tour --list >out && cat out &&
		grep -q '^.  3 \[.\] wide            A step' out &&
		grep -q '^ \{25\}[^ ]' out && ! grep -q '^ \{9,24\}[^ ]' out &&
		COLUMNS=40 "$LKM" tour --list >out && cat out &&
		grep -qx '.  3 \[.\] wide' out && grep -q '^ \{9\}A step' out &&
		! grep -q '^ \{10,\}[^ ]' out
}
try 'one column in the list' listed
follows() { # the longest name of the lesson's, and what is told of others
	mkdir lesson/04-entry-points && printf '# T\n' >lesson/04-entry-points/step.md
	COLUMNS=80 "$LKM" tour 3 >out && cat out &&
		grep -qx '  lkm tour entry-points  T' out &&
		grep -q '^  lkm tour solution      the answer' out
}
try 'one column of what is next' follows
rm -r lesson/04-entry-points
ran() { # what a shell makes of the folded command is the command
	COLUMNS=30 "$LKM" tour 3 | sed -n '/^  \$ echo/,/^  one/p' | sed '$d;s/^  \$ //' >folded
	cat folded
	[ "$(wc -l <folded)" -gt 2 ] && sh folded >said && cat said &&
		grep -qx 'one two three four five six seven eight nine ten quoted words stay together' said
}
try 'a folded command can be copied' ran

# A tab goes to the next column that eight divides, as in an editor.
printf '\ta\n\t\tb\tc\n\303\251\td\n' >lesson/01-first/tabs.c
printf '# T\n\n```c file=tabs.c\n```\n' >lesson/01-first/step.md
tabs() {
	"$LKM" tour 1 >out && cat out &&
		grep -qx '          a' out && grep -qx '                  b       c' out &&
		grep -qx "  $(printf '\303\251')       d" out
}
try 'tabs' tabs

# What a step says must not steer the terminal.
printf '# T\n\nA \033[31mred\033[0m `\001`.\n\n```run\nprintf "\\033[2J\\n"\n```\n' \
	>lesson/01-first/step.md
try 'nor one of the lesson or its commands' sh -c \
	'! "$LKM" tour 1 | grep "$(printf "\033")"'

# On a terminal of 40 columns it asks before it runs anything; q leaves.
asked_first() {
	keyed 'q
' && grep -q '(from its start)' out && ! grep -qx '  two' out
}
enter_runs() { # and its prose is folded, its code in a colour and not quoted
	keyed '
' && grep -qx '  two' out && grep -q "$(printf '\033\\[1m')" out &&
		grep -q "with $(printf '\033\\[33m')code$(printf '\033')" out &&
		[ "$(sed -n '/^Some/,/^$/p' out | wc -l)" -gt 2 ]
}
keyed() { # ANSWERS KEYS: what appears on a terminal with colours
	timeout 60 python3 "$SRCDIR/tests/cli/on-terminal" "40:$1:${2-}" \
		env -u NO_COLOR TERM=linux "$LKM" tour 1 >out && cat out
}
early() { # what was typed before it asks is no answer
	keyed '
' 'q
' && grep -qx '  two' out
}
small_lesson
try 'on a terminal, before Enter' asked_first
try 'on a terminal, typed too early' early
try 'on a terminal, after Enter' enter_runs
asked() { # the preview that is wiped has as many rows as it took
	python3 "$SRCDIR/tests/cli/on-terminal" "40:

" "$LKM" tour wide >out && cat out && grep -q '  \$ echo one two' out &&
		! grep '.\{41\}' out | grep -v 'state/lkm\|quoted\|^\[Enter'
}
try 'nor is anything wider there' asked
printf '# T\n\n```run\necho one \\\n  two\n```\n' >lesson/01-first/step.md
two_lines() { # before it runs, and then
	python3 "$SRCDIR/tests/cli/on-terminal" "80:
" "$LKM" tour 1 >out && cat out && [ "$(grep -cx '      two' out)" = 2 ] &&
		! grep '^  \$ *two' out
}
try 'a command of two lines has one sign' two_lines
