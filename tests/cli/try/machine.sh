# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# Around the module all sorts of things are missing or break: no QEMU, one that
# does not work or dies, no cache, no room. Nobody blames the module for it.
. "$SRCDIR/tests/cli/try/lib"
need_kernel
build good/base_mod
real=$(command -v "${LKM_QEMU:-qemu-system-x86_64}")
shared=$LKM_CACHE
try() {
	run "$LKM" try --engine tcg --kernel "$kernel" "$@" ko/base_mod.ko
}

# ---------------------------------------------------------------- no machine
unset LKM_QEMU
mkdir bin
run env PATH="$PWD/bin" "$LKM" try --kernel "$kernel" ko/base_mod.ko
is 3 'QEMU is not installed' 'QEMU is not installed' 'fix: .'
fake() { # NAME TEXT: a QEMU that is none
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
	export LKM_QEMU="$PWD/bin/$1"
}
export LKM_QEMU=/no/such/qemu
try --cold
is 3 'LKM_QEMU names nothing' "LKM_QEMU names '/no/such/qemu'" 'fix: set LKM'
export LKM_QEMU="$SRCDIR/README.md"
try --cold
is 3 'LKM_QEMU names no program' 'which is no program' 'fix: set LKM'
fake silent 'exit 1'
try --cold
is 3 'QEMU ends at once' 'QEMU ended at once: without a word' 'fix: '
fake loud 'echo "qemu: no such machine" >&2; exit 1'
try --cold
is 3 'QEMU ends with a message' 'QEMU ended at once: qemu: no such machine'
try
is 3 'the same, without --cold' 'QEMU ended at once: qemu: no such machine'
fake mute 'exec sleep 60'
try --cold
is 3 'QEMU does not answer' 'QEMU does not answer'
fake noisy "exec '$real' -nodefaults -display none -no-such-option"
try --cold
is 3 'QEMU does not know an option' 'QEMU ended at once: .*no-such-option'
printf 'no program\n' >bin/text
chmod +x bin/text
export LKM_QEMU="$PWD/bin/text"
try --cold
is 3 'QEMU is no program' 'QEMU ended at once: \|cannot start' 'fix: '
export LKM_QEMU="$real"
mkdir -p bad/boot bad/lib/modules/6.1.0-bad
echo 'this is no kernel' >bad/boot/vmlinuz-6.1.0-bad
run "$LKM" try --cold --engine tcg --kernel ./bad ko/base_mod.ko
is 3 'the image is no kernel' 'QEMU ended at once: .*kernel\|did not boot'

# ------------------------------------------------------------------ no cache
export LKM_CACHE=/proc/no/cache
try
is 0 'no cache can be made' '^PASS' 'note: .*booted anew instead'
export LKM_CACHE="$PWD/text"
echo text >text
try
is 0 'the cache is a file' '^PASS' 'note: .*booted anew instead'
mkdir locked
export LKM_CACHE="$PWD/locked"
chmod 555 locked
run as_user "$LKM" try --engine tcg --kernel "$kernel" ko/base_mod.ko
is 0 'the cache may not be written' '^PASS' 'note: .*booted anew instead'
if [ "$(id -u)" != 0 ]; then
	echo "ok - the disk is full # SKIP only root can mount a small one"
elif mkdir small && mount -t tmpfs -o size=2m tmpfs small 2>/dev/null; then
	trap 'umount small' EXIT
	export LKM_CACHE="$PWD/small"
	try
	is 0 'the disk is full' '^PASS' \
		'note: .*cannot save the booted guest: No space left' \
		'booted anew instead'
	check 'and nothing is left on it' \
		test -z "$(find small/templates -mindepth 1)"
	try --json
	is 0 'the same, as JSON' '^ *".*No space left.*booted anew instead"'
	umount small
	trap - EXIT
else
	echo "ok - the disk is full # SKIP nothing can be mounted here"
fi
export LKM_CACHE="$shared"

# -------------------------------------------------------------- QEMU is killed
# While a test runs in the guest; the template is there by then. How soon it
# runs is up to what else this machine has to do.
try -q
is 0 'the template is made'
printf '#!/bin/sh\nsleep 50\n' >sleeps
chmod +x sleeps
for after in 1 4 16 32; do
	env LKM_TRY_MARK=$$ "$LKM" try --engine tcg --kernel "$kernel" \
		--timeout 60 --test ./sleeps ko/base_mod.ko >out 2>err \
		</dev/null &
	us=$!
	sleep $after
	for pid in $(marked LKM_TRY_MARK=$$); do
		[ "$pid" = $us ] || kill -KILL "$pid"
	done
	status=0
	wait $us || status=$?
	! grep -q 'during use' err || break
done
is 3 'QEMU is killed' 'QEMU ended by itself during use (signal 9)' 'fix: '
