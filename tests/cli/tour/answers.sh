# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# Exercises whose answer is free: another right one than the lesson's own is
# taken, and what only looks right is not.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel

judged() { # STATUS STEP FILE: standard input is the learner's file
	mkdir -p "$XDG_STATE_HOME/lkm/tour/$2"
	cat >"$XDG_STATE_HOME/lkm/tour/$2/$3"
	got=0
	"$LKM" tour check "$2" >out 2>&1 || got=$?
	cat out
	[ "$got" = "$1" ]
}
first() { # IN OUT
	printf '#include <linux/module.h>\nstatic int __init f(void)\n{\n\tprintk(KERN_NOTICE "first: good %s\\n");\n\treturn 0;\n}\nmodule_init(f);\nstatic void __exit g(void)\n{\n\tprintk(KERN_NOTICE "first: good %s\\n");\n}\nmodule_exit(g);\nMODULE_LICENSE("GPL");\n' "$1" "$2"
}
who() { # REST of the line, which is told as words
	printf '#include <linux/module.h>\nstatic int __init f(void)\n{\n\tpr_info("who: who, 1%s\\n");\n\treturn 0;\n}\nmodule_init(f);\nstatic void __exit g(void)\n{\n}\nmodule_exit(g);\nMODULE_VERSION("1.5");\nMODULE_LICENSE("GPL");\n' "$1"
}
built() { # BODY of read, and of exit
	printf '#include <linux/module.h>\n#include <linux/proc_fs.h>\n#include <generated/utsrelease.h>\nstatic const char text[] = UTS_RELEASE "\\n";\nstatic ssize_t r(struct file *f, char __user *buf, size_t n, loff_t *pos)\n{\n\t%s\n}\nstatic const struct proc_ops ops = { .proc_read = r };\nstatic int __init f(void)\n{\n\treturn proc_create("built", 0, NULL, &ops) ? 0 : -ENOMEM;\n}\nmodule_init(f);\nstatic void __exit g(void)\n{\n\t%s\n}\nmodule_exit(g);\nMODULE_LICENSE("GPL");\n' "$1" "$2"
}
by_hand='size_t left = *pos < strlen(text) ? strlen(text) - *pos : 0; n = min(n, left); if (copy_to_user(buf, text + *pos, n)) return -EFAULT; *pos += n; return n;'
# shellcheck disable=SC2016 # what is in quotes is for the learner's shell
{
	try 'what: printk with a level' judged 0 01-what first.c <<-EOF
	$(first morning night)
	EOF
	try 'what: the wrong way round' judged 1 01-what first.c <<-EOF
	$(first night morning)
	EOF
	try 'load-unload: awk' judged 0 10-load-unload little.sh <<-'EOF'
	awk -v m="$1.ko:" '$1 == m { for (i = NF; i > 1; i--) print "insmod", $i; print "insmod", substr($1, 1, length($1) - 1) }' "$2"
	EOF
	try 'load-unload: in the order of the file' judged 1 10-load-unload little.sh <<-'EOF'
	for f in $(sed -n "s/^$1\.ko://p" "$2") $1.ko; do echo "insmod $f"; done
	EOF
	try 'load-unload: the name is part of another' judged 1 10-load-unload little.sh <<-'EOF'
	for f in $(sed -n "s/^.*$1\.ko://p" "$2" | tr ' ' '\n' | tac) $1.ko; do echo "insmod $f"; done
	EOF
	try 'module-h: words instead of members' judged 1 18-module-h who.c <<-EOF
	$(who ', 1.5')
	EOF
	try 'module-h: a part is missing' judged 1 18-module-h who.c <<-EOF
	$(who '')
	EOF
	try 'module-h: the line that is meant' grep -Fx '  closest to it: <6> who: who, 1' out
	try 'entry-points: a function that nobody calls' judged 1 07-entry-points memo.c <<-EOF
	$(sed 's/^static const struct file_operations/static int memo_open(struct inode *i, struct file *f)\n{\n\tpr_info("memo: open by process %d\\n", current->pid);\n\treturn 0;\n}\n\n&/' "$SRCDIR/tour/07-entry-points/memo.c")
	EOF
	try 'entry-points: the compiler said so' grep "warning: .*memo_open.* but not used" out
	try 'proc-modules: what sh cannot read' judged 1 05-proc-modules who.sh <<-'EOF'
	awk '$3 == 0
	EOF
	try 'proc-modules: no name is in what sh says' grep -F "'idle' should be" out
	try 'removable: kmalloc named twice' judged 0 15-removable leaks.c <<-'EOF'
	#include <linux/module.h>
	#include <linux/slab.h>
	static int *table;
	static int __init f(void)
	{
		table = kmalloc(1000, GFP_KERNEL);
		return table ? 0 : -ENOMEM;
	}
	module_init(f);
	static void __exit g(void)
	{
		kfree(table);	/* what kmalloc() gave */
	}
	module_exit(g);
	MODULE_LICENSE("GPL");
	EOF
	try 'licence: one that the kernel does not know' judged 1 17-licence mine.c <<-'EOF'
	#include <linux/module.h>
	MODULE_LICENSE("MIT/GPL");
	MODULE_AUTHOR("a");
	MODULE_DESCRIPTION("d");
	EOF
	try 'licence: the tags in another order' judged 0 17-licence mine.c <<-'EOF'
	#include <linux/module.h>
	MODULE_LICENSE("Dual MIT/GPL");
	MODULE_AUTHOR("a");
	MODULE_DESCRIPTION("d");
	EOF
	try 'ikconfig: read by hand' judged 0 13-ikconfig built.c <<-EOF
	$(built "$by_hand" 'remove_proc_entry("built", NULL);')
	EOF
	try 'ikconfig: the end never comes' judged 1 13-ikconfig built.c <<-EOF
	$(built 'loff_t start = 0; return simple_read_from_buffer(buf, n, &start, text, strlen(text));' 'remove_proc_entry("built", NULL);')
	EOF
	try 'ikconfig: as the test says' grep 'the test exits with status 1' out
	try 'ikconfig: only a part' judged 1 13-ikconfig built.c <<-EOF
	$(built 'if (*pos) return 0; n = min(n, strlen(text)); *pos = n; return copy_to_user(buf, text, n) ? -EFAULT : n;' 'remove_proc_entry("built", NULL);')
	EOF
	try 'ikconfig: as it says of that' grep 'the test exits with status 1' out
	try 'ikconfig: the file outlives the module' judged 1 13-ikconfig built.c <<-EOF
	$(built "$by_hand" '')
	EOF
	try 'ikconfig: what is left' grep 'left behind: /proc entry /proc/built' out
	try 'secure-boot: a new key each time' judged 1 24-secure-boot sign.sh <<-'EOF'
	openssl req -new -x509 -newkey rsa:2048 -nodes -subj '/CN=a/' -keyout my.key -outform DER -out my.der
	kernel/sign-file sha256 my.key my.der "$1"
	EOF
}
