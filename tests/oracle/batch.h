/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: batch - many modules in one file, with how they are to be loaded
 *
 * Records one behind the other, numbers little-endian:
 *
 *	u32 magic, how, id_len, params_len; u64 image_len; id, params, image
 *
 * mutate.py writes it; rig.c and predict.c read it.
 */
#ifndef LKM_TESTS_ORACLE_BATCH_H
#define LKM_TESTS_ORACLE_BATCH_H

#include "base/arena.h"
#include "base/file.h"

#define BATCH_MAGIC 0x45534143U /* "CASE" */
/* Beside enum lab_how: loaded first, in every guest, and left there. */
#define BATCH_DEP 0x1000U
/* A fresh guest is booted for it. */
#define BATCH_FRESH 0x2000U

struct batch_case {
	const char *id;
	const char *params;
	struct span image;
	unsigned how;
};

struct batch {
	struct arena arena;
	struct bytes file;
	struct batch_case *v;
	size_t n;
};

/* Return: 0; -EBADMSG; else as file_read(). */
_must_check_ int batch_read(const char *path, struct batch *ret,
			    struct diag *d);
void batch_fini(struct batch *b);
#define _cleanup_batch_ _cleanup_(batch_fini)

#endif
