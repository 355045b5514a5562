# SPDX-License-Identifier: GPL-2.0-or-later
# A distribution's own modules, if a kernel is at hand: types from prototypes.
root=$LKM_TEST_KERNEL_ROOT rel=$LKM_TEST_KERNEL
[ -n "$root" ] || { echo "no kernel at hand"; exit 77; }
find "$root/lib/modules/$rel" -name '*.ko*' | sort | head -200 >list
[ -s list ] || { echo "the kernel has no modules"; exit 77; }
# shellcheck disable=SC2046
"$LKM" show --json -k "$root" $(cat list) >found.json
python3 - <<'END'
import json
all_ = json.load(open("found.json"))
known = named = 0
for m in all_:
    assert m["kernel"]["built_for"], m["file"]
    assert m["verdict"] in ("loads", "init-decides"), (m["file"], m["why"])
    assert all(n["provided"] or n["weak"] for n in m["needs"]), m["file"]
    assert not any(n["same_version"] is False for n in m["needs"]), m["file"]
    assert m["signature"] is None or m["signature"]["key_known"], m["file"]
    assert not m["tables_cut"], m["file"]
    for t in m["tables"]:
        known += 1
        named += all(f["member"] for f in t["functions"])
    # Authors call operations what they are: a guess must not differ.
    for t in m["tables"]:
        name, by = t["name"] or "", t["known_by"]
        if by == "prototype" and name.endswith("_seq_ops"):
            assert t["type"] == "seq_operations", (m["name"], t)
        if by == "prototype" and name.endswith("_fops"):
            assert t["type"] in ("file_operations",
                                 "block_device_operations"), (m["name"], t)
print(f"# {len(all_)} modules, {known} tables, {named} with members")
by = {t["known_by"] for m in all_ for t in m["tables"]}
assert "prototype" not in by or named > 0.9 * known, (named, known)
END
