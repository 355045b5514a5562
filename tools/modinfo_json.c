/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modinfo --json. What .modinfo has is grouped by its keys, in the order in
 * which they are first met; parameters, signature and versions, which kmod
 * mixes with the keys or leaves out, have places of their own.
 */
#include "modinfo_json.h"

#include <errno.h>
#include <stdlib.h>

#include "base/text.h"

/* One string of .modinfo. */
struct entry {
	struct span key;
	const char *value;
	size_t at;    /* which one it is                                  */
	size_t first; /* the first one with the same key                  */
};

struct entries {
	struct entry *v;
	size_t n;
};

static int compare_keys(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int by_key(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	int c = compare_keys(a->key, b->key);

	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static int by_first(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static bool is_param(struct span key)
{
	return span_eq(key, "parm") || span_eq(key, "parmtype");
}

static bool wants(const struct modinfo_subject *s, const char *key)
{
	return !s->field || str_eq(s->field, key);
}

/* The strings but for parameters, those of a key next to one another. */
static int collect(const struct modinfo_subject *s, struct arena *a,
		   struct entries *ret)
{
	struct entries e = { 0 };
	size_t max = 0;

	for (struct ko_info i = { 0 }; ko_info_next(s->ko, &i);)
		max++;
	e.v = arena_array(a, max + 1, sizeof(*e.v));
	if (!e.v)
		return -ENOMEM;
	for (struct ko_info i = { 0 }; ko_info_next(s->ko, &i);)
		if (!is_param(i.key) &&
		    (!s->field || span_eq(i.key, s->field))) {
			e.v[e.n] = (struct entry){ i.key, i.value, e.n, 0 };
			e.n++;
		}
	qsort(e.v, e.n, sizeof(*e.v), by_key);
	for (size_t i = 0; i < e.n; i++)
		e.v[i].first = i && !compare_keys(e.v[i - 1].key, e.v[i].key) ?
				       e.v[i - 1].first :
				       e.v[i].at;
	qsort(e.v, e.n, sizeof(*e.v), by_first);
	*ret = e;
	return 0;
}

static void put_fields(struct jout *j, const struct entries *e,
		       struct arena *a)
{
	jout_object(j, "fields");
	for (size_t i = 0; i < e->n; i++) {
		const struct entry *v = &e->v[i];
		const char *key = arena_strndup(a, (const char *)v->key.p,
						v->key.n);

		if (v->first == v->at)
			jout_array(j, key ? key : "");
		jout_str(j, NULL, v->value);
		if (i + 1 == e->n || e->v[i + 1].first != v->first)
			jout_end(j);
	}
	jout_end(j);
}

static void put_hex(struct jout *j, const char *key, struct span s)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < s.n; i++)
		text_addf(&t, "%02x", s.p[i]);
	jout_str(j, key, t.failed ? NULL : text_str(&t));
}

static void put_params(struct jout *j, const struct ko_param *p, size_t n)
{
	jout_array(j, "parameters");
	for (size_t i = 0; i < n; i++) {
		jout_object(j, NULL);
		jout_str(j, "name", p[i].name);
		jout_str(j, "type", p[i].type);
		jout_str(j, "description", p[i].desc);
		jout_end(j);
	}
	jout_end(j);
}

/* null: none, or one that cannot be read. */
static void put_signature(struct jout *j, const struct ko *ko,
			  struct arena *a)
{
	struct ko_signature g;
	int r = ko_signature(ko, a, &g, NULL);

	if (r) {
		jout_null(j, "signature");
		return;
	}

	bool old = g.trailer.id_type != KO_SIG_PKCS7;
	struct span key_id = old ? g.trailer.key_id : g.key_id;

	jout_object(j, "signature");
	jout_str(j, "id", g.id);
	jout_str(j, "signer", g.signer);
	if (key_id.p)
		put_hex(j, "key_id", key_id);
	else
		put_hex(j, "serial", g.serial);
	jout_str(j, "hash", g.hash);
	jout_str(j, "algorithm", g.algo);
	put_hex(j, "value", g.sig);
	jout_end(j);
}

/*
 * The table that the kernel looks at: the one with names of any length (those
 * of Rust) if there is one, else the old one.
 */
static void put_versions(struct jout *j, const struct ko *ko)
{
	enum ko_version_table t = ko_has_versions(ko, KO_VERSIONS_EXT) ?
					  KO_VERSIONS_EXT :
					  KO_VERSIONS;

	jout_array(j, "versions");
	for (struct ko_version v = { 0 }; ko_version_next(ko, t, &v);) {
		char crc[11];

		(void)snprintf(crc, sizeof(crc), "0x%08x", v.crc);
		jout_object(j, NULL);
		jout_str(j, "symbol", v.name);
		jout_str(j, "crc", crc);
		jout_end(j);
	}
	jout_end(j);
}

/* What only a file has. */
static void put_file(struct jout *j, const struct modinfo_subject *s,
		     struct arena *a)
{
	struct span id = { 0 };

	if (!s->field) {
		jout_str(j, "machine", s->ko->machine_name);
		jout_str(j, "compression",
			 ko_compression_name(s->ko->compression));
		if (ko_build_id(s->ko, &id))
			put_hex(j, "build_id", id);
		else
			jout_null(j, "build_id");
	}
	if (!s->field || str_starts(s->field, "sig"))
		put_signature(j, s->ko, a);
	if (!s->field)
		put_versions(j, s->ko);
}

int modinfo_json(struct jout *j, const struct modinfo_subject *s)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_param *params;
	struct entries e;
	size_t n;

	if (collect(s, &a, &e) || ko_params(s->ko, &a, &params, &n))
		return -ENOMEM;
	jout_object(j, NULL);
	jout_str(j, "name", s->name);
	jout_str(j, "filename", s->path);
	jout_bool(j, "builtin", !s->path);
	put_fields(j, &e, &a);
	if (wants(s, "parm"))
		put_params(j, params, n);
	if (s->path)
		put_file(j, s, &a);
	jout_end(j);
	return 0;
}
