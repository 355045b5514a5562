/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_name - what a user may call a kernel
 *
 *   6.1  6.1-cloud  6.1-rt      a series, and a flavour of it
 *   sid  trixie-cloud           a suite of the distribution
 *   cloud                       a flavour of the distribution's own kernel
 *   6.1.0-56-cloud-amd64        one release, as `uname -r` says it
 */
#ifndef LKM_BUILD_NAME_H
#define LKM_BUILD_NAME_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"

struct build_name {
	char release[96]; /* an exact release; else ""                    */
	char series[16];  /* "6.1"; else ""                               */
	char suite[32];   /* "sid", "bookworm-backports"; else ""         */
	char flavour[16]; /* "cloud", "rt"; "" means none was said        */
};

/**
 * build_name_parse() - take a user's word apart
 * @s: NULL or "" means the distribution's own kernel for virtual machines
 *
 * Return: 0; -EINVAL if it is none of the forms.
 */
_must_check_ int build_name_parse(const char *s, struct build_name *ret,
				  struct diag *d);

/* "6.1" of "6.1.0-56-cloud-amd64"; "" if it does not begin with one. */
void build_release_series(const char *release, char *buf, size_t n);

/* "cloud" of "6.1.0-56-cloud-amd64", "" of "6.1.0-56-amd64". */
void build_release_flavour(const char *release, char *buf, size_t n);

/* Order of releases by age: < 0 if @a is older than @b. */
int build_release_cmp(const char *a, const char *b) _pure_;

/*
 * The Debian suites that may have a series or a release, best first, in
 * @ret[], at most @max. Return: how many.
 */
size_t build_name_suites(const struct build_name *n, const char **ret,
			 size_t max);

#endif
