/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Diagnostics: see diag.h. */
#include "base/diag.h"

#include <stdio.h>
#include <string.h>

int diag_fail(struct diag *d, int err, const char *fmt, ...)
{
	if (!d || d->err)
		return -err;

	va_list ap;

	d->err = err;
	va_start(ap, fmt);
	(void)vsnprintf(d->what, sizeof(d->what), fmt, ap);
	va_end(ap);
	return -err;
}

int diag_fail_hint(struct diag *d, int err, const char *hint, const char *fmt,
		   ...)
{
	if (!d || d->err)
		return -err;

	va_list ap;

	d->err = err;
	va_start(ap, fmt);
	(void)vsnprintf(d->what, sizeof(d->what), fmt, ap);
	va_end(ap);
	(void)snprintf(d->hint, sizeof(d->hint), "%s", hint);
	return -err;
}

int diag_in(struct diag *d, const char *fmt, ...)
{
	if (!d || !d->err)
		return 0;

	char inner[sizeof(d->where)];
	va_list ap;

	memcpy(inner, d->where, sizeof(inner));
	va_start(ap, fmt);
	int n = vsnprintf(d->where, sizeof(d->where), fmt, ap);
	va_end(ap);

	size_t used = n < 0 ? 0 : (size_t)n;

	/* An empty name would not be seen. */
	if (!n)
		used = (size_t)snprintf(d->where, sizeof(d->where), "''");
	if (inner[0] && used < sizeof(d->where))
		(void)snprintf(d->where + used, sizeof(d->where) - used,
			       ": %s", inner);
	return -d->err;
}

int diag_hint(struct diag *d, const char *fmt, ...)
{
	if (!d || !d->err)
		return 0;
	if (d->hint[0])
		return -d->err;

	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(d->hint, sizeof(d->hint), fmt, ap);
	va_end(ap);
	return -d->err;
}
