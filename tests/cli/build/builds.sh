# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# What builds, from where, and that nothing else is written.
. "$SRCDIR/tests/cli/build/common"

one_file() {
	build hello.c
	only hello.c hello.ko
	grep -qa "vermagic=$LKM_TEST_KERNEL " hello.ko
}
module hello >hello.c
case_is 'one C file' one_file
rm -f hello.*

# A header of its own, one below and one above, in folders with spaces.
space() {
	build "a b/my src/spacy.c"
	only 'a b' spacy.ko
	[ "$(ls 'a b/my src')" = "$(printf 'own.h\nspacy.c\nsub')" ]
}
mkdir -p 'a b/my src/sub'
echo '#define OWN 1' >'a b/my src/own.h'
echo '#define BELOW 1' >'a b/my src/sub/below.h'
echo '#define ABOVE 1' >'a b/above.h'
module spacy '#include "own.h"
#include "sub/below.h"
#include "../above.h"
static_assert(OWN + BELOW + ABOVE == 3);' >'a b/my src/spacy.c'
case_is 'spaces in the path, headers beside it' space
rm -rf 'a b' spacy.ko

two() {
	build user.c prov.c
	only prov.c prov.ko user.c user.ko
	grep -qa 'depends=prov' user.ko
}
module prov 'int prov_value(void);
int prov_value(void) { return 7; }
EXPORT_SYMBOL_GPL(prov_value);' >prov.c
module user 'int prov_value(void);
static int use(void);
static int __used use(void) { return prov_value(); }' >user.c
case_is 'two modules, one uses the other' two
rm -f prov.* user.*

# Several parts, a folder below, a header beside the folder.
folder() {
	build drv
	[ "$(ls drv)" = "$(printf 'Kbuild\na.c\nb.c\ndrv.ko\nsub')" ]
	only common drv
}
mkdir -p drv/sub common
echo '#define SHARED 1' >common/shared.h
printf 'obj-m := drv.o\ndrv-y := a.o b.o sub/c.o\nccflags-y := -I$(src)/../common\n' >drv/Kbuild
module drv >drv/a.c
printf '#include "shared.h"\nint drv_b(void);\nint drv_b(void) { return SHARED; }\n' >drv/b.c
printf 'int drv_c(void);\nint drv_c(void) { return 1; }\n' >drv/sub/c.c
case_is 'a folder with a Kbuild file' folder
rm -rf drv common

makefile() {
	build .
	only Makefile old.c old.ko
}
cat >Makefile <<'EOM'
obj-m += old.o
KDIR ?= /lib/modules/$(shell uname -r)/build
all:
	$(MAKE) -C $(KDIR) M=$(PWD) modules
EOM
module old >old.c
case_is 'a folder with a Makefile, named .' makefile
rm -f Makefile old.*

# Read-only sources: the module goes to the current folder. (Root may write
# everywhere, so for root it is -o that says where.)
readonly_folder() {
	mkdir out
	cd out
	build ../ro ${1:+-o .}
	[ "$(ls)" = ro.ko ]
	[ "$(ls ../ro)" = "$(printf 'Kbuild\nro.c')" ]
}
mkdir ro
echo 'obj-m := ro.o' >ro/Kbuild
module ro >ro/ro.c
chmod a-w ro/* ro
if [ -w ro ]; then set -- -o; fi
case_is 'read-only sources' readonly_folder "$@"
chmod u+w ro
rm -rf ro out

elsewhere() {
	build hello.c -o new/deep
	[ "$(ls new/deep)" = hello.ko ]
}
module hello >hello.c
case_is '-o makes its folder' elsewhere

json() {
	build --json hello.c -o new >out.json
	python3 - out.json <<'EOM'
import json, sys
j = json.load(open(sys.argv[1]))
assert j["built"] is True and j["modules"] == ["new/hello.ko"], j
assert all(m["harmless"] for m in j["messages"]), j
EOM
}
case_is '--json' json

# What the user's shell and an outer make set does not get in.
surroundings() {
	LANG=de_DE.UTF-8 LC_ALL= MAKEFLAGS=n W=1 V=2 O=/nonexistent \
		KBUILD_OUTPUT=/nonexistent CC=false build hello.c -o new2
	[ -e new2/hello.ko ]
}
case_is 'a strange environment' surroundings

spaces_in_tmp() {
	mkdir "$TMPDIR/t m p"
	TMPDIR="$TMPDIR/t m p" build hello.c -o new3
	[ -e new3/hello.ko ]
	rmdir "$TMPDIR/t m p"
}
case_is 'TMPDIR with spaces' spaces_in_tmp

# That it is not for the running kernel is news only if none was named.
named_or_not() {
	mkdir -p cache/kernels
	ln -s "$LKM_TEST_KERNEL_ROOT" "cache/kernels/$LKM_TEST_KERNEL"
	note="this machine runs $(uname -r)"
	LKM_CACHE=$PWD/cache LKM_KERNEL= "$LKM" build hello.c | tee said
	grep "hello.ko  for $(uname -r)" said || grep "$note" said
	LKM_CACHE=$PWD/cache LKM_KERNEL=$LKM_TEST_KERNEL "$LKM" build hello.c | tee said
	! grep "$note" said
	LKM_CACHE=$PWD/cache "$LKM" build -k "$LKM_TEST_KERNEL" hello.c | tee said
	! grep "$note" said
}
module hello >hello.c
case_is 'a note if another kernel was taken, and none was named' named_or_not
rm -rf cache hello.*
