/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing JSON without a library: see json_out.h. */
#include "json_out.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>

static const char blanks[2 * JOUT_DEPTH + 1] =
	"                                                                ";

/*
 * How many bytes the UTF-8 character at @p takes; 0: it is none. Neither
 * longer than need be, nor half of a UTF-16 pair, nor past U+10FFFF.
 */
static size_t utf8_len(const uint8_t *p, size_t n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 :
		     p[0] < 0xf0 ? 3 : p[0] < 0xf8 ? 4 : 0;
	uint32_t c = len > 1 ? p[0] & (0x7fU >> len) : p[0];

	if (!len || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return len;
}

/* Does it have to be escaped? ASCII and the control characters above it. */
static bool is_special(const uint8_t *p, size_t len)
{
	if (len == 1)
		return *p < ' ' || *p == '"' || *p == '\\' || *p == 0x7f;
	return len == 2 && p[0] == 0xc2 && p[1] < 0xa0;
}

static void put_special(FILE *f, const uint8_t *p, size_t len)
{
	static const char plain[] = "\"\\\n\t\r\b\f", letter[] = "\"\\ntrbf";
	const char *at = len == 1 && *p ? strchr(plain, *p) : NULL;

	if (at)
		(void)fprintf(f, "\\%c", letter[at - plain]);
	else
		(void)fprintf(f, "\\u%04x", p[len - 1]);
}

static void put_string(FILE *f, const uint8_t *p, size_t n)
{
	(void)fputc('"', f);
	for (size_t len; n; p += len, n -= len) {
		len = utf8_len(p, n);
		if (!len) {
			(void)fputs("\\ufffd", f);
			len = 1;
		} else if (is_special(p, len)) {
			put_special(f, p, len);
		} else {
			(void)fwrite(p, 1, len, f);
		}
	}
	(void)fputc('"', f);
}

static void new_line(struct jout *j)
{
	(void)fprintf(j->f, "\n%.*s", (int)(2 * j->depth), blanks);
}

/* All that stands before a value. */
static void begin_value(struct jout *j, const char *key)
{
	if (j->more)
		(void)fputc(',', j->f);
	if (j->depth)
		new_line(j);
	if (key) {
		put_string(j->f, (const uint8_t *)key, strlen(key));
		(void)fputs(": ", j->f);
	}
	j->more = true;
}

static void open_value(struct jout *j, const char *key, bool array)
{
	begin_value(j, key);
	(void)fputc(array ? '[' : '{', j->f);
	j->depth++;
	assert(j->depth < JOUT_DEPTH);
	j->arrays &= ~(UINT32_C(1) << j->depth);
	j->arrays |= (uint32_t)array << j->depth;
	j->more = false;
}

void jout_object(struct jout *j, const char *key)
{
	open_value(j, key, false);
}

void jout_array(struct jout *j, const char *key)
{
	open_value(j, key, true);
}

void jout_end(struct jout *j)
{
	assert(j->depth);

	bool array = j->arrays >> j->depth & 1;

	j->depth--;
	if (j->more)
		new_line(j);
	(void)fputc(array ? ']' : '}', j->f);
	j->more = true;
}

void jout_str(struct jout *j, const char *key, const char *value)
{
	if (!value)
		jout_null(j, key);
	else
		jout_span(j, key, (struct span){ (const uint8_t *)value,
						 strlen(value) });
}

void jout_span(struct jout *j, const char *key, struct span value)
{
	begin_value(j, key);
	put_string(j->f, value.p, value.n);
}

void jout_uint(struct jout *j, const char *key, uint64_t value)
{
	begin_value(j, key);
	(void)fprintf(j->f, "%" PRIu64, value);
}

void jout_int(struct jout *j, const char *key, int64_t value)
{
	begin_value(j, key);
	(void)fprintf(j->f, "%" PRId64, value);
}

void jout_bool(struct jout *j, const char *key, bool value)
{
	begin_value(j, key);
	(void)fputs(value ? "true" : "false", j->f);
}

void jout_null(struct jout *j, const char *key)
{
	begin_value(j, key);
	(void)fputs("null", j->f);
}

void jout_strs(struct jout *j, const char *key, const char *const *v, size_t n)
{
	jout_array(j, key);
	for (size_t i = 0; i < n; i++)
		jout_str(j, NULL, v[i]);
	jout_end(j);
}

void jout_diag(struct jout *j, const char *key, const struct diag *d)
{
	if (!d->err) {
		jout_null(j, key);
		return;
	}
	jout_object(j, key);
	jout_str(j, "what", d->what);
	jout_str(j, "where", *d->where ? d->where : NULL);
	jout_str(j, "fix", *d->hint ? d->hint : NULL);
	jout_int(j, "errno", d->err);
	jout_end(j);
}

int jout_finish(struct jout *j)
{
	assert(!j->depth);
	(void)fputc('\n', j->f);
	errno = 0;
	if (fflush(j->f) || ferror(j->f))
		return errno ? -errno : -EIO;
	return 0;
}
