// SPDX-License-Identifier: GPL-2.0-or-later
/* Where of a kernel's headers <linux/module.h> is: see kernel.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "build/kernel.h"

/*
 * The folder that "include DIR/Makefile" names. Other includes of a Makefile,
 * such as one of the whole source has, name neither a full path nor "..".
 */
static const char *included(const char *line, size_t *n)
{
	static const char end[] = "/Makefile";
	const size_t tail = sizeof(end) - 1;

	*n = strcspn(line, "\n");
	if ((!str_starts(line, "include /") &&
	     !str_starts(line, "include ../")) ||
	    *n < 9 + tail || memcmp(line + *n - tail, end, tail) != 0)
		return NULL;
	*n -= 8 + tail;
	return line + 8;
}

int build_kernel_common_headers(const struct build_kernel *k, char **ret,
				struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	char *dir = NULL;

	if (asprintf(&path, "%s/Makefile", k->headers) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	if (file_read_regular(path, 1 << 20, &b, NULL) < 0)
		b.n = 0;
	for (const char *s = b.n ? (const char *)b.p : NULL; s;
	     s = strchr(s, '\n')) {
		size_t n;

		s += *s == '\n';

		const char *other = included(s, &n);

		if (!other)
			continue;
		if (asprintf(&dir, "%s%s%.*s", *other == '/' ? "" : k->headers,
			     *other == '/' ? "" : "/", (int)n, other) < 0)
			return diag_fail(d, ENOMEM, "out of memory");
		*ret = dir;
		return 0;
	}
	dir = strdup(k->headers);
	if (!dir)
		return diag_fail(d, ENOMEM, "out of memory");
	*ret = dir;
	return 0;
}
