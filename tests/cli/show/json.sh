# SPDX-License-Identifier: GPL-2.0-or-later
# The same for programs.
. "$SRCDIR/tests/cli/show/common"
module t.ko --tables --full --info alias=fs-x --info firmware=x.bin \
	--info parm=other:what
echo text >not.ko

all() {
	"$LKM" show --json t.ko >found.json
	python3 - <<-'EOM'
	import json
	[m] = json.load(open("found.json"))
	assert m["name"] == "mkko" and m["machine"] == "x86_64", m
	assert m["kernel"]["release"] == "9.8.7-mk" and m["kernel"]["built_for"]
	assert m["init"] == "init_module" and m["exit"] == "cleanup_module"
	[t] = m["tables"]
	assert t["name"] == "mkko_fops" and t["type"] == "file_operations", t
	assert t["known_by"] == "name" and t["guess"] and t["size"] == 24, t
	assert [(f["member"], f["function"], f["imported"])
	        for f in t["functions"]] == [
	    ("open", "mkko_open", False), ("llseek", "noop_llseek", True)], t
	assert t["functions"][0]["when"] == "the file is opened"
	[e] = [e for e in m["exports"] if e["name"] == "mkko_spaced"]
	assert e == {"name": "mkko_spaced", "crc": "0x22222222",
	             "gpl_only": False, "namespace": "MKKO_NS"}, e
	n = {n["name"]: n for n in m["needs"]}
	assert n["noop_llseek"]["module"] == "one", n
	assert n["kfree"]["provided"] is False and n["maybe_there"]["weak"], n
	p = {p["name"]: p for p in m["params"]}
	assert p["mkko_count"]["default"] == "7", p
	assert p["mkko_count"]["permission"] == "0644", p
	assert p["other"]["default"] is None and p["other"]["permission"] is None
	assert {"alias": "fs-x", "means": "file system x"} in m["aliases"], m
	assert m["depends"] == ["first", "second-one"]
	assert m["firmware"] == ["x.bin"] and m["softdeps"] == []
	assert m["license"] == "GPL" and m["gpl_compatible"]
	assert m["signature"]["signer"] == "mkko test key", m["signature"]
	assert m["signature"]["key_known"] is True
	s = {s["name"]: s for s in m["sections"]}
	assert s[".init.text"]["code"] and s[".init.text"]["loaded"]
	assert s[".init.text"]["means"] == "code that runs once"
	assert not s[".symtab"]["write"] and s[".data"]["write"]
	EOM
}
is 'all' all

some() {
	"$LKM" show --json --params --section .data t.ko not.ko >found.json ||
		[ $? = 1 ]
	python3 - <<-'EOM'
	import json
	m, bad = json.load(open("found.json"))
	assert "params" in m and "needs" not in m and "tables" not in m, m
	assert [s["name"] for s in m["sections"]] == [".data"], m
	assert bad["file"] == "not.ko" and "text" in bad["error"]["what"], bad
	EOM
}
is 'some; a file that is none' some

without() {
	"$LKM" show --json -k none-there t.ko >found.json
	python3 - <<-'EOM'
	import json
	[m] = json.load(open("found.json"))
	assert m["kernel"]["release"] is None and m["kernel"]["missing"], m
	assert m["taints"] is None and m["memory_size"] is None, m
	assert m["verdict"] is None and m["signature"]["key_known"] is None
	assert all(n["provided"] is None for n in m["needs"]), m["needs"]
	assert m["parts"] == [] and m["sections"][0]["part"] is None
	EOM
}
is 'without a kernel' without
