// SPDX-License-Identifier: GPL-2.0-or-later
/* lkm kernel show: what is known of a kernel without running it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "build/facts.h"
#include "build/kernel.h"
#include "json_out.h"
#include "ko/ko.h"
#include "lkm_kernel.h"
#include "rules/reason.h"
#include "ui.h"

/* Options on which a load may depend. */
static const char *const options[] = {
	"MODULES", "MODVERSIONS", "MODULE_SIG", "MODULE_SIG_FORCE",
	"MODULE_FORCE_LOAD", "MODULE_UNLOAD", "MODULE_FORCE_UNLOAD",
	"MODULE_DECOMPRESS", "MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS",
	"MODULE_ALLOW_BTF_MISMATCH", "DEBUG_INFO_BTF_MODULES",
	"STRICT_MODULE_RWX", "KALLSYMS", "KALLSYMS_ALL", "LIVEPATCH", "SMP",
	"CONSTRUCTORS", "MEM_ALLOC_PROFILING", "SECURITY_LOCKDOWN_LSM",
	"SECURITY_LOADPIN", "IMA_APPRAISE", "INTEGRITY_PLATFORM_KEYRING",
	"INTEGRITY_MACHINE_KEYRING", "RANDSTRUCT",
};

/* Members of struct module that a file can set. */
static const char *const members[] = { "name", "init", "exit" };

/* What is counted of the exports. */
struct counts {
	size_t exports, gpl, crcs;
	struct strv spaces;
};

static const char *option_word(enum kern_option o)
{
	static const char *const words[] = {
		[KERN_OPT_UNKNOWN] = "unknown",
		[KERN_OPT_N] = "n",
		[KERN_OPT_M] = "m",
		[KERN_OPT_Y] = "y",
	};

	return words[o];
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Return: 0 or -ENOMEM. */
static int count(const struct kern *k, struct counts *c)
{
	struct kern_export e;

	for (size_t i = 0; kern_export_next(k, &i, &e);) {
		c->exports++;
		c->gpl += e.gpl_only;
		c->crcs += e.has_crc;
		if (*e.ns && !strv_has(&c->spaces, e.ns)) {
			int r = strv_add(&c->spaces, e.ns);

			if (r < 0)
				return r;
		}
	}
	if (c->spaces.n)
		qsort(c->spaces.v, c->spaces.n, sizeof(*c->spaces.v), by_text);
	return 0;
}

/* ------------------------------------------------------------------ text */

static void row(const char *name, const char *value)
{
	if (!value || !*value)
		return;
	(void)printf("  %-9s ", name);
	ui_put(stdout, value);
	(void)putchar('\n');
}

/* Words behind one another, as many to a line as fit. */
struct words {
	const char *name; /* of the row; "" once it is written */
	int column;
};

static void word(struct words *w, const char *text)
{
	int n = (int)strlen(text);

	if (!w->column || w->column + 1 + n > 79) {
		(void)printf("%s  %-9s", w->column ? "\n" : "", w->name);
		w->name = "";
		w->column = 11;
	}
	(void)putchar(' ');
	ui_put(stdout, text);
	w->column += 1 + n;
}

static void end_words(struct words *w)
{
	if (w->column)
		(void)putchar('\n');
}

static void exports_text(const struct kern *k, const struct counts *c)
{
	struct kern_export e;
	struct words w = { .name = "spaces" };

	if (kern_find_export(k, "", &e) == KERN_UNKNOWN) {
		row("exports", "unknown");
		return;
	}
	(void)printf("  exports   %zu symbols, %zu of them for GPL only, in %zu namespace%s, %s versions\n",
		     c->exports, c->gpl, c->spaces.n,
		     c->spaces.n == 1 ? "" : "s",
		     c->crcs ? "with" : "without");
	for (size_t i = 0; i < c->spaces.n; i++)
		word(&w, c->spaces.v[i]);
	end_words(&w);
}

static void module_text(const struct kern *k)
{
	_cleanup_text_ struct text t = { 0 };
	struct kern_member m;

	if (!kern_module_size(k)) {
		row("struct", "module: unknown");
		return;
	}
	text_addf(&t, "module: %u bytes", kern_module_size(k));
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (kern_member(k, members[i], &m) == KERN_YES)
			text_addf(&t, ", %s at %u", members[i], m.offset);
	row("struct", text_str(&t));
}

static void keys_text(struct kern *k)
{
	const struct kern_key *v;
	size_t n;
	enum kern_known is = kern_keys(k, &v, &n);

	if (is == KERN_UNKNOWN)
		row("keys", "unknown");
	else if (is == KERN_NO)
		row("keys", "none in the image");
	for (size_t i = 0; i < n; i++) {
		(void)printf("  %-9s ", i ? "" : "keys");
		ui_put(stdout, v[i].subject);
		(void)printf(" (serial %s)\n", v[i].serial);
	}
}

static void options_text(const struct kern *k)
{
	struct words w = { .name = "options" };

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		_cleanup_text_ struct text t = { 0 };

		text_addf(&t, "%s=%s", options[i],
			  option_word(kern_option(k, options[i])));
		word(&w, text_str(&t));
	}
	end_words(&w);
}

static void checks_text(const struct kern *k)
{
	const struct rule_reason *r;
	struct words w = { .name = "lacks" };
	size_t has = 0, all = 0;

	for (size_t i = 0; (r = rule_reason_at(i)); i++) {
		enum kern_known is = r->log ? kern_says(k, r->log) : KERN_NO;

		if (rule_is_detail(r))
			continue;
		if (is == KERN_UNKNOWN) {
			row("checks", "unknown");
			return;
		}
		all += r->log != NULL;
		has += is == KERN_YES;
	}
	(void)printf("  checks    %zu of the %zu lines that loaders print are in this one\n",
		     has, all);
	for (size_t i = 0; (r = rule_reason_at(i)); i++)
		if (r->log && !rule_is_detail(r) &&
		    kern_says(k, r->log) == KERN_NO)
			word(&w, r->id);
	end_words(&w);
	if (has < all)
		row("", "(rules: what this kernel does not check, or says in other words; 'lkm why RULE' explains one)");
}

static void show_text(const struct build_kernel *b, struct kern *k,
		      const struct counts *c)
{
	char *const *why;
	size_t n = kern_unknowns(k, &why);

	(void)printf("%s%s%s\n", ui_colour(stdout, UI_BOLD), kern_release(k),
		     ui_colour(stdout, UI_PLAIN));
	row("banner", kern_banner(k));
	row("vermagic", kern_vermagic(k));
	row("machine",
	    ko_machine_of(kern_machine(k), kern_is64(k), kern_be(k)));
	row("image", b->image);
	row("modules", b->modules);
	row("config", b->config);
	exports_text(k, c);
	module_text(k);
	keys_text(k);
	options_text(k);
	checks_text(k);
	for (size_t i = 0; i < n; i++)
		row(i ? "" : "unknown", why[i]);
}

/* ------------------------------------------------------------------ JSON */

static void path_json(struct jout *j, const char *key, const char *path)
{
	jout_str(j, key, *path ? path : NULL);
}

static void exports_json(struct jout *j, const struct kern *k,
			 const struct counts *c)
{
	struct kern_export e;

	if (kern_find_export(k, "", &e) == KERN_UNKNOWN) {
		jout_null(j, "exports");
		return;
	}
	jout_object(j, "exports");
	jout_uint(j, "symbols", c->exports);
	jout_uint(j, "gpl_only", c->gpl);
	jout_uint(j, "with_crc", c->crcs);
	jout_strs(j, "namespaces", (const char *const *)c->spaces.v,
		  c->spaces.n);
	jout_end(j);
}

static void module_json(struct jout *j, const struct kern *k)
{
	struct kern_member m;

	if (!kern_module_size(k)) {
		jout_null(j, "struct_module");
		return;
	}
	jout_object(j, "struct_module");
	jout_uint(j, "size", kern_module_size(k));
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (kern_member(k, members[i], &m) == KERN_YES)
			jout_uint(j, members[i], m.offset);
	jout_end(j);
}

static void keys_json(struct jout *j, struct kern *k)
{
	const struct kern_key *v;
	size_t n;

	if (kern_keys(k, &v, &n) == KERN_UNKNOWN) {
		jout_null(j, "keys");
		return;
	}
	jout_array(j, "keys");
	for (size_t i = 0; i < n; i++) {
		jout_object(j, NULL);
		jout_str(j, "subject", v[i].subject);
		jout_str(j, "serial", v[i].serial);
		jout_end(j);
	}
	jout_end(j);
}

static void options_json(struct jout *j, const struct kern *k)
{
	jout_object(j, "options");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		enum kern_option o = kern_option(k, options[i]);

		jout_str(j, options[i],
			 o == KERN_OPT_UNKNOWN ? NULL : option_word(o));
	}
	jout_end(j);
}

static void checks_json(struct jout *j, const struct kern *k)
{
	const struct rule_reason *r;

	jout_object(j, "checks");
	for (size_t i = 0; (r = rule_reason_at(i)); i++) {
		enum kern_known is;

		if (!r->log)
			continue;
		is = kern_says(k, r->log);
		if (is == KERN_UNKNOWN)
			jout_null(j, r->id);
		else
			jout_bool(j, r->id, is == KERN_YES);
	}
	jout_end(j);
}

static int show_json(const struct build_kernel *b, struct kern *k,
		     const struct counts *c)
{
	struct jout j = { .f = stdout };
	char *const *why;
	size_t n = kern_unknowns(k, &why);

	jout_object(&j, NULL);
	jout_str(&j, "release", kern_release(k));
	path_json(&j, "banner", kern_banner(k));
	jout_str(&j, "vermagic", kern_vermagic(k));
	jout_str(&j, "machine",
		 ko_machine_of(kern_machine(k), kern_is64(k), kern_be(k)));
	path_json(&j, "image", b->image);
	path_json(&j, "modules", b->modules);
	path_json(&j, "config", b->config);
	exports_json(&j, k, c);
	module_json(&j, k);
	keys_json(&j, k);
	options_json(&j, k);
	checks_json(&j, k);
	jout_strs(&j, "unknown", (const char *const *)why, n);
	jout_end(&j);
	return jout_finish(&j) < 0 ? UI_UNKNOWN : UI_YES;
}

static int show(const struct build_kernel *b, bool json)
{
	_cleanup_kern_ struct kern *k = NULL;
	struct counts c = { 0 };
	struct diag d = { 0 };
	int r = build_kernel_facts(b, false, &k, &d);

	if (!r && count(k, &c) < 0)
		r = diag_fail(&d, ENOMEM, "out of memory");
	if (r < 0)
		return ui_error("kernel", &d);
	if (json)
		r = show_json(b, k, &c);
	else
		show_text(b, k, &c);
	strv_fini(&c.spaces);
	return r;
}

int lkm_kernel_show(int argc, char **argv)
{
	const char *name = NULL;
	struct build_kernel b;
	struct diag d = { 0 };
	bool json = false;

	for (int i = 1; i < argc; i++) {
		if (str_eq(argv[i], "--json"))
			json = true;
		else if (argv[i][0] == '-')
			return ui_usage("kernel", "show: no option '%s'",
					argv[i]);
		else if (name)
			return ui_usage(
				"kernel",
				"show takes one name, found '%s' and '%s'",
				name, argv[i]);
		else
			name = argv[i];
	}
	if (build_kernel_find(name, &b, &d) < 0)
		return ui_error("kernel", &d);
	return show(&b, json);
}
