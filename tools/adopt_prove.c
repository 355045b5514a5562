// SPDX-License-Identifier: GPL-2.0-or-later
/* A module as y, m and n, each built and run: see adopt_prove.h. */
#include "adopt_prove.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "build/kmake.h"
#include "build/ktree.h"
#include "build/minimal.h"
#include "ko/ko.h"
#include "lab/lab.h"

struct prove {
	const struct adopt_prove *q;
	const struct adopt_plan *plan;
	struct adopt_proof *proof;
	char *dir;  /* .../proof                                            */
	char *work; /* .../proof/work: of nobody else, for we hold a lock    */
	char *tree, *root, *log;
	char what[224];
	char release[96];
	char init[128]; /* the module's init function                      */
	int lock[2]; /* and -1: make holds it, too                          */
	struct build_kmake make;
};

static void tell(const struct prove *p, const char *what)
{
	if (p->q->progress && p->q->progress->fn)
		p->q->progress->fn(p->q->progress->arg, what, -1);
}

static void prove_fini(struct prove *p)
{
	build_kmake_fini(&p->make);
	if (p->work && p->lock[0] >= 0) {
		tell(p, "removing the copy of the tree");
		(void)!tree_remove(p->work, NULL);
	}
	if (p->lock[0] >= 0)
		(void)close(p->lock[0]);
	free(p->dir);
	free(p->work);
	free(p->tree);
	free(p->root);
	free(p->log);
}

void adopt_proof_fini(struct adopt_proof *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->as); i++)
		strv_fini(&p->as[i].seen);
	*p = (struct adopt_proof){ 0 };
}

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

static int path_of(char **ret, const char *dir, const char *name,
		   struct diag *d)
{
	if (asprintf(ret, "%s/%s", dir, name) >= 0)
		return 0;
	*ret = NULL;
	return no_memory(d);
}

/* ---------------------------------------------------------------- the tree */

static int places(struct prove *p, struct diag *d)
{
	_cleanup_free_ char *lock = NULL;
	int r = cache_dir("proof", &p->dir, d);

	if (!r)
		r = path_of(&p->work, p->dir, "work", d);
	if (!r)
		r = path_of(&p->tree, p->work, "tree", d);
	if (!r)
		r = path_of(&p->root, p->work, "root", d);
	if (!r)
		r = path_of(&p->log, p->dir, "log", d);
	if (!r)
		r = path_of(&lock, p->dir, ".lock", d);
	if (!r)
		r = file_lock(lock, false, &p->lock[0], d);
	if (r == -EWOULDBLOCK) {
		tell(p, "waiting for another lkm that proves a module");
		r = file_lock(lock, true, &p->lock[0], d);
	}
	/* What a killed one left. */
	if (!r)
		r = tree_remove(p->work, d);
	if (!r)
		r = tree_remove(p->log, d);
	return r ? r : dir_make(p->work, d);
}

/* The plan's files over those of the copy. */
static int overlay(struct prove *p, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; !r && i < p->plan->n; i++) {
		const struct adopt_file *f = &p->plan->files[i];
		_cleanup_free_ char *path = NULL, *dir = NULL;

		r = path_of(&path, p->tree, f->path, d);
		if (r < 0)
			return r;
		dir = strndup(path, (size_t)(strrchr(path, '/') - path));
		if (!dir)
			return no_memory(d);
		r = dir_make(dir, d);
		if (!r)
			r = file_write(path, f->text, strlen(f->text), 0644, d);
	}
	return r;
}

static int make_tree(struct prove *p, struct diag *d)
{
	int r;

	tell(p, "copying the tree");
	r = build_minimal_seed(p->plan->version, p->tree, d);
	if (r >= 0)
		r = build_ktree_sync(p->plan->git.tree, p->tree, p->plan->at,
				     d);
	return r ? r : overlay(p, d);
}

/* ------------------------------------------------------------------- build */

/* What --depends names goes along, for it is of no use without. */
static void add_depends(const struct prove *p, struct text *t)
{
	for (const char *s = p->plan->depends; *s;) {
		size_t n = 0;

		while (isalnum((unsigned char)s[n]) || s[n] == '_')
			n++;
		if (n > 1 && !(s > p->plan->depends && s[-1] == '!'))
			text_addf(t, "CONFIG_%.*s=y\n", (int)n, s);
		s += n ? n : 1;
	}
}

static int configure(struct prove *p, char value, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	int r;

	text_addf(&t, "%s\n", build_minimal_config());
	add_depends(p, &t);
	for (size_t i = 0; i < p->q->with->n; i++)
		text_addf(&t, "CONFIG_%s\n", p->q->with->v[i]);
	if (value == 'n')
		text_addf(&t, "# CONFIG_%s is not set\n", p->plan->config);
	else
		text_addf(&t, "CONFIG_%s=%c\n", p->plan->config, value);
	if (t.failed)
		return no_memory(d);
	r = build_kmake_config(&p->make, "minimal.config and the module's option",
			       text_str(&t), d);
	if (r == -EINVAL && d && strstr(d->what, "CONFIG_"))
		(void)snprintf(d->hint, sizeof(d->hint),
			       "what it depends on is off in the minimal configuration: '--with OPTION=y' sets more");
	return r;
}

static int build(struct prove *p, char value, struct diag *d)
{
	_cleanup_free_ char *lib = NULL, *word = NULL, *rel = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };
	int r;

	(void)snprintf(p->what, sizeof(p->what),
		       "building Linux %s with CONFIG_%s=%c", p->plan->version,
		       p->plan->config, value);
	if (asprintf(&word, "INSTALL_MOD_PATH=%s", p->root) < 0) {
		word = NULL;
		return no_memory(d);
	}
	r = path_of(&lib, p->root, "lib", d);
	if (!r)
		r = configure(p, value, d);
	if (!r)
		r = build_kmake(&p->make, (const char *const[]){
						  "bzImage", "modules", NULL },
				d);
	if (!r)
		r = tree_remove(lib, d);
	if (!r)
		r = build_kmake(&p->make,
				(const char *const[]){ word, "DEPMOD=true",
						       "modules_install",
						       NULL }, d);
	if (!r)
		r = path_of(&rel, p->tree, "include/config/kernel.release", d);
	if (!r)
		r = file_read_regular(rel, 256, &b, d);
	if (!r)
		(void)snprintf(p->release, sizeof(p->release), "%.*s",
			       (int)strcspn((char *)b.p, "\n"), (char *)b.p);
	return r;
}

/* --------------------------------------------------------------- evidence */

static struct adopt_as *as(struct prove *p, char value)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->proof->as); i++)
		if (p->proof->as[i].value == value)
			return &p->proof->as[i];
	return &p->proof->as[0];
}

#define SEEN(a, d, ...) \
	(strv_addf(&(a)->seen, __VA_ARGS__) < 0 ? no_memory(d) : 0)

/* "kernel/drivers/misc/hello.ko", or in a folder of its own. */
static int module_rel(const struct prove *p, char **ret, struct diag *d)
{
	const struct adopt_module *m = &p->plan->module;
	int n = adopt_module_single(m) ?
			asprintf(ret, "kernel/%s/%s.ko", p->plan->at, m->name) :
			asprintf(ret, "kernel/%s/%s/%s.ko", p->plan->at,
				 m->name, m->name);

	if (n >= 0)
		return 0;
	*ret = NULL;
	return no_memory(d);
}

static int modules_path(const struct prove *p, const char *rel, char **ret,
			struct diag *d)
{
	if (asprintf(ret, "%s/lib/modules/%s/%s", p->root, p->release, rel) >= 0)
		return 0;
	*ret = NULL;
	return no_memory(d);
}

/* Is the module a line of modules.builtin? */
static int is_builtin(const struct prove *p, const char *rel, bool *ret,
		      struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	int r = modules_path(p, "modules.builtin", &path, d);

	if (!r)
		r = file_read_regular(path, 4 << 20, &b, d);
	if (r < 0)
		return r;
	*ret = false;
	for (const char *s = (char *)b.p; *s; s += strcspn(s, "\n"),
			s += *s == '\n') {
		size_t n = strcspn(s, "\n");

		*ret |= n == strlen(rel) && !memcmp(s, rel, n);
	}
	return 0;
}

/* The function that the kernel calls first, by its own name. */
static int find_init(struct prove *p, const char *ko_path, struct diag *d)
{
	struct ko *ko = NULL;
	struct ko_symbol init;
	int r = ko_open(ko_path, &ko, d);

	if (r < 0)
		return r;
	if (ko_find_symbol(ko, "init_module", &init))
		for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);)
			if (s.shndx == init.shndx && s.value == init.value &&
			    s.type == init.type && !str_eq(s.name, "init_module") &&
			    !str_starts(s.name, "__"))
				(void)snprintf(p->init, sizeof(p->init), "%s",
					       s.name);
	ko_close(ko);
	return 0;
}

/* The kernel where `lkm try` looks for one. */
static int put_image(const struct prove *p, struct diag *d)
{
	_cleanup_free_ char *from = NULL, *dir = NULL, *to = NULL;
	int r = path_of(&from, p->tree, "arch/x86/boot/bzImage", d);

	if (!r)
		r = path_of(&dir, p->root, "boot", d);
	if (!r)
		r = dir_make(dir, d);
	if (!r && asprintf(&to, "%s/vmlinuz-%s", dir, p->release) < 0) {
		to = NULL;
		return no_memory(d);
	}
	return r ? r : file_copy(from, to, d);
}

/* ------------------------------------------------------------------- as m */

static void last_line(void *arg, const char *line)
{
	struct text *t = arg;

	if (!*line)
		return;
	t->n = 0;
	text_add(t, line);
}

static int as_module(struct prove *p, struct diag *d)
{
	struct adopt_as *a = as(p, 'm');
	_cleanup_free_ char *rel = NULL, *ko = NULL, *root = NULL;
	_cleanup_text_ struct text said = { 0 };
	int status, r = build(p, 'm', d);

	a->reached = true;
	if (!r)
		r = module_rel(p, &rel, d);
	if (!r)
		r = modules_path(p, rel, &ko, d);
	if (r < 0)
		return r;
	if (!path_exists(ko))
		return SEEN(a, d, "there is no %s", rel);
	r = find_init(p, ko, d);
	if (!r)
		r = put_image(p, d);
	if (!r)
		r = path_of(&root, p->root, "", d);
	if (r < 0)
		return r;
	tell(p, "trying it as a module");

	/* Ourselves: the report of a try is its own. */
	const char *const argv[] = { "/proc/self/exe", "try", "-q", "--cold",
				     "--kernel", root, ko, NULL };
	const struct child_setup s = { .no_input = true };

	r = child_run(argv, &s, last_line, &said, &status, d);
	if (r < 0)
		return r;
	a->ok = status == 0;
	r = SEEN(a, d, "%s", rel);
	return r ? r : SEEN(a, d, "lkm try: %s", text_str(&said));
}

/* ---------------------------------------------------------------- as y, n */

/* What the kernel said when it booted. */
static int boot(const struct prove *p, struct text *ret, struct diag *d)
{
	_cleanup_lab_result_ struct lab_result res = { 0 };
	_cleanup_free_ char *image = NULL;
	const struct lab_request q = { .rounds = 1, .timeout_ms = 10000 };
	int r = path_of(&image, p->tree, "arch/x86/boot/bzImage", d);
	const struct lab_config c = { .release = p->release,
				      .image = image,
				      .append = "loglevel=8 initcall_debug",
				      .cold = true };

	if (!r)
		r = lab_run(&c, &q, &res, d);
	if (!r)
		text_add(ret, res.console);
	return r || !ret->failed ? r : no_memory(d);
}

/* A line of the log without its time and its end. */
static const char *message(const char *line, int *n)
{
	const char *s = line;

	if (*s == '[' && strchr(s, ']'))
		s = strchr(s, ']') + 1;
	s += strspn(s, " ");
	*n = (int)strcspn(s, "\r\n");
	return s;
}

/* "calling  NAME+0x0/0x1a @ 1" ... "initcall NAME+0x0/0x1a returned 0 ..." */
static const char *find_call(const char *log, const char *what,
			     const char *name)
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "%s%s+0x", what, name);
	return t.failed || !*name ? NULL : strstr(log, text_str(&t));
}

/* What stands between the call and its return is the module's own. */
static int log_evidence(struct prove *p, struct adopt_as *a, const char *log,
			struct diag *d)
{
	const char *call = find_call(log, "calling  ", p->init);
	const char *back = find_call(log, "initcall ", p->init);
	int n, r = 0;

	if (!call || !back || back < call)
		return SEEN(a, d, "the boot log has no call of %s()",
			    p->init[0] ? p->init : "its init function");
	for (const char *s = call; !r; ) {
		s = strchr(s, '\n');
		if (!s || s + 1 >= back)
			break;

		const char *m = message(++s, &n);

		if (m < back && !str_starts(m, "initcall ") && a->seen.n < 12)
			r = SEEN(a, d, "boot log: %.*s", n, m);
	}
	if (r < 0)
		return r;
	a->ok = strstr(back, " returned 0 after ") &&
		strstr(back, " returned 0 after ") < strchrnul(back, '\n');
	back = message(back, &n);
	return SEEN(a, d, "boot log: %.*s", n, back);
}

/* Built as y or n: what became of the module's place, and modules.builtin. */
static int build_without_module(struct prove *p, char c, char **rel,
				bool *builtin, bool *module, struct diag *d)
{
	_cleanup_free_ char *ko = NULL;
	int r = build(p, c, d);

	as(p, c)->reached = true;
	if (!r)
		r = module_rel(p, rel, d);
	if (!r)
		r = modules_path(p, *rel, &ko, d);
	if (!r)
		r = is_builtin(p, *rel, builtin, d);
	if (r < 0)
		return r;
	*module = path_exists(ko);
	return 0;
}

static int as_builtin(struct prove *p, struct diag *d)
{
	struct adopt_as *a = as(p, 'y');
	_cleanup_free_ char *rel = NULL;
	_cleanup_text_ struct text log = { 0 };
	bool builtin, module;
	int r = build_without_module(p, 'y', &rel, &builtin, &module, d);

	if (r < 0)
		return r;
	if (!builtin || module)
		return SEEN(a, d, builtin ? "there is a module %s, too" :
					    "modules.builtin does not list %s",
			    rel);
	tell(p, "booting with it built in");
	r = boot(p, &log, d);
	if (!r)
		r = SEEN(a, d, "modules.builtin: %s", rel);
	return r ? r : log_evidence(p, a, text_str(&log), d);
}

static int as_nothing(struct prove *p, struct diag *d)
{
	struct adopt_as *a = as(p, 'n');
	_cleanup_free_ char *rel = NULL;
	_cleanup_text_ struct text log = { 0 };
	bool builtin, module;
	int r = build_without_module(p, 'n', &rel, &builtin, &module, d);

	if (r < 0)
		return r;
	if (builtin || module)
		return SEEN(a, d, "%s is there all the same", rel);
	tell(p, "booting without it");
	r = boot(p, &log, d);
	if (r < 0)
		return r;
	if (find_call(text_str(&log), "calling  ", p->init))
		return SEEN(a, d, "the boot log has a call of %s(): another function of that name, or the module all the same",
			    p->init);
	if (!strstr(text_str(&log), "calling  "))
		return SEEN(a, d, "the boot log tells of no calls at all");
	a->ok = true;
	r = SEEN(a, d, "neither in modules.builtin nor a module");
	return r ? r : SEEN(a, d, "boot log: no call of %s()", p->init);
}

int adopt_prove(const struct adopt_prove *q, struct adopt_proof *ret,
		struct diag *d)
{
	diag_spare(d);

	static int (*const each[])(struct prove *, struct diag *) = {
		as_module, as_builtin, as_nothing,
	};
	static const char values[] = "myn";
	_cleanup_(prove_fini) struct prove p = { .q = q, .plan = q->plan,
						 .proof = ret,
						 .lock = { -1, -1 } };
	int r = build_kmake_tools(d);

	for (size_t i = 0; i < ARRAY_SIZE(each); i++)
		ret->as[i].value = values[i];
	if (!r)
		r = places(&p, d);
	if (!r)
		r = make_tree(&p, d);
	p.make = (struct build_kmake){ .dir = p.tree, .log = p.log,
				       .jobs = q->jobs,
				       .progress = q->progress,
				       .what = p.what,
				       .keep = p.lock,
				       .about = BUILD_MINIMAL_FILES };
	for (size_t i = 0; !r && i < ARRAY_SIZE(each); i++) {
		r = each[i](&p, d);
		if (!r && !ret->as[i].ok)
			break;
	}
	return r;
}
