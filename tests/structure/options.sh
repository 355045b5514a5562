#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every long option that a stand-in's --help prints is in its manual page and
# is completed by bash, zsh and fish; and no completion has one that the help
# lacks (a page may: deprecated ones). The tools are those that lkm-dropin has:
# tests/structure/options.sh SRCDIR BUILDDIR
set -u
src=$1 build=$2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/lkm-options.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C
n=0 bad=0

judge() { # name, file with what is wrong
	n=$((n + 1))
	if [ -s "$2" ]; then
		bad=1
		sed 's/^/# /' "$2"
		echo "not ok $n - $1"
	else
		echo "ok $n - $1"
	fi
}

# Of kmod's own program the options are those of all its commands.
helps() { # tool
	"$tmp/bin/$1" --help
	[ "$1" != kmod ] || "$tmp/bin/kmod" static-nodes --help
}

long_options() {
	grep -o -e '--[a-z][a-z-]*' | sort -u
}

of_man() { # tool: options that have a paragraph of their own
	grep -e '^\*-' "$src/man/$1.8.scd" | long_options
}

# bash is asked: an empty word that begins with "--". One that completes what
# the help lists is right by itself; the help is the built one's.
of_bash() { # tool
	cat >"$tmp/ask.bash" <<'END'
source "$1" || exit 1
compopt() { :; }
ask() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
	COMP_POINT=${#COMP_LINE}
	cur=--
	"_$tool"
	printf '%s\n' "${COMPREPLY[@]}"
}
tool=$2
ask "$tool" --
[ "$tool" != kmod ] || ask kmod static-nodes --
END
	PATH=$tmp/bin:$PATH bash "$tmp/ask.bash" \
		"$src/completions/$1.bash" "$1" | long_options
}

of_fish() { # tool
	sed -n 's/^complete .*-l \([a-z][a-z-]*\).*/--\1/p' \
		"$src/completions/$1.fish" | sort -u
}

of_zsh() { # tool: options of _arguments, not words of their descriptions
	sed 's/\[[^]]*\].*//' "$src/completions/$1.zsh" | grep -v '^[[:space:]]*#' |
		long_options
}

mkdir "$tmp/bin"
tools=$("$build/tools/lkm-dropin" 2>&1 | sed 's/.*tool: *//')
for tool in $tools; do
	ln -s "$build/tools/lkm-dropin" "$tmp/bin/$tool"
done
for tool in $tools; do
	helps "$tool" | long_options >"$tmp/help"
	: >"$tmp/diff"
	[ -s "$tmp/help" ] || echo 'its help has no option' >"$tmp/diff"
	judge "$tool: help" "$tmp/diff"
	for where in man bash zsh fish; do
		case $where in
		man) file=$src/man/$tool.8.scd ;;
		*) file=$src/completions/$tool.$where ;;
		esac
		if [ ! -e "$file" ]; then
			echo "there is no ${file#"$src"/}" >"$tmp/diff"
		elif [ $where = bash ] && ! command -v bash >/dev/null; then
			n=$((n + 1))
			echo "ok $n - $tool: bash # SKIP no bash"
			continue
		else
			of_$where "$tool" >"$tmp/found"
			[ $where != man ] || {
				comm -12 "$tmp/help" "$tmp/found" >"$tmp/both"
				mv "$tmp/both" "$tmp/found"
			}
			diff -u --label help --label "${file#"$src"/}" \
				"$tmp/help" "$tmp/found" >"$tmp/diff"
		fi
		judge "$tool: $where" "$tmp/diff"
	done
done
[ -n "$tools" ] || { echo "lkm-dropin has no tool" >"$tmp/diff" &&
	judge 'tools' "$tmp/diff"; }
echo "1..$n"
exit $bad
