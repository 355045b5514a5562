// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A source for many kernels to one for one of them: see adopt_version.h.
 *
 * A condition has three values: what is not about the version is MAYBE, and
 * && and || go on from there as in any logic of three values.
 */
#include "build/adopt_version.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build/adopt_module.h"

uint32_t adopt_version_code(const char *version)
{
	unsigned v, p, s;

	if (sscanf(version, "%u.%u.%u", &v, &p, &s) != 3 || v > 255 || p > 255)
		return 0;
	return v << 16 | p << 8 | (s > 255 ? 255 : s);
}

/* ------------------------------------------------------------ expressions */

/* A value, or nobody knows. */
struct value {
	bool known;
	int64_t n;
};

struct expr {
	const char *at, *end;
	uint32_t code;
	bool version; /* LINUX_VERSION_CODE is in it                        */
	bool bad;     /* it is more than is understood here                 */
	unsigned depth;
};

static const struct value maybe;

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void skip_blank(struct expr *e)
{
	while (e->at < e->end) {
		if (isspace((unsigned char)*e->at) || *e->at == '\\')
			e->at++;
		else if (*e->at == '/' && adopt_skip_opaque(e->at) != e->at)
			e->at = adopt_skip_opaque(e->at);
		else
			break;
	}
	/* Behind a string that is not seen as one, a comment may go on. */
	if (e->at > e->end)
		e->at = e->end;
}

/* Steps over @op if it comes next. */
static bool next_is(struct expr *e, const char *op)
{
	size_t n = strlen(op);

	skip_blank(e);
	if ((size_t)(e->end - e->at) < n || memcmp(e->at, op, n) != 0)
		return false;
	e->at += n;
	return true;
}

static struct value parse_or(struct expr *e);

/* KERNEL_VERSION(a, b, c), behind its name. */
static struct value parse_version(struct expr *e)
{
	struct value part[3], v = { .known = true };

	for (int i = 0; i < 3; i++) {
		e->bad |= !next_is(e, i ? "," : "(");
		part[i] = parse_or(e);
		v.known &= part[i].known;
	}
	e->bad |= !next_is(e, ")");
	if (v.known)
		v.n = part[0].n * 65536 + part[1].n * 256 +
		      (part[2].n > 255 ? 255 : part[2].n);
	return v;
}

/* "defined X", "IS_ENABLED(X)", "__has_include(<x>)", "X": not known. */
static struct value parse_other(struct expr *e, bool defined)
{
	unsigned depth = 0;

	if (defined && !next_is(e, "(")) {
		while (e->at < e->end && is_word(*e->at))
			e->at++;
		return maybe;
	}
	if (defined || next_is(e, "("))
		depth = 1;
	for (; depth && e->at < e->end; e->at++) {
		depth += *e->at == '(';
		depth -= *e->at == ')';
	}
	e->bad |= depth != 0;
	return maybe;
}

static struct value parse_word(struct expr *e)
{
	const char *w = e->at;

	while (e->at < e->end && is_word(*e->at))
		e->at++;

	size_t n = (size_t)(e->at - w);

	if (isdigit((unsigned char)*w)) {
		char *end;
		int64_t v = strtoll(w, &end, 0);

		end += strspn(end, "uUlL");
		e->bad |= end != e->at || v > UINT32_MAX;
		return (struct value){ true, v };
	}
	if (n == 18 && !memcmp(w, "LINUX_VERSION_CODE", n)) {
		e->version = true;
		return (struct value){ true, e->code };
	}
	if (n == 14 && !memcmp(w, "KERNEL_VERSION", n))
		return parse_version(e);
	skip_blank(e);
	return parse_other(e, n == 7 && !memcmp(w, "defined", n));
}

static struct value parse_unary(struct expr *e)
{
	struct value v = maybe;

	skip_blank(e);
	if (e->bad || e->at == e->end || ++e->depth > 100) {
		e->bad = true;
	} else if (next_is(e, "!")) {
		v = parse_unary(e);
		v.n = !v.n;
	} else if (next_is(e, "(")) {
		v = parse_or(e);
		e->bad |= !next_is(e, ")");
	} else if (is_word(*e->at)) {
		v = parse_word(e);
	} else {
		e->bad = true;
	}
	e->depth--;
	return v;
}

static struct value parse_compare(struct expr *e)
{
	static const char *const ops[] = { "<=", ">=", "==", "!=", "<", ">" };
	struct value a = parse_unary(e);

	skip_blank(e);
	if (e->end - e->at > 1 && *e->at == e->at[1] && strchr("<>", *e->at))
		e->bad = true; /* a shift                                   */
	for (size_t i = 0; !e->bad && i < ARRAY_SIZE(ops); i++) {
		if (!next_is(e, ops[i]))
			continue;

		struct value b = parse_unary(e);
		const bool is[] = { a.n <= b.n, a.n >= b.n, a.n == b.n,
				    a.n != b.n, a.n < b.n,  a.n > b.n };

		return (struct value){ a.known && b.known, is[i] };
	}
	return a;
}

/* Operands of @op; one that is @wins decides, whatever the others are. */
static struct value parse_chain(struct expr *e, const char *op, bool wins,
				struct value (*operand)(struct expr *))
{
	struct value a = operand(e);

	while (!e->bad && next_is(e, op)) {
		struct value b = operand(e);
		bool decided = (a.known && !!a.n == wins) ||
			       (b.known && !!b.n == wins);

		a = decided ? (struct value){ true, wins } :
			      (struct value){ a.known && b.known, !wins };
	}
	return a;
}

static struct value parse_and(struct expr *e)
{
	return parse_chain(e, "&&", false, parse_compare);
}

static struct value parse_or(struct expr *e)
{
	return parse_chain(e, "||", true, parse_and);
}

enum truth { NO, YES, MAYBE };

static enum truth decide(const char *s, const char *end, uint32_t code)
{
	struct expr e = { .at = s, .end = end, .code = code };
	struct value v = parse_or(&e);

	skip_blank(&e);
	if (e.bad || e.at != e.end || !e.version || !v.known)
		return MAYBE;
	return v.n ? YES : NO;
}

/* ------------------------------------------------------------------ lines */

/* Behind the end of the line; a comment or a '\' continues it. */
static const char *line_end(const char *s)
{
	while (*s && *s != '\n') {
		const char *next = adopt_skip_opaque(s);

		if (next != s)
			s = next;
		else
			s += adopt_splice(s) ? adopt_splice(s) : 1;
	}
	return s + (*s == '\n');
}

enum word { TEXT, IF, IFDEF, ELIF, ELSE, ENDIF, OTHER };

/* What a line is. @arg: behind its word. */
static enum word directive(const char *s, const char *end, const char **arg)
{
	static const struct {
		const char *word;
		enum word is;
	} words[] = { { "if", IF },	{ "ifdef", IFDEF }, { "ifndef", IFDEF },
		      { "elif", ELIF }, { "else", ELSE },   { "endif", ENDIF },
		      { "elifdef", OTHER }, { "elifndef", OTHER } };
	struct expr e = { .at = s, .end = end };

	if (!next_is(&e, "#") && !next_is(&e, "%:"))
		return TEXT;
	skip_blank(&e);
	*arg = e.at;
	while (*arg < end && is_word(**arg))
		(*arg)++;

	size_t n = (size_t)(*arg - e.at);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (n == strlen(words[i].word) &&
		    !memcmp(e.at, words[i].word, n))
			return words[i].is;
	return TEXT;
}

/* One #if ... #endif that is open. */
struct open {
	bool outer; /* what is around it stays                              */
	bool live;  /* this branch stays                                    */
	bool kept;  /* a line #if was left, so #endif is                    */
	bool done;  /* a branch was right: all that follow are wrong        */
};

enum { DEPTH_MAX = 64 };

struct resolve {
	struct open open[DEPTH_MAX];
	unsigned depth, decided;
	uint32_t code;
	bool bad;
	bool gap; /* a line was left out, and none has stayed since         */
	struct text *out;
};

static bool alive(const struct resolve *r)
{
	return !r->depth || r->open[r->depth - 1].live;
}

static void keep(struct resolve *r, const char *s, const char *end)
{
	bool blank = s[strspn(s, " \t")] == '\n';
	const struct text *t = r->out;

	/* Where something went, one blank line of two is enough. */
	if (r->gap && blank &&
	    (!t->n || (t->n > 1 && !memcmp(t->p + t->n - 2, "\n\n", 2))))
		return;
	r->gap = false;
	text_add_bytes(r->out, s, (size_t)(end - s));
}

static void open_if(struct resolve *r, enum word w, const char *s,
		    const char *arg, const char *end)
{
	struct open o = { .outer = alive(r) };
	enum truth t = w == IFDEF ? MAYBE : decide(arg, end, r->code);

	if (r->depth == DEPTH_MAX) {
		r->bad = true;
		return;
	}
	r->decided += o.outer && t != MAYBE;
	r->gap |= o.outer && t != MAYBE;
	o.live = o.outer && t != NO;
	o.done = t == YES;
	o.kept = t == MAYBE;
	if (o.outer && o.kept)
		keep(r, s, end);
	r->open[r->depth++] = o;
}

static void next_branch(struct resolve *r, enum word w, const char *s,
			const char *arg, const char *end)
{
	struct open *o = &r->open[r->depth - 1];
	enum truth t = w == ELSE ? YES : decide(arg, end, r->code);

	if (!o->outer)
		return;
	if (o->done)
		t = NO;
	r->decided += w == ELIF && (o->done || t != MAYBE);
	o->live = t != NO;
	o->done |= t == YES;
	if (t == NO || (t == YES && !o->kept))
		r->gap = true;
	else if (w == ELIF && t == YES)
		text_add(r->out, "#else\n");
	else if (w == ELIF && !o->kept)
		text_addf(r->out, "#if%.*s", (int)(end - arg), arg);
	else
		keep(r, s, end);
	o->kept |= t == MAYBE;
}

static void close_if(struct resolve *r, const char *s, const char *end)
{
	const struct open *o = &r->open[--r->depth];

	if (o->outer && o->kept)
		keep(r, s, end);
	else if (o->outer)
		r->gap = true;
}

unsigned adopt_version_resolve(const char *source, uint32_t code,
			       struct text *ret)
{
	_cleanup_text_ struct text out = { 0 };
	struct resolve r = { .code = code, .out = &out };

	for (const char *s = source, *end; *s && !r.bad; s = end) {
		const char *arg = s;
		enum word w = directive(s, end = line_end(s), &arg);

		if (w == IF || w == IFDEF)
			open_if(&r, w, s, arg, end);
		else if (w == OTHER || (w != TEXT && !r.depth))
			r.bad = true;
		else if (w == ENDIF)
			close_if(&r, s, end);
		else if (w != TEXT)
			next_branch(&r, w, s, arg, end);
		else if (alive(&r))
			keep(&r, s, end);
	}
	if (r.bad || r.depth)
		r.decided = 0;
	if (r.gap && out.n > 1 && str_ends(text_str(&out), "\n\n"))
		out.p[--out.n] = 0;
	text_add(ret, r.decided ? text_str(&out) : source);
	if (out.failed)
		ret->failed = true;
	return r.decided;
}

bool adopt_version_spoken(const char *source)
{
	return strstr(source, "KERNEL_VERSION") ||
	       strstr(source, "LINUX_VERSION_");
}

static bool is_include(const char *s, const char *end)
{
	struct expr e = { .at = s, .end = end };

	return next_is(&e, "#") && next_is(&e, "include") &&
	       next_is(&e, "<linux/version.h>");
}

void adopt_version_drop_include(const char *source, struct text *ret)
{
	for (const char *s = source, *end; *s; s = end) {
		end = line_end(s);
		if (!is_include(s, end))
			text_add_bytes(ret, s, (size_t)(end - s));
	}
}
