/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One JSON value per line. A byte above 127 becomes the character of that
 * number, so that nothing is lost of what a kernel printed.
 */
#ifndef LKM_TESTS_ORACLE_JLINE_H
#define LKM_TESTS_ORACLE_JLINE_H

#include <stdio.h>
#include <string.h>

#include "base/span.h"

static inline void jline_span(FILE *f, struct span s)
{
	(void)putc('"', f);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (c < 0x20 || c >= 0x7f)
			(void)fprintf(f, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			(void)fprintf(f, "\\%c", c);
		else
			(void)putc(c, f);
	}
	(void)putc('"', f);
}

static inline void jline_str(FILE *f, const char *s)
{
	jline_span(f, (struct span){ (const uint8_t *)s, strlen(s) });
}

#endif
