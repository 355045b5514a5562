/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm tour --html: the lesson as web pages, with what its commands said here.
 *
 * A page for each step, one that lists them, one style sheet. Nothing is loaded
 * from elsewhere, and nothing runs in the browser. All is made in memory first,
 * so that an interrupted run leaves the pages as they were.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "lkm_tour.h"
#include "tour_style.h"
#include "ui.h"

enum { SOURCE_MAX = 256 << 10 };

struct page {
	char name[80];
	struct text text;
};

struct site {
	const struct tour_lesson *l;
	struct tour_place *place;
	struct page *v; /* of the steps, the list, the style sheet          */
	size_t n;
	unsigned claims, wrong, skipped;
	struct {
		unsigned claims, wrong, skipped;
	} told; /* of the steps that are in the log                          */
};

/* What others said must not become markup, nor be what HTML forbids. */
static void escape(struct text *t, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '<':
			text_add(t, "&lt;");
			break;
		case '>':
			text_add(t, "&gt;");
			break;
		case '&':
			text_add(t, "&amp;");
			break;
		case '"':
			text_add(t, "&quot;");
			break;
		default:
			if ((unsigned char)*s >= ' ' || *s == '\n' ||
			    *s == '\t')
				text_add_bytes(t, s, 1);
			break;
		}
}

static void head(struct text *t, const char *title)
{
	text_add(t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		    "<meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<title>");
	escape(t, title);
	text_add(t, "</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n"
		    "</head>\n<body>\n");
}

static void foot(struct text *t)
{
	text_add(t, "</body>\n</html>\n");
}

/* --------------------------------------------------------------- blocks */

static void prose(struct text *t, const struct tour_block *b)
{
	for (cmark_node *n = b->first; n; n = cmark_node_next(n)) {
		char *html = cmark_render_html(n, CMARK_OPT_DEFAULT);

		text_add(t, html ? html : "");
		free(html);
		if (n == b->last)
			break;
	}
}

static void lines(struct text *t, const char *class, const char *text)
{
	text_addf(t, "<pre class=\"%s\">", class);
	escape(t, text);
	text_add(t, "</pre>\n");
}

/* The first @most lines. */
static void output(struct text *t, const char *s, unsigned most)
{
	_cleanup_text_ struct text cut = { 0 };
	unsigned n = 0, more = 0;

	for (; *s; s += strcspn(s, "\n") + 1) {
		size_t len = strcspn(s, "\n");

		if (n++ < most) {
			text_add_bytes(&cut, s, len);
			text_add(&cut, "\n");
		} else {
			more++;
		}
		if (!s[len])
			break;
	}
	escape(t, text_str(&cut));
	if (more)
		text_addf(t, "<i>(%u more lines)</i>\n", more);
}

static void wrong(void *arg, const char *what, const char *pattern)
{
	struct site *s = arg;

	(void)what;
	(void)pattern;
	s->wrong++;
}

static void session(struct text *t, const struct tour_block *b,
		    const struct tour_done *done)
{
	text_addf(t, "<pre class=\"%s\">", done->guest ? "guest" : "run");
	for (size_t i = 0; i < done->n; i++) {
		text_addf(t, "<b>%c ", done->guest ? '#' : '$');
		escape(t, done->v[i].command);
		text_add(t, "</b>\n");
		output(t, done->v[i].output, tour_most_lines(b));
	}
	if (done->ended)
		text_addf(t, "<i>(the throw-away kernel is gone: %s)</i>\n",
			  done->ended);
	text_add(t, "</pre>\n");
}

static int commands(struct site *s, struct text *t,
		    const struct tour_step *step, size_t i, struct diag *d)
{
	_cleanup_done_ struct tour_done done = { 0 };
	const struct tour_block *b = &step->blocks[i];
	int r;

	ui_progress("%s, line %u ...", step->name, b->line);
	r = tour_run(s->place, b, NULL, &done, d);
	ui_progress(NULL);
	if (r < 0)
		return r;
	if (done.skipped) {
		s->skipped++;
		lines(t, "run", b->text);
		text_add(t, "<p class=\"note\">Not run here: ");
		escape(t, done.skipped);
		text_add(t, ".</p>\n");
		return 0;
	}
	session(t, b, &done);
	r = tour_claim(s->place, &done, i + 1 < step->n ? b + 1 : NULL, wrong,
		       s);
	s->claims += r > 0 ? (unsigned)r : 0;
	return r < 0 ? diag_fail(d, ENOMEM, "out of memory") : 0;
}

static int source(struct text *t, const char *folder, const char *file,
		  struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/%s", folder, file) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	r = file_read_regular(path, SOURCE_MAX, &b, d);
	if (r < 0)
		return r;
	text_add(t, "<figure><figcaption>");
	escape(t, file);
	text_add(t, "</figcaption>");
	lines(t, "source", (const char *)b.p);
	text_add(t, "</figure>\n");
	return 0;
}

static void folded(struct text *t, const char *title, const char *text)
{
	text_addf(t, "<details><summary>%s</summary>", title);
	lines(t, "text", text);
	text_add(t, "</details>\n");
}

static int block(struct site *s, struct text *t, const struct tour_step *step,
		 size_t i, struct diag *d)
{
	const struct tour_block *b = &step->blocks[i];

	switch (b->kind) {
	case TOUR_PROSE:
		prose(t, b);
		return 0;
	case TOUR_TEXT:
		lines(t, "source", b->text);
		return 0;
	case TOUR_SOURCE:
		return source(t, s->place->folder, tour_attr(b, "file"), d);
	case TOUR_RUN:
	case TOUR_GUEST:
		return commands(s, t, step, i, d);
	case TOUR_CHECK:
		text_add(t, "<p class=\"note\"><code>lkm tour check ");
		escape(t, step->name);
		text_add(t, "</code> judges it by</p>\n");
		lines(t, "run", b->text);
		return 0;
	case TOUR_HINT:
		folded(t, "A hint", b->text);
		return 0;
	case TOUR_ANSWER:
		folded(t, "The answer", b->text);
		return 0;
	default:
		return 0;
	}
}

/* ---------------------------------------------------------------- pages */

static void link_step(struct text *t, const char *class,
		      const struct tour_step *s)
{
	text_addf(t, "<a class=\"%s\" href=\"%s.html\">", class, s->name);
	escape(t, s->title);
	text_add(t, "</a>\n");
}

static void navigation(struct text *t, const struct tour_lesson *l, size_t i)
{
	text_add(t, "<nav>\n");
	if (i)
		link_step(t, "before", &l->v[i - 1]);
	text_addf(t, "<a class=\"all\" href=\"index.html\">%zu of %zu</a>\n",
		  i + 1, l->n);
	if (i + 1 < l->n)
		link_step(t, "next", &l->v[i + 1]);
	text_add(t, "</nav>\n");
}

static int step_page(struct site *s, size_t i, struct diag *d)
{
	const struct tour_step *step = &s->l->v[i];
	struct text *t = &s->v[s->n].text;
	_cleanup_free_ char *folder = NULL;
	int r = dir_temp("tour", &folder, d);

	if (r < 0)
		return r;
	(void)snprintf(s->v[s->n++].name, sizeof(s->v->name), "%s.html",
		       step->name);
	head(t, step->title);
	navigation(t, s->l, i);
	text_add(t, "<main>\n");
	r = tour_place_enter(s->place, step, folder, d);
	for (size_t j = 0; j < step->n && !r; j++)
		r = block(s, t, step, j, d);
	text_add(t, "</main>\n");
	navigation(t, s->l, i);
	foot(t);
	tour_place_leave(s->place);
	(void)!tree_remove(folder, NULL);
	return r;
}

static void index_page(struct site *s)
{
	struct text *t = &s->v[s->n].text;

	(void)snprintf(s->v[s->n++].name, sizeof(s->v->name), "index.html");
	head(t, "Why and how to write a kernel module");
	text_add(t, "<main>\n<h1>Why and how to write a kernel module</h1>\n"
		    "<p>The commands on these pages were run, in Linux ");
	escape(t, s->place->kernel.release);
	text_addf(t, ", and what they printed is below them: %u claims, %u of them wrong. ",
		  s->claims, s->wrong);
	if (s->skipped)
		text_addf(t, "%u block%s of commands could not be run here, and %s why. ",
			  s->skipped, s->skipped == 1 ? "" : "s",
			  s->skipped == 1 ? "says" : "say");
	text_add(t, "What judges an exercise is run by <code>lkm tour check</code>, "
		    "and all of it by <code>lkm tour</code>, on your machine.</p>\n"
		    "<p>Behind <code>$</code> is a command of a user on this machine, "
		    "behind <code>#</code> one of root in a throw-away kernel.</p>\n<ol>\n");
	for (size_t i = 0; i < s->l->n; i++) {
		text_add(t, "<li>");
		link_step(t, "step", &s->l->v[i]);
		text_add(t, "</li>\n");
	}
	text_add(t, "</ol>\n</main>\n");
	foot(t);
}

/* The folder, before minutes go into what cannot be put there. */
static int check_folder(const char *dir, struct diag *d)
{
	diag_spare(d);

	int r = dir_make(dir, d);

	if (r < 0)
		return diag_hint(d, "name a folder that you may write");
	if (access(dir, W_OK) == 0)
		return 0;
	diag_fail(d, errno, "cannot write there: %s", strerror(errno));
	diag_hint(d, "name a folder that you may write");
	return diag_in(d, "%s", dir);
}

static int write_pages(struct site *s, const char *dir, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; i < s->n && !r; i++) {
		_cleanup_free_ char *path = NULL;
		struct page *p = &s->v[i];

		if (p->text.failed ||
		    asprintf(&path, "%s/%s", dir, p->name) < 0) {
			path = NULL;
			return diag_fail(d, ENOMEM, "out of memory");
		}
		r = file_write(path, text_str(&p->text), p->text.n, 0644, d);
	}
	return r;
}

/* From a folder in @dir into it. */
static int move_pages(const struct site *s, const char *from, const char *dir,
		      struct diag *d)
{
	for (size_t i = 0; i < s->n; i++) {
		_cleanup_free_ char *a = NULL, *b = NULL;

		if (asprintf(&a, "%s/%s", from, s->v[i].name) < 0)
			a = NULL;
		if (asprintf(&b, "%s/%s", dir, s->v[i].name) < 0)
			b = NULL;
		if (!a || !b)
			return diag_fail(d, ENOMEM, "out of memory");
		if (rename(a, b) < 0) {
			diag_fail(d, errno, "cannot put it there: %s",
				  strerror(errno));
			return diag_in(d, "%s", b);
		}
	}
	return 0;
}

/* All are written before the first takes its place: a disk may be full. */
static int put_pages(struct site *s, const char *dir, struct diag *d)
{
	_cleanup_free_ char *aside = NULL;
	int r;

	if (asprintf(&aside, "%s/.new.XXXXXX", dir) < 0) {
		aside = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	if (!mkdtemp(aside)) {
		diag_fail(d, errno, "cannot write there: %s", strerror(errno));
		return diag_in(d, "%s", dir);
	}
	r = write_pages(s, aside, d);
	if (!r && child_interrupted())
		r = diag_fail(d, EINTR, "interrupted");
	if (!r)
		r = move_pages(s, aside, dir, d);
	(void)!tree_remove(aside, NULL);
	return r;
}

/* It takes minutes: a log gets a line for each step. */
static void say_step(struct site *s, size_t i)
{
	if (!isatty(STDERR_FILENO)) {
		(void)fprintf(stderr, "%2zu of %zu  %-26s ", i + 1, s->l->n,
			      s->l->v[i].name);
		tour_print_counts(stderr, s->claims - s->told.claims,
				  s->wrong - s->told.wrong,
				  s->skipped - s->told.skipped);
	}
	s->told.claims = s->claims;
	s->told.wrong = s->wrong;
	s->told.skipped = s->skipped;
}

int tour_write_html(const struct tour_options *o, struct tour_place *place,
		    const struct tour_lesson *l)
{
	struct site s = { .l = l, .place = place };
	struct diag d = { 0 };
	int r = check_folder(o->html, &d);

	s.v = calloc(l->n + 2, sizeof(*s.v));
	if (!s.v)
		r = diag_fail(&d, ENOMEM, "out of memory");
	for (size_t i = 0; i < l->n && !r; i++) {
		r = step_page(&s, i, &d);
		if (!r && !o->quiet)
			say_step(&s, i);
	}
	if (!r) {
		index_page(&s);
		(void)snprintf(s.v[s.n].name, sizeof(s.v->name), "style.css");
		text_add(&s.v[s.n++].text, tour_style);
		r = put_pages(&s, o->html, &d);
	}
	for (size_t i = 0; i < s.n; i++)
		text_fini(&s.v[i].text);
	free(s.v);
	if (child_interrupted())
		return 128 + child_interrupted();
	if (r < 0)
		return ui_error("tour", &d);
	(void)printf("%s/index.html: %zu step%s, ", o->html, l->n,
		     l->n == 1 ? "" : "s");
	tour_print_counts(stdout, s.claims, s.wrong, s.skipped);
	return s.wrong ? UI_NO : UI_YES;
}
