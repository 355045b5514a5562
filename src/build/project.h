/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_project - what a folder says about how it is to be tried
 *
 * A file "try.conf" beside the Kbuild file: lines "key = value", '#' begins a
 * comment. Keys that may be given again add to a list.
 *
 *	title = a character device with a buffer
 *	test = use.c
 *	params = size=4096
 *	device = edu
 */
#ifndef LKM_BUILD_PROJECT_H
#define LKM_BUILD_PROJECT_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

#define BUILD_PROJECT_FILE "try.conf"

/* Zero it to start. Strings are owned; NULL: not said. */
struct build_project {
	char *title;         /* what it is, in a few words                */
	char *name;          /* what its names begin with; NULL: the folder's */
	char *proves;        /* what the test proves                      */
	char *test;          /* a program, or a .c file; below the folder */
	struct strv params;  /* "name=value", "module.name=value", "name"  */
	struct strv devices; /* that QEMU's machine gets                  */
	struct strv with;    /* modules of the kernel that come first     */
	struct strv except;  /* "5.10: why it does not work there"        */
	struct strv needs;   /* programs that it is built with             */
	char *engine;        /* "tcg" or "kvm": no other one will do      */
	bool permanent;      /* it has no exit function, on purpose        */
};

void build_project_fini(struct build_project *p);
#define _cleanup_project_ _cleanup_(build_project_fini)

/**
 * build_project_read() - read a folder's try.conf
 * @ret: set only on success
 *
 * Return: 0; -ENOENT if the folder has none; -EINVAL if a line makes no sense
 * (file and line in the diag); -EFBIG; -ENOMEM; the errno of reading it.
 */
_must_check_ int build_project_read(const char *folder,
				    struct build_project *ret, struct diag *d);

/**
 * build_project_parse() - the same of a text
 * @text: @n bytes and a NUL behind them; is taken apart
 *
 * Return: 0; -EINVAL, with the line in the diag; -ENOMEM.
 */
_must_check_ int build_project_parse(char *text, size_t n,
				     struct build_project *ret,
				     struct diag *d);

/*
 * Why it does not work on a kernel, as it says itself; NULL: it does. "5.10" is
 * 5.10.0-46-amd64, and not 5.100. Borrowed from @except.
 */
const char *build_project_except(const struct strv *except,
				 const char *release) _pure_;

#endif
