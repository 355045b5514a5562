# SPDX-License-Identifier: GPL-2.0-or-later
# What completions and the manual page list is what the help lists.
"$LKM_DROPIN_DIR/modinfo" --help | grep -o -- '--[a-z-]*' | sort -u >help
grep -o -- '\*--[a-z-]*\*' "$SRCDIR/man/modinfo.8.scd" | tr -d '*' | sort -u >man
diff -u help man
for shell in zsh fish; do
	while read -r option; do
		grep -q -e "${option#--}\b" "$SRCDIR/completions/modinfo.$shell" ||
			{ echo "$shell does not complete $option"; exit 1; }
	done <help
done
