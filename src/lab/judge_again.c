/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Further rounds: what worked once must work again. */
#include <string.h>

#include "base/errname.h"
#include "lab/judge.h"

static void differs(struct judge *j, const char *stage, int round,
		    const char *module, const struct lab_fact *f)
{
	bool insert = str_eq(stage, "insert");
	struct lab_finding *x = judge_find(
		j, LAB_AGAIN, round, insert ? "again.insert" : "again.remove");

	x->what = judge_printf(j, "%s: %s works once, but not in round %d: %s",
			       module, stage, round,
			       f->arg > 0 ? err_text((int)f->arg).s :
					    "killed by the kernel");
	x->why = "something that the first round should have undone is still there";
	x->fix = "undo in exit, in reverse order, everything that init does";
}

/* Hangs and refusals in later rounds. */
static void judge_round(struct judge *j, int round)
{
	static const char *const stages[] = { "insert", "remove" };

	for (size_t s = 0; s < ARRAY_SIZE(stages); s++)
		for (size_t i = 0; i < j->n_subjects; i++) {
			const char *name = j->subjects[i].ko->name;
			const struct lab_fact *f = judge_fact_of(
				j, stages[s], round, "errno", name);
			const struct lab_fact *h = judge_fact_of(
				j, stages[s], round, "hang", name);

			if (f && f->arg)
				differs(j, stages[s], round, name, f);
			if (!h)
				continue;

			struct lab_finding *x = judge_find(
				j, LAB_AGAIN, round, "again.hang");

			x->what = judge_printf(j, "%s: %s hangs in round %d",
					       name, stages[s], round);
			judge_hang(j, x, h);
		}
}

static void judge_test(struct judge *j, int round)
{
	const struct lab_fact *t = judge_fact(j, "use", round, "test");
	const struct lab_fact *once = judge_fact(j, "use", 1, "test");

	if (!t || t->arg == 0 || (once && once->arg))
		return;

	struct lab_finding *f = judge_find(j, LAB_AGAIN, round, "again.use");

	f->what = judge_printf(j, "the test passes once, but not in round %d",
			       round);
}

void judge_again(struct judge *j)
{
	struct lab_stage *st = &j->v->stage[LAB_AGAIN];
	int rounds = 0;

	if (j->q->rounds < 2) {
		st->grade = LAB_NOT_ASKED;
		st->summary = "one round was asked for";
		return;
	}
	/* The guest may claim any number of rounds. */
	int most = (int)j->q->rounds;

	while (rounds < most && judge_fact(j, "insert", rounds + 1, "taint"))
		rounds++;
	struct lab_finding **tail = j->tail;

	for (int r = 2; r <= j->r->round && r <= most; r++) {
		judge_round(j, r);
		judge_test(j, r);
	}
	if (rounds < 2) {
		st->grade = LAB_NOT_REACHED;
		st->summary = "";
		return;
	}
	for (struct lab_finding *f = j->v->findings; f; f = f->next)
		if (f->round > 1 && !f->note && f->stage != LAB_AGAIN) {
			st->grade = LAB_FAIL;
			st->summary = judge_printf(j, "round %d went wrong; see %s",
						   f->round,
						   lab_stage_name(f->stage));
			return;
		}
	st->summary = *tail ? "" : judge_printf(j, "%d rounds alike", rounds);
}
