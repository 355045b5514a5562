/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a module that is loaded, by the emulated loader, into a kernel
 * of plain facts. The first byte says how: from memory or not, with which
 * flags, parameters and policy. Whatever the verdict, it must be whole, and
 * the memory that it took is bounded by the size of the file.
 *
 * LKM_FUZZ_IMAGE=vmlinuz and LKM_FUZZ_MODULES=lib/modules/RELEASE name a real
 * kernel instead, of which more is known.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/kern_world.h"
#include "fuzz.h"
#include "live/load.h"
#include "rules/load.h"

/*
 * OpenSSL 3.0 loses a BIO of its own where CMS_verify() gives up early. This is
 * asked for by LeakSanitizer, where it is linked in.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libcrypto.so\n";
}

static unsigned sum;

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void touch_str(const char *s)
{
	if (s)
		sum += (unsigned)strlen(s);
}

static char *top;

static void clean(void)
{
	if (tree_remove(top, NULL))
		abort();
	free(top);
}

/* One for all inputs; nothing of a load is left in it. */
static struct kern *kernel(void)
{
	static struct kern *k;
	const char *image = getenv("LKM_FUZZ_IMAGE");
	const struct kern_where w = { .image = image,
				      .modules = getenv("LKM_FUZZ_MODULES"),
				      .no_cache = true };

	if (k)
		return k;
	if (image) {
		need(!kern_open(&w, &k, NULL));
		return k;
	}
	need(!dir_temp("lkm-fuzz", &top, NULL) && !atexit(clean));
	k = world_open(top, NULL);
	return k;
}

static struct kern_state state_of(uint8_t how)
{
	static struct kern_export out = { .name = "two", .owner = "other" };
	static struct kern_loaded other = {
		.name = "other", .exports = &out, .n_exports = 1,
		.exports_known = true, .base = 0xffffffffc0800000,
	};

	return (struct kern_state){
		.spectre_v2_mitigated = how & 0x80,
		.keys_complete = how & 0x40,
		.sig_enforce = how & 0x20,
		.loaded = &other,
		.n_loaded = how & 0x10 ? 1 : 0,
	};
}

static struct rule_request request_of(uint8_t how, const struct ko *ko)
{
	static const char *const params[] = {
		NULL, "count=3 name=you", "a=\"x y\" b -- c", "list=1,2,3,4,5,6,7",
	};

	return (struct rule_request){
		.ko = ko,
		.params = params[how & 3],
		.flags = how & 4 ? LIVE_IGNORE_VERMAGIC |
					   LIVE_IGNORE_MODVERSIONS
				 : 0,
		.from_memory = how & 8,
	};
}

static void look_at_texts(const struct rule_result *r)
{
	touch_str(r->name);
	touch_str(r->step);
	touch_str(r->unknown);
	touch_str(r->init_name);
	touch_str(r->exit_name);
	for (size_t i = 0; i < r->n_lines; i++) {
		need(r->lines[i].level < 8);
		touch_str(r->lines[i].text);
	}
	for (size_t i = 0; i < r->n_findings; i++) {
		need(r->findings[i].reason && r->findings[i].why &&
		     r->findings[i].fix);
		touch_str(r->findings[i].where);
	}
	for (size_t i = 0; i < r->n_uses; i++)
		touch_str(r->uses[i]);
	for (size_t i = 0; i < r->n_exports; i++)
		touch_str(r->exports[i].name);
}

static void look_at_layout(const struct rule_result *r)
{
	for (size_t i = 0; i < r->n_sections; i++) {
		need(r->sections[i].part < r->n_parts);
		touch_str(r->sections[i].name);
	}
	for (size_t i = 0; i < r->n_kallsyms; i++) {
		need(r->kallsyms[i].part < r->n_parts ||
		     r->kallsyms[i].part == UINT32_MAX);
		touch_str(r->kallsyms[i].name);
	}
}

/* A verdict says who gave it. */
static void look_at_verdict(const struct rule_result *r)
{
	need((r->verdict == RULE_REFUSED) == (r->err != 0));
	need(r->verdict != RULE_REFUSED || r->decided);
	need(r->verdict != RULE_UNDEFINED || r->decided);
	need(r->verdict != RULE_UNKNOWN || r->unknown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;

	_cleanup_ko_ struct ko *ko = NULL;
	struct arena a = { .limit = 64 * size + ((size_t)1 << 20) };
	struct kern_state s = state_of(data[0]);
	struct rule_result r = { 0 };

	if (ko_open_span("fuzz.ko", (struct span){ data + 1, size - 1 }, &ko,
			 NULL) < 0)
		return 0;

	const struct rule_request q = request_of(data[0], ko);

	need(!rule_load(kernel(), &s, &q, &a, &r, NULL));
	look_at_verdict(&r);
	look_at_texts(&r);
	look_at_layout(&r);
	arena_fini(&a);
	return 0;
}
