/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: what is expected of the kernel, and was it so? See try_expect.h. */
#include "try_expect.h"

#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include "base/errname.h"
#include "build/facts.h"
#include "check.h"
#include "live/modules.h"
#include "live/taint.h"
#include "lkm_try.h"

const char *try_held_word(enum try_held held)
{
	return held == TRY_HELD ? "ok" : held == TRY_WRONG ? "wrong" : "-";
}

static const char *say(struct arena *a, const char *fmt, ...) _printf_(2, 3);
static const char *say(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *kept = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return kept ? kept : "";
}

static const char *loads(struct arena *a, const char *letters, uint64_t size)
{
	return say(a, "loads, %s%s, %llu bytes",
		   *letters ? "taints " : "no taint", letters,
		   (unsigned long long)size);
}

static const char *text_of(struct arena *a, const struct rule_result *r)
{
	char letters[LIVE_TAINT_LETTERS];

	switch (r->verdict) {
	case RULE_LOADS:
		return loads(a, live_taint_letters(r->taints, letters),
			     r->live_size);
	case RULE_REFUSED:
		return say(a, "refused: %s [%s]", err_text(r->err).s,
			   r->decided->reason->id);
	case RULE_UNDEFINED:
		return say(a, "the kernel goes astray [%s]",
			   r->decided->reason->id);
	default:
		return "its own code decides while parameters are set";
	}
}

/* ------------------------------------------------------------- to think */

/* What the guest gets, and not what the file is: see lab/slim.h. */
static void foresee(struct try_expect *e, struct kern_state *s, size_t i)
{
	const struct lab_subject *sub = &e->row->subjects.v[i];
	struct try_expected *x = &e->v[i];
	const struct rule_request q = {
		.ko = sub->ko, .params = sub->params, .from_memory = true,
		.file = bytes_span(&sub->slim),
	};

	if (rule_load(e->k, s, &q, &e->a, &x->r, NULL) < 0)
		return;
	x->known = x->r.verdict != RULE_UNKNOWN && !sub->dep;
	if (x->known)
		x->text = text_of(&e->a, &x->r);
}

static void *think(void *arg)
{
	struct try_expect *e = arg;
	size_t n = e->row->subjects.n;
	struct kern_state s = { .keys = e->trust->keys,
				.n_keys = e->trust->n,
				.keys_complete = true,
				.spectre_v2_mitigated = true };

	if (build_kernel_facts(&e->row->kernel, false, &e->k, NULL) < 0)
		return NULL;
	check_boot_words(&s, &e->a, e->append);
	e->v = arena_array(&e->a, n, sizeof(*e->v));
	for (size_t i = 0; e->v && i < n; i++)
		e->v[i] = (struct try_expected){ 0 };
	for (size_t i = 0; e->v && i < n; i++)
		foresee(e, &s, i);
	return NULL;
}

/* Signals are for the thread that waits for the machine. */
void try_expect_start(struct try_expect *e, const struct try_row *row,
		      const char *append, const struct trust *trust)
{
	sigset_t all, old;

	e->row = row;
	e->append = append;
	e->trust = trust;
	(void)sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &old))
		return;
	e->running = !pthread_create(&e->thread, NULL, think, e);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void try_expect_join(struct try_expect *e)
{
	if (e->running)
		(void)pthread_join(e->thread, NULL);
	e->running = false;
}

void try_expect_fini(struct try_expect *e)
{
	try_expect_join(e);
	e->k = kern_close(e->k);
	arena_fini(&e->a);
}

/* ----------------------------------------------------------- to compare */

static const struct lab_fact *fact(const struct lab_result *r,
				   const char *name)
{
	for (size_t i = 0; i < r->n_facts; i++)
		if (r->facts[i].round == 1 &&
		    str_eq(r->facts[i].stage, "insert") &&
		    str_eq(r->facts[i].name, name))
			return &r->facts[i];
	return NULL;
}

/* Did the module's own init give this errno? Then the loader was through. */
static bool init_failed(const struct try_row *row)
{
	for (const struct lab_finding *f = row->verdict.findings; f;
	     f = f->next)
		if (f->stage == LAB_INSERT && f->round == 1 &&
		    str_eq(f->id, "insert.init-error"))
			return true;
	return false;
}

/* As it was listed; NULL: it was not. */
static const struct live_module *listed(struct try_expect *e, const char *name)
{
	const struct lab_fact *f = fact(&e->row->result, "modules");
	struct live_modules *all = arena_alloc(&e->a, sizeof(*all));

	if (!f || !all || live_modules_parse(f->data, &e->a, all, NULL))
		return NULL;
	return live_modules_find(all, name);
}

static void compare_loaded(struct try_expect *e, struct try_expected *x,
			   const char *name)
{
	const struct live_module *m = listed(e, name);
	char letters[LIVE_TAINT_LETTERS];

	if (x->r.verdict == RULE_REFUSED)
		x->said = "loaded";
	else if (!m)
		return;
	else if (m->size != x->r.live_size ||
		 !str_eq(m->taints,
			 live_taint_letters(x->r.taints, letters)))
		x->said = loads(&e->a, m->taints, m->size);
	x->held = x->said ? TRY_WRONG : TRY_HELD;
}

static void compare_refused(struct try_expect *e, struct try_expected *x,
			    int err)
{
	bool init = init_failed(e->row);
	bool right = x->r.verdict == RULE_REFUSED ? !init && err == x->r.err
						  : init;

	x->held = right ? TRY_HELD : TRY_WRONG;
	if (!right)
		x->said = say(&e->a, "%s%s", init ? "its init returned " : "",
			      err_text(err).s);
}

/* Return: did it get in? Those that need it are something else then. */
static bool compare(struct try_expect *e, size_t i)
{
	const char *name = e->row->subjects.v[i].ko->name;
	struct try_expected *x = &e->v[i];
	_cleanup_text_ struct text t = { 0 };
	const struct lab_fact *f;

	text_addf(&t, "errno %s", name);
	f = t.failed ? NULL : fact(&e->row->result, text_str(&t));
	if (!f)
		return false;
	if (!x->known || f->arg < 0 || (x->r.verdict != RULE_LOADS &&
					x->r.verdict != RULE_REFUSED))
		return !f->arg;
	if (f->arg)
		compare_refused(e, x, (int)f->arg);
	else
		compare_loaded(e, x, name);
	return !f->arg;
}

void try_expect_compare(struct try_expect *e)
{
	for (size_t i = 0; e->v && i < e->row->subjects.n; i++)
		if (!e->row->subjects.v[i].dep && !compare(e, i))
			return;
}
