# SPDX-License-Identifier: GPL-2.0-or-later
# Each topic alone; one section; many files; usage and exit status.
. "$SRCDIR/tests/cli/show/common"
module t.ko --tables --full --info alias=fs-x --info firmware=x.bin
module plain.ko

heads() { # WANTED OPTION...
	want=$1
	shift
	found=$("$LKM" show "$@" t.ko | sed -n 's/^\([A-Z].*\)/\1/p' | tr '\n' ,)
	[ "$found" = "$want" ] || { echo "$*: '$found'"; return 1; }
}
topics() {
	heads Sections, --sections
	heads 'Entry points,' --entries
	heads Exports, --exports
	heads Needs, --needs
	heads Parameters, --params
	heads 'Loaded for,' --aliases
	heads 'Other modules and files,' --depends
	heads 'Licence and trust,' --trust
	heads 'Entry points,Parameters,' --params --entries
	heads '' -q
	heads 'Sections,Entry points,Exports,Needs,Parameters,Loaded for,Other modules and files,Licence and trust,'
}
is 'topics' topics

section() {
	"$LKM" show --section .data --section .dats t.ko >found 2>err &&
		return 1
	grep -q '^\.data$' found &&
		grep -q '^  flags      in memory, may be written$' found &&
		grep -q '^  relocated  2 addresses to fill in$' found &&
		grep -q '+0x0 .* 24  variable mkko_fops$' found &&
		grep -q "no section is called '.dats'" err &&
		grep -q "fix: there is '.data'" err &&
		! grep -q '^Sections' found
}
is 'section' section

quiet() { # what is asked for, and not what it is
	"$LKM" show -q --params t.ko >found &&
		grep -q '^Parameters' found && ! grep -q '^  machine' found
}
is 'quiet, of a topic' quiet

stripped() {
	strip --strip-all -o stripped.ko t.ko &&
		"$LKM" show stripped.ko >found &&
		[ "$(grep -c '^  unknown .*no symbol table' found)" = 2 ] &&
		! grep -q '^  init ' found
}
is 'stripped: not known, and not none' stripped

folder() {
	s=0
	mkdir -p folder
	"$LKM" show folder 2>err || s=$?
	[ $s = 3 ] && grep -q 'folder: it is a folder, wanted' err &&
		grep -q "fix: name the .ko files in it; 'lkm check folder'" err
}
is 'a folder' folder
source() {
	mkdir -p source && : >source/Kbuild
	! "$LKM" show source 2>err && grep -q "fix: 'lkm build source' makes" err
}
is 'a folder of source' source

many() {
	"$LKM" show -q t.ko plain.ko >found
	[ "$(grep -c '^mkko  ' found)" = 2 ]
	"$LKM" show --sections -v plain.ko >found
	grep -q '^    \.symtab ' found
	grep -q '  not loaded: ' found
}
is 'many files, -v' many

status() { # WANTED ARG...
	want=$1
	shift
	s=0
	"$LKM" show "$@" >out 2>err || s=$?
	[ $s = "$want" ] || { echo "show $*: $s"; cat err; return 1; }
}
statuses() {
	status 0 t.ko
	status 2
	status 2 --nonsense t.ko
	status 2 --section
	grep -q "'--section' takes a value" err
	echo 'int x;' >a.c
	status 2 a.c
	grep -q 'lkm build' err
	status 1 a.c.ko t.ko a.c.ko || { echo text >a.c.ko; status 1 a.c.ko t.ko; }
	grep -q '^mkko  t.ko' out
	status 2 none.ko t.ko
	grep -q '^mkko  t.ko' out
	grep -q 'none.ko: .*No such file' err
	grep -q 'fix: look at the path' err
	status 2 none.ko a.c.ko
	status 3 pipe.ko none.ko
	status 2 --sectoins t.ko
	grep -q "did you mean '--sections'?" err
	status 0 --help
	head -1 out | grep -q '^  lkm show '
}
echo text >a.c.ko
mkfifo pipe.ko
is 'exit status' statuses

full() {
	s=0
	"$LKM" show t.ko >/dev/full 2>err || s=$?
	[ $s = 3 ]
}
[ -e /dev/full ] && is 'a full disk' full

# A name from a file must not steer the terminal.
esc=$(printf '\033')
steer() {
	module steer.ko --name x --info "description=a${esc}[31mb" \
		--info "alias=fs-${esc}c" --info "parm=p${esc}q:r${esc}s"
	"$LKM" show -v steer.ko >found
	! grep -q "$esc" found
	grep -q 'a\\x1b\[31mb' found
}
is 'no escape sequences' steer

# Columns are as wide as the names are, but a name of any length is no reason.
column() { # NAME COLUMN: of the sizes, with a section of that name
	objcopy --rename-section .rodata.str1.1="$1" t.ko named.ko
	"$LKM" show -q --sections -k "$k" named.ko >found
	cat found
	grep -q "^    $1" found
	[ "$(grep -v "^    $1" found | sed -n 's/^\(    [._a-z]*  *\)+0x.*/\1/p' |
		awk '{ print length }' | sort -u)" = "$2" ]
}
is 'a name of usual length' column .rodata 30
is 'a long name' column __patchable_function_entries 33
is 'one that is too long' column "$(printf '.a%060d' 0 | tr 0 a)" 30
