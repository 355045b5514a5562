# SPDX-License-Identifier: GPL-2.0-or-later
# libcrypto is loaded for a signed module only, and where it is missing all but
# the signature is shown.
modinfo=$LKM_DROPIN_DIR/modinfo
ldd "$modinfo" >/dev/null 2>&1 ||
	{ echo "this build has libcrypto linked in"; exit 77; }
mkko=$BUILDDIR/tests/mkko/mkko
set -- --info license=GPL --info 'parm=a:one' --info parmtype=a:int
"$mkko" "$@" --sign pkcs7 -o signed.ko
"$mkko" "$@" --sign none -o unsigned.ko
"$mkko" --sign x509 -o x509.ko

is() { # name, command...
	name=$1
	shift
	if "$@"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
	fi
}

loads() { # arguments of modinfo
	LD_DEBUG=files "$modinfo" "$@" 2>&1 | grep -aq 'libcrypto'
}

does_not_load() {
	! loads "$@"
}

is 'an unsigned module does not load it' does_not_load unsigned.ko
is 'another field does not load it' does_not_load -F license signed.ko
is 'the old kind of signature does not load it' does_not_load x509.ko
is 'a signed one does' loads signed.ko

# One that cannot be loaded is found before the real one.
"$modinfo" unsigned.ko >unsigned.out
mkdir lib
: >lib/libcrypto.so.3
export LD_LIBRARY_PATH="$PWD/lib"
{
	grep -v '^parm' unsigned.out | sed 's|unsigned\.ko$|signed.ko|'
	printf 'sig_id:         PKCS#7\nsigner:         \nsig_key:        \n'
	printf 'sig_hashalgo:   unknown\nsignature:      \n'
	grep '^parm' unsigned.out
} >wanted

rest_is_shown() {
	"$modinfo" signed.ko >out 2>err && diff wanted out >&2 && [ ! -s err ]
}

field() { # name, value
	[ "$("$modinfo" -F "$1" signed.ko)" = "$2" ]
}

says_why() {
	script -qec "'$modinfo' signed.ko signed.ko >/dev/null" /dev/null >said
	[ "$(grep -c WARNING said)" = 1 ] &&
		grep -q '^  why: .*libcrypto\.so\.3' said &&
		grep -q '^  fix: install .*libssl3' said
}

is 'without it the rest is shown, and nothing said' rest_is_shown
is 'a field alone' field sig_hashalgo unknown
is 'another field alone' field parm 'a:one (int)'
if command -v script >/dev/null; then
	is 'a terminal is told, once' says_why
else
	echo "ok - a terminal is told, once # SKIP no script(1)"
fi
