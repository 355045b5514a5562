/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm show, for programs. lkm-show(1) says what each member means. */
#include <elf.h>
#include <errno.h>
#include <stdio.h>

#include "json_out.h"
#include "live/taint.h"
#include "show.h"

static void put_hex(struct jout *j, const char *key, struct span s)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < s.n; i++)
		text_addf(&t, "%02x", s.p[i]);
	jout_str(j, key, s.n ? text_str(&t) : NULL);
}

static void put_crc(struct jout *j, const char *key, bool has, uint32_t crc)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "0x%08x", crc);
	jout_str(j, key, has ? text : NULL);
}

static void put_known(struct jout *j, const char *key, enum kern_known k)
{
	if (k == KERN_UNKNOWN)
		jout_null(j, key);
	else
		jout_bool(j, key, k == KERN_YES);
}

/* All values of a key of .modinfo. */
static void put_info(struct jout *j, const char *name, const struct ko *ko,
		     const char *key)
{
	jout_array(j, name);
	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		if (span_eq(i.key, key) && *i.value)
			jout_str(j, NULL, i.value);
	jout_end(j);
}

static void put_kernel(struct jout *j, const struct show_file *f)
{
	jout_object(j, "kernel");
	jout_str(j, "release", f->k ? kern_release(f->k) : NULL);
	jout_str(j, "missing", f->k ? kern_missing(f->k) : f->no_kernel);
	if (f->k)
		jout_bool(j, "built_for", f->same);
	else
		jout_null(j, "built_for");
	jout_end(j);
}

static void put_identity(struct jout *j, const struct show_file *f)
{
	const struct ko *ko = f->ko;

	jout_str(j, "file", f->path);
	jout_str(j, "name", ko->name);
	jout_str(j, "description", ko_modinfo(ko, "description"));
	jout_str(j, "version", ko_modinfo(ko, "version"));
	put_info(j, "authors", ko, "author");
	jout_str(j, "compression", ko_compression_name(ko->compression));
	jout_uint(j, "file_size", ko->file_size);
	jout_uint(j, "unpacked_size", ko_image(ko).n);
	jout_str(j, "machine", ko->machine_name);
	jout_str(j, "vermagic", ko_modinfo(ko, "vermagic"));
	jout_str(j, "compiler", f->compiler);
	put_kernel(j, f);
	jout_str(j, "verdict", f->r ? rule_verdict_name(f->r->verdict) : NULL);
	jout_str(j, "why", f->r && f->r->decided ? f->r->decided->why : NULL);
	if (f->r && f->r->n_parts)
		jout_uint(j, "memory_size", f->r->live_size);
	else
		jout_null(j, "memory_size");
}

static bool is_wanted(const struct show_file *f, const char *name)
{
	return !f->o->sections.n || strv_has(&f->o->sections, name);
}

static void put_section(struct jout *j, const struct show_section *x)
{
	jout_object(j, NULL);
	jout_str(j, "name", x->s.name);
	jout_uint(j, "index", x->s.idx);
	jout_uint(j, "size", x->s.size);
	jout_uint(j, "file_offset", x->s.offset);
	jout_uint(j, "align", x->s.addralign);
	jout_bool(j, "write", x->s.flags & SHF_WRITE);
	jout_bool(j, "code", x->s.flags & SHF_EXECINSTR);
	jout_bool(j, "loaded", x->loaded);
	jout_str(j, "part", x->part ? x->part->name : NULL);
	if (x->at)
		jout_uint(j, "offset", x->at->offset);
	else
		jout_null(j, "offset");
	jout_str(j, "means", anat_section(x->s.name));
	jout_end(j);
}

static void put_sections(struct jout *j, const struct show_file *f)
{
	jout_array(j, "parts");
	for (size_t i = 0; f->r && i < f->r->n_parts; i++) {
		jout_object(j, NULL);
		jout_str(j, "name", f->r->parts[i].name);
		jout_uint(j, "size", f->r->parts[i].size);
		jout_bool(j, "init", f->r->parts[i].init);
		jout_end(j);
	}
	jout_end(j);
	jout_array(j, "sections");
	for (uint32_t i = 1; i < f->ko->nsh; i++) {
		struct show_section x = show_section(f, i);

		if (is_wanted(f, x.s.name))
			put_section(j, &x);
	}
	jout_end(j);
}

static void put_entry(struct jout *j, const struct anat_entry *e)
{
	jout_object(j, NULL);
	jout_uint(j, "offset", e->offset);
	jout_str(j, "member", e->member);
	jout_str(j, "function", e->function);
	jout_bool(j, "imported", e->imported);
	jout_str(j, "when", e->when);
	jout_end(j);
}

static void put_entries(struct jout *j, const struct show_file *f)
{
	jout_str(j, "init", f->tables.init);
	jout_str(j, "exit", f->tables.exit);
	jout_array(j, "tables");
	for (size_t i = 0; i < f->tables.n; i++) {
		const struct anat_object *o = &f->tables.v[i];

		jout_object(j, NULL);
		jout_str(j, "name", o->name[0] ? o->name : NULL);
		jout_str(j, "section", o->section);
		jout_uint(j, "offset", o->offset);
		jout_uint(j, "size", o->size);
		jout_str(j, "type", o->type);
		jout_uint(j, "count", o->count);
		jout_str(j, "known_by", anat_how_name(o->how));
		jout_bool(j, "guess", o->type && anat_guessed(o->how));
		jout_str(j, "maybe", o->maybe);
		jout_array(j, "functions");
		for (size_t k = 0; k < o->n_entries; k++)
			put_entry(j, &o->entries[k]);
		jout_end(j);
		jout_end(j);
	}
	jout_end(j);
	jout_bool(j, "tables_cut", f->tables.cut);
}

static void put_exports(struct jout *j, const struct show_file *f)
{
	jout_array(j, "exports");
	for (size_t i = 0; i < f->n_exports; i++) {
		const struct ko_export *e = &f->exports[i];

		jout_object(j, NULL);
		jout_str(j, "name", e->name);
		put_crc(j, "crc", e->has_crc, e->crc);
		jout_bool(j, "gpl_only", e->gpl_only);
		jout_str(j, "namespace", *e->ns ? e->ns : NULL);
		jout_end(j);
	}
	jout_end(j);
	jout_diag(j, "exports_error", &f->no_exports);
}

static void put_need(struct jout *j, const struct anat_need *n)
{
	jout_object(j, NULL);
	jout_str(j, "name", n->name);
	put_crc(j, "crc", n->has_crc, n->crc);
	jout_bool(j, "weak", n->weak);
	put_known(j, "provided", n->provided);
	jout_str(j, "module", n->owner && *n->owner ? n->owner : NULL);
	jout_bool(j, "gpl_only", n->gpl_only);
	jout_str(j, "namespace", *n->ns ? n->ns : NULL);
	jout_bool(j, "namespace_missing", n->ns_missing);
	if (n->version == ANAT_FIT_SAME || n->version == ANAT_FIT_DIFFERS)
		jout_bool(j, "same_version", n->version == ANAT_FIT_SAME);
	else
		jout_null(j, "same_version");
	jout_end(j);
}

static void put_needs(struct jout *j, const struct show_file *f)
{
	jout_array(j, "needs");
	for (size_t i = 0; i < f->n_needs; i++)
		put_need(j, &f->needs[i]);
	jout_end(j);
	jout_diag(j, "needs_error", &f->no_needs);
}

static void put_params(struct jout *j, const struct show_file *f)
{
	jout_array(j, "params");
	for (size_t i = 0; i < f->n_params; i++) {
		const struct anat_param *p = &f->params[i];
		char perm[16];

		(void)snprintf(perm, sizeof(perm), "%04o", p->perm);
		jout_object(j, NULL);
		jout_str(j, "name", p->name);
		jout_str(j, "type", p->type);
		jout_str(j, "description", p->desc);
		jout_str(j, "default", p->dflt);
		jout_str(j, "permission", p->has_perm ? perm : NULL);
		jout_str(j, "set", p->set);
		jout_bool(j, "unsafe", p->unsafe);
		jout_bool(j, "hardware", p->hardware);
		jout_end(j);
	}
	jout_end(j);
}

static void put_aliases(struct jout *j, const struct show_file *f)
{
	jout_array(j, "aliases");
	for (struct ko_info i = { 0 }; ko_info_next(f->ko, &i);) {
		_cleanup_arena_ struct arena a = { 0 };

		if (!span_eq(i.key, "alias"))
			continue;
		jout_object(j, NULL);
		jout_str(j, "alias", i.value);
		jout_str(j, "means", anat_alias(i.value, &f->o->ids, &a));
		jout_end(j);
	}
	jout_end(j);
}

static void put_depends(struct jout *j, const struct show_file *f)
{
	_cleanup_strv_ struct strv v = { 0 };

	(void)!ko_depends(f->ko, &v);
	jout_strs(j, "depends", (const char *const *)v.v, v.n);
	put_info(j, "softdeps", f->ko, "softdep");
	put_info(j, "weakdeps", f->ko, "weakdep");
	put_info(j, "firmware", f->ko, "firmware");
	put_info(j, "import_ns", f->ko, "import_ns");
}

static void put_signature(struct jout *j, const struct show_file *f)
{
	if (f->sig_err == -ENODATA) {
		jout_null(j, "signature");
		return;
	}
	jout_object(j, "signature");
	jout_diag(j, "error", &f->no_sig);
	if (!f->sig_err) {
		jout_str(j, "id", f->sig.id);
		jout_str(j, "signer", f->sig.signer);
		put_hex(j, "serial", f->sig.serial);
		put_hex(j, "key_id", f->sig.key_id);
		jout_str(j, "hash", f->sig.hash);
		jout_str(j, "algorithm", f->sig.algo);
		put_known(j, "key_known", f->key_known);
	}
	jout_end(j);
}

static void put_trust(struct jout *j, const struct show_file *f)
{
	const char *l = ko_modinfo(f->ko, "license");
	char letters[LIVE_TAINT_LETTERS];

	jout_str(j, "license", l);
	jout_bool(j, "gpl_compatible", anat_gpl(l));
	jout_str(j, "taints",
		 f->r ? live_taint_letters(f->r->taints, letters) : NULL);
	put_signature(j, f);
}

void show_json(struct jout *j, const struct show_file *f)
{
	static const struct {
		unsigned topic;
		void (*put)(struct jout *j, const struct show_file *f);
	} all[] = {
		{ SHOW_SECTIONS, put_sections }, { SHOW_ENTRIES, put_entries },
		{ SHOW_EXPORTS, put_exports },	 { SHOW_NEEDS, put_needs },
		{ SHOW_PARAMS, put_params },	 { SHOW_ALIASES, put_aliases },
		{ SHOW_DEPENDS, put_depends },	 { SHOW_TRUST, put_trust },
	};

	jout_object(j, NULL);
	put_identity(j, f);
	for (size_t i = 0; i < ARRAY_SIZE(all) && !f->o->quiet; i++)
		if (f->o->topics & all[i].topic)
			all[i].put(j, f);
	jout_end(j);
}
