// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oracle_user: needs oracle_base, and has a bit of all that the loader treats
 * in a way of its own: data of each processor, data that becomes read-only, a
 * jump label, a static call, an exception table, a warning, a weak symbol.
 */
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/uaccess.h>
#include <linux/version.h>

int oracle_base_one(void);
int oracle_base_gpl(void);
int oracle_base_ns(void);
int oracle_nowhere(void) __weak;

static DEFINE_PER_CPU(int, oracle_count);
static DEFINE_PER_CPU_ALIGNED(long, oracle_aligned);
static DEFINE_STATIC_KEY_FALSE(oracle_key);
static int oracle_late __ro_after_init = 1;
static const char oracle_const[] = "oracle";
static int oracle_init_data __initdata = 4;

static int oracle_set(const char *val, const struct kernel_param *kp)
{
	return val && *val == 'b' ? -EBADF : 0;
}

static const struct kernel_param_ops oracle_ops = { .set = oracle_set };
static int oracle_own;
module_param_cb(own, &oracle_ops, &oracle_own, 0);

static int oracle_get(const char __user *p)
{
	char c;

	return get_user(c, p) ? -EFAULT : c;
}

static int __init oracle_user_init(void)
{
	int sum = oracle_base_one() + oracle_base_gpl() + oracle_base_ns();

	this_cpu_add(oracle_count, sum);
	this_cpu_add(oracle_aligned, oracle_init_data);
	oracle_late += sum;
	if (static_branch_unlikely(&oracle_key))
		pr_info("oracle: %s\n", oracle_const);
	if (sum < 0)
		return oracle_get(NULL);
	WARN_ON(sum == 77);
	return 0;
}
module_init(oracle_user_init);

static void __exit oracle_user_exit(void)
{
}
module_exit(oracle_user_exit);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS("ORACLE");
#else
MODULE_IMPORT_NS(ORACLE);
#endif
MODULE_DESCRIPTION("oracle: all kinds of data");
MODULE_LICENSE("GPL");
