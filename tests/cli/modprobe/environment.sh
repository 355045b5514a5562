# SPDX-License-Identifier: GPL-2.0-or-later
# What commands find in their environment, and where messages go that nobody
# could see.
. "$SRCDIR/tests/cli/modprobe/tree"

modprobe() {
	"$LKM_DROPIN_DIR/modprobe" -C conf -d root -S 1.0 "$@" || echo "status: $?"
}
conf 'install solo echo "$MODPROBE_MODULE: $MODPROBE_OPTIONS"'
modprobe solo
modprobe -q -a solo
MODPROBE_OPTIONS=-q modprobe solo
echo '# without stderr: to syslog, also from what a command starts'
modprobe solo 2>&-
modprobe nosuch 2>&-
modprobe -s nosuch
echo '# no file becomes stderr by chance'
conf 'install solo ls -l /proc/self/fd/2 | sed "s/.*-> //"'
modprobe solo 2>&-
