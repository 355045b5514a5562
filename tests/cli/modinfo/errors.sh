# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot be shown is said, the rest is shown, and the status is 1.
mkko=$BUILDDIR/tests/mkko/mkko
modinfo=$LKM_DROPIN_DIR/modinfo
"$mkko" -o good.ko
"$mkko" --break modinfo.missing -o nothing.ko
"$mkko" --info parm=x --info parmtype=y --info parm=z:right -o parm.ko
echo text >text.ko
: >empty.ko
mkdir folder.ko
for args in '' 'nosuch' './nosuch.ko' 'folder.ko' '-m good.ko' \
	'good.ko nosuch good.ko -n' 'nothing.ko' 'text.ko' 'empty.ko' \
	'-p parm.ko' '-F nosuch good.ko' '-n nothing.ko' '-F name nothing.ko'; do
	echo "> modinfo $args"
	status=0
	# shellcheck disable=SC2086
	"$modinfo" -b "$PWD" -k 0 $args 2>&1 || status=$?
	echo "status $status"
done
