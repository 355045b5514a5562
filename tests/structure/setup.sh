#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/setup on distributions that this machine is not: what it would
# install there. Only the names are tested, nothing is installed.
set -u
setup=$(cd "$(dirname "$0")/../.." && pwd)/scripts/setup
tmp=$(mktemp -d "${TMPDIR:-/tmp}/lkm-setup.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0

check() { # name, wanted status, pattern that the output must match
	n=$((n + 1))
	if [ "$status" = "$2" ] && grep -q -- "$3" "$tmp/out"; then
		echo "ok $n - $1"
	else
		bad=1
		echo "# status $status, wanted $2; wanted: $3"
		sed 's/^/# /' "$tmp/out"
		echo "not ok $n - $1"
	fi
}

run() { # arguments of scripts/setup
	"$setup" "$@" >"$tmp/out" 2>&1 </dev/null
	status=$?
}

on() { # lines of os-release...
	printf '%s\n' "$@" >"$tmp/os-release"
	run --dry-run --assume-missing --os-release "$tmp/os-release"
}

on 'ID=debian' 'VERSION_ID="12"'
check debian 0 '^apt-get update && .*apt-get install -y .* libzstd-dev '
on 'ID=linuxmint' 'ID_LIKE="ubuntu debian"'
check 'a child of ubuntu' 0 '^apt-get update && .*qemu-system-x86 '
on 'ID=fedora'
check fedora 0 '^dnf install -y gcc .*glibc-static .*elfutils-devel '
on 'ID="rocky"' 'ID_LIKE="rhel centos fedora"'
check 'a child of rhel' 0 '^dnf install -y gcc '
on 'ID=arch'
check arch 0 '^pacman -S --needed --noconfirm gcc .* meson ninja '
on 'ID="opensuse-tumbleweed"' 'ID_LIKE="opensuse suse"'
check opensuse 0 '^zypper --non-interactive install .*glibc-devel-static '
on 'ID=plan9'
check 'one that it does not know' 3 'do not know .* package names'

# A package is named once, and no field of the table is empty.
on 'ID=arch'
twice=$(tail -1 "$tmp/out" | tr ' ' '\n' | sort | uniq -d)
n=$((n + 1))
if [ -z "$twice" ]; then
	echo "ok $n - no package twice"
else
	bad=1
	echo "# twice: $twice"
	echo "not ok $n - no package twice"
fi
n=$((n + 1))
if sed -n "/table='$/,/^'/p" "$setup" | sed "/'$/d" | awk 'NF != 6 { print "# " $0; bad = 1 }
	END { exit bad || NR < 10 }'; then
	echo "ok $n - every need has a probe and four packages"
else
	bad=1
	echo "not ok $n - every need has a probe and four packages"
fi

# What Meson asks pkg-config for, the table has. (src/ko lists some in a loop;
# 'threads' is Meson's name for what comes with the C library.)
src=$(dirname "$(dirname "$setup")")
n=$((n + 1))
missing=$(find "$src/src" "$src/guest" "$src/tools" "$src/tests" \
	-name meson.build -exec sed -n "
		s/.*[^_]dependency('\([a-z][^']*\)'.*/\1/p
		s/^foreach n : \[\(.*\)\]/\1/p" {} + | tr ',' '\n' | tr -d "' " |
	tr -s '\n' | sort -u | while read -r lib; do
		[ "$lib" = threads ] || grep -q "pc:$lib " "$setup" || echo "$lib"
	done)
if [ -z "$missing" ]; then
	echo "ok $n - it has every library that Meson looks for"
else
	bad=1
	echo "# not in the table: $missing"
	echo "not ok $n - it has every library that Meson looks for"
fi

run --frobnicate
check 'an argument that there is none' 2 'unknown argument'

# On this machine nothing is missing, or it says what.
run --check
if [ "$status" = 1 ]; then
	n=$((n + 1))
	echo "ok $n - nothing is missing here # SKIP $(cat "$tmp/out")"
else
	check 'nothing is missing here' 0 'everything is here'
fi
echo "1..$n"
exit $bad
