#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `meson install` puts where: tests/structure/install.sh SRCDIR BUILDDIR.
set -u
src=$1 build=$2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/lkm-install.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0

# judge NAME COMMAND...: one case, the command's output if it fails
judge() {
	name=$1
	shift
	n=$((n + 1))
	"$@" >"$tmp/log" 2>&1 && echo "ok $n - $name" && return
	bad=1
	sed 's/^/# /' "$tmp/log"
	echo "not ok $n - $name"
}

files() { # folder: everything in it that is no folder
	(cd "$1" && find . ! -type d | LC_ALL=C sort)
}

there() { # pattern...: each is the end of an installed file's path
	for p in "$@"; do
		grep -q "/$p\$" "$tmp/files" && continue
		echo "not installed: $p. There is:"
		cat "$tmp/files"
		return 1
	done
}

# What is not listed here has no business on the user's machine: above all, no
# file that kmod's package has, too.
nothing_else() {
	! grep -v -e '/bin/lkm$' -e '/libexec/lkm/' -e '/man/man[1-8]/lkm[.-]' \
		-e '/lib.*/lkm/[^/]*libkmod\.[^/]*$' -e '/lkm/pkgconfig/[^/]*\.pc$' \
		-e '/include/lkm/libkmod\.h$' -e '/share/lkm/tour/[0-9]' \
		-e '/share/lkm/minimal\.config$' \
		-e '/share/lkm/examples/' -e '/completions/lkm$' -e '/_lkm$' -e '/lkm\.fish$' "$tmp/files"
}

# Links of exactly the names that lkm-dropin answers to, and all to it.
links() { # folder
	find "$1" -type l -printf '%f\n' | LC_ALL=C sort -u >"$tmp/links"
	"$build/tools/lkm-dropin" 2>&1 | sed 's/.*tool: *//' | tr ' ' '\n' |
		sed '/^$/d' | LC_ALL=C sort >"$tmp/names"
	diff "$tmp/names" "$tmp/links" || return 1
	! find "$1" -type l ! -lname '*/lkm/lkm-dropin' | grep . || return 1
	# Seen from outside of that root, too.
	find "$1" -type l ! -exec test -e {} \; -print >"$tmp/dangling"
	! grep . "$tmp/dangling" || return 1
	# Where kmod's package has them: users have these paths built in.
	! find "$1" -type l ! -path '*/sbin/*' ! -path '*/bin/kmod' \
		! -path '*/bin/lsmod' | grep . || return 1
	find "$1" -path '*/bin/lsmod' | grep . || return 1
	! find "$1" -path '*/sbin/kmod' | grep .
}

run_installed() {
	"$(find "$tmp/root" -path '*/bin/lkm')" --version
}

# It finds the lesson beside it, not in the source tree.
lesson_installed() {
	# (Who looks for leaks cannot be looked at.)
	ASAN_OPTIONS=detect_leaks=0 XDG_STATE_HOME=$tmp/state \
		strace -qf -e trace=%file -o "$tmp/files.read" \
		"$(find "$tmp/root" -path '*/bin/lkm')" tour --list &&
		! grep -F "$src/tour" "$tmp/files.read"
}

judge 'meson install' \
	meson install -C "$build" --no-rebuild --destdir "$tmp/root"
files "$tmp/root" >"$tmp/files"
gallery_installed() {
	"$(find "$tmp/root" -path '*/bin/lkm')" new --list >"$tmp/list" &&
		grep -q '^hello ' "$tmp/list" &&
		[ "$(wc -l <"$tmp/list")" = \
			"$(ls "$src"/examples/*/try.conf | wc -l)" ]
}

judge 'the gallery' there examples/use.h examples/hello/hello.c
judge 'lkm new finds the one that is installed with it' gallery_installed
judge 'programs' there bin/lkm libexec/lkm/lkm-dropin
judge 'library' there lkm/libkmod.so.2 lkm/libkmod.so.2.5.0 lkm/libkmod.so \
	lkm/libkmod.a include/lkm/libkmod.h lkm/pkgconfig/libkmod.pc \
	lkm/pkgconfig/kmod.pc
judge 'completions' there completions/lkm _lkm lkm.fish
if command -v scdoc >/dev/null; then
	judge 'manual' there man/man1/lkm.1
else
	n=$((n + 1))
	echo "ok $n - manual # SKIP scdoc is not installed"
fi
if meson introspect --buildoptions "$build" | tr '{' '\n' |
	grep '"replace-kmod"' | grep -q '"value": true'; then
	n=$((n + 1))
	echo "ok $n - nothing else # SKIP this build replaces kmod"
else
	judge 'nothing else' nothing_else
fi
judge 'what is installed runs' run_installed
judge 'lesson' there share/lkm/tour/01-what/step.md \
	share/lkm/tour/16-print/solution/greet.c
if command -v strace >/dev/null; then
	judge 'the lesson that is installed is read' lesson_installed
else
	n=$((n + 1))
	echo "ok $n - the lesson that is installed is read # SKIP no strace here"
fi

# Files of others stay, and so does a link that leads elsewhere by now.
mkdir -p "$tmp/root/etc" "$tmp/gone/root"
: >"$tmp/root/etc/other"
: >"$tmp/root/$(dirname "$(grep '/bin/lkm$' "$tmp/files")")/other"
so=$(grep '/libkmod\.so\.2$' "$tmp/files")
ln -sfn libkmod.so.2.4.0 "$tmp/root/$so"
judge 'uninstall' "$src/scripts/uninstall" "$build" "$tmp/root"
files "$tmp/root" >"$tmp/left"
printf '%s\n' ./etc/other "$so" \
	"$(dirname "$(grep '/bin/lkm$' "$tmp/files")")/other" |
	LC_ALL=C sort >"$tmp/kept"
judge 'uninstall: what is not ours stays' diff "$tmp/kept" "$tmp/left"
judge 'uninstall: no folder of ours stays' sh -c \
	'! find "$1" -type d -name lkm ! -path "*/lib*/lkm" | grep .' sh "$tmp/root"
judge 'uninstall of nothing' "$src/scripts/uninstall" "$build" "$tmp/gone/root"

# The other way, in a build folder of its own; links need nothing compiled.
judge 'configure without replace-kmod' meson setup "$tmp/plain" "$src"
judge 'configure with replace-kmod' \
	meson setup "$tmp/replace" "$src" \
	-Dprefix=/usr/local -Dlibexecdir=libexec -Dreplace-kmod=true \
	-Dbash-completion-dir=no -Dfish-completion-dir=/srv/fish
judge 'install no link' meson install -C "$tmp/plain" --no-rebuild \
	--tags replace-kmod --destdir "$tmp/root-plain"
mkdir -p "$tmp/root-plain"
judge 'no name of kmod is taken' \
	sh -c '! find "$1" -type l | grep .' sh "$tmp/root-plain"
# (What the links lead to.)
mkdir -p "$tmp/root-replace/usr/local/libexec/lkm"
: >"$tmp/root-replace/usr/local/libexec/lkm/lkm-dropin"
judge 'install the links' meson install -C "$tmp/replace" --no-rebuild \
	--tags replace-kmod --destdir "$tmp/root-replace"
judge 'every name of kmod is taken' links "$tmp/root-replace"

# All of the programs that Debian's kmod has, and no other, at their paths.
like_kmod() { # folder
	find "$1" -type l -printf '/%P\n' | sed 's|^/usr/local||' |
		LC_ALL=C sort >"$tmp/ours"
	dpkg -L kmod | sed -n 's|^\(/usr\)\{0,1\}\(/s\{0,1\}bin/.\)|\2|p' |
		LC_ALL=C sort >"$tmp/theirs"
	diff "$tmp/theirs" "$tmp/ours"
}
if dpkg -L kmod >"$tmp/log" 2>&1; then
	judge "the paths of Debian's kmod" like_kmod "$tmp/root-replace"
else
	n=$((n + 1))
	echo "ok $n - the paths of Debian's kmod # SKIP no package kmod here"
fi

# Where things would go; nothing is compiled for it.
goes_to() { # build folder, path...
	meson introspect --installed "$1" | tr ',' '\n' | tr -d '"{}' \
		>"$tmp/plan" || return 1
	shift
	for p in "$@"; do
		grep -q ": $p\$" "$tmp/plan" && continue
		echo "not planned: $p. There is:"
		cat "$tmp/plan"
		return 1
	done
}
judge 'the library of a plain build is out of the way' \
	goes_to "$tmp/plain" '.*/lkm/libkmod.so.2.5.0' '.*/lkm/libkmod.a' \
	'.*/include/lkm/libkmod.h' '.*/lkm/pkgconfig/libkmod.pc'
judge 'the other is in the usual place' \
	goes_to "$tmp/replace" '/usr/local/lib[^k]*/libkmod.so.2.5.0' \
	'/usr/local/lib[^k]*/libkmod.a' '/usr/local/include/libkmod.h' \
	'/usr/local/lib[^k]*/pkgconfig/libkmod.pc' \
	'/usr/local/share/pkgconfig/kmod.pc'
judge 'completions in the usual places' \
	goes_to "$tmp/plain" '.*/share/bash-completion/completions/lkm' \
	'.*/share/zsh/site-functions/_lkm' \
	'.*/share/fish/vendor_completions.d/lkm.fish'
judge 'completions where they are wanted' \
	goes_to "$tmp/replace" '/usr/local/share/zsh/site-functions/_modprobe' \
	'/srv/fish/modprobe.fish' '/srv/fish/lkm.fish'
judge 'completions that are not wanted' \
	sh -c '! meson introspect --installed "$1" |
	grep -F .bash' sh "$tmp/replace"
echo "1..$n"
exit $bad
