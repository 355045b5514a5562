// SPDX-License-Identifier: GPL-2.0-or-later
/* What a module's source says of itself: see adopt_module.h. */
#include "build/adopt_module.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"

enum { SOURCE_MAX = 4 << 20, DEPTH_MAX = 8, FILES_MAX = 500 };

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

void adopt_module_fini(struct adopt_module *m)
{
	free(m->dir);
	strv_fini(&m->parts);
	strv_fini(&m->headers);
	strv_fini(&m->others);
	strv_fini(&m->flags);
	strv_fini(&m->params);
	strv_fini(&m->includes);
	*m = (struct adopt_module){ 0 };
}

bool adopt_module_single(const struct adopt_module *m)
{
	char file[72];

	(void)snprintf(file, sizeof(file), "%s.c", m->name);
	return m->parts.n == 1 && !m->headers.n && !m->flags.n &&
	       str_eq(m->parts.v[0], file);
}

/* -------------------------------------------------------------- licence */

static const struct {
	const char *licence, *spdx;
} licences[] = {
	{ "GPL", "GPL-2.0-only" },
	{ "GPL v2", "GPL-2.0-only" },
	{ "GPL and additional rights", NULL },
	{ "Dual BSD/GPL", NULL },
	{ "Dual MIT/GPL", "GPL-2.0-only OR MIT" },
	{ "Dual MPL/GPL", NULL },
};

bool adopt_licence_fits(const char *licence)
{
	for (size_t i = 0; i < ARRAY_SIZE(licences); i++)
		if (str_eq(licences[i].licence, licence))
			return true;
	return false;
}

const char *adopt_licence_spdx(const char *licence)
{
	for (size_t i = 0; i < ARRAY_SIZE(licences); i++)
		if (str_eq(licences[i].licence, licence))
			return licences[i].spdx;
	return NULL;
}

/* ------------------------------------------------------------- C source */

size_t adopt_splice(const char *s)
{
	size_t n = *s == '\\' ? 1 + strspn(s + 1, " \t\r\f\v") : 0;

	return n && s[n] == '\n' ? n + 1 : 0;
}

const char *adopt_skip_opaque(const char *s)
{
	if (s[0] == '/' && s[1] == '/') {
		while (*s && *s != '\n')
			s += adopt_splice(s) ? adopt_splice(s) : 1;
		return s;
	}
	if (s[0] == '/' && s[1] == '*') {
		const char *end = strstr(s + 2, "*/");

		return end ? end + 2 : s + strlen(s);
	}
	if (*s != '"' && *s != '\'')
		return s;

	/* One that nothing closes, as in "#if 0": all of its line. */
	const char *p = s + 1;

	for (; *p && *p != '\n' && *p != *s; p++) {
		if (adopt_splice(p))
			p += adopt_splice(p) - 1;
		else if (*p == '\\' && p[1])
			p++;
	}
	return p + (*p == *s);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Behind "MACRO (" of the nth call; NULL. */
static const char *find_call(const char *source, const char *macro,
			     unsigned nth)
{
	size_t n = strlen(macro);

	for (const char *s = source; *s;) {
		const char *next = adopt_skip_opaque(s);

		if (next != s) {
			s = next;
			continue;
		}
		if (!is_word(*s)) {
			s++;
			continue;
		}

		size_t len = 0;

		while (is_word(s[len]))
			len++;

		const char *p = s + len + strspn(s + len, " \t\n");

		if (len == n && !memcmp(s, macro, n) && *p == '(' && !nth--)
			return p + 1;
		s += len;
	}
	return NULL;
}

/* Adds a string literal's text, escapes resolved as far as texts have them. */
static const char *add_string(const char *s, struct text *t)
{
	for (s++; *s && *s != '"' && *s != '\n'; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			text_add_bytes(t, *s == 'n' || *s == 't' ? " " : s, 1);
		} else {
			text_add_bytes(t, s, 1);
		}
	}
	return *s == '"' ? s + 1 : s;
}

bool adopt_macro(const char *source, const char *macro, unsigned nth,
		 unsigned arg, char *ret, size_t n)
{
	const char *s = find_call(source, macro, nth);
	_cleanup_text_ struct text t = { 0 };
	unsigned depth = 0;

	for (; s && *s && !(*s == ')' && !depth);) {
		if (*s == ',' && !depth && !arg--)
			break;
		depth += *s == '(';
		depth -= *s == ')';
		if (!arg && *s == '"') {
			s = add_string(s, &t);
			continue;
		}

		const char *next = adopt_skip_opaque(s);

		if (next != s) {
			s = next;
			continue;
		}
		if (!arg && !isspace((unsigned char)*s) && *s != ',')
			text_add_bytes(&t, s, 1);
		s++;
	}
	if (!s || t.failed)
		return false;
	(void)snprintf(ret, n, "%s", text_str(&t));
	return true;
}

static int take_params(struct adopt_module *m, const char *source)
{
	char name[64], what[256];
	int r = 0;

	for (unsigned i = 0; !r && i < 64; i++) {
		if (!adopt_macro(source, "MODULE_PARM_DESC", i, 0, name,
				 sizeof(name)) ||
		    !adopt_macro(source, "MODULE_PARM_DESC", i, 1, what,
				 sizeof(what)))
			break;
		r = strv_addf(&m->params, "%s: %s", name, what);
	}
	return r;
}

/* <linux/pci.h> is one of the kernel's, as a rule, "io.h" one of its own. */
static int take_includes(const char *source, struct strv *angled,
			 struct strv *quoted)
{
	int r = 0;

	for (const char *s = source; !r && s && *s; s = strchr(s, '\n')) {
		s += *s == '\n';

		const char *p = s + strspn(s, " \t");

		if (*p != '#')
			continue;
		p += 1 + strspn(p + 1, " \t");
		if (!str_starts(p, "include"))
			continue;
		p += 7 + strspn(p + 7, " \t");
		if (*p == '<' || *p == '"')
			r = strv_addf(*p == '<' ? angled : quoted, "%.*s",
				      (int)strcspn(p + 1, ">\"\n"), p + 1);
	}
	return r;
}

static int read_source(const struct adopt_module *m, const char *rel,
		       struct bytes *ret, struct diag *d)
{
	diag_spare(d);

	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/%s", m->dir, rel) < 0) {
		path = NULL;
		return no_memory(d);
	}
	r = file_read_regular(path, SOURCE_MAX, &b, d);
	if (r < 0)
		return r;
	if (memchr(b.p, 0, b.n)) {
		diag_fail(d, EINVAL, "is no text: it holds a zero byte");
		return diag_in(d, "%s", path);
	}
	*ret = b;
	b = (struct bytes){ 0 };
	return 0;
}

static int read_part(struct adopt_module *m, const char *rel, struct diag *d)
{
	_cleanup_strv_ struct strv quoted = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = read_source(m, rel, &b, d);

	if (r < 0)
		return r;

	const char *s = (const char *)b.p;

	if (!m->licence[0])
		(void)adopt_macro(s, "MODULE_LICENSE", 0, 0, m->licence,
				  sizeof(m->licence));
	if (!m->description[0])
		(void)adopt_macro(s, "MODULE_DESCRIPTION", 0, 0,
				  m->description, sizeof(m->description));
	if (take_params(m, s) < 0 ||
	    take_includes(s, &m->includes, &quoted) < 0)
		return no_memory(d);
	return 0;
}

/* ------------------------------------------------------------- Makefile */

/* What make says of the Kbuild file. */
struct asked {
	struct strv modules, parts, flags;
	char trouble[256];
	bool failed;
};

static void asked_fini(struct asked *a)
{
	strv_fini(&a->modules);
	strv_fini(&a->parts);
	strv_fini(&a->flags);
}

static int add_words(struct strv *l, const char *s)
{
	int r = 0;

	for (s += strspn(s, " "); !r && *s; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");

		r = strv_addf(l, "%.*s", (int)n, s);
		s += n;
	}
	return r;
}

static void on_answer(void *arg, const char *line)
{
	struct asked *a = arg;
	int r = 0;

	if (str_starts(line, "lkm-modules "))
		r = add_words(&a->modules, line + 12);
	else if (str_starts(line, "lkm-parts "))
		r = add_words(&a->parts, line + 10);
	else if (str_starts(line, "lkm-flags "))
		r = add_words(&a->flags, line + 10);
	else if (!a->trouble[0] && strstr(line, "***"))
		(void)snprintf(a->trouble, sizeof(a->trouble), "%s", line);
	a->failed |= r < 0;
}

/*
 * make reads the file as kbuild would, and tells. "$(src)" is left as it is
 * in the flags, for there it goes into another Makefile.
 */
static int ask_make(const char *dir, const char *file, struct asked *a,
		    struct diag *d)
{
	diag_spare(d);

	static const char *const unset[] = { "MAKEFLAGS", "MFLAGS",
					     "MAKELEVEL", "MAKEFILES", "M",
					     NULL };
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *tmp = NULL, *path = NULL;
	struct child_setup s = { .cwd = dir, .unset = unset,
				 .no_input = true };
	int status = 0, r = dir_temp("adopt", &tmp, d);

	if (r < 0)
		return r;
	text_addf(&t, "KERNELRELEASE := lkm\nobj := .\nsrc := $$(src)\n"
		      "include %s\n"
		      "$(info lkm-modules $(obj-m))\n"
		      "$(foreach m,$(obj-m:.o=),$(info lkm-parts $($(m)-y) $($(m)-objs) $($(m)-m)))\n"
		      "$(info lkm-flags $(ccflags-y) $(EXTRA_CFLAGS))\n"
		      "lkm-asked: ;\n", file);
	if (asprintf(&path, "%s/ask.mk", tmp) < 0) {
		path = NULL;
		r = no_memory(d);
	}
	if (!r)
		r = file_write(path, t.p, t.n, 0600, d);
	if (!r) {
		const char *const argv[] = { "make", "-s", "-r", "-f", path,
					     "lkm-asked", NULL };

		r = child_run(argv, &s, on_answer, a, &status, d);
	}
	(void)!tree_remove(tmp, NULL);
	if (!r && a->failed)
		r = no_memory(d);
	if (r < 0 || !status)
		return r;
	diag_fail(d, EINVAL, "make cannot read it: %s", a->trouble);
	return diag_in(d, "%s/%s", dir, file);
}

static int take_modules(struct adopt_module *m, const struct asked *a,
			const char *file, struct diag *d)
{
	diag_spare(d);

	if (a->modules.n == 1 && str_ends(a->modules.v[0], ".o") &&
	    !strchr(a->modules.v[0], '/')) {
		(void)snprintf(m->name, sizeof(m->name), "%.*s",
			       (int)strlen(a->modules.v[0]) - 2,
			       a->modules.v[0]);
		return 0;
	}
	if (!a->modules.n) {
		diag_fail(d, EINVAL, "names no module: obj-m is empty");
		diag_hint(d, "name the module's C file, or write a Kbuild file: 'obj-m := NAME.o' and 'NAME-y := a.o b.o'");
	} else if (a->modules.n == 1) {
		diag_fail(d, EINVAL, "its module is in another folder: obj-m names '%s'",
			  a->modules.v[0]);
		diag_hint(d, "name that folder, or the module's C file");
	} else {
		diag_fail(d, EINVAL, "names %zu modules ('%s', '%s'%s)",
			  a->modules.n, a->modules.v[0], a->modules.v[1],
			  a->modules.n > 2 ? ", ..." : "");
		diag_hint(d, "adopt them one after the other: name the C file of each");
	}
	return diag_in(d, "%s/%s", m->dir, file);
}

static bool has_file(const char *dir, const char *rel)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, rel) < 0) {
		path = NULL;
		return false;
	}
	return path_exists(path);
}

/* A rule of the folder's own makes it, which has no place in the tree. */
static int made_of_rust(const struct adopt_module *m, const char *object,
			const char *rel, struct diag *d)
{
	diag_fail(d, EINVAL, "'%s' is made of %s by a rule of the folder's own, which the kernel's tree does not take",
		  object, rel);
	diag_hint(d, "in the tree Rust takes CONFIG_RUST and the kernel's own crates: port it to them ('make LLVM=1 rustavailable' in the tree), or keep the module outside");
	return diag_in(d, "%s", m->dir);
}

/* "a.o" is of a.c or a.S. */
static int add_part(struct adopt_module *m, const char *object, struct diag *d)
{
	diag_spare(d);

	static const char *const ends[] = { ".c", ".S", ".rs" };
	int stem = (int)strlen(object) - 2;

	for (size_t i = 0; stem > 0 && i < ARRAY_SIZE(ends); i++) {
		char rel[512];

		(void)snprintf(rel, sizeof(rel), "%.*s%s", stem, object,
			       ends[i]);
		if (str_starts(rel, "/") || strstr(rel, "../"))
			break;
		if (has_file(m->dir, rel) && str_eq(ends[i], ".rs"))
			return made_of_rust(m, object, rel, d);
		if (has_file(m->dir, rel))
			return strv_add(&m->parts, rel) < 0 ? no_memory(d) : 0;
	}
	diag_fail(d, EINVAL, "'%s' has no source in the folder: found neither a .c nor a .S file of that name",
		  object);
	diag_hint(d, "put all sources of the module into its folder");
	return diag_in(d, "%s", m->dir);
}

static int take_flags(struct adopt_module *m, struct asked *a, struct diag *d)
{
	diag_spare(d);

	for (size_t i = 0; i < a->flags.n; i++) {
		const char *w = a->flags.v[i];

		if (strstr(w, "..") || str_starts(w, "-I/")) {
			diag_fail(d, EINVAL,
				  "ccflags-y has '%s', which leads out of the module's folder",
				  w);
			diag_hint(d, "put what it includes into the folder");
			return diag_in(d, "%s", m->dir);
		}
	}
	m->flags = a->flags;
	a->flags = (struct strv){ 0 };
	return 0;
}

/* --------------------------------------------------------------- folder */

static bool is_product(const char *name)
{
	static const char *const ends[] = { ".o",   ".ko",  ".mod", ".mod.c",
					    ".cmd", ".order", ".symvers", "~" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return name[0] == '.';
}

/* Of the folder, all that is no part: it may stay behind. */
static int list_others(struct adopt_module *m, const char *rel, unsigned depth,
		       struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	int more = 0, r = 0;

	if (asprintf(&path, "%s/%s", m->dir, rel) < 0) {
		path = NULL;
		return no_memory(d);
	}

	DIR *dp = depth ? opendir(path) : NULL;

	if (!dp)
		return 0;
	for (struct dirent *e; !r && (more = dir_next(dp, &e)) > 0;) {
		_cleanup_free_ char *name = NULL, *full = NULL;
		struct stat st;

		if (is_product(e->d_name))
			continue;
		if (asprintf(&name, "%s%s%s", rel, *rel ? "/" : "",
			     e->d_name) < 0 ||
		    asprintf(&full, "%s/%s", m->dir, name) < 0) {
			r = no_memory(d);
			break;
		}
		if (lstat(full, &st) < 0 || strv_has(&m->parts, name))
			continue;
		if (S_ISDIR(st.st_mode)) {
			r = list_others(m, name, depth - 1, d);
		} else if (m->others.n > FILES_MAX) {
			r = diag_fail(d, E2BIG, "the folder holds more than %d files: no module does",
				      FILES_MAX);
		} else if (strv_add(&m->others, name) < 0) {
			r = no_memory(d);
		}
	}
	(void)closedir(dp);
	if (!r && more < 0) {
		r = diag_fail(d, -more, "cannot read the folder: %s",
			      strerror(-more));
		diag_in(d, "%s", path);
	}
	return r;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct strv *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_text);
}

static int read_folder(struct adopt_module *m, struct diag *d)
{
	diag_spare(d);

	_cleanup_(asked_fini) struct asked a = { 0 };
	const char *file = has_file(m->dir, "Kbuild") ? "Kbuild" : "Makefile";
	int r;

	if (!has_file(m->dir, file)) {
		diag_fail(d, EINVAL,
			  "has neither Kbuild nor Makefile to say what the module is made of");
		diag_hint(d, "name the module's C file");
		return diag_in(d, "%s", m->dir);
	}
	r = ask_make(m->dir, file, &a, d);
	if (!r)
		r = take_modules(m, &a, file, d);
	for (size_t i = 0; !r && i < a.parts.n; i++)
		r = add_part(m, a.parts.v[i], d);
	if (!r && !a.parts.n)
		r = add_part(m, a.modules.v[0], d);
	if (!r)
		r = take_flags(m, &a, d);
	if (!r)
		r = list_others(m, "", DEPTH_MAX, d);
	return r;
}

/* --------------------------------------------------------------- headers */

static bool is_regular(const struct adopt_module *m, const char *rel)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/%s", m->dir, rel) < 0) {
		path = NULL;
		return false;
	}
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Takes a file of the folder along, if it is one that can be. */
static int take_header(struct adopt_module *m, const char *rel)
{
	if (strv_has(&m->headers, rel) || strv_has(&m->parts, rel) ||
	    !is_regular(m, rel))
		return 0;
	for (size_t i = 0; i < m->others.n; i++) {
		if (!str_eq(m->others.v[i], rel))
			continue;
		free(m->others.v[i]);
		/* The NULL at the end moves, too. */
		memmove(m->others.v + i, m->others.v + i + 1,
			(m->others.n-- - i) * sizeof(*m->others.v));
		break;
	}
	return strv_add(&m->headers, rel);
}

/*
 * What an #include in @from, or a flag, may mean: a file beside @from; else
 * those of the folder whose path ends so, for the flags say where to look.
 */
static int take_named(struct adopt_module *m, const char *from,
		      const char *what)
{
	_cleanup_free_ char *beside = NULL, *below = NULL;
	_cleanup_strv_ struct strv found = { 0 };
	int r = 0;

	for (const char *up; (up = strstr(what, "../"));)
		what = up + 3;
	while (str_starts(what, "./"))
		what += 2;
	if (asprintf(&beside, "%.*s%s", (int)(path_base(from) - from), from,
		     what) < 0 ||
	    asprintf(&below, "/%s", what) < 0)
		return -ENOMEM;
	if (is_regular(m, beside))
		return take_header(m, beside);
	for (size_t i = 0; !r && i < m->others.n; i++)
		if (str_eq(m->others.v[i], what) ||
		    str_ends(m->others.v[i], below))
			r = strv_add(&found, m->others.v[i]);
	for (size_t i = 0; !r && i < found.n; i++)
		r = take_header(m, found.v[i]);
	return r;
}

static int follow(struct adopt_module *m, const char *rel, struct diag *d)
{
	_cleanup_strv_ struct strv names = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = read_source(m, rel, &b, d);

	if (r < 0)
		return r;
	r = take_includes((const char *)b.p, &names, &names);
	for (size_t i = 0; !r && i < names.n; i++)
		r = take_named(m, rel, names.v[i]);
	return r < 0 ? no_memory(d) : 0;
}

/*
 * What the sources include goes along, and what that includes; so does what
 * the flags name: "-include $(src)/compat.h". All else stays behind: a test's
 * header is none of the kernel's.
 */
static int take_headers(struct adopt_module *m, struct diag *d)
{
	static const char src[] = "$(src)/";
	int r = 0;

	for (size_t i = 0; !r && i < m->flags.n; i++) {
		const char *at = strstr(m->flags.v[i], src);

		if (at && take_header(m, at + strlen(src)) < 0)
			r = no_memory(d);
	}
	for (size_t i = 0; !r && i < m->parts.n; i++)
		r = follow(m, m->parts.v[i], d);
	for (size_t i = 0; !r && i < m->headers.n; i++)
		r = follow(m, m->headers.v[i], d);
	sort(&m->headers);
	sort(&m->others);
	return r;
}

/* ----------------------------------------------------------------- whole */

static int read_file(struct adopt_module *m, const char *path, struct diag *d)
{
	diag_spare(d);

	const char *base = path_base(path);

	if (!str_ends(base, ".c")) {
		diag_fail(d, EINVAL, "is neither a C file (.c) nor a folder");
		diag_hint(d, "give the module's .c file, or the folder of its Kbuild file");
		return diag_in(d, "%s", path);
	}
	(void)snprintf(m->name, sizeof(m->name), "%.*s",
		       (int)strlen(base) - 2, base);
	return strv_add(&m->parts, base) < 0 ? no_memory(d) : 0;
}

static bool good_name(const char *s)
{
	static const char ok[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	return *s && *s != '-' && !s[strspn(s, ok)];
}

static int check_licence(const struct adopt_module *m, struct diag *d)
{
	diag_spare(d);

	if (!m->licence[0]) {
		diag_fail(d, EINVAL, "has no MODULE_LICENSE(): it does not build, and nobody may take it");
		diag_hint(d, "its author must say so: add 'MODULE_LICENSE(\"GPL\");'");
		return diag_in(d, "%s", m->name);
	}
	if (adopt_licence_fits(m->licence))
		return 0;
	diag_fail(d, EINVAL,
		  "MODULE_LICENSE is \"%s\": found one that is not compatible with the kernel's, wanted GPL-2.0 or a dual licence with it",
		  m->licence);
	diag_hint(d, "only its authors can give it another licence; out of the tree it can be used as it is");
	return diag_in(d, "%s", m->name);
}

int adopt_module_read(const char *path, struct adopt_module *ret,
		      struct diag *d)
{
	diag_spare(d);

	_cleanup_adopt_module_ struct adopt_module m = { 0 };
	_cleanup_free_ char *real = realpath(path, NULL);
	int r;

	if (!real) {
		diag_fail(d, errno, "%s", strerror(errno));
		return diag_in(d, "%s", path);
	}
	if (path_is_dir(real)) {
		m.dir = take_ptr(real);
		r = read_folder(&m, d);
	} else {
		r = read_file(&m, path, d);
		m.dir = real;
		*strrchr(m.dir, '/') = 0;
		real = NULL;
	}
	if (!r && !good_name(m.name)) {
		diag_fail(d, EINVAL, "no module of the kernel can be called '%s'",
			  m.name);
		diag_hint(d, "use letters, digits, '-' and '_'");
		r = diag_in(d, "%s", path);
	}
	for (size_t i = 0; !r && i < m.parts.n; i++)
		r = read_part(&m, m.parts.v[i], d);
	if (!r)
		r = take_headers(&m, d);
	if (!r)
		r = check_licence(&m, d);
	if (r < 0)
		return r;
	*ret = m;
	m = (struct adopt_module){ 0 };
	return 0;
}
