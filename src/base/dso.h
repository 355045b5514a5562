/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: dso - libraries that are opened when they are first needed
 *
 * A program that decompresses nothing should not pay for loading three
 * decompressors. Each user of a library declares the functions that it calls,
 * types and all, from the library's own header:
 *
 *	DSO_FN(inflate);
 *	DSO_FN(inflateEnd);
 *	static struct dso zlib = {
 *		.soname = "libz.so.1", .package = "zlib1g",
 *		.fns = (const struct dso_fn[]){
 *			DSO_ENTRY(inflate), DSO_ENTRY(inflateEnd), { 0 } },
 *	};
 *	DSO_NOTE("libz.so.1", "gzip", "modules compressed with gzip");
 *
 *	r = dso_need(&zlib, d);
 *	if (!r)
 *		dso_inflate(...);
 *
 * With LKM_STATIC (meson: -Dstatic=true, and only for rooms that the static
 * program has) the pointers are set at link time and dso_need() has nothing to
 * do. Other rooms open their libraries all the same.
 */
#ifndef LKM_BASE_DSO_H
#define LKM_BASE_DSO_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"

struct dso_fn {
	const char *name;
	void *slot; /* the function pointer to set */
};

struct dso {
	const char *soname;
	const char *package;	  /* what Debian calls the package with it */
	const struct dso_fn *fns; /* ends with a NULL name                 */
	pthread_mutex_t lock;	  /* PTHREAD_MUTEX_INITIALIZER             */
	bool ready;
};

#ifdef LKM_STATIC
#define DSO_FN(fn) static __typeof__(&(fn)) dso_##fn = (fn)
#define DSO_NOTE(soname, feature, what) _Static_assert(1, "")
#else
#define DSO_FN(fn) static __typeof__(&(fn)) dso_##fn

/*
 * What ldd cannot see, an ELF note tells to those who copy a program with its
 * libraries (dracut) or find out what a package needs.
 *
 * Format: systemd's docs/ELF_DLOPEN_METADATA.md
 */
#define DSO_NOTE(soname, feature, what)                                        \
	DSO_NOTE_JSON("[{\"feature\":\"" feature "\",\"description\":\"" what   \
		      "\",\"priority\":\"recommended\",\"soname\":[\"" soname \
		      "\"]}]")
#define DSO_NOTE_JSON(json)                                                 \
	__attribute__((used, aligned(4),                                    \
		       section(".note.dlopen"))) static const struct {      \
		uint32_t name_size, size, type;                             \
		char name[4];                                               \
		char text[sizeof(json)];                                    \
	} dso_note = { 4, sizeof(json), 0x407c0c0a, "FDO", json }
#endif
#define DSO_ENTRY(fn)          \
	{                      \
#fn, &dso_##fn \
	}

/**
 * dso_need() - make the functions of a library callable
 * @l: stays loaded for the life of the program
 *
 * Several threads may call it at once.
 *
 * Return: 0; -ENOPKG if the library is not there or lacks a function.
 */
#ifdef LKM_STATIC
_must_check_ static inline int dso_need(struct dso *l, struct diag *d)
{
	(void)l;
	(void)d;
	return 0;
}
#else
_must_check_ int dso_need(struct dso *l, struct diag *d);
#endif

#endif
