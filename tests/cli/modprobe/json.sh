# SPDX-License-Identifier: GPL-2.0-or-later
# --json: one document, whatever happens.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
. "$SRCDIR/tests/cli/modprobe/tree"

conf 'options top speed=1 name="a	b"' 'softdep top pre: bi solo' \
	'install solo echo "$CMDLINE_OPTS" \ \t' 'blacklist extra' 'deny nobody no reason' \
	'alias x-* top' 'remove top echo gone' 'weakdep top a b'
try -D --json top debug_level=2
try -n --json -a solo none extra
try -R --json dev:a1
try -R --json none
try -rD --json top solo
try -rD --json none
try --json top
conf 'deny mid too old' 'blacklist solo' 'softdep extra pre: mid' 'deny bi'
try -D --json top
try -n --json -a dev:a1 extra
conf 'allow base'
try -n --json top
conf 'options top speed=1 name="a	b"' 'softdep top pre: bi solo' \
	'install solo echo "$CMDLINE_OPTS" \ \t' 'blacklist extra' 'deny nobody no reason' \
	'alias x-* top' 'remove top echo gone' 'weakdep top a b'
for args in '-D top' '-R none' '-c' '-rD top' '-D none' '-rD none'; do
	# shellcheck disable=SC2086
	"$LKM_DROPIN_DIR/modprobe" -C conf -d root -S 1.0 --json $args \
		2>/dev/null >doc || :
	python3 -c 'import json; json.load(open("doc"))' || echo "$args: not JSON"
done
"$LKM_DROPIN_DIR/modprobe" -C conf -d root -S 1.0 -c --json >doc
python3 -c '
import json
doc = json.load(open("doc"))
for line in doc["lines"]:
    if line["file"] == "conf/a.conf":
        print(line)
print(doc["aliases"])
'
