// SPDX-License-Identifier: GPL-2.0-or-later
/* What a user may call a kernel: see name.h. */
#include "build/name.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Debian's suites: the series they came with, and +debNN in releases. */
static const struct {
	const char *suite, *series, *mark;
} suites[] = {
	{ "bullseye", "5.10", "+deb11" }, { "bookworm", "6.1", "+deb12" },
	{ "trixie", "6.12", "+deb13" },	  { "forky", "", "+deb14" },
	{ "sid", "", "+deb14" },	  { "unstable", "", "" },
	{ "testing", "", "" },		  { "stable", "", "" },
	{ "oldstable", "", "" },
	/* Ubuntu's; the series are those of the first images. */
	{ "jammy", "5.15", "" },	  { "noble", "6.8", "" },
	{ "plucky", "6.14", "" },	  { "questing", "6.17", "" },
};

static const char *const flavours[] = { "cloud", "rt", "virtual", "generic",
					"amd64", "arm64", "minimal" };

static bool is_suite(const char *s, size_t n)
{
	static const char backports[] = "-backports";
	const size_t bn = sizeof(backports) - 1;

	if (n > bn && !memcmp(s + n - bn, backports, bn))
		n -= bn;
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		if (strlen(suites[i].suite) == n &&
		    !memcmp(suites[i].suite, s, n))
			return true;
	return false;
}

static bool is_flavour(const char *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(flavours); i++)
		if (str_eq(flavours[i], s))
			return true;
	return false;
}

/* Length of "NUMBER.NUMBER" at the start of @s, or 0. */
static size_t series_len(const char *s)
{
	size_t a = strspn(s, "0123456789");

	if (!a || a > 4 || s[a] != '.')
		return 0;

	size_t b = strspn(s + a + 1, "0123456789");

	return b && b <= 5 ? a + 1 + b : 0;
}

/* What stands in paths and on command lines of others: no surprises. */
static bool is_release(const char *s)
{
	static const char ok[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+~-_";

	return series_len(s) && strlen(s) < 90 && !s[strspn(s, ok)];
}

int build_name_parse(const char *s, struct build_name *ret, struct diag *d)
{
	diag_spare(d);

	struct build_name n = { 0 };

	if (!s || !*s)
		s = "cloud";

	const char *dash = strrchr(s, '-');
	const char *tail = dash && is_flavour(dash + 1) ? dash + 1 : NULL;
	size_t head = tail ? (size_t)(dash - s) : strlen(s);

	if (is_flavour(s)) {
		(void)snprintf(n.flavour, sizeof(n.flavour), "%s", s);
	} else if (is_suite(s, head) && head < sizeof(n.suite)) {
		memcpy(n.suite, s, head);
	} else if (series_len(s) == head && head) {
		memcpy(n.series, s, head);
	} else if (is_release(s)) {
		(void)snprintf(n.release, sizeof(n.release), "%s", s);
		tail = NULL;
	} else {
		diag_fail(d, EINVAL, "'%.64s' names no kernel", s);
		return diag_hint(d, "names look like 6.1-cloud, 6.12, sid, trixie-cloud or 6.1.0-56-cloud-amd64");
	}
	if (tail)
		(void)snprintf(n.flavour, sizeof(n.flavour), "%s", tail);
	*ret = n;
	return 0;
}

void build_release_series(const char *release, char *buf, size_t n)
{
	(void)snprintf(buf, n, "%.*s", (int)series_len(release), release);
}

void build_release_flavour(const char *release, char *buf, size_t n)
{
	static const char *const known[] = { "cloud", "rt", "virtual",
					     "generic", "minimal" };

	(void)snprintf(buf, n, "%s", "");
	for (const char *s = release; (s = strchr(s, '-'));) {
		size_t len = strcspn(++s, "-");

		for (size_t i = 0; i < ARRAY_SIZE(known); i++)
			if (strlen(known[i]) == len &&
			    !memcmp(s, known[i], len))
				(void)snprintf(buf, n, "%s", known[i]);
	}
}

/* '~' and "-rc" sort before the end, the end before all else (dpkg's way). */
static int rank(const char *s)
{
	if (*s == '~' || (s[0] == '-' && s[1] == 'r' && s[2] == 'c'))
		return -1;
	return (unsigned char)*s;
}

int build_release_cmp(const char *a, const char *b)
{
	while (*a || *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			a += strspn(a, "0");
			b += strspn(b, "0");

			size_t na = strspn(a, "0123456789");
			size_t nb = strspn(b, "0123456789");
			int c = na != nb ? (na < nb ? -1 : 1) :
					   memcmp(a, b, na);

			if (c)
				return c;
			a += na;
			b += nb;
			continue;
		}

		int ra = rank(a), rb = rank(b);

		if (ra != rb)
			return ra < rb ? -1 : 1;
		a++;
		b++;
	}
	return 0;
}

static void add(const char *s, const char **ret, size_t *n, size_t max)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(ret[i], s))
			return;
	if (*n < max)
		ret[(*n)++] = s;
}

size_t build_name_suites(const struct build_name *n, const char **ret,
			 size_t max)
{
	static const char *const others[] = { "bookworm-backports",
					      "trixie-backports", "sid" };
	char series[16];
	size_t k = 0;

	if (n->suite[0])
		add(n->suite, ret, &k, max);
	if (n->suite[0])
		return k;
	if (!n->series[0] && !n->release[0])
		return 0;
	if (n->series[0])
		(void)snprintf(series, sizeof(series), "%s", n->series);
	else
		build_release_series(n->release, series, sizeof(series));
	if (n->release[0])
		for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
			if (suites[i].mark[0] &&
			    strstr(n->release, suites[i].mark))
				add(suites[i].suite, ret, &k, max);
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		if (str_eq(suites[i].series, series))
			add(suites[i].suite, ret, &k, max);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		add(others[i], ret, &k, max);
	return k;
}
