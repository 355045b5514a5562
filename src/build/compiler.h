/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_compiler - the compiler that a kernel's modules are built with
 *
 * Kernel headers name the compiler that the kernel was built with. Where that
 * one is missing the system's gcc does, behind a small script that takes out
 * the options it does not know yet.
 */
#ifndef LKM_BUILD_COMPILER_H
#define LKM_BUILD_COMPILER_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "build/kernel.h"

struct build_compiler {
	char wanted[64];  /* "gcc-12": what the headers name              */
	char used[64];    /* what is there instead, or the same           */
	bool clang;       /* the kernel is a clang kernel: LLVM=1         */
	bool other;       /* used is not what is wanted                   */
	bool no_btf;      /* BTF cannot be written: no pahole             */
	struct strv drop; /* options that the used one does not know      */
	char *script;     /* path of the script; NULL: none is needed     */
};

void build_compiler_fini(struct build_compiler *c);

/**
 * build_compiler_find() - what to build for @k with
 *
 * Return: 0; -ENOENT if compiler, linker or make are missing, with the
 * command that installs them; -ENOMEM.
 */
_must_check_ int build_compiler_find(const struct build_kernel *k,
				     struct build_compiler *ret,
				     struct diag *d);

/* Writes the script, if one is needed, into @dir, or writes it again. */
_must_check_ int build_compiler_script(struct build_compiler *c,
				       const char *dir, struct diag *d);

/*
 * Learns from a line of the compiler. Return: true if it told of an option
 * that it does not know, and which the script now takes out: try again.
 */
bool build_compiler_learn(struct build_compiler *c, const char *line);

/* The compiler that the text of a .kernelvariables file names, or "". */
void build_compiler_named(const char *text, char *buf, size_t n);

#endif
