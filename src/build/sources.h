/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_sources - apt's package sources, and which of them have kernels
 *
 * Reads /etc/apt/sources.list and sources.list.d/ in both of apt's formats,
 * keeps what comes from the distribution itself, and writes a private list:
 * of the same suites, or of another suite of the same mirror.
 */
#ifndef LKM_BUILD_SOURCES_H
#define LKM_BUILD_SOURCES_H

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "build/distro.h"

/* One stanza of a .sources file; each string is owned, "" if not given. */
struct build_source {
	char *uris;
	char *suites;
	char *signed_by; /* a path, or a key over several lines           */
	char *trusted;   /* "yes": an offline mirror without signatures    */
};

struct build_sources {
	struct build_source *v;
	size_t n;
};

void build_sources_fini(struct build_sources *l);
#define _cleanup_sources_ _cleanup_(build_sources_fini)

/**
 * build_sources_read() - the enabled binary sources of a system
 * @root: "" for this one
 *
 * Return: 0, also if there are none; -ENOMEM.
 */
_must_check_ int build_sources_read(const char *root,
				    struct build_sources *ret,
				    struct diag *d);

/**
 * build_sources_write() - a private list as the text of a .sources file
 * @suite:   NULL: the configured suites of @o; else this one, with its
 *           security archive if one is configured
 * @keyring: file with the distribution's keys, used for another suite; NULL
 *           if there is none
 *
 * Return: 0; -ENOENT if no source of the distribution is configured; -ENOMEM.
 */
_must_check_ int build_sources_write(const struct build_sources *l,
				     const struct build_distro *o,
				     const char *suite, const char *keyring,
				     struct text *ret, struct diag *d);

#endif
