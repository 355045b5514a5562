# SPDX-License-Identifier: GPL-2.0-or-later
# A module that is denied is in no plan, whichever way it is reached; nor are
# those that cannot do without it.
. "$SRCDIR/tests/cli/modprobe/tree"

conf 'deny mid a test' 'install mid echo never' 'softdep solo pre: mid top post: extra'
try -D mid
try -D top
try mid
try -i mid
try -f mid
try "$PWD/root/lib/modules/1.0/kernel/mid.ko"
try -D solo
try -nv solo
try -q mid
try -D -b mid
try -R mid
try -D --json solo

conf 'deny t*'
try -D dev:a1
try -D top
try -D -a base top solo

conf 'allow top' 'allow bi'
try -D top
try -D solo
try -D bi
conf 'allow top' 'softdep top pre: solo'
try -D top
try -D solo
conf 'allow solo' 'softdep solo pre: top' 'softdep base post: extra'
try -D solo
conf 'allow solo' 'softdep solo pre: top post: extra' 'deny mid'
try -D solo

# A copy with another name is the same module.
cp "$tree/kernel/solo.ko" other.ko
conf 'deny solo'
try -n ./other.ko
conf 'allow other'
try -n ./other.ko
conf 'allow other solo'
try -D ./other.ko

# What looks like a name and fits none is told. The last ends in a blank of
# U+00A0, as browsers copy it.
for name in mid,solo mid.ko kernel/mid '"mid"' 'mid;' 'mid#why' '{mid}' 'm[]d' \
	"$(printf 'mid\302\240')"; do
	conf "deny $name"
	try -n mid
	conf "allow mid $name"
	try -n mid
done

# What is about no module is noted, once for each; one that is built in counts.
conf 'deny mdi why' 'deny m?d' 'deny bi' 'allow t* zz* solo'
try -c -v 2>&1 | grep '^deny\|^allow\|note: '
conf 'deny mdi'
try -c | grep note || echo 'not noted where nobody reads it'
