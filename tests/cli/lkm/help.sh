# SPDX-License-Identifier: GPL-2.0-or-later
# Help of one command in both ways; the commands in their order; and what a
# misspelt one may mean.
"$LKM" help >all
"$LKM" --help | diff all -
sed -n 's/^  \([a-z]*\)  *[^ ].*/\1/p' all | grep -vx lkm | tr '\n' ' '
echo
for c in $("$LKM" help | sed -n "s/^  \([a-z]*\)  *[^ ].*/\1/p" | grep -vx lkm); do
	"$LKM" $c --help >wanted
	"$LKM" help $c | diff wanted -
	sed -n 1p wanted | grep -q "^  .*$c " || echo "$c: no example comes first"
	grep -q -- '--help' wanted ||
		echo "$c: --help is not in its list"
done
# A terminal is mostly 80 columns wide.
for c in try check show build new why kernel adopt tour closure; do
	"$LKM" $c --help | awk -v c="$c" 'length > 80 { print c ": too wide: " $0 }'
done
for c in tri bulid kernal modeinfo insmdo help\ tri xyz averyveryverylongname; do
	# shellcheck disable=SC2086
	"$LKM" $c 2>&1 >/dev/null && echo "$c: no error"
done
true
