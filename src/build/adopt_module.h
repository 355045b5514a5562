/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_adopt_module - what a module's source says of itself
 *
 * A .c file, or a folder whose Kbuild file or Makefile says what the module is
 * made of. make is asked for that, so variables and conditions count; the C
 * sources are read for their MODULE_...() lines.
 */
#ifndef LKM_BUILD_ADOPT_MODULE_H
#define LKM_BUILD_ADOPT_MODULE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

struct adopt_module {
	char *dir;           /* folder that the files are relative to      */
	char name[64];       /* of the module: "hello"                     */
	struct strv parts;   /* C and assembler files, relative            */
	struct strv headers; /* that these include; relative               */
	struct strv others;  /* files that stay behind                     */
	struct strv flags;   /* ccflags-y, word by word                    */
	char licence[64];    /* MODULE_LICENSE, ""                         */
	char description[256];
	struct strv params;  /* "whom: whom to greet"                      */
	struct strv includes; /* "linux/pci.h", of all its C files         */
};

void adopt_module_fini(struct adopt_module *m);
#define _cleanup_adopt_module_ _cleanup_(adopt_module_fini)

/**
 * adopt_module_read() - what is at @path
 *
 * Return: 0; -ENOENT; -EINVAL with what is wrong with the source: that is the
 * module's fault; -EINTR; -ENOMEM; the errno of a file.
 */
_must_check_ int adopt_module_read(const char *path, struct adopt_module *ret,
				   struct diag *d);

/* Length of a backslash that continues the line, blanks and the line's end. */
size_t adopt_splice(const char *s) _pure_;

/* Behind a comment, a string or a character at @s; @s if there is none. */
const char *adopt_skip_opaque(const char *s) _pure_;

/* One file for which no folder of its own is needed. */
bool adopt_module_single(const struct adopt_module *m) _pure_;

/**
 * adopt_macro() - the text in MACRO("a" "b"), outside of comments
 * @nth: 0 is the first such call
 * @arg: which argument; 1 is the text in MODULE_PARM_DESC(name, "text")
 * @ret: cut to what fits; an argument that is no string comes as it stands
 *
 * Return: whether there is one.
 */
bool adopt_macro(const char *source, const char *macro, unsigned nth,
		 unsigned arg, char *ret, size_t n);

/* "GPL", "Dual MIT/GPL": may such a module be part of the kernel? */
bool adopt_licence_fits(const char *licence) _pure_;

/*
 * The SPDX expression for a MODULE_LICENSE; NULL if several could be meant.
 * "GPL" does not say "or later".
 */
const char *adopt_licence_spdx(const char *licence);

#endif
