# SPDX-License-Identifier: GPL-2.0-or-later
# What an argument holds does not steer the terminal, in one byte or in two.
n=0
for c in '\001' '\033' '\177' '\302\233'; do
	# shellcheck disable=SC2059 # the escape is the format
	what=$(printf "no ${c}[31m such line")
	"$LKM" why "$what" >out 2>&1 || :
	grep -qaF '[31m such line' out && ! grep -qaF "$what" out ||
		{ cat -v out | sed 's/^/# /' && printf 'not '; }
	n=$((n + 1))
	echo "ok - control $n"
done
"$LKM" why 'no such línea Â' >out 2>&1 || :
grep -qF "'no such línea Â'" out || printf 'not '
echo 'ok - letters stay'
