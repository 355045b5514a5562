# SPDX-License-Identifier: GPL-2.0-or-later
# Every good and bad module is in the table, in the Kbuild file, and says what
# a judge must say of it; and the table names nothing else. Needs no kernel.
tests=$SRCDIR/tests
table=$tests/bad/expected.tsv
minimal=$tests/minimal/differs.tsv
failed=0
bad() {
	echo "$*"
	failed=1
}

for source in "$tests"/good/*.c "$tests"/bad/*.c; do
	name=$(basename "$source" .c)
	folder=$(basename "$(dirname "$source")")
	grep -q "^$folder/$name	" "$table" ||
		bad "$folder/$name.c has no row in expected.tsv"
	grep -q "A judge must say:" "$source" ||
		bad "$folder/$name.c does not say what a judge must say"
	grep -qw "$name" "$tests/$folder/Kbuild" ||
		grep -q "^$folder/$name	.*	build" "$table" ||
		bad "$folder/$name is not in its Kbuild"
done

grep -v '^#' "$table" | while IFS='	' read -r modules args use status id says rest
do
	[ -n "$says" ] && [ -z "$rest" ] || bad "row of $modules: six columns"
	case $status in
	0 | 1 | 1@[0-9]*.[0-9]* | 1@CONFIG_[A-Z]*) ;;
	*) bad "row of $modules: status $status" ;;
	esac
	[ "$status" = 0 ] || [ "$id" != - ] || bad "row of $modules: no id"
	[ "$use" = - ] || [ -e "$tests/bad/use/${use%% *}.c" ] ||
		bad "row of $modules: no program ${use%% *}"
	for m in $(echo "$modules" | tr + ' '); do
		[ -e "$tests/$m.c" ] || bad "row of $modules: no $m.c"
	done
	echo "" | grep -qE -e "$says" || [ $? -eq 1 ] ||
		bad "row of $modules: '$says' is no regular expression"
	[ $failed -eq 0 ]
done || failed=1

# What the minimal kernel differs in, with the reason.
grep -v '^#' "$minimal" | while IFS='	' read -r modules args use status id says why
do
	[ -n "$why" ] || bad "minimal's row of $modules: seven columns"
	grep -qF "$modules	$args	$use	" "$table" ||
		bad "minimal's row of $modules is none of the table"
	if grep -qF "$modules	$args	$use	$status	$id	$says" "$table"; then
		bad "minimal's row of $modules says what the table says"
	fi
	[ $failed -eq 0 ]
done || failed=1
exit $failed
