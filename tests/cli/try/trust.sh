# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 300
# A key that is enrolled in the machine's firmware, as a machine's owner does it,
# and a kernel that wants signatures: what it loads, and what it says of the rest.
# Each time the emulated loader has foreseen it.
. "$SRCDIR/tests/cli/try/lib"
export XDG_CONFIG_HOME="$PWD/config"

# ------------------------------------------------- before a machine is started
"$BUILDDIR/tests/mkko/mkko" -o made.ko
echo 'no certificate' >bad.der
run "$LKM" try --trust bad.der made.ko
is 3 'no certificate' 'bad.der' 'X.509 certificate in DER or PEM'
run "$LKM" try --trust none.der made.ko
is 3 'no such file' 'none.der: .*No such file'
mkfifo pipe.der
run "$LKM" try --trust pipe.der made.ko
is 2 'a pipe' 'pipe.der'
run "$LKM" try --trust bad.der --memory 128 made.ko
is 2 'too small a machine' 'at least 192 MiB, not 128'
run "$LKM" try --trust
is 2 'no value' "'--trust' wants a value"

need_kernel
command -v openssl >/dev/null || {
	echo "there is no openssl to sign with"
	exit 77
}
key() { # NAME: NAME.key, NAME.der
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1's key" \
		-keyout "$1.key" -outform DER -out "$1.der" 2>key.log ||
		{ cat key.log; exit 1; }
}
sign() { # KEY FILE: in its place
	openssl x509 -inform DER -in "$1.der" -out signer.pem &&
		openssl cms -sign -binary -noattr -nocerts -nosmimecap -md sha256 \
			-outform DER -in "$2" -signer signer.pem \
			-inkey "$1.key" -out message &&
		python3 "$SRCDIR/tests/cli/append-signature" "$2" message >"$2.new" &&
		mv "$2.new" "$2"
}
key owner
key other
openssl x509 -inform DER -in owner.der -out owner.pem
build good/base_mod
for name in mine theirs plain; do
	cp ko/base_mod.ko $name.ko
done
sign owner mine.ko
sign other theirs.ko

try() {
	run "$LKM" try --engine tcg --kernel "$kernel" "$@"
}
takes_keys() { # also said of a kernel of which that is not known
	f=${LKM_TEST_KERNEL_ROOT%/}/boot/config-$LKM_TEST_KERNEL
	[ -e "$f" ] || f=${LKM_TEST_KERNEL_ROOT%/}/lib/modules/$LKM_TEST_KERNEL/config
	[ ! -e "$f" ] || grep -qx CONFIG_LOAD_UEFI_KEYS=y "$f"
}
enforce=--append=module.sig_enforce=1
lockdown=--append=lockdown=integrity
try $enforce mine.ko
is 1 'nobody trusts it yet' 'expect *ok *refused: EKEYREJECTED' \
	'try --trust KEY.der'
try $lockdown plain.ko
is 1 'locked down, without a firmware' 'expect *ok *refused: EPERM' \
	'Lockdown: .*unsigned module loading is restricted'

if ! takes_keys; then
	try --trust owner.der mine.ko
	is 3 'a kernel that takes no keys from a firmware' \
		'built without CONFIG_LOAD_UEFI_KEYS' 'lkm check --trust'
	exit
fi

# Whatever UEFI there is: a description of that name hides it.
mkdir -p config/qemu/firmware
for f in /etc/qemu/firmware/*.json /usr/share/qemu/firmware/*.json; do
	[ ! -e "$f" ] || echo '{}' >"config/qemu/firmware/${f##*/}"
done
try --trust owner.der mine.ko
is 3 'no UEFI' 'there is no UEFI' 'fix: .*install'
rm -r config
"$SRCDIR/scripts/setup" --check | grep -q uefi && {
	echo 'ok - an enrolled key # SKIP there is no UEFI for QEMU (OVMF)'
	exit
}

try $enforce --trust owner.der mine.ko
is 0 'an enrolled key' 'expect *ok *loads, taints O,' 'taint=O$\|taint=O '
try $enforce --trust owner.der theirs.ko
is 1 'not a key like it' 'expect *ok *refused: EKEYREJECTED' \
	'Loading of module with unavailable key is rejected'
try $enforce --trust owner.der plain.ko
is 1 'nor none' 'expect *ok *refused: EKEYREJECTED' \
	'Loading of unsigned module is rejected'
try $lockdown --trust owner.pem mine.ko
is 0 'as with Secure Boot, by PEM' 'expect *ok *loads, taints O,'
try $lockdown --trust owner.pem theirs.ko
is 1 'another key, as with Secure Boot' 'expect *ok *refused: EPERM'
try $enforce --trust other.der --trust owner.der mine.ko
is 0 'one key of two' 'expect *ok *loads, taints O,'
try --trust other.der mine.ko
is 0 'not enforced: only a taint' 'expect *ok *loads, taints OE,'
