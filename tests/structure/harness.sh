#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The test drivers themselves: that a wrong output, message or status fails,
# that skips carry their reason, and that nothing is counted twice or lost.
# tests/structure/harness.sh SRCDIR
set -u
src=$1
tmp=$(mktemp -d "${TMPDIR:-/tmp}/lkm-harness.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0

# equal NAME: is $tmp/found what stdin is?
equal() {
	n=$((n + 1))
	if diff -u --label wanted --label found - "$tmp/found" >"$tmp/diff"; then
		echo "ok $n - $1"
		return
	fi
	bad=1
	sed 's/^/# /' "$tmp/diff"
	echo "not ok $n - $1"
}

# --- tests/cli/run, in a tree and with a build of its own
cli=$tmp/src/tests/cli
mkdir -p "$cli/t" "$tmp/build/tools"
cp "$src/tests/cli/run" "$cli/run"
printf '#!/bin/sh\necho out; echo err >&2; exit 3\n' >"$tmp/build/tools/lkm"
chmod +x "$tmp/build/tools/lkm"

# case NAME LINE...: a script
case_() {
	name=$1
	shift
	printf '%s\n' "$@" >"$cli/t/$name.sh"
}

# Runs them all; the comments are not compared.
run() {
	"$cli/run" "$tmp/build" t >"$tmp/all" 2>&1
	echo "status $?" >>"$tmp/all"
	grep -v '^#' "$tmp/all" >"$tmp/found"
	rm -f "$cli"/t/*
}

case_ good '"$LKM"'
echo out >"$cli/t/good.out"
echo err >"$cli/t/good.err"
echo 3 >"$cli/t/good.exit"
run
equal 'output, messages and status as expected' <<END
ok 1 - good
1..1
status 0
END

for what in out err exit; do
	case_ wrong '"$LKM"'
	echo out >"$cli/t/wrong.out"
	echo err >"$cli/t/wrong.err"
	echo 3 >"$cli/t/wrong.exit"
	echo 4 >"$cli/t/wrong.$what"
	run
	equal "a wrong .$what fails" <<END
not ok 1 - wrong
1..1
status 1
END
	case_ missing '"$LKM"'
	echo out >"$cli/t/missing.out"
	echo err >"$cli/t/missing.err"
	echo 3 >"$cli/t/missing.exit"
	rm "$cli/t/missing.$what"
	run
	equal "a missing .$what stands for nothing" <<END
not ok 1 - missing
1..1
status 1
END
done

case_ a-yes 'exit 0'
case_ b-no 'exit 1'
case_ c-false 'false' 'exit 0'
case_ d-skip 'echo because' 'exit 77'
case_ e-slow '# timeout: 1' 'sleep 20'
case_ f-many 'echo "ok - x"' 'echo "not ok - y"' 'echo "ok - z # SKIP why"'
case_ g-lost 'echo "ok - x"' 'exit 9'
case_ h-place 'echo "$PWD"'
echo '@TMP@' >"$cli/t/h-place.out"
run
equal 'scripts that judge by themselves' <<END
ok 1 - a-yes
not ok 2 - b-no
not ok 3 - c-false
ok 4 - d-skip # SKIP because
not ok 5 - e-slow
ok 6 - f-many: x
not ok 7 - f-many: y
ok 8 - f-many: z # SKIP why
ok 9 - g-lost: x
not ok 10 - g-lost: status 9
ok 11 - h-place
1..11
status 1
END

case_ mask 'umask; umask -S'
echo 0022 >"$cli/t/mask.out"
echo u=rwx,g=rx,o=rx >>"$cli/t/mask.out"
(umask 077 && run)
equal "the user's umask" <<END
ok 1 - mask
1..1
status 0
END

case_ place 'case $PWD in *" "*) exit 1 ;; esac'
mkdir "$tmp/a blank"
TMPDIR="$tmp/a blank" run
equal 'a TMPDIR that no kernel can be built in' <<END
ok 1 - place
1..1
status 0
END

run
equal 'a folder without cases' <<END
Bail out! no case in tests/cli/t
status 1
END

case_ old '"$LKM"'
echo x >"$cli/t/old.out"
case_ judge 'exit 0'
"$cli/run" --update "$tmp/build" t >/dev/null
(cd "$cli/t" && head -- *) >"$tmp/found"
rm -f "$cli"/t/*
equal '--update writes what happens, where there is an expectation' <<END
==> judge.sh <==
exit 0

==> old.err <==
err

==> old.exit <==
3

==> old.out <==
out

==> old.sh <==
"\$LKM"
END

# --- scripts/check, with a meson that only leaves a log
mkdir -p "$tmp/bin" "$tmp/build/meson-logs"
cat >"$tmp/bin/meson" <<'END'
#!/bin/sh
[ ! -e "$FAKE/log" ] || cp "$FAKE/log" "$FAKE/build/meson-logs/testlog.json"
exit "$FAKE_STATUS"
END
chmod +x "$tmp/bin/meson"

# count STATUS: scripts/check of the log on stdin; its last line and status
count() {
	cat >"$tmp/log"
	[ -s "$tmp/log" ] || rm "$tmp/log"
	FAKE=$tmp FAKE_STATUS=$1 PATH=$tmp/bin:$PATH LKM_TEST_KERNEL_ROOT=/ \
		LKM_TEST_KERNEL=none "$src/scripts/check" "$tmp/build" \
		>"$tmp/all" 2>&1
	status=$?
	{ grep '^skipped: ' "$tmp/all"; tail -1 "$tmp/all"; echo "status $status"; } \
		>"$tmp/found"
}

entry() { # result, output
	printf '{"name": "t", "command": ["t"], "result": "%s", "stdout": "%s"}\n' \
		"$1" "$2"
}

{
	entry OK '1..3\nok 1 - a\nok 2 - b # SKIP no c\nnot ok 3 # SKIP d\n'
	entry OK 'one program'
	entry SKIP 'x\nno reason to run\n'
} | count 0
equal 'cases, programs and skips are counted' <<END
skipped: t: b: no c
skipped: t: d: NO REASON GIVEN
skipped: t: no reason to run
2 passed, 0 failed, 3 skipped
status 0
END
# cmocka prints the reason on a line before
entry OK '1..1\nno kernel\nnot ok 1 # SKIP d\n' | count 0
equal 'the reason of a skip in cmocka' <<END
skipped: t: d: no kernel
0 passed, 0 failed, 1 skipped
status 0
END
entry FAIL '1..2\nok 1 - a\nnot ok 2 - b\n' | count 1
equal 'a failed case' <<END
1 passed, 1 failed, 0 skipped
status 1
END
entry ERROR '1..2\nok 1 - a\n' | count 1
equal 'a program that dies half way' <<END
1 passed, 1 failed, 0 skipped
status 1
END
entry OK '1..1\nok 1 - the # of a\n' | count 0
equal 'a hash in the name of a case' <<END
1 passed, 0 failed, 0 skipped
status 0
END
entry OK '1..2\nok 1 - a\n' | count 0
equal 'a case that is planned and not told' <<END
1 passed, 1 failed, 0 skipped
status 1
END
entry TIMEOUT '' | count 1
equal 'a program that does not end' <<END
0 passed, 1 failed, 0 skipped
status 1
END
entry OK '1..1\nnot ok 1 - a\n' | count 0
equal 'a failed case that Meson did not see' <<END
0 passed, 1 failed, 0 skipped
status 1
END
count 0 </dev/null
equal 'no test at all' <<END
0 passed, 1 failed, 0 skipped
status 1
END
entry OK 'x' | count 2
equal 'Meson itself fails' <<END
1 passed, 1 failed, 0 skipped
status 1
END

# --- scripts/check-clang, with one file to compile
clang_says() { # C text
	echo "$1" >"$tmp/a.c"
	printf '[{"directory": "%s", "command": "ccache cc -Wall -o a.o -c a.c", "file": "a.c"}]' \
		"$tmp" >"$tmp/build/compile_commands.json"
	"$src/scripts/check-clang" "$tmp/build" >/dev/null 2>&1
	echo "status $?" >"$tmp/found"
}

if command -v clang >/dev/null; then
	clang_says 'int x;'
	equal 'clean code passes clang' <<END
status 0
END
	clang_says 'static int x;'
	equal 'a warning of clang fails' <<END
status 1
END
else
	n=$((n + 1))
	echo "ok $n - check-clang # SKIP clang is not installed"
fi
echo "1..$n"
exit $bad
