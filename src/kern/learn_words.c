/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an image says of itself: "Linux version 6.1.0 (user@host) ...", its
 * vermagic, and with CONFIG_IKCONFIG the configuration that it was built from,
 * packed by gzip between two marks.
 *
 * Kernel: init/version.c, kernel/module/main.c, kernel/configs.c.
 */
#include <ctype.h>
#include <string.h>

#include "kern/learn.h"
#include "ko/decompress.h"

#define BANNER "Linux version "
#define WORDS_MAX 1024
#define CONFIG_MAX ((size_t)16 << 20)

/* A printable string that starts at @p and ends in a NUL or a newline. */
static bool printable(struct span s, size_t off, char *ret, size_t cap)
{
	size_t n = 0;

	while (off + n < s.n && s.p[off + n] >= ' ' && s.p[off + n] < 0x7f)
		n++;
	if (!n || n >= cap || off + n >= s.n ||
	    (s.p[off + n] && s.p[off + n] != '\n'))
		return false;
	memcpy(ret, s.p + off, n);
	ret[n] = 0;
	return true;
}

/*
 * linux_proc_banner has the same words with conversions in it, or a hole where
 * linux_banner has the number of the build ("#1 SMP").
 */
static bool is_banner(const char *s)
{
	const char *rel = s + strlen(BANNER);

	return !strchr(s, '%') && isdigit((unsigned char)*rel) &&
	       strchr(rel, ' ');
}

static void find_banner(const struct vm_part *p, char *ret, size_t cap)
{
	struct span s = p->bytes;
	char text[WORDS_MAX];

	for (size_t at = 0; at < s.n; at++) {
		const uint8_t *q = memmem(s.p + at, s.n - at, BANNER,
					  strlen(BANNER));

		if (!q)
			return;
		at = (size_t)(q - s.p);
		if (!printable(s, at, text, sizeof(text)) || !is_banner(text))
			continue;
		/* The longest has the number of the build. */
		if (strlen(text) > strlen(ret) && strlen(text) < cap)
			memcpy(ret, text, strlen(text) + 1);
	}
}

/* "6.1.0-56-amd64 SMP preempt mod_unload modversions " */
static bool is_vermagic(const char *s, const char *release)
{
	size_t n = strlen(release);

	if (strncmp(s, release, n) || s[n] != ' ' || strlen(s) > 200)
		return false;
	for (s += n; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr(" _-.+", *s))
			return false;
	return true;
}

static bool find_vermagic(const struct vm_part *p, const char *release,
			  char *ret, size_t cap)
{
	struct span s = p->bytes;
	size_t n = strlen(release);

	for (size_t at = 0; at < s.n; at++) {
		const uint8_t *q = memmem(s.p + at, s.n - at, release, n);

		if (!q)
			return false;
		at = (size_t)(q - s.p);
		if ((!at || !s.p[at - 1]) && printable(s, at, ret, cap) &&
		    !s.p[at + strlen(ret)] && is_vermagic(ret, release))
			return true;
	}
	return false;
}

static void learn_config(const struct vm_part *p, struct facts_draft *f)
{
	struct span s = p->bytes;
	const uint8_t *q = s.n ? memmem(s.p, s.n, "IKCFG_ST\x1f\x8b", 10)
			       : NULL;
	struct bytes b = { 0 };

	if (!q || f->part[PART_CONFIG].n)
		return;

	struct span packed = { q + 8, (size_t)(s.p + s.n - q) - 8 };

	if (ko_decompress(KO_GZIP, packed, CONFIG_MAX, &b, NULL) < 0)
		return;
	facts_add(f, PART_CONFIG, b.p, b.n);
	bytes_fini(&b);
}

void learn_words(const struct vmlinux *v, struct facts_draft *f)
{
	char banner[WORDS_MAX] = "", text[WORDS_MAX];

	for (size_t i = 0; i < v->n; i++) {
		if (!vm_has_text(&v->parts[i]))
			continue;
		find_banner(&v->parts[i], banner, sizeof(banner));
		learn_config(&v->parts[i], f);
	}
	if (!banner[0])
		return;
	f->info.banner = facts_text(f, banner);

	char *release = banner + strlen(BANNER);

	release[strcspn(release, " ")] = 0;
	f->info.release = facts_text(f, release);
	for (size_t i = 0; i < v->n; i++)
		if (vm_has_text(&v->parts[i]) &&
		    find_vermagic(&v->parts[i], release, text, sizeof(text))) {
			f->info.vermagic = facts_text(f, text);
			return;
		}
}
