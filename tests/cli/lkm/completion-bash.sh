# SPDX-License-Identifier: GPL-2.0-or-later
# The bash completion offers every command and nothing else.
command -v bash >/dev/null || { echo "no bash"; exit 77; }
cat >complete.bash <<'END'
source "$SRCDIR/completions/lkm.bash"
COMP_WORDS=("$LKM" '') COMP_CWORD=1
_lkm
printf '%s\n' "${COMPREPLY[@]}" | sed '/^$/d'
END
"$LKM" --help | sed -n 's/^  \([a-z]*\)  *[^ ].*/\1/p' | grep -vx lkm >wanted
bash complete.bash >found
diff -u wanted found
