#compdef lkm
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of lkm. The names of commands and options come from lkm's own
# help, so there is no list here to fall behind.

local -a names

if (( CURRENT == 2 )); then
	names=(${(f)"$($words[1] --help 2>/dev/null |
		sed -n 's/^  \([a-z]\+\) \+\([^ ].*\)/\1:\2/p' | grep -v '^lkm:')"})
	_describe command names
elif [[ $words[CURRENT-1] == (-k|--kernel) ||
	$words[2] == kernel && $words[3] == rm && $words[CURRENT] != -* &&
	CURRENT -gt 3 ]]; then
	names=(${(f)"$($words[1] kernel list 2>/dev/null |
		sed -n 's/^\([0-9][^ ]*\) .*/\1/p')"})
	compadd -a names
elif [[ $words[2] == try && $words[CURRENT-1] == --engine ]]; then
	compadd auto tcg kvm
elif [[ $words[2] == try && $words[CURRENT] != -* &&
	$words[CURRENT-1] != (-t|--test|--add) ]]; then
	# The parameters of the last module file before the cursor.
	local module=${words[(R)*.ko(|.gz|.xz|.zst)]}

	if [[ -n $module ]]; then
		names=(${(f)"$($words[1] modinfo -p $module 2>/dev/null |
			sed -n 's/^\([^: ]*\):.*/\1/p')"})
		compadd -S = -a names
	fi
	_files -g '*.(c|ko|ko.gz|ko.xz|ko.zst)(-.)'
elif (( CURRENT == 3 )) && [[ $words[CURRENT] != -* ]] &&
	names=(${(f)"$($words[1] $words[2] --help 2>/dev/null |
		sed -n "s/^\(usage:\|      \) lkm $words[2] \([a-z]\+\).*/\2/p")"}) &&
	(( $#names )); then
	compadd -a names
elif [[ $words[CURRENT] == -* ]]; then
	names=(${(f)"$($words[1] $words[2] --help 2>/dev/null |
		grep -o -- '--[a-z][a-z-]*' | sort -u)"})
	compadd -a names
else
	_files
fi
