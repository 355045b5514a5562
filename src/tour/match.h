/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: match - whether an output is what the lesson claims
 *
 * Each line of an expect block is a pattern. It must be found within a line of
 * the output, the next one in the same line or a later one. In a pattern
 *
 *   ...        stands for anything within the line
 *   {NAME}     is replaced by the value of a variable, if there is such a one
 *   ! TEXT     as a whole line: TEXT must be nowhere in the output
 *
 * White space is equal to white space, one blank or many.
 */
#ifndef LKM_TOUR_MATCH_H
#define LKM_TOUR_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct tour_var {
	const char *name, *value; /* a list ends with a NULL name           */
};

/* One pattern against one line, neither with a line end. */
bool tour_match_line(const char *pattern, size_t n, const char *line,
		     size_t line_n) _pure_;

/**
 * tour_match() - all patterns of a block
 * @bad:   called for each that does not hold, with variables replaced
 *
 * Return: how many patterns there were; -ENOMEM.
 */
_must_check_ int tour_match(const char *patterns, const char *output,
			    const struct tour_var *vars,
			    void (*bad)(void *arg, const char *pattern),
			    void *arg);

/**
 * tour_match_closest() - the line that a pattern may have been meant for
 * @ret_n: length of the line, without its end
 *
 * Of those that have more than half of the pattern's words, by letters, the
 * first that has most of them and the longest piece of it as it stands.
 *
 * Return: the line, within @output; NULL if there is none.
 */
const char *tour_match_closest(const char *pattern, const char *output,
			       size_t *ret_n);

#endif
