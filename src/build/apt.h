/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_apt - apt's own tools on a private state, so that no root is
 * needed and nothing of the system changes
 *
 * The state (lists of packages) stays in the user's cache, one folder per
 * suite, so that the next update costs little. It uses the system's mirrors,
 * keys, proxies and credentials, and none of its hooks and pins.
 */
#ifndef LKM_BUILD_APT_H
#define LKM_BUILD_APT_H

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "build/distro.h"

/* Told what goes on; @percent is -1 if there is no telling. */
struct build_progress {
	void (*fn)(void *arg, const char *what, int percent);
	void *arg;
};

struct build_apt {
	char *dir;           /* the private state                          */
	char *env;           /* "APT_CONFIG=..."                           */
	char suite[32];      /* for messages; "" is the system's suites    */
	char arch[16];       /* dpkg's word: amd64                         */
	int lock;
	const struct build_progress *progress;
};

/**
 * build_apt_open() - make or reuse the private state
 * @suite: NULL or "": the suites that the system is configured for
 * @arch:  NULL: this machine's; else dpkg's word for another
 *
 * Waits for another lkm that uses the same state.
 *
 * Return: 0; -ENOSYS if this system has no apt; -ENOENT without a source;
 * -EINTR; the errno of a file.
 */
_must_check_ int build_apt_open(const char *suite, const char *arch,
				const struct build_distro *o,
				const struct build_progress *progress,
				struct build_apt *ret, struct diag *d);
void build_apt_close(struct build_apt *a);
#define _cleanup_apt_ _cleanup_(build_apt_close)

/* Fetches the lists. Return: 0; -EHOSTUNREACH with apt's words; -EINTR. */
_must_check_ int build_apt_update(struct build_apt *a, struct diag *d);

/* Names of packages that begin with @prefix. */
_must_check_ int build_apt_names(struct build_apt *a, const char *prefix,
				 struct strv *ret, struct diag *d);

/**
 * build_apt_closure() - packages, and what they need of the kernel's own
 * @want: names to start with; unknown ones are ignored
 * @ret:  each needed package of a kernel once, without empty ones
 */
_must_check_ int build_apt_closure(struct build_apt *a,
				   const struct strv *want, struct strv *ret,
				   struct diag *d);

/**
 * build_apt_files() - what would be downloaded
 * @files: file names, "NAME_VERSION_ARCH.deb"
 * @bytes: of all of them
 */
_must_check_ int build_apt_files(struct build_apt *a, const struct strv *pkgs,
				 struct strv *files, uint64_t *bytes,
				 struct diag *d);

/* Downloads and verifies packages into @dir. @bytes is for the progress. */
_must_check_ int build_apt_download(struct build_apt *a,
				    const struct strv *pkgs, uint64_t bytes,
				    const char *dir, struct diag *d);

/* For tests: the packages of `apt-cache depends` text that @want needs. */
_must_check_ int build_apt_follow(const char *text, const struct strv *want,
				  struct strv *ret);

#endif
