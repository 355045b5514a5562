/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/lab/fault: the kernel's reports of its own distress. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "fault_logs.h"
#include "lab/fault.h"

/* What one report has to come out as; NULL and 0: nothing of that. */
struct want {
	enum lab_fault_kind kind;
	const char *what;     /* how the line begins                        */
	const char *at;       /* "function+offset" in hex, or "0x..."       */
	const char *module;   /* the first place in a module                */
	const char *task;
	const char *source;
	const char *detail;   /* a part of it                               */
	const char *allocated, *freed;
	const char *meaning;
};

static void place_is(const struct lab_frame *f, bool has, const char *want)
{
	char got[256] = "";

	assert_int_equal(has, want != NULL);
	if (!want)
		return;
	if (f->function)
		(void)snprintf(got, sizeof(got), "%s+0x%llx%s%s", f->function,
			       (unsigned long long)f->offset,
			       f->module ? " " : "",
			       f->module ? f->module : "");
	else
		(void)snprintf(got, sizeof(got), "0x%llx",
			       (unsigned long long)f->address);
	assert_string_equal(got, want);
}

static void text_is(const char *got, const char *want)
{
	assert_int_equal(got != NULL, want != NULL);
	if (want)
		assert_string_equal(got, want);
}

static void fault_is(const struct lab_fault *f, const struct want *w)
{
	assert_string_equal(lab_fault_name(f->kind), lab_fault_name(w->kind));
	if (strncmp(f->what, w->what, strlen(w->what)) != 0)
		fail_msg("'%s' is not '%s'", f->what, w->what);
	place_is(&f->at, f->has_at, w->at);
	place_is(&f->in_module, f->has_in_module, w->module);
	text_is(f->task, w->task);
	text_is(f->source, w->source);
	assert_int_equal(f->detail != NULL, w->detail != NULL);
	if (w->detail)
		assert_non_null(strstr(f->detail, w->detail));
	place_is(&f->allocated, f->has_allocated, w->allocated);
	place_is(&f->freed, f->has_freed, w->freed);
	text_is(lab_fault_slub_meaning(f), w->meaning);
}

/* Faults of @log; @kmsg: records, else console text. */
static size_t scan(const char *log, bool kmsg, struct arena *a,
		   struct lab_fault **ret)
{
	struct span s = { (const uint8_t *)log, strlen(log) };
	size_t n = 99;
	struct diag d = { 0 };

	assert_int_equal(kmsg ? lab_faults_kmsg(s, a, ret, &n, &d) :
				lab_faults_console(log, a, ret, &n, &d), 0);
	return n;
}

static void expect(const char *log, bool kmsg, const struct want *w, size_t n)
{
	struct arena a = { 0 };
	struct lab_fault *f;

	assert_int_equal(scan(log, kmsg, &a, &f), n);
	for (size_t i = 0; i < n; i++)
		fault_is(&f[i], &w[i]);
	arena_fini(&a);
}

#define KMSG(log, ...)                                                        \
	do {                                                                  \
		static const struct want w_[] = { __VA_ARGS__ };              \
		expect((log), true, w_, ARRAY_SIZE(w_));                      \
	} while (0)
#define CONSOLE(log, ...)                                                     \
	do {                                                                  \
		static const struct want w_[] = { __VA_ARGS__ };              \
		expect((log), false, w_, ARRAY_SIZE(w_));                     \
	} while (0)

static void oopses(void **state)
{
	(void)state;
	KMSG(k61_oops_init, { .kind = LAB_FAULT_OOPS,
		.what = "BUG: kernel NULL pointer dereference, address: 0",
		.at = "oops_init_init+0x7 oops_init",
		.module = "oops_init_init+0x7 oops_init", .task = "init/78",
		.detail = "supervisor write access in kernel mode; error_code" });
	KMSG(k61_oops_call, { .kind = LAB_FAULT_OOPS,
		.what = "BUG: kernel NULL pointer dereference, address: 0",
		.at = "0x0", .module = "oops_call_init+0xc oops_call",
		.task = "init/78", .detail = "supervisor instruction fetch" });
	/* Every frame is a guess here. */
	KMSG(k61_oops_jump, { .kind = LAB_FAULT_OOPS,
		.what = "general protection fault: 0000 [#1]",
		.at = "0xdead4ead00000000",
		.module = "oops_jump_init+0x13 oops_jump", .task = "init/78" });
	KMSG(k61_oops_divide, { .kind = LAB_FAULT_OOPS,
		.what = "divide error: 0000 [#1]",
		.at = "oops_divide_init+0x14 oops_divide",
		.module = "oops_divide_init+0x14 oops_divide",
		.task = "init/78" });
	KMSG(k61_oops_work, { .kind = LAB_FAULT_OOPS,
		.what = "BUG: kernel NULL pointer dereference",
		.at = "oops_work_fn+0x7 oops_work",
		.module = "oops_work_fn+0x7 oops_work",
		.task = "Workqueue: events oops_work_fn [oops_work]",
		.detail = "not-present page" });
	KMSG(k612_oops_init, { .kind = LAB_FAULT_OOPS,
		.what = "BUG: kernel NULL pointer dereference, address: 0",
		.at = "oops_init_init+0xb oops_init",
		.module = "oops_init_init+0xb oops_init", .task = "init/134",
		.detail = "supervisor write access" });
	KMSG(k612_oops_jump, { .kind = LAB_FAULT_OOPS,
		.what = "Oops: general protection fault: 0000 [#1]",
		.at = "0xdead4ead00000000",
		.module = "oops_jump_init+0x18 oops_jump",
		.task = "init/132" });
}

static void bugs(void **state)
{
	(void)state;
	KMSG(k61_bug_init, { .kind = LAB_FAULT_BUG,
		.what = "kernel BUG at /src/bug_init.c:13!",
		.at = "bug_init_init+0x5 bug_init",
		.module = "bug_init_init+0x5 bug_init", .task = "init/78",
		.source = "/src/bug_init.c:13" });
	KMSG(k612_bug_init, { .kind = LAB_FAULT_BUG,
		.what = "kernel BUG at /src/bug_init.c:13!",
		.at = "bug_init_init+0x9 bug_init",
		.module = "bug_init_init+0x9 bug_init", .task = "init/132",
		.source = "/src/bug_init.c:13" });
	KMSG(k61_list_corrupt, { .kind = LAB_FAULT_BUG,
		.what = "list_add double add: new=ffffffffc0203000",
		.at = "__list_add_valid.cold+0x23",
		.module = "list_corrupt_init+0x69 list_corrupt",
		.task = "init/78", .source = "lib/list_debug.c:33",
		.detail = "kernel BUG at lib/list_debug.c:33!" });
	/* Without CONFIG_BUG_ON_DATA_CORRUPTION it is a WARN(). */
	KMSG("4,1,1,-;------------[ cut here ]------------\n"
	     "4,2,1,-;list_del corruption. prev->next should be x, but was y\n"
	     "4,3,1,-;WARNING: CPU: 0 PID: 7 at lib/list_debug.c:59 "
	     "__list_del_entry_valid+0x5/0x9\n"
	     "4,4,1,-;Call Trace:\n"
	     "4,5,1,-; twice+0x5/0x10 [mine]\n",
	     { .kind = LAB_FAULT_BUG, .what = "list_del corruption. prev",
	       .at = "__list_del_entry_valid+0x5", .module = "twice+0x5 mine",
	       .source = "lib/list_debug.c:59", .detail = "WARNING: CPU: 0" });
}

static void warnings(void **state)
{
	(void)state;
	KMSG(k61_warn_init, { .kind = LAB_FAULT_WARN,
		.what = "warn_init: this is the fault",
		.at = "warn_init_init+0x11 warn_init",
		.module = "warn_init_init+0x11 warn_init", .task = "init/78",
		.source = "/src/warn_init.c:14",
		.detail = "WARNING: CPU: 0 PID: 78 at /src/warn_init.c:14" });
	KMSG(k612_warn_init, { .kind = LAB_FAULT_WARN,
		.what = "warn_init: this is the fault",
		.at = "warn_init_init+0x15 warn_init",
		.module = "warn_init_init+0x15 warn_init", .task = "init/134",
		.source = "/src/warn_init.c:14",
		.detail = "WARNING: CPU: 0 PID: 134 at /src/warn_init.c:14" });
	KMSG(k61_irq_off, { .kind = LAB_FAULT_IRQ_OFF,
		.what = "initcall irq_off_init+0x0/0x1000 [irq_off] returned "
			"with disabled interrupts",
		.at = "do_one_initcall+0x1d7",
		.module = "irq_off_init+0x0 irq_off", .task = "init/78",
		.source = "init/main.c:1284", .detail = "WARNING: CPU: 0" });
	KMSG(k61_lock_held, { .kind = LAB_FAULT_PREEMPT,
		.what = "initcall lock_held_init+0x0/0x1000 [lock_held] "
			"returned with preemption imbalance",
		.at = "do_one_initcall+0x1d7",
		.module = "lock_held_init+0x0 lock_held", .task = "init/78",
		.source = "init/main.c:1284", .detail = "WARNING: CPU: 0" });
	KMSG(k61_sleep_atomic,
	     { .kind = LAB_FAULT_ATOMIC,
	       .what = "BUG: scheduling while atomic: init/78/0x00000002",
	       .module = "sleep_atomic_init+0x1b sleep_atomic",
	       .task = "init/78" },
	     { .kind = LAB_FAULT_PREEMPT,
	       .what = "initcall sleep_atomic_init+0x0/0x1000 [sleep_atomic]",
	       .at = "do_one_initcall+0x1d7",
	       .module = "sleep_atomic_init+0x0 sleep_atomic",
	       .task = "init/78", .source = "init/main.c:1284",
	       .detail = "WARNING: CPU: 0" });
}

/* Linux 7.2 cuts at level 6, and the text still stands in front. */
static void warnings_cut_quietly(void **state)
{
	(void)state;
	KMSG(k72_lock_held, { .kind = LAB_FAULT_PREEMPT,
		.what = "initcall lock_held_init+0x0/0xff0 [lock_held] "
			"returned with preemption imbalance",
		.at = "do_one_initcall+0x2de",
		.module = "lock_held_init+0x0 lock_held", .task = "init/97",
		.source = "init/main.c:1365",
		.detail = "WARNING: init/main.c:1365" });
}

/* As kernel/panic.c prints it since 6.19; not recorded. */
static void warnings_of_newer_kernels(void **state)
{
	(void)state;
	KMSG("4,1,1,-;------------[ cut here ]------------\n"
	     "4,2,1,-;WARNING: /src/my file.c:14 at go+0x5/0x10 [mine], "
	     "CPU#0: kworker/0:1/78\n"
	     "4,3,1,-;refcount_t: underflow; use-after-free.\n"
	     "4,4,1,-;Modules linked in: mine(OE+)\n",
	     { .kind = LAB_FAULT_WARN,
	       .what = "refcount_t: underflow; use-after-free.",
	       .at = "go+0x5 mine", .module = "go+0x5 mine",
	       .task = "kworker/0:1/78", .source = "/src/my file.c:14",
	       .detail = "WARNING: /src/my file.c:14" });
	KMSG("4,1,1,-;WARNING: at go+0x5/0x10 [mine], CPU#0: init/1\n"
	     "4,4,1,-;Modules linked in: mine(OE+)\n",
	     { .kind = LAB_FAULT_WARN, .what = "WARNING: at go+0x5/0x10",
	       .at = "go+0x5 mine", .module = "go+0x5 mine",
	       .task = "init/1" });
}

/* The core complains about what the module did: where is in the stack. */
static void warnings_of_the_core(void **state)
{
	(void)state;
	KMSG(k61_talks,
	     { .kind = LAB_FAULT_WARN,
	       .what = "refcount_t: decrement hit 0; leaking memory.",
	       .at = "refcount_warn_saturate+0xfb",
	       .module = "go_ref+0x25 talks", .source = "lib/refcount.c:31",
	       .detail = "WARNING:" },
	     { .kind = LAB_FAULT_WARN,
	       .what = "refcount_t: underflow; use-after-free.",
	       .at = "refcount_warn_saturate+0xba",
	       .module = "talks_init+0x22 talks", .source = "lib/refcount.c:28",
	       .detail = "WARNING:" },
	     { .kind = LAB_FAULT_WARN,
	       .what = "proc_dir_entry '/proc/twice' already registered",
	       .at = "proc_register+0x19f", .module = "go_proc+0x21 talks",
	       .source = "fs/proc/generic.c:400", .detail = "WARNING:" },
	     { .kind = LAB_FAULT_WARN,
	       .what = "remove_proc_entry: removing non-empty directory "
		       "'/proc/twice', leaking at least 'x'",
	       .at = "remove_proc_entry+0x19f", .module = "go_proc+0x41 talks",
	       .source = "fs/proc/generic.c:740", .detail = "WARNING:" },
	     { .kind = LAB_FAULT_WARN, .what = "name 'nosuch'",
	       .at = "remove_proc_entry+0x140",
	       .module = "talks_init+0x27 talks",
	       .source = "fs/proc/generic.c:734", .detail = "WARNING:" },
	     { .kind = LAB_FAULT_WARN,
	       .what = "sysfs: cannot create duplicate filename '/kernel/twice",
	       .module = "go_sys+0x30 talks" },
	     { .kind = LAB_FAULT_WARN,
	       .what = "WARNING: CPU: 0 PID: 79 at mm/page_alloc.c:5634",
	       .at = "__alloc_pages+0x2a9", .module = "go_mem+0x2b talks",
	       .source = "mm/page_alloc.c:5634" },
	     { .kind = LAB_FAULT_WARN,
	       .what = "Trying to vfree() nonexistent vm area",
	       .at = "__vunmap+0x7e", .module = "talks_init+0x31 talks",
	       .source = "mm/vmalloc.c:2758", .detail = "WARNING:" },
	     { .kind = LAB_FAULT_WARN,
	       .what = "resource: Trying to free nonexistent resource <0x" },
	     { .kind = LAB_FAULT_PREEMPT,
	       .what = "timer: tick+0x0/0x20 [talks] preempt leak",
	       .at = "call_timer_fn+0x120", .module = "tick+0x0 talks",
	       .task = "swapper/0/0", .source = "kernel/time/timer.c:1707",
	       .detail = "WARNING:" },
	     { .kind = LAB_FAULT_PREEMPT,
	       .what = "BUG: workqueue leaked lock or atomic: kworker/0:2/",
	       .module = "wfn+0x0 talks",
	       .task = "Workqueue: events wfn [talks]" },
	     { .kind = LAB_FAULT_ATOMIC,
	       .what = "BUG: scheduling while atomic: kworker/0:2/45/",
	       .task = "kworker/0:2/45" });
	KMSG("4,1,1,-;sysfs: cannot create duplicate filename '/class/x'\n"
	     "4,2,1,-;CPU: 0 PID: 7 Comm: my prog Not tainted 6.1.0 #1\n"
	     "4,3,1,-;Call Trace:\n"
	     "4,4,1,-; <TASK>\n"
	     "4,5,1,-; dump_stack_lvl+0x44/0x5c\n"
	     "4,6,1,-; class_create+0x5/0x10\n"
	     "4,7,1,-; ? other+0x5/0x10 [wrong]\n"
	     "4,8,1,-; go+0x5/0x10 [mine 0123456789abcdef]\n"
	     "3,9,1,-;kobject_add_internal failed for x with -EEXIST\n",
	     { .kind = LAB_FAULT_WARN,
	       .what = "sysfs: cannot create duplicate filename '/class/x'",
	       .module = "go+0x5 mine", .task = "my prog/7" });
	KMSG("4,1,1,-;------------[ cut here ]------------\n"
	     "4,2,1,-;ODEBUG: free active (active state 0) object: x object "
	     "type: timer_list hint: tick+0x0/0x10 [mine]\n"
	     "4,3,1,-;WARNING: CPU: 0 PID: 7 at lib/debugobjects.c:502 "
	     "debug_print_object+0x6e/0x90\n",
	     { .kind = LAB_FAULT_WARN, .what = "ODEBUG: free active",
	       .at = "debug_print_object+0x6e", .module = "tick+0x0 mine",
	       .source = "lib/debugobjects.c:502", .detail = "WARNING:" });
}

static void slub_reports(void **state)
{
	(void)state;
	KMSG(k61_use_after_free, { .kind = LAB_FAULT_SLUB,
		.what = "BUG kmalloc-128 (Tainted: G           OE     ): "
			"Poison overwritten", .task = "init/1",
		.detail = "First byte 0x78 instead of 0x6b",
		.allocated = "0xffffffffc020601c",
		.freed = "0xffffffffc0206031", .meaning = "use after free" });
	KMSG(k612_use_after_free, { .kind = LAB_FAULT_SLUB,
		.what = "BUG kmalloc-128 (Tainted: G           OE     ): "
			"Object corrupt", .task = "init/1",
		.detail = "[Poison overwritten] 0x",
		.allocated = "0xffffffffc0207030",
		.freed = "0xffffffffc0207040", .meaning = "use after free" });
	KMSG(k61_overrun, { .kind = LAB_FAULT_SLUB,
		.what = "BUG kmalloc-128 (Tainted: G           OE     ): Right",
		.task = "init/79", .detail = "First byte 0x78 instead of 0xcc",
		.allocated = "0xffffffffc020601b",
		.freed = "do_sysctl_args+0x82",
		.meaning = "write past the end" });
	KMSG(k612_overrun_slack, { .kind = LAB_FAULT_SLUB,
		.what = "BUG kmalloc-128 (Tainted: G           OE     ): Object",
		.task = "init/133", .detail = "[kmalloc Redzone overwritten]",
		.allocated = "0xffffffffc020702f",
		.freed = "free_task+0x5f", .meaning = "write past the end" });
	KMSG(k61_free_wild, { .kind = LAB_FAULT_SLUB,
		.what = "BUG kmalloc-128 (Tainted: G           OE     ): "
			"Invalid object pointer 0xff110000001cf388",
		.module = "free_wild_init+0x2e free_wild", .task = "init/78",
		.meaning = "free of a wrong pointer" });
	KMSG(k612_double_free, { .kind = LAB_FAULT_SLUB,
		.what = "BUG kmalloc-128 (Tainted: G           OE     ): "
			"Object already free",
		.module = "double_free_init+0x38 double_free",
		.task = "init/127",
		.allocated = "double_free_init+0x20 double_free",
		.freed = "double_free_init+0x30 double_free",
		.meaning = "double free" });
	KMSG(k61_leak_object,
	     { .kind = LAB_FAULT_SLUB,
	       .what = "BUG leak_object (Tainted: G           OE     ): "
		       "Objects remaining in leak_object", .task = "init/79",
	       .allocated = "0xffffffffc020603b",
	       .meaning = "objects never freed" },
	     { .kind = LAB_FAULT_WARN,
	       .what = "kmem_cache_destroy leak_object: Slab cache still has",
	       .at = "kmem_cache_destroy+0x141", .task = "init/79",
	       .source = "mm/slab_common.c:493", .detail = "WARNING:" });
	/* 5.10 */
	KMSG("3,1,1,-;BUG kmalloc-64 (Not tainted): Redzone overwritten\n"
	     "3,2,1,-;INFO: 0x0-0x1 @offset=64. First byte 0x78 instead of "
	     "0xcc\n"
	     "3,3,1,-;INFO: Allocated in kstrdup+0x1/0x2 age=1 cpu=0 pid=7\n"
	     "3,4,1,-; \tkstrdup+0x1/0x2\n"
	     "3,5,1,-; \tgo+0x5/0x10 [mine]\n"
	     "3,6,1,-;INFO: Slab 0x0 objects=10\n",
	     { .kind = LAB_FAULT_SLUB, .what = "BUG kmalloc-64 (Not tainted)",
	       .detail = "First byte 0x78", .allocated = "go+0x5 mine",
	       .meaning = "write outside the object" });
}

static void sanitizer_reports(void **state)
{
	(void)state;
	KMSG("3,1,1,-;BUG: KASAN: slab-use-after-free in go+0x5/0x10 [mine]\n"
	     "3,2,1,-;Write of size 1 at addr ff by task insmod/78\n"
	     "4,3,1,-;Call Trace:\n"
	     "4,4,1,-; kasan_report+0x1/0x2\n"
	     "4,5,1,-; go+0x5/0x10 [mine]\n"
	     "4,6,1,-;Allocated by task 78:\n"
	     "4,7,1,-; kasan_save_stack+0x1/0x2\n"
	     "4,8,1,-; make+0x1/0x10 [mine]\n"
	     "4,9,1,-;Freed by task 78:\n"
	     "4,10,1,-; kasan_save_stack+0x1/0x2\n"
	     "4,11,1,-; drop+0x1/0x10 [mine]\n",
	     { .kind = LAB_FAULT_SLUB, .what = "BUG: KASAN: slab-use",
	       .module = "go+0x5 mine", .allocated = "make+0x1 mine",
	       .freed = "drop+0x1 mine", .meaning = "use after free" });
	KMSG("4,1,1,-;------------[ cut here ]------------\n"
	     "3,1,1,-;UBSAN: array-index-out-of-bounds in /src/a.c:12:5\n"
	     "4,3,1,-;Call Trace:\n"
	     "4,5,1,-; go+0x5/0x10 [mine]\n",
	     { .kind = LAB_FAULT_WARN, .what = "UBSAN: array-index",
	       .module = "go+0x5 mine" });
}

static void lockups_and_stalls(void **state)
{
	(void)state;
	/* Told twice by the kernel, once by us. */
	KMSG(k61_hung, { .kind = LAB_FAULT_HUNG_TASK,
		.what = "INFO: task init:78 blocked for more than 1 seconds.",
		.module = "hang_mutex_init+0x1d hang_mutex",
		.task = "init/78" });
	KMSG(k61_rcu, { .kind = LAB_FAULT_RCU_STALL,
		.what = "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
		.at = "loop_rcu_init+0xc loop_rcu",
		.module = "loop_rcu_init+0xc loop_rcu", .task = "init/78" });
	KMSG("0,1,1,-;watchdog: BUG: soft lockup - CPU#0 stuck for 22s! "
	     "[kworker/0:1:78]\n"
	     "4,2,1,-;CPU: 0 PID: 78 Comm: kworker/0:1 Not tainted\n"
	     "4,3,1,-;RIP: 0010:spin+0x5/0x10 [mine]\n",
	     { .kind = LAB_FAULT_SOFT_LOCKUP, .what = "watchdog: BUG: soft",
	       .task = "kworker/0:1/78", .at = "spin+0x5 mine",
	       .module = "spin+0x5 mine" });
	KMSG("0,1,1,-;BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 "
	     "nice=0 stuck for 31s!\n"
	     "6,2,1,-;Showing busy workqueues and worker pools:\n"
	     "6,3,1,-;workqueue events: flags=0x0\n"
	     "4,4,1,-;    in-flight: 45:spin [mine]\n",
	     { .kind = LAB_FAULT_SOFT_LOCKUP, .what = "BUG: workqueue lockup",
	       .module = "spin+0x0 mine" });
	KMSG("3,1,1,-;rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"
	     "3,2,1,-;rcu: \\x090-...0: (1 GPs behind) idle=abc/1/0x4\n"
	     "6,3,1,-;Sending NMI from CPU 1 to CPUs 0:\n"
	     "4,4,1,-;NMI backtrace for cpu 0\n"
	     "4,5,1,-;CPU: 0 PID: 78 Comm: insmod Not tainted\n"
	     "4,6,1,-;RIP: 0010:spin+0x5/0x10 [mine]\n",
	     { .kind = LAB_FAULT_RCU_STALL, .what = "rcu: INFO: rcu_preempt",
	       .task = "insmod/78", .at = "spin+0x5 mine",
	       .module = "spin+0x5 mine" });
	KMSG("3,1,1,-;INFO: task insmod:78 blocked for more than 120 seconds.\n"
	     "3,2,1,-;      Not tainted 6.1.0 #1\n"
	     "6,3,1,-;task:insmod state:D stack:0 pid:78 ppid:1\n"
	     "6,4,1,-;Call Trace:\n"
	     "6,5,1,-; __mutex_lock.constprop.0+0x1/0x2\n"
	     "6,6,1,-; wait+0x5/0x10 [mine]\n",
	     { .kind = LAB_FAULT_HUNG_TASK, .what = "INFO: task insmod:78",
	       .task = "insmod/78", .module = "wait+0x5 mine" });
	KMSG("4,1,1,-;insmod invoked oom-killer: gfp_mask=0xcc0, order=0\n"
	     "4,2,1,-;CPU: 0 PID: 78 Comm: insmod Not tainted\n"
	     "4,3,1,-;Call Trace:\n"
	     "4,4,1,-; eat+0x5/0x10 [mine]\n"
	     "3,5,1,-;Out of memory: Killed process 78 (insmod) total-vm:1kB\n",
	     { .kind = LAB_FAULT_OOM, .what = "insmod invoked oom-killer",
	       .task = "insmod/78", .module = "eat+0x5 mine",
	       .detail = "Out of memory: Killed process 78" });
}

static void consoles(void **state)
{
	(void)state;
	CONSOLE(c61_nmi_hang_spin, { .kind = LAB_FAULT_NMI,
		.what = "Uhhuh. NMI received for unknown reason 21 on CPU 0.",
		.at = "native_queued_spin_lock_slowpath+0x30",
		.module = "hang_spin_init+0x1d hang_spin", .task = "init/78",
		.detail = "Kernel panic - not syncing: NMI: Not continuing" });
	CONSOLE(c61_nmi_loop_irqoff, { .kind = LAB_FAULT_NMI,
		.what = "Uhhuh. NMI",
		.at = "loop_irqoff_init+0xd loop_irqoff",
		.module = "loop_irqoff_init+0xd loop_irqoff",
		.task = "init/78", .detail = "Kernel panic - not syncing" });
	CONSOLE(c61_oops_stack,
		{ .kind = LAB_FAULT_OOPS,
		  .what = "BUG: TASK stack guard page was hit at ffa",
		  .at = "stack_eat+0x2d oops_stack",
		  .module = "stack_eat+0x2d oops_stack", .task = "init/78" },
		{ .kind = LAB_FAULT_PANIC,
		  .what = "Kernel panic - not syncing: Fatal exception in" });
	/* The console was too quiet for the first one's own stack. */
	CONSOLE(c61_wd_loop_init,
		{ .kind = LAB_FAULT_SOFT_LOCKUP,
		  .what = "watchdog: BUG: soft lockup - CPU#0 stuck for 3s!",
		  .at = "loop_init_init+0x7 loop_init",
		  .module = "loop_init_init+0x7 loop_init",
		  .task = "init/78" },
		{ .kind = LAB_FAULT_PANIC,
		  .what = "Kernel panic - not syncing: softlockup: hung tasks",
		  .module = "loop_init_init+0x7 loop_init",
		  .task = "init/78" });
	CONSOLE(c61_halt_init, { .kind = LAB_FAULT_HALT,
		.what = "reboot: System halted" });
	CONSOLE(c61_panic_init, { .kind = LAB_FAULT_PANIC,
		.what = "Kernel panic - not syncing: panic_init: this is",
		.module = "panic_init_init+0x11 panic_init",
		.task = "init/78" });
	CONSOLE(c61_eat_memory, { .kind = LAB_FAULT_PANIC,
		.what = "Kernel panic - not syncing: System is deadlocked",
		.task = "init/1" });
	/* "kernel BUG at" was not loud enough for the console. */
	CONSOLE(c61_bug_init, { .kind = LAB_FAULT_BUG,
		.what = "invalid opcode: 0000 [#1]",
		.at = "bug_init_init+0x5 bug_init",
		.module = "bug_init_init+0x5 bug_init", .task = "init/78" });
	CONSOLE(c61_left_timer,
		{ .kind = LAB_FAULT_OOPS,
		  .what = "BUG: unable to handle page fault for address: ff",
		  .at = "__run_timers+0xd3", .task = "swapper/0/0",
		  .detail = "supervisor write access" },
		{ .kind = LAB_FAULT_PANIC,
		  .what = "Kernel panic - not syncing: Fatal exception" });
}

static void consoles_of_other_shapes(void **state)
{
	(void)state;
	/* A program's line without an end; CRLF; the caller's number. */
	CONSOLE("hello, I am a program[    2.500000][   T78] Kernel panic - "
		"not syncing: x\r\n"
		"[    2.600000][   T78] Call Trace:\r\n"
		"[    2.600001][   T78]  go+0x5/0x10 [mine]\r\n",
		{ .kind = LAB_FAULT_PANIC,
		  .what = "Kernel panic - not syncing: x",
		  .module = "go+0x5 mine" });
	/* What a program prints is not the kernel's. */
	expect("Kernel panic - not syncing: x\n"
	       "[1.5] Kernel panic - not syncing: x\n"
	       "[] [ [    2.500000 Kernel panic - not syncing: x\n", false,
	       NULL, 0);
	expect("", false, NULL, 0);
}

/* What looks like a report and is none. */
static void look_alikes(void **state)
{
	static const char *const quiet[] = {
		"",
		"\n",
		"no record\n",
		"4,1,1,-",
		"6,1,1,-;debug: BUG in my text\n",
		"4,1,1,-;debug: BUG: scheduling while atomic: init/1/0x2\n",
		"4,1,1,-;my WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n",
		"4,1,1,-;WARNING: the disk at port 3 is full, CPU#0: hot\n",
		"4,1,1,-;WARNING: please do not do that\n",
		"4,1,1,-;BUG: I have no idea\n",
		"4,1,1,-;BUG kmalloc-128 is my favourite cache\n",
		"4,1,1,-;Oops: I did it again [#1]\n",
		"4,1,1,-;value: 0000 [# 1]\n",
		"4,1,1,-;reboot: Restarting system\n",
		"4,1,1,-;mod: reboot: Power down\n",
		"4,1,1,-;rcu: INFO: all is well\n",
		"4,1,1,-;INFO: task list printed\n",
		"4,1,1,-;list_add double add: only talk about it\n",
		"4,1,1,-;------------[ cut here ]------------\n"
		"4,2,1,-;but nothing comes of it\n",
		"4,1,1,-;Modules linked in: oops(OE) BUG(E)\n",
		"4,1,1,-;Call Trace:\n4,2,1,-; go+0x5/0x10 [mine]\n",
		/* Quiet talk by pr_info(); a line that a program wrote. */
		"6,1,1,-;BUG: scheduling while atomic: init/1/0x00000002\n",
		"12,1,1,-;BUG: scheduling while atomic: init/1/0x00000002\n",
		"6,1,1,-;hello\n KEY=4,1,1,-;Kernel panic - not syncing: x\n",
		k61_quiet,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(quiet); i++)
		expect(quiet[i], true, NULL, 0);
}

static void records_have_dictionaries(void **state)
{
	(void)state;
	KMSG("4,1,1,-;------------[ cut here ]------------\n SUBSYSTEM=x\n"
	     " DEVICE=+y\n"
	     "4,2,1,-;WARNING: CPU: 0 PID: 7 at a.c:1 go+0x5/0x10 [mine]\n",
	     { .kind = LAB_FAULT_WARN, .what = "WARNING: CPU: 0 PID: 7",
	       .at = "go+0x5 mine", .module = "go+0x5 mine",
	       .source = "a.c:1" });
}

static void stacks_have_no_guesses(void **state)
{
	struct arena a = { 0 };
	struct lab_fault *f;

	(void)state;
	assert_int_equal(scan(k61_oops_call, true, &a, &f), 1);
	assert_int_equal(f->n_stack, 6);
	assert_string_equal(f->stack[0].function, "oops_call_init");
	assert_string_equal(f->stack[0].module, "oops_call");
	assert_int_equal(f->stack[0].offset, 0xc);
	assert_int_equal(f->stack[0].size, 0x1000);
	assert_string_equal(f->stack[1].function, "do_one_initcall");
	assert_null(f->stack[1].module);
	arena_fini(&a);
}

static void addresses(void **state)
{
	static const struct {
		const char *log;
		bool has;
		uint64_t address;
	} t[] = {
		{ k61_oops_init, true, 0 },
		{ "1,1,1,-;BUG: unable to handle page fault for address: "
		  "ffffffffc0203028\n", true, 0xffffffffc0203028 },
		{ "4,1,1,-;Oops: general protection fault, probably for "
		  "non-canonical address 0xdead000000000100: 0000 [#1] SMP\n",
		  true, 0xdead000000000100 },
		{ "1,1,1,-;BUG: unable to handle page fault for address: "
		  "ffffffffc02030280\n", false, 0 },
		{ k61_oops_divide, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct arena a = { 0 };
		struct lab_fault *f;

		assert_int_equal(scan(t[i].log, true, &a, &f), 1);
		assert_int_equal(f->has_address, t[i].has);
		if (t[i].has)
			assert_int_equal(f->address, t[i].address);
		arena_fini(&a);
	}
}

/* A module that faults for ever; the machine's end is not lost by it. */
static void many_faults_are_bounded(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	struct arena a = { .limit = 1 << 20 };
	struct lab_fault *f;

	(void)state;
	for (int i = 0; i < 3000; i++)
		text_add(&t, "4,1,1,-;WARNING: CPU: 0 PID: 7 at a.c:1 "
			     "go+0x5/0x10 [mine]\n4,1,1,-;Call Trace:\n"
			     "4,1,1,-; go+0x5/0x10 [mine]\n");
	text_add(&t, "0,1,1,-;Kernel panic - not syncing: enough\n");

	size_t n = scan(text_str(&t), true, &a, &f);

	assert_in_range(n, 10, 100);
	assert_int_equal(f[0].n_stack, 1);
	assert_int_equal(f[n - 1].kind, LAB_FAULT_PANIC);
	arena_fini(&a);
}

/* Every cut of a real log, and every byte of it changed, ends well. */
/* Two reports about one fault, @n of them in a log: is it the same one? */
static void are_same(const char *log, bool same)
{
	struct arena a = { 0 };
	struct lab_fault *f;

	assert_int_equal(scan(log, true, &a, &f), 2);
	assert_int_equal(lab_faults_same(&f[0], &f[1]), same);
	assert_true(lab_faults_same(&f[0], &f[0]));
	arena_fini(&a);
}

#define CUT "4,1,1,-;------------[ cut here ]------------\n"
#define WARNS(pid, line, off)                                                 \
	"4,2,1,-;WARNING: CPU: 0 PID: " #pid " at a.c:" #line " go+" #off     \
	"/0x90 [mine]\n4,3,1,-;---[ end trace 0000000000000000 ]---\n"

static void faults_that_come_again(void **state)
{
	(void)state;
	are_same(CUT WARNS(78, 12, 0x5) CUT WARNS(1079, 12, 0x5), true);
	are_same(CUT WARNS(78, 12, 0x5) CUT WARNS(78, 13, 0x9), false);
	are_same(CUT "4,2,1,-;mine: 5 of 0xbad1 at ffff888005ba7660\n"
		 WARNS(78, 12, 0x5)
		 CUT "4,2,1,-;mine: 17 of 0x7 at ffffffffdeadbeef\n"
		 WARNS(78, 12, 0x5), true);
	are_same(CUT "4,2,1,-;mine: 5 of them\n" WARNS(78, 12, 0x5)
		 CUT "4,2,1,-;mine: 5 of these\n" WARNS(78, 12, 0x5), false);
	are_same(CUT "4,2,1,-;mine: eth0\n" WARNS(78, 12, 0x5)
		 CUT "4,2,1,-;mine: eth17\n" WARNS(78, 12, 0x5), true);
	are_same("1,1,1,-;BUG: kernel NULL pointer dereference, address: "
		 "0000000000000008\n4,2,1,-;RIP: 0010:go+0x5/0x90 [mine]\n"
		 "4,3,1,-;---[ end trace 0000000000000000 ]---\n"
		 "1,1,1,-;BUG: kernel NULL pointer dereference, address: "
		 "0000000000000abc\n4,2,1,-;RIP: 0010:go+0x5/0x90 [mine]\n",
		 true);
	/* In the kernel's own function, but by another of its callers. */
	are_same("1,1,1,-;BUG: kernel NULL pointer dereference, address: 0\n"
		 "4,2,1,-;RIP: 0010:strlen+0x0/0x20\n4,2,1,-;Call Trace:\n"
		 "4,2,1,-; go+0x5/0x90 [mine]\n"
		 "4,3,1,-;---[ end trace 0000000000000000 ]---\n"
		 "1,1,1,-;BUG: kernel NULL pointer dereference, address: 0\n"
		 "4,2,1,-;RIP: 0010:strlen+0x0/0x20\n4,2,1,-;Call Trace:\n"
		 "4,2,1,-; go+0x25/0x90 [mine]\n",
		 false);
	are_same("3,1,1,-;INFO: task init:78 blocked for more than 4 seconds.\n"
		 "3,1,1,-;INFO: task test:81 blocked for more than 4 seconds.\n",
		 false);
}

/* Could interrupts come, too, when the NMI came? */
static void flags_of_an_nmi(void **state)
{
	static const struct {
		const char *flags;
		bool on;
	} cases[] = {
		{ "[    1.000003] RSP: 0018:ffffc90000597de8 EFLAGS: 00000246\n", true },
		{ "[    1.000003] RSP: 0018:ffffc90000597de8 EFLAGS: 00000046\n", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena a = { 0 };
		struct lab_fault *f;
		char log[1024];

		(void)snprintf(log, sizeof(log),
			       "[    1.000000] Uhhuh. NMI received for unknown reason 21 on CPU 0.\n"
			       "[    1.000001] Kernel panic - not syncing: NMI: Not continuing\n"
			       "[    1.000002] RIP: 0010:go+0x5/0x90 [mine]\n%s"
			       "[    1.000004] RIP: 0033:0x44cbc9\n"
			       "[    1.000005] RSP: 002b:00007ffc45e465c8 EFLAGS: 00000246\n",
			       cases[i].flags);
		assert_int_equal(scan(log, false, &a, &f), 1);
		assert_int_equal(f[0].irqs_on, cases[i].on);
		arena_fini(&a);
	}
}

static void damage_does_no_harm(void **state)
{
	char log[sizeof(k612_double_free)];
	struct lab_fault *f;

	(void)state;
	for (size_t i = 0; i < sizeof(log); i += 3) {
		struct arena a = { 0 };

		memcpy(log, k612_double_free, sizeof(log));
		log[i] = '\0';
		(void)scan(log, true, &a, &f);
		(void)scan(log, false, &a, &f);
		if (i + 1 < sizeof(log)) {
			log[i] = "+/[] :?0"[i % 8];
			(void)scan(log, true, &a, &f);
		}
		arena_fini(&a);
	}
}

static void no_memory(void **state)
{
	struct span s = { (const uint8_t *)k61_oops_init,
			  strlen(k61_oops_init) };
	int failed = 0, done = 0;

	(void)state;
	for (size_t limit = 16; limit < 4096; limit += 48) {
		struct arena a = { .limit = limit };
		struct lab_fault *f = NULL;
		size_t n = 0;
		struct diag d = { 0 };
		int r = lab_faults_kmsg(s, &a, &f, &n, &d);

		assert_true(r == 0 || r == -ENOMEM);
		assert_int_equal(r == 0, f != NULL);
		failed += r != 0;
		done += r == 0;
		arena_fini(&a);
	}
	assert_in_range(failed, 5, 80);
	assert_in_range(done, 5, 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oopses),
		cmocka_unit_test(bugs),
		cmocka_unit_test(warnings),
		cmocka_unit_test(warnings_cut_quietly),
		cmocka_unit_test(warnings_of_newer_kernels),
		cmocka_unit_test(warnings_of_the_core),
		cmocka_unit_test(slub_reports),
		cmocka_unit_test(sanitizer_reports),
		cmocka_unit_test(lockups_and_stalls),
		cmocka_unit_test(consoles),
		cmocka_unit_test(consoles_of_other_shapes),
		cmocka_unit_test(look_alikes),
		cmocka_unit_test(records_have_dictionaries),
		cmocka_unit_test(stacks_have_no_guesses),
		cmocka_unit_test(addresses),
		cmocka_unit_test(many_faults_are_bounded),
		cmocka_unit_test(faults_that_come_again),
		cmocka_unit_test(flags_of_an_nmi),
		cmocka_unit_test(damage_does_no_harm),
		cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
