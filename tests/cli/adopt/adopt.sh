# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# adopt, into a tree that has the texts of a kernel's and nothing else.
for p in git perl make; do
	command -v $p >/dev/null || { echo "no $p"; exit 77; }
done
export LKM_CACHE="$PWD/cache" GIT_CONFIG_NOSYSTEM=1
git config --global user.name 'A U Thor'
git config --global user.email author@example.org
git config --global init.defaultBranch main

# ------------------------------------------------------------------ fixtures
mkdir -p tree/kernel tree/scripts/kconfig tree/arch/x86 tree/init \
	tree/drivers/misc/eeprom tree/drivers/sorted tree/drivers/bare
cd tree
printf 'VERSION = 8\nPATCHLEVEL = 1\nSUBLEVEL = 7\nEXTRAVERSION =\n' >Makefile
: >Kconfig
: >kernel/Makefile
: >init/main.c
: >scripts/kconfig/x
: >arch/x86/Kconfig
printf '# before 6.10\nsrc := $(obj)\n' >scripts/Makefile.build
cat >drivers/misc/Kconfig <<'EOM'
# SPDX-License-Identifier: GPL-2.0-only
menu "Misc devices"

config DUMMY_IRQ
	tristate "Dummy IRQ handler"
	help
	  Handles an IRQ.

source "drivers/misc/eeprom/Kconfig"
endmenu
EOM
cat >drivers/misc/Makefile <<'EOM'
# SPDX-License-Identifier: GPL-2.0
obj-$(CONFIG_IBM_ASM)		+= ibmasm/
obj-$(CONFIG_DUMMY_IRQ)		+= dummy-irq.o
ifdef CONFIG_X
obj-$(CONFIG_X)			+= x.o
endif
obj-y				+= eeprom/
EOM
printf 'config EEPROM_TAKEN\n\ttristate "Taken"\n' >drivers/misc/eeprom/Kconfig
printf 'config AAA\n\ttristate "A"\n' >drivers/sorted/Kconfig
printf 'obj-$(CONFIG_%s) += %s.o\n' AAA a GGG g LLL l >drivers/sorted/Kbuild
echo 'obj-y += wrong.o' >drivers/sorted/Makefile
: >drivers/bare/Makefile
# Accepts what has no line "BAD".
cat >scripts/checkpatch.pl <<'EOM'
my $patch = pop @ARGV;
open(my $f, '<', $patch) or die "no patch\n";
my ($errors, $line) = (0, 0);
while (<$f>) {
	$line++;
	next unless /^\+.*\bBAD\b/;
	$errors++;
	print "drivers/misc/hello.c:$line: ERROR:BAD: it is bad\n";
}
print "total: $errors errors, 0 warnings, $line lines checked\n" if $errors;
exit($errors ? 1 : 0);
EOM
git init -q .
git add -A
git commit -qm base
cd ..

cat >hello.c <<'EOM'
// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>
/* MODULE_LICENSE("Proprietary") is not what it says. */
static int __init hello_init(void)
{
	return 0;
}
module_init(hello_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Says \"hello\" "
		   "and goodbye.");
EOM
mkdir -p drv/sub drv/test
cat >drv/Kbuild <<'EOM'
obj-m := drv-io.o
drv-io-y := main.o
drv-io-$(if $(src),y) += sub/io.o
ccflags-y := -I$(src)/sub -DNUMBER=1
EOM
cat >drv/main.c <<'EOM'
#include <linux/module.h>
#include <linux/pci.h>
#include "io.h"
MODULE_LICENSE("GPL v2");
EOM
echo '#include "io.h"' >drv/sub/io.c
echo 'int io(void);' >drv/sub/io.h
echo 'see' >drv/README.md
echo 'true' >drv/test/run
echo '#include "use.h"' >drv/test/use.c
echo '#include <stdio.h>' >drv/test/use.h
: >drv/main.o

is() { # NAME COMMAND...
	n=$1
	shift
	# Not as a condition: there a shell does not stop at what fails.
	set +e
	(set -e; "$@") >log 2>&1
	r=$?
	set -e
	[ $r = 0 ] && echo "ok - $n" && return
	sed 's/^/# /' log said
	echo "not ok - $n"
}
status() { # wanted, command...
	want=$1
	shift
	"$@" >said 2>&1 && found=0 || found=$?
	cat said
	[ $found = $want ]
}
says() { # TEXT...
	for text; do
		grep -qF -e "$text" said || { echo "does not say: $text"; return 1; }
	done
}
adopt() { "$LKM" adopt "$@"; }

# Files, index and branch are what they were, and no file of ours is left.
state() {
	git -C tree rev-parse HEAD
	git -C tree status --porcelain --ignored
	git -C tree count-objects
	find tree -type f -not -path '*/.git/index' | sort | xargs cksum
	ls "$TMPDIR"
}
untouched() {
	state >after
	diff before after
}
refused() { # wanted, TEXT, arguments...
	want=$1 text=$2
	shift 2
	status "$want" adopt "$@"
	says "$text"
	untouched
}
state >before
in_misc='--tree tree --at drivers/misc'

# ------------------------------------------------------------------ refusals
no_tree() {
	mkdir -p none
	refused 3 "none: is no kernel's source tree: it has no Makefile" \
		hello.c --tree none --at drivers/misc
	refused 3 'nowhere: is no kernel' hello.c --tree nowhere --at drivers/misc
}
is 'no kernel there' no_tree

place() {
	refused 3 'drivers/bare: has no Kconfig' hello.c --tree tree --at drivers/bare
	refused 3 'drivers/misc/eeprom: has no Makefile' \
		hello.c --tree tree --at drivers/misc/eeprom
	refused 3 "'../x' leads out of the tree" hello.c --tree tree --at ../x
	refused 3 "is no folder inside of the tree" hello.c --tree tree --at /
	refused 3 "is no folder inside of the tree" hello.c --tree tree --at "$PWD/tree"
	refused 3 "is no folder inside of the tree" hello.c --tree tree --at "$PWD/tree/nowhere"
	refused 3 "is no folder inside of the tree" hello.c --tree tree --at "$PWD/treetop"
}
is 'no place' place

taken() {
	refused 3 'drivers/misc/eeprom/Kconfig: the option CONFIG_EEPROM_TAKEN is there already' \
		hello.c $in_misc --config CONFIG_EEPROM_TAKEN
	echo x >tree/drivers/misc/hello.c
	state >before
	refused 3 'drivers/misc/hello.c: is there already' hello.c $in_misc
	rm tree/drivers/misc/hello.c
	state >before
	refused 3 "no option can be called 'lower'" hello.c $in_misc --config lower
}
is 'the name is taken, or none' taken

dirty() {
	echo '# mine' >>tree/drivers/misc/Makefile
	state >before
	refused 3 "has changes that are not committed: ' M drivers/misc/Makefile'" \
		hello.c $in_misc
	says "git stash"
	git -C tree checkout -q .
	: >tree/.git/MERGE_HEAD
	state >before
	refused 3 'git is in the middle of something there (MERGE_HEAD)' hello.c $in_misc
	rm tree/.git/MERGE_HEAD
	state >before
}
is 'a tree with changes' dirty

no_commit() {
	mkdir fresh
	cp -r tree/[!.]* fresh
	git -C fresh init -q
	refused 3 'fresh: has no commit yet' hello.c --tree fresh --at drivers/misc
	says "git add -f . && git commit"
}
is 'a tree without a commit' no_commit

# While checkpatch runs, or while it is proved, somebody else commits.
moved() {
	cp -r tree moving
	cd moving
	cat >scripts/checkpatch.pl <<'EOM'
system("git commit -q --allow-empty -m theirs") == 0 or die "no commit\n";
EOM
	git commit -qam moving
	cd ..
	status 3 adopt hello.c --tree moving --at drivers/misc
	says 'moving: another commit is checked out than at the beginning' \
		'say it again'
	[ "$(git -C moving log -1 --format=%s)" = theirs ]
	[ -z "$(git -C moving status --porcelain)" ]
}
is 'a tree that moves on' moved

module() {
	grep -v '^MODULE_LICENSE' hello.c >free.c
	refused 1 'free: has no MODULE_LICENSE()' free.c $in_misc
	sed 's/^MODULE_LICENSE.*/MODULE_LICENSE("Proprietary");/' hello.c >free.c
	refused 1 'MODULE_LICENSE is "Proprietary"' free.c $in_misc
	sed '1d; s/^MODULE_LICENSE.*/MODULE_LICENSE("Dual BSD\/GPL");/' hello.c >free.c
	refused 3 'free.c: has no SPDX-License-Identifier, and MODULE_LICENSE("Dual BSD/GPL") does not tell' \
		free.c $in_misc
	refused 3 'gone.c: No such file or directory' gone.c $in_misc
	refused 1 'is neither a C file (.c) nor a folder' drv/README.md $in_misc
	mkdir -p two
	echo 'obj-m := a.o b.o' >two/Kbuild
	refused 1 "two/Kbuild: names 2 modules ('a.o', 'b.o')" two $in_misc
	echo 'obj-m := a.o' >two/Kbuild
	refused 1 "'a.o' has no source in the folder" two $in_misc
	: >two/a.rs
	refused 1 "'a.o' is made of a.rs by a rule of the folder's own" two $in_misc
	echo 'ccflags-y := -I$(src)/../x' >>two/Kbuild
	cp hello.c two/a.c
	refused 1 "which leads out of the module's folder" two $in_misc
	echo 'endif' >two/Kbuild
	refused 1 'two/Kbuild: make cannot read it' two $in_misc
}
is 'a module that cannot be taken' module

usage() {
	refused 2 'which module?' $in_misc
	refused 2 "into which kernel's source?" hello.c --at drivers/misc
	refused 2 'where in the tree?' hello.c --tree tree
	refused 2 "takes one module" hello.c drv $in_misc
	refused 2 "no option '--no-such'" hello.c $in_misc --no-such
	refused 2 '--with takes OPTION=VALUE' hello.c $in_misc --with PCI
	refused 2 'say one of them' hello.c $in_misc --dry-run --patch x
}
is 'usage' usage

nobody() {
	git config --global --unset user.name
	git config --global --unset user.email
	git config --global user.useConfigOnly true
	refused 3 'git does not know who you are' hello.c $in_misc
	# Nothing is signed that is only looked at.
	refused 0 'Signed-off-by: Your Name <you@example.org>' \
		hello.c $in_misc --dry-run
	says 'lkm adopt: git does not know who you are' \
		'From: Your Name <you@example.org>'
	git config --global user.name 'A U Thor'
	git config --global user.email author@example.org
}
is 'nobody to sign off' nobody

# Another user's tree. git's own tests make it believe that.
owner() {
	status 3 env GIT_TEST_ASSUME_DIFFERENT_OWNER=1 "$LKM" adopt hello.c $in_misc
	untouched
	says 'git cannot find its own folder: fatal: detected dubious ownership' \
		"fix: git config --global --add safe.directory '$PWD/tree'"
}
is 'a tree of another user' owner

# -------------------------------------------------------------------- results
whole_path() {
	ln -s tree linked
	for tree in tree linked; do
		status 0 adopt hello.c --tree $tree --at "$PWD/$tree/drivers/misc/" --dry-run
		says '+++ b/drivers/misc/hello.c'
	done
	rm linked
	untouched
}
is 'a place by its whole path' whole_path

dry() {
	status 0 adopt hello.c $in_misc --dry-run
	says '+config HELLO' '+	tristate "Says \"hello\" and goodbye"' \
		'+obj-$(CONFIG_HELLO)		+= hello.o' \
		'Signed-off-by: A U Thor <author@example.org>' \
		'Subject: [PATCH] misc: add the module hello'
	untouched
	git -C tree apply --check ../said
}
is 'a dry run' dry

bad() {
	echo '/* BAD */' >>hello.c
	refused 1 'ERROR:BAD: it is bad' hello.c $in_misc
	says 'nothing is changed' "'--force' goes on" 'not proved (--prove'
	refused 1 '+/* BAD */' hello.c $in_misc --dry-run
	says 'lkm adopt: checkpatch finds 1 error and 0 warnings in this patch, so it would not be committed' \
		"  fix: mend what checkpatch says ('--force' goes on"
	"$LKM" adopt hello.c $in_misc --dry-run 2>log >dry.patch || :
	git -C tree apply --check ../dry.patch
	refused 0 'checkpatch finds 1 error ' hello.c $in_misc --dry-run --force
	refused 1 'as m, y, n -     not reached' hello.c $in_misc --prove
	status 0 adopt hello.c $in_misc --no-checkpatch --dry-run
	untouched
	rm tree/scripts/checkpatch.pl
	git -C tree commit -qam 'no checkpatch'
	state >before
	refused 3 'the tree has no scripts/checkpatch.pl' hello.c $in_misc
	git -C tree reset -q --hard HEAD^
	echo 'die "no module Encode\n";' >tree/scripts/checkpatch.pl
	git -C tree commit -qam 'broken'
	state >before
	refused 3 'and no verdict: no module Encode' hello.c $in_misc
	git -C tree reset -q --hard HEAD^
	sed -i '$d' hello.c
	state >before
}
is 'what checkpatch does not accept' bad

patch() {
	status 0 adopt hello.c $in_misc --patch out.patch
	says 'written: out.patch'
	untouched
	git -C tree am -q ../out.patch
	grep -q 'config HELLO' tree/drivers/misc/Kconfig
	git -C tree reset -q --hard HEAD^
	git -C tree reflog expire --expire=now --all
	git -C tree gc -q --prune=now
	state >before
}
is 'a patch' patch

committed() {
	status 0 adopt hello.c $in_misc
	says 'committed: ' 'misc: add the module hello' '0 errors, 0 warnings'
	[ -z "$(git -C tree status --porcelain)" ]
	[ "$(git -C tree rev-list --count HEAD)" = 2 ]
	[ "$(git -C tree symbolic-ref --short HEAD)" = main ]
	git -C tree fsck --strict >fsck 2>&1
	if grep -e missing -e error fsck; then return 1; fi
	cmp hello.c tree/drivers/misc/hello.c
	cat >want <<'EOM'
# SPDX-License-Identifier: GPL-2.0-only
menu "Misc devices"

config DUMMY_IRQ
	tristate "Dummy IRQ handler"
	help
	  Handles an IRQ.

config HELLO
	tristate "Says \"hello\" and goodbye"
	help
	  Says "hello" and goodbye.

	  To compile this driver as a module, choose M here: the
	  module will be called hello.

	  If unsure, say N.

source "drivers/misc/eeprom/Kconfig"
endmenu
EOM
	diff want tree/drivers/misc/Kconfig
	[ "$(tail -1 tree/drivers/misc/Makefile)" = 'obj-$(CONFIG_HELLO)		+= hello.o' ]
	[ -z "$(ls "$TMPDIR")" ]
}
is 'a commit' committed

folder() {
	status 0 adopt drv/ $in_misc --json
	says '"module": "drv-io"' '"config": "DRV_IO"' '"depends": "PCI"' \
		'left where they are: Kbuild, README.md, test/run, test/use.c, test/use.h' \
		'main.c gets the line'
	cd tree/drivers/misc
	[ "$(find drv-io -type f | sort | tr '\n' ' ')" = \
		'drv-io/Kconfig drv-io/Makefile drv-io/main.c drv-io/sub/io.c drv-io/sub/io.h ' ]
	[ "$(head -1 drv-io/main.c)" = '// SPDX-License-Identifier: GPL-2.0-only' ]
	[ "$(head -1 drv-io/sub/io.h)" = '/* SPDX-License-Identifier: GPL-2.0-only */' ]
	tail -2 Kconfig | head -1 | grep -qx 'source "drivers/misc/drv-io/Kconfig"'
	grep -qx 'obj-$(CONFIG_DRV_IO)		+= drv-io/' Makefile
	cat >want <<'EOM'
# SPDX-License-Identifier: GPL-2.0-only
obj-$(CONFIG_DRV_IO)	+= drv-io.o

drv-io-y := main.o sub/io.o

ccflags-y := -I$(srctree)/$(src)/sub -DNUMBER=1
EOM
	diff want drv-io/Makefile
	rm want
	grep -qx '	depends on PCI' drv-io/Kconfig
	[ -z "$(git status --porcelain)" ]
}
is 'a folder of several files' folder

# Its header goes along, one of a test's does not; and what that one includes.
with_header() {
	mkdir one
	sed '/linux.module/a #include "one.h"' hello.c >one/one.c
	echo '#include "./more/two.h"' >one/one.h
	mkdir one/more
	echo '#include "../one.h"' >one/more/two.h
	echo '#include "none.h"' >>one/more/two.h
	echo '#include <stdio.h>' >one/use.h
	echo '#include "use.h"' >one/use.c
	for source in one/one.c one; do
		echo 'obj-m := one.o' >one/Kbuild
		status 0 adopt $source $in_misc --json
		rm one/Kbuild
		[ "$(git -C tree diff --name-only HEAD^ | tr '\n' ' ')" = \
			'drivers/misc/Kconfig drivers/misc/Makefile drivers/misc/one/Kconfig drivers/misc/one/Makefile drivers/misc/one/more/two.h drivers/misc/one/one.c drivers/misc/one/one.h ' ]
		git -C tree reset -q --hard HEAD^
	done
	# What a flag names is included, too.
	echo 'ccflags-y := -include $(src)/use.h' >one/Kbuild
	echo 'obj-m := one.o' >>one/Kbuild
	status 0 adopt one $in_misc --dry-run
	says '+++ b/drivers/misc/one/use.h'
}
is 'the headers that are included, and no other' with_header

# A tree has one version: here 8.1.7.
version() {
	cat >old.c <<'EOM'
// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(8, 1, 7)
#include <linux/BAD.h>
#elif LINUX_VERSION_CODE < KERNEL_VERSION(8, 1, 8)
#include <linux/good.h>
#endif
MODULE_LICENSE("GPL");
EOM
	status 0 adopt old.c $in_misc
	says 'old.c: 2 conditions on LINUX_VERSION_CODE decided for Linux 8.1.7; read the comments there'
	cat >want <<'EOM'
// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

#include <linux/good.h>
MODULE_LICENSE("GPL");
EOM
	diff want tree/drivers/misc/old.c
	git -C tree reset -q --hard HEAD^
	# What is left needs the header.
	echo 'int v = LINUX_VERSION_CODE;' >>old.c
	status 0 adopt old.c $in_misc --dry-run
	says '+#include <linux/version.h>'
}
is 'conditions on the version' version

# Each kind of the gallery is taken, or it is said what to do.
kinds() {
	mkdir kinds
	for kind in $("$LKM" new --list | cut -d' ' -f1); do
		"$LKM" new "my_$kind" --kind "$kind" -o kinds -q 2>log
		case $kind in
		rust) status 1 adopt kinds/my_rust $in_misc --dry-run
			says 'made of my_rust_count.rs' 'fix: '
			continue ;;
		symbols) status 1 adopt kinds/my_symbols $in_misc --dry-run
			says 'names 2 modules' 'name the C file of each'
			for c in base user; do
				status 0 adopt "kinds/my_symbols/my_symbols_$c.c" $in_misc --dry-run
				says '/my_symbols.h'
			done ;;
		*) status 0 adopt "kinds/my_$kind" $in_misc --dry-run ;;
		esac
		if grep -e LINUX_VERSION -e KERNEL_VERSION -e version.h -e use.h said; then
			return 1
		fi
	done
}
is 'every kind of lkm new' kinds

order() {
	status 0 adopt hello.c --tree tree/ --at ./drivers//sorted/ --config HEL \
		--prompt 'Hel' --depends 'AAA && !GGG' --message 'sorted: add hel' --no-signoff -q
	[ ! -s said ]
	[ "$(sed -n 3p tree/drivers/sorted/Kbuild)" = 'obj-$(CONFIG_HEL)	+= hello.o' ]
	[ "$(cat tree/drivers/sorted/Makefile)" = 'obj-y += wrong.o' ]
	[ "$(git -C tree log -1 --format=%B)" = 'sorted: add hel' ]
	grep -qx '	depends on AAA && !GGG' tree/drivers/sorted/Kconfig
	grep -qx '	tristate "Hel"' tree/drivers/sorted/Kconfig
}
is 'a sorted Makefile, and all that can be said' order

no_git() {
	git -C tree reset -q --hard HEAD~3
	cp -r tree plain
	rm -rf plain/.git
	status 3 adopt hello.c --tree plain --at drivers/misc
	says 'is not the top of a git work tree'
	status 0 adopt hello.c --tree plain --at drivers/misc --patch plain.patch
	git -C tree am -q ../plain.patch
	[ ! -e plain/drivers/misc/hello.c ]
	[ ! -e plain/.git ]
	# Below the top of somebody else's tree nothing may be committed, too.
	mkdir outer
	git init -q outer
	cp -r plain outer/inner
	status 3 adopt hello.c --tree outer/inner --at drivers/misc
	[ ! -e outer/inner/drivers/misc/hello.c ]
}
is 'a tree that is not under git' no_git

# What the tree or its owner has set up for git is neither run nor believed.
hooks() {
	git -C tree reset -q --hard HEAD^
	for h in post-merge reference-transaction post-index-change; do
		printf '#!/bin/sh\necho HOOK\necho HOOK >&2\nsleep 60\nexit 1\n' \
			>tree/.git/hooks/$h
		chmod +x tree/.git/hooks/$h
	done
	status 0 timeout 30 "$LKM" adopt hello.c $in_misc -q
	[ ! -s said ]
	rm tree/.git/hooks/*
	[ -z "$(git -C tree status --porcelain)" ]
	git -C tree reset -q --hard HEAD^
}
is 'hooks that hang and fail' hooks

patches() {
	status 0 adopt hello.c $in_misc --patch want.patch -q
	for set in format.coverLetter=true format.attach=true \
		diff.context=0 format.thread=true; do
		git -C tree config "${set%=*}" "${set#*=}"
		status 0 adopt hello.c $in_misc --patch found.patch -q
		git -C tree config --unset "${set%=*}"
		for f in want found; do
			grep -v -e '^From ' -e '^Date: ' $f.patch >$f
		done
		diff want found
	done
}
is 'a patch is the same whatever its maker likes' patches

chatty() {
	mkdir -p chatty
	cat >chatty/git <<EOM
#!/bin/sh
echo "warning: unable to access something" >&2
exec $(command -v git) "\$@"
EOM
	chmod +x chatty/git
	PATH=$PWD/chatty:$PATH status 0 adopt hello.c $in_misc -q
	git -C tree reset -q --hard HEAD^
}
is 'what git warns of is no answer' chatty

# A git that stops on the way: the disk was full when it wrote the index.
stops() { # SCRIPT
	mkdir -p stops
	cat >stops/git <<EOM
#!/bin/sh
git=$(command -v git)
case " \$* " in
*" merge "*)
	for id; do :; done
	cd "$PWD/tree/drivers/misc"
	$1
	echo "fatal: unable to write new index file" >&2
	exit 128 ;;
esac
exec \$git "\$@"
EOM
	chmod +x stops/git
	state >before
	PATH=$PWD/stops:$PATH status 3 "$LKM" adopt hello.c $in_misc
	says 'unable to write new index file' 'fix: '
}
same_files() {
	state >after
	for f in before after; do
		grep -v -e '^count:' -e ' objects, ' -e '\.git/' $f >$f.files
	done
	diff before.files after.files
}
half_done() {
	stops '$git show $id:drivers/misc/Kconfig | head -c 60 >Kconfig
		rm Makefile
		$git show $id:drivers/misc/hello.c >hello.c'
	same_files
	stops '$git checkout -q $id -- Kconfig Makefile hello.c'
	same_files
	says 'the tree is as it was'
}
is 'what git leaves half done is taken back' half_done

others_work() {
	stops 'echo "my own" >Makefile; $git show $id:drivers/misc/hello.c >hello.c'
	[ "$(cat tree/drivers/misc/Makefile)" = 'my own' ]
	[ ! -e tree/drivers/misc/hello.c ]
	git -C tree checkout -q -- drivers
	# Somebody else brought the same, and is through.
	stops '$git -C ../.. reset -q --hard $id'
	[ -e tree/drivers/misc/hello.c ]
	[ -z "$(git -C tree status --porcelain)" ]
	git -C tree reset -q --hard HEAD^
}
is 'but not what somebody else wrote there' others_work

links() {
	mkdir outside
	cp tree/drivers/misc/Kconfig tree/drivers/misc/Makefile outside/
	ln -s "$PWD/outside" tree/drivers/link
	git -C tree add -A
	git -C tree commit -qm link
	state >before
	status 3 adopt hello.c --tree tree --at drivers/link
	says 'drivers/link: there is a symbolic link in this path; it leads to ' \
		'fix: name the folder itself'
	untouched
	git -C tree reset -q --hard HEAD^
}
is 'a place behind a link' links

crlf() {
	sed -i 's/$/\r/' tree/drivers/misc/Kconfig
	git -C tree commit -qam crlf
	state >before
	status 3 adopt hello.c $in_misc
	says 'drivers/misc/Kconfig: its lines end in CR LF, wanted LF' 'fix: '
	untouched
	git -C tree reset -q --hard HEAD^
}
is 'lines of another system' crlf

# However it came to be a work tree, the commit is on top of what is checked out.
ways() {
	git clone -q --depth 1 "file://$PWD/tree" shallow
	git -C tree worktree add -q -b side "$PWD/linked"
	git clone -q tree detached
	git -C detached checkout -q --detach
	git init -q super
	git -C super -c protocol.file.allow=always submodule add -q \
		"file://$PWD/tree" sub
	for way in shallow linked detached super/sub; do
		git -C $way rev-parse HEAD >parent
		git -C $way symbolic-ref -q HEAD >branch || :
		status 0 adopt hello.c --tree $way --at drivers/misc
		git -C $way rev-parse HEAD^ | cmp - parent
		git -C $way symbolic-ref -q HEAD | cmp - branch
		[ -z "$(git -C $way status --porcelain)" ]
	done
	git -C tree worktree remove linked
	git -C tree branch -q -D side
	rm -rf shallow detached super
}
is 'a shallow clone, a linked work tree, no branch, a submodule' ways

interrupted() {
	cat >tree/scripts/checkpatch.pl <<EOM
open(my \$f, '>', '$PWD/started'); close(\$f); sleep 60;
EOM
	git -C tree commit -qam slow
	state >before
	"$LKM" adopt hello.c $in_misc >said 2>&1 &
	pid=$!
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -e started ] && break
		sleep 0.5
	done
	kill -INT $pid
	wait $pid && return 1
	says interrupted
	untouched
}
is 'a signal in the middle' interrupted
