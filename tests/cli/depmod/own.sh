# SPDX-License-Identifier: GPL-2.0-or-later
# What kmod 30 has not, or does otherwise: -o, -m, -A, --json, no room to write.
. "$SRCDIR/tests/cli/depmod/lib"
inputs
module a --export fa --crc abs
module b --need fa
module updates/b.ko --need fa --need nowhere
"$kmod" -b "$PWD/tree" $V
set_of theirs

# Another place for the output; the tree need not be writable.
chmod -R a-w tree
"$depmod" -b "$PWD/tree" -o "$PWD/out" $V
chmod -R u+w tree
! ls "$M"/modules.dep 2>/dev/null
mv "out/lib/modules/$V"/modules.* "$M"
set_of ours
same_sets
echo 'ok - -o'

mkdir moved
mv tree/lib moved/opt
"$depmod" -b "$PWD/moved" -m opt/modules -o "$PWD/out" $V
cmp "out/opt/modules/$V/modules.dep" theirs/modules.dep
mv moved/opt tree/lib
rmdir moved
echo 'ok - -m'

# -A: only if something changed, be it that a module went away.
"$depmod" -b "$PWD/tree" $V
stamp() { stat -c %i "$M/modules.dep"; }
before=$(stamp)
"$depmod" -A -b "$PWD/tree" $V
[ "$(stamp)" = "$before" ]
rm "$M/updates/b.ko"
"$depmod" -A -b "$PWD/tree" $V
[ "$(stamp)" != "$before" ]
grep -q '^kernel/b.ko: kernel/a.ko$' "$M/modules.dep"
before=$(stamp)
touch -d 'now + 1 hour' "$M/kernel/a.ko"
"$depmod" -A -b "$PWD/tree" $V
[ "$(stamp)" != "$before" ]
touch "$M/kernel/a.ko"
echo 'ok - -A'

# The report.
module updates/b.ko --need fa --need nowhere
: >map
"$depmod" --json -e -F map -b "$PWD/tree" $V >report 2>err
grep -q '"modules": 2,' report
grep -q '"symbols": 1,' report
grep -q '"written": true' report
grep -A3 '"kind": "duplicate"' report | grep -q 'updates/b.ko'
grep -A2 '"kind": "unknown-symbol"' report | grep -q '"symbol": "nowhere"'
grep -A2 '"name": "modules.dep"' report | grep -q '"changed": true'
"$depmod" --json -n -b "$PWD/tree" $V >report
grep -q '"written": false' report
! grep -q '"changed": true' report
grep -q '"error": null' report
grep -q '"complaints": \[\],' report
echo 'override b' >bad.conf
"$depmod" --json -v -n -C bad.conf -C gone -b "$PWD/tree" $V >report 2>err
grep -A3 '"complaints": \[' report >said
grep -q "'gone': No such file" said
grep -q "bad.conf:1: ignoring bad line starting with 'override'" said
grep -qx '  fix: bad.conf:1: wanted: override MODULE VERSION FOLDER' err
: >file
for args in 7.7 "-F nosuch $V" "-m opt 7.7"; do
	# shellcheck disable=SC2086
	! "$depmod" --json -n -b "$PWD/tree" $args >report 2>err
	grep -q '"ok": false' report
	! command -v python3 >/dev/null || python3 -c '
import json
doc = json.load(open("report"))
e = doc["error"]
assert e["what"] and e["errno"], doc
'
done
! "$depmod" --json -b "$PWD/tree" -o "$PWD/file/x" $V >report 2>err
grep -A1 '"error": {' report | grep -q '"what": .*Not a directory'
grep -q '"errno": 20' report
echo 'ok - --json'

# Nobody can write there: kmod returns 0, and says it ten times.
cp -r tree ro
chmod -R a-w ro
if [ "$(id -u)" != 0 ]; then
	! "$depmod" -b "$PWD/ro" $V 2>err
	grep -q "could not create 'modules.lkm-new.*Permission denied" err
	[ "$(wc -l <err)" = 1 ]
	echo 'ok - a folder that cannot be written'
else
	echo 'ok - a folder that cannot be written # SKIP root writes anyway'
fi
chmod -R u+w ro

# A folder where a file has to go: the new set waits for the next depmod.
rm "$M/modules.dep"
mkdir "$M/modules.dep"
cp "$M/modules.alias" before
module c --info alias=new
! "$depmod" -b "$PWD/tree" $V 2>err
grep -q "modules.dep" err
rmdir "$M/modules.dep"
"$depmod" -b "$PWD/tree" $V
grep -q 'alias new c' "$M/modules.alias"
[ ! -e "$M/modules.lkm-pending" ]
echo 'ok - a folder in the way'

# Two at once take turns.
(flock 9 && : >held && sleep 1 && cp "$M/modules.dep" while) 9<"$M" &
until [ -e held ]; do
	sleep 0.1
done
rm "$M/updates/b.ko"
"$depmod" -b "$PWD/tree" $V
wait $!
grep -q updates/b while
! grep -q updates/b "$M/modules.dep"
echo 'ok - one after the other'

# -C with a wrong path: kmod is silent, and goes on with the built-in rules.
echo x >file
"$depmod" -C "$PWD/nothere" -C "$PWD/file/x" -C /dev/null -n -b "$PWD/tree" $V \
	2>err >with
"$depmod" -C /dev/null -n -b "$PWD/tree" $V >without 2>/dev/null
cmp with without
{
	p="depmod: ERROR: could not read the configuration '$PWD"
	echo "$p/nothere': No such file or directory"
	echo "$p/file/x': Not a directory"
} | cmp - err
echo 'ok - a configuration that is not there'
