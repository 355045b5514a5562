/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: outside - what the tools around modules say, and what is behind it
 *
 * The causes that lie in no module and in no kernel: headers that are not
 * installed, a name where a path is wanted, an upgrade without a reboot, a
 * container. The lines are those of kmod's tools, of make and the shell; the
 * compiler's are in build/messages.h, the kernel's in reason.h.
 */
#ifndef LKM_RULES_OUTSIDE_H
#define LKM_RULES_OUTSIDE_H

#include "base/macros.h"
#include "rules/reason.h"

struct rule_outside {
	const char *id;
	const char *pattern; /* of fnmatch(3), on the whole line */
	const char *who;     /* says it: "modprobe", "make" */
	const char *why;
	const char *fix;
};

extern const struct rule_outside rule_outsides[];
extern const size_t n_rule_outsides;

/* The first row that knows the line; NULL: none does. */
const struct rule_outside *rule_outside_for(const char *line) _pure_;

/**
 * rule_said_errno() - the errno that a tool tells in its own words
 * @line: "insmod: ERROR: could not insert module x.ko: Invalid module format"
 * @op:   what the tool tried, as far as the line tells it
 *
 * Known are strerror(3)'s words, and kmod's where they are others.
 *
 * Return: positive errno; 0: the line ends in no such words.
 */
int rule_said_errno(const char *line, enum rule_op *op);

#endif
