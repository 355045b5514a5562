/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: says - what the kernel may print, and whether a text is among it
 *
 * A format of printk() begins with \001 and a level, so the image's formats
 * can be told from its other strings. Of each line one form is kept: every
 * conversion is a lone '%', the newline is off:
 *
 *	"\0013module: %s: Unknown rela: %llu\n"   "module: %: Unknown rela: %"
 *
 * What asks may have been written by hand, so three ways lead to YES:
 *
 *	the same    with or without prefixes ("module: ", "%s: ")
 *	narrower    "%s: bad vermagic: kernel tainted." is what the image's
 *	            "%s: %s: kernel tainted." makes with a word filled in
 *	wider       "overflow in relocation type %d val %s" has in a conversion
 *	            what the image has in two, or in letters
 */
#ifndef LKM_KERN_SAYS_H
#define LKM_KERN_SAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "kern/facts.h"

/* No line of printk() is longer. */
#define SAYS_MAX 1024

/*
 * The kept form of the first line of @s, up to @n bytes or a NUL. Return: its
 * length; 0: empty or too long.
 */
size_t says_form(const char *s, size_t n, char ret[static SAYS_MAX]);

/* Adds lines, hashes and grams of one format to the draft. */
void says_add(struct facts_draft *f, const char *format, size_t n);

/* Sorts what was added, each once. */
void says_finish(struct facts_draft *f);

/* Is @format among what the image may print? */
bool says_has(const struct facts *f, const char *format);

#endif
