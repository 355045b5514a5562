/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: load - the kernel's module loader, emulated
 *
 * rule_load() does to a file what load_module() of one target kernel would do
 * to it, step by step and in its order, in an address space of its own that
 * is checked at every access. So it ends as the kernel would end:
 *
 *	loads         taints, sizes, addresses, the lines in the log
 *	refused       errno and the lines in the log, word for word
 *	undefined     the kernel would leave the image here: which step, where
 *	init-decides  code of a module runs before the loader is done (a
 *	              parameter with set functions of its own)
 *	unknown       a fact about the kernel is missing: which
 *
 * A check is a function in the file of its concern, named as in
 * kernel/module/; what it finds is a row of the table of reason.h. Which
 * checks a kernel has is asked of the kernel at hand (kern_says()).
 *
 *	load.c      the order of it all          layout.c   sizes, addresses
 *	entry.c     the system calls             symbols.c  simplify, resolve
 *	sign.c      the appended signature       version.c  CRCs
 *	elf.c       header and sections          reloc_*.c  per machine
 *	modinfo.c   vermagic, licence, taints    tables.c   patched at load
 *	plt_*.c     long branches, set aside     finish.c   exports, BTF, names
 *	space.c     checked memory
 *	params.c    parse_args()                 kallsyms.c what it will list
 *	notify.c    jump labels, static calls
 */
#ifndef LKM_RULES_LOAD_H
#define LKM_RULES_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "kern/kern.h"
#include "kern/state.h"
#include "ko/ko.h"
#include "rules/reason.h"

enum rule_verdict {
	RULE_LOADS,
	RULE_REFUSED,
	RULE_UNDEFINED,
	RULE_INIT_DECIDES,
	RULE_UNKNOWN,
};

/* "loads", "refused", "undefined", "init-decides", "unknown" */
const char *rule_verdict_name(enum rule_verdict v) _pure_;

/* What is given to the kernel, and how. */
struct rule_request {
	const struct ko *ko;
	struct span file;   /* what finit_module() reads; empty: ko's image */
	const char *params; /* "a=1 b=2"; NULL: none */
	const char *typed;  /* in commands of a fix; NULL: the path of @ko */
	unsigned flags;	    /* of enum live_insert_flags */
	bool from_memory;   /* init_module(2), not finit_module(2) */
};

/* A line of the kernel's log. */
struct rule_line {
	unsigned level;			  /* 3 error ... 6 info */
	const char *text;		  /* without level and time */
	const struct rule_reason *reason; /* what it means; NULL: no row */
	bool addresses; /* holds addresses: differs from run to run */
};

/* One of the module's sections in memory. */
struct rule_section {
	const char *name;
	uint32_t idx;
	unsigned part;	 /* index in rule_result.parts */
	uint64_t offset; /* in that part */
	uint64_t size;
};

/* One allocation: core and init up to 6.3, seven kinds since 6.4. */
struct rule_part {
	const char *name; /* "core", "init"; "text", "data", "rodata", ... */
	uint64_t size;	  /* rounded to pages where the kernel does */
	bool init;	  /* freed once the module's init has run */
};

/* A line of /proc/kallsyms. */
struct rule_kallsym {
	const char *name;
	char letter;
	unsigned part; /* index in parts; UINT_MAX: @offset is the value */
	uint64_t offset;
};

/* Something that stood out, in the kernel's order. */
struct rule_finding {
	enum rule_verdict verdict; /* RULE_LOADS: a remark, no harm */
	const struct rule_reason *reason;
	int err;	   /* positive errno of a refusal */
	const char *where; /* "section 5 '.text'", "symbol foo" */
	const char *why;   /* places filled in */
	const char *fix;
};

struct rule_result {
	enum rule_verdict verdict;
	int err; /* positive errno if refused, else 0 */
	const struct rule_finding *decided; /* by which; NULL if it loads */
	const char *step;    /* function of the kernel where it ended */
	const char *unknown; /* which fact is missing */

	const char *name;	/* mod->name: in /proc/modules */
	uint64_t taints;	/* of the module, 1 << live_taint.bit */
	uint64_t kernel_taints; /* what the kernel's gained */

	struct rule_line *lines;
	size_t n_lines;
	struct rule_finding *findings;
	size_t n_findings;

	struct rule_part *parts;
	size_t n_parts;
	uint64_t live_size; /* second field of /proc/modules */
	struct rule_section *sections;
	size_t n_sections;
	struct rule_kallsym *kallsyms;
	size_t n_kallsyms;

	bool has_init, has_exit;
	const char *init_name, *exit_name; /* symbols; NULL unknown */
	const struct kern_export *exports; /* for those that come later */
	size_t n_exports;
	const char *const *uses; /* modules whose symbols it took */
	size_t n_uses;
};

/**
 * rule_load() - what would this kernel say?
 * @k:     the kernel
 * @s:     its state; the load's effects are left in it (as the real load's
 *         would be, whether it succeeds or not), in memory of @a
 * @q:     what is loaded
 * @a:     memory for @ret and what is added to @s
 * @ret:   set only on success
 *
 * Time and memory are bounded by the size of the file.
 *
 * Return: 0, whatever the verdict; -ENOMEM.
 */
_must_check_ int rule_load(struct kern *k, struct kern_state *s,
			   const struct rule_request *q, struct arena *a,
			   struct rule_result *ret, struct diag *d);

#endif
