// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seqfiles: files that the kernel makes up: in /proc, /sys and debugfs.
 *
 * A list of words, and three places to see it:
 *
 *	/proc/seqfiles				all of it; write "add WORD",
 *						"del WORD" or "clear"
 *	/sys/kernel/seqfiles/count, longest	one value to a file
 *	/sys/kernel/debug/seqfiles/dump		what only developers want
 *
 * Which is for what: /sys for one value per file, which programs may rely on
 * for ever; /proc for processes, and for what has been there since long ago;
 * debugfs for anything, and without any promise.
 *
 * A file in /proc may be longer than what a program reads at a time. seq_file
 * takes care of that: it asks for one element after the other, and for the one
 * where it left off when the program comes back for more.
 */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

#define SEQFILES_WORD_MAX 31
#define SEQFILES_MAX 10000

struct seqfiles_word {
	struct list_head list;
	char text[SEQFILES_WORD_MAX + 1];
};

static LIST_HEAD(seqfiles_words);
static unsigned int seqfiles_count;
/* Guards both. */
static DEFINE_MUTEX(seqfiles_lock);

/* --------------------------------------------------------------- the list */

static struct seqfiles_word *seqfiles_find(const char *text)
{
	struct seqfiles_word *w;

	list_for_each_entry(w, &seqfiles_words, list)
		if (!strcmp(w->text, text))
			return w;
	return NULL;
}

static int seqfiles_add(const char *text)
{
	struct seqfiles_word *w;

	if (!*text || strlen(text) > SEQFILES_WORD_MAX)
		return -EINVAL;
	if (seqfiles_find(text))
		return -EEXIST;
	if (seqfiles_count >= SEQFILES_MAX)
		return -ENOSPC;
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	memcpy(w->text, text, strlen(text));
	list_add_tail(&w->list, &seqfiles_words);
	seqfiles_count++;
	return 0;
}

static int seqfiles_del(const char *text)
{
	struct seqfiles_word *w = seqfiles_find(text);

	if (!w)
		return -ENOENT;
	list_del(&w->list);
	kfree(w);
	seqfiles_count--;
	return 0;
}

static void seqfiles_clear(void)
{
	struct seqfiles_word *w, *next;

	/* _safe: what is looked at is freed before the next one is. */
	list_for_each_entry_safe(w, next, &seqfiles_words, list)
		kfree(w);
	INIT_LIST_HEAD(&seqfiles_words);
	seqfiles_count = 0;
}

/* --------------------------------------------------------- /proc/seqfiles */

/*
 * start is called for each read of the program, then show and next until the
 * program's buffer is full, then stop. Between two reads the lock is not held,
 * and the list may change.
 */
static void *seqfiles_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&seqfiles_lock);
	return seq_list_start(&seqfiles_words, *pos);
}

static void *seqfiles_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &seqfiles_words, pos);
}

static void seqfiles_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&seqfiles_lock);
}

static int seqfiles_show(struct seq_file *m, void *v)
{
	struct seqfiles_word *w = list_entry(v, struct seqfiles_word, list);

	seq_printf(m, "%s\n", w->text);
	return 0;
}

static const struct seq_operations seqfiles_seq_ops = {
	.start = seqfiles_start,
	.next = seqfiles_next,
	.stop = seqfiles_stop,
	.show = seqfiles_show,
};

static int seqfiles_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &seqfiles_seq_ops);
}

static int seqfiles_command(char *line)
{
	char *word = strchr(line, ' ');
	int err;

	if (word)
		*word++ = 0;
	if (mutex_lock_interruptible(&seqfiles_lock))
		return -ERESTARTSYS;
	if (word && !strcmp(line, "add")) {
		err = seqfiles_add(word);
	} else if (word && !strcmp(line, "del")) {
		err = seqfiles_del(word);
	} else if (!word && !strcmp(line, "clear")) {
		seqfiles_clear();
		err = 0;
	} else {
		err = -EINVAL;
	}
	mutex_unlock(&seqfiles_lock);
	return err;
}

/* One command at a time: "add WORD". */
static ssize_t seqfiles_write(struct file *file, const char __user *buf,
			      size_t count, loff_t *pos)
{
	char line[SEQFILES_WORD_MAX + 8];
	int err;

	if (count >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, buf, count))
		return -EFAULT;
	line[count] = 0;
	err = seqfiles_command(strim(line));
	return err ? err : count;
}

/* Files of /proc need no owner: the kernel waits for readers when they go. */
static const struct proc_ops seqfiles_proc_ops = {
	.proc_open = seqfiles_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_write = seqfiles_write,
	.proc_release = seq_release,
};

/* ---------------------------------------------------- /sys/kernel/seqfiles */

static ssize_t count_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(seqfiles_count));
}

static struct kobj_attribute seqfiles_count_attr = __ATTR_RO(count);

static ssize_t longest_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	struct seqfiles_word *w, *longest = NULL;
	ssize_t n;

	mutex_lock(&seqfiles_lock);
	list_for_each_entry(w, &seqfiles_words, list)
		if (!longest || strlen(w->text) > strlen(longest->text))
			longest = w;
	n = sysfs_emit(buf, "%s\n", longest ? longest->text : "");
	mutex_unlock(&seqfiles_lock);
	return n;
}

static struct kobj_attribute seqfiles_longest_attr = __ATTR_RO(longest);

static struct attribute *seqfiles_attrs[] = {
	&seqfiles_count_attr.attr,
	&seqfiles_longest_attr.attr,
	NULL
};

static const struct attribute_group seqfiles_group = {
	.attrs = seqfiles_attrs,
};

/* ---------------------------------------------------------------- debugfs */

/* Short and without elements: single_open() and one function do. */
static int seqfiles_dump_show(struct seq_file *m, void *unused)
{
	struct seqfiles_word *w;
	unsigned int i = 0;

	mutex_lock(&seqfiles_lock);
	list_for_each_entry(w, &seqfiles_words, list)
		seq_printf(m, "%u %zu %s\n", i++, strlen(w->text), w->text);
	mutex_unlock(&seqfiles_lock);
	return 0;
}

/* Makes seqfiles_dump_fops of it. */
DEFINE_SHOW_ATTRIBUTE(seqfiles_dump);

/* ------------------------------------------------------------ init and exit */

static struct kobject *seqfiles_kobject;
static struct dentry *seqfiles_debug;

static int __init seqfiles_init(void)
{
	int err = -ENOMEM;

	seqfiles_kobject = kobject_create_and_add(KBUILD_MODNAME, kernel_kobj);
	if (!seqfiles_kobject)
		return -ENOMEM;
	err = sysfs_create_group(seqfiles_kobject, &seqfiles_group);
	if (err)
		goto put;
	if (!proc_create(KBUILD_MODNAME, 0644, NULL, &seqfiles_proc_ops)) {
		err = -ENOMEM;
		goto put;
	}

	/* Its errors are for nobody: a kernel may be without debugfs. */
	seqfiles_debug = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("dump", 0444, seqfiles_debug, NULL,
			    &seqfiles_dump_fops);
	return 0;

put:
	/* Takes its files away, too. */
	kobject_put(seqfiles_kobject);
	return err;
}

static void __exit seqfiles_exit(void)
{
	debugfs_remove_recursive(seqfiles_debug);
	remove_proc_entry(KBUILD_MODNAME, NULL);
	kobject_put(seqfiles_kobject);
	seqfiles_clear();
}

module_init(seqfiles_init);
module_exit(seqfiles_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Files in /proc, /sys and debugfs");
