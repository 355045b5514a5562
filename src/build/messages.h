/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_rule - what the words of the compiler, modpost and make mean
 *
 * A rule is data: an id, the text it knows, why it is said and what to do.
 */
#ifndef LKM_BUILD_MESSAGES_H
#define LKM_BUILD_MESSAGES_H

#include <stddef.h>

#include "base/macros.h"

enum build_verdict {
	BUILD_SOURCE,   /* the module's source has to change               */
	BUILD_OUTSIDE,  /* something else is missing or broke              */
	BUILD_HARMLESS, /* neither: nothing has to be done                 */
};

struct build_rule {
	const char *id;
	const char *pattern; /* of fnmatch(3), on the text of a message    */
	enum build_verdict verdict;
	const char *since;   /* kernel that changed it; NULL: always so    */
	const char *why;     /* one sentence, no capital, no full stop     */
	const char *fix;     /* an instruction; NULL: there is none        */
};

extern const struct build_rule build_rules[];
extern const size_t n_build_rules;

/* The first rule that knows @text, which is without "error: "; or NULL. */
const struct build_rule *build_rule_for(const char *text) _pure_;

#endif
