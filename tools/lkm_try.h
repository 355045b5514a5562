/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: what its files share. */
#ifndef LKM_TOOLS_LKM_TRY_H
#define LKM_TOOLS_LKM_TRY_H

#include <stdbool.h>

#include "base/text.h"
#include "build/kernel.h"
#include "lab/lab.h"
#include "lab/subjects.h"
#include "lab/verdict.h"
#include "trust.h"
#include "try_expect.h"

int lkm_try(int argc, char **argv);

enum try_format { TRY_TEXT, TRY_JSON, TRY_TAP };

struct try_options {
	struct strv paths;       /* as given                              */
	struct strv params;      /* "I:name=value", I: index of its path  */
	struct strv kernels;     /* names; empty: from vermagic, else best */
	struct strv add;         /* HOSTFILE or HOSTFILE:GUESTPATH          */
	struct strv test_args;
	struct strv devices;     /* of QEMU's machine, as -device takes them */
	struct strv with;        /* modules of the kernel, loaded first   */
	size_t with_asked;       /* so many of them by the command line   */
	struct strv trust;       /* certificates, files                   */
	struct trust trusted;    /* what is in them                       */
	const char *test;
	const char *append;
	unsigned rounds, timeout_ms, settle_ms, memory_mib, cpus;
	enum lab_engine engine;
	bool cold, purge, verbose, quiet, no_test, permanent;
	enum try_format format;
};

/* One kernel's trial: a row of the matrix. */
struct try_row {
	struct build_kernel kernel;
	struct lab_subjects subjects;
	struct lab_request request;
	struct lab_result result;
	struct lab_verdict verdict;
	struct try_expect expect; /* no part of the verdict               */
	int status;              /* enum ui_status                        */
	struct diag diag;        /* why not, if status is UI_UNKNOWN       */
	bool bad_path;           /* and that is: a PATH names nothing to try */
};

/* try_report.c: for people */
void try_report(const struct try_options *o, const struct try_row *row);
void try_report_matrix(const struct try_row *rows, size_t n);

/* try_machine.c: for programs */
int try_print_json(const struct try_row *rows, size_t n);
void try_print_tap(const struct try_row *rows, size_t n);

/*
 * try_with.c: the modules of --with and of a try.conf. One of the command line
 * that the kernel neither has nor has built in is refused (-ENOENT); else as
 * lab_subjects_with().
 */
_must_check_ int try_with(const struct try_options *o, struct try_row *row);

/*
 * try_files.c: what the guest gets beside the modules. Spans point into
 * memory that the caller frees with try_files_fini().
 */
struct try_files {
	struct lab_file *v;
	size_t n, cap;
	struct bytes *owned;
	struct strv paths;
};

struct bytes;

_must_check_ int try_files_add(struct try_files *t, const char *guest_path,
			       unsigned mode, struct span data,
			       struct diag *d);
_must_check_ int try_files_load(struct try_files *t, const char *host_path,
				const char *guest_path, struct diag *d);
/* The same for the test, which must be a program that may be executed. */
_must_check_ int try_files_load_test(struct try_files *t,
				     const char *host_path,
				     const char *guest_path, struct diag *d);
void try_files_fini(struct try_files *t);

#endif
