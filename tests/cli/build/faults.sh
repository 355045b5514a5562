# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# What is at fault, in the user's own paths; nothing half built is left.
. "$SRCDIR/tests/cli/build/common"

syntax() {
	echo precious >'bad.ko'
	fails 1 build 'my src/bad.c'
	says "my src/bad.c:2:28: error: 'nosuch' undeclared" \
		'In file included from my src/bad.c:1:' \
		"my src/bad.h:1:20: error: unknown type name 'nonsense'" \
		'    2 | static int f(void) { return nosuch; }' \
		'      |                             ^~~~~~' \
		'2 errors'
	! grep -e lkm-build -e make said || return 1
	[ "$(cat bad.ko)" = precious ]
	only 'my src' bad.ko
}
mkdir 'my src'
echo 'static inline void nonsense x;' >'my src/bad.h'
sed -i 's/.*/extern int a; extern nonsense x;/' 'my src/bad.h'
printf '#include "bad.h"\nstatic int f(void) { return nosuch; }\n' >'my src/bad.c'
case_is 'a syntax error' syntax
rm -rf 'my src' bad.ko

licence() {
	fails 1 build nolic.c
	says 'missing MODULE_LICENSE() in nolic.o' 'why:' 'fix: add MODULE_LICENSE'
	only nolic.c
}
module nolic | grep -v LICENSE >nolic.c
case_is 'no licence' licence
rm nolic.c

proprietary() {
	fails 1 build prop.c
	says "GPL-incompatible module prop.ko uses GPL-only symbol 'class_destroy'"
}
module prop '#include <linux/device.h>
static void __used f(void) { class_destroy(NULL); }' |
	sed 's/"GPL"/"Proprietary"/' >prop.c
case_is 'a GPL-only symbol' proprietary
rm prop.c

undefined() {
	fails 1 build undef.c
	says '"nosuch" [undef.ko] undefined!' "lkm build a.c b.c"
}
module undef 'int nosuch(void);
static int __used f(void) { return nosuch(); }' >undef.c
case_is 'an undefined symbol' undefined
rm undef.c

libc_functions() {
	fails 1 build undef.c
	says 'error: modpost: "puts" [undef.ko] undefined!' \
		'error: modpost: "strerror" [undef.ko] undefined!' \
		'not linked with a C library' 'pr_info(' 'kstrdup()'
}
module undef 'int printf(const char *, ...); char *strerror(int);
static void __used f(void) { printf("x\n"); printf("%s", strerror(3)); }' >undef.c
case_is 'functions of the C library' libc_functions
rm undef.c

overflow() {
	fails 1 build over.c
	says "inlined from 'f' at over.c:5:" \
		'<kernel>/include/linux/' 'why: the line writes more'
	! grep 'In file included from' said
}
module over '#include <linux/slab.h>
#include <linux/string.h>
static void __used f(void) { char *p = kmalloc(4, GFP_KERNEL); if (p)
strcpy(p, "more than four"); kfree(p); }' >over.c
case_is 'an overflow that the compiler sees' overflow
rm over.c

semicolon() {
	fails 1 build semi.c
	says '<kernel>/include/linux/printk.h:' \
		"semi.c:4:1: note: in expansion of macro 'pr_info'" \
		'fix: look at the line above'
	! grep 'In file included from' said
}
module semi 'static void __used f(void) {
int a = 1
pr_info("%d", a); }' >semi.c
case_is "a ';' that is missing" semicolon
rm semi.c

missing() {
	fails 2 build nosuch.c
	says 'nosuch.c: No such file or directory' 'fix: give a .c file'
	fails 2 build README.md
	says 'README.md: is neither a C file (.c) nor a folder' \
		'fix: give a .c file'
}
: >README.md
case_is 'what cannot be built' missing
rm README.md

libc() {
	fails 1 build libc.c
	says 'libc.c:1:10: fatal error: stdio.h: No such file or directory' \
		'not linked with a C library' 'pr_info()'
}
printf '#include <stdio.h>\n' >libc.c
case_is 'stdio.h' libc
rm libc.c

separator() {
	fails 1 build mk
	says 'mk/Makefile:3: error: missing separator' 'replace the spaces by one tab'
}
mkdir mk
printf 'obj-m := a.o\nall:\n        make -C x\n' >mk/Makefile
case_is 'spaces for a tab' separator
rm -r mk

misnamed() {
	fails 1 build mk
	says "No rule to make target 'mk/foo.o'" 'foo.o is made of foo.c'
}
mkdir mk
echo 'obj-m := foo.o' >mk/Kbuild
module food >mk/food.c
case_is 'obj-m without its source' misnamed

no_module() {
	fails 1 build mk
	says 'no module was built' "obj-m := foo.o"
}
echo 'x := 1' >mk/Kbuild
case_is 'a Kbuild file without obj-m' no_module
rm -r mk

json() {
	build --json undef.c >out.json && return 1
	python3 - out.json <<'EOM'
import json, sys
j = json.load(open(sys.argv[1]))
assert j["built"] is False and j["modules"] == [], j
m = [m for m in j["messages"] if m["kind"] == "error"]
assert [(x["file"], x["line"], x["rule"]) for x in m] == \
    [("undef.c", 2, "c.libc-header")], m
EOM
}
printf '\n#include <stdlib.h>\n' >undef.c
case_is '--json' json
rm undef.c

# Werror in the source's own Kbuild file is the source's business.
werror() {
	fails 1 build we
	says "we/w.c:2:" "unused-variable"
	rm -rf we
}
mkdir we
printf 'obj-m := w.o\nccflags-y := -Werror\n' >we/Kbuild
module w 'static int f(void) { int unused; return 0; } int (*g)(void) = f;' >we/w.c
case_is 'a warning that is an error' werror
