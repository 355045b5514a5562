/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab/verdict and the judges: every finding that there can be, from the facts
 * that lead to it and no others. (tests/structure/findings.sh sees to it that
 * none is missing here.)
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lab/fault.h"
#include "lab/memory.h"
#include "lab_world.h"

static struct ko *ko;

/* What the judge of memory is to say; see --wrap in meson.build. */
static struct lab_memory memory;

int __wrap_lab_memory_judge(const struct lab_result *r,
			    const struct lab_range *ranges, size_t n_ranges,
			    const struct lab_range *others, size_t n_others,
			    struct arena *a, struct lab_memory *ret,
			    struct diag *d);

int __wrap_lab_memory_judge(const struct lab_result *r,
			    const struct lab_range *ranges, size_t n_ranges,
			    const struct lab_range *others, size_t n_others,
			    struct arena *a, struct lab_memory *ret,
			    struct diag *d)
{
	(void)r, (void)ranges, (void)n_ranges, (void)others, (void)n_others;
	(void)a, (void)d;
	*ret = memory;
	return 0;
}

/* ------------------------------------------------------------- judgement */

static void judge(const struct world *w, struct lab_verdict *v)
{
	struct diag d = { 0 };

	assert_int_equal(lab_judge(&w->r, &w->q, &w->s, 1, v, &d), 0);
	assert_int_equal(v->pass, v->first == NULL);
	for (int i = 0; i < LAB_N_STAGES; i++) {
		bool fault = false;

		for (const struct lab_finding *f = v->findings; f; f = f->next)
			fault |= !f->note && (int)f->stage == i;
		if (fault)
			assert_int_equal(v->stage[i].grade, LAB_FAIL);
	}
}

static const struct lab_finding *find(const struct lab_verdict *v,
				      const char *id)
{
	for (const struct lab_finding *f = v->findings; f; f = f->next)
		if (str_eq(f->id, id))
			return f;
	return NULL;
}

/* The facts lead to this finding; it says these words; it is the cause. */
static void leads_to(const struct world *w, const char *id, const char *words)
{
	struct lab_verdict v = { 0 };

	judge(w, &v);

	const struct lab_finding *f = find(&v, id);

	if (!f)
		fail_msg("no %s, but %s", id, v.first ? v.first->id : "a pass");
	assert_non_null(v.first);
	assert_string_equal(v.first->id, id);
	assert_int_equal(strncmp(id, lab_stage_name(f->stage),
				 strcspn(id, ".")), 0);
	if (words && !strstr(f->what, words))
		fail_msg("'%s' does not say '%s'", f->what, words);
	lab_verdict_fini(&v);
}

static void passes(const struct world *w)
{
	struct lab_verdict v = { 0 };

	judge(w, &v);
	if (v.first)
		fail_msg("%s: %s", v.first->id, v.first->what);
	lab_verdict_fini(&v);
}

/* Senseless, but no reason to believe that all is well. */
static void fails(const struct world *w)
{
	struct lab_verdict v = { 0 };

	judge(w, &v);
	assert_false(v.pass);
	lab_verdict_fini(&v);
}

static void start(struct world *w)
{
	memory = (struct lab_memory){ .known = true };
	world_init(w, ko);
}

static void test_good(void **state)
{
	struct lab_verdict v = { 0 };
	struct world w;

	(void)state;
	start(&w);
	judge(&w, &v);
	assert_true(v.pass);
	for (int i = 0; i < LAB_N_STAGES; i++)
		assert_int_equal(v.stage[i].grade, LAB_PASS);
	lab_verdict_fini(&v);
	w.q.test = NULL;
	w.q.rounds = 1;
	w.r.round = 1;
	judge(&w, &v);
	assert_true(v.pass);
	assert_int_equal(v.stage[LAB_USE].grade, LAB_NOT_ASKED);
	assert_int_equal(v.stage[LAB_AGAIN].grade, LAB_NOT_ASKED);
	assert_null(strstr(v.stage[LAB_HEALTH].summary, "PREEMPT_COUNT"));
	lab_verdict_fini(&v);
	w.q.sees_no_locks = true;
	judge(&w, &v);
	assert_true(v.pass);
	assert_non_null(strstr(v.stage[LAB_HEALTH].summary, "PREEMPT_COUNT"));
	lab_verdict_fini(&v);
}

/* ---------------------------------------------------------------- insert */

/* As the guest ends a run whose insertion did not work. */
static void not_inserted(struct world *w)
{
	start(w);
	world_drop(w, "use", 1, NULL);
	world_drop(w, "remove", 1, NULL);
	for (const char *const *s = (const char *const[]){
		     "insert", "use", "remove", NULL }; *s; s++)
		world_drop(w, *s, 2, NULL);
	world_set(w, "insert", 1, "modules", 0, "");
	w->r.round = 1;
}

static void test_insert(void **state)
{
	struct world w;

	(void)state;
	not_inserted(&w);
	world_set(&w, "insert", 1, "errno mod", ENOENT, "");
	world_set(&w, "insert", 1, "log", 0,
		  "4,1,1,-;mod: Unknown symbol nobody (err -2)\n");
	leads_to(&w, "insert.refused", "ENOENT");
	world_set(&w, "insert", 1, "errno mod", INT64_MAX, "");
	fails(&w);

	not_inserted(&w);
	world_set(&w, "insert", 1, "errno mod", ENODEV, "");
	world_set(&w, "insert", 1, "log", 0, "");
	leads_to(&w, "insert.init-error", "ENODEV");

	not_inserted(&w);
	world_set(&w, "insert", 1, "errno mod", -SIGKILL, "");
	leads_to(&w, "insert.killed", "SIGKILL");
	world_set(&w, "insert", 1, "errno mod", INT64_MIN, "");
	leads_to(&w, "insert.killed", NULL);

	not_inserted(&w);
	world_drop(&w, "insert", 1, "errno mod");
	world_set(&w, "insert", 1, "hang mod", 0,
		  "state D\n[<0>] mod_init+0x5/0x10 [mod]\n");
	leads_to(&w, "insert.hang", "does not return within 1000 ms");

	start(&w);
	world_set(&w, "insert", 1, "modules", 0, "other 1 0 - Live 0x0\n");
	leads_to(&w, "insert.not-listed", "not in /proc/modules");

	start(&w);
	world_set(&w, "insert", 1, "log", 0,
		  "4,1,1,-;mod: unknown parameter 'cuont' ignored\n");
	leads_to(&w, "insert.unknown-parameter", "cuont");
	/* A module may write the same: then it means nothing. */
	world_set(&w, "insert", 1, "log", 0,
		  "12,1,1,-;mod: unknown parameter 'cuont' ignored\n");
	passes(&w);

	start(&w);
	world_set(&w, "insert", 1, "log", 0,
		  "4,1,1,-;do_init_module: 'mod'->init suspiciously returned 5, it should follow 0/-E convention\n");
	leads_to(&w, "insert.init-positive", "positive");
	/* Linux 7.2's words. */
	world_set(&w, "insert", 1, "log", 0,
		  "4,379,4507973,-;mod: init suspiciously returned 5, it should follow 0/-E convention\n");
	leads_to(&w, "insert.init-positive", "positive");
	world_set(&w, "insert", 1, "log", 0,
		  "4,379,4507973,-;mod: init suspiciously returned -EEXIST: Overriding with -EBUSY\n");
	passes(&w);
}

static void test_log_and_use(void **state)
{
	struct world w;

	(void)state;
	start(&w);
	world_set(&w, "insert", 1, "log", 7, "6,1,1,-;mod: line\n");
	leads_to(&w, "log.flood", "more into the kernel's log");

	start(&w);
	world_set(&w, "use", 1, "test", 3, "no\n");
	world_set(&w, "use", 2, "test", 3, "no\n");
	leads_to(&w, "use.failed", "status 3");
	world_set(&w, "use", 1, "test", 128 + SIGSEGV, "");
	leads_to(&w, "use.failed", "signal 11");
	world_set(&w, "use", 1, "hang test", 0, "state S\n");
	world_set(&w, "use", 1, "test", -1, "");
	leads_to(&w, "use.hang", "does not end");
}

static void test_remove(void **state)
{
	struct world w;

	(void)state;
	start(&w);
	world_set(&w, "remove", 1, "errno mod", EAGAIN, "");
	world_set(&w, "remove", 1, "modules", 0,
		  "mod 16384 1 user, Live 0xffffffffc0201000\n");
	leads_to(&w, "remove.in-use", "reference count is 1");
	world_set(&w, "remove", 1, "modules", 0,
		  "mod 16384 1 - Live 0xffffffffc0201000\n");
	leads_to(&w, "remove.reference-leak", "reference count is 1");
	world_set(&w, "remove", 1, "holders mod", 0,
		  "process 7 (cat) has /dev/mod open\n");
	leads_to(&w, "remove.in-use", NULL);
	world_set(&w, "remove", 1, "errno mod", EBUSY, "");
	world_set(&w, "remove", 1, "modules", 0,
		  "mod 16384 0 [permanent], Live 0xffffffffc0201000\n");
	leads_to(&w, "remove.permanent", "no exit function");
	world_set(&w, "remove", 1, "modules", 0,
		  "mod 16384 0 - Unloading 0xffffffffc0201000\n");
	leads_to(&w, "remove.busy", "EBUSY");
	world_set(&w, "remove", 1, "errno mod", ENOENT, "");
	leads_to(&w, "remove.refused", "ENOENT");
	world_set(&w, "remove", 1, "errno mod", -SIGSEGV, "");
	leads_to(&w, "remove.killed", "SIGSEGV");
	world_drop(&w, "remove", 1, "errno mod");
	world_set(&w, "remove", 1, "hang mod", 0,
		  "state R\n[<0>] mod_exit+0x5/0x10 [mod]\n");
	leads_to(&w, "remove.hang", "exit does not return");
}

/* ---------------------------------------------------------------- health */

/* The kernel touches what was the module's: the advice is to unregister. */
static void test_oops_on_what_was_left(void **state)
{
	/* Near the text that is listed, and where data lies since 6.4. */
	static const char *const at[] = { "ffffffffc0201028",
					  "ffffffffc0601028" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		struct lab_verdict v = { 0 };
		char log[128];
		struct world w;

		start(&w);
		world_set(&w, "insert", 1, "sysfs mod", 0,
			  "sections/.gnu.linkonce.this_module 0xffffffffc0601000\n");
		(void)snprintf(log, sizeof(log),
			       "1,1,1,-;BUG: unable to handle page fault for address: %s\n",
			       at[i]);
		world_set(&w, "remove", 1, "log", 0, log);
		judge(&w, &v);

		const struct lab_finding *f = find(&v, "health.oops");

		assert_non_null(f);
		assert_non_null(strstr(f->why, "mod had registered"));
		assert_non_null(strstr(f->fix, "unregister"));
		lab_verdict_fini(&v);
	}
}

static const struct {
	const char *id, *log;
} distress[] = {
	{ "health.oops",
	  "1,1,1,-;BUG: kernel NULL pointer dereference, address: 0\n" },
	{ "health.bug", "1,1,1,-;list_add corruption. next->prev is wrong\n"
			"4,2,1,-;------------[ cut here ]------------\n"
			"2,3,1,-;kernel BUG at lib/list_debug.c:26!\n" },
	{ "health.warn",
	  "4,1,1,-;------------[ cut here ]------------\n"
	  "4,2,1,-;WARNING: CPU: 0 PID: 1 at mod.c:3 mod_init+0x5/0x10 [mod]\n" },
	{ "health.atomic",
	  "3,1,1,-;BUG: scheduling while atomic: init/78/0x00000002\n" },
	{ "health.irqs-off",
	  "4,1,1,-;------------[ cut here ]------------\n"
	  "4,2,1,-;initcall mod_init+0x0/0x10 [mod] returned with disabled interrupts \n"
	  "4,3,1,-;WARNING: CPU: 0 PID: 1 at init/main.c:1 do_one_initcall+0x1e/0x220\n" },
	{ "health.preempt-count",
	  "4,1,1,-;------------[ cut here ]------------\n"
	  "4,2,1,-;initcall mod_init+0x0/0x10 [mod] returned with preemption imbalance \n"
	  "4,3,1,-;WARNING: CPU: 0 PID: 1 at init/main.c:1 do_one_initcall+0x1e/0x220\n" },
	{ "memory.slub",
	  "3,1,1,-;=============================================================================\n"
	  "3,2,1,-;BUG kmalloc-128 (Tainted: G           OE     ): Poison overwritten\n" },
	{ "health.soft-lockup",
	  "0,1,1,-;watchdog: BUG: soft lockup - CPU#0 stuck for 5s! [init:78]\n" },
	{ "health.rcu-stall",
	  "3,1,1,-;rcu: INFO: rcu_preempt self-detected stall on CPU\n" },
	{ "health.hung-task",
	  "3,1,1,-;INFO: task init:78 blocked for more than 4 seconds.\n" },
	{ "health.nmi",
	  "0,1,1,-;Uhhuh. NMI received for unknown reason 31 on CPU 0.\n" },
	{ "health.halt", "0,1,1,-;reboot: System halted\n" },
	{ "health.poweroff", "0,1,1,-;reboot: Power down\n" },
	{ "health.oom",
	  "4,1,1,-;init invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n" },
};

static void test_distress(void **state)
{
	struct world w;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(distress); i++) {
		start(&w);
		world_set(&w, "insert", 1, "log", 0, distress[i].log);
		leads_to(&w, distress[i].id, "during insert");
	}
}

static void test_ends(void **state)
{
	static const struct {
		enum lab_end end;
		const char *console, *id;
	} ends[] = {
		{ LAB_REBOOT, "", "health.reboot" },
		{ LAB_PANIC, "", "health.panic" },
		{ LAB_PANIC,
		  "[    1.0] Kernel panic - not syncing: Fatal exception\n",
		  "health.panic" },
		{ LAB_POWEROFF, "", "health.poweroff" },
		{ LAB_POWEROFF, "[    1.0] reboot: Power down\n",
		  "health.poweroff" },
		{ LAB_SILENT, "", "health.silent" },
		{ LAB_SILENT,
		  "[    1.0] Uhhuh. NMI received for unknown reason 31\n",
		  "health.silent" }, /* with the place of the NMI */
		{ LAB_SILENT, "[    1.0] reboot: System halted\n",
		  "health.silent" },
		{ LAB_DIED, "", "health.died" },
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		start(&w);
		for (int round = 1; round < 3; round++)
			world_drop(&w, "remove", round, NULL);
		world_drop(&w, "end", 2, NULL);
		w.r.end = ends[i].end;
		w.r.console = ends[i].console;
		w.r.stage = "remove";
		w.r.round = 1;
		leads_to(&w, ends[i].id, NULL);
	}
}

/* From @stage of the first round on nothing comes out of the guest. */
static void fall_silent(struct world *w, const char *stage)
{
	static const char *const stages[] = { "insert", "use", "remove" };
	bool silent = false;

	for (size_t i = 0; i < ARRAY_SIZE(stages); i++) {
		silent |= str_eq(stages[i], stage);
		if (silent)
			world_drop(w, stages[i], 1, NULL);
		world_drop(w, stages[i], 2, NULL);
	}
	world_drop(w, "after", 1, NULL);
	world_drop(w, "end", 2, NULL);
	w->r.end = LAB_SILENT;
	w->r.stage = stage;
	w->r.round = 1;
}

/* What comes again is told once, with how often it came. */
static void test_told_once(void **state)
{
	static const struct {
		const char *insert, *remove, *words;
	} cases[] = {
		{ "3,1,1,-;BUG: scheduling while atomic: init/78/0x00000002\n",
		  "", "sleeping while atomic, during insert" },
		{ "3,1,1,-;BUG: scheduling while atomic: init/78/0x00000002\n"
		  "0,1,1,-;watchdog: BUG: soft lockup - CPU#0 stuck for 5s! [init:78]\n"
		  "3,1,1,-;BUG: scheduling while atomic: init/79/0x00000003\n",
		  "", "sleeping while atomic, 2 times during insert" },
		{ "3,1,1,-;BUG: scheduling while atomic: init/78/0x00000002\n",
		  "3,1,1,-;BUG: scheduling while atomic: init/80/0x00000002\n",
		  "sleeping while atomic, 2 times, first during insert" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct lab_verdict v = { 0 };
		struct world w;
		size_t n = 0;

		start(&w);
		world_set(&w, "insert", 1, "log", 0, cases[i].insert);
		world_set(&w, "remove", 1, "log", 0, cases[i].remove);
		judge(&w, &v);
		for (const struct lab_finding *f = v.findings; f; f = f->next)
			n += str_eq(f->id, "health.atomic");
		assert_int_equal(n, 1);
		assert_string_equal(v.first->what, cases[i].words);
		lab_verdict_fini(&v);
	}
}

/* More than are read of one log. */
static void test_told_at_least(void **state)
{
	static const char line[] =
		"3,1,1,-;BUG: scheduling while atomic: init/78/0x00000002\n";
	_cleanup_text_ struct text t = { 0 };
	struct world w;

	(void)state;
	for (int i = 0; i < LAB_FAULTS_MAX + 9; i++)
		text_add(&t, line);
	start(&w);
	world_set(&w, "insert", 1, "log", 0, text_str(&t));
	leads_to(&w, "health.atomic", ", at least 64 times during insert");
}

static void has_advice(const struct world *w, const char *id, const char *why,
		       const char *fix)
{
	struct lab_verdict v = { 0 };

	judge(w, &v);

	const struct lab_finding *f = find(&v, id);

	assert_non_null(f);
	if (!strstr(f->why, why))
		fail_msg("'%s' does not say '%s'", f->why, why);
	if (!strstr(f->fix, fix))
		fail_msg("'%s' does not say '%s'", f->fix, fix);
	lab_verdict_fini(&v);
}

/* The lock of an earlier call: no module is on the stack any more. */
#define KEPT_LOG(count) \
	"3,1,1,-;BUG: scheduling while atomic: test/79/" count "\n" \
	"4,2,1,-;CPU: 0 PID: 79 Comm: test Tainted: G           OE      6.1.0 #1\n" \
	"4,3,1,-;Call Trace:\n" \
	"4,4,1,-; <TASK>\n" \
	"4,5,1,-; __schedule+0x804/0xa00\n" \
	"4,6,1,-; schedule+0x5a/0xd0\n" \
	"4,7,1,-; exit_to_user_mode_prepare+0x17c/0x240\n" \
	"4,8,1,-; irqentry_exit_to_user_mode+0x5/0x30\n" \
	"4,9,1,-; asm_exc_page_fault+0x22/0x30\n" \
	"4,10,1,-;RIP: 0033:0x40a309\n"

static void test_kept(void **state)
{
	struct lab_verdict v = { 0 };
	struct world w;

	(void)state;
	start(&w);
	world_set(&w, "use", 1, "test", 128 + SIGSEGV, "");
	world_set(&w, "use", 1, "log", 0, KEPT_LOG("0x00000002"));
	leads_to(&w, "health.preempt-count",
		 "a lock that mod took was still held when it returned to user space, during use");
	judge(&w, &v);

	const struct lab_finding *f = find(&v, "use.failed");

	assert_non_null(f);
	assert_non_null(strstr(f->fix, "mend the lock left held first"));
	assert_null(find(&v, "health.atomic"));
	lab_verdict_fini(&v);

	/* In the function of a timer no system call left that: it slept. */
	world_set(&w, "use", 1, "log", 0, KEPT_LOG("0x00000101"));
	leads_to(&w, "health.atomic", "sleeping while atomic, during use");

	/* By spin_lock_bh(). */
	world_set(&w, "use", 1, "log", 0, KEPT_LOG("0x00000202"));
	leads_to(&w, "health.preempt-count", "was still held");
	world_set(&w, "use", 1, "log", 0, KEPT_LOG("0x00000002"));
	world_set(&w, "use", 2, "log", 0,
		  "0,1,1,-;watchdog: BUG: soft lockup - CPU#0 stuck for 5s! [test:80]\n");
	has_advice(&w, "health.soft-lockup", "left held before",
		   "mend the lock left held first");
}

/* After an oops locks are held for ever: it is the cause of what waits. */
static void test_death(void **state)
{
	static const char hung[] =
		"3,1,1,-;INFO: task test:81 blocked for more than 4 seconds.\n";
	struct world w;

	(void)state;
	start(&w);
	world_set(&w, "use", 1, "test", -1, "");
	world_set(&w, "use", 1, "hang test", 0, "state D\n");
	world_set(&w, "use", 1, "log", 0, distress[0].log);
	leads_to(&w, "health.oops", "during use");
	has_advice(&w, "use.hang", "died in the oops", "mend the oops first");
	/* Before the oops it has another reason. */
	world_set(&w, "use", 1, "log", 0, "");
	world_set(&w, "remove", 1, "log", 0, distress[0].log);
	has_advice(&w, "use.hang", "state D", "who should wake it");

	start(&w);
	world_set(&w, "insert", 1, "log", 0, distress[0].log);
	world_set(&w, "use", 1, "log", 0, hung);
	leads_to(&w, "health.oops", "during insert");
	has_advice(&w, "health.hung-task", "died in the oops", "mend the oops");
	world_set(&w, "insert", 1, "log", 0, hung);
	world_set(&w, "use", 1, "log", 0, distress[0].log);
	has_advice(&w, "health.hung-task", "a lock or an event", "stack");

	/* As the console tells it: nothing else came out of the guest. */
	start(&w);
	fall_silent(&w, "use");
	w.r.console =
		"[    1.000000] BUG: kernel NULL pointer dereference, address: 0\n";
	leads_to(&w, "health.oops", "during use");
	has_advice(&w, "health.silent", "died in the oops", "mend the oops");
}

/* The kernel's report of a task that hangs says where, the hang says what. */
static void test_lock_wait(void **state)
{
	static const struct {
		const char *frame, *what, *give;
	} locks[] = {
		{ "__mutex_lock.constprop.0+0x1d/0x20", "for a mutex",
		  "mutex_unlock()" },
		{ "rwsem_down_write_slowpath+0x1d/0x20",
		  "semaphore for readers and writers", "up_write()" },
		{ "__down_common+0x1d/0x20", "for a semaphore", " up()" },
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(locks); i++) {
		char log[256];

		not_inserted(&w);
		world_drop(&w, "insert", 1, "errno mod");
		world_set(&w, "insert", 1, "hang mod", 0, "state D\n");
		(void)snprintf(log, sizeof(log),
			       "3,1,1,-;INFO: task init:78 blocked for more than 4 seconds.\n"
			       "6,1,1,-;Call Trace:\n"
			       "6,1,1,-; __schedule+0x1/0x20\n"
			       "6,1,1,-; %s\n"
			       "6,1,1,-; mod_init+0x5/0x10 [mod]\n",
			       locks[i].frame);
		world_set(&w, "insert", 1, "log", 0, log);
		leads_to(&w, "insert.hang", "does not return");
		has_advice(&w, "health.hung-task", locks[i].what,
			   locks[i].give);
	}
}

/* A loop on a kernel that does not preempt itself: only the NMI tells. */
static void test_stuck(void **state)
{
	static const struct {
		const char *stage, *call, *at, *flags, *id, *why;
	} cases[] = {
		{ "insert", "do_one_initcall", "mod_init", "00000246",
		  "insert.hang", "endless loop" },
		{ "insert", "do_one_initcall", "mod_init", "00000046",
		  "health.silent", "never gives up the processor" },
		{ "insert", "do_softirq", "mod_init", "00000246",
		  "health.silent", "never gives up the processor" },
		{ "insert", "do_one_initcall",
		  "native_queued_spin_lock_slowpath", "00000246",
		  "insert.hang", "a spinlock that nobody gives back" },
		{ "use", "do_syscall_64", "mod_read", "00000246", "use.hang",
		  "endless loop" },
		{ "remove", "__do_sys_delete_module", "mod_exit", "00000246",
		  "remove.hang", "endless loop" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool own = str_starts(cases[i].at, "mod_");
		char console[1024];
		struct world w;

		start(&w);
		fall_silent(&w, cases[i].stage);
		(void)snprintf(console, sizeof(console),
			       "[    1.000000] watchdog: BUG: soft lockup - CPU#0 stuck for 5s! [init:71]\n"
			       "[    1.000000] Uhhuh. NMI received for unknown reason 21 on CPU 0.\n"
			       "[    1.000001] Kernel panic - not syncing: NMI: Not continuing\n"
			       "[    1.000001] Call Trace:\n"
			       "[    1.000002] RIP: 0010:%s+0x5/0x90%s\n"
			       "[    1.000003] RSP: 0018:ffffc90000597de8 EFLAGS: %s\n"
			       "[    1.000004]  mod_fn+0x5/0x90 [mod]\n"
			       "[    1.000004]  %s+0x44/0x1e0\n",
			       cases[i].at, own ? " [mod]" : "",
			       cases[i].flags, cases[i].call);
		w.r.console = console;

		struct lab_verdict v = { 0 };

		judge(&w, &v);
		assert_non_null(find(&v, cases[i].id));
		if (!str_eq(cases[i].id, "health.silent"))
			assert_string_equal(v.first->id, cases[i].id);
		assert_null(find(&v, "health.nmi"));
		assert_non_null(strstr(find(&v, cases[i].id)->where,
				       own ? cases[i].at : "mod_fn"));
		lab_verdict_fini(&v);
		has_advice(&w, cases[i].id, cases[i].why, "");
	}
}

static void test_taint(void **state)
{
	struct world w;

	(void)state;
	start(&w);
	world_set(&w, "end", 2, "taint", 0x3000 | 1 << 9, "");
	leads_to(&w, "health.taint", "damaged");
	/* One that was there before is not the module's. */
	world_set(&w, "start", 0, "taint", 1 << 9, "");
	passes(&w);
}

/* SLUB finds it when somebody else asks; what was on that stack once, and
 * lies behind the end of init now, is no place. */
static void test_damaged_object(void **state)
{
	static const char log[] =
		"3,1,1,-;BUG kmalloc-64 (Tainted: G           OE     ): Poison overwritten\n"
		"3,2,1,-;Allocated in mod_init+0x1/0x10 [mod] age=3 cpu=0 pid=78\n"
		"3,3,1,-;Freed in mod_init+0x2/0x10 [mod] age=3 cpu=0 pid=78\n"
		"4,4,1,-;Call Trace:\n"
		"4,5,1,-; <TASK>\n"
		"4,6,1,-; ? mod_init+0xfef/0xff0 [mod]\n"
		"4,7,1,-; do_init_module+0x5/0x10\n";
	struct lab_verdict v = { 0 };
	struct world w;

	(void)state;
	start(&w);
	world_set(&w, "insert", 1, "log", 0, log);
	world_set(&w, "end", 2, "taint", 0x3000 | 1 << 5, "");
	judge(&w, &v);
	assert_string_equal(v.first->id, "memory.slub");
	assert_string_equal(v.first->where, "mod_init+0x2 [mod]");
	assert_null(find(&v, "health.taint"));
	assert_int_equal(v.stage[LAB_HEALTH].grade, LAB_FAIL);
	assert_non_null(strstr(v.stage[LAB_HEALTH].summary, "see memory"));
	lab_verdict_fini(&v);
}

/* Half a report proves nothing. */
static void test_incomplete(void **state)
{
	struct world w;

	(void)state;
	start(&w);
	world_drop(&w, "end", 2, "end");
	leads_to(&w, "health.incomplete", "no end");
	start(&w);
	world_set(&w, "end", 2, "damaged", 0, "");
	leads_to(&w, "health.incomplete", "was killed");
	start(&w);
	world_drop(&w, "insert", 1, "errno mod");
	leads_to(&w, "health.incomplete", "insertion");
	start(&w);
	world_drop(&w, "remove", 1, "errno mod");
	leads_to(&w, "health.incomplete", "removal");
	start(&w);
	w.r.n_facts = 0;
	leads_to(&w, "health.incomplete", NULL);
}

/* ------------------------------------------------------------- leftovers */

static void test_leftovers(void **state)
{
	static const struct {
		const char *kind, *line, *id;
	} left[] = {
		{ "tables", "/proc/misc: 122 mod", "leftovers.misc" },
		{ "tables", "/proc/devices: 240 mod", "leftovers.region" },
		{ "tables", "/proc/crypto: name : mod", "leftovers.crypto" },
		{ "tables", "/proc/filesystems: nodev mod",
		  "leftovers.filesystem" },
		{ "tables", "/proc/interrupts:  25:  0  IO-APIC  mod",
		  "leftovers.interrupt" },
		{ "tables", "/proc/iomem:   e0000000-e0000fff : mod",
		  "leftovers.iomem" },
		{ "tables", "/proc/ioports:   0300-030f : mod",
		  "leftovers.ioports" },
		{ "tables", "/proc/net/protocols: MOD  768  0",
		  "leftovers.protocol" },
		{ "tables", "/proc/net/ptype: 0800  mod_rcv",
		  "leftovers.packet" },
		{ "tables", "/proc/net/dev:  mod0: 0 0 0",
		  "leftovers.netdev" },
		{ "tables", "/proc/partitions:  252  0  8192 mod0",
		  "leftovers.disk" },
		{ "tables", "/sys/kernel/debug/kprobes/list: ffff k do_sys",
		  "leftovers.kprobe" },
		{ "tables",
		  "/sys/devices/system/cpu/hotplug/states: 189: mod",
		  "leftovers.cpuhp" },
		{ "names", "thread: mod_thread", "leftovers.thread" },
		{ "names", "thread: init_mod", "leftovers.thread" },
		{ "names", "process: cat, state D", "leftovers.process" },
		{ "names", "process: a, b, state D, in mod_f+0x1/0x9 [mod]",
		  "leftovers.process" },
		{ "names", "/sys/kernel/slab/mod_cache", "leftovers.cache" },
		{ "names", "/sys/kernel/debug/mod", "leftovers.debugfs" },
		{ "names", "/sys/module/mod", "leftovers.module" },
		{ "names", "/sys/class/mod", "leftovers.class" },
		{ "names", "/sys/bus/mod", "leftovers.sysfs" },
		{ "names", "/dev/mod", "leftovers.device" },
		{ "names", "/proc/mod", "leftovers.proc" },
	};
	struct world w;
	char data[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(left); i++) {
		bool names = str_eq(left[i].kind, "names");

		start(&w);
		(void)snprintf(data, sizeof(data), "%s%s\n",
			       names ? world_names : world_tables,
			       left[i].line);
		world_set(&w, "after", 1, left[i].kind, 0, data);
		leads_to(&w, left[i].id, "left behind");
	}
	start(&w);
	world_set(&w, "after", 1, "names", 0, "/dev/null\nthread: kswapd0\n");
	leads_to(&w, "leftovers.removed", "/sys/class/mem");
}

/* A process that could be ended is no fault of the module's. */
static void test_left_running(void **state)
{
	struct lab_verdict v = { 0 };
	struct world w;

	(void)state;
	start(&w);
	world_set(&w, "after", 1, "names", 0,
		  "/dev/null\nprocess: sleep, killed\nprocess: sh, killed\n");
	world_set(&w, "after", 1, "names-before", 0, "/dev/null\n");
	judge(&w, &v);
	assert_true(v.pass);

	const struct lab_finding *f = find(&v, "leftovers.running");

	assert_non_null(f);
	assert_true(f->note);
	assert_non_null(strstr(f->what, "left running: sh"));
	assert_int_equal(f->n_lines, 2);
	lab_verdict_fini(&v);
}

/* What no module can have made is somebody else's. */
static void test_made_by_others(void **state)
{
	static const char *const line[] = { "thread: ext4lazyinit",
					    "/sys/kernel/slab/ext4_groups" };
	struct world w;
	char data[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(line); i++)
		for (int known = 0; known < 2; known++) {
			start(&w);
			memory.no_thread = known && i == 0;
			memory.no_cache = known && i == 1;
			(void)snprintf(data, sizeof(data), "%s%s\n",
				       world_names, line[i]);
			world_set(&w, "after", 1, "names", 0, data);
			if (known)
				passes(&w);
			else
				leads_to(&w, i ? "leftovers.cache" :
						 "leftovers.thread",
					 "left behind");
		}
}

/* What differs by itself is nothing. */
static void test_noise(void **state)
{
	static const struct {
		const char *kind, *before, *after;
	} noise[] = {
		{ "tables", "/proc/interrupts:  24:  5  IO-APIC  serial\n",
		  "/proc/interrupts:  24:   1234567  IO-APIC  serial\n" },
		{ "tables", "/proc/net/dev:   lo: 0 0 0 0\n",
		  "/proc/net/dev:   lo: 184 2 0 0\n" },
		{ "tables", "/proc/net/protocols: TCP 2304 1 1 no\n",
		  "/proc/net/protocols: TCP 2304 17 1 no\n" },
		{ "tables", "/proc/crypto: refcnt       : 1\n",
		  "/proc/crypto: refcnt       : 12\n" },
		{ "names", "/dev/null\n",
		  "/dev/null\nthread: kworker/0:3-events\n" },
		{ "names", "/dev/null\nthread: kworker/u2:1\nthread: a\n",
		  "/dev/null\n" },
		{ "names", "/dev/null\n",
		  "/dev/null\n/sys/kernel/slab/:0000128\n" },
		{ "names", "/dev/a\n/dev/b\n", "/dev/b\n/dev/a\n" },
	};
	struct world w;
	char before[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++) {
		start(&w);
		(void)snprintf(before, sizeof(before), "%s-before",
			       noise[i].kind);
		world_set(&w, "after", 1, before, 0, noise[i].before);
		world_set(&w, "after", 1, noise[i].kind, 0, noise[i].after);
		passes(&w);
	}
}

/* Thousands of lines do not become thousands of findings. */
static void test_many_leftovers(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	struct lab_verdict v = { 0 };
	struct world w;
	size_t n = 0;

	(void)state;
	start(&w);
	for (unsigned i = 0; i < 20000; i++)
		text_addf(&t, "/dev/mod%u\n", i);
	world_set(&w, "after", 1, "names", 0, text_str(&t));
	judge(&w, &v);
	for (const struct lab_finding *f = v.findings; f; f = f->next)
		n++;
	assert_in_range(n, 1, 20);
	lab_verdict_fini(&v);

	world_set(&w, "after", 1, "names-before", 0, text_str(&t));
	world_set(&w, "after", 1, "names", 0, "/dev/null\n");
	judge(&w, &v);
	n = 0;
	for (const struct lab_finding *f = v.findings; f; f = f->next)
		n++;
	assert_in_range(n, 1, 20);
	lab_verdict_fini(&v);
}

/* ---------------------------------------------------------------- memory */

static void test_memory(void **state)
{
	static const char *const kinds[][2] = {
		{ "timer", "leftovers.timer" },
		{ "hrtimer", "leftovers.hrtimer" },
		{ "work", "leftovers.work" },
		{ "rcu", "leftovers.rcu" },
		{ "thread", "leftovers.thread" },
	};
	struct lab_leak leak = { .kind = "kmalloc", .module = "mod",
				 .site = 0xffffffffc0201005, .count = 2,
				 .bytes = 128, .rounds = 1 << 1 | 1 << 2,
				 .round = 1, .direct = true };
	struct world w;

	(void)state;
	start(&w);
	memory.leaks = &leak;
	memory.n_leaks = 1;
	leads_to(&w, "memory.leak", "64 bytes in 1 object from kmalloc() are never freed (so many in each round)");
	leak.rounds = 1 << 1;
	leads_to(&w, "memory.leak-once", "first round");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct lab_pending p = { .kind = kinds[i][0], .module = "mod",
					 .function = 0xffffffffc0201000,
					 .round = 1 };

		start(&w);
		memory.pending = &p;
		memory.n_pending = 1;
		leads_to(&w, kinds[i][1], "left behind");
	}
	start(&w);
	memory = (struct lab_memory){ .why = "no trace events" };
	passes(&w);
}

/* The kernel may fall over a leftover before anybody looks: that is no other
 * fault. What falls while the module is being removed is one. */
static void test_fell_over(void **state)
{
	static const char log[] =
		"1,1,1,-;BUG: unable to handle page fault for address: ffffffffc02013d8\n"
		"0,2,1,-;Kernel panic - not syncing: Attempted to kill the idle task!\n";
	struct lab_pending p = { .kind = "hrtimer", .module = "mod",
				 .function = 0xffffffffc0201000, .round = 1 };
	struct world w;

	(void)state;
	start(&w);
	memory.pending = &p;
	memory.n_pending = 1;
	world_set(&w, "remove", 1, "log", 0, log);
	leads_to(&w, "leftovers.hrtimer", "left behind");
	world_drop(&w, "remove", 1, "errno mod");
	leads_to(&w, "health.oops", "during remove");
	start(&w);
	world_set(&w, "remove", 1, "log", 0, log);
	leads_to(&w, "health.oops", "during remove");
}

/* A timer of work queues it when its module, or its queue, is gone. */
static void test_warned_over(void **state)
{
	static const char log[] =
		"4,1,1,-;------------[ cut here ]------------\n"
		"4,2,1,-;WARNING: CPU: 0 PID: 0 at kernel/workqueue.c:1494 __queue_work+0x370/0x3f0\n";
	static const char own[] =
		"4,1,1,-;------------[ cut here ]------------\n"
		"4,2,1,-;WARNING: CPU: 0 PID: 1 at mod.c:3 mod_exit+0x5/0x10 [mod]\n";
	struct lab_pending p = { .kind = "work", .module = "mod",
				 .function = 0xffffffffc0201000, .round = 1 };
	struct world w;

	(void)state;
	start(&w);
	memory.pending = &p;
	memory.n_pending = 1;
	world_set(&w, "remove", 1, "log", 0, log);
	leads_to(&w, "leftovers.work", "left behind");
	/* What the module itself does comes first, and so without a timer. */
	world_set(&w, "remove", 1, "log", 0, own);
	leads_to(&w, "health.warn", "during remove");
	start(&w);
	world_set(&w, "remove", 1, "log", 0, log);
	leads_to(&w, "health.warn", "during remove");
}

static struct ko *module_with(const struct mkko_need *needs, size_t n)
{
	const struct mkko m = { .name = "mod", .needs = needs, .n_needs = n };
	struct bytes b = { 0 };
	struct ko *k = NULL;

	assert_int_equal(mkko_build(&m, &b), 0);
	assert_int_equal(ko_open_bytes("mod.ko", &b, &k, NULL), 0);
	return k;
}

/* Who registers and never unregisters is told so. */
static void test_undone(void **state)
{
	static const struct mkko_need needs[] = {
		{ .name = "misc_register" },
		{ .name = "misc_deregister" },
		{ .name = "usb_register_driver" },
		{ .name = "usb_deregister" },
		{ .name = "register_sysctl_sz" },
		{ .name = "unregister_sysctl_table" },
		{ .name = "register_pernet_subsys" },
		{ .name = "unregister_pernet_subsys" },
	};
	static const char log[] =
		"1,1,1,-;BUG: unable to handle page fault for address: ffffffffc0201028\n";
	struct world w;

	(void)state;
	for (size_t n = ARRAY_SIZE(needs) - 1; n <= ARRAY_SIZE(needs); n++) {
		bool all = n == ARRAY_SIZE(needs);
		struct ko *k = module_with(needs, n);

		start(&w);
		w.s.ko = k;
		world_set(&w, "after", 1, "names", 0,
			  "/dev/null\n/proc/net/x\n/sys/class/mem\nthread: kswapd0\n");
		leads_to(&w, "leftovers.proc",
			 all ? "/proc/net/x" :
			       "/proc/net/x, of register_pernet_subsys()");
		has_advice(&w, "leftovers.proc", "",
			   all ? "proc_remove() in exit" :
				 "unregister_pernet_subsys() in exit");
		world_set(&w, "end", 2, "log", 0, log);
		has_advice(&w, "health.oops", "had registered",
			   all ? "unregister, cancel or free" :
				 "undo register_pernet_subsys()");
		k = ko_close(k);
	}
}

/* ----------------------------------------------------------------- again */

static void test_again(void **state)
{
	struct world w;

	(void)state;
	start(&w);
	world_set(&w, "insert", 2, "errno mod", EEXIST, "");
	leads_to(&w, "again.insert", "not in round 2");
	start(&w);
	world_set(&w, "remove", 2, "errno mod", EAGAIN, "");
	leads_to(&w, "again.remove", "not in round 2");
	start(&w);
	world_set(&w, "insert", 2, "hang mod", 0, "state S\n");
	leads_to(&w, "again.hang", "hangs in round 2");
	start(&w);
	world_set(&w, "use", 2, "test", 1, "");
	leads_to(&w, "again.use", "not in round 2");
	/* Rounds that nobody asked for take no time. */
	start(&w);
	w.r.round = 2000000000;
	passes(&w);
}

/* ------------------------------------------------------------- the cause */

/* A report of the kernel explains what goes wrong around it. */
static void test_cause(void **state)
{
	struct lab_verdict v = { 0 };
	struct world w;

	(void)state;
	not_inserted(&w);
	world_set(&w, "insert", 1, "errno mod", -SIGKILL, "");
	world_set(&w, "insert", 1, "log", 0, distress[0].log);
	world_set(&w, "insert", 1, "taint", 0x3080, "");
	judge(&w, &v);
	assert_string_equal(v.first->id, "health.oops");
	assert_non_null(find(&v, "insert.killed"));
	assert_null(find(&v, "health.incomplete"));
	lab_verdict_fini(&v);
}

static int open_module(void **state)
{
	(void)state;
	ko = world_module();
	return ko ? 0 : -1;
}

static int close_module(void **state)
{
	(void)state;
	ko = ko_close(ko);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_insert),
		cmocka_unit_test(test_log_and_use),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_distress),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_told_once),
		cmocka_unit_test(test_told_at_least),
		cmocka_unit_test(test_death),
		cmocka_unit_test(test_lock_wait),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_taint),
		cmocka_unit_test(test_damaged_object),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_leftovers),
		cmocka_unit_test(test_oops_on_what_was_left),
		cmocka_unit_test(test_left_running),
		cmocka_unit_test(test_made_by_others),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_many_leftovers),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_fell_over),
		cmocka_unit_test(test_warned_over),
		cmocka_unit_test(test_undone),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_cause),
	};

	return cmocka_run_group_tests(tests, open_module, close_module);
}
