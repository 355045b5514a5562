/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a try.conf. What it says is words, of which none leads out of
 * its folder; or the line that makes no sense is told.
 */
#include <stdlib.h>
#include <string.h>

#include "build/project.h"
#include "fuzz.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void check_test(const char *s)
{
	need(*s && *s != '/');
	for (; s; s = strchr(s, '/')) {
		s += *s == '/';
		need(strcspn(s, "/") != 2 || strncmp(s, "..", 2) != 0);
	}
}

static void check(const struct build_project *p)
{
	if (p->test)
		check_test(p->test);
	for (size_t i = 0; i < p->params.n; i++)
		need(p->params.v[i][0] != '=');
	for (size_t i = 0; i < p->devices.n; i++)
		need(p->devices.v[i][0]);
	for (size_t i = 0; i < p->except.n; i++) {
		const char *version = p->except.v[i];
		const char *why = build_project_except(&p->except, version);

		need(strchr(version, ':'));
		need(!why || *why);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = malloc(size + 1);
	_cleanup_project_ struct build_project p = { 0 };
	struct diag d = { 0 };

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = 0;
	if (build_project_parse(text, size, &p, &d) == 0)
		check(&p);
	else
		need(d.err && d.what[0]);
	return 0;
}
