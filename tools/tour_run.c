/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm tour: blocks, run and compared with what the lesson claims. */
#include "tour_run.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/child.h"
#include "base/file.h"

enum { OUTPUT_MAX = 1 << 20, HOST_S = 300, HOST_S_MAX = 86400 };

void tour_done_fini(struct tour_done *done)
{
	arena_fini(&done->arena);
	*done = (struct tour_done){ 0 };
}

/* ---------------------------------------------------------------- place */

/* The folder of the program that runs. */
static char *own_folder(void)
{
	char buf[4096];
	ssize_t n = readlink("/proc/self/exe", buf, sizeof(buf) - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	buf[n] = 0;
	slash = strrchr(buf, '/');
	*slash = 0;
	return strdup(buf);
}

/* Beside lkm as it was built, else where it was installed. */
static char *find_stand_ins(const char *programs)
{
	static const char *const at[] = { "lkm-dropin",
					  "../libexec/lkm/lkm-dropin" };

	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%s", programs, at[i]) < 0)
			return NULL;
		if (path_exists(path))
			return path;
		free(path);
	}
	return strdup(LKM_LIBEXECDIR "/lkm/lkm-dropin");
}

/* Both headers and an image, or the lesson cannot be given. */
static int find_kernel(const char *name, struct build_kernel *k,
		       struct diag *d)
{
	diag_spare(d);

	struct diag first = { 0 };
	int r = build_kernel_for_building(name, k, &first);

	if (!r && k->image_readable)
		return 0;
	if (build_kernel_find(name, k, NULL) == 0 && k->headers[0] &&
	    k->image_readable)
		return 0;
	if (r < 0) {
		*d = first;
		return r;
	}
	diag_fail(d, ENOENT, "no kernel at hand has both headers to build with and an image to boot");
	return diag_hint(d, "'lkm kernel get' fetches one, without root");
}

int tour_place_open(const char *kernel, struct tour_place *ret, struct diag *d)
{
	struct tour_place p = { 0 };
	const char *env = getenv("LKM_KERNEL");
	struct utsname u;
	int r;

	if (!kernel && env && *env)
		kernel = env;
	r = find_kernel(kernel, &p.kernel, d);
	if (r < 0)
		return r;
	if (!str_eq(p.kernel.arch, "x86_64"))
		return diag_fail_hint(d, ENOTSUP, "name another one with --kernel: 'lkm kernel list'",
				      "kernel %s is for %s, and the lesson is given on x86_64",
				      p.kernel.release, p.kernel.arch);
	(void)snprintf(p.kernel_name, sizeof(p.kernel_name), "%s",
		       kernel ? kernel : p.kernel.release);
	if (!kernel && uname(&u) == 0 &&
	    !str_eq(u.release, p.kernel.release))
		(void)snprintf(p.running, sizeof(p.running), "%s", u.release);
	/* Where there is none, the first step that builds says so. */
	(void)!build_compiler_find(&p.kernel, &p.compiler, NULL);
	p.programs = own_folder();
	p.stand_ins = p.programs ? find_stand_ins(p.programs) : NULL;
	if (!p.stand_ins) {
		tour_place_fini(&p);
		return diag_fail(d, ENOMEM, "out of memory");
	}
	*ret = p;
	return 0;
}

void tour_place_leave(struct tour_place *p)
{
	lab_session_close(p->session);
	p->session = NULL;
	free(p->append);
	p->append = NULL;
	strv_fini(&p->sent);
}

void tour_place_fini(struct tour_place *p)
{
	tour_place_leave(p);
	free(p->programs);
	free(p->stand_ins);
	free(p->folder);
	build_compiler_fini(&p->compiler);
	*p = (struct tour_place){ 0 };
}

static int is_file(const struct dirent *e)
{
	return e->d_name[0] != '.' && !str_eq(e->d_name, "step.md") &&
	       !str_eq(e->d_name, "solution");
}

static int copy_files(const char *from, const char *to, struct diag *d)
{
	struct dirent **v = NULL;
	int n = scandir(from, &v, is_file, alphasort), r = 0;

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *a = NULL, *b = NULL;

		if (asprintf(&a, "%s/%s", from, v[i]->d_name) < 0 ||
		    asprintf(&b, "%s/%s", to, v[i]->d_name) < 0)
			r = diag_fail(d, ENOMEM, "out of memory");
		else if (!r && !path_exists(b) && !path_is_dir(a))
			r = file_copy(a, b, d);
		free(v[i]);
	}
	free(v);
	return r;
}

int tour_place_enter(struct tour_place *p, const struct tour_step *s,
		     const char *folder, struct diag *d)
{
	diag_spare(d);
	tour_place_leave(p);
	free(p->folder);
	p->step = s;
	p->folder = strdup(folder);
	if (!p->folder)
		return diag_fail(d, ENOMEM, "out of memory");

	int r = dir_make(folder, d);

	if (r == -ENOTDIR || r == -EEXIST)
		diag_hint(d, "'lkm tour reset %s' puts aside what is there",
			  s->name);
	if (!r)
		r = copy_files(s->folder, folder, d);
	return r ? r : tour_kernel_fill(p, folder, d);
}

/* ------------------------------------------------------------- commands */

struct capture {
	struct text t;
	size_t left_out;
};

static void take_line(void *arg, const char *line)
{
	struct capture *c = arg;

	if (c->t.n > OUTPUT_MAX)
		c->left_out++;
	else
		text_addf(&c->t, "%s\n", line);
}

/*
 * What 'lkm build' does about a compiler and a pahole that are missing, the
 * lesson's own calls of make do, too.
 */
static int add_make_flags(const struct tour_place *p, struct strv *env)
{
	const struct build_compiler *c = &p->compiler;
	const char *btf = c->no_btf ? " CONFIG_DEBUG_INFO_BTF_MODULES=" : "";
	const char *llvm = c->clang ? " LLVM=1" : "";

	if (!c->script)
		return !*btf && !*llvm ? 0 :
			strv_addf(env, "MAKEFLAGS= --%s%s", btf, llvm);
	return strv_addf(env, "MAKEFLAGS= --%s%s CC=%s", btf, llvm, c->script);
}

/* What the commands of this machine are given. Return: 0; -ENOMEM. */
static int host_env(const struct tour_place *p, struct strv *env)
{
	static const char *const same[] = { "LC_ALL=C.UTF-8", "NO_COLOR=1",
					    "COLUMNS=80" };
	const char *path = getenv("PATH");
	int r = strv_addf(env, "PATH=%s:%s:/usr/sbin:/sbin", p->programs,
			  path ? path : "/usr/bin:/bin");

	if (!r)
		r = strv_addf(env, "LKM_KERNEL=%s", p->kernel_name);
	for (size_t i = 0; i < ARRAY_SIZE(same) && !r; i++)
		r = strv_add(env, same[i]);
	return r ? r : add_make_flags(p, env);
}

/* How long a command of this machine may take. */
static unsigned host_limit_ms(void)
{
	const char *env = getenv("LKM_TOUR_SECONDS");
	uint64_t s;

	if (!env || !str_to_u64(env, HOST_S_MAX, &s) || !s)
		s = HOST_S;
	return (unsigned)s * 1000;
}

static int host_run(const struct tour_place *p, struct arena *a,
		    const char *command, struct tour_said *said,
		    struct diag *d)
{
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	_cleanup_strv_ struct strv env = { 0 };
	struct capture c = { 0 };
	int r = host_env(p, &env);

	if (r < 0)
		return diag_fail(d, ENOMEM, "out of memory");

	const struct child_setup setup = { .cwd = p->folder, .no_input = true,
					   .limit_ms = host_limit_ms(),
					   .env = (const char *const *)env.v };

	r = child_run(argv, &setup, take_line, &c, &said->status, d);
	if (r == -ETIMEDOUT) {
		said->status = -1;
		r = 0;
	}
	if (c.left_out)
		text_addf(&c.t, "(%zu more lines were left out)\n",
			  c.left_out);
	said->command = command;
	said->output = arena_strndup(a, text_str(&c.t), c.t.n);
	if (!r && (!said->output || c.t.failed))
		r = diag_fail(d, ENOMEM, "out of memory");
	text_fini(&c.t);
	return r;
}

char *tour_next_command(struct arena *a, const char **at)
{
	const char *start = *at + strspn(*at, "\n");
	const char *end = start;

	if (!*start)
		return NULL;
	for (;;) {
		end += strcspn(end, "\n");
		if (!*end || end[-1] != '\\')
			break;
		end++;
	}
	*at = end;
	return arena_strndup(a, start, (size_t)(end - start));
}

static int run_one(struct tour_place *p, struct tour_done *done,
		   const char *command, struct diag *d)
{
	struct tour_said *v = arena_more(&done->arena, done->v, done->n,
					 sizeof(*v));
	int r;

	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	done->v = v;
	r = done->guest ? tour_guest_run(p, done, command, &v[done->n], d) :
			  host_run(p, &done->arena, command, &v[done->n], d);
	done->n += r == 0;
	return r;
}

int tour_run(struct tour_place *p, const struct tour_block *b,
	     const struct tour_watch *watch, struct tour_done *ret,
	     struct diag *d)
{
	_cleanup_done_ struct tour_done done = { 0 };
	const char *at = b->text, *command;
	int r = 0;

	done.guest = b->kind == TOUR_GUEST;
	done.skipped = tour_needs(p, b, &done.arena);
	if (!done.skipped && done.guest)
		r = tour_guest_enter(p, b, d);
	while (!r && !done.skipped && !done.ended &&
	       (command = tour_next_command(&done.arena, &at))) {
		if (watch)
			watch->before(watch->arg, command, done.guest);
		r = run_one(p, &done, command, d);
		if (!r && watch)
			watch->said(watch->arg, &done.v[done.n - 1]);
	}
	if (r < 0)
		return r;
	*ret = done;
	done = (struct tour_done){ 0 };
	return 0;
}

/* --------------------------------------------------------------- claims */

struct claim {
	void (*bad)(void *arg, const char *what, const char *pattern);
	void *arg;
};

static void bad_pattern(void *arg, const char *pattern)
{
	const struct claim *c = arg;
	_cleanup_text_ struct text t = { 0 };

	if (str_starts(pattern, "! "))
		text_addf(&t, "'%s' should not be in the output, and is",
			  pattern + 2);
	else
		text_addf(&t, "'%s' should be in the output, and is not",
			  pattern);
	c->bad(c->arg, text_str(&t), pattern);
}

static void claim_status(const struct tour_done *done,
			 const struct tour_block *next, const struct claim *c)
{
	const char *want = next ? tour_attr(next, "status") : NULL;
	int wanted = want ? (int)strtol(want, NULL, 10) : 0;
	int found = done->n ? done->v[done->n - 1].status : -1;
	_cleanup_text_ struct text t = { 0 };

	if (found == wanted || (want && str_eq(want, "any")))
		return;
	text_addf(&t, "the status of the last command should be %d, and is %d",
		  wanted, found);
	c->bad(c->arg, text_str(&t), NULL);
}

/* The last of several blocks needs nothing, so that the search ends. */
const struct tour_block *tour_claims_for(const struct tour_place *p,
					 const struct tour_block *b)
{
	for (; b && b->kind == TOUR_EXPECT; b++) {
		struct arena a = { 0 };
		bool met = !tour_needs(p, b, &a);

		arena_fini(&a);
		if (met)
			return b;
	}
	return NULL;
}

int tour_claim(const struct tour_place *p, const struct tour_done *done,
	       const struct tour_block *next,
	       void (*bad)(void *arg, const char *what, const char *pattern),
	       void *arg)
{
	const struct claim c = { bad, arg };
	const struct tour_var vars[] = {
		{ "release", done->guest && p->guest.release[0] ?
				     p->guest.release :
				     p->kernel.release },
		{ NULL, NULL },
	};
	_cleanup_text_ struct text all = { 0 };
	int r = 0;

	next = tour_claims_for(p, next);
	claim_status(done, next, &c);
	for (size_t i = 0; i < done->n; i++)
		text_add(&all, done->v[i].output);
	if (next && !all.failed)
		r = tour_match(next->text, text_str(&all), vars, bad_pattern,
			       (void *)(uintptr_t)&c);
	return r < 0 || all.failed ? -ENOMEM : r + 1;
}
