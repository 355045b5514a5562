// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kprobe_opens: looks on while the kernel opens files.
 *
 * A kprobe is a breakpoint in the running kernel: whenever a function is
 * called, ours is called first. A kretprobe also sees what it returns, and
 * when. Here it is do_sys_openat2(), which every open() goes through, and
 * /sys/module/kprobe_opens/parameters/ has the counts.
 *
 * Any function can be probed that is in /proc/kallsyms, has not been inlined,
 * and is not on the list /sys/kernel/debug/kprobes/blacklist. Their names are
 * nobody's promise: the next kernel may have another one. So the name is a
 * parameter.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sysfs.h>

static char *function = "do_sys_openat2";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "the kernel's function to probe (default: do_sys_openat2)");

/* Several processors count at once. */
static atomic_long_t kprobe_opens_calls, kprobe_opens_failed;
static atomic64_t kprobe_opens_ns;

static int kprobe_opens_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%ld\n",
			  atomic_long_read((atomic_long_t *)kp->arg));
}

static const struct kernel_param_ops kprobe_opens_ops = {
	.get = kprobe_opens_get,
};

module_param_cb(calls, &kprobe_opens_ops, &kprobe_opens_calls, 0444);
MODULE_PARM_DESC(calls, "how often it was called");
module_param_cb(failed, &kprobe_opens_ops, &kprobe_opens_failed, 0444);
MODULE_PARM_DESC(failed, "how often it returned an error");

static int kprobe_opens_get_ns(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%lld\n", (long long)atomic64_read(kp->arg));
}

static const struct kernel_param_ops kprobe_opens_ns_ops = {
	.get = kprobe_opens_get_ns,
};

module_param_cb(nanoseconds, &kprobe_opens_ns_ops, &kprobe_opens_ns, 0444);
MODULE_PARM_DESC(nanoseconds, "how long it took, all together");

/*
 * These run with preemption off, wherever that function was called: they must
 * be short and may not sleep. Returning 0 lets the function go on.
 */
static int kprobe_opens_pre(struct kprobe *p, struct pt_regs *regs)
{
	atomic_long_inc(&kprobe_opens_calls);
	return 0;
}

static struct kprobe kprobe_opens_probe = {
	.pre_handler = kprobe_opens_pre,
};

/* When it begins: remember the time, in what is kept for this one call. */
static int kprobe_opens_entry(struct kretprobe_instance *ri,
			      struct pt_regs *regs)
{
	*(ktime_t *)ri->data = ktime_get();
	return 0;
}

static int kprobe_opens_return(struct kretprobe_instance *ri,
			       struct pt_regs *regs)
{
	ktime_t begin = *(ktime_t *)ri->data;

	atomic64_add(ktime_to_ns(ktime_sub(ktime_get(), begin)),
		     &kprobe_opens_ns);
	/* An int in some kernels, a long in others: the lower half is both. */
	if ((int)regs_return_value(regs) < 0)
		atomic_long_inc(&kprobe_opens_failed);
	return 0;
}

/* maxactive: how many calls can be followed at a time; 0 means: as usual. */
static struct kretprobe kprobe_opens_retprobe = {
	.entry_handler = kprobe_opens_entry,
	.handler = kprobe_opens_return,
	.data_size = sizeof(ktime_t),
};

static int __init kprobe_opens_init(void)
{
	int err;

	kprobe_opens_probe.symbol_name = function;
	kprobe_opens_retprobe.kp.symbol_name = function;
	err = register_kprobe(&kprobe_opens_probe);
	if (err) {
		pr_err("cannot probe %s: %d\n", function, err);
		return err;
	}
	err = register_kretprobe(&kprobe_opens_retprobe);
	if (err) {
		pr_err("cannot probe the return of %s: %d\n", function, err);
		unregister_kprobe(&kprobe_opens_probe);
	}
	return err;
}

/* Wait until nobody is in the functions above any more. */
static void __exit kprobe_opens_exit(void)
{
	unregister_kretprobe(&kprobe_opens_retprobe);
	unregister_kprobe(&kprobe_opens_probe);
	/* Those for which there was no room: maxactive was too small. */
	pr_info("%ld calls, %d not timed\n",
		atomic_long_read(&kprobe_opens_calls),
		kprobe_opens_retprobe.nmissed);
}

module_init(kprobe_opens_init);
module_exit(kprobe_opens_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Counts and times a function of the kernel");
