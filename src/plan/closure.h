/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: closure - all that has to go into an image for some modules to work
 *
 * What builders of an initramfs otherwise ask modprobe -D and modinfo -F
 * firmware for, module by module: the modules that were asked for, what they
 * depend on, what their softdeps and weakdeps name, and their firmware files.
 * One call, each module looked at once.
 *
 *	"nvme*", "=crypto", "ext4" --> modules --+--> dependencies --+--> in load
 *	                                ^        +--> softdeps     --+    order
 *	                                |        +--> weakdeps     --+
 *	                                +-----------------------------
 */
#ifndef LKM_PLAN_CLOSURE_H
#define LKM_PLAN_CLOSURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "plan/plan.h"

/*
 * A request is
 *
 *	/x/hello.ko, ./hello.ko   a file; also without ./ if it is there
 *	=DIR                      all modules below kernel/DIR; "=" is all
 *	DIR/PATTERN               modules by path: '*' ends at a '/'
 *	PATTERN                   modules by name, with *, ? or []
 *	NAME                      whatever modprobe takes: a name, an alias
 *
 * Dashes are underscores everywhere.
 */
struct plan_closure_want {
	const char *const *requests;
	size_t n;
	bool softdeps, weakdeps, firmware;
	const char *root;    /* "" or where lib/firmware is                 */
	const char *release; /* for lib/firmware/RELEASE                    */
};

/* A firmware file, by the name that a module has for it. */
struct plan_firmware {
	const char *name;   /* "intel/x.bin"; may be a pattern              */
	const char *by;	    /* the first module that names it               */
	const char **paths; /* none: it is missing. A pattern may have many  */
	size_t n;
};

enum plan_reason {
	PLAN_BY_REQUEST,
	PLAN_BY_DEPENDS,
	PLAN_BY_SOFTDEP_PRE,
	PLAN_BY_SOFTDEP_POST,
	PLAN_BY_WEAKDEP,
};

/* A module of the closure, and why it is in it (the first reason found). */
struct plan_member {
	const char *name; /* normalised                                     */
	const char *path; /* NULL: built in                                 */
	enum plan_reason reason;
	const char *by;	     /* the module that wants it; NULL: nobody      */
	const char *request; /* the one that led here                       */
	struct plan_firmware **firmware;
	size_t n_firmware;

	/* For closure.c. */
	bool visited, placed;
};

/* What could not be had; the rest is complete. */
struct plan_gap {
	enum plan_gap_kind {
		PLAN_GAP_REQUEST, /* it stands for no module                */
		PLAN_GAP_DENIED,  /* the configuration forbids it           */
		PLAN_GAP_FILE,	  /* the index lists a file that is not there */
		PLAN_GAP_READ,	  /* a file that cannot be read             */
	} kind;
	const char *what; /* the request, or the path                       */
	const char *why;  /* one clause                                     */
};

struct plan_closure {
	struct plan_member **v; /* in load order                            */
	size_t n;
	struct plan_firmware **firmware; /* each once                       */
	size_t n_firmware;
	const char **firmware_paths; /* each once                           */
	size_t n_firmware_paths;
	struct plan_gap *gaps;
	size_t n_gaps;
};

/**
 * plan_closure() - all that the requests need
 * @w:   without a module folder nothing is found
 * @a:   holds the answer
 * @ret: set only on success
 *
 * What a module depends on stands before it, always; what its softdeps name
 * stands where they say unless that contradicts. A module that the
 * configuration denies, or that depends on one, is left out; it is a gap if it
 * was asked for by name.
 *
 * Return: 0, also with gaps; -EBADMSG: an index is damaged; -E2BIG: more than
 * a million modules; -ENOMEM.
 */
_must_check_ int plan_closure(const struct plan_world *w,
			      const struct plan_closure_want *want,
			      struct arena *a, struct plan_closure *ret,
			      struct diag *d);

/* "request", "depends", "softdep-pre", "softdep-post", "weakdep" */
const char *plan_reason_name(enum plan_reason r) _pure_;

#endif
