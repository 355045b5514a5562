// SPDX-License-Identifier: GPL-2.0-or-later
/* A module's lines in the texts of a kernel's tree: see adopt_text.h. */
#include "build/adopt_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line of a text, without its end. */
struct line {
	const char *p;
	size_t n;
};

/* Steps to the next line. False at the end. */
static bool next_line(const char **at, struct line *ret)
{
	if (!**at)
		return false;
	*ret = (struct line){ *at, strcspn(*at, "\n") };
	*at += ret->n + ((*at)[ret->n] == '\n');
	return true;
}

/* Is it @word, then nothing or white space? */
static bool begins(struct line l, const char *word)
{
	size_t n = strlen(word);

	return l.n >= n && !memcmp(l.p, word, n) &&
	       (l.n == n || isspace((unsigned char)l.p[n]));
}

static bool blank(struct line l)
{
	return strspn(l.p, " \t\r") >= l.n;
}

/* --------------------------------------------------------------- Kconfig */

/* Words in lines of at most 70 columns, behind a tab and two spaces. */
static void wrap(struct text *t, const char *words)
{
	size_t column = 0;

	for (const char *s = words; *(s += strspn(s, " \t\n"));) {
		size_t n = strcspn(s, " \t\n");

		if (column && column + 1 + n > 60) {
			text_add(t, "\n");
			column = 0;
		}
		text_add(t, column ? " " : "\t  ");
		text_add_bytes(t, s, n);
		column += n + (column != 0);
		s += n;
	}
	if (column)
		text_add(t, "\n");
}

static bool ends_sentence(const char *s)
{
	size_t n = strlen(s);

	return n && strchr(".!?", s[n - 1]);
}

static void help_text(const struct adopt_module *m, const char *prompt,
		      struct text *t)
{
	_cleanup_text_ struct text s = { 0 };
	const char *what = m->description[0] ? m->description : prompt;

	text_addf(&s, "%s%s", what, ends_sentence(what) ? "" : ".");
	wrap(t, text_str(&s));
	text_add(t, "\n");
	if (m->params.n) {
		s.n = 0;
		text_addf(&s, "Parameter%s of the module:",
			  m->params.n == 1 ? "" : "s");
		for (size_t i = 0; i < m->params.n; i++)
			text_addf(&s, " %s%s", m->params.v[i],
				  i + 1 < m->params.n ? ";" : ".");
		wrap(t, text_str(&s));
		text_add(t, "\n");
	}
	s.n = 0;
	text_addf(&s, "To compile this driver as a module, choose M here: the module will be called %s.",
		  m->name);
	wrap(t, text_str(&s));
	text_add(t, "\n\t  If unsure, say N.\n");
	if (s.failed)
		t->failed = true;
}

void adopt_kconfig_entry(const struct adopt_module *m, const char *config,
			 const char *prompt, const char *depends,
			 struct text *ret)
{
	text_addf(ret, "config %s\n\ttristate \"", config);
	for (const char *s = prompt; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_add(ret, "\\");
		text_add_bytes(ret, s, 1);
	}
	text_add(ret, "\"\n");
	if (depends && *depends)
		text_addf(ret, "\tdepends on %s\n", depends);
	text_add(ret, "\thelp\n");
	help_text(m, prompt, ret);
}

/*
 * Where something may be added: at the end, or before a last endmenu or endif,
 * and, if @sources, before the source lines that stand right there.
 */
static size_t kconfig_place(const char *file, bool sources)
{
	size_t place = strlen(file), end = place, run = 0;
	const char *at = file;
	struct line l;
	bool in_run = false, closed = false;

	while (next_line(&at, &l)) {
		if (blank(l) || l.p[0] == '#') {
			/* A blank line does not end a run of source lines. */
			continue;
		}
		closed = begins(l, "endmenu") || begins(l, "endif");
		if (closed)
			end = (size_t)(l.p - file);
		if (begins(l, "source")) {
			if (!in_run)
				run = (size_t)(l.p - file);
			in_run = true;
		} else if (!closed) {
			in_run = false;
		}
	}
	if (closed)
		place = end;
	return sources && in_run && run < place ? run : place;
}

/* @what at @place, set apart by one blank line on either side. */
static void insert(const char *file, size_t place, const char *what,
		   bool apart, struct text *ret)
{
	size_t head = place;

	while (head && file[head - 1] == '\n')
		head--;
	text_add_bytes(ret, file, head);
	if (head)
		text_add(ret, apart ? "\n\n" : "\n");
	text_add(ret, what);
	if (file[place] && apart)
		text_add(ret, "\n");
	else if (file[place] && place - head > 1)
		text_add(ret, "\n");
	text_add(ret, file + place);
}

void adopt_kconfig_add(const char *file, const char *entry, struct text *ret)
{
	insert(file, kconfig_place(file, true), entry, true, ret);
}

/* Does a source line stand right before @place? */
static bool behind_source(const char *file, size_t place)
{
	struct line l, last = { "", 0 };

	for (const char *at = file; next_line(&at, &l);) {
		if ((size_t)(l.p - file) >= place)
			break;
		if (!blank(l))
			last = l;
	}
	return begins(last, "source");
}

void adopt_kconfig_source(const char *file, const char *path,
			  struct text *ret)
{
	_cleanup_text_ struct text line = { 0 };
	size_t place = kconfig_place(file, false);

	text_addf(&line, "source \"%s\"\n", path);
	insert(file, place, text_str(&line), !behind_source(file, place), ret);
	if (line.failed)
		ret->failed = true;
}

bool adopt_kconfig_has(const char *file, const char *config)
{
	struct line l;

	for (const char *at = file; next_line(&at, &l);) {
		bool menu = begins(l, "menuconfig");

		if (!menu && !begins(l, "config"))
			continue;
		l.p += menu ? 10 : 6;
		l.p += strspn(l.p, " \t");

		size_t n = strcspn(l.p, " \t\r\n#");

		if (n == strlen(config) && !memcmp(l.p, config, n))
			return true;
	}
	return false;
}

/* -------------------------------------------------------------- Makefile */

/* A line "obj-$(CONFIG_X) += y", of a list that may be sorted. */
struct obj {
	const char *start, *end; /* end: behind the last continued line    */
	char config[96];         /* "" for obj-y                           */
	size_t column;           /* of "+="                                */
};

/* The whole statement, however many lines it is continued on. */
static bool next_statement(const char **at, struct line *ret)
{
	struct line l;

	if (!next_line(at, ret))
		return false;
	l = *ret;
	while (l.n && l.p[l.n - 1] == '\\' && next_line(at, &l))
		ret->n = (size_t)(l.p + l.n - ret->p);
	return true;
}

static bool parse_obj(struct line l, struct obj *ret)
{
	static const char head[] = "obj-$(CONFIG_";
	size_t n = sizeof(head) - 1;

	*ret = (struct obj){ .start = l.p, .end = l.p + l.n };
	if (l.n > n && !memcmp(l.p, head, n)) {
		size_t len = strcspn(l.p + n, ")\n");

		if (len >= sizeof(ret->config))
			return false;
		memcpy(ret->config, l.p + n, len);
	} else if (l.n < 6 || memcmp(l.p, "obj-y", 5) != 0) {
		return false;
	}
	for (size_t i = 0; i < l.n && l.p[i] != '+' && l.p[i] != ':'; i++)
		ret->column = l.p[i] == '\t' ? (ret->column | 7) + 1 :
					       ret->column + 1;
	return true;
}

/* The list at the end of the file that is under no condition. */
struct objs {
	struct obj last; /* start NULL: there is none                       */
	struct obj after; /* the first one that sorts behind; else NULL     */
	bool sorted;     /* more than two of them, in order                 */
	unsigned n;
	unsigned columns[80]; /* how often "+=" stands in each              */
};

/* Where most of them have their "+=". */
static size_t usual_column(const struct objs *l)
{
	size_t best = 0;

	for (size_t i = 1; i < ARRAY_SIZE(l->columns); i++)
		if (l->columns[i] > l->columns[best])
			best = i;
	return best;
}

static void scan_objs(const char *file, const char *config, struct objs *ret)
{
	unsigned depth = 0;
	struct line l;

	*ret = (struct objs){ .sorted = true };
	for (const char *at = file; next_statement(&at, &l);) {
		struct obj o;

		if (begins(l, "ifdef") || begins(l, "ifndef") ||
		    begins(l, "ifeq") || begins(l, "ifneq"))
			depth++;
		else if (begins(l, "endif"))
			depth -= depth != 0;
		if (depth || !parse_obj(l, &o))
			continue;
		if (!o.config[0] ||
		    (ret->last.start &&
		     strcmp(ret->last.config, o.config) > 0))
			ret->sorted = false;
		if (!ret->after.start && strcmp(o.config, config) > 0)
			ret->after = o;
		ret->last = o;
		ret->n++;
		if (o.column < ARRAY_SIZE(ret->columns))
			ret->columns[o.column]++;
	}
	ret->sorted &= ret->n > 2;
}

/* The line, its "+=" in a column or behind it. */
static void obj_line(const char *config, const char *what, size_t column,
		     struct text *ret)
{
	_cleanup_text_ struct text t = { 0 };
	size_t at;

	text_addf(&t, "obj-$(CONFIG_%s)", config);
	at = t.n;
	do {
		text_add(&t, "\t");
		at = (at | 7) + 1;
	} while (at < column);
	text_addf(ret, "%s+= %s\n", text_str(&t), what);
	if (t.failed)
		ret->failed = true;
}

void adopt_makefile_add(const char *file, const char *config,
			const char *what, struct text *ret)
{
	struct objs l;

	scan_objs(file, config, &l);

	const char *place = file + strlen(file);

	if (l.sorted && l.after.start)
		place = l.after.start;
	else if (l.last.start)
		place = l.last.end + (*l.last.end == '\n');
	text_add_bytes(ret, file, (size_t)(place - file));
	if (place > file && place[-1] != '\n')
		text_add(ret, "\n");
	obj_line(config, what, usual_column(&l), ret);
	text_add(ret, place);
}

static void add_objects(const struct adopt_module *m, struct text *ret)
{
	size_t column = 0;

	text_addf(ret, "%s-y :=", m->name);
	column = strlen(m->name) + 5;
	for (size_t i = 0; i < m->parts.n; i++) {
		int stem = (int)strlen(m->parts.v[i]) - 2;

		bool wrap = column + (size_t)stem + 3 > 76;

		if (wrap)
			column = 8;
		text_addf(ret, "%s%.*s.o", wrap ? " \\\n\t" : " ", stem,
			  m->parts.v[i]);
		column += (size_t)stem + 3;
	}
	text_add(ret, "\n");
}

static void add_flag(const char *flag, bool relative, struct text *ret)
{
	static const char src[] = "$(src)", top[] = "$(srctree)/";

	text_add(ret, " ");
	for (const char *s = flag, *at; relative && (at = strstr(s, src));) {
		text_add_bytes(ret, flag, (size_t)(at - flag));
		if ((size_t)(at - flag) < strlen(top) ||
		    strncmp(at - strlen(top), top, strlen(top)))
			text_add(ret, top);
		text_add(ret, src);
		flag = s = at + strlen(src);
	}
	text_add(ret, flag);
}

void adopt_makefile_own(const struct adopt_module *m, const char *config,
			bool relative, struct text *ret)
{
	char file[72], what[72];

	(void)snprintf(file, sizeof(file), "%s.c", m->name);
	(void)snprintf(what, sizeof(what), "%s.o", m->name);
	text_add(ret, "# SPDX-License-Identifier: GPL-2.0-only\n");
	obj_line(config, what, 0, ret);
	if (m->parts.n > 1 || !str_eq(m->parts.v[0], file)) {
		text_add(ret, "\n");
		add_objects(m, ret);
	}
	if (m->flags.n) {
		text_add(ret, "\nccflags-y :=");
		for (size_t i = 0; i < m->flags.n; i++)
			add_flag(m->flags.v[i], relative, ret);
		text_add(ret, "\n");
	}
}
