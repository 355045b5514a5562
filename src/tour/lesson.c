/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps from Markdown: see lesson.h. */
#include "tour/lesson.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

enum { STEP_MAX = 1 << 20, BLOCKS_MAX = 1000, ATTRS_MAX = 16 };

/* Which attributes a kind of block has. */
static const struct {
	const char *word;
	enum tour_kind kind;
	const char *attrs;
} kinds[] = {
	{ "run", TOUR_RUN, " needs show " },
	{ "guest", TOUR_GUEST, " needs bring modules kernel append fresh show " },
	{ "check", TOUR_CHECK, " needs " },
	{ "expect", TOUR_EXPECT, " status needs " },
	{ "hint", TOUR_HINT, " " },
	{ "answer", TOUR_ANSWER, " " },
};

/* Words behind a fence that are a language, so that a slip is noticed. */
static const char *const languages[] = { "",	 "c",	 "sh",	 "text", "make",
					 "rust", "diff", "kconfig" };

const char *tour_attr(const struct tour_block *b, const char *name)
{
	for (size_t i = 0; i < b->n_attrs; i++)
		if (str_eq(b->attrs[i].name, name))
			return b->attrs[i].value;
	return NULL;
}

bool tour_has(const struct tour_step *s, enum tour_kind kind)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->blocks[i].kind == kind)
			return true;
	return false;
}

/* ----------------------------------------------------------- attributes */

/* The next NAME=VALUE of an info string; false at its end or at a fault. */
static bool next_attr(struct arena *a, const char **at, struct tour_attr *ret)
{
	const char *s = *at + strspn(*at, " \t");
	size_t n = strcspn(s, "= \t\"");

	if (!n || s[n] != '=')
		return false;

	const char *value = s + n + 1;
	bool quoted = *value == '"';
	size_t len = strcspn(value + quoted, quoted ? "\"" : " \t");

	if (quoted && value[len + 1] != '"')
		return false;
	ret->name = arena_strndup(a, s, n);
	ret->value = arena_strndup(a, value + quoted, len);
	*at = value + len + 2 * quoted;
	return ret->name && ret->value;
}

static bool known_attr(const char *list, const char *name)
{
	char word[32];
	int n = snprintf(word, sizeof(word), " %s ", name);

	return n < (int)sizeof(word) && strstr(list, word);
}

/* What a block may need: KIND:WHAT. */
static int check_need(const char *need, struct diag *d)
{
	static const char kinds_of[] =
		" cmd works path file kernel module config before firmware ";
	_cleanup_free_ char *kind = strndup(need, strcspn(need, ":"));
	int major, minor;

	if (!kind)
		return diag_fail(d, ENOMEM, "out of memory");
	if (!known_attr(kinds_of, kind) || !need[strlen(kind)])
		return diag_fail(d, EINVAL,
				 "found needs=%s, wanted KIND:WHAT with a KIND of:%s",
				 need, kinds_of);
	if (str_eq(kind, "before") &&
	    sscanf(need, "before:%4d.%4d", &major, &minor) < 2)
		return diag_fail(d, EINVAL,
				 "found needs=%s, wanted a version such as before:5.11",
				 need);
	return 0;
}

static int take_attrs(struct tour_step *s, struct tour_block *b,
		      const char *info, const char *allowed, struct diag *d)
{
	struct tour_attr *v =
		arena_array(&s->arena, ATTRS_MAX, sizeof(*v));

	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	b->attrs = v;
	while (b->n_attrs < ATTRS_MAX &&
	       next_attr(&s->arena, &info, &v[b->n_attrs])) {
		const char *name = v[b->n_attrs++].name;

		if (!known_attr(allowed, name))
			return diag_fail(d, EINVAL,
					 "found attribute '%s', wanted one of:%s",
					 name, allowed);

		int r = str_eq(name, "needs") ?
				check_need(v[b->n_attrs - 1].value, d) : 0;

		if (r < 0)
			return r;
	}
	if (info[strspn(info, " \t")])
		return diag_fail(d, EINVAL,
				 "found '%s' behind the fence, wanted NAME=VALUE",
				 info + strspn(info, " \t"));
	return 0;
}

/* --------------------------------------------------------------- blocks */

static bool is_command(const struct tour_block *b)
{
	return b->kind == TOUR_RUN || b->kind == TOUR_GUEST ||
	       b->kind == TOUR_CHECK;
}

/* What a file of the folder may be called: nothing leads out of it. */
static bool plain_name(const char *name)
{
	return *name && !strchr(name, '/') && name[0] != '.';
}

static int take_source(struct tour_block *b, struct diag *d)
{
	const char *file = tour_attr(b, "file");

	if (!file)
		return 0;
	if (!plain_name(file))
		return diag_fail(d, EINVAL,
				 "found file=%s, wanted a file of this folder",
				 file);
	if (*b->text)
		return diag_fail(d, EINVAL,
				 "a block with file= shows that file and has no text of its own");
	b->kind = TOUR_SOURCE;
	return 0;
}

static int take_kind(struct tour_step *s, struct tour_block *b,
		     const char *info, struct diag *d)
{
	size_t n = strcspn(info, " \t");
	_cleanup_free_ char *word = strndup(info, n);

	if (!word)
		return diag_fail(d, ENOMEM, "out of memory");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_eq(word, kinds[i].word)) {
			b->kind = kinds[i].kind;
			return take_attrs(s, b, info + n, kinds[i].attrs, d);
		}
	for (size_t i = 0; i < ARRAY_SIZE(languages); i++) {
		if (!str_eq(word, languages[i]))
			continue;
		b->kind = TOUR_TEXT;

		int r = take_attrs(s, b, info + n, " file ", d);

		return r ? r : take_source(b, d);
	}
	return diag_fail(d, EINVAL,
			 "found '%s' behind the fence, wanted run, guest, check, expect, hint, answer, or a language",
			 word);
}

/* A claim that is only for some kernels; behind it stands that for others. */
static bool is_alternative(const struct tour_block *b)
{
	return b && b->kind == TOUR_EXPECT && tour_attr(b, "needs");
}

/* A claim is about the command before it; nothing to run is a slip. */
static int check_place(const struct tour_block *b,
		       const struct tour_block *before, struct diag *d)
{
	if (b->kind == TOUR_EXPECT && !(before && is_command(before)) &&
	    !is_alternative(before))
		return diag_fail(d, EINVAL,
				 "an expect block stands behind the run, guest or check block that it is about");
	if (is_command(b) && !b->text[strspn(b->text, " \t\n")])
		return diag_fail(d, EINVAL, "there is no command in it");
	return 0;
}

/* @next: the block behind it; NULL: there is none. */
static int check_end(const struct tour_block *b, const struct tour_block *next,
		     struct diag *d)
{
	if (!is_alternative(b) || (next && next->kind == TOUR_EXPECT))
		return 0;
	return diag_fail(d, EINVAL,
			 "an expect block with needs= wants another one behind it, for all other kernels");
}

static bool is_fence(cmark_node *n)
{
	return cmark_node_get_type(n) == CMARK_NODE_CODE_BLOCK;
}

static int add_fence(struct tour_step *s, cmark_node *n, struct tour_block *b,
		     const struct tour_block *before, struct diag *d)
{
	const char *info = cmark_node_get_fence_info(n);
	const char *text = cmark_node_get_literal(n);

	b->text = text ? text : "";

	int r = take_kind(s, b, info ? info : "", d);

	return r ? r : check_place(b, before, d);
}

static const char *heading(struct arena *a, cmark_node *n)
{
	cmark_node *text = cmark_node_first_child(n);
	_cleanup_text_ struct text t = { 0 };

	for (; text; text = cmark_node_next(text)) {
		const char *s = cmark_node_get_literal(text);

		text_add(&t, s ? s : "");
	}
	return arena_strdup(a, text_str(&t));
}

/* One more block, from @n on. Return: the node behind it. */
static int add_block(struct tour_step *s, struct tour_block *v, cmark_node **at,
		     struct diag *d)
{
	cmark_node *n = *at;
	struct tour_block *b = &v[s->n];
	int r = 0;

	*b = (struct tour_block){
		.first = n, .last = n, .text = "",
		.line = (unsigned)cmark_node_get_start_line(n),
	};
	if (is_fence(n))
		r = add_fence(s, n, b, s->n ? b - 1 : NULL, d);
	else
		while (cmark_node_next(b->last) &&
		       !is_fence(cmark_node_next(b->last)))
			b->last = cmark_node_next(b->last);
	if (r < 0) {
		diag_in(d, "%s/step.md:%u", s->name, b->line);
		return r;
	}
	*at = cmark_node_next(b->last);
	s->n++;
	return 0;
}

static int take_blocks(struct tour_step *s, struct diag *d)
{
	struct tour_block *v =
		arena_array(&s->arena, BLOCKS_MAX, sizeof(*v));
	cmark_node *n = cmark_node_first_child(s->doc);
	int r = v ? 0 : diag_fail(d, ENOMEM, "out of memory");

	s->blocks = v;
	if (n && cmark_node_get_type(n) == CMARK_NODE_HEADING)
		s->title = heading(&s->arena, n);
	if (!r && (!s->title || !*s->title)) {
		r = diag_fail(d, EINVAL, "a step begins with its title: # TITLE");
		diag_in(d, "%s/step.md:1", s->name);
	}
	while (!r && n) {
		if (s->n == BLOCKS_MAX)
			return diag_fail(d, EINVAL,
					 "more than %d blocks in %s/step.md",
					 BLOCKS_MAX, s->name);
		r = add_block(s, v, &n, d);
	}
	for (size_t i = 0; i < s->n && !r; i++) {
		r = check_end(&v[i], i + 1 < s->n ? &v[i + 1] : NULL, d);
		if (r < 0)
			diag_in(d, "%s/step.md:%u", s->name, v[i].line);
	}
	return r;
}

int tour_step_parse(const char *name, const char *folder, const char *text,
		    size_t n, struct tour_step *ret, struct diag *d)
{
	struct tour_step s = { 0 };
	int r = 0;

	s.name = arena_strdup(&s.arena, name);
	s.folder = arena_strdup(&s.arena, folder);
	s.doc = cmark_parse_document(text, n, CMARK_OPT_DEFAULT);
	if (!s.name || !s.folder || !s.doc)
		r = diag_fail(d, ENOMEM, "out of memory");
	if (!r)
		r = take_blocks(&s, d);
	if (r < 0)
		tour_step_fini(&s);
	else
		*ret = s;
	return r;
}

void tour_step_fini(struct tour_step *s)
{
	if (s->doc)
		cmark_node_free(s->doc);
	arena_fini(&s->arena);
	*s = (struct tour_step){ 0 };
}

/* --------------------------------------------------------------- lesson */

/* "NN-name" */
static int is_step(const struct dirent *e)
{
	return isdigit((unsigned char)e->d_name[0]) &&
	       isdigit((unsigned char)e->d_name[1]) && e->d_name[2] == '-';
}

static int open_step(const char *folder, const char *name,
		     struct tour_step *ret, struct diag *d)
{
	_cleanup_free_ char *dir = NULL, *path = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };

	if (asprintf(&dir, "%s/%s", folder, name) < 0 ||
	    asprintf(&path, "%s/step.md", dir) < 0)
		return diag_fail(d, ENOMEM, "out of memory");

	int r = file_read_regular(path, STEP_MAX, &b, d);

	return r ? r : tour_step_parse(name, dir, (const char *)b.p, b.n, ret,
				       d);
}

int tour_lesson_open(const char *folder, struct tour_lesson *ret,
		     struct diag *d)
{
	diag_spare(d);

	_cleanup_lesson_ struct tour_lesson l = { 0 };
	struct dirent **v = NULL;
	int n = scandir(folder, &v, is_step, alphasort), r = 0;

	if (n > 0)
		l.v = calloc((size_t)n, sizeof(*l.v));
	if (n > 0 && !l.v)
		r = diag_fail(d, ENOMEM, "out of memory");
	for (int i = 0; i < n; i++) {
		if (!r)
			r = open_step(folder, v[i]->d_name, &l.v[l.n], d);
		l.n += r == 0;
		free(v[i]);
	}
	free(v);
	if (n <= 0 && !r) {
		r = diag_fail(d, ENOENT, "found no lesson, wanted folders NN-name with a step.md");
		diag_in(d, "%s", folder);
	}
	if (r < 0)
		return r;
	*ret = l;
	l = (struct tour_lesson){ 0 };
	return 0;
}

void tour_lesson_fini(struct tour_lesson *l)
{
	for (size_t i = 0; i < l->n; i++)
		tour_step_fini(&l->v[i]);
	free(l->v);
	*l = (struct tour_lesson){ 0 };
}

struct tour_step *tour_lesson_find(const struct tour_lesson *l,
				   const char *name)
{
	uint64_t number;

	if (str_to_u64(name + (name[0] == '0' && name[1]), 99, &number))
		return number && number <= l->n ? &l->v[number - 1] : NULL;
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].name, name) ||
		    str_eq(l->v[i].name + 3, name))
			return &l->v[i];
	return NULL;
}
