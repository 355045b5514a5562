#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every line of the outline has its place in the lesson; the steps come in its
# order; every block of commands has an expectation behind it; and every step asks
# something at its end: tests/structure/outline.sh SRCDIR
set -u
tour=$1/tour
list=$1/tests/structure/outline.tsv
tab=$(printf '\t')
n=0 bad=0

judge() { # name, what is wrong (nothing: it is right)
	n=$((n + 1))
	if [ -n "$2" ]; then
		bad=1
		printf '%s\n' "$2" | sed 's/^/# /'
		echo "not ok $n - $1"
	else
		echo "ok $n - $1"
	fi
}

last=
while IFS=$tab read -r line step words; do
	case $line in '' | '#'*) continue ;; esac
	grep -q -e "$words" "$tour/$step/step.md" 2>/dev/null && wrong= ||
		wrong="$step/step.md has no '$words'"
	judge "$line" "$wrong"
done <"$list"

# (Rust, and what the overview names, are mentioned early.)
judge 'steps in the order of the outline' "$(grep -v -e '^#' -e '^Overview' \
	-e '^Learning' -e '^\.\.\. in Rust' "$list" | cut -f 2 | uniq | sort -c 2>&1)"

judge 'every step is in the outline, or is the way onwards' "$(for s in "$tour"/[0-9]*/; do
	s=$(basename "$s")
	grep -q "$tab$s$tab" "$list" || [ "$s" = 26-onwards ] || echo "$s"
done)"

judge 'every block that is run has an expectation' "$(awk '
	FNR == 1 { state = "" }
	state == "done" { state = ""; if ($0 !~ /^```expect/)
		print step ": " first }
	/^```(run|guest|check)/ { state = "first"; n = split(FILENAME, part, "/")
		step = part[n - 1]; next }
	state == "first" { first = $0; state = "in" }
	state == "in" && /^```$/ { state = "done" }
	' "$tour"/*/step.md)"

judge 'every step ends in an exercise or a question' "$(for s in "$tour"/[0-9]*/; do
	grep -q '^## Exercise' "$s/step.md" && grep -q '^```check' "$s/step.md" &&
		[ -d "$s/solution" ] && continue
	grep -q '^## Question' "$s/step.md" && grep -q '^```answer' "$s/step.md" ||
		echo "$s"
done)"

echo "1..$n"
exit $bad
