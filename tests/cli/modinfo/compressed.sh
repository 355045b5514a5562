# SPDX-License-Identifier: GPL-2.0-or-later
# A compressed module says what the raw one says; a damaged one is refused.
modinfo=$LKM_DROPIN_DIR/modinfo
"$BUILDDIR/tests/mkko/mkko" --full -o m.ko
"$modinfo" m.ko | sed 1d >wanted
gzip -k m.ko
xz -k m.ko
zstd -q m.ko
for f in m.ko.gz m.ko.xz m.ko.zst; do
	"$modinfo" "$f" | sed 1d | diff -u wanted -
	head -c 700 "$f" >"cut-$f"
	! "$modinfo" "cut-$f" 2>err
	grep -q "^modinfo: ERROR: could not get modinfo from 'cut_m':" err
done

# The first bytes count, not the name.
mkdir named
cp m.ko.xz named/m.ko
"$modinfo" named/m.ko | sed 1d | diff -u wanted -

# Several members, several frames, no size in the frame.
for tool in gzip xz zstd; do
	{ head -c 1000 m.ko | $tool -c; tail -c +1001 m.ko | $tool -c; } >x.ko
	"$modinfo" x.ko | sed 1d | diff -u wanted -
done
zstd -qc <m.ko >x.ko
"$modinfo" x.ko | sed 1d | diff -u wanted -
