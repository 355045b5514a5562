/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: show - lkm show, in parts
 *
 *	lkm_show.c      the command line, which kernel, all that is asked
 *	show_report.c   what it is, sections, licence, signature, for people
 *	show_lists.c    entry points, exports, needs, parameters, aliases
 *	show_json.c     the same for programs
 */
#ifndef LKM_TOOLS_SHOW_H
#define LKM_TOOLS_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "check.h"
#include "rules/anatomy.h"

enum show_topic {
	SHOW_SECTIONS = 1 << 0,
	SHOW_ENTRIES = 1 << 1,
	SHOW_EXPORTS = 1 << 2,
	SHOW_NEEDS = 1 << 3,
	SHOW_PARAMS = 1 << 4,
	SHOW_ALIASES = 1 << 5,
	SHOW_DEPENDS = 1 << 6,
	SHOW_TRUST = 1 << 7,
	SHOW_ALL = (1 << 8) - 1,
};

struct show_options {
	struct check_options check; /* which kernel */
	struct strv sections;	    /* of --section */
	unsigned topics;
	bool json, quiet, verbose;
	struct anat_ids ids;
	struct bytes pci, usb; /* what @ids points into */
};

/* One file and all that is known of it. What could not be read has a reason. */
struct show_file {
	const struct show_options *o;
	const char *path;
	struct kern *k;	     /* NULL: no kernel */
	bool same;	     /* it is the kernel that the file was built for */
	const char *no_kernel; /* why there is none */
	const struct ko *ko;
	struct arena a;
	const struct rule_result *r; /* NULL: no kernel */
	struct anat_tables tables;
	struct anat_param *params;
	size_t n_params;
	struct anat_need *needs;
	size_t n_needs;
	struct diag no_needs; /* err: why */
	struct ko_export *exports;
	size_t n_exports;
	struct diag no_exports;
	struct ko_signature sig;
	int sig_err; /* 0; -ENODATA: unsigned; else @no_sig says why */
	struct diag no_sig;
	enum kern_known key_known;
	const char *compiler; /* NULL: not told */
};

/* A module's section, and what the kernel does with it. */
struct show_section {
	struct ko_section s;
	const struct rule_section *at; /* NULL: not loaded, or not known */
	const struct rule_part *part;
	bool loaded; /* by its flags, where @known is false */
	bool known;
};

/* Section @idx as above. */
struct show_section show_section(const struct show_file *f, uint32_t idx);

void show_report(const struct show_file *f);
/* Are all sections there that were asked for? */
bool show_has_sections(const struct show_file *f);
/* Its middle. */
void show_lists(const struct show_file *f);

/* A heading; a row "  what      text", folded; nothing for NULL. */
void show_head(const char *text);
void show_row(const char *what, const char *text);

/* How many of a list are shown. */
size_t show_limit(const struct show_file *f, size_t n, size_t limit);
/* "  ... and 12 more (-v shows all)" */
void show_rest(size_t n, size_t shown);

struct jout;

/* One object. */
void show_json(struct jout *j, const struct show_file *f);

#endif
