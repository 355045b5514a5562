/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: lesson - a step of the lesson, read from Markdown
 *
 *   TOUR/NN-name/step.md      prose, and blocks that are run
 *                other files  what the blocks use
 *
 * What a fenced block is, the first word behind its fence says:
 *
 *   run     commands for this machine, one a line, in a copy of the folder
 *   guest   commands for the throw-away kernel; the folder's files are there
 *   check   as run, but only to judge the learner's file
 *   expect  what the output of the block before must have: tour/match.h
 *   hint    for the exercise; several are given one by one
 *   answer  to the question at the end, or what to say about the solution
 *   LANGUAGE file=NAME
 *           a file of the folder, shown; the block itself is empty
 *
 * Any other block is text. Behind the word come attributes, NAME=VALUE with or
 * without "quotes":
 *
 *   needs=KIND:WHAT   else the block is skipped, with the reason (run, guest,
 *                     check); once more for more needs. Of expect: the claims
 *                     if that is so; the next expect block has those if not
 *   bring=PROGRAM,... of this machine, for the guest
 *   modules=NAME,...  of the kernel's own, in the guest's /lib/modules
 *   kernel=NAME       another one than the lesson's   } each makes a new guest,
 *   append="TEXT"     for the kernel's command line   } if it is another value
 *   fresh=yes         a new guest, whatever was done to the one before
 *   status=N          (expect) of the block's last command, if not 0
 *   show=N            no more lines of output than this, of each command
 *
 * A step is a list of blocks in order; what lies between fences is one block.
 */
#ifndef LKM_TOUR_LESSON_H
#define LKM_TOUR_LESSON_H

#include <cmark.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"

enum tour_kind {
	TOUR_PROSE,
	TOUR_TEXT,   /* a fenced block that is only shown               */
	TOUR_SOURCE,
	TOUR_RUN,
	TOUR_GUEST,
	TOUR_CHECK,
	TOUR_EXPECT,
	TOUR_HINT,
	TOUR_ANSWER,
};

struct tour_attr {
	const char *name, *value;
};

struct tour_block {
	enum tour_kind kind;
	cmark_node *first, *last; /* siblings; the same if not prose     */
	const char *text;         /* of a fenced block; "" for prose     */
	unsigned line;            /* in step.md                          */
	const struct tour_attr *attrs;
	size_t n_attrs;
};

struct tour_step {
	const char *name;  /* "03-lsmod"                                */
	const char *title; /* its first heading                         */
	const char *folder;
	const struct tour_block *blocks;
	size_t n;
	struct arena arena; /* everything above                         */
	cmark_node *doc;
};

/* The value of an attribute of which there is one; NULL: it has none. */
const char *tour_attr(const struct tour_block *b, const char *name) _pure_;

/* Whether it has a block of this kind; with TOUR_CHECK it has an exercise. */
bool tour_has(const struct tour_step *s, enum tour_kind kind) _pure_;

/**
 * tour_step_parse() - a step from the text of its step.md
 * @name:   of the step, for the diag and @ret
 * @folder: where the files are that it names; they are not looked at
 * @ret:    set only on success; tour_step_fini()
 *
 * Return: 0; -EINVAL: a block that makes no sense, with its line; -ENOMEM.
 */
_must_check_ int tour_step_parse(const char *name, const char *folder,
				 const char *text, size_t n,
				 struct tour_step *ret, struct diag *d);

void tour_step_fini(struct tour_step *s);

struct tour_lesson {
	struct tour_step *v;
	size_t n;
};

/**
 * tour_lesson_open() - all steps below a folder, in order
 *
 * Return: 0; -ENOENT if there is none; the errno of reading one; as
 * tour_step_parse().
 */
_must_check_ int tour_lesson_open(const char *folder, struct tour_lesson *ret,
				  struct diag *d);

void tour_lesson_fini(struct tour_lesson *l);
#define _cleanup_lesson_ _cleanup_(tour_lesson_fini)

/*
 * A step by its name, its number, or its name without the number. NULL: none.
 */
struct tour_step *tour_lesson_find(const struct tour_lesson *l,
				   const char *name);

#endif
