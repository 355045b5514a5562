/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a module's source, as a Kconfig file and as a Makefile. What
 * is added to the last two is found in the result, and nothing else changes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "build/adopt_module.h"
#include "build/adopt_text.h"
#include "build/adopt_version.h"
#include "fuzz.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void as_source(const char *s)
{
	static const char *const macros[] = { "MODULE_LICENSE",
					      "MODULE_PARM_DESC", "X" };
	char buf[16];

	for (size_t i = 0; i < ARRAY_SIZE(macros); i++)
		for (unsigned nth = 0; nth < 3; nth++)
			for (unsigned arg = 0; arg < 3; arg++) {
				memset(buf, 'x', sizeof(buf));
				if (adopt_macro(s, macros[i], nth, arg, buf,
						sizeof(buf)))
					need(memchr(buf, 0, sizeof(buf)));
			}
}

/* What is decided once leaves nothing to decide. */
static void as_versions(const char *s)
{
	_cleanup_text_ struct text a = { 0 }, b = { 0 };
	unsigned n = adopt_version_resolve(s, 0x60105, &a);

	need(n || str_eq(text_str(&a), s));
	need(!adopt_version_resolve(text_str(&a), 0x60105, &b));
	need(str_eq(text_str(&a), text_str(&b)));
}

/* Bytes that are no white space: what may not get lost. */
static size_t ink(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += !strchr(" \t\r\n", *s);
	return n;
}

static void as_kconfig(const char *s)
{
	_cleanup_text_ struct text a = { 0 }, b = { 0 };
	bool before = adopt_kconfig_has(s, "LKM_N");

	adopt_kconfig_add(s, "config LKM_N\n\tbool\n", &a);
	need(!a.failed && adopt_kconfig_has(text_str(&a), "LKM_N"));
	need(ink(text_str(&a)) == ink(s) + strlen("configLKM_Nbool"));
	adopt_kconfig_source(s, "a/Kconfig", &b);
	need(!b.failed && adopt_kconfig_has(text_str(&b), "LKM_N") == before);
	need(ink(text_str(&b)) == ink(s) + strlen("source\"a/Kconfig\""));
}

static void as_makefile(const char *s)
{
	static const char line[] = "obj-$(CONFIG_LKM_N)";
	_cleanup_text_ struct text t = { 0 };

	adopt_makefile_add(s, "LKM_N", "n.o", &t);
	need(!t.failed && strstr(text_str(&t), line));
	need(ink(text_str(&t)) == ink(s) + strlen(line) + strlen("+=n.o"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = strndup((const char *)data, size);

	need(s != NULL);
	as_source(s);
	as_versions(s);
	as_kconfig(s);
	as_makefile(s);
	free(s);
	return 0;
}
