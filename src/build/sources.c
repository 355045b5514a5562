// SPDX-License-Identifier: GPL-2.0-or-later
/* apt's package sources, and which of them have kernels: see sources.h. */
#include "build/sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

void build_sources_fini(struct build_sources *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].uris);
		free(l->v[i].suites);
		free(l->v[i].signed_by);
		free(l->v[i].trusted);
	}
	free(l->v);
	*l = (struct build_sources){ 0 };
}

/* Adds copies of the four; "" for NULL. */
static int add(struct build_sources *l, const char *uris, const char *suites,
	       const char *signed_by, const char *trusted)
{
	struct build_source *v = reallocarray(l->v, l->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	l->v = v;
	v[l->n] = (struct build_source){
		.uris = strdup(uris ? uris : ""),
		.suites = strdup(suites ? suites : ""),
		.signed_by = strdup(signed_by ? signed_by : ""),
		.trusted = strdup(trusted ? trusted : ""),
	};

	struct build_source *s = &v[l->n++];

	return s->uris && s->suites && s->signed_by && s->trusted ? 0 :
								    -ENOMEM;
}

/* "deb [signed-by=F arch=A] URI SUITE COMPONENT..." */
static int one_line(struct build_sources *l, char *line)
{
	char *s = str_strip(line), *signed_by = NULL, *trusted = NULL;

	if (!str_starts(s, "deb ") && !str_starts(s, "deb\t"))
		return 0;
	s = str_strip(s + 3);
	if (*s == '[') {
		char *end = strchr(s, ']'), *save = NULL;

		if (!end)
			return 0;
		*end = 0;
		for (char *o = strtok_r(s + 1, " \t", &save); o;
		     o = strtok_r(NULL, " \t", &save)) {
			if (str_starts(o, "signed-by="))
				signed_by = o + 10;
			else if (str_starts(o, "trusted="))
				trusted = o + 8;
		}
		s = end + 1;
	}

	char *save = NULL;
	char *uri = strtok_r(s, " \t", &save);
	char *suite = strtok_r(NULL, " \t", &save);

	if (!uri || !suite || *suite == '#')
		return 0;
	return add(l, uri, suite, signed_by, trusted);
}

/* The field of a stanza, with its continuation lines; NULL: not there. */
static char *field(const char *stanza, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = stanza; s && *s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (strncasecmp(s, name, n) || s[n] != ':')
			continue;

		const char *end = s + n + 1;

		do
			end = strchrnul(end + (*end == '\n'), '\n');
		while (*end && (end[1] == ' ' || end[1] == '\t'));

		char *copy = strndup(s + n + 1, (size_t)(end - s) - n - 1);

		if (copy) {
			char *v = str_strip(copy);

			memmove(copy, v, strlen(v) + 1);
		}
		return copy;
	}
	return NULL;
}

static int stanza(struct build_sources *l, const char *text)
{
	_cleanup_free_ char *types = field(text, "Types");
	_cleanup_free_ char *uris = field(text, "URIs");
	_cleanup_free_ char *suites = field(text, "Suites");
	_cleanup_free_ char *enabled = field(text, "Enabled");
	_cleanup_free_ char *signed_by = field(text, "Signed-By");
	_cleanup_free_ char *trusted = field(text, "Trusted");

	if (!types || !uris || !suites || !str_starts(types, "deb") ||
	    (types[3] && types[3] != ' ' && !strstr(types, " deb")))
		return 0;
	if (enabled && str_eq(enabled, "no"))
		return 0;
	return add(l, uris, suites, signed_by, trusted);
}

/* Takes comment lines out of deb822 text, in place. */
static void drop_comments(char *s)
{
	char *to = s;

	while (*s) {
		size_t n = strcspn(s, "\n");

		n += s[n] == '\n';
		if (*s != '#') {
			memmove(to, s, n);
			to += n;
		}
		s += n;
	}
	*to = 0;
}

static int deb822(struct build_sources *l, char *text)
{
	int r = 0;

	drop_comments(text);
	for (char *s = text, *end; !r && s && *s; s = end) {
		end = strstr(s, "\n\n");
		if (end) {
			*end = 0;
			end += 2;
		}
		r = stanza(l, s);
	}
	return r;
}

static int read_one(struct build_sources *l, const char *path)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	char *save = NULL;
	int r = 0;

	if (file_read_regular(path, 1 << 20, &b, NULL) < 0)
		return 0;
	if (str_ends(path, ".sources"))
		return deb822(l, (char *)b.p);
	for (char *s = strtok_r((char *)b.p, "\n", &save); s && !r;
	     s = strtok_r(NULL, "\n", &save))
		r = one_line(l, s);
	return r;
}

int build_sources_read(const char *root, struct build_sources *ret,
		       struct diag *d)
{
	_cleanup_sources_ struct build_sources l = { 0 };
	_cleanup_free_ char *path = NULL, *dir = NULL;
	struct dirent **names = NULL;
	int r;

	if (asprintf(&path, "%s/etc/apt/sources.list", root) < 0 ||
	    asprintf(&dir, "%s/etc/apt/sources.list.d", root) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	r = read_one(&l, path);

	int n = scandir(dir, &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *one = NULL;
		const char *name = names[i]->d_name;

		if (!r && (str_ends(name, ".list") ||
			   str_ends(name, ".sources"))) {
			if (asprintf(&one, "%s/%s", dir, name) < 0) {
				one = NULL;
				r = -ENOMEM;
			} else {
				r = read_one(&l, one);
			}
		}
		free(names[i]);
	}
	free(names);
	if (r < 0)
		return diag_fail(d, -r, "out of memory");
	*ret = l;
	l = (struct build_sources){ 0 };
	return 0;
}

/*
 * From the distribution itself? By the key it is signed with, else by the
 * folder that all mirrors use.
 */
static bool is_own(const struct build_source *s)
{
	static const char *const ends[] = { "/debian", "/debian-security",
					    "/ubuntu", "/ubuntu-ports",
					    "/debian-archive" };
	size_t n = strcspn(s->uris, " \t\n");

	if (strstr(s->signed_by, "debian-archive") ||
	    strstr(s->signed_by, "ubuntu-archive"))
		return true;
	while (n && s->uris[n - 1] == '/')
		n--;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t e = strlen(ends[i]);

		if (n > e && !memcmp(s->uris + n - e, ends[i], e) &&
		    !strstr(s->uris, "docker.com"))
			return true;
	}
	return false;
}

static bool is_security(const struct build_source *s)
{
	return strstr(s->suites, "-security") != NULL;
}

/* An archive of its own for security, as Debian has; Ubuntu has not. */
static bool security_apart(const struct build_source *s)
{
	return is_security(s) && strstr(s->uris, "security");
}

static void write_one(const struct build_source *s, const char *suites,
		      const char *signed_by, struct text *t)
{
	text_addf(t, "Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n",
		  s->uris, suites);
	if (*signed_by)
		text_addf(t, "Signed-By: %s\n", signed_by);
	if (*s->trusted)
		text_addf(t, "Trusted: %s\n", s->trusted);
	text_add(t, "\n");
}

/* Are there still suites that some release gets security fixes for? */
static bool has_security(const char *suite)
{
	return !str_eq(suite, "sid") && !str_eq(suite, "unstable") &&
	       !str_ends(suite, "-backports");
}

static void write_suite(const struct build_source *s,
			const struct build_distro *o, const char *suite,
			const char *keyring, struct text *t)
{
	_cleanup_text_ struct text suites = { 0 };
	const char *key = keyring ? keyring : s->signed_by;

	if (security_apart(s)) {
		if (has_security(suite))
			text_addf(&suites, "%s-security", suite);
	} else {
		text_add(&suites, suite);
		if (o->family == BUILD_UBUNTU && has_security(suite))
			text_addf(&suites, " %s-updates %s-security", suite,
				  suite);
	}
	if (suites.n)
		write_one(s, suites.p, key, t);
	t->failed |= suites.failed;
}

int build_sources_write(const struct build_sources *l,
			const struct build_distro *o, const char *suite,
			const char *keyring, struct text *ret, struct diag *d)
{
	diag_spare(d);

	bool main_done = false, security_done = false;

	for (size_t i = 0; i < l->n; i++) {
		const struct build_source *s = &l->v[i];
		bool *done = security_apart(s) ? &security_done : &main_done;

		if (!is_own(s))
			continue;
		if (!suite)
			write_one(s, s->suites, s->signed_by, ret);
		else if (!*done)
			write_suite(s, o, suite, keyring, ret);
		*done = true;
	}
	if (ret->failed)
		return diag_fail(d, ENOMEM, "out of memory");
	if (main_done || security_done)
		return 0;
	diag_fail(d, ENOENT,
		  "no package source of the distribution is configured");
	diag_hint(d, "add one to /etc/apt/sources.list: 'deb MIRROR %s main', with the address of a mirror of your distribution",
		  o->codename[0] ? o->codename : "stable");
	return diag_in(d, "/etc/apt");
}
