/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: frame - "func+0x1a/0x40 [mod]", as the kernel writes places in code
 *
 * Nothing is trusted: names are as long as they are, numbers are 64 bits, and
 * whatever does not look like a place is none.
 */
#ifndef LKM_LAB_FRAME_H
#define LKM_LAB_FRAME_H

#include <stdbool.h>

#include "lab/fault.h"

/* A place within somebody else's text: its names are not terminated. */
struct frame_text {
	struct span function; /* empty: a number                            */
	struct span module;   /* empty: none told                           */
	uint64_t address, offset, size;
};

/**
 * frame_read() - the place at the start of @s
 *
 * "func+0x1a/0x40", "func+0x1a/0x40 [mod]", "0xffffffffc0201000".
 *
 * Return: the characters it takes; 0: there is none.
 */
size_t frame_read(const char *s, struct frame_text *ret);

/* The same for "func [mod]" without an offset, the module is a must. */
size_t frame_read_name(const char *s, struct frame_text *ret);

/* The first "func+0x1a/0x40" anywhere in @s; NULL: none. */
const char *frame_find(const char *s, struct frame_text *ret);

/**
 * frame_line() - a whole line of a call trace
 * @s:     " func+0x1a/0x40 [mod]", " ? func+0x1a/0x40", "[<0>] func+..."
 * @guess: the kernel is not sure ('?'); may be NULL
 */
bool frame_line(const char *s, struct frame_text *ret, bool *guess);

/* Copies into @a. Return: 0; -ENOMEM. */
int frame_keep(const struct frame_text *t, struct arena *a,
	       struct lab_frame *ret);

/*
 * In a module: named as such, or a bare number in the part of the address
 * space where x86-64 puts modules, of one that is gone or was never listed.
 */
bool frame_in_module(const struct frame_text *t);

#endif
