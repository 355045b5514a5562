/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Are two reports of the kernel about the same fault? See fault.h. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "lab/fault.h"

static const char hex[] = "0123456789abcdefABCDEF";

/*
 * The length of the number at @p: of digits, or at the start of a word of hex
 * digits up to its end. An address may have no digit, a word has no eight.
 */
static size_t number(const char *p, bool starts_word)
{
	size_t prefix = p[0] == '0' && p[1] == 'x' ? 2 : 0;
	size_t n = strspn(p + prefix, hex);
	size_t digits = strcspn(p, "0123456789");

	if (starts_word && n && !isalnum((unsigned char)p[prefix + n]) &&
	    (digits < n || n >= 8))
		return prefix + n;
	return strspn(p, "0123456789");
}

/* Process numbers, addresses and counts vary from one time to the next. */
static bool texts_alike(const char *a, const char *b)
{
	bool starts_word = true;

	while (*a && *b) {
		size_t n = number(a, starts_word), m = number(b, starts_word);

		starts_word = !isalnum((unsigned char)*a);
		if (n && m) {
			a += n;
			b += m;
			continue;
		}
		if (*a++ != *b++)
			return false;
	}
	return *a == *b;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? str_eq(a, b) : a == b;
}

static bool frames_same(const struct lab_frame *a, bool has_a,
			const struct lab_frame *b, bool has_b)
{
	if (!has_a || !has_b)
		return has_a == has_b;
	return is_same(a->function, b->function) &&
	       is_same(a->module, b->module) && a->offset == b->offset &&
	       a->address == b->address;
}

bool lab_faults_same(const struct lab_fault *a, const struct lab_fault *b)
{
	return a->kind == b->kind &&
	       frames_same(&a->at, a->has_at, &b->at, b->has_at) &&
	       frames_same(&a->in_module, a->has_in_module, &b->in_module,
			   b->has_in_module) &&
	       frames_same(&a->allocated, a->has_allocated, &b->allocated,
			   b->has_allocated) &&
	       frames_same(&a->freed, a->has_freed, &b->freed, b->has_freed) &&
	       is_same(lab_fault_slub_meaning(a), lab_fault_slub_meaning(b)) &&
	       texts_alike(a->what, b->what);
}
