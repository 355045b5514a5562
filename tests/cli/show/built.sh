# SPDX-License-Identifier: GPL-2.0-or-later
# What a compiler leaves in a file: types from debug information where it is,
# and names of symbols where it is not.
. "$SRCDIR/tests/cli/show/common"
CC=${CC:-cc}
command -v "$CC" >/dev/null || { echo "no compiler"; exit 77; }
cat >a.c <<'END'
struct inode;
struct file;
struct pm { int (*suspend)(void *); };
struct file_operations {
	void *owner;
	int (*open)(struct inode *, struct file *);
	long (*read)(struct file *, char *, unsigned long, long *);
};
struct driver { const char *name; const struct pm *pm; int (*probe)(int); };
struct acme_driver { struct driver driver; int (*remove)(int); };
int kernels_read(struct file *, char *, unsigned long, long *);
static int my_open(struct inode *i, struct file *f) { return !i + !f; }
static int my_probe(int x) { return x; }
static int my_suspend(void *x) { return !x; }
const struct pm my_pm = { my_suspend };
struct acme_driver my_driver = { { "x", &my_pm, my_probe }, my_probe };
struct file_operations two[2] = {
	{ 0, my_open, 0 }, { 0, 0, (void *)kernels_read }
};
int (*hook)(int) = my_probe;
int init_module(void)
{
	static struct file_operations inner_fops = { 0, my_open, 0 };
	static int (*const table[])(int) = { my_probe, my_probe };

	__asm__("" : : "r"(&inner_fops), "r"(table));
	return 0;
}
void cleanup_module(void) { }
char this_module[64] __attribute__((section(".gnu.linkonce.this_module")));
END
build() { # FLAG...
	"$CC" -c -O0 -fno-pic -w "$@" -o a.ko a.c
}

debug() {
	build -g
	"$LKM" show --json --entries -k none-there a.ko >found.json
	python3 - <<-'EOM'
	import json
	[m] = json.load(open("found.json"))
	t = {t["name"].split(".")[0]: t for t in m["tables"]}
	def row(name):
	    return [(f["member"], f["function"]) for f in t[name]["functions"]]
	assert all(x["known_by"] == "debug" and not x["guess"]
	           for x in t.values()), t
	assert t["my_driver"]["type"] == "acme_driver", t
	assert row("my_driver") == [("driver.probe", "my_probe"),
	                            ("remove", "my_probe")], row("my_driver")
	assert row("my_pm") == [("suspend", "my_suspend")]
	assert t["two"]["count"] == 2
	assert row("two") == [("[0].open", "my_open"),
	                      ("[1].read", "kernels_read")], row("two")
	assert row("inner_fops") == [("open", "my_open")]
	assert t["hook"]["type"] is None and row("hook")[0][1] == "my_probe"
	assert [f for _, f in row("table")] == ["my_probe"] * 2
	EOM
}
is 'debug information' debug

names() {
	build -g0
	"$LKM" show --json --entries -k none-there a.ko >found.json
	python3 - <<-'EOM'
	import json
	[m] = json.load(open("found.json"))
	t = {t["name"].split(".")[0]: t for t in m["tables"]}
	assert t["inner_fops"]["type"] == "file_operations", t
	assert t["inner_fops"]["guess"] and t["my_pm"]["type"] == "dev_pm_ops"
	assert t["two"]["type"] is None and t["two"]["known_by"] == "unknown"
	assert t["my_driver"]["functions"][0]["function"] == "my_probe"
	EOM
}
is 'names of symbols' names
