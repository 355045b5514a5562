/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where it happened, in the words of a person's own source. See judge.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lab/judge.h"

static struct lab_symbols *symbols_of(struct judge *j, const char *module,
				      size_t *ret_idx)
{
	for (size_t i = 0; i < j->n_subjects; i++) {
		if (!live_name_eq(j->subjects[i].ko->name, module))
			continue;
		*ret_idx = i;
		if (!j->symbols[i])
			(void)!lab_symbols_open(j->subjects[i].ko,
						&j->symbols[i], NULL);
		return j->symbols[i];
	}
	return NULL;
}

/* Paths below the current folder as a person would write them. */
static const char *own_path(struct judge *j, const struct lab_subject *s,
			    const char *file)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *here = getcwd(NULL, 0);
	size_t n = here ? strlen(here) : 0;

	if (n > 1 && str_starts(file, here) && file[n] == '/')
		return judge_printf(j, "%s", file + n + 1);
	if (!s->stage)
		return file;
	build_stage_user_path(s->stage, file, strlen(file), &t);
	return judge_printf(j, "%s", text_str(&t));
}

static const char *place_text(struct judge *j, const struct lab_subject *s,
			      const struct lab_place *p)
{
	if (!p->file)
		return judge_printf(j, "%s+0x%llx", p->function,
				    (unsigned long long)p->offset);
	return judge_printf(j, "%s (%s:%u)", p->function ? p->function : "?",
			    own_path(j, s, p->file), p->line);
}

const char *judge_callee(struct judge *j, const struct lab_frame *f)
{
	size_t i;
	struct lab_symbols *s =
		f->module && f->function ? symbols_of(j, f->module, &i) : NULL;

	return s ? lab_symbols_callee(s, f->function, f->offset) : NULL;
}

const char *judge_place_frame(struct judge *j, const struct lab_frame *f,
			      bool is_return)
{
	struct lab_place p = { 0 };
	size_t i;
	struct lab_symbols *s =
		f->module && f->function ? symbols_of(j, f->module, &i) : NULL;

	if (s && lab_symbols_function(s, f->function, f->offset, is_return,
				      &j->v->arena, &p, NULL) == 0 &&
	    p.file)
		return place_text(j, &j->subjects[i], &p);
	if (!f->function && f->address)
		return judge_place_address(j, f->module, 0, f->address,
					   is_return);
	if (!f->function)
		return "";
	return judge_printf(j, "%s+0x%llx%s%s%s", f->function,
			    (unsigned long long)f->offset,
			    f->module ? " [" : "", f->module ? f->module : "",
			    f->module ? "]" : "");
}

/* "sections/.text 0xffff..." lines of the fact "sysfs NAME". */
static size_t sections_of(struct judge *j, const char *module, int round,
			  struct lab_section_at *at, size_t cap)
{
	const struct lab_fact *f =
		judge_fact_of(j, "insert", round, "sysfs", module);
	size_t n = 0;

	if (!f)
		return 0;

	char *copy = arena_strdup(&j->v->arena, (const char *)f->data.p);
	char *save = NULL;

	if (!copy)
		return 0;
	for (char *l = strtok_r(copy, "\n", &save); l && n < cap;
	     l = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(l, ' ');

		if (!str_starts(l, "sections/") || !value)
			continue;
		*value++ = 0;
		at[n++] = (struct lab_section_at){
			l + strlen("sections/"), strtoull(value, NULL, 16)
		};
	}
	return n;
}

/* Does one of the sections that @module had in @round have it in it? */
static bool in_sections(struct judge *j, const struct ko *ko, int round,
			uint64_t address)
{
	struct lab_section_at at[256];
	size_t n = sections_of(j, ko->name, round, at, ARRAY_SIZE(at));
	struct ko_section s;

	for (size_t i = 0; i < n; i++)
		if (address >= at[i].address &&
		    ko_find_section(ko, at[i].name, &s) &&
		    address - at[i].address < s.size)
			return true;
	return false;
}

const char *judge_section_owner(struct judge *j, uint64_t address)
{
	for (size_t i = 0; i < j->n_subjects; i++)
		for (int round = 1; round <= j->r->round; round++)
			if (!j->subjects[i].dep &&
			    in_sections(j, j->subjects[i].ko, round, address))
				return j->subjects[i].ko->name;
	return NULL;
}

/* NULL: it lay in none of them in that round. */
static const char *place_in_round(struct judge *j, const char *module,
				  int round, uint64_t address, bool is_return)
{
	struct lab_section_at at[256];

	for (size_t i = 0; i < j->n_subjects; i++) {
		const char *name = j->subjects[i].ko->name;
		struct lab_place p = { 0 };
		size_t idx;

		if (j->subjects[i].dep ||
		    (module && !live_name_eq(module, name)))
			continue;

		struct lab_symbols *s = symbols_of(j, name, &idx);
		size_t n = sections_of(j, name, round, at, ARRAY_SIZE(at));

		if (s && lab_symbols_address(s, address, at, n, is_return,
					     &j->v->arena, &p, NULL) == 0 &&
		    (p.function || p.file))
			return place_text(j, &j->subjects[i], &p);
	}
	return NULL;
}

const char *judge_place_address(struct judge *j, const char *module, int round,
				uint64_t address, bool is_return)
{
	int last = round ? round : j->r->round;

	for (int r = round ? round : 1; r <= last; r++) {
		const char *place =
			place_in_round(j, module, r, address, is_return);

		if (place)
			return place;
	}
	return judge_printf(j, "address 0x%llx", (unsigned long long)address);
}

const char *judge_stage_words(const char *stage)
{
	return str_eq(stage, "after")  ? "after removal" :
	       str_eq(stage, "end") || str_eq(stage, "late") ?
					 "in the last checks" :
	       str_eq(stage, "start") || str_eq(stage, "deps") ?
					 "before the first insert" :
	       str_eq(stage, "use")    ? "during use" :
	       str_eq(stage, "remove") ? "during remove" :
					 "during insert";
}
