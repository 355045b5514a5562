# SPDX-License-Identifier: GPL-2.0-or-later
# What is not as kmod's, on purpose: lkm-differences(7).
. "$SRCDIR/tests/cli/modprobe/tree"

echo '# a softdep leaves an install line in force'
conf 'install mid echo instead' 'softdep mid pre: solo'
try -D top
echo '# every softdep line counts'
conf 'softdep top pre: solo' 'softdep t* pre: extra post: bi' 'softdep top post: solo'
try -D top
echo '# softdeps in a circle, unloaded'
conf 'softdep top pre: mid' 'softdep mid post: solo' 'softdep solo pre: top'
try -rD top
echo '# a signal is a failure'
conf 'install solo kill -9 $$'
try solo
conf 'remove solo kill -9 $$'
try -r solo
echo '# quoted words leave no empty ones behind'
conf
export MODPROBE_OPTIONS="-D 'solo' \"p=a b\" q=1"
try
export MODPROBE_OPTIONS="-nv -a 'solo' 'extra'"
try
unset MODPROBE_OPTIONS
echo '# a path'
try -D ./root/lib/modules/1.0/kernel/top.ko
try -D ./none.ko
try -aD /none.ko ./root/lib/modules/1.0/kernel/solo.ko
echo '# --remove-holders implies -r'
try -nv --remove-holders none
echo '# a path with a blank goes through MODPROBE_OPTIONS'
mkdir 'a b'
echo 'install extra echo "$MODPROBE_OPTIONS"' >'a b/x.conf'
"$LKM_DROPIN_DIR/modprobe" -C 'a b' -d root -S 1.0 extra
echo '# names of modules for what shows them'
try --show-exports mid
try --show-exports top
