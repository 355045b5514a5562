/* SPDX-License-Identifier: GPL-2.0-or-later */
/* depmod: its options (depmod_opts.c), and what it says (depmod_report.c). */
#ifndef LKM_TOOLS_DEPMOD_H
#define LKM_TOOLS_DEPMOD_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "dropin_ui.h"
#include "index/event.h"

struct depmod_opts {
	struct dropin_ui ui;
	const char *basedir, *moduledir, *outdir; /* NULL: not given       */
	const char *symvers, *map;		  /* NULL: not given       */
	const char **config;			  /* NULL: the default one */
	size_t n_config;
	const char *version;
	char *const *files; /* NULL: all of the folder                     */
	char prefix;
	bool all, quick, errsyms, show, warn, json, full, no_facts;
};

struct depmod_report {
	const struct depmod_opts *o;
	struct idx_events notes; /* for --json                          */
	struct strv complaints;	 /* about depmod.d                          */
	struct timespec start;
	bool progress; /* a line is on the terminal                       */
};

/* What all of depmod did, for --json. */
struct depmod_file {
	const char *name;
	size_t bytes;
	bool changed;
};

struct depmod_result {
	const char *folder, *output;
	size_t modules, symbols, read;
	struct depmod_file files[32];
	size_t n_files;
	bool written, finished_other, up_to_date;
	int status;
	struct diag error; /* what ended it, if @status is not 0           */
};

void depmod_report_init(struct depmod_report *r, const struct depmod_opts *o);
void depmod_report_fini(struct depmod_report *r);

/* For struct idx_tell: prints it as kmod would, keeps it for --json. */
void depmod_tell(void *arg, const struct idx_event *e);

/* For struct idx_learn_opts: a line on a terminal, after a second. */
void depmod_progress(void *arg, size_t done, size_t of);
void depmod_progress_end(struct depmod_report *r);

/* The report as JSON. Return: 0 or -errno of writing it. */
_must_check_ int depmod_json(const struct depmod_report *r,
			     const struct depmod_result *res);

/*
 * The command line. @o: @ui and @config are set, the latter with room for all
 * arguments. @release: of the running kernel. Return: -1: go on; else the exit
 * status.
 */
_must_check_ int depmod_parse(struct depmod_opts *o, int argc, char **argv,
			      const char *release);

/*
 * From the first file on a signal that ends depmod has to wait until nothing
 * half is left behind: until released it is only asked about.
 */
void depmod_hold_signals(void);
bool depmod_told_to_end(void);
void depmod_release_signals(void);

int depmod_main(int argc, char **argv);

#endif
