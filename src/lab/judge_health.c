/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The health of the kernel: what it reported, how it ended, its taints. */
#include <string.h>

#include "lab/judge.h"
#include "lab/known.h"
#include "live/taint.h"

/* Without a name it is in an init that is gone. */
static bool is_in_module(const struct lab_frame *f, bool has)
{
	return has && (f->module || !f->function);
}

/*
 * Who wrote is not told by a report that finds the damage later: whose the
 * object was is.
 */
static const char *where_of_object(struct judge *j, const struct lab_fault *f)
{
	bool freed = strstr(lab_fault_slub_meaning(f), "free") &&
		     is_in_module(&f->freed, f->has_freed);

	if (freed)
		return judge_place_frame(j, &f->freed, true);
	if (is_in_module(&f->allocated, f->has_allocated))
		return judge_place_frame(j, &f->allocated, true);
	return "";
}

static const char *where_of(struct judge *j, const struct lab_fault *f)
{
	if (f->kind == LAB_FAULT_SLUB && !f->has_at && !f->has_in_module)
		return where_of_object(j, f);
	if (f->has_at && (f->at.module || !f->has_in_module))
		return judge_place_frame(j, &f->at, false);
	if (f->has_in_module)
		return judge_place_frame(j, &f->in_module, true);
	return f->source ? f->source : "";
}

static void add_place(struct judge *j, struct strs *l, const char *what,
		      const struct lab_frame *f, bool has)
{
	if (has)
		strs_addf(j, l, "%s in %s", what,
			  judge_place_frame(j, f, true));
}

/* Whose the memory was that it is about; NULL: nobody's. */
static const char *owner_of(struct judge *j, const struct lab_fault *x)
{
	const char *owner = x->has_address ? judge_owner(j, x->address) : NULL;

	if (!owner && x->has_at && x->at.address)
		owner = judge_owner(j, x->at.address);
	if (!owner && x->has_in_module && x->in_module.address)
		owner = judge_owner(j, x->in_module.address);
	return x->has_at && x->at.module ? NULL : owner;
}

/*
 * An access to what was a module's once: that names the culprit. If its
 * removal had ended well by then, the kernel fell over what it left behind,
 * soon or late as chance would have it: what was left is the cause.
 */
static void add_owner(struct judge *j, struct strs *l, const char *owner,
		      int round)
{
	const struct lab_fact *f =
		judge_fact_of(j, "remove", round, "errno", owner);

	j->fell |= f && f->arg == 0;
	strs_addf(j, l, "that address belonged to %s, which was removed or is being so",
		  owner);
}

/* The kernel fell over what a module left: that is no NULL pointer. */
static void say_left(struct judge *j, struct lab_finding *f, const char *owner)
{
	f->why = judge_printf(j, "the kernel still used what %s had registered or started, though its memory was gone",
			      owner);
	f->fix = judge_fix(j, "unregister, cancel or free in exit what init registered, started or allocated");
}

/* If what was forgotten can be told, that is the advice. */
static void say_undone(struct judge *j, struct lab_finding *f)
{
	const char *done = judge_undone(j, "");

	if (done)
		f->fix = judge_fix(j, judge_printf(j, "undo %s(), which nothing in the module does, in exit",
						   done));
}

/* Did it show only after the removal, or in a later round? */
static bool is_aftermath(const struct judge *j, const char *stage, int round)
{
	return j->fell || round > 1 || str_eq(stage, "after") ||
	       str_eq(stage, "end") || str_eq(stage, "late");
}

/*
 * A timer that is left fires at any time, and the kernel falls over it with
 * no module at work. The trace tells what is left, and that is the cause.
 */
static bool is_of_pending(struct judge *j, const struct lab_fault *x,
			  const char *stage)
{
	return j->removed && str_eq(stage, "remove") && !x->has_in_module &&
	       !(x->has_at && x->at.module) && judge_trace(j)->n_pending;
}

/* One fault, and how often the kernel told it. */
struct told {
	const struct lab_fault *x;
	const char *stage; /* of the first time                            */
	int round;
	unsigned times;
	bool at_least;     /* some reports were too many to be read        */
	bool elsewhere;    /* it came in another stage or round, too       */
};

/* "during insert", "3 times during insert", "in round 2" */
static const char *when_of(struct judge *j, const struct told *t)
{
	const char *often = "", *round = "";

	if (t->times > 1)
		often = judge_printf(j, "%s%u times%s",
				     t->at_least ? "at least " : "", t->times,
				     t->elsewhere ? ", first " : " ");
	if (t->round > 1)
		round = judge_printf(j, " in round %d", t->round);
	return judge_printf(j, "%s%s%s", often, judge_stage_words(t->stage),
			    round);
}

/*
 * A call into the module came back with a lock held, and the next switch of
 * tasks found that: whose it is can be said where only one module is tried.
 */
static void say_kept(struct judge *j, struct lab_finding *f,
		     const struct told *t)
{
	const char *who = NULL;

	for (size_t i = 0; i < j->n_subjects; i++)
		if (!j->subjects[i].dep)
			who = who ? "a module" : j->subjects[i].ko->name;
	f->what = judge_printf(j, "a lock that %s took was still held when it returned to user space, %s",
			       who ? who : "a module", when_of(j, t));
	f->why = "a system call returned between spin_lock() and spin_unlock(): nothing may sleep from then on, and who wants the lock next spins for ever";
	f->fix = "unlock on every path, those of errors too: look at each return behind a spin_lock()";
}

/* The first that leaves locks held: what comes later may be for its sake. */
static void note_death(struct judge *j, const struct lab_finding *f,
		       const struct told *t)
{
	if (j->death ||
	    (t->x->kind != LAB_FAULT_OOPS && t->x->kind != LAB_FAULT_BUG &&
	     t->x->kind != LAB_FAULT_PREEMPT))
		return;
	j->death = f;
	j->died_in = str_eq(t->stage, "insert") ? LAB_INSERT :
		     str_eq(t->stage, "use")	? LAB_USE :
		     str_eq(t->stage, "remove") ? LAB_REMOVE :
						  LAB_N_STAGES;
}

static void report_fault(struct judge *j, const struct told *t)
{
	const struct lab_fault *x = t->x;
	const char *slub = lab_fault_slub_meaning(x);
	enum lab_stage_id in = x->kind == LAB_FAULT_SLUB ? LAB_MEMORY :
							   LAB_HEALTH;
	struct lab_finding *f = judge_find(
		j, in, t->round,
		judge_printf(j, "%s.%s", lab_stage_name(in),
			     lab_fault_name(x->kind)));
	const struct lab_known *known = lab_known(f->id);
	const char *owner = owner_of(j, x);
	struct strs l = { 0 };

	strs_add(j, &l, x->what);
	if (x->detail)
		strs_add(j, &l, x->detail);
	if (x->task)
		strs_addf(j, &l, "in process %s", x->task);
	if (owner)
		add_owner(j, &l, owner, t->round);
	add_place(j, &l, "allocated", &x->allocated, x->has_allocated);
	add_place(j, &l, "freed", &x->freed, x->has_freed);
	f->what = judge_printf(j, "%s%s%s, %s", known->what,
			       slub ? ": " : "", slub ? slub : "",
			       when_of(j, t));
	f->order = ++j->reports;
	f->aftermath = is_aftermath(j, t->stage, t->round) ||
		       is_of_pending(j, x, t->stage);
	f->where = where_of(j, x);
	f->why = known->why;
	f->fix = known->fix;
	if (owner && x->kind == LAB_FAULT_OOPS)
		say_left(j, f, owner);
	/* What goes wrong later in a list of the kernel is such, too. */
	if ((owner && x->kind == LAB_FAULT_OOPS) ||
	    (x->kind == LAB_FAULT_BUG && f->aftermath))
		say_undone(j, f);
	if (x->kind == LAB_FAULT_HUNG_TASK)
		judge_hung_task(j, f, x);
	if (x->by_syscall)
		say_kept(j, f, t);
	note_death(j, f, t);
	f->lines = l.v;
	f->n_lines = l.n;
}

static bool is_last_word(enum lab_fault_kind k)
{
	return k == LAB_FAULT_PANIC || k == LAB_FAULT_NMI ||
	       k == LAB_FAULT_HALT || k == LAB_FAULT_POWEROFF;
}

/* More than is shown; what is beyond that gets the spare one. */
enum { TOLD_MAX = 16 };

struct tellings {
	struct told v[TOLD_MAX + 1];
	size_t n;
};

static struct told *told_before(struct tellings *l, const struct lab_fault *x)
{
	for (size_t i = 0; i < l->n; i++)
		if (lab_faults_same(l->v[i].x, x))
			return &l->v[i];
	return NULL;
}

static struct told *tell(struct tellings *l, const struct lab_fault *x,
			 const char *stage, int round)
{
	struct told *t = told_before(l, x);

	if (t) {
		t->times++;
		t->elsewhere |= t->round != round || !str_eq(t->stage, stage);
		return t;
	}
	t = &l->v[l->n];
	l->n += l->n < TOLD_MAX;
	*t = (struct told){ .x = x, .stage = stage, .round = round,
			    .times = 1 };
	return t;
}

/* Faults in the log of each stage. */
static void faults_of_log(struct judge *j, struct tellings *l)
{
	for (size_t i = 0; i < j->r->n_facts; i++) {
		const struct lab_fact *f = &j->r->facts[i];
		struct lab_fault *v = NULL;
		size_t n = 0;

		if (!str_eq(f->name, "log") || str_eq(f->stage, "start"))
			continue;
		if (lab_faults_kmsg(f->data, &j->v->arena, &v, &n, j->d) < 0) {
			judge_no_memory(j);
			return;
		}
		for (size_t k = 0; k < n; k++)
			tell(l, &v[k], f->stage, f->round)->at_least |=
				n >= LAB_FAULTS_MAX;
	}
}

/* What no log told: the guest fell silent before it could read that. */
static void faults_of_console(struct judge *j, struct tellings *l)
{
	struct tellings here = { .n = 0 };
	enum { SHOWN = 2 };

	for (size_t i = 0; i < j->n_console; i++)
		if (!told_before(l, &j->console[i]))
			(void)tell(&here, &j->console[i], j->r->stage,
				   j->r->round);
	for (size_t i = 0; i < here.n && l->n < TOLD_MAX; i++)
		if (i < SHOWN || is_last_word(here.v[i].x->kind))
			l->v[l->n++] = here.v[i];
}

/* Return: how many there are. */
static size_t report_faults(struct judge *j)
{
	struct tellings l = { .n = 0 };
	enum { SHOWN = 6 };

	faults_of_log(j, &l);
	faults_of_console(j, &l);
	for (size_t i = 0; i < l.n; i++)
		if (i < SHOWN || is_last_word(l.v[i].x->kind))
			report_fault(j, &l.v[i]);
	return l.n;
}

/* The answer to our question where it is, and what the kernel said before it
 * ended, belong to another finding; @f: to this one, or NULL. */
static void take_last_words(struct judge *j, struct lab_finding *f)
{
	for (struct lab_finding **x = &j->v->findings; *x && *x != f;) {
		if (str_eq((*x)->id, "health.nmi") ||
		    str_eq((*x)->id, "health.halt") ||
		    str_eq((*x)->id, "health.poweroff")) {
			if (f && str_eq((*x)->id, "health.halt")) {
				f->id = (*x)->id;
				f->what = (*x)->what;
			}
			if (f)
				f->where = (*x)->where;
			*x = (*x)->next;
			if (!*x)
				j->tail = x;
		} else {
			x = &(*x)->next;
		}
	}
}

/* The guest did not reach the end of the run. */
static void ended_early(struct judge *j)
{
	static const struct {
		const char *id, *what;
	} ends[] = {
		[LAB_REBOOT] = { "health.reboot", "the machine reset itself" },
		[LAB_PANIC] = { "health.panic", "the kernel panicked" },
		[LAB_POWEROFF] = { "health.poweroff",
				   "the machine switched itself off" },
		[LAB_SILENT] = { "health.silent",
				 "the kernel does not answer any more" },
		[LAB_DIED] = { "health.died", "the machine died (QEMU ended)" },
	};
	struct lab_finding *f;

	if (j->n_console && j->r->end == LAB_PANIC)
		return;
	if (j->stuck) {
		take_last_words(j, NULL);
		return;
	}
	f = judge_find(j, LAB_HEALTH, j->r->round, ends[j->r->end].id);
	f->aftermath = is_aftermath(j, j->r->stage, j->r->round);
	f->order = ++j->reports;
	f->what = judge_printf(j, "%s %s", ends[j->r->end].what,
			       judge_stage_words(j->r->stage));
	if (j->r->end == LAB_SILENT) {
		f->why = "code that never gives up the processor, or that waits for a lock with interrupts off, stops everything";
		f->fix = "look at the place for a loop without an end, or for a lock that is taken twice";
	} else {
		f->why = "a real machine would have done the same";
	}

	take_last_words(j, f);
}

static int64_t last_taint(const struct judge *j, const char *stage)
{
	int64_t t = 0;

	for (size_t i = 0; i < j->r->n_facts; i++) {
		const struct lab_fact *f = &j->r->facts[i];

		if (str_eq(f->name, "taint") &&
		    (!stage || str_eq(f->stage, stage)))
			t = f->arg;
	}
	return t;
}

/* New taint bits that say more than where a module comes from. */
static bool judge_taints(struct judge *j, struct strs *l, bool explained)
{
	uint64_t fresh = (uint64_t)(last_taint(j, NULL) &
				    ~last_taint(j, "start"));
	bool harm = false;

	for (size_t i = 0; i < n_live_taints; i++) {
		const struct live_taint *t = &live_taints[i];

		if (!(fresh >> t->bit & 1))
			continue;
		if (!t->harmless)
			strs_addf(j, l, "kernel taint %c: %s", t->letter,
				  t->means);
		harm |= !t->harmless && strchr("DWBLM", t->letter);
	}
	if (harm && !explained) {
		struct lab_finding *f =
			judge_find(j, LAB_HEALTH, 0, "health.taint");

		f->what = "the kernel marks itself as damaged";
		f->lines = l->v;
		f->n_lines = l->n;
	}
	return harm;
}

static bool has_finding(const struct judge *j)
{
	for (const struct lab_finding *f = j->v->findings; f; f = f->next)
		if (f->stage == LAB_HEALTH && !f->note)
			return true;
	return false;
}

void judge_health(struct judge *j)
{
	struct lab_stage *st = &j->v->stage[LAB_HEALTH];
	struct strs l = { 0 };
	size_t faults = report_faults(j);

	if (j->r->end != LAB_COMPLETE) {
		ended_early(j);
		faults++;
	}

	bool harm = judge_taints(j, &l, faults);

	st->lines = l.v;
	st->n_lines = l.n;
	st->summary = faults || harm ? "" :
		      j->q->sees_no_locks ?
			      "no oops, BUG, warning, lockup or new damage taint; who sleeps with a spinlock, or keeps it, is not seen in this kernel (no CONFIG_PREEMPT_COUNT)" :
			      "no oops, BUG, warning, lockup or new damage taint";
	if (harm && !has_finding(j)) {
		st->grade = LAB_FAIL;
		st->summary = "the kernel marks itself as damaged; see memory";
	}
	if (j->stuck) {
		st->grade = LAB_NOT_REACHED;
		st->summary = "the kernel does not answer any more";
	}
}
