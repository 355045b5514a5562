# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 1800
#
# Runs the rows of tests/bad/expected.tsv: each good and bad module in a
# throw-away kernel, and what lkm try must say of it. One case per row.
#
#   LKM_BAD='leak_*'   only the rows whose module fits this pattern
#   LKM_BAD_LOG=FOLDER keep the report of each row there
#   LKM_BAD_INSTEAD=FILE
#                      rows that stand in for those of the table with the same
#                      first three columns; a seventh column says why
set -u
tests=$SRCDIR/tests
export XDG_CACHE_HOME="$LKM_CACHE"

if [ -z "$LKM_TEST_KERNEL" ]; then
	echo "there is no kernel to try modules in"
	exit 77
fi
case $LKM_TEST_KERNEL_ROOT in
/ | '') kernel=$LKM_TEST_KERNEL ;;
*) kernel=$LKM_TEST_KERNEL_ROOT ;;
esac
logs=${LKM_BAD_LOG:-$PWD/logs}
mkdir -p "$logs" use

# The table as it is for this kernel.
grep -hv '^#' ${LKM_BAD_INSTEAD:+"$LKM_BAD_INSTEAD"} "$tests/bad/expected.tsv" |
	awk -F '\t' -v OFS='\t' '!seen[$1, $2, $3]++ {
		print $1, $2, $3, $4, $5, $6 }' >table

# All modules that build, in two builds; those that must not are built by row.
for folder in good bad; do
	cp -r "$tests/$folder" "$folder"
	for name in $(sed -n "s,^$folder/\([a-z_0-9]*\)	.*	build\.failed	.*,\1,p" table)
	do
		sed -i "s/\<$name\.o\>//" "$folder/Kbuild"
	done
	"$LKM" build --quiet --kernel "$kernel" --output "ko/$folder" \
		"$folder" >"$logs/build-$folder" 2>&1 || {
		status=$?
		cat "$logs/build-$folder"
		[ $status -eq 3 ] && echo "modules cannot be built" && exit 77
		exit 1
	}
done
for source in "$tests"/bad/use/*.c; do
	${CC:-cc} -O2 -o "use/$(basename "$source" .c)" "$source"
done

# "1@6.2": 1 for Linux 6.2 and later, else 0. "1@CONFIG_NAME": 1 where the kernel
# has it, else 0.
config=$("$LKM" kernel show "$kernel" | sed -n 's/^  config  *//p')
status_wanted() {
	case $1 in
	*@CONFIG_*)
		[ -r "$config" ] || { echo "unknown without a config" && return; }
		grep -qx "${1#*@}=y" "$config" && echo 1 || echo 0
		return
		;;
	*@*) ;;
	*) echo "$1" && return ;;
	esac
	oldest=$(printf '%s\n' "${1#*@}" "$LKM_TEST_KERNEL" | sort -V | head -n 1)
	[ "$oldest" = "${1#*@}" ] && echo 1 || echo 0
}

# The files of a row: built ones, or the source where the build must fail.
files_of() { # modules id
	for m in $(echo "$1" | tr + ' '); do
		[ -e "ko/$m.ko" ] && echo "ko/$m.ko" || echo "$m.c"
	done
}

# Is @1 one of "a|b|c"?
is_one_of() {
	case "|$2|" in
	*"|$1|"*) return 0 ;;
	esac
	return 1
}

try_row() { # modules args use report; leaves the status in $got
	[ "$2" = - ] && args= || args=$2
	set -- "$1" "$args" "$3" "$4"
	options="--timeout 3"
	if [ "$3" != - ]; then
		options="$options --test use/${3%% *}"
		for word in ${3#"${3%% *}"}; do
			options="$options --test-arg $word"
		done
	fi
	# shellcheck disable=SC2046,SC2086 # words on purpose
	"$LKM" try $options $format --kernel "$kernel" \
		$(files_of "$1") $2 >"$4" 2>&1 </dev/null && got=0 || got=$?
}

# What is wrong with the report; nothing if it is right.
judge() { # args of the row, from status on, and the report
	want=$(status_wanted "$1")
	[ "$got" = "$want" ] || echo "status $got, wanted $want"
	if [ "$want" = 1 ]; then
		id=$(sed -n 's/^FAIL .*\[\([a-z.-]*\)\].*/\1/p' "$4" | tail -n 1)
		is_one_of "$id" "$2" || echo "cause '$id', wanted $2"
	fi
	[ "$3" = - ] || [ "$want" != "${1%@*}" ] || grep -qE -e "$3" "$4" ||
		echo "no line says '$3'"
	judge_expected "$4"
}

# The emulated loader must have foreseen what the real one did. Exceptions, a
# word each with its reason: none.
astray=
judge_expected() { # report
	case " $astray " in
	*" $(basename "$1") "*) return ;;
	esac
	sed -n 's/^  expect     wrong /the loader was expected otherwise: /p' "$1"
	grep -q '^  insert ' "$1" || return 0
	grep -q '^  expect  ' "$1" || echo "nothing was expected of the loader"
}

# A note has its id in the report for programs only.
judge_note() { # id report
	for word in $(echo "$1" | tr '|' ' '); do
		grep -q "\"id\": *\"$word\"" "$2" && return
	done
	echo "no note $1"
}

run_row() { # modules args use status id says
	name="$1$([ "$2" = - ] || echo " $2")$([ "$3" = - ] || echo " use $3")"
	report=$logs/$(echo "$name" | tr ' /' '_.')
	format=
	try_row "$1" "$2" "$3" "$report"
	if [ "$got" = 3 ] && grep -q "no QEMU\|qemu.*not found" "$report"; then
		echo "ok - $name # SKIP $(tail -n 1 "$report")"
		return
	fi
	wrong=$(judge "$4" "$5" "$6" "$report")
	if [ "$4" = 0 ] && [ "$5" != - ]; then
		format=--json
		try_row "$1" "$2" "$3" "$report.json"
		wrong="$wrong$(judge_note "$5" "$report.json")"
	fi
	[ -z "$wrong" ] && echo "ok - $name" && return
	echo "$name: $wrong"
	tail -n 15 "$report"
	echo "not ok - $name"
}

while IFS='	' read -r modules args use status id says; do
	# shellcheck disable=SC2254 # a pattern on purpose
	case ${modules##*/} in
	${LKM_BAD:-*}) ;;
	*) continue ;;
	esac
	run_row "$modules" "$args" "$use" "$status" "$id" "$says"
done <table
