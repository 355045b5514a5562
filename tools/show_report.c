/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm show, for people: what it is, sections, licence, taints, signature. */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/errname.h"
#include "fold.h"
#include "live/taint.h"
#include "near.h"
#include "show.h"
#include "ui.h"

#define SYMBOLS_SHOWN 24
#define WIDTH 79
#define INDENT 13 /* of a row's text */
#define NAME_WIDTH 25 /* of a section, at least; and at most:         */
#define NAME_WIDTH_MAX 40

void show_head(const char *text)
{
	(void)printf("\n%s%s%s\n", ui_colour(stdout, UI_BOLD), text,
		     ui_colour(stdout, UI_PLAIN));
}

void show_row(const char *what, const char *text)
{
	size_t width = ui_width(stdout);

	if (!text)
		return;
	(void)printf("  %-10s ", what);
	ui_put_within(stdout, text, INDENT, INDENT,
		      width && width < WIDTH ? width : WIDTH);
	(void)putchar('\n');
}

size_t show_limit(const struct show_file *f, size_t n, size_t limit)
{
	/* One that is left out costs as much room as saying so. */
	return f->o->verbose || n <= limit + 1 ? n : limit;
}

void show_rest(size_t n, size_t shown)
{
	if (n > shown)
		(void)printf("  ... and %zu more (-v shows all)\n", n - shown);
}

/* -------------------------------------------------------------- what it is */

static void put_size(const struct show_file *f)
{
	const struct ko *ko = f->ko;

	(void)printf("  %-10s %llu bytes", "file",
		     (unsigned long long)ko->file_size);
	if (ko->compression != KO_RAW)
		(void)printf(" (%s), %zu unpacked",
			     ko_compression_name(ko->compression),
			     ko_image(ko).n);
	(void)putchar('\n');
}

static void put_memory(const struct show_file *f)
{
	const struct rule_result *r = f->r;
	uint64_t init = 0;

	if (!r || !r->n_parts) {
		show_row("memory",
			 !f->k ? "not known without a kernel"
			       : "not known: the kernel refuses it before");
		return;
	}
	for (size_t i = 0; i < r->n_parts; i++)
		init += r->parts[i].init ? r->parts[i].size : 0;
	(void)printf("  %-10s %llu bytes, and %llu until init is done\n",
		     "memory", (unsigned long long)r->live_size,
		     (unsigned long long)init);
}

static void put_kernel(const struct show_file *f)
{
	_cleanup_text_ struct text t = { 0 };

	if (f->k)
		text_addf(&t, "%s%s", kern_release(f->k),
			  f->same ? "" : ", which it was not built for");
	else
		text_addf(&t, "none at hand: %s", f->no_kernel);
	show_row("asked", text_str(&t));
}

static const char *verdict_words(enum rule_verdict v)
{
	static const char *const words[] = {
		[RULE_LOADS] = "it loads",
		[RULE_REFUSED] = "it is refused",
		[RULE_UNDEFINED] = "the kernel would crash",
		[RULE_INIT_DECIDES] = "its own code decides",
		[RULE_UNKNOWN] = "that cannot be told",
	};

	return words[v];
}

static void put_verdict(const struct show_file *f)
{
	const struct rule_result *r = f->r;
	_cleanup_text_ struct text t = { 0 };

	if (!r)
		return;
	text_add(&t, verdict_words(r->verdict));
	if (r->verdict == RULE_REFUSED)
		text_addf(&t, " (%s)",
			  err_name(r->err) ? err_name(r->err) : "?");
	if (r->decided)
		text_addf(&t, ": %s", r->decided->why);
	else if (r->unknown)
		text_addf(&t, ": %s", r->unknown);
	show_row("there", text_str(&t));
}

static void put_identity(const struct show_file *f)
{
	const struct ko *ko = f->ko;

	(void)printf("%s", ui_colour(stdout, UI_BOLD));
	ui_put(stdout, ko->name);
	(void)printf("%s  ", ui_colour(stdout, UI_PLAIN));
	ui_put(stdout, f->path);
	(void)putchar('\n');
	show_row("is", ko_modinfo(ko, "description"));
	show_row("version", ko_modinfo(ko, "version"));
	show_row("author", ko_modinfo(ko, "author"));
	put_size(f);
	put_memory(f);
	show_row("machine", ko->machine_name);
	show_row("built for", ko_modinfo(ko, "vermagic"));
	show_row("compiler", f->compiler);
	put_kernel(f);
	put_verdict(f);
}

/* ---------------------------------------------------------------- sections */

struct show_section show_section(const struct show_file *f, uint32_t idx)
{
	struct show_section x = { .known = f->r && f->r->n_sections };

	(void)ko_section(f->ko, idx, &x.s);
	x.loaded = x.s.flags & SHF_ALLOC && !str_eq(x.s.name, ".modinfo") &&
		   !str_starts(x.s.name, "__version");
	for (size_t i = 0; x.known && i < f->r->n_sections; i++)
		if (f->r->sections[i].idx == idx)
			x.at = &f->r->sections[i];
	if (x.known)
		x.loaded = x.at;
	if (x.at)
		x.part = &f->r->parts[x.at->part];
	return x;
}

/*
 * As wide as the longest name that is shown; one that is longer than any should
 * be is not.
 */
static size_t name_width(const struct show_file *f)
{
	size_t width = NAME_WIDTH;

	for (uint32_t i = 1; i < f->ko->nsh; i++) {
		struct show_section x = show_section(f, i);
		size_t n = fold_columns(x.s.name, strlen(x.s.name));

		if (x.s.size && (x.loaded || f->o->verbose) && n > width &&
		    n <= NAME_WIDTH_MAX)
			width = n;
	}
	return width;
}

static void put_section(const struct show_section *x, size_t width)
{
	const char *means = anat_section(x->s.name);

	(void)fputs("    ", stdout);
	ui_put(stdout, x->s.name);
	for (size_t n = fold_columns(x->s.name, strlen(x->s.name)); n < width;
	     n++)
		(void)putchar(' ');
	(void)putchar(' ');
	if (x->at)
		(void)printf("+0x%-6llx", (unsigned long long)x->at->offset);
	else
		(void)printf("%-9s", "");
	(void)printf(" %7llu  %s\n", (unsigned long long)x->s.size,
		     means ? means : "");
}

/* Sections of one part; NULL: those that are not loaded, or all that are. */
static void put_part(const struct show_file *f, const struct rule_part *part,
		     bool loaded)
{
	size_t width = name_width(f);

	for (uint32_t i = 1; i < f->ko->nsh; i++) {
		struct show_section x = show_section(f, i);

		if (x.part == part && x.loaded == loaded && x.s.size)
			put_section(&x, width);
	}
}

static void put_left_out(const struct show_file *f)
{
	uint64_t bytes = 0;
	size_t n = 0;

	for (uint32_t i = 1; i < f->ko->nsh; i++) {
		struct show_section x = show_section(f, i);

		if (x.loaded || !x.s.size)
			continue;
		n++;
		bytes += x.s.type == SHT_NOBITS ? 0 : x.s.bytes.n;
	}
	if (!n)
		return;
	(void)printf("  not loaded: %zu section%s, %llu bytes%s\n", n,
		     n == 1 ? "" : "s", (unsigned long long)bytes,
		     f->o->verbose ? "" : " (-v lists them)");
	if (f->o->verbose)
		put_part(f, NULL, false);
}

static void put_sections(const struct show_file *f)
{
	const struct rule_result *r = f->r;

	show_head("Sections");
	if (!r || !r->n_sections) {
		(void)printf("  loaded; where to is not known %s\n",
			     f->k ? "(the kernel refuses the file before)"
				  : "without a kernel");
		put_part(f, NULL, true);
	}
	for (size_t i = 0; r && r->n_sections && i < r->n_parts; i++) {
		if (!r->parts[i].size)
			continue;
		(void)printf("  %s: %llu bytes%s\n", r->parts[i].name,
			     (unsigned long long)r->parts[i].size,
			     r->parts[i].init ? ", freed when init is done"
					      : "");
		put_part(f, &r->parts[i], true);
	}
	put_left_out(f);
}

/* --------------------------------------------------- one section in detail */

static void put_flags(const struct ko_section *s)
{
	(void)printf("  %-10s%s%s%s%s\n", "flags",
		     s->flags & SHF_ALLOC ? " in memory" : " in the file only",
		     s->flags & SHF_WRITE ? ", may be written" : "",
		     s->flags & SHF_EXECINSTR ? ", code" : "",
		     s->type == SHT_NOBITS ? ", no bytes in the file" : "");
}

static uint64_t relocations_of(const struct ko *ko, uint32_t idx)
{
	uint64_t n = 0;

	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);)
		if (s.info == idx && (s.type == SHT_RELA || s.type == SHT_REL))
			n += ko_relocs(ko, &s);
	return n;
}

static bool lies_in(const struct ko_symbol *s, uint32_t idx)
{
	return s->shndx == idx && s->name[0] && s->type != STT_SECTION &&
	       s->type != STT_FILE;
}

static void put_symbols(const struct show_file *f, uint32_t idx)
{
	size_t n = 0, shown;

	for (struct ko_symbol s = { 0 }; ko_symbol_next(f->ko, &s);)
		n += lies_in(&s, idx);
	shown = show_limit(f, n, SYMBOLS_SHOWN);
	n -= shown;
	for (struct ko_symbol s = { 0 }; shown && ko_symbol_next(f->ko, &s);) {
		if (!lies_in(&s, idx))
			continue;
		shown--;
		(void)printf("    +0x%-8llx %7llu  %s ",
			     (unsigned long long)s.value,
			     (unsigned long long)s.size,
			     s.type == STT_FUNC	    ? "function"
			     : s.type == STT_OBJECT ? "variable"
						    : "label   ");
		ui_put(stdout, s.name);
		(void)putchar('\n');
	}
	show_rest(n, 0);
}

static void put_detail(const struct show_file *f, uint32_t idx)
{
	struct show_section x = show_section(f, idx);

	(void)putchar('\n');
	ui_put(stdout, x.s.name);
	(void)putchar('\n');
	show_row("is", anat_section(x.s.name));
	(void)printf(
		"  %-10s %llu bytes at 0x%llx of the file, aligned to %llu\n",
		"size", (unsigned long long)x.s.size,
		(unsigned long long)x.s.offset,
		(unsigned long long)x.s.addralign);
	put_flags(&x.s);
	if (x.part)
		(void)printf("  %-10s %s+0x%llx%s\n", "goes to", x.part->name,
			     (unsigned long long)x.at->offset,
			     x.part->init ? ", freed when init is done" : "");
	else if (x.known)
		show_row("goes to", "nowhere: the kernel does not keep it");
	(void)printf("  %-10s %llu addresses to fill in\n", "relocated",
		     (unsigned long long)relocations_of(f->ko, idx));
	put_symbols(f, idx);
}

static void no_section(const struct show_file *f, const char *name)
{
	struct near n = near_start(name);
	struct diag d = { 0 };

	for (struct ko_section s = { 0 }; ko_section_next(f->ko, &s);)
		near_try(&n, s.name);
	(void)diag_fail(&d, ENOENT, "no section is called '%s'", name);
	(void)diag_in(&d, "%s", f->path);
	if (*n.found)
		(void)diag_hint(&d, "there is '%s'", n.found);
	else
		(void)diag_hint(&d, "'lkm show --sections -v %s' lists them",
				f->path);
	(void)fflush(stdout);
	(void)ui_error("show", &d);
}

/* What is not there is told once the rest is. */
bool show_has_sections(const struct show_file *f)
{
	for (size_t i = 0; i < f->o->sections.n; i++) {
		struct ko_section s;

		if (!ko_find_section(f->ko, f->o->sections.v[i], &s))
			return false;
	}
	return true;
}

static void put_details(const struct show_file *f)
{
	for (size_t i = 0; i < f->o->sections.n; i++) {
		const char *name = f->o->sections.v[i];
		bool any = false;

		for (struct ko_section s = { 0 }; ko_section_next(f->ko, &s);)
			if (str_eq(s.name, name)) {
				put_detail(f, s.idx);
				any = true;
			}
		if (!any)
			no_section(f, name);
	}
}

/* ------------------------------------------------------------------- trust */

static void put_licence(const struct show_file *f)
{
	const char *l = ko_modinfo(f->ko, "license");
	_cleanup_text_ struct text t = { 0 };

	text_addf(
		&t, "%s: %s", l ? l : "none",
		anat_gpl(l)
			? "symbols for GPL modules only can be used"
			: "proprietary to the kernel; symbols for GPL modules only are hidden");
	show_row("licence", text_str(&t));
}

static void put_taints(const struct show_file *f)
{
	if (!f->r) {
		show_row("taints", "not known without a kernel");
		return;
	}
	if (f->r->verdict == RULE_REFUSED && !f->r->n_parts) {
		show_row("taints", "not known: the kernel refuses it before");
		return;
	}
	if (!f->r->taints)
		show_row("taints", "none");
	for (size_t i = 0; i < n_live_taints; i++) {
		const struct live_taint *t = &live_taints[i];
		_cleanup_text_ struct text means = { 0 };
		char what[] = "taint ?";

		if (!(f->r->taints >> t->bit & 1))
			continue;
		what[6] = t->letter;
		text_addf(&means, "%s%s", t->means,
			  t->harmless ? " (harmless here)" : "");
		show_row(what, text_str(&means));
	}
}

static void put_key(const struct show_file *f)
{
	static const char *const words[] = {
		[KERN_UNKNOWN] = "whether the kernel knows it cannot be told",
		[KERN_NO] = "not in the kernel's image",
		[KERN_YES] = "in the kernel's image",
	};
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < f->sig.serial.n; i++)
		text_addf(&t, "%02x", f->sig.serial.p[i]);
	for (size_t i = 0; !f->sig.serial.n && i < f->sig.key_id.n; i++)
		text_addf(&t, "%02x", f->sig.key_id.p[i]);
	text_addf(&t, "%s%s", t.n ? ", " : "", words[f->key_known]);
	show_row("key", text_str(&t));
}

static void put_signature(const struct show_file *f)
{
	_cleanup_text_ struct text t = { 0 };

	if (f->sig_err == -ENODATA) {
		show_row("signature", "none");
		return;
	}
	if (f->sig_err) {
		show_row("signature", f->no_sig.what);
		return;
	}
	text_addf(&t, "by '%s', %s, %s", f->sig.signer, f->sig.id, f->sig.hash);
	show_row("signature", text_str(&t));
	put_key(f);
}

static void put_trust(const struct show_file *f)
{
	show_head("Licence and trust");
	put_licence(f);
	put_taints(f);
	put_signature(f);
}

void show_report(const struct show_file *f)
{
	/* Quiet: what was asked for, or else what it is. */
	if (!f->o->quiet || f->o->topics == SHOW_ALL)
		put_identity(f);
	if (f->o->quiet && f->o->topics == SHOW_ALL)
		return;
	if (f->o->sections.n)
		put_details(f);
	else if (f->o->topics & SHOW_SECTIONS)
		put_sections(f);
	show_lists(f);
	if (f->o->topics & SHOW_TRUST)
		put_trust(f);
}
