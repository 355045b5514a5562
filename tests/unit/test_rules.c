/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The emulator of the loader, on a kernel of plain facts: each case changes
 * one thing, and says by which rule and errno it ends.
 */
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kern_world.h"
#include "live/load.h"
#include "rules/load.h"

static char *top;
static struct kern *kernel;

static int open_world(void **state)
{
	(void)state;
	if (dir_temp("lkm-rules", &top, NULL))
		return -1;
	kernel = world_open(top, NULL);
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	(void)kern_close(kernel);
	assert_int_equal(tree_remove(top, NULL), 0);
	free(top);
	return 0;
}

/* ------------------------------------------------------------ one load */

struct load {
	struct arena a;
	struct kern_state s;
	struct rule_result r;
	struct ko *ko;
};

static void load_fini(struct load *l)
{
	(void)ko_close(l->ko);
	arena_fini(&l->a);
}

#define _cleanup_load_ _cleanup_(load_fini)

static void load_bytes(struct load *l, struct bytes *b, const char *params,
		       unsigned flags)
{
	struct rule_request q = { .params = params, .flags = flags };

	(void)ko_close(l->ko);
	l->ko = NULL;
	l->s.keys_complete = true;
	assert_int_equal(ko_open_bytes("mkko.ko", b, &l->ko, NULL), 0);
	q.ko = l->ko;
	q.file = ko_image(l->ko);
	assert_int_equal(rule_load(kernel, &l->s, &q, &l->a, &l->r, NULL),
			 0);
}

static const struct mkko_need needs[] = {
	{ "module_layout", 0xc0ffee01, false, true },
	{ "_printk", 0x92997ed8, false, false },
	{ "maybe_there", 0x9abcdef0, true, false },
};

static const struct mkko good = {
	.vermagic = WORLD_VERMAGIC,
	.needs = needs,
	.n_needs = ARRAY_SIZE(needs),
	.versions = true,
};

static void load_mkko(struct load *l, const struct mkko *m, const char *params)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	assert_int_equal(mkko_build(m, &b), 0);
	load_bytes(l, &b, params, 0);
}

static void ends(const struct load *l, enum rule_verdict v, int err,
		 const char *rule)
{
	if (l->r.verdict != v || l->r.err != err)
		print_message("%s %d %s %s\n", rule_verdict_name(l->r.verdict),
			      l->r.err,
			      l->r.decided ? l->r.decided->reason->id : "-",
			      l->r.unknown ? l->r.unknown : "");
	assert_int_equal(l->r.verdict, v);
	assert_int_equal(l->r.err, err);
	if (rule)
		assert_string_equal(l->r.decided->reason->id, rule);
	else
		assert_null(l->r.decided);
}

static bool says(const struct load *l, unsigned level, const char *text)
{
	for (size_t i = 0; i < l->r.n_lines; i++)
		if (l->r.lines[i].level == level &&
		    !strcmp(l->r.lines[i].text, text))
			return true;
	return false;
}

/* ---------------------------------------------------------------- cases */

static void a_good_module_loads(void **state)
{
	_cleanup_load_ struct load l = { 0 };

	(void)state;
	load_mkko(&l, &good, NULL);
	ends(&l, RULE_LOADS, 0, NULL);
	assert_string_equal(l.r.name, "mkko");
	assert_int_equal(l.r.taints, 1 << 12 | 1 << 13); /* O, E */
	assert_true(l.r.has_init && l.r.has_exit);
	assert_string_equal(l.r.init_name, "init_module");
	assert_int_equal(l.r.live_size % 4096, 0);
	assert_int_equal(l.s.n_loaded, 1);
	assert_true(says(&l, 4,
			 "mkko: loading out-of-tree module taints kernel."));
	assert_true(says(
		&l, 5,
		"mkko: module verification failed: signature and/or required key missing - tainting kernel"));

	/* Once per boot, and there is one of a name. */
	l.r = (struct rule_result){ 0 };
	load_mkko(&l, &good, NULL);
	ends(&l, RULE_REFUSED, EEXIST, "load.loaded");
	assert_int_equal(l.r.n_lines, 0);
}

static void vermagic_is_compared(void **state)
{
	static const struct {
		const char *magic;
		bool versions, ok;
	} cases[] = {
		{ WORLD_VERMAGIC, true, true },
		{ "5.5.5 SMP preempt mod_unload modversions ", true, true },
		{ "5.5.5 SMP preempt mod_unload modversions ", false, false },
		{ "6.1.0 SMP preempt mod_unload modversions", true, false },
		{ "6.1.0 preempt mod_unload modversions ", true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_load_ struct load l = { 0 };
		struct mkko m = good;

		m.vermagic = cases[i].magic;
		m.versions = cases[i].versions;
		load_mkko(&l, &m, NULL);
		if (cases[i].ok)
			ends(&l, RULE_LOADS, 0, NULL);
		else
			/* Without versions that of module_layout is first. */
			ends(&l, RULE_REFUSED, ENOEXEC,
			     cases[i].versions ? "load.vermagic"
					       : "load.crc.force");
	}
}

static void symbols_and_versions(void **state)
{
	static const struct {
		struct mkko_need need;
		const char *license, *ns;
		int err;
		const char *rule;
	} cases[] = {
		{ { "kfree", 0x12345678, false, false }, "GPL", NULL, 0, NULL },
		{ { "kfree", 0x12345679, false, false }, "GPL", NULL, EINVAL,
		  "load.crc" },
		{ { "nobody", 1, false, false }, "GPL", NULL, ENOENT,
		  "load.symbol.unknown.nobody" },
		{ { "nobody", 1, true, false }, "GPL", NULL, 0, NULL },
		{ { "gpl_only", 0x11, false, false }, "GPL", NULL, 0, NULL },
		{ { "gpl_only", 0x11, false, false }, "GPL v2+", NULL, ENOENT,
		  "load.symbol.unknown.gpl" },
		{ { "spaced", 0x22, false, false }, "GPL", "import_ns=WORLD", 0,
		  NULL },
		{ { "spaced", 0x22, false, false }, "GPL", "import_ns=W",
		  EINVAL, "load.ns" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_load_ struct load l = { 0 };
		const struct mkko_need v[] = { needs[0], cases[i].need };
		const char *const info[] = { cases[i].ns, NULL };
		struct mkko m = good;

		m.needs = v;
		m.n_needs = 2;
		m.license = cases[i].license;
		m.info = info;
		load_mkko(&l, &m, NULL);
		ends(&l, cases[i].err ? RULE_REFUSED : RULE_LOADS, cases[i].err,
		     cases[i].rule);
	}
}

static void the_last_bad_symbol_counts(void **state)
{
	static const struct mkko_need v[] = {
		{ "module_layout", 0xc0ffee01, false, true },
		{ "nobody", 1, false, false },
		{ "kfree", 1, false, false },
	};
	_cleanup_load_ struct load l = { 0 };
	struct mkko m = good;

	(void)state;
	m.needs = v;
	m.n_needs = ARRAY_SIZE(v);
	load_mkko(&l, &m, NULL);
	ends(&l, RULE_REFUSED, EINVAL, "load.crc");
	assert_true(says(&l, 4, "mkko: Unknown symbol nobody (err -2)"));
	assert_true(says(&l, 4,
			 "mkko: disagrees about version of symbol kfree"));
	assert_true(says(&l, 4, "mkko: Unknown symbol kfree (err -22)"));
}

static void policy_comes_first(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		static const struct {
			int err;
			const char *rule;
		} want[] = {
			{ EPERM, "load.cap" },
			{ EPERM, "load.disabled" },
			{ EPERM, "load.blacklist" },
			{ EKEYREJECTED, "load.sig.unsigned" },
			{ EPERM, "load.sig.lockdown" },
		};
		_cleanup_load_ struct load l = { 0 };

		l.s.no_cap = i == 0;
		l.s.modules_disabled = i == 1;
		l.s.blacklist = i == 2 ? "other,mkko" : NULL;
		l.s.sig_enforce = i == 3;
		l.s.lockdown = i == 4 ? KERN_LOCKDOWN_INTEGRITY
				      : KERN_LOCKDOWN_NONE;
		load_mkko(&l, &good, NULL);
		ends(&l, RULE_REFUSED, want[i].err, want[i].rule);
	}
}

static void flags(void **state)
{
	static const struct {
		unsigned flags;
		int err;
		const char *rule;
	} cases[] = {
		{ 8, EINVAL, "load.flags" },
		{ LIVE_COMPRESSED, EOPNOTSUPP, "load.decompress.none" },
		{ LIVE_IGNORE_VERMAGIC, ENOEXEC, "load.vermagic.none" },
		{ LIVE_IGNORE_MODVERSIONS, ENOEXEC, "load.crc.force" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_bytes_ struct bytes b = { 0 };
		_cleanup_load_ struct load l = { 0 };

		assert_int_equal(mkko_build(&good, &b), 0);
		load_bytes(&l, &b, NULL, cases[i].flags);
		ends(&l, RULE_REFUSED, cases[i].err, cases[i].rule);
	}
}

static void parameters(void **state)
{
	static const struct {
		const char *params, *line;
	} cases[] = {
		{ "a=1", "mkko: unknown parameter 'a' ignored" },
		{ " a.b=1 ", "mkko: unknown parameter 'a' ignored" },
		{ "-- x y", "mkko: parameters 'x y' after `--' ignored" },
		{ "\"a b=c\"", "mkko: unknown parameter 'a b' ignored" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_load_ struct load l = { 0 };

		load_mkko(&l, &good, cases[i].params);
		ends(&l, RULE_LOADS, 0, NULL);
		assert_true(says(&l, 4, cases[i].line));
	}
}

/* Nothing that is broken ends us, and what is cut short never loads. */
static void every_damage_has_an_answer(void **state)
{
	const struct mkko_break *v = mkko_breaks();

	(void)state;
	for (; v->name; v++) {
		_cleanup_bytes_ struct bytes b = { 0 };
		_cleanup_load_ struct load l = { 0 };
		struct mkko m = mkko_full;

		m.vermagic = WORLD_VERMAGIC;
		assert_int_equal(mkko_build(&m, &b), 0);
		if (mkko_break(&b, v->name))
			continue;
		load_bytes(&l, &b, NULL, 0);
		assert_true(l.r.verdict != RULE_REFUSED || l.r.err);
	}
}

static void every_length_has_an_answer(void **state)
{
	_cleanup_bytes_ struct bytes whole = { 0 };

	(void)state;
	assert_int_equal(mkko_build(&good, &whole), 0);
	for (size_t n = 0; n < whole.n; n += 7) {
		_cleanup_load_ struct load l = { 0 };
		struct bytes b = { malloc(n + 1), n };

		memcpy(b.p, whole.p, n);
		load_bytes(&l, &b, NULL, 0);
		assert_int_equal(l.r.verdict, RULE_REFUSED);
		assert_int_equal(l.r.err, n ? ENOEXEC : EINVAL);
	}
}

/* Every byte of the tables, set to what hurts most. */
static void every_byte_has_an_answer(void **state)
{
	_cleanup_bytes_ struct bytes whole = { 0 };

	(void)state;
	assert_int_equal(mkko_build(&good, &whole), 0);
	for (size_t i = 0; i < 2 * whole.n; i++) {
		_cleanup_load_ struct load l = { 0 };
		struct bytes b = { malloc(whole.n), whole.n };

		memcpy(b.p, whole.p, b.n);
		b.p[i / 2] = i & 1 ? 0xff : (uint8_t)~b.p[i / 2];
		load_bytes(&l, &b, "a=1", 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_module_loads),
		cmocka_unit_test(vermagic_is_compared),
		cmocka_unit_test(symbols_and_versions),
		cmocka_unit_test(the_last_bad_symbol_counts),
		cmocka_unit_test(policy_comes_first),
		cmocka_unit_test(flags),
		cmocka_unit_test(parameters),
		cmocka_unit_test(every_damage_has_an_answer),
		cmocka_unit_test(every_length_has_an_answer),
		cmocka_unit_test(every_byte_has_an_answer),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
