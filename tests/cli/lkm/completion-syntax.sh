# SPDX-License-Identifier: GPL-2.0-or-later
# zsh and fish, where they are there, accept their completions.
checked=
if command -v zsh >/dev/null; then
	zsh -n "$SRCDIR/completions/lkm.zsh"
	checked="$checked zsh"
fi
if command -v fish >/dev/null; then
	fish --no-execute "$SRCDIR/completions/lkm.fish"
	checked="$checked fish"
fi
[ -n "$checked" ] || { echo "neither zsh nor fish is installed"; exit 77; }
