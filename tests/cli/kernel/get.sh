# SPDX-License-Identifier: GPL-2.0-or-later
# get, with programs in apt's place that have a kernel of a few files.
command -v dpkg-deb >/dev/null || { echo "no dpkg-deb"; exit 77; }
grep -q '^ID=debian' /etc/os-release || { echo "not Debian"; exit 77; }
grep -rqs -e debian-archive -e '/debian' /etc/apt/sources.list \
	/etc/apt/sources.list.d || { echo "no Debian source"; exit 77; }
export LKM_CACHE="$PWD/cache"
export POOL="$PWD/pool" REAL_PATH="$PATH"
R=8.1.0-7-cloud-amd64

package() { # NAME, with its files in the folder NAME
	mkdir -p "$1/DEBIAN"
	printf 'Package: %s\nVersion: 1-1\nArchitecture: amd64\nMaintainer: x <x@example.org>\nDescription: x\n' \
		"$1" >"$1/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$1" "$POOL/$1_1-1_amd64.deb" >/dev/null
	rm -r "$1"
}

mkdir -p "$POOL" bin
d=linux-image-$R
mkdir -p $d/boot $d/lib/modules/$R/kernel $d/usr/share/doc/x
: >$d/boot/vmlinuz-$R
: >$d/lib/modules/$R/modules.order
ln -s /usr/src/linux-headers-$R $d/lib/modules/$R/build
package $d
d=linux-headers-$R
mkdir -p $d/usr/src/$d/include/generated
echo 'include /usr/src/linux-headers-8.1.0-7-common/Makefile' >$d/usr/src/$d/Makefile
: >$d/usr/src/$d/include/generated/autoconf.h
package $d
d=linux-headers-8.1.0-7-common
mkdir -p $d/usr/src/$d
echo 'all: ; @echo made' >$d/usr/src/$d/Makefile
package $d

cat >bin/apt-cache <<EOM
#!/bin/sh
[ "\$1" = depends ] || exit 0
cat <<EOT
linux-image-cloud-amd64
  Depends: linux-image-$R
linux-headers-cloud-amd64
  Depends: linux-headers-$R
linux-image-$R
  PreDepends: linux-base
linux-headers-$R
  Depends: linux-headers-8.1.0-7-common
EOT
EOM
cat >bin/apt-get <<'EOM'
#!/bin/sh
[ -s "$APT_CONFIG" ] || { echo "E: no private state"; exit 100; }
[ ! -e "$POOL/../fail" ] || { echo "E: Failed to fetch http://x/  Temporary failure resolving 'x'"; exit 100; }
case "$*" in
*update*) exit 0 ;;
esac
for name; do
	case $name in
	linux-image-cloud-amd64 | linux-headers-cloud-amd64) ;;
	linux-*)
		f=${name}_1-1_amd64.deb
		case "$*" in
		*--print-uris*) echo "'http://x/$f' $f 1000 SHA256:0" ;;
		*) cp "$POOL/$f" . ;;
		esac ;;
	esac
done
case "$*" in
*--print-uris*) exit 0 ;;
esac
echo "dlstatus:1:50.0000:Retrieving file 1 of 2"
[ ! -e "$POOL/../slow" ] || { touch "$POOL/../started"; sleep 30; }
EOM
chmod +x bin/*
export PATH="$PWD/bin:$PATH"

is() { # NAME COMMAND...
	n=$1
	shift
	# Not as a condition: there a shell does not stop at what fails.
	set +e
	(set -e; "$@") >log 2>&1
	r=$?
	set -e
	[ $r = 0 ] && echo "ok - $n" && return
	sed 's/^/# /' log
	echo "not ok - $n"
}
nothing_left() {
	[ -z "$(ls -A cache/kernels | grep -vx .lock)" ] || { ls -A cache/kernels; return 1; }
}
status() { # wanted, command...
	want=$1
	shift
	"$@" >said 2>&1 && found=0 || found=$?
	cat said
	[ $found = $want ]
}

no_network() {
	status 3 "$LKM" kernel get
	grep -q 'Temporary failure resolving' said
	grep -q 'fix: check the network' said
	nothing_left
}
touch fail
is 'no network' no_network
rm fail

signalled() {
	"$LKM" kernel get >said 2>&1 &
	pid=$!
	for i in $(seq 300); do
		[ -e started ] && break
		sleep 0.2
	done
	[ -e started ]
	kill -TERM $pid
	wait $pid && return 1
	grep -q interrupted said
	nothing_left
}
touch slow
is 'a signal leaves nothing behind' signalled
rm -f slow started

broken() {
	status 3 "$LKM" kernel get
	grep -q 'linux-headers-8.1.0-7-common_1-1_amd64.deb: cannot unpack' said
	nothing_left
}
cp pool/linux-headers-8.1.0-7-common_1-1_amd64.deb good
head -c 300 good >pool/linux-headers-8.1.0-7-common_1-1_amd64.deb
is 'a broken package leaves nothing behind' broken
mv good pool/linux-headers-8.1.0-7-common_1-1_amd64.deb

fetched() {
	status 0 "$LKM" kernel get
	grep -q "^$R is here (" said
	k=cache/kernels/$R
	[ -e $k/boot/vmlinuz-$R ]
	[ -e $k/lib/modules/$R/modules.dep.bin ] || exit 1
	[ "$(make -s -C $k/lib/modules/$R/build)" = made ]
	[ ! -e $k/usr/share ]
	[ "$(ls -A cache/kernels | grep -vx .lock)" = $R ]
	mv $k moved
	[ "$(make -s -C moved/usr/src/linux-headers-$R)" = made ]
	mv moved $k
}
is 'a kernel that works where it lies' fetched

again() {
	touch cache/kernels/$R/mine
	status 0 "$LKM" kernel get
	grep -q 'here already' said
	[ -e cache/kernels/$R/mine ]
	"$LKM" kernel list | grep -q "^$R  *fetched"
}
is 'not fetched twice' again

newer() {
	sed -i 's/^package=.*/package=old/' cache/kernels/$R/.lkm-kernel
	status 0 "$LKM" kernel get -q
	[ ! -s said ]
	[ ! -e cache/kernels/$R/mine ]
	[ "$(ls -A cache/kernels | grep -vx .lock)" = $R ]
}
is 'a newer package takes the place' newer

unknown() {
	status 3 "$LKM" kernel get bookworm-rt
	grep -q "no package of kernel 'bookworm-rt'" said || grep -q 'cannot' said
}
sed -i 's/^linux-.*//; s/^  .*//' bin/apt-cache
is 'a kernel that the suite has not' unknown

without_apt() {
	mkdir only
	for p in sh uname cat ls grep; do
		ln -s "$(PATH=$REAL_PATH command -v $p)" only/
	done
	PATH=$PWD/only status 3 "$LKM" kernel get
	grep -q 'kernels are fetched with apt' said
}
is 'no apt' without_apt
