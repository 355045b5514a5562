/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: check - lkm check, in parts
 *
 *	lkm_check.c     the command line, files and folders, threads
 *	check_world.c   the kernel, its state, what is loaded beforehand
 *	check_report.c  the answer for people
 *	check_json.c    the answer for programs, the list of rules
 */
#ifndef LKM_TOOLS_CHECK_H
#define LKM_TOOLS_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "build/kernel.h"
#include "rules/load.h"

struct check_options {
	const char *kernel; /* NULL: as the first file's vermagic says */
	const char *append; /* of the kernel's command line */
	struct strv with;   /* modules that are loaded beforehand */
	struct strv trust;  /* certificates, files */
	unsigned flags;	    /* of finit_module(2) */
	bool live, insmod, json, brief, quiet, verbose;
};

/* One file and what became of it. */
struct check_subject {
	char *path;
	size_t shown; /* of @path: what is behind the folder that was asked */
	struct text params;
	struct ko *ko;
	struct arena a;
	struct rule_result r;
	struct diag d; /* if it could not be looked at: @failed */
	bool failed;
	bool done;
	bool named; /* itself, not its folder */
};

struct check_memo; /* modules that were loaded before */

struct check_world {
	const struct check_options *o;
	struct build_kernel at;
	const char *note; /* why this kernel, if it is another than meant */
	struct kern *k;
	struct kern_state s; /* before anything is loaded */
	struct arena a;
	struct strv unknown; /* what of a live kernel could not be read */
	struct check_memo *memo;
};

/**
 * check_world_open() - the kernel that is asked, and its state
 * @first: the first file; its vermagic names the kernel if nobody else does
 *
 * Return: 0; as build_kernel_find(), kern_open(), kern_state_live() and
 * file_read(); -EINVAL: a certificate that is none; -ENOEXEC: a module of
 * --with that would not load itself.
 */
_must_check_ int check_world_open(const struct check_options *o,
				  const char *first, struct check_world *ret,
				  struct diag *d);
void check_world_close(struct check_world *w);

/**
 * check_boot_words() - what the kernel's command line changes
 * @line: NULL: nothing; words that the loader does not go by are skipped
 */
void check_boot_words(struct kern_state *s, struct arena *a,
		      const char *line);

/* The file "-" is what comes from standard input, which is read once. */
_must_check_ int check_open(const char *path, struct ko **ret, struct diag *d);

/* Loads one file; @s->failed if that could not be done. Many at once may. */
void check_subject_run(struct check_world *w, struct check_subject *s);

/**
 * check_subject_run_next() - the same, and what comes next finds it loaded
 *
 * For at most so many as check_world_expect() was told of; one at a time.
 */
void check_subject_run_next(struct check_world *w, struct check_subject *s);
_must_check_ int check_world_expect(struct check_world *w, size_t n,
				    struct diag *d);
void check_subject_fini(struct check_subject *s);

/* Of enum ui_status. */
int check_status(const struct check_subject *s);

/* All that is known of one file. */
void check_report(const struct check_world *w, const struct check_subject *s);
/* Lines of a key, a tab and a text, for scripts and for insmod. */
void check_report_brief(const struct check_subject *s);
/* One line of many, and what it all comes to. */
void check_report_line(const struct check_world *w,
		       const struct check_subject *s);
void check_report_sum(const struct check_world *w,
		      const struct check_subject *v, size_t n);

/* Return: of enum ui_status. */
int check_json(const struct check_world *w, const struct check_subject *v,
	       size_t n);
/* Nothing was asked, because of @d. Return: @status, or UI_UNKNOWN. */
int check_json_none(const struct diag *d, int status);
int check_rules(bool json);

#endif
