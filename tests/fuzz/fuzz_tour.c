/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a step of the lesson, and as its claims about themselves. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fuzz.h"
#include "tour/lesson.h"
#include "tour/match.h"

static void ignore(void *arg, const char *pattern)
{
	(void)arg;
	(void)pattern;
}

static void need(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tour_var vars[] = { { "release", "6.1" },
						{ NULL, NULL } };
	_cleanup_free_ char *text = malloc(size + 1);
	struct tour_step s;
	struct diag d = { 0 };

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	if (tour_step_parse("01-x", "/nowhere", text, size, &s, &d) == 0) {
		need(s.n && *s.title);
		for (size_t i = 0; i < s.n; i++) {
			const char *file = tour_attr(&s.blocks[i], "file");

			need(s.blocks[i].text && s.blocks[i].first);
			need(!file || !strchr(file, '/'));
		}
		tour_step_fini(&s);
	} else {
		need(d.err && d.what[0]);
	}
	need(tour_match(text, text, vars, ignore, NULL) >= 0);
	return 0;
}
