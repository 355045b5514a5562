#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is opened while it runs must be found in the ELF notes by those who copy
# programs with their libraries: tests/structure/notes.sh SRCDIR FILE...
set -u
src=$1
shift
command -v readelf >/dev/null || { echo "readelf is not installed"; exit 77; }
bad=0
noted() { # folder...: the libraries that its files have notes of
	for room; do
		grep -h '^DSO_NOTE(' "$src/src/$room"/*.c | cut -d'"' -f2
	done
}
opened=$(grep -h -o '\.soname = "[^"]*"' "$src"/src/ko/*.c | cut -d'"' -f2)
[ -n "$opened" ] || { echo "src/ko opens no library?"; exit 1; }
[ "$(noted ko | sort)" = "$(echo "$opened" | sort)" ] ||
	{ echo "src/ko has not a note for each library"; exit 1; }
for file; do
	# Only lkm itself knows kernels.
	case $file in
	*/lkm) names=$(noted ko kern) ;;
	*) names=$(noted ko) ;;
	esac
	# (Of a kind that not every readelf knows, which its status tells.)
	n=$(readelf -n "$file" | grep -c -i -w -e 'FDO')
	[ "$n" = "$(echo "$names" | wc -l)" ] ||
		{ bad=1; echo "$file has $n notes for: $names"; }
	for name in $names; do
		readelf -p .note.dlopen "$file" |
			grep -q -F "\"soname\":[\"$name\"]}]" && continue
		echo "$file has no note of $name"
		bad=1
	done
done
exit $bad
