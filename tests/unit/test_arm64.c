/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The emulator of arm64's loader, on a kernel of plain facts: each type of
 * relocation at the border of what fits, long branches, what is missing.
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
#include "rules/load.h"

static char *top;
static struct kern *kernel;

static int open_world(void **state)
{
	(void)state;
	if (dir_temp("lkm-arm64", &top, NULL))
		return -1;
	kernel = world_open_for(top,
				WORLD_CONFIG "CONFIG_DYNAMIC_FTRACE=y\n"
					     "CONFIG_RANDOMIZE_BASE=y\n"
					     "CONFIG_ARM64_ERRATUM_843419=y\n",
				"aarch64");
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

static void load_bytes(struct load *l, struct bytes *b)
{
	struct rule_request q = { 0 };

	l->s.keys_complete = true;
	assert_int_equal(ko_open_bytes("mkko.ko", b, &l->ko, NULL), 0);
	q.ko = l->ko;
	q.file = ko_image(l->ko);
	assert_int_equal(rule_load(kernel, &l->s, &q, &l->a, &l->r, NULL), 0);
}

static const struct mkko_need needs[] = {
	{ "module_layout", 0xc0ffee01, false, true },
	{ "_printk", 0x92997ed8, false, false },
	{ "kfree", 0x12345678, false, false },
};

static struct mkko module_with(const struct mkko_place *v, size_t n)
{
	return (struct mkko){ .machine = "aarch64",
			      .vermagic = WORLD_VERMAGIC,
			      .needs = needs,
			      .n_needs = ARRAY_SIZE(needs),
			      .versions = true,
			      .plts = true,
			      .places = v,
			      .n_places = n };
}

static void load_mkko(struct load *l, const struct mkko *m)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	assert_int_equal(mkko_build(m, &b), 0);
	load_bytes(l, &b);
}

static void load_places(struct load *l, const struct mkko_place *v, size_t n)
{
	const struct mkko m = module_with(v, n);

	load_mkko(l, &m);
}

static void ends(const struct load *l, enum rule_verdict v, const char *rule,
		 const char *what)
{
	if (l->r.verdict != v)
		print_message("%s: %s %d %s %s\n", what,
			      rule_verdict_name(l->r.verdict), l->r.err,
			      l->r.decided ? l->r.decided->reason->id : "-",
			      l->r.unknown ? l->r.unknown : "");
	assert_int_equal(l->r.verdict, v);
	if (rule)
		assert_string_equal(l->r.decided->reason->id, rule);
}

static uint64_t size_of(const struct load *l, const char *section)
{
	for (size_t i = 0; i < l->r.n_sections; i++)
		if (!strcmp(l->r.sections[i].name, section))
			return l->r.sections[i].size;
	return 0;
}

/* ---------------------------------------------------------------- cases */

#define ALL 0 /* no border */

/* What fits, of a number or of a distance within the code. */
static const struct border {
	const char *name;
	uint32_t type;
	bool number;
	int64_t low, high;
} borders[] = {
	{ "ABS64", 257, true, ALL, ALL },
	{ "ABS32", 258, true, 0, UINT32_MAX },
	{ "ABS16", 259, true, 0, UINT16_MAX },
	{ "PREL64", 260, false, ALL, ALL },
	{ "PREL32", 261, false, INT32_MIN, INT32_MAX },
	{ "PREL16", 262, false, INT16_MIN, INT16_MAX },
	{ "UABS_G0", 263, true, 0, UINT16_MAX },
	{ "UABS_G0_NC", 264, true, ALL, ALL },
	{ "UABS_G1", 265, true, 0, UINT32_MAX },
	{ "UABS_G1_NC", 266, true, ALL, ALL },
	{ "UABS_G2", 267, true, 0, (INT64_C(1) << 48) - 1 },
	{ "UABS_G2_NC", 268, true, ALL, ALL },
	{ "UABS_G3", 269, true, ALL, ALL },
	{ "SABS_G0", 270, true, -65536, 65535 },
	{ "SABS_G1", 271, true, -(INT64_C(1) << 32), UINT32_MAX },
	{ "SABS_G2", 272, true, -(INT64_C(1) << 48), (INT64_C(1) << 48) - 1 },
	{ "LD_PREL_LO19", 273, false, -1048576, 1048575 },
	{ "ADR_PREL_LO21", 274, false, -1048576, 1048575 },
	{ "ADD_LO12", 277, true, ALL, ALL },
	{ "LDST8", 278, true, ALL, ALL },
	{ "TSTBR14", 279, false, -32768, 32767 },
	{ "CONDBR19", 280, false, -1048576, 1048575 },
	{ "LDST16", 284, true, ALL, ALL },
	{ "LDST32", 285, true, ALL, ALL },
	{ "LDST64", 286, true, ALL, ALL },
	{ "PREL_G0", 287, false, -65536, 65535 },
	{ "PREL_G0_NC", 288, false, ALL, ALL },
	{ "PREL_G1", 289, false, -(INT64_C(1) << 32), UINT32_MAX },
	{ "PREL_G1_NC", 290, false, ALL, ALL },
	{ "PREL_G2", 291, false, -(INT64_C(1) << 48), (INT64_C(1) << 48) - 1 },
	{ "PREL_G2_NC", 292, false, ALL, ALL },
	{ "PREL_G3", 293, false, ALL, ALL },
	{ "LDST128", 299, true, ALL, ALL },
	{ "NONE", 0, true, ALL, ALL },
	{ "NONE, too", 256, true, ALL, ALL },
};

static void fits(const struct border *b, int64_t value, bool wanted)
{
	const struct mkko_place p = { .type = b->type, .addend = value,
				      .number = b->number };
	_cleanup_load_ struct load l = { 0 };

	load_places(&l, &p, 1);
	ends(&l, wanted ? RULE_LOADS : RULE_REFUSED,
	     wanted ? NULL : "load.rela.arm64.overflow", b->name);
}

static void each_type_at_its_borders(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(borders); i++) {
		const struct border *b = &borders[i];

		fits(b, b->low, true);
		fits(b, b->high, true);
		if (b->low == b->high) {
			fits(b, INT64_MIN, true);
			fits(b, INT64_MAX, true);
			continue;
		}
		fits(b, b->low - 1, false);
		fits(b, b->high + 1, false);
	}
}

static void no_such_type(void **state)
{
	const uint32_t types[] = { 1, 255, 294, 311, 512, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const struct mkko_place p = { .type = types[i] };
		_cleanup_load_ struct load l = { 0 };

		load_places(&l, &p, 1);
		ends(&l, RULE_REFUSED, "load.rela.arm64.type", "type");
		assert_int_equal(l.r.err, ENOEXEC);
	}
}

/* The kernel is within 2 GiB; whether nearer, nobody knows. */
static void distance_of_the_kernel(void **state)
{
	static const struct {
		uint32_t type;
		enum rule_verdict verdict;
	} v[] = {
		{ 257, RULE_LOADS },   { 258, RULE_REFUSED },
		{ 261, RULE_LOADS },   { 262, RULE_UNKNOWN },
		{ 267, RULE_REFUSED }, { 272, RULE_LOADS },
		{ 273, RULE_UNKNOWN }, { 275, RULE_LOADS },
		{ 280, RULE_UNKNOWN }, { 283, RULE_LOADS },
		{ 289, RULE_LOADS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		const struct mkko_place p = { .type = v[i].type,
					      .of = "_printk" };
		_cleanup_load_ struct load l = { 0 };

		load_places(&l, &p, 1);
		ends(&l, v[i].verdict, NULL, "of the kernel");
	}
}

/* One entry for each target, of 12 bytes, and one more. */
static void branches_are_counted(void **state)
{
	static const struct mkko_place v[] = {
		{ .type = 283, .of = "_printk" },
		{ .type = 283, .of = "kfree" },
		{ .type = 283, .addend = 16 }, /* within its section */
		{ .type = 282, .of = "kfree", .addend = 4 },
		{ .type = 282, .of = "kfree", .addend = 4 },
	};
	_cleanup_load_ struct load l = { 0 };

	(void)state;
	load_places(&l, v, ARRAY_SIZE(v));
	ends(&l, RULE_LOADS, NULL, "branches");
	assert_int_equal(size_of(&l, ".plt"), 12 * (4 + 1));
	assert_int_equal(size_of(&l, ".init.plt"), 12);
	assert_int_equal(size_of(&l, ".text.ftrace_trampoline"), 24);
}

/* A branch out of its own section is not counted, and needs one. */
static void too_many_branches(void **state)
{
	static const struct mkko_place v[] = {
		{ .type = 283, .addend = INT64_C(1) << 40 },
	};
	_cleanup_load_ struct load l = { 0 };

	(void)state;
	load_places(&l, v, ARRAY_SIZE(v));
	ends(&l, RULE_REFUSED, "load.plt.full", "full");
	assert_int_equal(l.r.err, ENOEXEC);
	assert_true(l.r.kernel_taints & 1 << 9); /* it warns */
}

/* With a Cortex-A53 an ADRP at the end of a page costs room. */
static void an_erratum_costs_room(void **state)
{
	struct mkko_place v[512] = { 0 };
	_cleanup_load_ struct load plain = { 0 }, a53 = { 0 };

	(void)state;
	/* The last two words of a page, wherever the section begins. */
	v[511] = (struct mkko_place){ .type = 275, .of = "_printk" };
	load_places(&plain, v, ARRAY_SIZE(v));
	a53.s.erratum_843419 = true;
	load_places(&a53, v, ARRAY_SIZE(v));
	ends(&a53, RULE_LOADS, NULL, "erratum");
	assert_int_equal(size_of(&plain, ".plt"), 12);
	/* One for it, one because one of these may be at such a place, too. */
	assert_int_equal(size_of(&a53, ".plt"), 12 * (1 + 1 + 1));
}

static void what_the_linker_script_makes(void **state)
{
	struct mkko m = module_with(NULL, 0);
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_load_ struct load without = { 0 }, untraced = { 0 };
	char *name;

	(void)state;
	m.plts = false;
	load_mkko(&without, &m);
	ends(&without, RULE_REFUSED, "load.plt", "without .plt");
	m.plts = true;
	assert_int_equal(mkko_build(&m, &b), 0);
	name = memmem(b.p, b.n, ".text.ftrace", 12);
	assert_non_null(name);
	name[1] = 'T';
	load_bytes(&untraced, &b);
	ends(&untraced, RULE_REFUSED, "load.ftrace.section", "untraced");
}

/* Whatever stands in a byte: an answer, and nothing is read that is not. */
static void every_byte_has_an_answer(void **state)
{
	static const struct mkko_place v[] = {
		{ .type = 283, .of = "_printk" },
		{ .type = 275, .addend = 64 },
	};
	const struct mkko m = module_with(v, ARRAY_SIZE(v));
	_cleanup_bytes_ struct bytes whole = { 0 };

	(void)state;
	assert_int_equal(mkko_build(&m, &whole), 0);
	for (size_t i = 0; i < whole.n; i += 3) {
		struct bytes b = { malloc(whole.n), whole.n };
		_cleanup_load_ struct load l = { 0 };

		assert_non_null(b.p);
		memcpy(b.p, whole.p, whole.n);
		b.p[i] ^= (uint8_t)(1 + i % 255);
		load_bytes(&l, &b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_at_its_borders),
		cmocka_unit_test(no_such_type),
		cmocka_unit_test(distance_of_the_kernel),
		cmocka_unit_test(branches_are_counted),
		cmocka_unit_test(too_many_branches),
		cmocka_unit_test(an_erratum_costs_room),
		cmocka_unit_test(what_the_linker_script_makes),
		cmocka_unit_test(every_byte_has_an_answer),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
