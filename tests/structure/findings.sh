#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every finding that lkm try can have is made by a test from the facts that lead
# to it, and stands in the manual; and the manual names no other.
# tests/structure/findings.sh SRCDIR
set -u
src=$1
tmp=$(mktemp -d "${TMPDIR:-/tmp}/lkm-findings.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
stages='build|file|insert|log|use|remove|health|leftovers|memory|again'

"$src/tests/findings-made" "$src" >"$tmp/made"

n=0 bad=0
verdict() { # NAME; what is wrong stands in $tmp/wrong
	n=$((n + 1))
	if [ -s "$tmp/wrong" ]; then
		sed 's/^/# /' "$tmp/wrong"
		echo "not ok $n - $1"
		bad=1
	else
		echo "ok $n - $1"
	fi
}

for want in insert.refused health.oops memory.slub leftovers.timer \
	leftovers.misc file.no-module; do
	grep -qx "$want" "$tmp/made" || echo "$want"
done >"$tmp/wrong"
verdict 'findings are found in the source'

while read -r id; do
	case $id in
	build.* | file.*) cat "$src"/tests/cli/try/*.sh ;;
	*) grep "\"$id\"" "$src/tests/unit/test_lab_verdict.c" ;;
	esac | grep -qF "$id" || echo "$id"
done <"$tmp/made" >"$tmp/wrong"
verdict 'each has a test'

sed 's/, /\n/g' "$src/man/lkm-try.1.scd" |
	sed -nE "s/^\*(($stages)\.[a-z-]+)\*$/\1/p" | sort -u >"$tmp/told"
comm -3 "$tmp/made" "$tmp/told" >"$tmp/wrong"
verdict 'each stands in the manual, and no other'
echo "1..$n"
exit $bad
