/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module.symvers: see symvers.h. */
#include "kern/symvers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kern/unpack.h"
#include "ko/ko.h"

#define SYMVERS_MAX ((size_t)64 << 20)

struct row {
	const char *crc, *name, *owner, *type, *ns;
};

/* Return: false: no such line. */
static bool parse(char *line, struct row *ret)
{
	char *field[5] = { 0 };
	static char none[] = "";

	for (size_t i = 0; i < 5; i++)
		field[i] = line ? strsep(&line, "\t") : none;
	*ret = (struct row){ field[0], field[1], field[2], field[3],
			     field[4] };
	return *ret->name && *ret->owner && str_starts(ret->crc, "0x");
}

static void add_export(struct facts_draft *f, const struct row *r, bool crcs)
{
	struct fact_export e = {
		.name = facts_text(f, r->name),
		.ns = facts_text(f, r->ns),
		.crc = (uint32_t)strtoul(r->crc, NULL, 16),
	};

	if (crcs)
		e.flags |= FACT_CRC;
	if (str_ends(r->type, "_GPL"))
		e.flags |= FACT_GPL;
	facts_add(f, PART_EXPORTS, &e, sizeof(e));
}

/* All rows of one module stand together. */
static void add_module(struct facts_draft *f, const struct row *r,
		       struct fact_module *m)
{
	size_t n = f->part[PART_EXPORTS].n / sizeof(struct fact_export);
	char name[KO_NAME_MAX];

	ko_name_of_path(r->owner, name);
	*m = (struct fact_module){
		.name = facts_text(f, name),
		.first = (uint32_t)n,
	};
}

static void end_module(struct facts_draft *f, struct fact_module *m)
{
	size_t n = f->part[PART_EXPORTS].n / sizeof(struct fact_export);

	m->n_exports = (uint32_t)n - m->first;
	if (m->n_exports)
		facts_add(f, PART_MODULES, m, sizeof(*m));
}

/* What of every CRC is 0 has no CRCs. */
static bool has_crcs(const char *text)
{
	for (const char *s = text; s && *s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (str_starts(s, "0x") && !str_starts(s, "0x00000000\t"))
			return true;
	}
	return false;
}

static int read_text(const char *path, struct bytes *ret, struct diag *d)
{
	struct bytes out = { 0 };
	int r = file_read_regular(path, SYMVERS_MAX, ret, d);

	if (r < 0 || !kern_packed(bytes_span(ret)))
		return r;
	r = kern_unpack(bytes_span(ret), SYMVERS_MAX, &out, d);
	bytes_fini(ret);
	if (r < 0)
		diag_in(d, "%s", path);
	else
		*ret = out;
	return r;
}

int symvers_learn(const char *path, struct facts_draft *kernel,
		  struct facts_draft *modules, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *owner = NULL;
	struct fact_module m = { 0 };
	int r = read_text(path, &b, d);

	if (r < 0)
		return r;

	char *rest = (char *)b.p;
	bool crcs = has_crcs(rest);

	if (modules)
		(void)facts_text(modules, "");
	if (kernel)
		(void)facts_text(kernel, "");
	while (rest) {
		struct row row;
		char *line = strsep(&rest, "\n");

		if (!parse(line, &row))
			continue;
		if (str_eq(row.owner, "vmlinux")) {
			if (kernel)
				add_export(kernel, &row, crcs);
			continue;
		}
		if (!modules)
			continue;
		if (!owner || !str_eq(owner, row.owner)) {
			end_module(modules, &m);
			free(owner);
			owner = strdup(row.owner);
			if (!owner)
				return diag_fail(d, ENOMEM, "out of memory");
			add_module(modules, &row, &m);
		}
		add_export(modules, &row, crcs);
	}
	if (modules) {
		end_module(modules, &m);
		facts_index_exports(modules);
	}
	if (kernel)
		facts_index_exports(kernel);
	return 0;
}
