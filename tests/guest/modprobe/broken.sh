# SPDX-License-Identifier: GPL-2.0-or-later
# Modules that do not load, or only by force, compressed ones, and folders that
# are not as they should be. See play.sh.
# shellcheck shell=sh disable=SC2016
same 'another vermagic' 'modprobe magic_mod'
same 'another vermagic, -f' 'modprobe -f magic_mod'
same 'another vermagic, --force-vermagic' 'modprobe --force-vermagic magic_mod'
same 'another vermagic, --force-modversion' \
	'modprobe --force-modversion magic_mod'
same 'another CRC' 'modprobe crc_mod'
same 'another CRC, -f' 'modprobe -f crc_mod'
same 'another CRC, --force-modversion' 'modprobe --force-modversion crc_mod'
same 'another CRC, --force-vermagic' 'modprobe --force-vermagic crc_mod'
same 'a good one, -f' 'modprobe -f user_mod'
for bad in cut short empty text stripped arch; do
	same "bad_$bad" "modprobe bad_$bad"
done
same 'bad_cut, -f' 'modprobe -f bad_cut'
same 'an unknown symbol' 'modprobe lonely_mod'
same 'another file of the same module' 'have param_mod; modprobe param_two
	modprobe --first-time param_two; modprobe -r param_two'

same 'xz' 'modprobe mod_xz small=3'
same 'xz with dependencies' 'modprobe user_xz'
same 'zstd' 'modprobe mod_zst who=me'
if [ -r /sys/module/compression ]; then
	any_way=
	ours 'the kernel decompresses' 'modprobe bridge; modprobe -f dummy' \
		'finit_module(@/kernel/net/bridge/bridge.ko.*, "", 4) = 0' \
		'finit_module(@/kernel/drivers/net/dummy.ko.*, "", 7) = 0' \
		'! kernel: init_module('
	any_way=1
fi
# What is seen only where each tool decompresses by itself.
here() {
	if [ -n "$any_way" ]; then
		echo "ok - $2 # SKIP the kernel decompresses, kmod does not let it"
	else
		"$@"
	fi
}
memfd='the image is not changed, so that its signature stays good'
forced='^-  kernel: init_module([0-9]* bytes, '
here differs 'xz, -f' "$memfd" 'modprobe -f mod_xz' \
	"$forced" '^+  kernel: finit_module(memfd, "", 3) = 0'
same 'xz with another vermagic' 'modprobe magic_xz'
here differs 'xz with another vermagic, -f' "$memfd" 'modprobe -f magic_xz' \
	"$forced" '^+  kernel: finit_module(memfd, "", 3) = 0'
here differs 'xz with another vermagic, --force-modversion' "$memfd" \
	'modprobe --force-modversion magic_xz' \
	"$forced" '^+  kernel: finit_module(memfd, ?, 1) = -8'
same 'xz with another CRC' 'modprobe crc_xz'
here differs 'xz with another CRC, -f' "$memfd" 'modprobe -f crc_xz' \
	"$forced" '^+  kernel: finit_module(memfd, "", 3) = 0'
here same 'xz cut short' 'head -c 900 $M/extra/mod_xz.ko.xz >$T/cut.ko.xz
	insmod $T/cut.ko.xz'
here differs 'zstd cut short' 'kmod 30 hands 0 bytes to the kernel' 'head -c 900 $M/extra/mod_zst.ko.zst >$T/cut.ko.zst
	insmod $T/cut.ko.zst' \
	'^-  kernel: init_module(0 bytes, ?) = -8' '^-  err: .*Invalid module form' \
	'^+  err: .*Invalid parameters'
here same 'xz that ends in other bytes' '{ cat $M/extra/mod_xz.ko.xz; echo abc; } \
	>$T/more.ko.xz; insmod $T/more.ko.xz'
same 'by its bytes, not its name' 'cp $M/extra/mod_xz.ko.xz $T/is_xz.ko
	insmod $T/is_xz.ko; rmmod param_mod
	cp $M/extra/base_mod.ko $T/raw.ko.xz; insmod $T/raw.ko.xz'
ours 'gzip' 'insmod /mods/mod_gz.ko.gz small=3' 'status: 0' \
	'kernel: .*"small=3".* = 0' 'loaded: param_mod/0:'

with_alt='modprobe -d /alt xt_LOG; modprobe -d /alt fs-vfat
	modprobe -d /alt ext4; modprobe -d /alt no_such; modprobe -r -d /alt xt_LOG'
for file in symbols.bin builtin.alias.bin softdep dep alias order builtin \
	builtin.modinfo
do
	same "no modules.$file" "alt xt_LOG vfat
	rm /alt$M/modules.$file; $with_alt"
done
text='ours makes do with the text'
differs 'no modules.dep.bin' "$text" "alt vfat; rm /alt$M/modules.dep.bin
	modprobe -d /alt vfat; modprobe -r -d /alt vfat" \
	'^-  err: modprobe: FATAL: Module vfat not found' '^-  status: 1' \
	'^+  kernel: .*(/alt@/kernel/fs/fat/v*fat.ko.*, "".*) = 0' \
	'^+  kernel: delete_module("v*fat", 2048) = 0' '^+  status: 0' \
	'^-  loaded:$' '^+  loaded: vfat/0: fat'
differs 'no modules.alias.bin' "$text" "alt vfat; rm /alt$M/modules.alias.bin
	modprobe -d /alt vfat; modprobe -r vfat; modprobe -d /alt fs-vfat" \
	'^-  err: modprobe: FATAL: Module fs-vfat not found' '^-  status: 1' \
	'^+  kernel: .*(/alt@/kernel/fs/fat/v*fat.ko.*, "".*) = 0' \
	'^+  status: 0' '^-  loaded:$' '^+  loaded: vfat/0: fat'
differs 'no modules.builtin.bin' "$text" "alt vfat
	rm /alt$M/modules.builtin.bin; modprobe -d /alt ext4" \
	'^-  err: modprobe: FATAL: Module ext4 not found' '^-  status: 1' \
	'^+  status: 0'
same 'no index' 'alt vfat; rm /alt$M/modules.*; modprobe -d /alt vfat'
same 'empty indexes' 'alt vfat; for f in /alt$M/modules.*; do : >$f; done
	modprobe -d /alt vfat'
differs 'modules.dep.bin that is none' 'ours says which file it is' 'alt vfat
	echo "This is a text, and no index." >/alt$M/modules.dep.bin
	modprobe -d /alt vfat' \
	'^-  err: modprobe: ERROR: magic check fail: 54686973' \
	'^+  err: modprobe: ERROR: .*/modules.dep.bin: byte 0: found 0x54686973'
same 'the file is gone' 'alt vfat; rm /alt$M/kernel/fs/fat/vfat.ko*
	modprobe -d /alt vfat'
differs "a dependency's file is gone" 'ours says in words, and once, what kmod says with an address' \
	'alt vfat; rm /alt$M/kernel/fs/fat/fat.ko*; modprobe -d /alt vfat' \
	'^-  err: .*ERROR: ctx=0x[0-9a-f]* path=/alt@/kernel/fs/fat/fat.ko[.xz]* error=' \
	'^+  err: .*ERROR: .*/alt@/kernel/fs/fat/fat.ko[.xz]*: No such file'
