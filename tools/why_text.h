/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm why, asked about something that the kernel said. */
#ifndef LKM_TOOLS_WHY_TEXT_H
#define LKM_TOOLS_WHY_TEXT_H

#include <stdbool.h>

#include "base/text.h"
#include "rules/reason.h"

/*
 * Is it a message, an errno's name, or the id of a rule or of a finding of lkm
 * try, and not a module? A
 * message has blanks in it, which no module, alias or path of one needs.
 */
bool why_is_text(const char *asked);

struct why_form {
	bool json;
	bool all; /* also of very many causes of an errno                  */
};

/* Return: of enum ui_status; UI_NO if nothing knows it. */
int why_text(const char *asked, const struct why_form *form);

/* All that can be asked about by a name of its own, one a line. Return: of enum
 * ui_status. */
int why_list(void);

/*
 * The last refusal in the kernel's log.
 * @log: a file with its lines, as dmesg prints them; "-" is standard input;
 *       NULL is this machine's log, which may be for root only
 *
 * Return: of enum ui_status; UI_NO if there is none.
 */
int why_last(const char *log, const struct why_form *form);

/* Is it a reason for this errno? @op: NULL for loading and unloading. */
bool why_refuses(const struct rule_reason *row, int err,
		 const enum rule_op *op);

/* All reasons for an errno, the common ones first. */
void why_each(int err, const enum rule_op *op,
	      void (*tell)(void *arg, const struct rule_reason *row),
	      void *arg);

/* The same in groups, for people; of very many the usual ones, unless @all. */
void why_causes(int err, const enum rule_op *op, bool all);

/* A row without a line: nothing is said of its places. */
struct rule_match why_unsaid(const struct rule_reason *row);

/* Ids and errnos of which @asked may be a slip; nothing: of none. */
void why_text_near(const char *asked, struct text *ret);

#endif
