# SPDX-License-Identifier: GPL-2.0-or-later
# Real signatures of every shape, made by openssl(1): the fields are what the
# certificate has, and what kmod prints if it is here.
PATH=$PATH:/usr/sbin:/sbin
command -v openssl >/dev/null || { echo "openssl is not installed"; exit 77; }
modinfo=$LKM_DROPIN_DIR/modinfo
real=$(command -v modinfo) || real=
case $("${real:-false}" -V | head -1) in
*' 30') ;;
*) real= ;;
esac
"$BUILDDIR/tests/mkko/mkko" -o plain.ko
cat >cnf <<'END'
[req]
distinguished_name = none
[none]
END

key() { # name, subject, serial, algorithm...
	k=$1 subject=$2 serial=$3
	shift 3
	openssl req -config cnf -x509 -nodes -keyout "$k.key" -out "$k.crt" \
		-addext subjectKeyIdentifier=hash \
		-subj "$subject" -set_serial "$serial" -newkey "$@" 2>log ||
		{ cat log; exit 1; }
}

append() { # message: makes m.ko
	python3 "$SRCDIR/tests/cli/append-signature" plain.ko "$1" >m.ko
}

same() { # name; compares m.ko with what kmod says
	[ -n "$real" ] || return 0
	"$real" m.ko >theirs || return 1
	"$modinfo" m.ko | diff theirs - >"$1.diff" && return
	sed 's/^/# /' "$1.diff"
	return 1
}

# name, then the wanted signer, key and hash, key's name, options of openssl
shows() {
	name=$1 wanted="$2|$3|$4" k=$5
	shift 5
	openssl cms -sign -binary -outform DER -in plain.ko -signer "$k.crt" \
		-inkey "$k.key" -out p7 "$@" 2>log || {
		echo "ok - $name # SKIP openssl: $(tail -1 log)"
		return
	}
	append p7
	found=$("$modinfo" -F signer m.ko)\|$("$modinfo" -F sig_key m.ko)
	found=$found\|$("$modinfo" -F sig_hashalgo m.ko)
	if [ "$found" != "$wanted" ]; then
		echo "# found $found, wanted $wanted"
		echo "not ok - $name"
	elif [ "$compare" = true ] && ! same "$name"; then
		echo "not ok - $name is as kmod has it"
	else
		echo "ok - $name"
	fi
}

compare=true
plain='-noattr -nocerts'
key rsa '/O=lkm/CN=first/CN=second/OU=x' 0xfe01020304050607 rsa:2048
key zero '/O=lkm/OU=no common name' 0 rsa:2048
key neg '/CN=negative' -5 rsa:2048
key empty / 7 rsa:2048
key ec '/CN=elliptic' 0x7f01 ec -pkeyopt ec_paramgen_curve:P-256
id=FE:01:02:03:04:05:06:07
# shellcheck disable=SC2086
{
	for hash in md5 sha1 sha224 sha256 sha384 sha512; do
		shows $hash first $id $hash rsa $plain -md $hash
	done
	shows ripemd160 first $id rmd160 rsa $plain -md ripemd160
	shows 'serial 0, no common name' 'no common name' '' sha256 zero \
		$plain -md sha256
	shows 'a negative serial' negative 05 sha256 neg $plain -md sha256
	shows 'an issuer without a name' '' 07 sha256 empty $plain -md sha256
	shows ECDSA elliptic 7F:01 sha384 ec $plain -md sha384
	shows 'RSA-PSS' first $id sha256 rsa $plain -md sha256 \
		-keyopt rsa_padding_mode:pss
	shows attributes first $id sha256 rsa -nocerts -md sha256
	shows certificates first $id sha256 rsa -noattr -md sha256
	shows 'ECDSA certificates' elliptic 7F:01 sha256 ec -md sha256
	shows 'the content, too' first $id sha256 rsa $plain -nodetach -md sha256
	shows 'lengths told later' first $id sha256 rsa -stream -indef -md sha256
	shows 'two signers' elliptic 7F:01 sha256 rsa $plain -md sha256 \
		-signer ec.crt -inkey ec.key
	shows 'a key identifier' '' '' '' rsa $plain -keyid -md sha256
	compare=false
	for hash in sha3-256 sha3-384 sha3-512; do
		shows $hash first $id $hash rsa $plain -md $hash
	done
}

# More than anybody signs with; what follows a message does not count.
padded() { # bytes in all
	{ cat message && head -c $(($1 - $(wc -c <message))) /dev/zero; } >p7
	append p7
	"$modinfo" -F sig_id m.ko
}
mv p7 message
if [ "$(padded 262144)" = 'PKCS#7' ] && [ -z "$(padded 262145)" ]; then
	echo "ok - too large a message"
else
	echo "not ok - too large a message"
fi
[ -n "$real" ] || echo "ok - compared with kmod 30 # SKIP it is not installed"
