/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: reason - why the kernel refused, and what to do about it
 *
 * For a refused load or unload the kernel gives an errno and, mostly, one
 * line in its log. Thirty conditions share ENOEXEC, so the line is the better
 * witness. The knowledge is data, one row per condition: reason_entry.c (the
 * way in, policy, signatures), reason_elf.c (the file), reason_symbol.c
 * (symbols, versions, relocations), reason_init.c (parameters, sysfs, the
 * module's own init), reason_unload.c, reason_note.c (what the log says about
 * modules that did load), reason_stray.c (files with which the kernel leaves
 * the rails, where nothing can be said of errno or log).
 */
#ifndef LKM_RULES_REASON_H
#define LKM_RULES_REASON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "base/span.h"
#include "base/text.h"

enum rule_op { RULE_LOAD, RULE_UNLOAD };

enum rule_kind {
	RULE_REFUSES, /* the kernel said no                                  */
	RULE_NOTE,    /* the kernel remarks on it and goes on: no harm       */
	RULE_DAMAGE,  /* code of a module has broken something: reboot       */
	RULE_STRAYS,  /* the kernel would leave the image here: no log line  */
};

/*
 * What the caller knows beside errno and log. A row that wants a fact is
 * chosen only where the caller has seen it, never guessed.
 */
enum rule_fact {
	RULE_NO_CAP = 1 << 0,           /* this process lacks CAP_SYS_MODULE */
	RULE_USER_NS = 1 << 1,          /* in a user namespace (container)   */
	RULE_MODULES_DISABLED = 1 << 2, /* kernel.modules_disabled is 1      */
	RULE_LOADED = 1 << 3,           /* a module of this name is loaded   */
	RULE_BUILTIN = 1 << 4,          /* it is part of the kernel          */
	RULE_FILE_EMPTY = 1 << 5,       /* the file has no bytes             */
	RULE_FILE_ODD = 1 << 6,         /* not a regular file                */
	RULE_SIGNED = 1 << 7,           /* the file ends in a signature      */
	RULE_HOLDERS = 1 << 8,          /* loaded modules need it            */
	RULE_PERMANENT = 1 << 9,        /* [permanent] in /proc/modules      */
	RULE_NOT_LIVE = 1 << 10,        /* Loading or Unloading              */
	RULE_NOT_LOADED = 1 << 11,      /* no module of this name is loaded  */
	RULE_NO_MODULES = 1 << 12,      /* a kernel without /proc/modules    */
	RULE_INIT_RAN = 1 << 13,        /* the module's init has logged, or
					 * the loader would have            */
	RULE_FLAGS_ODD = 1 << 14,       /* finit_module() with odd flags    */
	RULE_FILE_SHORT = 1 << 15,      /* init_module() of under 64 bytes  */
	RULE_NO_FORCE = 1 << 16,        /* no CONFIG_MODULE_FORCE_LOAD      */
	RULE_NAMELESS = 1 << 17,        /* struct module has an empty name  */
	RULE_NO_VERMAGIC = 1 << 18,     /* none, or not to be looked at     */
	RULE_OTHER_KERNEL = 1 << 19,    /* {built} is not {kernel}          */
	RULE_SYMBOL_GPL = 1 << 20,      /* it is {owner}'s, for GPL modules */
	RULE_SYMBOL_OWNED = 1 << 21,    /* it is of a module {owner}        */
	RULE_SYMBOL_NOBODY = 1 << 22,   /* nothing in {kernel} exports it   */
	RULE_FILE_KIND = 1 << 23,       /* the file is {kind}               */
	RULE_FILE_32 = 1 << 24,         /* its header says 32 bit           */
	RULE_PARAM_TYPE = 1 << 25,      /* it takes {wanted}                */
	RULE_PLT_FULL = 1 << 26,        /* arm64: more branches than room   */
	RULE_NO_TRAMPOLINE = 1 << 27,   /* arm64: no section for ftrace      */
};

/* Who said no? An errno without a log line may leave that open. */
enum rule_by { RULE_BY_KERNEL, RULE_BY_INIT, RULE_BY_EITHER };

/*
 * One condition. @log is the kernel's own format string; a conversion in it
 * (%s, %d, %u, %lx, %p ...) is a place, numbered from 1. @why and @fix may
 * name places as {1}, and {module}, {file}, {errno}, and what is known besides:
 * {built}, {kernel} and so on, see enum rule_word.
 *
 * A row with a log line and facts says more about the condition of the row
 * that has the same line and no facts, and stands before it. Its id is that
 * row's, and a word more.
 */
struct rule_reason {
	const char *id;     /* "load.vermagic": never changes, never reused  */
	enum rule_op op;
	enum rule_kind kind;
	int err;            /* positive errno; 0: any                        */
	unsigned facts;     /* all of these must be known                    */
	enum rule_by by;    /* who said no                                   */
	const char *log;    /* NULL: the kernel logs nothing                 */
	const char *prefix; /* what pr_fmt() puts in front; NULL: nothing    */
	unsigned level;     /* of the line; 0: 3 for a refusal, else 4       */
	const char *kernel; /* function, file                                */
	const char *why;    /* one or two sentences                          */
	const char *fix;    /* what to do next; commands in single quotes    */
};

static inline bool rule_is_detail(const struct rule_reason *row)
{
	return row->log && row->facts;
}

/* The table, row by row, refusals first; NULL behind the last. */
const struct rule_reason *rule_reason_at(size_t i);

/* What matched. */
#define RULE_PLACES 8
struct rule_match {
	const struct rule_reason *reason;
	const char *line; /* the log line behind its prefixes; or NULL     */
	struct span place[RULE_PLACES]; /* borrowed from the line             */
	size_t n_places;
};

/**
 * rule_match_line() - does a log line say what a row says?
 * @line: one line; a time stamp "[  12.345] ", a level "<4>", "kernel: " and
 *        "module: " in front of it are skipped
 * @ret:  set only when true is returned
 *
 * Time is bounded by the product of the lengths of line and format.
 */
bool rule_match_line(const struct rule_reason *row, const char *line,
		     struct rule_match *ret);

/* The line behind what loggers put in front: a time of dmesg, also of -T, a
 * level, "kernel: ". */
const char *rule_line_text(const char *line);

/* A question: what did the kernel mean? */
struct rule_question {
	enum rule_op op;
	int err;        /* positive errno */
	unsigned facts; /* of enum rule_fact */
	const char *const *lines; /* of the log, since before the call */
	size_t n_lines;
};

/**
 * rule_reason() - the row that explains a refusal best
 * @ret: what matched; borrows from the question
 *
 * In this order: a row with this errno, known facts and a line of the log; a
 * row with any errno and a line; a row with this errno and known facts, then
 * without facts.
 * With RULE_INIT_RAN only rows about the module's init function are left.
 * At the end stands "the module's own init function returned this".
 *
 * Return: never NULL; equals @ret->reason.
 */
const struct rule_reason *rule_reason(const struct rule_question *q,
				      struct rule_match *ret);

/**
 * rule_note() - what a line means that is no refusal
 *
 * Return: a row of kind RULE_NOTE or RULE_DAMAGE; NULL: not in the table.
 */
const struct rule_reason *rule_note(const char *line, struct rule_match *ret);

/* What rows name that is in no log line: "{built}" and so on. */
enum rule_word {
	RULE_BUILT,   /* the release that the file was built for            */
	RULE_KERNEL,  /* the release that refuses it                        */
	RULE_OWNER,   /* the module that has a symbol                       */
	RULE_LICENSE, /* the file's                                         */
	RULE_KIND,    /* "a text file", "aarch64"                           */
	RULE_WANTED,  /* "a byte, 0 to 255", "x86_64"                       */
	RULE_FOUND,   /* how many, which                                    */
	RULE_N_WORDS,
};

/* What fills {module}, {file} and {errno}; NULL and 0 give general words. */
struct rule_subject {
	const char *module;
	const char *file;
	int err;
	const char *word[RULE_N_WORDS];
};

/* Appends @why or @fix of a row with its places filled in. */
void rule_explain(const char *why_or_fix, const struct rule_match *m,
		  const struct rule_subject *about, struct text *out);

#endif
