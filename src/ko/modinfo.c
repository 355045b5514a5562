/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * .modinfo: NUL-separated `key=value` strings, the module's own account of
 * itself. Empty strings between them are padding.
 *
 * Kernel: get_modinfo(), kernel/module/main.c.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ko/internal.h"

int modinfo_init(struct ko *ko)
{
	struct ko_section s;

	if (ko_find_section(ko, ".gnu.linkonce.this_module", &s))
		ko->sh_this_module = s.idx;
	if (!ko_find_section(ko, ".modinfo", &s))
		return 0;
	ko->sh_modinfo = s.idx;
	ko->info = s.bytes;
	if (!s.bytes.n || !s.bytes.p[s.bytes.n - 1])
		return 0;

	/* The last string is not ended: end it in a copy. */
	ko->info_copy = malloc(s.bytes.n + 1);
	if (!ko->info_copy)
		return -ENOMEM;
	memcpy(ko->info_copy, s.bytes.p, s.bytes.n);
	ko->info_copy[s.bytes.n] = 0;
	ko->info = (struct span){ ko->info_copy, s.bytes.n + 1 };
	return 0;
}

bool ko_info_next(const struct ko *ko, struct ko_info *i)
{
	if (!ko->info.n)
		return false;

	const char *end = (const char *)ko->info.p + ko->info.n;
	const char *s = i->next ? i->next : (const char *)ko->info.p;

	while (s < end && !*s)
		s++;
	if (s == end)
		return false;

	size_t n = strlen(s);
	const char *eq = memchr(s, '=', n);

	i->key.p = (const uint8_t *)s;
	i->key.n = eq ? (size_t)(eq - s) : n;
	i->value = eq ? eq + 1 : s + n;
	i->next = s + n + 1;
	return true;
}

const char *ko_modinfo(const struct ko *ko, const char *key)
{
	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		if (span_eq(i.key, key))
			return i.value;
	return NULL;
}

int ko_depends(const struct ko *ko, struct strv *ret)
{
	const char *s = ko_modinfo(ko, "depends");

	while (s && *s) {
		int n = (int)strcspn(s, ",");

		if (n) {
			int r = strv_addf(ret, "%.*s", n, s);

			if (r < 0)
				return r;
		}
		s += n + (s[n] == ',');
	}
	return 0;
}

/* Copies up to @n bytes, at most what fits, with '-' made '_'. */
static void copy_name(char ret[static KO_NAME_MAX], const char *s, size_t n)
{
	if (n > KO_NAME_MAX - 1)
		n = KO_NAME_MAX - 1;
	for (size_t i = 0; i < n; i++)
		ret[i] = s[i] == '-' ? '_' : s[i];
	ret[n] = 0;
}

void ko_name_of_path(const char *path, char ret[static KO_NAME_MAX])
{
	const char *base = path_base(path);
	const char *dot = strstr(base, ".ko");

	/* The last ".ko" that ends the name or is followed by a dot. */
	for (const char *s = dot; s; s = strstr(s + 1, ".ko"))
		if (!s[3] || s[3] == '.')
			dot = s;
	if (dot && dot[3] && dot[3] != '.')
		dot = NULL;
	copy_name(ret, base, dot ? (size_t)(dot - base) : strlen(base));
}

/*
 * The name in the kernel's struct module: behind an int and two pointers, in
 * all kernels so far; 64 bytes less a pointer (MODULE_NAME_LEN).
 */
static struct span this_module_name(const struct ko *ko)
{
	struct ko_section s;
	struct span name = { 0 };
	unsigned w = ko_word(ko);

	if (!ko->sh_this_module || !ko_section(ko, ko->sh_this_module, &s) ||
	    !span_sub(s.bytes, 3 * w, 64 - w, &name))
		return (struct span){ 0 };
	name.n = strnlen((const char *)name.p, name.n);
	return name;
}

void name_init(struct ko *ko)
{
	const char *told = ko_modinfo(ko, "name");

	if (told && *told) {
		copy_name(ko->name, told, strlen(told));
		return;
	}

	struct span s = this_module_name(ko);

	if (s.n)
		copy_name(ko->name, (const char *)s.p, s.n);
	else
		ko_name_of_path(ko->path, ko->name);
}
