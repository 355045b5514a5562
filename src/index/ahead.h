/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: ahead - the files of a set, made by all processors
 *
 * The caller asks for one file after the other. Helpers make them before they
 * are asked for, from the last one to the first, so that they meet:
 *
 *	caller	link | dep -> dep.bin -> alias -> ...
 *	helper	facts <- devname <- ... <- symbols, once it is linked
 *
 * What is noticed while a file is made is told when it is asked for. So
 * neither bytes nor messages depend on who was faster.
 */
#ifndef LKM_INDEX_AHEAD_H
#define LKM_INDEX_AHEAD_H

#include <pthread.h>
#include <stdbool.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "index/emit.h"

struct idx_made;

/* Zero it: one that can be stopped. */
struct idx_ahead {
	struct idx_emit emit;
	struct idx_made *made; /* one for each of idx_outputs             */
	pthread_mutex_t lock;  /* the rest, and who has which of @made    */
	pthread_cond_t changed;
	bool linked, stop;
	pthread_t threads[3];
	unsigned n_threads;
};

/**
 * idx_ahead_start() - begin to make files
 * @emit:   copied; what it points to must outlive @ret. Its graph need not be
 *          linked
 * @wanted: which of idx_outputs will be asked for, bit by bit
 * @ret:    set on success; must stay where it is until idx_ahead_stop()
 *
 * Where there are few modules, or one processor, there is no helper.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int idx_ahead_start(const struct idx_emit *emit, uint32_t wanted,
				 struct idx_ahead *ret, struct diag *d);

/* The graph is linked now. */
void idx_ahead_linked(struct idx_ahead *h);

/**
 * idx_ahead_take() - one file that was wanted, once; linked() was called
 * @ret: free with bytes_fini()
 *
 * Return: as idx_emit().
 */
_must_check_ int idx_ahead_take(struct idx_ahead *h, unsigned i,
				struct bytes *ret, struct diag *d);

/* Waits for the helpers, and frees what nobody took. */
void idx_ahead_stop(struct idx_ahead *h);

#endif
