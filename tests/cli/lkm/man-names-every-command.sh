# SPDX-License-Identifier: GPL-2.0-or-later
# What `lkm --help` lists, lkm(1) describes; and the other way round.
"$LKM" --help | sed -n 's/^  \([a-z]*\)  *[^ ].*/\1/p' |
	grep -vx lkm | sort -u >help
grep -o '^\*lkm [a-z].*' "$SRCDIR/man/lkm.1.scd" | grep -o '\*lkm [a-z]*' |
	sed 's/.* //' | sort -u >man
diff -u help man

# Each page about them is among those to see.
sed -n '/^# SEE ALSO/,$p' "$SRCDIR/man/lkm.1.scd" |
	grep -o '\*lkm-[a-z]*\*([17])' | sort >see
{
	grep -o '^lkm-[a-z]*([17])' -h "$SRCDIR"/man/lkm-*.scd
	echo 'lkm-rules(7)'
} | sed 's/\(.*\)(/*\1*(/' | sort >pages
diff -u pages see
