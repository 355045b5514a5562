# SPDX-License-Identifier: GPL-2.0-or-later
# The header is for every compiler, and a program that does without us.
. "$SRCDIR/tests/cli/libkmod/lib"
h=$SRCDIR/include/libkmod.h
strict='-Wall -Wextra -Werror -fsyntax-only'
for c in "$CC" clang; do
	command -v "${c%% *}" >/dev/null || continue
	for std in c99 c11 gnu17; do
		# shellcheck disable=SC2086
		judge "$c -std=$std -pedantic" \
			$c $strict -std=$std -pedantic -x c "$h"
	done
done
for c in c++ clang++; do
	command -v $c >/dev/null || continue
	# shellcheck disable=SC2086
	judge "$c -pedantic" $c $strict -pedantic -x c++ "$h"
done

# The example of the manual, which is the first block.
sed -n -e '/^```/,/^```/{' -e '/^```/d' -e 's/\\\\/\\/g' -e p -e '}' \
	-e '/^# DESCRIPTION/q' "$SRCDIR/man/libkmod.3.scd" >example.c
[ -s example.c ]
judge 'the example of libkmod(3) compiles' \
	"$CC" -Wall -Wextra -Werror -I"$SRCDIR/include" example.c \
	-L"$ours" -lkmod -o example
not_found() {
	status=0
	LD_LIBRARY_PATH="$ours" ./example nosuch-module 2>example.err ||
		status=$?
	cat example.err
	[ $status = 1 ] &&
		[ "$(cat example.err)" = 'nosuch-module: no such module' ]
}
judge 'and tells what it does not find' not_found
judge 'and runs' env LD_LIBRARY_PATH="$ours" ./example
cat >clash.c <<'END'
#include <libkmod.h>
/* Names of ours that a program may have, too. */
int diag_fail(void);
int file_read(void);
int text_add(void);
int diag_fail(void) { return 1; }
int file_read(void) { return 2; }
int text_add(void) { return 3; }
int main(void)
{
	struct kmod_ctx *c = kmod_new("/nosuch", NULL);
	int r = kmod_load_resources(c);

	kmod_unref(c);
	return r == -2 && text_add() + file_read() + diag_fail() == 6 ? 0 : 1;
}
END
judge 'a program links with libkmod.a' \
	"$CC" -I"$SRCDIR/include" clash.c "$ours/libkmod.a" -o clash
judge 'and runs without libkmod.so.2' ./clash
judge 'also all static' \
	"$CC" -static -I"$SRCDIR/include" clash.c "$ours/libkmod.a" -o clash.s
judge 'and runs so' ./clash.s
