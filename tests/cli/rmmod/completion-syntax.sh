# SPDX-License-Identifier: GPL-2.0-or-later
# The shells that are there accept the completions of insmod, rmmod, lsmod.
checked=
for tool in insmod rmmod lsmod; do
	for shell in bash zsh 'fish --no-execute'; do
		command -v "${shell%% *}" >/dev/null || continue
		case $shell in
		fish*) $shell "$SRCDIR/completions/$tool.fish" ;;
		*) $shell -n "$SRCDIR/completions/$tool.$shell" ;;
		esac
		checked=yes
	done
done
[ -n "$checked" ] || { echo "no bash, zsh or fish"; exit 77; }
