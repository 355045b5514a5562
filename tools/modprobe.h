/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: modprobe - load and unload modules by name, with what they need
 *
 * modprobe_opts.c reads the command line; modprobe.c opens the world
 * (configuration and module folder); modprobe_insert.c, modprobe_remove.c and
 * modprobe_show.c do what was asked; modprobe_hint.c is what kmod's would not
 * say.
 */
#ifndef LKM_TOOLS_MODPROBE_H
#define LKM_TOOLS_MODPROBE_H

#include <stdbool.h>

#include "base/text.h"
#include "dropin_ui.h"
#include "json_out.h"
#include "plan/plan.h"

/* A line of the configuration that keeps something out, for --json. */
struct modprobe_refusal {
	const char *module; /* what was asked for                           */
	const char *denied; /* that, or what it needs                       */
	bool required;	    /* it is not loaded because of that             */
	const struct conf_line *by;
};

enum modprobe_mode {
	MODPROBE_INSERT,
	MODPROBE_REMOVE,
	MODPROBE_CONFIG,
	MODPROBE_MODVERSIONS,
	MODPROBE_EXPORTS,
};

struct modprobe {
	struct dropin_ui ui;
	enum modprobe_mode mode;
	unsigned flags;      /* of enum plan_flags                          */
	bool all;            /* -a                                          */
	bool lookup_only;    /* -R                                          */
	bool show;           /* -D: plan lines without -v, too              */
	bool holders;        /* --remove-holders                            */
	bool force;          /* -f, for removal                             */
	bool first_time;
	bool json;
	unsigned jobs;       /* -j                                          */
	unsigned long wait_ms; /* -w                                        */
	const char *release; /* -S                                          */
	struct strv roots;   /* -d                                          */
	struct strv configs; /* -C                                          */
	bool here;           /* the running kernel, its own folder          */
	bool env;            /* MODPROBE_OPTIONS has some                   */
	bool stopped;        /* by something fatal: do no more              */

	struct conf conf;
	struct plan_world world;
	struct jout out;     /* with --json                                 */
	struct modprobe_refusal *refused;
	size_t n_refused;
	struct arena kept; /* @refused and its names */
	struct strv missing; /* with --json: names that stand for nothing   */
};

/* The command line. Return: -1: go on; else the exit status. */
_must_check_ int modprobe_parse(struct modprobe *m, int argc, char **argv);

/* What ends the program, once it is said: then @stopped is true. With -a it is
 * a warning, and with -q it is not said. */
void modprobe_fatal(struct modprobe *m, const char *fmt, ...)
	_printf_(2, 3);

/* Are plan lines wanted? */
bool modprobe_shows(const struct modprobe *m);

/* Everything but the mode's own work returns 0 or a negative errno; the
 * message is printed. */

/* @options: parameters from the command line; "" for none. */
_must_check_ int modprobe_insert(struct modprobe *m, const char *name,
				 const char *options);
/* Several names, side by side where they do not need each other (-j). */
_must_check_ int modprobe_insert_side(struct modprobe *m, char **names);
_must_check_ int modprobe_remove(struct modprobe *m, const char *name);

/* Return: the exit status. */
int modprobe_config(struct modprobe *m);
int modprobe_modversions(struct modprobe *m, const char *arg);
int modprobe_exports(struct modprobe *m, const char *arg);

/* One step of a plan as an object of the "steps" array. */
void modprobe_json_step(struct jout *j, const struct plan_step *s);

/* Remembers what was kept out, with --json; and writes the "denied" array. */
void modprobe_keep_refusal(struct modprobe *m, struct modprobe_refusal r);
void modprobe_json_refused(struct modprobe *m);

/* The same of a name that stands for nothing; and the "missing" array. */
void modprobe_keep_missing(struct modprobe *m, const char *name);
void modprobe_json_missing(struct modprobe *m);

/*
 * Hints: "  why:" and "  fix:" lines, on a terminal or with -v. Nothing with
 * -q.
 */
bool modprobe_explains(const struct modprobe *m);
/* After "not found". */
void modprobe_hint_missing(struct modprobe *m, const char *name);
/* Before a load: parameters that the module does not have. */
void modprobe_hint_parameters(const struct modprobe *m,
			      const struct plan_step *s);
/* A blacklist line, or a deny line where those count so, stopped it. */
void modprobe_hint_listed(const struct modprobe *m,
			  const struct plan_module *mod);
/* It is loaded, and parameters were given. */
void modprobe_hint_loaded(const struct modprobe *m,
			  const struct plan_module *mod, const char *options);

/*
 * MODPROBE_OPTIONS: words for the command line of a modprobe that a command
 * of ours starts.
 */
/* Words in front of @argv. Return: 0; -ENOMEM. */
_must_check_ int modprobe_env_args(char **argv, struct strv *ret);
/* One more word (and @value, if not NULL) at its end. */
_must_check_ int modprobe_env_pass(const char *option, const char *value);

int modprobe_main(int argc, char **argv);

#endif
