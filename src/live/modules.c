/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading /proc/modules: see modules.h. */
#include "live/modules.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "live/taint.h"

/* 64 MiB are half a million modules. */
#define PROC_MODULES_MAX ((size_t)64 << 20)

/* The next word of @s, moved past it; empty at the end. */
static struct span next_word(struct span *s)
{
	size_t i = 0, n;

	while (i < s->n && (s->p[i] == ' ' || s->p[i] == '\t'))
		i++;
	n = i;
	while (n < s->n && s->p[n] != ' ' && s->p[n] != '\t')
		n++;

	struct span w = { s->p + i, n - i };

	*s = (struct span){ s->p + n, s->n - n };
	return w;
}

/* Copies a word into a buffer; false: empty, too long or not printable. */
static bool word_copy(struct span w, char *buf, size_t cap)
{
	if (!w.n || w.n >= cap)
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (w.p[i] <= ' ' || w.p[i] == 0x7f)
			return false;
	memcpy(buf, w.p, w.n);
	buf[w.n] = '\0';
	return true;
}

static bool word_u64(struct span w, uint64_t max, uint64_t *ret)
{
	char buf[32];

	return word_copy(w, buf, sizeof(buf)) && str_to_u64(buf, max, ret);
}

static bool parse_refcnt(struct span w, struct live_module *m)
{
	uint64_t v = 0;

	m->counted = !span_eq(w, "-");
	m->refcnt = -1;
	if (!m->counted)
		return true;

	/* A module can break its own count: -1 and -2 have been seen. */
	bool minus = w.n && w.p[0] == '-';

	if (minus)
		w = (struct span){ w.p + 1, w.n - 1 };
	if (!word_u64(w, INT32_MAX, &v))
		return false;
	m->refcnt = minus ? -(long)v : (long)v;
	return true;
}

/* "a,b,[permanent]," or "-" */
static int parse_users(struct span w, struct arena *a, struct live_module *m)
{
	size_t most = 0;

	if (!w.n)
		return -EBADMSG;
	if (span_eq(w, "-"))
		return 0;
	for (size_t i = 0; i < w.n; i++)
		most += w.p[i] == ',';
	m->users = arena_array(a, most + 1, sizeof(*m->users));
	if (!m->users)
		return -ENOMEM;
	while (w.n) {
		const uint8_t *comma = memchr(w.p, ',', w.n);

		if (!comma)
			return -EBADMSG;

		struct span one = { w.p, (size_t)(comma - w.p) };
		char name[LIVE_NAME_MAX];

		w = (struct span){ comma + 1, w.n - one.n - 1 };
		if (!word_copy(one, name, sizeof(name)))
			return -EBADMSG;
		if (str_eq(name, "[permanent]")) {
			m->permanent = true;
			continue;
		}
		m->users[m->n_users] = arena_strdup(a, name);
		if (!m->users[m->n_users++])
			return -ENOMEM;
	}
	return 0;
}

const char *live_state_name(enum live_state s)
{
	static const char *const name[] = { "Live", "Loading", "Unloading" };

	return (unsigned)s < ARRAY_SIZE(name) ? name[s] : "?";
}

static bool parse_state(struct span w, struct live_module *m)
{
	for (int s = LIVE_LIVE; s <= LIVE_UNLOADING; s++)
		if (span_eq(w, live_state_name((enum live_state)s))) {
			m->state = (enum live_state)s;
			return true;
		}
	return false;
}

/* "(OE+)" */
static bool parse_taints(struct span w, struct live_module *m)
{
	size_t n = 0;

	if (w.n < 2 || w.p[0] != '(' || w.p[w.n - 1] != ')')
		return false;
	for (size_t i = 1; i < w.n - 1; i++) {
		char c = (char)w.p[i];

		if (c == '+')
			m->coming = true;
		else if (c == '-')
			m->going = true;
		else if (live_taint_by_letter(c) && n + 1 < sizeof(m->taints))
			m->taints[n++] = c;
		else
			return false;
	}
	m->taints[n] = '\0';
	return true;
}

static int bad(struct diag *d, const char *field, struct span found)
{
	int n = found.n > 60 ? 60 : (int)found.n;

	return diag_fail(d, EBADMSG, "found '%.*s', wanted %s", n,
			 found.n ? (const char *)found.p : "", field);
}

int live_module_parse(struct span line, struct arena *a,
		      struct live_module *ret, struct diag *d)
{
	struct live_module m = { 0 };

	while (line.n && line.p[line.n - 1] == '\n')
		line.n--;

	struct span w = next_word(&line);

	if (!word_copy(w, m.name, sizeof(m.name)))
		return bad(d, "a module name", w);
	w = next_word(&line);
	if (!word_u64(w, INT64_MAX, &m.size))
		return bad(d, "a size", w);
	w = next_word(&line);
	if (!parse_refcnt(w, &m))
		return bad(d, "a reference count", w);
	w = next_word(&line);

	int r = parse_users(w, a, &m);

	if (r == -ENOMEM)
		return diag_fail(d, ENOMEM, "no memory");
	if (r)
		return bad(d, "a list of users", w);
	w = next_word(&line);
	if (!parse_state(w, &m))
		return bad(d, "Live, Loading or Unloading", w);
	w = next_word(&line);
	if (!word_u64(w, UINT64_MAX, &m.address))
		return bad(d, "an address", w);
	w = next_word(&line);
	if (w.n && !parse_taints(w, &m))
		return bad(d, "taint letters in parentheses", w);
	*ret = m;
	return 0;
}

int live_modules_parse(struct span text, struct arena *a,
		       struct live_modules *ret, struct diag *d)
{
	struct live_modules l = { 0 };
	size_t most = 1;

	for (size_t i = 0; i < text.n; i++)
		most += text.p[i] == '\n';
	l.v = arena_array(a, most, sizeof(*l.v));
	if (!l.v)
		return diag_fail(d, ENOMEM, "no memory for %zu modules", most);
	while (text.n) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) + 1 : text.n;
		int r = live_module_parse((struct span){ text.p, n }, a,
					  &l.v[l.n], d);

		if (r) {
			(void)diag_in(d, "line %zu", l.n + 1);
			return r;
		}
		l.n++;
		text = (struct span){ text.p + n, text.n - n };
	}
	*ret = l;
	return 0;
}

int live_modules_read(const char *root, struct arena *a,
		      struct live_modules *ret, struct diag *d)
{
	char *path = arena_printf(a, "%s/proc/modules", root);

	if (!path)
		return diag_fail(d, ENOMEM, "no memory");

	_cleanup_bytes_ struct bytes b = { 0 };
	int r = file_read(path, PROC_MODULES_MAX, &b, d);

	if (r == -ENOENT)
		(void)diag_hint(d, "this kernel has no module support, or /proc is not mounted");
	if (r)
		return r;
	r = live_modules_parse(bytes_span(&b), a, ret, d);
	if (r)
		(void)diag_in(d, "%s", path);
	return r;
}

bool live_name_eq(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
			return false;
	return *a == *b;
}

const struct live_module *live_modules_find(const struct live_modules *m,
					    const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (live_name_eq(m->v[i].name, name))
			return &m->v[i];
	return NULL;
}
