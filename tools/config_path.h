/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What -C names, for all tools alike. */
#ifndef LKM_TOOLS_CONFIG_PATH_H
#define LKM_TOOLS_CONFIG_PATH_H

#include <stddef.h>

#include "base/diag.h"
#include "base/macros.h"
#include "dropin_ui.h"

/**
 * config_path() - is there anything where -C points?
 *
 * Where nothing is, none of the lines that somebody counts on is effective:
 * what they forbid is loaded.
 *
 * Return: 0; the errno of stat(2).
 */
_must_check_ int config_path(const char *path, struct diag *d);

/* The same of many, for the stand-ins, which go on as kmod's tools do: an
 * error line for each, with -q, too. @hint: NULL: that of config_path(). */
void config_paths_tell(const struct dropin_ui *ui, const char *const *paths,
		       size_t n, const char *hint);

#endif
