/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_adopt_text - a module's lines in the texts of a kernel's tree
 *
 * Text in, text out: what a person would write into a Kconfig file and a
 * Makefile, and where.
 */
#ifndef LKM_BUILD_ADOPT_TEXT_H
#define LKM_BUILD_ADOPT_TEXT_H

#include <stdbool.h>

#include "base/macros.h"
#include "base/text.h"
#include "build/adopt_module.h"

/* The entry "config NAME" with prompt, dependencies and help. */
void adopt_kconfig_entry(const struct adopt_module *m, const char *config,
			 const char *prompt, const char *depends,
			 struct text *ret);

/**
 * adopt_kconfig_add() - an entry into an existing Kconfig file
 *
 * At the end; if the file ends in endmenu or endif, before that, and before
 * the files that are sourced right there.
 */
void adopt_kconfig_add(const char *file, const char *entry, struct text *ret);

/* The same with a line that sources the Kconfig file of a folder. */
void adopt_kconfig_source(const char *file, const char *path,
			  struct text *ret);

/* Does the text define this option, by config or menuconfig? */
bool adopt_kconfig_has(const char *file, const char *config);

/**
 * adopt_makefile_add() - "obj-$(CONFIG_NAME) += what" into a Makefile
 * @what: "hello.o" or "hello/"
 *
 * Behind the last such line that is under no condition; in a list that is
 * sorted by its options, where it belongs.
 */
void adopt_makefile_add(const char *file, const char *config,
			const char *what, struct text *ret);

/*
 * Makefile of a folder of the module's own.
 * @relative: $(src) is told from the top of the tree, as before Linux 6.10, and
 *            so is wrong for 'make O=FOLDER'
 */
void adopt_makefile_own(const struct adopt_module *m, const char *config,
			bool relative, struct text *ret);

#endif
