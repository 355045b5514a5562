# SPDX-License-Identifier: GPL-2.0-or-later
# A name that is none: the one that it may be a slip of is told, and no other.
unset LKM_TOUR
near() { # NAME ARGUMENT...: is it told?
	want=$1 got=0
	shift
	"$LKM" "$@" >out 2>&1 || got=$?
	[ $got = 2 ] && ! grep -q '^usage' out &&
		if [ -n "$want" ]; then
			grep -q "^  fix: did you mean '$want'? 'lkm .*' shows all" out
		else
			grep -q "^  fix: 'lkm .*' shows them" out
		fi || { sed 's/^/# /' out; printf 'not '; }
	echo "ok - lkm $*: ${want:-nothing near}"
}
option() { # OPTION COMMAND ARGUMENT...: is it told?
	want=$1 got=0
	shift
	"$LKM" "$@" >out 2>&1 || got=$?
	[ $got = 2 ] && grep -q "; did you mean '$want'?\$" out ||
		{ sed 's/^/# /' out; printf 'not '; }
	echo "ok - lkm $*: $want"
}
near check chek
near check help chek
near rmmod rmmdo
near help hepl
near '' frobnicate
near '' help frob
near parameters tour parametres
near 16-print tour 16-prnit
near hint tour hnit
near hint tour hnit 3
near check tour chekc
near '' tour 99
near lsmod tour check lsmdo
near '' tour check chekc
near lsmod tour --run lsmdo
near chardev new mine --kind chrdev
near '' new mine --kind nothing-like-it
near list kernel lst
near '' kernel frobnicate
"$LKM" tour exerccise 2>err || true
if grep -q "'lkm tour check' judges it" err; then
	echo 'ok - the exercise'
else
	echo 'not ok - the exercise'
fi
option --kernel tour --kernle 6.1
option --kernel why --kernle 6.1
option --kind new mine --knid hello
option --depends adopt hello.c --dpends NET
