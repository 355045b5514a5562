/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See ksyms.h. Lines of modules in Module.symvers are no concern of ours. */
#include "index/ksyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define MAX_KSYMS ((size_t)256 << 20)
#define KSYMTAB "__ksymtab_"

/* "0x12345678 <tab> name <tab> vmlinux <tab> EXPORT_SYMBOL" */
static int add_symvers(struct idx_graph *g, char *line)
{
	char *save = NULL;
	const char *crc = strtok_r(line, " \t", &save);
	const char *name = strtok_r(NULL, " \t", &save);
	const char *where = strtok_r(NULL, " \t", &save);
	char *end;

	if (!crc || !name || !where || !str_eq(where, "vmlinux"))
		return 0;

	unsigned long long v = strtoull(crc, &end, 16);

	return *end ? 0 : idx_graph_kernel(g, name, (uint32_t)v);
}

/* "ffffffff81000000 r __ksymtab_name". Return: 1 if it is no such line. */
static int add_map(struct idx_graph *g, const char *line, char prefix)
{
	const char *type = strchr(line, ' ');
	const char *name = type ? strchr(type + 1, ' ') : NULL;

	if (!name++)
		return 1;
	if (prefix && *name++ != prefix)
		return 0;
	if (!str_starts(name, KSYMTAB))
		return 0;
	return idx_graph_kernel(g, name + strlen(KSYMTAB), 0);
}

/* What the loader, or the linker, puts in place for every module. */
static int add_made_up(struct idx_graph *g)
{
	static const char *const names[IDX_KSYMS_MADE_UP] = {
		"__this_module", "_GLOBAL_OFFSET_TABLE_", "TOC.",
	};
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_SIZE(names); i++)
		r = idx_graph_kernel(g, names[i], 0);
	return r;
}

static int add_line(struct idx_graph *g, char *line, enum idx_ksyms_kind kind,
		    char prefix, const char *path, size_t number)
{
	int r = kind == IDX_SYMVERS ? add_symvers(g, line)
				    : add_map(g, line, prefix);

	if (r <= 0)
		return r;
	idx_tell(g->tell, (struct idx_event){ .kind = IDX_EV_BAD_LINE,
					      .name = path,
					      .other = line,
					      .n = number });
	return 0;
}

int idx_ksyms_add(struct idx_graph *g, const char *path,
		  enum idx_ksyms_kind kind, char prefix, struct bytes *keep,
		  struct diag *d)
{
	size_t number = 0;
	int r = file_read(path, MAX_KSYMS, keep, d);

	if (r < 0)
		return r;
	for (char *l = (char *)keep->p, *next; !r && l; l = next) {
		next = strchr(l, '\n');
		if (next)
			*next++ = '\0';
		else if (!*l)
			break;
		r = add_line(g, l, kind, prefix, path, ++number);
	}
	if (!r)
		r = add_made_up(g);
	return r < 0 ? diag_fail(d, ENOMEM, "out of memory") : 0;
}
