# SPDX-License-Identifier: GPL-2.0-or-later
# Softdeps that lead to millions of modules end with an error, not with all the
# memory: names, times alias lines that fit them, times modules that ask.
. "$SRCDIR/tests/cli/modprobe/tree"
if (ulimit -v 4000000 &&
	"$LKM_DROPIN_DIR/modprobe" -V >version 2>&1); then
	ulimit -v 4000000
else
	echo 'cannot limit the memory (a build with a sanitizer?)'
	exit 77
fi

awk 'BEGIN {
	for (i = 0; i < 2000; i++) {
		print "alias a* i" i
		print "install i" i " true"
		print "softdep i* pre: a" i
	}
	print "softdep top pre: i0"
	print "weakdep top a1 a2"
}' >conf/a.conf

fails() { # NAME WORDS COMMAND...
	name=$1 words=$2 status=0
	shift 2
	timeout 60 "$@" >out 2>err || status=$?
	if [ $status = 124 ] || [ $status = 0 ] || ! grep -qF "$words" err; then
		echo "# status $status"
		sed 's/^/# /' err
		echo "not ok - $name"
	else
		echo "ok - $name"
	fi
}
modprobe() { # NAME WORDS OPTION...
	name=$1 words=$2
	shift 2
	fails "$name" "$words" "$LKM_DROPIN_DIR/modprobe" -C conf -d root \
		-S 1.0 "$@"
}
limit='softdeps lead to too many modules'
modprobe insert "could not insert 'top': Argument list too long" -D top
modprobe remove "could not remove 'i0': $limit" -r -D i0
modprobe 'side by side' 'Argument list too long' -a -j 4 i0 i1 i2 i3 i4 i5

awk 'BEGIN {
	for (i = 0; i < 2000; i++) {
		print "alias a* m" i
		print "softdep * pre: a" i
	}
}' >conf/a.conf
fails closure "$limit" "$LKM" closure -C conf -d root -S 1.0 top solo
sed -i 's/softdep/weakdep/; s/pre://' conf/a.conf
fails 'closure, weakdeps' "$limit" \
	"$LKM" closure -C conf -d root -S 1.0 top solo

# What is large and not too much: each by its alias, and what was asked for.
awk 'BEGIN {
	for (i = 0; i < 80; i++) {
		print "alias a* i" i
		print "install i" i " true"
		print "softdep i* pre: a" i
	}
}' >conf/a.conf
timeout 60 "$LKM_DROPIN_DIR/modprobe" -C conf -d root -S 1.0 -D i0 >out 2>err
[ "$(grep -c '^install true ' out)" = 81 ] && echo 'ok - enough' ||
	echo 'not ok - enough'
