/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The firmware that modules name, and where it is.
 *
 * The kernel looks for a name in four folders, plain first, then compressed.
 * Kernel: fw_get_filesystem_firmware(), drivers/base/firmware_loader/main.c.
 * Names may be patterns for programs like this one ("brcmfmac*-sdio.*.txt").
 * They come out of module files: one that leads out of the folders is missing.
 *
 * Modules may have to be decompressed, so the files are read side by side; the
 * rest happens in the order of the modules.
 */
#include <errno.h>
#include <glob.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "ko/ko.h"
#include "plan/closure_internal.h"
#include "plan/internal.h"

#define THREADS_MAX 16

/* Fewer modules than this are not worth a thread. */
#define WORTH_A_THREAD 8

#define DIRS_MAX 8

/* What a file says. */
struct said {
	struct strv names;
	int err;
	struct diag d;
};

/* Those of DIRS that exist, in the kernel's order. */
struct dirs {
	char *v[DIRS_MAX];
	size_t n;
};

/* ----------------------------------------------------------------- reading */

static int add_names(const struct ko *ko, struct strv *ret)
{
	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		if (span_eq(i.key, "firmware") && *i.value &&
		    strv_add(ret, i.value))
			return -ENOMEM;
	return 0;
}

static void read_module(const struct plan_member *m, struct said *s)
{
	_cleanup_ko_ struct ko *ko = NULL;

	s->err = ko_open_module(m->path, &ko, &s->d);
	if (!s->err)
		s->err = add_names(ko, &s->names);
}

struct job {
	const struct closure *c;
	struct said *said; /* one for each module of c->order               */
	atomic_size_t next;
};

static void *work(void *arg)
{
	struct job *j = arg;

	for (size_t i; (i = atomic_fetch_add(&j->next, 1)) < j->c->order.n;) {
		const struct plan_member *m = j->c->order.v[i];

		if (m->path)
			read_module(m, &j->said[i]);
	}
	return NULL;
}

/* As many threads as are of use; with none that can be had, this one. */
static void read_all(struct job *j)
{
	pthread_t t[THREADS_MAX];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t want = j->c->order.n / WORTH_A_THREAD, n = 0;

	if (cpus < 1)
		cpus = 1;
	if (want > (size_t)cpus)
		want = (size_t)cpus;
	if (want > THREADS_MAX)
		want = THREADS_MAX;
	while (n + 1 < want && !pthread_create(&t[n], NULL, work, j))
		n++;
	(void)work(j);
	while (n)
		(void)pthread_join(t[--n], NULL);
}

/* What is built in: its strings lie in modules.builtin.modinfo. */
static int read_builtin(const struct closure *c, const char *name,
			struct strv *ret)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (idx_dir_builtin_info(c->w->dir, name, &b, NULL))
		return 0;

	struct ko ko = { .info = bytes_span(&b) };

	return add_names(&ko, ret);
}

/* ----------------------------------------------------------------- finding */

static void dirs_fini(struct dirs *d)
{
	while (d->n)
		free(d->v[--d->n]);
}

static int add_dir(struct dirs *l, const char *base, const char *sub)
{
	char *p;

	if (asprintf(&p, "%s%s%s", base, *sub ? "/" : "", sub) < 0)
		return -ENOMEM;
	if (path_is_dir(p))
		l->v[l->n++] = p;
	else
		free(p);
	return 0;
}

static int find_dirs(const struct plan_closure_want *want, struct dirs *ret)
{
	_cleanup_free_ char *base = NULL, *updates = NULL;
	const char *subs[] = { NULL, "updates", want->release, "" };

	if (asprintf(&base, "%s/lib/firmware", want->root) < 0 ||
	    asprintf(&updates, "updates/%s", want->release) < 0)
		return -ENOMEM;
	/* A tree in which nobody has made /lib a link yet. */
	if (!path_is_dir(base)) {
		free(take_ptr(base));
		if (asprintf(&base, "%s/usr/lib/firmware", want->root) < 0)
			return -ENOMEM;
	}
	subs[0] = updates;
	for (size_t i = 0; i < ARRAY_SIZE(subs); i++)
		if (add_dir(ret, base, subs[i]))
			return -ENOMEM;
	return 0;
}

/* Does it stay in the folder that it is looked for in? */
static bool is_inside(const char *name)
{
	for (const char *s = name;; s++) {
		size_t n = strcspn(s, "/");

		if (n == 2 && s[0] == '.' && s[1] == '.')
			return false;
		s += n;
		if (!*s)
			return *name && *name != '/';
	}
}

struct resolve {
	struct closure *c;
	const struct dirs *dirs;
	struct closure_list found; /* paths of one name                     */
};

static int add_path(struct resolve *s, const char *path)
{
	const char ***slot = plan_names_slot(&s->c->paths, s->c->a, path);

	if (!slot)
		return -ENOMEM;
	if (!*slot) {
		const char **p = arena_alloc(s->c->a, sizeof(*p));

		if (!p)
			return -ENOMEM;
		*p = arena_strdup(s->c->a, path);
		if (!*p || closure_append(&s->c->all_paths, s->c->a,
					  (void *)(uintptr_t)*p))
			return -ENOMEM;
		*slot = p;
		plan_names_added(&s->c->paths);
	}
	return closure_append(&s->found, s->c->a, (void *)(uintptr_t)**slot);
}

static bool is_regular(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* All that a pattern fits; the '.' of hidden files and '/' are not fitted. */
static int glob_in(struct resolve *s, const char *dir, const char *name,
		   const char *ending)
{
	_cleanup_text_ struct text pattern = { 0 };
	glob_t g = { 0 };
	int r = 0;

	/* The folder is no pattern, whatever it is called. */
	for (const char *p = dir; *p; p++)
		text_addf(&pattern, "%s%c", strchr("*?[\\", *p) ? "\\" : "",
			  *p);
	text_addf(&pattern, "/%s%s", name, ending);
	if (pattern.failed)
		return -ENOMEM;
	if (!glob(text_str(&pattern), 0, NULL, &g))
		for (size_t i = 0; !r && i < g.gl_pathc; i++)
			if (is_regular(g.gl_pathv[i]))
				r = add_path(s, g.gl_pathv[i]);
	globfree(&g);
	return r;
}

static int test_in(struct resolve *s, const char *dir, const char *name,
		   const char *ending)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s%s", dir, name, ending) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	return is_regular(path) ? add_path(s, path) : 0;
}

/* Fills in the paths. A plain name is looked for until it is found. */
static int find_paths(struct resolve *s, struct plan_firmware *fw)
{
	static const char *const endings[] = { "", ".zst", ".xz" };
	bool pattern = strpbrk(fw->name, "*?[");
	int r = 0;

	s->found = (struct closure_list){ 0 };
	for (size_t e = 0; is_inside(fw->name) && e < ARRAY_SIZE(endings); e++)
		for (size_t i = 0; !r && i < s->dirs->n; i++) {
			const char *dir = s->dirs->v[i];

			if (!pattern && s->found.n)
				break;
			r = pattern ? glob_in(s, dir, fw->name, endings[e]) :
				      test_in(s, dir, fw->name, endings[e]);
		}
	fw->paths = (const char **)(void *)s->found.v;
	fw->n = s->found.n;
	return r;
}

static int firmware_of(struct resolve *s, const char *name, const char *by,
		       struct plan_firmware **ret)
{
	struct closure *c = s->c;
	const char ***slot = plan_names_slot(&c->firmware, c->a, name);

	if (!slot)
		return -ENOMEM;
	if (*slot) {
		*ret = (struct plan_firmware *)(void *)*slot;
		return 0;
	}

	struct plan_firmware *fw = arena_alloc(c->a, sizeof(*fw));
	const char *copy = arena_strdup(c->a, name);

	if (!fw || !copy)
		return -ENOMEM;
	*fw = (struct plan_firmware){ .name = copy, .by = by };
	*slot = &fw->name;
	plan_names_added(&c->firmware);
	*ret = fw;
	if (closure_append(&c->all_firmware, c->a, fw))
		return -ENOMEM;
	return find_paths(s, fw);
}

static int give(struct resolve *s, struct plan_member *m,
		const struct strv *names)
{
	struct arena *a = s->c->a;
	int r = 0;

	if (!names->n)
		return 0;
	m->firmware = arena_array(a, names->n, sizeof(*m->firmware));
	if (!m->firmware)
		return -ENOMEM;
	for (size_t i = 0; !r && i < names->n; i++) {
		r = firmware_of(s, names->v[i], m->name, &m->firmware[i]);
		m->n_firmware += !r;
	}
	return r;
}

static int unreadable(struct closure *c, const struct plan_member *m,
		      const struct said *s)
{
	return closure_gap(c, PLAN_GAP_READ, m->path,
			   s->d.err ? s->d.what : strerror(-s->err));
}

static int resolve_all(struct closure *c, const struct dirs *dirs,
		       struct said *said)
{
	struct resolve s = { .c = c, .dirs = dirs };
	int r = 0;

	for (size_t i = 0; !r && i < c->order.n; i++) {
		struct plan_member *m = c->order.v[i];

		if (!m->path)
			r = read_builtin(c, m->name, &said[i].names);
		else if (said[i].err == -ENOMEM)
			r = -ENOMEM;
		else if (said[i].err)
			r = unreadable(c, m, &said[i]);
		if (!r)
			r = give(&s, m, &said[i].names);
	}
	return r;
}

int closure_add_firmware(struct closure *c)
{
	_cleanup_(dirs_fini) struct dirs dirs = { 0 };
	struct job j = { .c = c };

	j.said = calloc(c->order.n + 1, sizeof(*j.said));
	if (!j.said || find_dirs(c->want, &dirs)) {
		free(j.said);
		return plan_no_memory(c->d);
	}
	read_all(&j);

	int r = resolve_all(c, &dirs, j.said);

	for (size_t i = 0; i < c->order.n; i++)
		strv_fini(&j.said[i].names);
	free(j.said);
	return r == -ENOMEM ? plan_no_memory(c->d) : r;
}
