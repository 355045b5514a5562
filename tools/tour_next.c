/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm tour: the next thing to type, whatever was done. */
#include <string.h>

#include "lkm_tour.h"
#include "ui.h"

const struct tour_step *tour_step_behind(const struct tour_lesson *l,
					 const struct tour_step *s)
{
	return s + 1 < l->v + l->n ? s + 1 : NULL;
}

/* The first that is not done; NULL: all are. */
static const struct tour_step *open_step(const struct tour_lesson *l,
					 struct tour_progress *p)
{
	for (size_t i = 0; i < l->n; i++) {
		struct tour_progress_step *mine =
			tour_progress_of(p, l->v[i].name);

		if (!mine || mine->mark != TOUR_DONE)
			return &l->v[i];
	}
	return NULL;
}

void tour_say_next(const struct tour_lesson *l, const struct tour_step *next,
		   struct tour_progress *p)
{
	if (!next)
		next = open_step(l, p);
	if (next)
		tour_say(stdout, 6, "Next: lkm tour %s", next->name + 3);
	else
		tour_say(stdout, 6,
			 "Next: lkm new mine   (all is done: a module of your own)");
}

const char *tour_verb(const char *verb, const struct tour_step *s,
		      const struct tour_progress *p, struct text *ret)
{
	ret->n = 0;
	text_addf(ret, "lkm tour %s", verb);
	if (!str_eq(s->name, p->current))
		text_addf(ret, " %s", s->name + 3);
	return text_str(ret);
}

void tour_print_cd(const char *folder, const char *text)
{
	_cleanup_text_ struct text t = { 0 };

	text_add(&t, "cd ");
	ui_shell_word(&t, folder);
	tour_print_next(stdout, text_str(&t), text);
}
