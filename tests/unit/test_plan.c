/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans, and carrying them out: over a folder of indexes that is made here and
 * a kernel that only remembers what it was told.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "index/bin_write.h"
#include "plan/plan.h"
#include "plan/run.h"

/* name, and what modules.dep says behind the colon */
static const struct {
	const char *name, *needs;
} modules[] = {
	{ "base", "" },
	{ "mid1", "base" },
	{ "mid2", "base" },
	{ "top", "mid2 mid1 base" },
	{ "other", "base" },
	{ "solo", "" },
	{ "extra", "" },
	{ "gone", "" }, /* its file is not there */
	{ "needs_gone", "gone" },
};

struct world {
	char *dir;
	struct conf conf;
	struct plan_world w;
	struct arena a;
};

static void put_file(const char *dir, const char *name, const void *p, size_t n)
{
	_cleanup_text_ struct text path = { 0 };

	text_addf(&path, "%s/%s", dir, name);
	assert_int_equal(file_write(text_str(&path), p, n, 0644, NULL), 0);
}

static void dep_line(struct text *t, size_t i)
{
	_cleanup_free_ char *needs = strdup(modules[i].needs);
	char *save = NULL;

	text_addf(t, "%s.ko:", modules[i].name);
	for (char *s = strtok_r(needs, " ", &save); s;
	     s = strtok_r(NULL, " ", &save))
		text_addf(t, " %s.ko", s);
}

static void put_indexes(const char *dir)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_bytes_ struct bytes dep = { 0 }, builtin = { 0 };
	struct idx_trie *t = idx_trie_new(&a), *b = idx_trie_new(&a);

	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		_cleanup_text_ struct text line = { 0 };

		dep_line(&line, i);
		assert_int_equal(
			idx_trie_add(t, modules[i].name,
				     arena_strdup(&a, text_str(&line)), 0),
			0);
		text_fini(&line);
		line = (struct text){ 0 };
		text_addf(&line, "%s.ko", modules[i].name);
		if (!str_eq(modules[i].name, "gone"))
			put_file(dir, text_str(&line), "x", 1);
	}
	assert_int_equal(idx_trie_add(b, "inside", "", 0), 0);
	assert_int_equal(idx_trie_bytes(t, &dep, NULL), 0);
	assert_int_equal(idx_trie_bytes(b, &builtin, NULL), 0);
	put_file(dir, "modules.dep.bin", dep.p, dep.n);
	put_file(dir, "modules.builtin.bin", builtin.p, builtin.n);
}

static void start(struct world *w, const char *conf)
{
	_cleanup_text_ struct text path = { 0 };

	memset(w, 0, sizeof(*w));
	assert_int_equal(dir_temp("plan", &w->dir, NULL), 0);
	put_indexes(w->dir);
	put_file(w->dir, "my.conf", conf, strlen(conf));
	text_addf(&path, "%s/my.conf", w->dir);

	const char *paths[] = { text_str(&path), NULL };
	struct conf_from from = { .paths = paths };

	assert_int_equal(conf_read(&from, &w->conf, NULL), 0);
	assert_int_equal(idx_dir_open(w->dir, &w->w.dir, NULL), 0);
	w->w.conf = &w->conf;
}

static void stop(struct world *w)
{
	w->w.dir = idx_dir_close(w->w.dir);
	conf_fini(&w->conf);
	arena_fini(&w->a);
	assert_int_equal(tree_remove(w->dir, NULL), 0);
	free(w->dir);
}

static struct plan_module lookup(struct world *w, const char *name)
{
	struct plan_modules m = { 0 };

	assert_int_equal(plan_lookup(&w->w, name, false, &w->a, &m, NULL), 0);
	assert_int_equal(m.n, 1);
	return m.v[0];
}

/* The plan as words; '!' denied, '?' not required, '=' a command. */
static void plan_is(struct world *w, const char *name, unsigned flags,
		    const char *want)
{
	_cleanup_text_ struct text t = { 0 };
	struct plan_module m = lookup(w, name);
	struct plan_steps s;

	assert_int_equal(plan_insert(&w->w, &m, flags, "x=1", &w->a, &s, NULL),
			 0);
	for (size_t i = 0; i < s.n; i++) {
		const struct plan_step *p = &s.v[i];

		text_addf(&t, "%s%s%s%s%s", i ? " " : "", p->denied ? "!" : "",
			  p->required ? "" : "?",
			  p->action == PLAN_INSTALL ? "=" : "", p->m.name);
		assert_int_equal(p->named, str_eq(p->m.name, name));
		if (p->named)
			assert_true(str_ends(p->options, "x=1"));
	}
	assert_string_equal(text_str(&t), want);
}

/* A name that comes again costs nothing, and the first place counts. But the
 * list of softdeps is the list that was written. */
static void again_and_again(void **state)
{
	_cleanup_text_ struct text conf = { 0 };
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules pre, post;
	struct world w;

	(void)state;
	text_add(&conf, "softdep solo pre:");
	for (unsigned i = 0; i < 20000; i++)
		text_add(&conf, " extra mid1 nothing");
	text_add(&conf, " post: mid1 inside extra inside\n");
	start(&w, text_str(&conf));
	plan_is(&w, "solo", 0, "?extra ?base ?mid1 solo ?inside");
	assert_true(w.a.used < 1 << 20);
	assert_int_equal(plan_softdeps(&w.w, "solo", &a, &pre, &post, NULL), 0);
	assert_int_equal(pre.n, 40000);
	assert_string_equal(pre.v[39998].name, "extra");
	assert_int_equal(post.n, 4);
	assert_string_equal(post.v[3].name, "inside");
	stop(&w);
}

static void plans(void **state)
{
	struct world w;

	(void)state;
	start(&w, "softdep solo pre: top post: inside\n"
		  "softdep sol* pre: extra\n"
		  "softdep top pre: solo\n"
		  "install extra foo\n"
		  "options top a=1\n");
	plan_is(&w, "base", 0, "base");
	plan_is(&w, "solo", 0,
		"?base ?mid1 ?mid2 ?top ?=extra solo ?inside");
	plan_is(&w, "solo", PLAN_IGNORE_COMMAND, "solo");
	plan_is(&w, "extra", 0, "=extra");
	plan_is(&w, "extra", PLAN_IGNORE_COMMAND, "extra");
	plan_is(&w, "needs_gone", 0, "needs_gone");
	stop(&w);
}

static void denied(void **state)
{
	struct world w;

	(void)state;
	start(&w, "deny mid1\nsoftdep solo pre: top extra\n");
	plan_is(&w, "solo", 0, "!?top ?extra solo");
	plan_is(&w, "top", 0, "base !mid1 mid2 top");
	plan_is(&w, "mid1", 0, "!mid1");
	stop(&w);
}

static void blacklists(void **state)
{
	struct world w;
	struct plan_steps s;

	(void)state;
	start(&w, "blacklist mid1\nalias al mid1\n");

	struct plan_module m = lookup(&w, "mid1"), al = lookup(&w, "al");
	struct plan_module top = lookup(&w, "top");

	assert_int_equal(plan_insert(&w.w, &m, PLAN_BLACKLIST_ALIAS, NULL,
				     &w.a, &s, NULL),
			 0);
	assert_int_equal(plan_insert(&w.w, &al, PLAN_BLACKLIST_ALIAS, NULL,
				     &w.a, &s, NULL),
			 PLAN_BLACKLIST_ALIAS);
	assert_int_equal(plan_insert(&w.w, &m, PLAN_BLACKLIST, NULL, &w.a, &s,
				     NULL),
			 PLAN_BLACKLIST);
	assert_int_equal(plan_insert(&w.w, &top, PLAN_BLACKLIST_ALL, NULL,
				     &w.a, &s, NULL),
			 0);
	assert_int_equal(s.n, 3);
	stop(&w);
}

static void removals(void **state)
{
	struct world w;
	struct plan_removal r;

	(void)state;
	start(&w, "softdep top pre: solo extra post: other\n"
		  "softdep extra pre: top\nremove top foo\n");

	struct plan_module m = lookup(&w, "top");

	assert_int_equal(plan_remove(&w.w, &m, 0, &w.a, &r, NULL), 0);
	assert_string_equal(r.command, "foo");
	assert_int_equal(r.n_pre, 2);
	assert_string_equal(r.pre[0].m.name, "extra");
	assert_int_equal(r.pre[0].n_pre, 0); /* top is on the way */
	assert_string_equal(r.pre[1].m.name, "solo");
	assert_int_equal(r.n_post, 1);
	assert_string_equal(r.deps.v[0].name, "mid2");
	assert_string_equal(r.deps.v[2].name, "base");
	assert_int_equal(plan_remove(&w.w, &m, PLAN_IGNORE_COMMAND, &w.a, &r,
				     NULL),
			 0);
	assert_null(r.command);
	assert_int_equal(r.n_pre + r.n_post, 0);
	stop(&w);
}

/* Softdeps that would lead to more than can be: an error, and soon. */
static void too_many(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	struct world w;
	struct plan_removal r;

	(void)state;
	for (int i = 0; i < 20; i++) {
		text_addf(&t, "install s%d :\ninstall t%d :\n", i, i);
		text_addf(&t, "softdep s%d pre: s%d t%d\n", i, i + 1, i + 1);
		text_addf(&t, "softdep t%d pre: s%d t%d\n", i, i + 1, i + 1);
	}
	start(&w, text_str(&t));

	struct plan_module m = lookup(&w, "s0");
	struct diag d = { 0 };

	assert_int_equal(plan_remove(&w.w, &m, 0, &w.a, &r, &d), -E2BIG);
	assert_int_equal(d.err, E2BIG);
	stop(&w);
}

/* One behind the other: an error, and not the end of the stack. */
static void too_deep(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	struct world w;
	struct plan_steps s;
	struct plan_removal r;

	(void)state;
	for (int i = 0; i < 2000; i++)
		text_addf(&t, "softdep s%d pre: s%d\ninstall s%d :\n", i,
			  i + 1, i);
	start(&w, text_str(&t));

	struct plan_module near = lookup(&w, "s1900"), far = lookup(&w, "s0");

	assert_int_equal(plan_insert(&w.w, &near, 0, NULL, &w.a, &s, NULL), 0);
	assert_int_equal(s.n, 100);
	assert_int_equal(plan_insert(&w.w, &far, 0, NULL, &w.a, &s, NULL),
			 -E2BIG);
	assert_int_equal(plan_remove(&w.w, &near, 0, &w.a, &r, NULL), 0);
	assert_int_equal(plan_remove(&w.w, &far, 0, &w.a, &r, NULL), -E2BIG);
	stop(&w);
}

/* ----------------------------------------------------------- a fake kernel */

struct kernel {
	pthread_mutex_t lock;
	char loaded[256]; /* " base mid1 " */
	const char *fails; /* the module that cannot be loaded */
	int err;
	bool bad_order;
	unsigned now, most; /* at a time */
};

static bool has(const struct kernel *k, const char *name)
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, " %s ", name);
	return strstr(k->loaded, text_str(&t));
}

static int k_state(void *arg, const struct plan_module *m)
{
	struct kernel *k = arg;

	(void)pthread_mutex_lock(&k->lock);

	bool is = m->builtin || has(k, m->name);

	(void)pthread_mutex_unlock(&k->lock);
	return is ? PLAN_STATE_LIVE : -ENOENT;
}

/* As a kernel: what a module needs must be there. */
static void check_needs(struct kernel *k, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		_cleanup_free_ char *needs = strdup(modules[i].needs);
		char *save = NULL;

		if (!str_eq(modules[i].name, name))
			continue;
		for (char *s = strtok_r(needs, " ", &save); s;
		     s = strtok_r(NULL, " ", &save))
			if (!has(k, s))
				k->bad_order = true;
	}
}

static int k_insert(void *arg, const struct plan_step *s, unsigned flags,
		    struct diag *d)
{
	struct kernel *k = arg;
	bool bad = k->fails && str_eq(s->m.name, k->fails);

	(void)flags;
	(void)pthread_mutex_lock(&k->lock);
	if (has(k, s->m.name))
		k->bad_order = true; /* twice */
	if (!k->fails)
		check_needs(k, s->m.name);
	if (++k->now > k->most)
		k->most = k->now;
	(void)pthread_mutex_unlock(&k->lock);

	/* Give the others a chance to come at the same time. */
	(void)usleep(2000);
	(void)pthread_mutex_lock(&k->lock);
	k->now--;
	if (!bad) {
		strncat(k->loaded, s->m.name,
			sizeof(k->loaded) - strlen(k->loaded) - 2);
		strncat(k->loaded, " ", 2);
	}
	(void)pthread_mutex_unlock(&k->lock);
	return bad ? diag_fail(d, -k->err, "the kernel says no") : 0;
}

static int k_command(void *arg, const struct plan_step *s, const char *command)
{
	(void)command;
	return k_insert(arg, s, 0, NULL);
}

static struct plan_runner runner(struct kernel *k, const char *fails, int err)
{
	*k = (struct kernel){ .lock = PTHREAD_MUTEX_INITIALIZER,
			      .loaded = " ",
			      .fails = fails,
			      .err = err };
	return (struct plan_runner){ .state = k_state,
				     .insert = k_insert,
				     .command = k_command,
				     .arg = k };
}

static void runs(void **state)
{
	struct world w;
	struct kernel k;
	struct diag d = { 0 };

	(void)state;
	start(&w, "softdep top pre: solo post: extra\ndeny other no use\n");

	struct plan_module top = lookup(&w, "top"), other = lookup(&w, "other");
	struct plan_module inside = lookup(&w, "inside");
	struct plan_runner run = runner(&k, NULL, 0);

	assert_int_equal(plan_run(&w.w, &top, 0, NULL, &run, &d), 0);
	assert_string_equal(k.loaded, " base mid1 mid2 solo top extra ");
	assert_false(k.bad_order);
	assert_int_equal(plan_run(&w.w, &top, 0, NULL, &run, &d), 0);
	assert_int_equal(plan_run(&w.w, &top, PLAN_FAIL_ON_LOADED, NULL, &run,
				  &d),
			 -EEXIST);
	assert_int_equal(plan_run(&w.w, &inside, 0, NULL, &run, &d), 0);

	/* A softdep may fail, a dependency may not. */
	run = runner(&k, "solo", -ENOEXEC);
	assert_int_equal(plan_run(&w.w, &top, 0, NULL, &run, &d), 0);
	assert_string_equal(k.loaded, " base mid1 mid2 top extra ");
	run = runner(&k, "mid1", -ENOEXEC);
	assert_int_equal(plan_run(&w.w, &top, 0, NULL, &run, &d), -ENOEXEC);
	assert_string_equal(k.loaded, " base ");
	assert_int_equal(d.err, ENOEXEC);

	/* It came from elsewhere meanwhile. */
	run = runner(&k, "top", -EEXIST);
	assert_int_equal(plan_run(&w.w, &top, 0, NULL, &run, NULL), 0);
	run = runner(&k, "top", -EEXIST);
	assert_int_equal(plan_run(&w.w, &top, PLAN_FAIL_ON_LOADED, NULL, &run,
				  NULL),
			 -EEXIST);

	d = (struct diag){ 0 };
	run = runner(&k, NULL, 0);
	assert_int_equal(plan_run(&w.w, &other, 0, NULL, &run, &d), -EPERM);
	assert_non_null(strstr(d.what, "no use"));
	assert_non_null(strstr(d.where, "my.conf:2"));
	assert_string_equal(k.loaded, " ");
	assert_int_equal(plan_run(&w.w, &other, PLAN_BLACKLIST, NULL, &run,
				  NULL),
			 PLAN_BLACKLIST);
	assert_int_equal(plan_run(&w.w, &top, PLAN_DRY_RUN, NULL, &run, NULL),
			 0);
	assert_string_equal(k.loaded, " ");
	stop(&w);
}

/* A dependency that is denied stops all, unless it is loaded already. */
static void denied_dependency(void **state)
{
	struct world w;
	struct kernel k;

	(void)state;
	start(&w, "deny mid1\n");

	struct plan_module top = lookup(&w, "top");
	struct plan_runner run = runner(&k, NULL, 0);

	assert_int_equal(plan_run(&w.w, &top, 0, NULL, &run, NULL), -EPERM);
	assert_string_equal(k.loaded, " ");
	assert_int_equal(plan_run(&w.w, &top, PLAN_BLACKLIST, NULL, &run,
				  NULL),
			 PLAN_BLACKLIST);
	(void)snprintf(k.loaded, sizeof(k.loaded), " base mid1 ");
	assert_int_equal(plan_run(&w.w, &top, 0, NULL, &run, NULL), 0);
	assert_string_equal(k.loaded, " base mid1 mid2 top ");
	stop(&w);
}

#define SIDE 6

static void side(void **state)
{
	static const char *const names[SIDE] = { "top",	  "other", "solo",
						 "inside", "mid2", "extra" };
	struct world w;
	struct kernel k;

	(void)state;
	start(&w, "softdep other pre: solo post: extra\n"
		  "softdep solo post: other\ninstall extra x\n");
	for (unsigned jobs = 1; jobs <= 8; jobs++) {
		struct plan_runner run = runner(&k, NULL, 0);
		struct plan_side v[SIDE] = { 0 };

		for (size_t i = 0; i < SIDE; i++)
			v[i].m = lookup(&w, names[i]);
		assert_int_equal(plan_run_side(&w.w, v, SIDE, 0, jobs, &run,
					       NULL),
				 0);
		for (size_t i = 0; i < SIDE; i++)
			assert_int_equal(v[i].r, 0);
		assert_false(k.bad_order);
		assert_true(k.most <= jobs);
		for (size_t i = 0; i < SIDE; i++)
			assert_true(has(&k, names[i]) ||
				    str_eq(names[i], "inside"));
		assert_true(strstr(k.loaded, " solo ") <
			    strstr(k.loaded, " other "));
		assert_true(strstr(k.loaded, " other ") <
			    strstr(k.loaded, " extra "));
	}
	stop(&w);
}

static void side_fails(void **state)
{
	struct world w;
	struct kernel k;

	(void)state;
	start(&w, "deny extra\n");

	struct plan_runner run = runner(&k, "mid1", -ENOEXEC);
	struct plan_side v[4] = {
		{ .m = lookup(&w, "top") },
		{ .m = lookup(&w, "other") },
		{ .m = lookup(&w, "extra") },
		{ .m = lookup(&w, "mid2") },
	};

	assert_int_equal(plan_run_side(&w.w, v, 4, 0, 4, &run, NULL), 0);
	assert_int_equal(v[0].r, -ENOEXEC);
	assert_int_equal(v[0].d.err, ENOEXEC);
	assert_int_equal(v[1].r, 0);
	assert_int_equal(v[2].r, -EPERM);
	assert_int_equal(v[3].r, 0);
	assert_false(has(&k, "top"));
	assert_false(has(&k, "extra"));
	assert_true(has(&k, "other"));
	assert_true(has(&k, "mid2"));
	assert_int_equal(plan_run_side(&w.w, v, 4, PLAN_DRY_RUN, 4, &run,
				       NULL),
			 -EINVAL);
	stop(&w);
}

static void shell(void **state)
{
	struct diag d = { 0 };
	int status = 0;

	(void)state;
	assert_int_equal(plan_shell("m", "test \"$MODPROBE_MODULE\" = m", NULL,
				    NULL),
			 0);
	assert_int_equal(plan_shell("m", "exit 3", &status, NULL), -EINVAL);
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_int_equal(plan_shell("m", "kill -9 $$", &status, &d), -EINVAL);
	assert_true(WIFSIGNALED(status));
	assert_non_null(strstr(d.what, "signal 9"));
	assert_null(getenv("MODPROBE_MODULE"));
}

static void commands(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	struct plan_step s = { .command = "a $CMDLINE_OPTS$CMDLINE_OPTS $C",
			       .options = "x=1" };

	(void)state;
	assert_int_equal(plan_command(&s, &t), 0);
	assert_string_equal(text_str(&t), "a x=1x=1 $C");
}

static void states(void **state)
{
	_cleanup_free_ char *dir = NULL;
	_cleanup_text_ struct text live = { 0 }, odd = { 0 };

	(void)state;
	assert_int_equal(dir_temp("plan", &dir, NULL), 0);
	text_addf(&live, "%s/sys/module/a_b", dir);
	text_addf(&odd, "%s/sys/module/odd", dir);
	assert_int_equal(dir_make(text_str(&live), NULL), 0);
	assert_int_equal(dir_make(text_str(&odd), NULL), 0);
	assert_int_equal(plan_state(false, "a-b", dir), PLAN_STATE_COMING);
	put_file(text_str(&live), "initstate", "live\n", 5);
	put_file(text_str(&odd), "initstate", "dead\n", 5);
	assert_int_equal(plan_state(false, "a-b", dir), PLAN_STATE_LIVE);
	assert_int_equal(plan_state(false, "odd", dir), -EINVAL);
	assert_int_equal(plan_state(false, "none", dir), -ENOENT);
	assert_int_equal(plan_state(false, "../x", dir), -ENOENT);
	assert_int_equal(plan_state(true, "none", dir), PLAN_STATE_BUILTIN);
	assert_int_equal(tree_remove(dir, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans),
		cmocka_unit_test(again_and_again),
		cmocka_unit_test(denied),
		cmocka_unit_test(blacklists),
		cmocka_unit_test(removals),
		cmocka_unit_test(too_many),
		cmocka_unit_test(too_deep),
		cmocka_unit_test(runs),
		cmocka_unit_test(denied_dependency),
		cmocka_unit_test(side),
		cmocka_unit_test(side_fails),
		cmocka_unit_test(shell),
		cmocka_unit_test(commands),
		cmocka_unit_test(states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
