/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls: who may load at all, flags, the file as bytes.
 *
 * Kernel: may_init_module(), finit_module() and copy_module_from_user(),
 * kernel/module/main.c; module_decompress(), kernel/module/decompress.c.
 */
#include <elf.h>
#include <errno.h>
#include <limits.h>

#include "live/load.h"
#include "rules/run.h"

/* The buffer of a module that was read: far from the kernel's own area. */
#define COPY_BASE UINT64_C(0xffffc90000200000)

#define FLAGS_KNOWN                                                           \
	(LIVE_IGNORE_MODVERSIONS | LIVE_IGNORE_VERMAGIC | LIVE_COMPRESSED)

static bool may_load(struct run *r)
{
	if (r->s->no_cap)
		return run_refuse(r, "load.cap", PLACES(NULL), NULL);
	if (r->s->modules_disabled)
		return run_refuse(r, "load.disabled", PLACES(NULL), NULL);
	return true;
}

/*
 * Without CONFIG_MODULE_DECOMPRESS the flag for it is refused only later. Up to
 * 5.16 there was no such option, and nobody knew the flag; that left no trace.
 */
static unsigned flags_known(const struct run *r)
{
	return run_release_before(r, 5, 17)
		       ? FLAGS_KNOWN & ~(unsigned)LIVE_COMPRESSED
		       : FLAGS_KNOWN;
}

static bool flags_ok(struct run *r)
{
	if (!r->q->from_memory && r->q->flags & ~flags_known(r))
		return run_refuse(r, "load.flags",
				  PLACES(run_text(r, "%#x", r->q->flags)),
				  NULL);
	return true;
}

static bool size_ok(struct run *r, uint64_t n)
{
	if (r->q->from_memory) {
		if (n < sizeof(Elf64_Ehdr))
			return run_refuse(r, "load.init.short", PLACES(NULL),
					  NULL);
		return true;
	}
	if (!n)
		return run_refuse(r, "load.file.empty", PLACES(NULL), NULL);
	if (n > INT_MAX)
		return run_refuse(r, "load.file.big", PLACES(NULL), NULL);
	return true;
}

/* What the kernel's own decompressor expects, by its option. */
static const struct {
	const char *option, *row;
	enum ko_compression kind;
} kinds[] = {
	{ "MODULE_COMPRESS_GZIP", "load.gz.magic", KO_GZIP },
	{ "MODULE_COMPRESS_XZ", "load.xz.magic", KO_XZ },
	{ "MODULE_COMPRESS_ZSTD", "load.zstd.magic", KO_ZSTD },
};

/* lib/xz/ is built without the larger ones: XZ_OPTIONS_ERROR is 6. */
static bool xz_check_ok(struct run *r)
{
	const struct ko *ko = r->q->ko;

	r->file = ko_image(ko);
	if (ko->compression != KO_XZ || ko->xz_check <= 1)
		return true;
	run_know(r, RULE_FILE_KIND, RULE_KIND,
		 ko->xz_check == 4    ? "CRC64"
		 : ko->xz_check == 10 ? "SHA-256"
				      : "another one");
	return run_refuse(r, "load.decompress", PLACES("6"), NULL);
}

static bool decompress(struct run *r)
{
	enum kern_known can = run_option(r, "MODULE_DECOMPRESS", NULL);

	if (!run_is(r, can, "CONFIG_MODULE_DECOMPRESS", true))
		return run_refuse(r, "load.decompress.none", PLACES(NULL),
				  NULL);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (run_option(r, kinds[i].option, NULL) == KERN_YES &&
		    r->q->ko->compression != kinds[i].kind)
			return run_refuse(r, kinds[i].row, PLACES(NULL), NULL);
	return xz_check_ok(r);
}

bool run_entry(struct run *r)
{
	bool packed = !r->q->from_memory && r->q->flags & LIVE_COMPRESSED;

	r->file = r->q->file.p ? r->q->file : ko_image(r->q->ko);
	if (!may_load(r) || !flags_ok(r) || !size_ok(r, r->file.n) ||
	    (packed && !decompress(r)))
		return false;
	r->len = r->file.n;
	r->copy = COPY_BASE;
	space_add_bytes(&r->space, "the file", r->copy, r->file,
			(r->len + RUN_PAGE - 1) / RUN_PAGE * RUN_PAGE);
	return true;
}
