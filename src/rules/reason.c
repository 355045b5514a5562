/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matching log lines against the table of reasons: see reason.h. */
#include "rules/reason.h"

#include <ctype.h>
#include <string.h>

#include "base/errname.h"
#include "rules/reason_table.h"

/* Longer lines are cut: no message that decides anything is so long. */
#define LINE_MAX_BYTES 2048

static const struct {
	const struct rule_reason *rows;
	const size_t *n;
} parts[] = {
	{ rule_entry_rows, &n_rule_entry_rows },
	{ rule_elf_rows, &n_rule_elf_rows },
	{ rule_symbol_rows, &n_rule_symbol_rows },
	{ rule_init_rows, &n_rule_init_rows },
	{ rule_unload_rows, &n_rule_unload_rows },
	{ rule_note_rows, &n_rule_note_rows },
	{ rule_stray_rows, &n_rule_stray_rows },
};

const struct rule_reason *rule_reason_at(size_t i)
{
	for (size_t p = 0; p < ARRAY_SIZE(parts); p++) {
		if (i < *parts[p].n)
			return &parts[p].rows[i];
		i -= *parts[p].n;
	}
	return NULL;
}

size_t rule_conversion(const char *f)
{
	size_t n = 1 + strspn(f + 1, "-+ #0123456789.*lhzjtLq");

	/* The kernel's own: %pS, %*phN and their like. */
	if (f[n] == 'p')
		n += strspn(f + n, "phNSsxK") - 1;
	return f[n] ? n + 1 : n;
}

/* Which bytes may stand in a place of this conversion? */
static bool place_may(char kind, char c)
{
	switch (kind) {
	case 'd':
	case 'i':
	case 'u':
		return isdigit((unsigned char)c) || c == '-';
	case 'x':
		return isxdigit((unsigned char)c) || c == '-';
	default:
		return true;
	}
}

/*
 * A format against a line, wholly. A place takes the fewest bytes that let the
 * rest match; when that fails only the last place is widened, as is enough
 * for wild cards without choices between them.
 */
static bool match(const char *f, const char *s, const char *end,
		  struct rule_match *m)
{
	const char *back_f = NULL, *back_s = NULL;
	char kind = 0;

	m->n_places = 0;
	for (;;) {
		if (*f == '%' && f[1] != '%') {
			size_t n = rule_conversion(f);

			kind = strchr("diux", f[n - 1]) ? f[n - 1] : 's';
			back_f = f += n;
			back_s = s;
			if (m->n_places < RULE_PLACES)
				m->place[m->n_places] = (struct span){
					(const uint8_t *)s, 0
				};
			m->n_places++;
			continue;
		}
		if (!*f && s == end)
			return true;
		if (*f && s < end && *f == *s) {
			s++;
			f += *f == '%' ? 2 : 1;
			continue;
		}
		if (!back_f || back_s == end || !place_may(kind, *back_s))
			return false;

		/* One byte more for the last place, and again from there. */
		s = ++back_s;
		f = back_f;
		if (m->n_places <= RULE_PLACES)
			m->place[m->n_places - 1].n++;
	}
}

/* "[Sat Nov 28 10:51:50 2026]" of dmesg -T, "2026-11-28T10:51:50,..." of
 * --time-format iso: behind it; NULL: it is neither. */
static const char *skip_date(const char *s)
{
	static const char *const form[] = { "[Aaa Aaa 99 99:99:99 9999]",
					    "9999-99-99T99:99:99" };

	for (size_t f = 0; f < ARRAY_SIZE(form); f++) {
		size_t i = 0;

		for (const char *p = form[f]; p[i]; i++) {
			unsigned char c = (unsigned char)s[i];

			if (p[i] == '9' ? !isdigit(c) && c != ' ' :
			    p[i] == 'A' ? !isupper(c) :
			    p[i] == 'a' ? !islower(c) :
					  c != (unsigned char)p[i])
				break;
		}
		if (form[f][i])
			continue;
		i += strcspn(s + i, " ");
		return s[i] ? s + i + 1 : s + i;
	}
	return NULL;
}

/* Behind what loggers put in front of a message. */
static const char *skip_prefix(const char *s)
{
	const char *date = skip_date(s);

	if (date)
		return date;

	if (*s == '<' && isdigit((unsigned char)s[1])) {
		const char *p = s + 1 + strspn(s + 1, "0123456789");

		return *p == '>' ? p + 1 : s;
	}
	if (*s == '[') {
		const char *p = s + 1 + strspn(s + 1, " 0123456789.TC");

		if (*p == ']')
			return p + 1 + (p[1] == ' ');
	}

	/* "Jan  1 00:00:00 host kernel: " */
	const char *k = strstr(s, "kernel: ");

	if (k && (k == s || k[-1] == ' ') && k - s < 64)
		return k + strlen("kernel: ");
	return s;
}

/* Behind what the loader itself puts there (x86, arm64), or a logger. */
static const char *skip_own_prefix(const char *s)
{
	static const char *const own[] = { "module: ", "Modules: " };

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (str_starts(s, own[i]))
			return s + strlen(own[i]);
	return skip_prefix(s);
}

const char *rule_line_text(const char *line)
{
	const char *next = skip_prefix(line);

	while (next != line) {
		line = next;
		next = skip_prefix(line);
	}
	return line;
}

bool rule_match_line(const struct rule_reason *row, const char *line,
		     struct rule_match *ret)
{
	if (!row->log)
		return false;

	size_t len = strnlen(line, LINE_MAX_BYTES);
	const char *end = line + len;

	while (end > line && (end[-1] == '\n' || end[-1] == '\r'))
		end--;

	/* Prefixes come off first: "module: x: y" is of x, not of "module: x". */
	const char *start[4] = { line };
	size_t n = 1;

	while (n < ARRAY_SIZE(start)) {
		const char *next = skip_own_prefix(start[n - 1]);

		if (next == start[n - 1] || next > end)
			break;
		start[n++] = next;
	}
	while (n--) {
		struct rule_match m = { .reason = row, .line = start[n] };

		if (!match(row->log, start[n], end, &m))
			continue;
		if (m.n_places > RULE_PLACES)
			m.n_places = RULE_PLACES;
		*ret = m;
		return true;
	}
	return false;
}

/* The first row of @op and @err that a line speaks for. */
static bool by_line(const struct rule_question *q, int err,
		    struct rule_match *ret)
{
	const struct rule_reason *row;

	for (size_t i = 0; (row = rule_reason_at(i)); i++) {
		if (row->kind != RULE_REFUSES || row->op != q->op ||
		    row->err != err || (row->facts & q->facts) != row->facts)
			continue;
		for (size_t l = 0; l < q->n_lines; l++)
			if (rule_match_line(row, q->lines[l], ret))
				return true;
	}
	return false;
}

static bool by_facts(const struct rule_question *q, int err, bool want_facts,
		     struct rule_match *ret)
{
	const struct rule_reason *row;

	for (size_t i = 0; (row = rule_reason_at(i)); i++) {
		if (row->kind != RULE_REFUSES || row->op != q->op ||
		    row->err != err || row->log || !!row->facts != want_facts)
			continue;
		if ((row->facts & q->facts) != row->facts ||
		    (q->facts & RULE_INIT_RAN && row->by != RULE_BY_INIT))
			continue;
		*ret = (struct rule_match){ .reason = row };
		return true;
	}
	return false;
}

const struct rule_reason *rule_reason(const struct rule_question *q,
				      struct rule_match *ret)
{
	if (by_line(q, q->err, ret) || by_line(q, 0, ret) ||
	    by_facts(q, q->err, true, ret) || by_facts(q, 0, true, ret) ||
	    by_facts(q, q->err, false, ret))
		return ret->reason;

	/* The last row of each part is for whatever is left. */
	*ret = (struct rule_match){
		.reason = q->op == RULE_LOAD ?
				  &rule_init_rows[n_rule_init_rows - 1] :
				  &rule_unload_rows[n_rule_unload_rows - 1],
	};
	return ret->reason;
}

const struct rule_reason *rule_note(const char *line, struct rule_match *ret)
{
	const struct rule_reason *row;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		if (row->kind != RULE_REFUSES &&
		    rule_match_line(row, line, ret))
			return row;
	return NULL;
}

static const struct {
	const char *name, *general;
} words[RULE_N_WORDS] = {
	[RULE_BUILT] = { "built", "another kernel" },
	[RULE_KERNEL] = { "kernel", "this kernel" },
	[RULE_OWNER] = { "owner", "a module" },
	[RULE_LICENSE] = { "license", "none that it knows" },
	[RULE_KIND] = { "kind", "something else" },
	[RULE_WANTED] = { "wanted", "something else" },
	[RULE_FOUND] = { "found", "others" },
};

static bool is_name(const char *name, size_t n, const char *of)
{
	return n == strlen(of) && !strncmp(name, of, n);
}

static bool fill_word(const char *name, size_t n,
		      const struct rule_subject *about, struct text *out)
{
	for (size_t i = 0; i < RULE_N_WORDS; i++)
		if (is_name(name, n, words[i].name)) {
			text_add(out, about->word[i] ? about->word[i]
						     : words[i].general);
			return true;
		}
	return false;
}

/* The word that stands for {name}; true if there is such a name. */
static bool fill(const char *name, size_t n, const struct rule_match *m,
		 const struct rule_subject *about, struct text *out)
{
	if (n == 1 && *name >= '1' && *name <= '9') {
		size_t i = (size_t)(*name - '1');

		if (i < m->n_places)
			text_add_bytes(out, m->place[i].p, m->place[i].n);
		else
			text_add(out, "?");
		return true;
	}
	if (is_name(name, n, "module"))
		text_add(out, about->module ? about->module : "MODULE");
	else if (is_name(name, n, "file"))
		text_add(out, about->file ? about->file : "FILE.ko");
	else if (is_name(name, n, "errno"))
		text_add(out, err_text(about->err).s);
	else
		return fill_word(name, n, about, out);
	return true;
}

void rule_explain(const char *why_or_fix, const struct rule_match *m,
		  const struct rule_subject *about, struct text *out)
{
	for (const char *p = why_or_fix; *p;) {
		const char *close = *p == '{' ? strchr(p, '}') : NULL;

		if (close && fill(p + 1, (size_t)(close - p - 1), m, about,
				  out)) {
			p = close + 1;
			continue;
		}
		text_add_bytes(out, p++, 1);
	}
}
