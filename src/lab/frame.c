/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places in code, as %pS prints them: see frame.h. */
#include "lab/frame.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"

/* x86-64: from 512 MiB behind the start of the kernel's map, the earliest
 * (without CONFIG_RANDOMIZE_BASE), to MODULES_END. */
#define MODULES_FROM UINT64_C(0xffffffffa0000000)
#define MODULES_TO UINT64_C(0xffffffffff000000)

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* "0x1a": the characters it takes; 0: none, or more than 64 bits. */
static size_t read_hex(const char *s, uint64_t *ret)
{
	size_t i = 2;
	uint64_t v = 0;

	if (s[0] != '0' || s[1] != 'x')
		return 0;
	for (int d; (d = hex_digit(s[i])) >= 0; i++) {
		if (v >> 60)
			return 0;
		v = v << 4 | (uint64_t)d;
	}
	if (i == 2)
		return 0;
	*ret = v;
	return i;
}

/* What a symbol may hold; Rust's and compilers' suffixes have '.' and '$'. */
static bool symbol_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$' ||
	       c == ':' || c == '<' || c == '>';
}

static size_t symbol_length(const char *s)
{
	size_t n = 0;

	while (symbol_char(s[n]))
		n++;
	return n;
}

static bool module_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/*
 * " [mod]"; behind the name may stand taints "(OE+)" and, with
 * CONFIG_STACKTRACE_BUILD_ID, " 20bytesofhex".
 */
static size_t read_module(const char *s, struct span *ret)
{
	size_t n = 0;

	if (s[0] != ' ' || s[1] != '[')
		return 0;
	while (module_char(s[2 + n]))
		n++;
	if (!n)
		return 0;

	size_t end = 2 + n + strcspn(s + 2 + n, "]\n");

	if (s[end] != ']')
		return 0;
	*ret = (struct span){ (const uint8_t *)s + 2, n };
	return end + 1;
}

size_t frame_read(const char *s, struct frame_text *ret)
{
	struct frame_text t = { 0 };
	size_t n = read_hex(s, &t.address), k;

	if (n && !symbol_char(s[n]) && s[n] != '+') {
		*ret = t;
		return n;
	}
	t.address = 0;
	n = symbol_length(s);
	if (!n || s[n] != '+')
		return 0;
	t.function = (struct span){ (const uint8_t *)s, n++ };
	k = read_hex(s + n, &t.offset);
	if (!k || s[n + k] != '/')
		return 0;
	n += k + 1;
	k = read_hex(s + n, &t.size);
	if (!k)
		return 0;
	n += k;
	n += read_module(s + n, &t.module);
	*ret = t;
	return n;
}

size_t frame_read_name(const char *s, struct frame_text *ret)
{
	struct frame_text t = { 0 };
	size_t n = symbol_length(s), k;

	if (!n)
		return 0;
	t.function = (struct span){ (const uint8_t *)s, n };
	k = read_module(s + n, &t.module);
	if (!k)
		return 0;
	*ret = t;
	return n + k;
}

const char *frame_find(const char *s, struct frame_text *ret)
{
	for (const char *p = s; (p = strstr(p, "+0x")); p++) {
		const char *start = p;

		while (start > s && symbol_char(start[-1]))
			start--;
		if (frame_read(start, ret))
			return start;
	}
	return NULL;
}

bool frame_line(const char *s, struct frame_text *ret, bool *guess)
{
	struct frame_text t;
	bool unsure = false;

	s += strspn(s, " \t");
	if (str_starts(s, "[<")) {
		s += strcspn(s, "]");
		s += *s ? 1 : 0;
		s += strspn(s, " ");
	}
	if (s[0] == '?' && s[1] == ' ') {
		unsure = true;
		s += 2;
	}

	size_t n = frame_read(s, &t);

	if (!n)
		return false;
	/* arm64 says how it knows: " (P)". */
	s += n + strspn(s + n, " ");
	if (*s && *s != '(')
		return false;
	*ret = t;
	if (guess)
		*guess = unsure;
	return true;
}

static const char *keep(struct span s, struct arena *a, int *r)
{
	if (!s.n)
		return NULL;

	const char *p = arena_strndup(a, (const char *)s.p, s.n);

	if (!p)
		*r = -ENOMEM;
	return p;
}

int frame_keep(const struct frame_text *t, struct arena *a,
	       struct lab_frame *ret)
{
	int r = 0;

	*ret = (struct lab_frame){
		.address = t->address,
		.function = keep(t->function, a, &r),
		.offset = t->offset,
		.size = t->size,
		.module = keep(t->module, a, &r),
	};
	return r;
}

bool frame_in_module(const struct frame_text *t)
{
	if (t->module.n)
		return true;
	return !t->function.n && t->address >= MODULES_FROM &&
	       t->address < MODULES_TO;
}
