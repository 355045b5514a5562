#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dkms: builds a module, installs it and lets depmod find it, and the same back.
. /users/lib
rel=$1
cd /

[ -e "/lib/modules/$rel/build/Makefile" ] ||
	{ echo 'no headers of this kernel' >$R/skip; exit; }

# (Those of a newer distribution may need a newer C library than is here.)
"/lib/modules/$rel/build/scripts/basic/fixdep" >/dev/null 2>&1
[ $? = 1 ] ||
	{ echo 'the headers do not run here' >$R/skip; exit; }

src=/usr/src/hello-1.0
cp -a /users/hello $src
cat >$src/dkms.conf <<'EOF'
PACKAGE_NAME="hello"
PACKAGE_VERSION="1.0"
BUILT_MODULE_NAME[0]="hello"
DEST_MODULE_LOCATION[0]="/updates"
AUTOINSTALL="yes"
EOF
# The indexes after every step that changes them.
indexes() { # NAME
	for f in dep alias symbols softdep; do
		cp "/lib/modules/$rel/modules.$f" "$R/$1.modules.$f"
	done
}
say add dkms add hello/1.0
say build dkms build hello/1.0 -k "$rel"
say install dkms install hello/1.0 -k "$rel"
say status dkms status
indexes installed
must grep -q '^updates/.*hello\.ko' $R/installed.modules.dep
say modinfo modinfo -k "$rel" -F name hello
# What it would load, and from where.
say plan modprobe -S "$rel" -D hello
say again dkms install hello/1.0 -k "$rel"
say remove dkms remove hello/1.0 -k "$rel"
indexes removed
must sh -c "! grep -q hello $R/removed.modules.dep"
# dkms prints a dot for every second that something takes.
say autoinstall dkms autoinstall -k "$rel"
sed -i -e '/make.*-j/s/-j *[0-9]*/-jN/' -e 's/\.\.\.\.*$/.../' $R/*.out
runs_tools modinfo depmod modprobe
