#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The ids of rules that the emulator names are rows of the table; ids are
# unique; each row says which function of the kernel it is about; each has a test
# that breaks exactly it, and a run in a real kernel or a reason why there is none.
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

# Each has a run in a real kernel: a module that breaks it (witness.tsv, where
# the same module unbroken does not), a real refusal, or a reason why not.
oracle=$src/tests/oracle
{ "$oracle/witness" --list; "$oracle/refusals" --list; } | sort -u >run
grep -v '^#' "$oracle/no-witness.tsv" >excuses
cut -f1 excuses | sort >excused
sort -u run excused | comm -23 known - | sed 's/$/: no run and no excuse/' >none
[ -s run ] && [ ! -s none ] && ok 5 'each has a run in a real kernel' ||
	bad 5 'each has a run in a real kernel' none
sort -u run excused | comm -13 known - | sed 's/$/: no such rule/' >stale
comm -12 run excused | sed 's/$/: has a run, needs no excuse/' >>stale
awk -F '\t' 'NF != 2 || length($2) < 20 { print $1 ": no reason" }' excuses >>stale
uniq -d excused >>stale
[ ! -s stale ] && ok 6 'no excuse is stale' || bad 6 'no excuse is stale' stale

# Each has a line, or facts, that lead to it and to nothing else: a fail case
# that needs no kernel. (What strays has no line: it is in the runs.)
grep -oE '^	\{ "(load|unload|note|damage)\.[a-z0-9._]+"|^	\{ "unload"' \
	"$src/tests/unit/test_reason.c" | cut -d'"' -f2 | sort -u >lines
grep -vE '^(stray|decides)\.' known | comm -23 - lines >unsaid
[ ! -s unsaid ] && ok 7 'each is reached from its line' ||
	bad 7 'each is reached from its line' unsaid
echo 1..7
