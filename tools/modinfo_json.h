/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modinfo --json: see modinfo(8) for the form. */
#ifndef LKM_TOOLS_MODINFO_JSON_H
#define LKM_TOOLS_MODINFO_JSON_H

#include "json_out.h"
#include "ko/ko.h"

struct modinfo_subject {
	const struct ko *ko;  /* of what is built in: only its .modinfo     */
	const char *name;
	const char *path;     /* NULL: built in                             */
	const char *field;    /* only this; NULL: all                       */
};

/* One object. Return: 0; -ENOMEM, before anything was written. */
_must_check_ int modinfo_json(struct jout *j, const struct modinfo_subject *s);

#endif
