// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * knobs: parameters of all kinds.
 *
 * A parameter is a variable of the module that a user can set when the module
 * is loaded, and, where its mode allows it, read and change later:
 *
 *	insmod knobs.ko count=3 name="two words" list=1,2,3 level=high
 *	cat /sys/module/knobs/parameters/count
 *	echo 7 >/sys/module/knobs/parameters/count
 *
 * What the kernel does not know is not an error: it says so in its log and
 * loads the module. A value that cannot be read (count=many) is one, and the
 * module is not loaded.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

/*
 * A string: the kernel keeps a copy of what the user gave, and frees it when
 * the module goes. It may be replaced at any time, so whoever reads it outside
 * of the functions below holds the parameters' lock meanwhile, as knobs_init()
 * does. 0644: all may read it, root may write it.
 */
static char *name = "nobody";
module_param(name, charp, 0644);
MODULE_PARM_DESC(name, "whom it is for (default: nobody)");

/* A bool: y, n, 1, 0, on, off. `loud` alone means yes. */
static bool loud;
module_param(loud, bool, 0644);
MODULE_PARM_DESC(loud, "whether to say what was set (default: no)");

/* An array: `list=1,2,3`. How many there were is stored beside it. */
static int list[4];
static unsigned int list_len;
module_param_array(list, int, &list_len, 0644);
MODULE_PARM_DESC(list, "up to four numbers");

/*
 * What the ready-made types do not know, a pair of functions does: how to set
 * the variable from text, and how to show it as text. The kernel calls both
 * with the lock held. This one is a number from 0 to 100.
 */
#define KNOBS_COUNT_MAX 100

static unsigned int count = 1;

static int knobs_count_set(const char *val, const struct kernel_param *kp)
{
	unsigned int n;
	int err = kstrtouint(val, 0, &n);

	if (err)
		return err;
	if (n > KNOBS_COUNT_MAX)
		return -ERANGE;
	*(unsigned int *)kp->arg = n;
	return 0;
}

static const struct kernel_param_ops knobs_count_ops = {
	.set = knobs_count_set,
	.get = param_get_uint,
};

module_param_cb(count, &knobs_count_ops, &count, 0644);
MODULE_PARM_DESC(count, "a number from 0 to 100 (default: 1)");

/* One of a few words. */
static const char *const knobs_levels[] = { "low", "middle", "high" };
static int level;

static int knobs_level_set(const char *val, const struct kernel_param *kp)
{
	/* What is written into the file in /sys may end with a newline. */
	int n = sysfs_match_string(knobs_levels, val);

	if (n < 0)
		return n;
	*(int *)kp->arg = n;
	return 0;
}

static int knobs_level_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", knobs_levels[*(int *)kp->arg]);
}

static const struct kernel_param_ops knobs_level_ops = {
	.set = knobs_level_set,
	.get = knobs_level_get,
};

module_param_cb(level, &knobs_level_ops, &level, 0644);
MODULE_PARM_DESC(level, "low, middle or high (default: low)");

/* Without a set function, and 0444: something to look at. */
static int knobs_sum_get(char *buffer, const struct kernel_param *kp)
{
	long sum = 0;
	unsigned int i;

	for (i = 0; i < list_len; i++)
		sum += list[i];
	return sysfs_emit(buffer, "%ld\n", sum * (long)count);
}

static const struct kernel_param_ops knobs_sum_ops = {
	.get = knobs_sum_get,
};

module_param_cb(sum, &knobs_sum_ops, NULL, 0444);
MODULE_PARM_DESC(sum, "the numbers of the list, together, times count");

/* By now every parameter has its value. */
static int __init knobs_init(void)
{
	kernel_param_lock(THIS_MODULE);
	if (loud)
		pr_info("%u for %s, %s\n", count, name, knobs_levels[level]);
	kernel_param_unlock(THIS_MODULE);
	return 0;
}

/* The kernel takes the parameters away; there is nothing else to undo. */
static void __exit knobs_exit(void)
{
}

module_init(knobs_init);
module_exit(knobs_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Parameters of all kinds");
