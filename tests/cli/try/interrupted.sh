# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# Interrupted at any moment: no machine goes on, nothing lies about, and the
# next run is none the worse. After SIGKILL nobody can tidy up but the next.
. "$SRCDIR/tests/cli/try/lib"
need_kernel
build good/base_mod
mark=LKM_TRY_MARK=$$

gone() { # within a few seconds: processes die on their own time
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -n "$(marked $mark)" ] || return 0
		sleep 0.2
	done
	for pid in $(marked $mark); do
		echo "$pid: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
	done
	return 1
}
tidy() { # after SIGNAL
	gone || return 1
	find "$TMPDIR" -mindepth 1 | grep . && return 1
	[ "$1" = KILL ] || ! find cache/templates -name 'tmp.*' | grep .
}
status_of() {
	case $1 in
	HUP) echo 129 ;;
	INT) echo 130 ;;
	TERM) echo 143 ;;
	KILL) echo 137 ;;
	esac
}

# NAME SIGNAL MOMENT COMMAND...: MOMENT is a time, or a command that ends then.
interrupt() {
	name="$1, $2" signal=$2 moment=$3
	shift 3
	env $mark setsid "$@" >out 2>err </dev/null &
	us=$!
	case $moment in
	[0-9]*) sleep "$moment" ;;
	*) $moment ;;
	esac
	kill -$signal $us 2>/dev/null || :
	status=0
	wait $us || status=$?
	# It may have been quicker; or slower, and did not listen yet.
	case "$status $moment" in
	0\ *) status=$(status_of $signal) said=false ;;
	*\ 0 | *\ 0.[0-3]*) said=false ;;
	*) said=true ;;
	esac
	if [ $signal = KILL ] || ! $said; then
		is "$(status_of $signal)" "$name"
	else
		is "$(status_of $signal)" "$name" 'lkm try: interrupted'
	fi
	check "$name: tidy" tidy $signal
}
half_a_template() {
	for _i in $(seq 3000); do
		set -- cache/templates/tmp.*
		[ ! -e "$1" ] || return 0
		sleep 0.01
	done
}

cat >loop.sh <<'EOF'
#!/bin/sh
sleep 30
EOF
chmod +x loop.sh
export LKM_CACHE="$PWD/cache"
mkdir -p cache/templates
try="$LKM try -q --engine tcg --kernel $kernel"
for signal in INT TERM KILL; do
	interrupt 'a cold boot begins' $signal 0.1 $try --cold ko/base_mod.ko
	interrupt 'a cold boot' $signal 1 $try --cold ko/base_mod.ko
	interrupt 'a template is booted' $signal 0.7 $try ko/base_mod.ko
	interrupt 'a template is written' $signal half_a_template \
		$try ko/base_mod.ko
	rm -rf cache/templates/*-*
done
: >kept
run $try ko/base_mod.ko
is 0 'the next run passes' '^PASS'
check 'and sweeps' test -z "$(find cache/templates -name 'tmp.*')"

for signal in INT TERM KILL; do
	for moment in 0 0.03 0.1 0.2 0.4; do
		interrupt "a run, after $moment s" $signal $moment \
			$try ko/base_mod.ko
	done
	interrupt 'a test runs' $signal 1 $try --test ./loop.sh ko/base_mod.ko
done
run $try ko/base_mod.ko
is 0 'and the next run passes' '^PASS'

cp "$SRCDIR/tests/good/params.c" params.c
for signal in INT TERM HUP; do
	for moment in 0.1 0.5 1; do
		interrupt "a build, after $moment s" $signal $moment \
			$try params.c
	done
done
