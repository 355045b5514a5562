/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: dropin_ui - how the stand-ins for kmod's tools talk
 *
 * "TOOL: LEVEL: TEXT" on stderr, or "LEVEL: TEXT" to syslog. Everything that
 * kmod's tools would not say is said on a terminal only, or with -v: scripts
 * that compare messages see kmod's.
 */
#ifndef LKM_TOOLS_DROPIN_UI_H
#define LKM_TOOLS_DROPIN_UI_H

#include <stdbool.h>
#include <syslog.h>

#include "base/macros.h"
#include "dropin_check.h"
#include "live/kmsg.h"
#include "rules/reason.h"

struct dropin_ui {
	const char *tool;
	int level;   /* print this and what is more urgent: LOG_ERR         */
	bool syslog; /* there instead of stderr                             */
};

/* One message. @prio: LOG_ERR, LOG_WARNING ... */
void dropin_log(const struct dropin_ui *ui, int prio, const char *fmt, ...)
	_printf_(3, 4);

/* From now on to syslog, as `-s` asks for. */
void dropin_to_syslog(struct dropin_ui *ui);

/*
 * The options that insmod, rmmod and lsmod share: -s, -v, -V, -h and what
 * getopt_long() does not know. Return: -1: go on; else the exit status.
 */
int dropin_option(struct dropin_ui *ui, int c, int (*help)(void));

/* Is somebody there who wants to know why? (a terminal, or -v) */
bool dropin_explains(const struct dropin_ui *ui);

/* What errno means where a load or unload is refused, in kmod's words. */
const char *dropin_load_error(int err);

/*
 * Explaining a refusal. dropin_mark() before the system call remembers where
 * the kernel's log ends; dropin_explain_load() after it reads on from there.
 */
struct dropin_mark {
	bool wanted;
	bool readable;
	int err; /* why the log is not readable */
	struct live_kmsg_reader kmsg;
};

void dropin_mark(struct dropin_mark *m, const struct dropin_ui *ui);
void dropin_mark_fini(struct dropin_mark *m);
#define _cleanup_mark_ _cleanup_(dropin_mark_fini)

/*
 * Prints "  kernel:", "  why:" and "  fix:" lines, where they are wanted; and
 * "  more:" where the log told nothing of a load and no `lkm` is here to ask.
 * @load: NULL: it was an unload
 */
void dropin_explain(struct dropin_mark *m, int err, unsigned facts,
		    const char *module, const struct dropin_load *load);

/* After a success with -v: what the kernel remarked, and what it means. */
void dropin_notes(struct dropin_mark *m, const char *module);

/* "  LABEL: TEXT" on stderr, control characters made visible. */
void dropin_say(const char *label, const char *text);

/*
 * What next, where the command line is wrong. @usage: what is to be there,
 * "insmod FILE [NAME=VALUE...]"; NULL: an option is unknown.
 */
void dropin_say_usage(const struct dropin_ui *ui, const char *usage);

/* "  held by:" lines: modules, open files, mounts, interfaces. */
void dropin_say_holders(const char *name);

/* Facts of rules/reason.h that this machine and process show. */
unsigned dropin_facts(void);

/* Facts about a module of this name: loaded, built in, permanent ... */
unsigned dropin_module_facts(const char *name);

#endif
