#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The ids of rules that the emulator names are rows of the table; ids are
# unique; each row says which function of the kernel it is about.
# usage: rules.sh SOURCE LKM
set -eu
src=$(realpath "$1") lkm=$(realpath "$2")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work"
"$lkm" check --rules >rules
cut -f1 rules | sort >known
ok() { echo "ok $1 - $2"; }
bad() { sed 's/^/# /' "$3"; echo "not ok $1 - $2"; }

ls "$src"/src/rules/*.c | grep -v '/reason' | xargs cat |
	grep -oE '"(load|note|stray|decides)\.[a-z0-9._]+"' | tr -d '"' |
	sort -u >named
# "load.elf." is a prefix.
grep -v '\.$' named | comm -23 - known >missing
[ -s named ] && [ ! -s missing ] && ok 1 'ids that are named exist' ||
	bad 1 'ids that are named exist' missing
uniq -d known >twice
[ ! -s twice ] && ok 2 'ids are unique' || bad 2 'ids are unique' twice
awk -F '\t' '$4 == "" || NF != 5' rules >empty
[ ! -s empty ] && ok 3 'each names its function' ||
	bad 3 'each names its function' empty
grep -E '^(stray|decides)\.' known | comm -23 - named >unused
[ ! -s unused ] && ok 4 'what strays is found by somebody' ||
	bad 4 'what strays is found by somebody' unused
echo 1..4
