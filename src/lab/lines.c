/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source lines, by libdw: see lines.h.
 *
 * An instruction is looked for at the address that libdwfl gives its section.
 */
#include "lab/lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>

#include "base/dso.h"
#include "base/file.h"
#include "base/text.h"

DSO_FN(dwfl_module_nextcu);
DSO_FN(dwarf_getsrclines);
DSO_FN(dwarf_onesrcline);
DSO_FN(dwarf_lineaddr);
DSO_FN(dwarf_lineno);
DSO_FN(dwarf_linesrc);
DSO_FN(dwarf_lineendsequence);
DSO_FN(dwarf_getscopes);
DSO_FN(dwarf_getscopes_die);
DSO_FN(dwarf_getsrcfiles);
DSO_FN(dwarf_filesrc);
DSO_FN(dwarf_attr);
DSO_FN(dwarf_formudata);
DSO_FN(dwarf_diename);
DSO_FN(dwarf_tag);

static struct dso libdw = {
	.soname = "libdw.so.1",
	.package = "libdw1",
	.fns = (const struct dso_fn[]){
		DSO_ENTRY(dwfl_module_nextcu),
		DSO_ENTRY(dwarf_getsrclines), DSO_ENTRY(dwarf_onesrcline),
		DSO_ENTRY(dwarf_lineaddr), DSO_ENTRY(dwarf_lineno),
		DSO_ENTRY(dwarf_linesrc), DSO_ENTRY(dwarf_lineendsequence),
		DSO_ENTRY(dwarf_getscopes), DSO_ENTRY(dwarf_getscopes_die),
		DSO_ENTRY(dwarf_getsrcfiles),
		DSO_ENTRY(dwarf_filesrc), DSO_ENTRY(dwarf_attr),
		DSO_ENTRY(dwarf_formudata), DSO_ENTRY(dwarf_diename),
		DSO_ENTRY(dwarf_tag), { 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

static void open_module(struct lines *l, const struct ko *ko)
{
	struct ko_section s;

	l->tried = true;
	if (!ko_find_section(ko, ".debug_line", &s) &&
	    !ko_find_section(ko, ".zdebug_line", &s))
		return;
	if (dso_need(&libdw, NULL) < 0 || !dwfl_ko_open(&l->file, ko))
		dwfl_ko_close(&l->file);
}

void lines_fini(struct lines *l)
{
	dwfl_ko_close(&l->file);
	*l = (struct lines){ 0 };
}

/* The last line of a unit that starts at or before @addr; line 0 is none. */
static Dwarf_Line *line_in(Dwarf_Die *cu, Dwarf_Addr addr)
{
	Dwarf_Lines *all;
	Dwarf_Line *best = NULL;
	size_t n;

	if (dso_dwarf_getsrclines(cu, &all, &n) != 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		Dwarf_Line *line = dso_dwarf_onesrcline(all, i);
		Dwarf_Addr at;
		bool end;
		int no;

		if (!line || dso_dwarf_lineaddr(line, &at) != 0 ||
		    dso_dwarf_lineendsequence(line, &end) != 0)
			continue;
		if (at > addr)
			return best; /* sorted by address */
		if (end)
			best = NULL;
		else if (!dso_dwarf_lineno(line, &no) && no > 0)
			best = line;
	}
	return NULL; /* behind the last one */
}

struct source {
	const char *file;
	unsigned line;
};

static bool is_header(const char *file)
{
	return file && str_ends(file, ".h");
}

static bool attribute(Dwarf_Die *die, unsigned name, Dwarf_Word *ret)
{
	Dwarf_Attribute at;

	return dso_dwarf_attr(die, name, &at) &&
	       !dso_dwarf_formudata(&at, ret);
}

/* Where an inlined function was called. */
static bool call_site(Dwarf_Die *cu, Dwarf_Die *die, struct source *ret)
{
	Dwarf_Files *files;
	Dwarf_Word file, line;
	size_t n;

	if (!attribute(die, DW_AT_call_file, &file) ||
	    !attribute(die, DW_AT_call_line, &line) || line > UINT32_MAX ||
	    dso_dwarf_getsrcfiles(cu, &files, &n) != 0 || file >= n)
		return false;
	*ret = (struct source){
		.file = dso_dwarf_filesrc(files, (size_t)file, NULL, NULL),
		.line = (unsigned)line,
	};
	return ret->file;
}

/*
 * The entries around @addr, innermost first; free() them. dwarf_getscopes()
 * goes on with where an inlined function was defined, not where it is.
 */
static int around(Dwarf_Die *cu, Dwarf_Addr addr, Dwarf_Die **ret)
{
	Dwarf_Die *first = NULL;
	int n = dso_dwarf_getscopes(cu, addr, &first);

	if (n > 0)
		n = dso_dwarf_getscopes_die(&first[0], ret);
	free(first);
	return n;
}

/*
 * Follows inlining outwards until the line is the author's, not a header's.
 * Return: the innermost function if there was any inlining; NULL.
 */
static const char *unfold(Dwarf_Die *cu, Dwarf_Addr addr, struct source *s)
{
	Dwarf_Die *scopes = NULL;
	int n = around(cu, addr, &scopes);
	const char *inner = NULL;
	struct source at = *s, site;

	for (int i = 0; i < n; i++) {
		if (dso_dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine)
			continue;
		if (!inner)
			inner = dso_dwarf_diename(&scopes[i]);
		if (!is_header(at.file) || !call_site(cu, &scopes[i], &site))
			break;
		at = site;
	}
	free(scopes);
	if (!is_header(at.file))
		*s = at;
	return inner;
}

static const char *copy(struct arena *a, const char *s, int *r)
{
	const char *p = s ? arena_strdup(a, s) : NULL;

	if (s && !p)
		*r = -ENOMEM;
	return p;
}

static int fill(Dwarf_Die *cu, Dwarf_Addr addr, Dwarf_Line *line,
		struct arena *a, struct lab_place *ret)
{
	struct source inner = { .file = dso_dwarf_linesrc(line, NULL, NULL) };
	int no = 0, r = 0;

	if (!inner.file || dso_dwarf_lineno(line, &no) != 0 || no <= 0)
		return 0;
	inner.line = (unsigned)no;

	struct source outer = inner;
	const char *inlined = unfold(cu, addr, &outer);

	ret->file = copy(a, outer.file, &r);
	ret->line = outer.line;
	if (inlined) {
		ret->inlined = copy(a, inlined, &r);
		ret->inlined_file = copy(a, inner.file, &r);
		ret->inlined_line = inner.line;
	}
	return r;
}

int lines_at(struct lines *l, const struct ko *ko, uint32_t shndx, uint64_t off,
	     struct arena *a, struct lab_place *ret)
{
	Dwarf_Addr addr, bias;
	Dwarf_Die *cu = NULL;

	if (!l->tried)
		open_module(l, ko);
	if (!l->file.module || !dwfl_ko_section(&l->file, shndx, &addr))
		return 0;
	addr += off;
	/* Not every compiler writes .debug_aranges: look into each unit. */
	while ((cu = dso_dwfl_module_nextcu(l->file.module, cu, &bias))) {
		Dwarf_Line *line = line_in(cu, addr - bias);

		if (line)
			return fill(cu, addr - bias, line, a, ret);
	}
	return 0;
}
