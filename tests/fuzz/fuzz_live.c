/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what a kernel says that a module may have broken: a
 * /proc/modules, a record of its log, a line to explain.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "live/kmsg.h"
#include "live/modules.h"
#include "live/taint.h"
#include "rules/reason.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void as_modules(struct span s)
{
	_cleanup_arena_ struct arena a = { .limit = (size_t)64 << 20 };
	struct live_modules l;
	struct diag d = { 0 };
	int r = live_modules_parse(s, &a, &l, &d);

	if (r) {
		need(d.err == -r && d.what[0]);
		return;
	}
	for (size_t i = 0; i < l.n; i++) {
		uint64_t mask;

		need(l.v[i].name[0] && strlen(l.v[i].name) < LIVE_NAME_MAX);
		need(!live_taint_mask(l.v[i].taints, &mask, NULL));
		need(live_modules_find(&l, l.v[i].name) != NULL);
		for (size_t u = 0; u < l.v[i].n_users; u++)
			need(strlen(l.v[i].users[u]) < LIVE_NAME_MAX);
	}
}

static void as_record(struct span s)
{
	_cleanup_arena_ struct arena a = { .limit = (size_t)64 << 20 };
	struct live_kmsg k;
	struct diag d = { 0 };
	int r = live_kmsg_parse(s, &a, &k, &d);

	if (r) {
		need(r == -EBADMSG && d.what[0]);
		return;
	}
	need(k.level < 8 && strlen(k.text) <= s.n && strlen(k.dict) <= s.n);
	(void)live_kmsg_dict(&k, "DEVICE", &a);
}

/* Every place lies inside the line. */
static void places_inside(const struct rule_match *m, const char *line,
			  size_t n)
{
	for (size_t i = 0; i < m->n_places; i++)
		need(m->place[i].p >= (const uint8_t *)line &&
		     m->place[i].p + m->place[i].n <=
			     (const uint8_t *)line + n);
}

static void as_line(struct span s)
{
	_cleanup_free_ char *line = malloc(s.n + 1);
	const struct rule_reason *row;

	need(line != NULL);
	memcpy(line, s.p, s.n);
	line[s.n] = '\0';
	for (size_t i = 0; (row = rule_reason_at(i)); i++) {
		_cleanup_text_ struct text out = { 0 };
		struct rule_subject about = { 0 };
		struct rule_match m;

		if (!rule_match_line(row, line, &m))
			continue;
		places_inside(&m, line, s.n);
		rule_explain(row->why, &m, &about, &out);
		rule_explain(row->fix, &m, &about, &out);
		need(!out.failed && out.n > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = { data, size };

	as_modules(s);
	as_record(s);
	as_line(s);
	return 0;
}
