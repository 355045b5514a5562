/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a parameter accepts, by its type. The type is known from the operations
 * that its entry in __param points to after relocation: the kernel's own, or
 * the module's with a set function of the kernel's.
 *
 * Kernel: kernel/params.c; lib/kstrtox.c.
 */
#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <limits.h>

#include "rules/param.h"

static const struct {
	const char *name; /* param_ops_NAME, param_set_NAME */
	enum param_kind kind;
	unsigned flags;
} kinds[] = {
	{ "byte", PARAM_BYTE, 0 },
	{ "short", PARAM_SHORT, 0 },
	{ "ushort", PARAM_USHORT, 0 },
	{ "int", PARAM_INT, 0 },
	{ "uint", PARAM_UINT, 0 },
	{ "long", PARAM_LONG, 0 },
	{ "ulong", PARAM_ULONG, 0 },
	{ "ullong", PARAM_ULLONG, 0 },
	{ "hexint", PARAM_HEXINT, 0 },
	{ "charp", PARAM_CHARP, 0 },
	{ "bool", PARAM_BOOL, PARAM_NO_VALUE },
	{ "bool_enable_only", PARAM_BOOL_ENABLE, PARAM_NO_VALUE },
	{ "invbool", PARAM_INVBOOL, 0 },
	{ "bint", PARAM_BINT, PARAM_NO_VALUE },
	{ "string", PARAM_STRING, 0 },
	{ "copystring", PARAM_STRING, 0 },
};

const char *param_wanted(enum param_kind kind)
{
	static const char *const wanted[] = {
		[PARAM_BYTE] = "a byte, 0 to 255",
		[PARAM_SHORT] = "a short, -32768 to 32767",
		[PARAM_USHORT] = "an unsigned short, 0 to 65535",
		[PARAM_INT] = "an int, -2147483648 to 2147483647",
		[PARAM_UINT] = "an unsigned int, 0 to 4294967295",
		[PARAM_LONG] = "a number of 64 bit, from -9223372036854775808 to 9223372036854775807",
		[PARAM_ULONG] = "a number of 64 bit, 0 to 18446744073709551615",
		[PARAM_ULLONG] = "a number of 64 bit, 0 to 18446744073709551615",
		[PARAM_HEXINT] = "an unsigned int, 0 to 0xffffffff",
		[PARAM_BOOL] = "y or n, 1 or 0, on or off",
		[PARAM_BOOL_ENABLE] = "y or 1: it cannot be switched off again",
		[PARAM_INVBOOL] = "y or n, 1 or 0, on or off",
		[PARAM_BINT] = "y or n, 1 or 0, on or off",
	};

	return kind < ARRAY_SIZE(wanted) ? wanted[kind] : NULL;
}

/* The name of an undefined symbol that was given this address; or NULL. */
static const char *import_at(struct run *r, uint64_t addr)
{
	struct run_symbol y;

	for (uint64_t i = 1; addr && i < r->n_sym && run_symbol(r, i, &y); i++)
		if (y.shndx == SHN_UNDEF && y.value == addr)
			return y.name;
	return NULL;
}

static enum param_kind by_name(const char *name, const char *prefix,
			       unsigned *ret_flags)
{
	if (str_starts(name, prefix))
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			if (str_eq(name + strlen(prefix), kinds[i].name)) {
				*ret_flags = kinds[i].flags;
				return kinds[i].kind;
			}
	return PARAM_CUSTOM;
}

enum param_kind param_kind(struct run *r, uint64_t ops, unsigned *ret_flags)
{
	const char *name = import_at(r, ops);
	uint64_t flags, set;

	*ret_flags = 0;
	if (name && str_eq(name, "param_array_ops"))
		return PARAM_ARRAY;
	if (name)
		return by_name(name, "param_ops_", ret_flags);

	/* Operations of the module's own: flags, set, get, free. */
	if (!space_uint(&r->space, ops, 4, &flags) ||
	    !space_uint(&r->space, ops + 8, 8, &set)) {
		(void)run_undefined(r, "stray.param", PLACES(NULL), NULL);
		return PARAM_STRAYS;
	}
	name = import_at(r, set);
	if (!name)
		return PARAM_CUSTOM;

	enum param_kind k = by_name(name, "param_set_", ret_flags);

	*ret_flags = (unsigned)flags;
	return k;
}

/* ---------------------------------------------------------------- numbers */

static int digit(char c)
{
	char l = (char)(c | 0x20);

	return c >= '0' && c <= '9'   ? c - '0'
	       : l >= 'a' && l <= 'f' ? l - 'a' + 10
				      : 99;
}

/* _kstrtoull(), base 0 */
static int to_ull(const char *s, uint64_t *ret)
{
	int base = 10;
	uint64_t v = 0;
	bool any = false, over = false;

	if (s[0] == '0')
		base = (s[1] | 0x20) == 'x' && digit(s[2]) < 16 ? 16 : 8;
	if (base == 16)
		s += 2;
	for (; digit(*s) < base; s++, any = true)
		if (__builtin_mul_overflow(v, (unsigned)base, &v) ||
		    __builtin_add_overflow(v, (unsigned)digit(*s), &v))
			over = true;
	if (over)
		return ERANGE;
	if (!any)
		return EINVAL;
	s += *s == '\n';
	*ret = v;
	return *s ? EINVAL : 0;
}

/* An unsigned number of at most @max. */
static int unsigned_ok(const char *s, uint64_t max)
{
	uint64_t v;
	int err = to_ull(s + (*s == '+'), &v);

	return err ? err : v > max ? ERANGE : 0;
}

/* kstrtoll() and then into @bits */
static int signed_ok(const char *s, unsigned bits)
{
	bool minus = *s == '-';
	uint64_t v, limit = UINT64_C(1) << (bits - 1);
	int err = to_ull(s + (minus || *s == '+'), &v);

	if (err)
		return err;
	return v > limit - !minus ? ERANGE : 0;
}

/* ------------------------------------------------------------------- bool */

/* kstrtobool(); "true" and "false" since 5.18. */
static int to_bool(const struct run *r, const char *s, bool *ret)
{
	bool words = !str_starts(kern_release(r->k), "5.10.") &&
		     !str_starts(kern_release(r->k), "5.15.");

	switch (s[0]) {
	case 'o':
	case 'O':
		if (s[1] != 'n' && s[1] != 'N' && s[1] != 'f' && s[1] != 'F')
			return EINVAL;
		*ret = s[1] == 'n' || s[1] == 'N';
		return 0;
	case 't':
	case 'T':
	case 'f':
	case 'F':
		*ret = s[0] == 't' || s[0] == 'T';
		return words ? 0 : EINVAL;
	case 'y':
	case 'Y':
	case '1':
		*ret = true;
		return 0;
	case 'n':
	case 'N':
	case '0':
		*ret = false;
		return 0;
	default:
		return EINVAL;
	}
}

static int set_bool(struct run *r, const struct param *p, const char *value)
{
	bool v;
	uint64_t now = 0;
	int err = to_bool(r, value ? value : "1", &v);

	if (err || p->kind != PARAM_BOOL_ENABLE)
		return err;
	(void)space_uint(&r->space, p->arg, 1, &now);
	return now && !v ? EROFS : 0;
}

/* ----------------------------------------------------------- text, arrays */

static int set_charp(struct run *r, const struct param *p, const char *value)
{
	if (strlen(value) <= 1024)
		return 0;
	run_say(r, "load.param.string", PLACES(p->name));
	return ENOSPC;
}

/* struct kparam_string: maxlen, string */
static int set_string(struct run *r, const struct param *p, const char *value)
{
	uint64_t max;

	if (!space_uint(&r->space, p->arg, 4, &max)) {
		(void)run_undefined(r, "stray.param", PLACES(NULL), NULL);
		return PARAM_STRAY;
	}
	if (strlen(value) + 1 <= max)
		return 0;
	run_say(r, "load.param.copystring",
		PLACES(p->name, run_text(r, "%u", (unsigned)max - 1)));
	return ENOSPC;
}

/* One element; arrays of arrays there are none. */
static int set_one(struct run *r, const struct param *p, char *value);

/* For a list that is too long. */
static void know_count(struct run *r, const char *list)
{
	unsigned n = 1;

	for (; *list; list++)
		n += *list == ',';
	run_know(r, RULE_PARAM_TYPE, RULE_FOUND, run_text(r, "%u", n));
}

/* struct kparam_array: max, elemsize, num, ops, elem */
static int set_array(struct run *r, const struct param *p, char *value)
{
	struct param e = *p;
	uint64_t max, size;
	unsigned flags;

	if (!space_uint(&r->space, p->arg, 4, &max) ||
	    !space_uint(&r->space, p->arg + 4, 4, &size) ||
	    !space_uint(&r->space, p->arg + 16, 8, &e.ops) ||
	    !space_uint(&r->space, p->arg + 24, 8, &e.arg)) {
		(void)run_undefined(r, "stray.param", PLACES(NULL), NULL);
		return PARAM_STRAY;
	}
	e.kind = param_kind(r, e.ops, &flags);
	if (e.kind == PARAM_STRAYS)
		return PARAM_STRAY;
	if (e.kind == PARAM_CUSTOM || e.kind == PARAM_ARRAY) {
		run_init_decides(r, "decides.param", PLACES(p->name),
				 NULL);
		return 0;
	}
	const char *whole = run_text(r, "%s", value);

	for (uint64_t n = 0;; n++) {
		size_t len = strcspn(value, ",");
		bool more = value[len] == ',';
		int err;

		if (n == max) {
			know_count(r, whole);
			run_say(r, "load.param.array.most",
				PLACES(p->name,
				       run_text(r, "%d", (int)max)));
			return EINVAL;
		}
		/* A comma is gone for good: the kernel's message ends there. */
		value[len] = 0;
		err = set_one(r, &e, value);
		if (err && param_wanted(e.kind))
			run_know(r, RULE_PARAM_TYPE, RULE_WANTED,
				 run_text(r, "a list; each is %s",
					  param_wanted(e.kind)));
		if (err || !more)
			return err;
		value += len + 1;
		e.arg += size;
	}
}

static int set_one(struct run *r, const struct param *p, char *value)
{
	switch (p->kind) {
	case PARAM_BYTE:
		return unsigned_ok(value, UINT8_MAX);
	case PARAM_SHORT:
		return signed_ok(value, 16);
	case PARAM_USHORT:
		return unsigned_ok(value, UINT16_MAX);
	case PARAM_INT:
		return signed_ok(value, 32);
	case PARAM_UINT:
	case PARAM_HEXINT:
		return unsigned_ok(value, UINT32_MAX);
	case PARAM_LONG:
		return signed_ok(value, 64);
	case PARAM_ULONG:
	case PARAM_ULLONG:
		return unsigned_ok(value, UINT64_MAX);
	case PARAM_CHARP:
		return set_charp(r, p, value);
	case PARAM_STRING:
		return set_string(r, p, value);
	default:
		return set_bool(r, p, value);
	}
}

int param_set(struct run *r, const struct param *p, char *value)
{
	return p->kind == PARAM_ARRAY ? set_array(r, p, value)
				      : set_one(r, p, value);
}
