/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm check: which kernel is asked, what its state is, and what modprobe
 * would have loaded before.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "build/facts.h"
#include "check.h"
#include "live/load.h"
#include "trust.h"
#include "ui.h"

#define DEPTH 64 /* no chain of dependencies is longer */

/* One module of the kernel's folder, as it is when it is loaded. */
struct memo_entry {
	struct memo_entry *next;
	struct arena a;
	const char *name;
	bool loads;
	struct kern_loaded loaded;
	uint64_t taints; /* what the kernel gained */
	unsigned said;
	const char **needs; /* names, in the order of loading */
	size_t n_needs;
};

struct check_memo {
	pthread_mutex_t lock;
	struct memo_entry *hash[1024];
};

static unsigned slot(const char *name)
{
	unsigned h = 5381;

	for (; *name; name++)
		h = h * 33 + (*name == '-' ? '_' : (unsigned char)*name);
	return h % 1024;
}

static struct memo_entry *look(struct check_memo *m, const char *name)
{
	struct memo_entry *e = m->hash[slot(name)];

	while (e && !str_eq(e->name, name))
		e = e->next;
	return e;
}

/* Another thread may have been first: then its entry counts. */
static struct memo_entry *keep(struct check_memo *m, struct memo_entry *e)
{
	struct memo_entry *there;

	(void)pthread_mutex_lock(&m->lock);
	there = look(m, e->name);
	if (!there) {
		unsigned i = slot(e->name);

		e->next = m->hash[i];
		m->hash[i] = e;
		there = e;
	}
	(void)pthread_mutex_unlock(&m->lock);
	return there;
}

/* --------------------------------------------- what is loaded beforehand */

/* The state that a module meets: it grows by one dependency at a time. */
struct before {
	struct check_world *w;
	struct kern_state s;
	struct arena *a;
	const char *chain[DEPTH]; /* who asked for whom */
	unsigned depth;
	bool failed; /* no memory */
};

static bool is_loaded(const struct kern_state *s, const char *name)
{
	for (size_t i = 0; i < s->n_loaded; i++)
		if (str_eq(s->loaded[i].name, name))
			return true;
	return false;
}

static void push(struct before *b, const struct memo_entry *e)
{
	struct kern_loaded *v = kern_state_more(&b->s, b->a);

	if (!v) {
		b->failed = true;
		return;
	}
	*v = e->loaded;
	b->s.taints |= e->taints;
	b->s.said |= e->said;
}

static void load_needs(struct before *b, const struct ko *ko);

static void dashes(char *name)
{
	for (; *name; name++)
		if (*name == '-')
			*name = '_';
}

/* Loads @path into a state of its own, behind what it needs. */
static struct memo_entry *learn(struct before *up, const char *name,
				const char *path)
{
	struct memo_entry *e = calloc(1, sizeof(*e));
	_cleanup_ko_ struct ko *ko = NULL;
	struct rule_result r = { 0 };
	struct before b = { .w = up->w, .s = up->w->s, .depth = up->depth };

	if (!e)
		return NULL;
	b.a = &e->a;
	b.s.room = 0;
	memcpy(b.chain, up->chain, sizeof(b.chain));
	e->name = arena_strdup(&e->a, name);
	if (e->name && !ko_open(path, &ko, NULL)) {
		const struct rule_request q = { .ko = ko };
		unsigned said = b.s.said;

		load_needs(&b, ko);
		e->loads = !rule_load(b.w->k, &b.s, &q, &e->a, &r, NULL) &&
			   r.verdict != RULE_REFUSED &&
			   r.verdict != RULE_UNDEFINED && b.s.n_loaded;
		e->taints = r.kernel_taints;
		e->said = b.s.said & ~said;
	}
	if (e->loads) {
		e->loaded = b.s.loaded[b.s.n_loaded - 1];
		e->n_needs = b.s.n_loaded - 1 - b.w->s.n_loaded;
		e->needs = arena_array(&e->a, e->n_needs + 1,
				       sizeof(*e->needs));
		for (size_t i = 0; e->needs && i < e->n_needs; i++)
			e->needs[i] = b.s.loaded[b.w->s.n_loaded + i].name;
	}
	if (e->name && (!e->loads || e->needs) && !b.failed)
		return e;
	arena_fini(&e->a);
	free(e);
	return NULL;
}

/* Loads a module of the kernel's folder unless it is there. */
static void load_name(struct before *b, const char *name)
{
	struct check_memo *m = b->w->memo;
	struct memo_entry *e;
	const char *path;

	if (is_loaded(&b->s, name) || b->depth == DEPTH)
		return;
	for (unsigned i = 0; i < b->depth; i++)
		if (str_eq(b->chain[i], name))
			return;
	(void)pthread_mutex_lock(&m->lock);
	e = look(m, name);
	(void)pthread_mutex_unlock(&m->lock);
	path = e ? NULL : kern_module_path(b->w->k, name);
	if (path) {
		b->chain[b->depth++] = name;

		struct memo_entry *mine = learn(b, name, path);

		b->depth--;
		e = mine ? keep(m, mine) : NULL;
		if (mine && e != mine) {
			arena_fini(&mine->a);
			free(mine);
		}
	}
	if (!e || !e->loads)
		return;
	for (size_t i = 0; i < e->n_needs; i++)
		load_name(b, e->needs[i]);
	push(b, e);
}

static void load_needs(struct before *b, const struct ko *ko)
{
	_cleanup_strv_ struct strv names = { 0 };

	if (b->w->o->insmod)
		return;
	if (ko_depends(ko, &names) < 0) {
		b->failed = true;
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		dashes(names.v[i]);

		/* The chain and the memory outlive this list. */
		const char *name = arena_strdup(b->a, names.v[i]);

		if (name)
			load_name(b, name);
		else
			b->failed = true;
	}
}

/* ------------------------------------------------------------- one subject */

/* As much as a module may have. */
#define STDIN_LIMIT ((size_t)256 << 20)

int check_open(const char *path, struct ko **ret, struct diag *d)
{
	static struct bytes input;
	static bool is_read;

	if (!str_eq(path, "-"))
		return ko_open(path, ret, d);
	/* The kernel is chosen by it first, before there are threads. */
	if (!is_read) {
		int r = file_read_fd(STDIN_FILENO, "standard input",
				     STDIN_LIMIT, &input, d);

		if (r)
			return r;
		is_read = true;
	}
	return ko_open_span("standard input", bytes_span(&input), ret, d);
}

/*
 * insmod and modprobe (kmod's since 31) leave a compressed file to a kernel
 * that knows its compression, which /sys/module/compression tells.
 */
static unsigned unpacked_by_kernel(const struct kern *k, const struct ko *ko)
{
	const char *option = ko->compression == KO_GZIP ? "MODULE_COMPRESS_GZIP"
			     : ko->compression == KO_XZ ? "MODULE_COMPRESS_XZ"
			     : ko->compression == KO_ZSTD
				     ? "MODULE_COMPRESS_ZSTD"
				     : NULL;

	return option && kern_option(k, "MODULE_DECOMPRESS") == KERN_OPT_Y &&
			       kern_option(k, option) == KERN_OPT_Y
		       ? LIVE_COMPRESSED
		       : 0;
}

static void run_subject(struct before *b, struct check_subject *s)
{
	s->done = true;
	s->failed = true;
	if (s->d.err) /* a folder without modules */
		return;
	if (check_open(s->path, &s->ko, &s->d) < 0)
		return;
	load_needs(b, s->ko);
	if (b->failed) {
		(void)diag_fail(&s->d, ENOMEM, "out of memory");
		return;
	}

	const struct rule_request q = {
		.ko = s->ko,
		.params = text_str(&s->params),
		.typed = str_eq(s->path, "-") ? "FILE.ko" : NULL,
		.flags = b->w->o->flags | unpacked_by_kernel(b->w->k, s->ko),
	};

	s->failed = rule_load(b->w->k, &b->s, &q, &s->a, &s->r, &s->d) < 0;
}

void check_subject_run(struct check_world *w, struct check_subject *s)
{
	struct before b = { .w = w, .s = w->s, .a = &s->a };

	b.s.room = 0;
	run_subject(&b, s);
}

/* Room for all of them, so that the list is not copied for each. */
int check_world_expect(struct check_world *w, size_t n, struct diag *d)
{
	struct kern_loaded *v =
		arena_array(&w->a, w->s.n_loaded + n + DEPTH, sizeof(*v));

	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	if (w->s.n_loaded)
		memcpy(v, w->s.loaded, w->s.n_loaded * sizeof(*v));
	w->s.loaded = v;
	w->s.room = w->s.n_loaded + n + DEPTH;
	return 0;
}

/*
 * What it needs was loaded for it alone, and may be named later: the next one
 * finds only this module, and what the kernel has said and counts as tainted.
 */
void check_subject_run_next(struct check_world *w, struct check_subject *s)
{
	struct before b = { .w = w, .s = w->s, .a = &s->a };

	run_subject(&b, s);
	w->s.taints = b.s.taints;
	w->s.said = b.s.said;
	if (s->failed || s->r.verdict == RULE_REFUSED ||
	    s->r.verdict == RULE_UNDEFINED || b.s.n_loaded == w->s.n_loaded ||
	    w->s.n_loaded == w->s.room)
		return;
	w->s.loaded[w->s.n_loaded++] = b.s.loaded[b.s.n_loaded - 1];
}

void check_subject_fini(struct check_subject *s)
{
	(void)ko_close(s->ko);
	arena_fini(&s->a);
	text_fini(&s->params);
	free(s->path);
}

int check_status(const struct check_subject *s)
{
	if (s->failed)
		return UI_UNKNOWN;
	switch (s->r.verdict) {
	case RULE_LOADS:
		return UI_YES;
	case RULE_REFUSED:
	case RULE_UNDEFINED:
		return UI_NO;
	default:
		return UI_UNKNOWN;
	}
}

/* ----------------------------------------------------------- the kernel */

/* The module's own kernel is not here: then the answer is about another. */
static const char *another(struct arena *a, const char *magic,
			   const char *release, bool near)
{
	_cleanup_text_ struct text t = { 0 };
	size_t n = strcspn(magic, " ");

	if (n && !strncmp(magic, release, n) && !release[n])
		return NULL;
	text_addf(&t, "built for %.*s, which is not at hand; this one is %s ('lkm kernel get %.*s' may fetch it, --kernel names another)",
		  (int)n, magic,
		  near ? "the closest of its series" : "the best that is here",
		  (int)n, magic);
	return t.failed ? NULL : arena_strdup(a, text_str(&t));
}

/* One that was built for no kernel here is refused by the best one. */
static int find_by_file(struct check_world *w, const char *first,
			struct diag *d)
{
	_cleanup_ko_ struct ko *ko = NULL;
	const char *magic = !check_open(first, &ko, NULL)
				    ? ko_modinfo(ko, "vermagic")
				    : NULL;
	bool near = magic && !build_kernel_for_vermagic(magic, &w->at, NULL);
	int r = near ? 0 : build_kernel_find(NULL, &w->at, d);

	if (!r && magic)
		w->note = another(&w->a, magic, w->at.release, near);
	else if (!r && ko)
		w->note = "the module does not say what it was built for; this one is the best that is here";
	return r;
}

static int find_kernel(struct check_world *w, const char *first,
		       struct diag *d)
{
	const struct check_options *o = w->o;
	struct utsname u;

	if (o->kernel)
		return build_kernel_find(o->kernel, &w->at, d);
	if (!o->live)
		return find_by_file(w, first, d);
	if (uname(&u) < 0)
		return diag_fail(d, errno, "uname: %s", strerror(errno));
	return build_kernel_find(u.release, &w->at, d);
}

/* ------------------------------------------------------------ its state */

static bool yes(const char *value)
{
	return !*value || strchr("yYtT1", *value) || !strncmp(value, "on", 2);
}

/* One word of the kernel's command line. */
static void boot_word(struct kern_state *s, struct arena *a, const char *word)
{
	const char *eq = strchr(word, '=');
	size_t n = eq ? (size_t)(eq - word) : strlen(word);
	const char *value = eq ? eq + 1 : "";

	if (n == 16 && !strncmp(word, "module_blacklist", n))
		s->blacklist = arena_strdup(a, value);
	else if (n == 18 && !strncmp(word, "module.sig_enforce", n))
		s->sig_enforce = yes(value);
	else if (n == 8 && !strncmp(word, "lockdown", n))
		s->lockdown = str_eq(value, "integrity")
				      ? KERN_LOCKDOWN_INTEGRITY
			      : str_eq(value, "confidentiality")
				      ? KERN_LOCKDOWN_CONFIDENTIALITY
				      : KERN_LOCKDOWN_NONE;
	else if (str_eq(word, "nomodule"))
		s->modules_disabled = true;
	else if (str_eq(word, "mitigations=off") ||
		 str_eq(word, "nospectre_v2") ||
		 str_eq(word, "spectre_v2=off"))
		s->spectre_v2_mitigated = false;
}

void check_boot_words(struct kern_state *s, struct arena *a, const char *line)
{
	while (line && *line) {
		size_t n = strcspn(line, " \t\n");
		char *word = arena_strndup(a, line, n);

		if (word && n)
			boot_word(s, a, word);
		line += n + strspn(line + n, " \t\n");
	}
}

/* Besides those that the running kernel was seen to trust. */
static int add_trusted(struct check_world *w, struct diag *d)
{
	struct kern_state *s = &w->s;
	struct trust more;
	int r = trust_read(&w->o->trust, &w->a, &more, d);
	struct kern_key *v = r ? NULL :
				 arena_array(&w->a, s->n_keys + more.n + 1,
					     sizeof(*v));

	if (r)
		return r;
	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	if (s->n_keys)
		memcpy(v, s->keys, s->n_keys * sizeof(*v));
	if (more.n)
		memcpy(v + s->n_keys, more.keys, more.n * sizeof(*v));
	s->keys = v;
	s->n_keys += more.n;
	return 0;
}

/* A module of --with has to be there for all others. */
static int load_with(struct check_world *w, const char *path, struct diag *d)
{
	struct before b = { .w = w, .s = w->s, .a = &w->a };
	_cleanup_ko_ struct ko *ko = NULL;
	struct rule_result r = { 0 };
	int err = ko_open(path, &ko, d);

	if (err)
		return err;

	const struct rule_request q = { .ko = ko, .flags = w->o->flags };

	load_needs(&b, ko);
	err = rule_load(w->k, &b.s, &q, &w->a, &r, d);
	if (err)
		return err;
	if (r.verdict == RULE_REFUSED || r.verdict == RULE_UNDEFINED) {
		_cleanup_free_ char *word = str_word(path);

		(void)diag_fail(d, ENOEXEC, "it would not load itself: %s",
				r.decided ? r.decided->why : "?");
		(void)diag_in(d, "%s", path);
		return diag_hint(d, "'lkm check %s' tells more",
				 word ? word : "FILE");
	}
	w->s = b.s;
	return 0;
}

static int make_state(struct check_world *w, struct diag *d)
{
	const struct check_options *o = w->o;
	int r = 0;

	w->s = (struct kern_state){ .keys_complete = true,
				    .spectre_v2_mitigated = true };
	if (o->live)
		r = kern_state_live("", w->k, &w->a, &w->s, &w->unknown, d);
	check_boot_words(&w->s, &w->a, o->append);
	if (!r)
		r = add_trusted(w, d);
	for (size_t i = 0; !r && i < o->with.n; i++)
		r = load_with(w, o->with.v[i], d);
	return r;
}

int check_world_open(const struct check_options *o, const char *first,
		     struct check_world *ret, struct diag *d)
{
	struct check_world w = { .o = o };
	int r = find_kernel(&w, first, d);

	w.memo = calloc(1, sizeof(*w.memo));
	if (!r && !w.memo)
		r = diag_fail(d, ENOMEM, "out of memory");
	if (w.memo)
		(void)pthread_mutex_init(&w.memo->lock, NULL);
	if (!r)
		r = build_kernel_facts(&w.at, false, &w.k, d);
	if (!r)
		r = make_state(&w, d);
	if (r)
		check_world_close(&w);
	else
		*ret = w;
	return r;
}

void check_world_close(struct check_world *w)
{
	for (size_t i = 0; w->memo && i < ARRAY_SIZE(w->memo->hash); i++)
		for (struct memo_entry *e = w->memo->hash[i], *next; e;
		     e = next) {
			next = e->next;
			arena_fini(&e->a);
			free(e);
		}
	free(w->memo);
	(void)kern_close(w->k);
	arena_fini(&w->a);
	strv_fini(&w->unknown);
}
