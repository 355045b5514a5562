/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The types of a module's type information, one by one: of which kind, with
 * how many parts, under which name. See btf.h.
 *
 * Each kind has its own rules, a function each, that say in the kernel's words
 * what is wrong; NULL: nothing. They come in the kernel's order, for only the
 * first one is told.
 */
#include <errno.h>
#include <linux/btf.h>
#include <stdlib.h>

#include "rules/btf.h"

#define K_ENOTSUPP 524
#define NAME_OFFSET_MAX 0xffffffu
#define TYPE_MAX 0xfffffu
#define HEAD 12 /* struct btf_type: name, info, size or type */

/* How the word of a type is shared out: its kind, and how many parts. */
struct shape {
	uint32_t mask; /* what may be set */
	unsigned kinds;
	uint32_t parts;
};

struct types {
	struct run *r;
	struct shape shape;
	struct span base; /* the kernel's .BTF */
	uint32_t base_names;
	uint32_t base_types; /* how many the kernel has; 0: not counted */
	struct span names; /* the module's own */
	struct span all;
	size_t at;	/* of this type */
	uint32_t id;
	uint32_t name, info, size; /* its head; @size is a type for many */
	uint32_t n;		   /* vlen */
	bool flag;
	uint32_t *where; /* of each type, by its number here */
	struct complaint says;
	const char *raw; /* a line of its own, not about the type */
	int err;	 /* other than EINVAL */
};

/* It has grown twice, which left no trace in an image. */
static struct shape shape_of(const struct run *r)
{
	if (run_release_before(r, 5, 13))
		return (struct shape){ 0x8f00ffff, 0x0f, 0xffff };
	if (run_release_before(r, 7, 2))
		return (struct shape){ 0x9f00ffff, 0x1f, 0xffff };
	return (struct shape){ 0xffffffff, 0x7f, 0xffffff };
}

static uint32_t u32(struct span s, size_t off)
{
	uint64_t v = 0;

	(void)span_uint(s, off, 4, false, &v);
	return (uint32_t)v;
}

static unsigned kind_of(const struct types *t)
{
	return t->info >> 24 & t->shape.kinds;
}

/* A word of what follows the head. */
static uint32_t more(const struct types *t, size_t word)
{
	return u32(t->all, t->at + HEAD + 4 * word);
}

/* ------------------------------------------------------------------ names */

static bool name_there(const struct types *t, uint32_t off)
{
	return off <= NAME_OFFSET_MAX &&
	       off < t->base_names + (uint64_t)t->names.n;
}

static const char *name_of(const struct types *t, uint32_t off)
{
	uint64_t names = (uint64_t)u32(t->base, 4) + u32(t->base, 16);
	const char *s = off < t->base_names
				? span_str(t->base, names + off)
				: span_str(t->names, off - t->base_names);

	return s ? s : "";
}

/* The kernel's letters are those of Latin-1. */
static bool is_letter(unsigned char c)
{
	return (unsigned)(c | 0x20) - 'a' < 26u || c == '_' || c == '.' ||
	       (c >= 0xc0 && c != 0xd7 && c != 0xf7);
}

/* A word of C, in which a dot may be. */
static bool is_word(const struct types *t, uint32_t off)
{
	const char *s = name_of(t, off);
	size_t max = run_release_before(t->r, 6, 1) ? 128 : 512;

	if (!is_letter((unsigned char)*s) || strlen(s) >= max)
		return false;
	for (; *s; s++)
		if (!is_letter((unsigned char)*s) && !(*s >= '0' && *s <= '9'))
			return false;
	return true;
}

/* ------------------------------------------------------------ common parts */

static const char *no_parts(const struct types *t)
{
	return t->n ? "vlen != 0" : NULL;
}

static const char *no_flag(const struct types *t)
{
	return t->flag ? "Invalid btf_info kind_flag" : NULL;
}

/* An optional name; one that has to be there. */
static const char *maybe_named(const struct types *t)
{
	return t->name && !is_word(t, t->name) ? "Invalid name" : NULL;
}

static const char *named(const struct types *t)
{
	return !t->name || !is_word(t, t->name) ? "Invalid name" : NULL;
}

static const char *unnamed(const struct types *t)
{
	return t->name ? "Invalid name" : NULL;
}

static bool is_type(uint32_t id)
{
	return id && id <= TYPE_MAX;
}

#define FIRST(a, b)                                                           \
	do {                                                                  \
		const char *what_ = (a);                                      \
		return what_ ? what_ : (b);                                   \
	} while (0)

/* ------------------------------------------------------------- the kinds */

static const char *plain(const struct types *t)
{
	FIRST(no_parts(t), no_flag(t));
}

static const char *check_int(struct types *t)
{
	uint32_t v = more(t, 0), bits = BTF_INT_BITS(v) + BTF_INT_OFFSET(v);
	uint32_t how = BTF_INT_ENCODING(v);
	const char *what = plain(t);

	if (what)
		return what;
	if (v & ~UINT32_C(0x0fffffff)) {
		t->raw = run_text(t->r, "Invalid int_data:%x", v);
		return "";
	}
	if (bits > 128)
		return "nr_bits exceeds 128";
	if ((bits + 7) / 8 > t->size)
		return "nr_bits exceeds type_size";
	if (!how || how == BTF_INT_SIGNED || how == BTF_INT_CHAR ||
	    how == BTF_INT_BOOL)
		return NULL;
	t->err = K_ENOTSUPP;
	return "Unsupported encoding";
}

static const char *check_ref(struct types *t)
{
	uint32_t kind = kind_of(t);
	bool tag = kind == BTF_KIND_TYPE_TAG;

	if (no_parts(t))
		return no_parts(t);
	if (t->flag && (!tag || run_release_before(t->r, 6, 15)))
		return no_flag(t);
	if (t->size > TYPE_MAX)
		return "Invalid type_id";
	if (kind == BTF_KIND_TYPEDEF)
		return named(t);
	if (tag)
		return *name_of(t, t->name) ? NULL : "Invalid name";
	return unnamed(t);
}

static const char *check_array(struct types *t)
{
	if (unnamed(t))
		return unnamed(t);
	if (plain(t))
		return plain(t);
	return t->size		     ? "size != 0"
	       : !is_type(more(t, 0)) ? "Invalid elem"
	       : !is_type(more(t, 1)) ? "Invalid index"
				      : NULL;
}

/* As the kernel writes names into lines. */
static const char *told_name(const struct types *t, uint32_t off)
{
	return !off		   ? "(anon)"
	       : name_there(t, off) ? name_of(t, off)
				   : "(invalid-name-offset)";
}

/* A complaint about member @i stands behind a line about the member. */
static const char *bad_member(struct types *t, uint32_t i, const char *what)
{
	uint32_t at = more(t, 3 * i + 2);
	const char *name = told_name(t, more(t, 3 * i));

	if (t->flag)
		t->raw = run_text(t->r,
				  "\t%s type_id=%u bitfield_size=%u bits_offset=%u",
				  name, more(t, 3 * i + 1), at >> 24,
				  at & 0xffffff);
	else
		t->raw = run_text(t->r, "\t%s type_id=%u bits_offset=%u", name,
				  more(t, 3 * i + 1), at);
	return what;
}

static const char *check_member(struct types *t, uint32_t i, uint32_t *last)
{
	uint32_t name = more(t, 3 * i), at = more(t, 3 * i + 2);
	bool overlay = kind_of(t) == BTF_KIND_UNION;

	at = t->flag ? at & 0xffffff : at;
	if (!name_there(t, name))
		return bad_member(t, i,
				  run_text(t->r,
					   "Invalid member name_offset:%u",
					   name));
	if (name && !is_word(t, name))
		return bad_member(t, i, "Invalid name");
	if (!is_type(more(t, 3 * i + 1)))
		return bad_member(t, i, "Invalid type_id");
	if ((overlay && at) || *last > at)
		return bad_member(t, i, "Invalid member bits_offset");
	if (at / 8 + (at % 8 != 0) > t->size)
		return bad_member(
			t, i, "Member bits_offset exceeds its struct size");
	*last = at;
	return NULL;
}

static const char *check_struct(struct types *t)
{
	const char *what = maybe_named(t);
	uint32_t last = 0;

	for (uint32_t i = 0; i < t->n && !what; i++)
		what = check_member(t, i, &last);
	return what;
}

static const char *check_enum(struct types *t)
{
	unsigned words = kind_of(t) == BTF_KIND_ENUM64 ? 3 : 2;

	if (words == 2 && no_flag(t) && run_release_before(t->r, 6, 0))
		return no_flag(t);
	if (!t->size || t->size > 8 || t->size & (t->size - 1))
		return "Unexpected size";
	if (maybe_named(t))
		return maybe_named(t);
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t name = more(t, (size_t)words * i);

		if (!name_there(t, name)) {
			t->raw = run_text(t->r, "\tInvalid name_offset:%u",
					  name);
			return "";
		}
		if (!name || !is_word(t, name))
			return "Invalid name";
	}
	return NULL;
}

static const char *check_fwd(struct types *t)
{
	if (no_parts(t))
		return no_parts(t);
	FIRST(t->size ? "type != 0" : NULL, named(t));
}

static const char *check_func(struct types *t)
{
	if (named(t))
		return named(t);
	FIRST(t->n > BTF_FUNC_GLOBAL ? "Invalid func linkage" : NULL,
	      no_flag(t));
}

static const char *check_proto(struct types *t)
{
	FIRST(unnamed(t), no_flag(t));
}

static const char *check_var(struct types *t)
{
	if (plain(t))
		return plain(t);
	if (named(t))
		return named(t);
	FIRST(!is_type(t->size) ? "Invalid type_id" : NULL,
	      more(t, 0) > BTF_VAR_GLOBAL_ALLOCATED ? "Linkage not supported" :
						      NULL);
}

/* "\t type_id=1 offset=0 size=8", and the complaint behind it. */
static const char *check_datasec(struct types *t)
{
	uint64_t last = 0, sum = 0;

	if (!t->size)
		return "size == 0";
	if (no_flag(t))
		return no_flag(t);
	if (named(t))
		return named(t);
	for (uint32_t i = 0; i < t->n; i++) {
		uint64_t at = more(t, 3 * i + 1), n = more(t, 3 * i + 2);
		const char *what =
			!is_type(more(t, 3 * i))	? "Invalid type_id"
			: at < last || at >= t->size	? "Invalid offset"
			: !n || n > t->size		? "Invalid size"
			: at + n > t->size ? "Invalid offset+size"
					   : NULL;

		if (what)
			t->raw = run_text(t->r,
					  "\t type_id=%u offset=%llu size=%llu",
					  more(t, 3 * i),
					  (unsigned long long)at,
					  (unsigned long long)n);
		if (what)
			return what;
		last = at + n;
		sum += n;
	}
	return t->size < sum ? "Invalid btf_info size" : NULL;
}

static const char *check_float(struct types *t)
{
	uint32_t n = t->size;

	if (plain(t))
		return plain(t);
	return n == 2 || n == 4 || n == 8 || n == 12 || n == 16
		       ? NULL
		       : "Invalid type_size";
}

static const char *check_decl_tag(struct types *t)
{
	if (!*name_of(t, t->name))
		return "Invalid value";
	if (no_parts(t))
		return no_parts(t);
	if (no_flag(t) && run_release_before(t->r, 6, 15))
		return no_flag(t);
	return (int32_t)more(t, 0) < -1 ? "Invalid component_idx" : NULL;
}

/* What the kernel prints behind the name. */
enum details { SIZE_N, SIZE, REF, INT, ARRAY, PROTO, FWD, VAR, TAG };

static const struct kind {
	const char *name;
	const char *(*check)(struct types *t);
	unsigned fixed, each; /* bytes behind the head; for each part */
	enum details details;
} kinds[] = {
	[BTF_KIND_INT] = { "INT", check_int, 4, 0, INT },
	[BTF_KIND_PTR] = { "PTR", check_ref, 0, 0, REF },
	[BTF_KIND_ARRAY] = { "ARRAY", check_array, 12, 0, ARRAY },
	[BTF_KIND_STRUCT] = { "STRUCT", check_struct, 0, 12, SIZE_N },
	[BTF_KIND_UNION] = { "UNION", check_struct, 0, 12, SIZE_N },
	[BTF_KIND_ENUM] = { "ENUM", check_enum, 0, 8, SIZE_N },
	[BTF_KIND_FWD] = { "FWD", check_fwd, 0, 0, FWD },
	[BTF_KIND_TYPEDEF] = { "TYPEDEF", check_ref, 0, 0, REF },
	[BTF_KIND_VOLATILE] = { "VOLATILE", check_ref, 0, 0, REF },
	[BTF_KIND_CONST] = { "CONST", check_ref, 0, 0, REF },
	[BTF_KIND_RESTRICT] = { "RESTRICT", check_ref, 0, 0, REF },
	[BTF_KIND_FUNC] = { "FUNC", check_func, 0, 0, REF },
	[BTF_KIND_FUNC_PROTO] = { "FUNC_PROTO", check_proto, 0, 8, PROTO },
	[BTF_KIND_VAR] = { "VAR", check_var, 4, 0, VAR },
	[BTF_KIND_DATASEC] = { "DATASEC", check_datasec, 0, 12, SIZE_N },
	[BTF_KIND_FLOAT] = { "FLOAT", check_float, 0, 0, SIZE },
	[BTF_KIND_DECL_TAG] = { "DECL_TAG", check_decl_tag, 4, 0, TAG },
	[BTF_KIND_TYPE_TAG] = { "TYPE_TAG", check_ref, 0, 0, REF },
	[BTF_KIND_ENUM64] = { "ENUM64", check_enum, 0, 12, SIZE_N },
};

/* The last kind that this kernel knows. */
static unsigned last_kind(const struct types *t)
{
	return run_release_before(t->r, 5, 13)	 ? BTF_KIND_DATASEC
	       : run_release_before(t->r, 5, 16) ? BTF_KIND_FLOAT
	       : run_release_before(t->r, 5, 17) ? BTF_KIND_DECL_TAG
	       : run_release_before(t->r, 6, 0)	 ? BTF_KIND_TYPE_TAG
						 : BTF_KIND_ENUM64;
}

/* ------------------------------------------------------------ what is told */

static void say(struct types *t, const char *line)
{
	const char **v = arena_more(t->r->a, t->says.line, t->says.n,
				    sizeof(*v));

	if (!v) {
		t->r->oom = true;
		return;
	}
	v[t->says.n++] = line;
	t->says.line = v;
}

/* What a function takes, a line each: "82 sk". */
static void say_arguments(struct types *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t type = more(t, 2 * i + 1);
		const char *comma = i ? ", " : "";

		if (!type && i + 1 == t->n)
			say(t, run_text(t->r, "%svararg", comma));
		else
			say(t, run_text(t->r, "%s%u %s", comma, type,
					told_name(t, more(t, 2 * i))));
	}
	if (!t->n)
		say(t, "void");
	say(t, ")");
}

static const char *details(const struct types *t, enum details d)
{
	static const char *const how[16] = { "(none)", "SIGNED", "CHAR",
					     [4] = "BOOL" };
	struct run *r = t->r;
	uint32_t v = more(t, 0), e = BTF_INT_ENCODING(v);

	switch (d) {
	case SIZE:
		return run_text(r, "size=%u", t->size);
	case SIZE_N:
		return run_text(r, "size=%u vlen=%u", t->size, t->n);
	case INT:
		return run_text(r,
				"size=%u bits_offset=%u nr_bits=%u encoding=%s",
				t->size, BTF_INT_OFFSET(v), BTF_INT_BITS(v),
				how[e] ? how[e] : "UNKN");
	case ARRAY:
		return run_text(r, "type_id=%u index_type_id=%u nr_elems=%u", v,
				more(t, 1), more(t, 2));
	case PROTO:
		return run_text(r, "return=%u args=(", t->size);
	case FWD:
		return t->flag ? "union" : "struct";
	case VAR:
		return run_text(r, "type_id=%u linkage=%u", t->size, v);
	case TAG:
		return run_text(r, "type=%u component_idx=%d", t->size,
				(int)v);
	default:
		return run_text(r, "type_id=%u", t->size);
	}
}

/* How many types the kernel has: a module's are numbered behind them. */
static uint32_t base_types(struct types *t)
{
	if (!t->base_types)
		t->base_types = kern_btf_types(t->r->k, t->shape.kinds,
					       t->shape.parts);
	if (!t->base_types)
		t->r->oom = true;
	return t->base_types;
}

static uint32_t number(struct types *t)
{
	return base_types(t) + t->id;
}

/* A line about the file; @fmt has one place. */
static bool bad_head(struct types *t, const char *text, uint32_t v, bool hex)
{
	say(t, hex ? run_text(t->r, "[%u] %s:%x", number(t), text, v)
		   : run_text(t->r, "[%u] %s:%u", number(t), text, v));
	return false;
}

/* Lines about the type: itself, with its details or without, and @what. */
static bool bad_type(struct types *t, const struct kind *k, const char *what,
		     bool with_details)
{
	const char *name = t->name ? name_of(t, t->name) : "(anon)";

	t->says.typed = true;
	say(t, run_text(t->r, "[%u] %s %s%s", number(t), k->name, name,
			with_details ? " " : ""));
	if (with_details)
		say(t, details(t, k->details));
	if (with_details && k->details == PROTO)
		say_arguments(t);
	say(t, " ");
	say(t, what);
	say(t, "");
	return false;
}

/* A member's line, in pieces; or one that stands alone. */
static bool bad_part(struct types *t, const char *what)
{
	t->says.typed = *what;
	say(t, t->raw);
	if (!*what)
		return false;
	say(t, " ");
	say(t, what);
	say(t, "");
	return false;
}

/* -------------------------------------------------------------- all of it */

/* False: t->says why. @ret_size: of the type, head and all. */
static bool type_ok(struct types *t, uint64_t *ret_size)
{
	uint64_t left = t->all.n - t->at - HEAD, need;
	unsigned kind = kind_of(t);
	const struct kind *k;
	const char *what;

	if (t->info & ~t->shape.mask)
		return bad_head(t, "Invalid btf_info", t->info, true);
	if (!kind || kind > last_kind(t))
		return bad_head(t, "Invalid kind", kind, false);
	if (!name_there(t, t->name))
		return bad_head(t, "Invalid name_offset", t->name, false);
	k = &kinds[kind];
	need = k->fixed + (uint64_t)k->each * t->n;
	if (left < need)
		return bad_type(t, k,
				run_text(t->r, "meta_left:%llu meta_needed:%llu",
					 (unsigned long long)left,
					 (unsigned long long)need),
				false);
	what = k->check(t);
	if (what)
		return t->raw ? bad_part(t, what) : bad_type(t, k, what, true);
	*ret_size = HEAD + need;
	return true;
}

static bool one_type(struct types *t)
{
	uint64_t size = 0;

	if (t->all.n - t->at < HEAD) {
		say(t, run_text(t->r, "[%u] meta_left:%zu meta_needed:%d",
				number(t), t->all.n - t->at, HEAD));
		return false;
	}
	t->name = u32(t->all, t->at);
	t->info = u32(t->all, t->at + 4);
	t->size = u32(t->all, t->at + 8);
	t->n = t->info & t->shape.parts;
	t->flag = BTF_INFO_KFLAG(t->info);
	if (!type_ok(t, &size))
		return false;
	t->where[t->id++] = (uint32_t)t->at;
	t->at += size;
	return true;
}

/* ------------------------------------------------- what qualifies another */

static bool qualifies(unsigned kind)
{
	return kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_VOLATILE ||
	       kind == BTF_KIND_CONST || kind == BTF_KIND_RESTRICT ||
	       kind == BTF_KIND_TYPE_TAG;
}

static bool loose(struct types *t, int err, const char *line)
{
	if (line)
		say(t, line);
	t->err = err;
	return false;
}

/*
 * From type @id to what it qualifies in the end. Tags come first, none comes
 * again behind another; @good: types up to there have been followed.
 */
static bool follow(struct types *t, uint32_t id, uint32_t good)
{
	bool first = true, in_tags = false;

	for (unsigned left = 32;; left--) {
		uint32_t at, kind;
		bool tag;

		if (id >= t->base_types + t->id)
			return loose(t, EINVAL, NULL);
		if (id < t->base_types) {
			/* Whatever else it is, it ends here. */
			if (!in_tags && !first && left &&
			    kern_btf_is_tag(t->r->k, id))
				return loose(t, EINVAL,
					     "Type tags don't precede modifiers");
			return true;
		}
		at = t->where[id - t->base_types];
		kind = u32(t->all, at + 4) >> 24 & t->shape.kinds;
		if (!qualifies(kind))
			return true;
		if (!left)
			return loose(t, ELOOP,
				     "Max chain length or cycle detected");
		tag = kind == BTF_KIND_TYPE_TAG;
		in_tags = first ? tag : in_tags;
		first = false;
		if (tag && !in_tags)
			return loose(t, EINVAL,
				     "Type tags don't precede modifiers");
		in_tags = in_tags && tag;
		if (id <= good)
			return true;
		id = u32(t->all, at + 8);
	}
}

/* Since type tags: not in 5.10, in 6.1. Its lines are none that an image is
 * asked for. */
static void check_chains(struct types *t)
{
	uint32_t good;

	if (run_release_before(t->r, 5, 18))
		return;
	good = base_types(t) - 1;
	for (uint32_t i = 0; i < t->id; i++) {
		uint32_t info = u32(t->all, t->where[i] + 4);

		if (!qualifies(info >> 24 & t->shape.kinds))
			continue;
		if (!follow(t, t->base_types + i, good))
			return;
		good = t->base_types + i;
	}
}

struct complaint btf_types(struct run *r, struct span types, struct span names)
{
	_cleanup_free_ uint32_t *where = NULL;
	struct types t = { .r = r, .all = types, .names = names };

	t.shape = shape_of(r);
	t.base = kern_btf(r->k);
	t.base_names = u32(t.base, 20);
	if (!t.base.n) {
		run_unknown(r, "the types of the kernel");
		return t.says;
	}
	where = calloc(types.n / HEAD + 1, sizeof(*where));
	t.where = where;
	if (!where) {
		r->oom = true;
		return t.says;
	}
	while (t.at < t.all.n && one_type(&t))
		;
	if (!t.says.n)
		check_chains(&t);
	t.says.err = t.err ? t.err : t.says.n ? EINVAL : 0;
	return t.says;
}
