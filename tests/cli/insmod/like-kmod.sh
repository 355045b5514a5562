# SPDX-License-Identifier: GPL-2.0-or-later
# Errors that come before any module is loaded, in kmod's words.
. "$SRCDIR/tests/cli/fake-machine"
fake_machine

mkdir root/folder
: >root/empty.ko
echo abc >root/short.ko
echo 'no module, but long enough' >root/text.ko
printf '\3757zXZ\0cut' >root/cut.ko

same 'no argument' insmod
same 'standard input' insmod -
same 'no such file' insmod /none.ko
same 'no such name' insmod hello
same 'an empty name' insmod ''
same 'a folder' insmod /folder
same 'an empty file' insmod /empty.ko
same 'a short file' insmod /short.ko
same 'a text file' insmod /text.ko
same 'a text file with parameters' insmod /text.ko a=b 'c=d e'
same 'a damaged compressed file' insmod /cut.ko
same 'an option of long ago' insmod -p /none.ko
same 'no such option' insmod --no-such-option
same 'a file in the way' insmod /text.ko/hello.ko
