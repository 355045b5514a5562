/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See ahead.h. */
#include "index/ahead.h"

#include <errno.h>
#include <stdlib.h>

#include "base/jobs.h"

/* With fewer modules it is all done before a thread runs. */
#define FEW 256

enum state { UNWANTED, TODO, MAKING, DONE };

struct idx_made {
	enum state state;
	struct bytes b;
	int r;
	struct diag d;
	struct idx_events events;
};

static bool can_make(const struct idx_ahead *h, unsigned i)
{
	return h->made[i].state == TODO &&
	       (h->linked || !idx_outputs[i].linked);
}

static bool first_todo(const struct idx_ahead *h, unsigned *ret)
{
	for (unsigned i = 0; i < idx_n_outputs; i++)
		if (can_make(h, i)) {
			*ret = i;
			return true;
		}
	return false;
}

static bool last_todo(const struct idx_ahead *h, unsigned *ret)
{
	for (unsigned i = idx_n_outputs; i-- > 0;)
		if (can_make(h, i)) {
			*ret = i;
			return true;
		}
	return false;
}

/* With the lock, but for the work itself. */
static void make(struct idx_ahead *h, unsigned i)
{
	struct idx_made *m = &h->made[i];
	const struct idx_tell tell = { idx_events_keep, &m->events };
	struct idx_emit e = h->emit;

	e.tell = &tell;
	m->state = MAKING;
	(void)pthread_mutex_unlock(&h->lock);
	m->r = idx_emit(&idx_outputs[i], &e, &m->b, &m->d);
	if (!m->r && m->events.failed)
		m->r = diag_fail(&m->d, ENOMEM, "out of memory");
	(void)pthread_mutex_lock(&h->lock);
	m->state = DONE;
	(void)pthread_cond_broadcast(&h->changed);
}

static void *help(void *arg)
{
	struct idx_ahead *h = arg;
	unsigned i;

	(void)pthread_mutex_lock(&h->lock);
	while (!h->stop) {
		if (last_todo(h, &i))
			make(h, i);
		else if (h->linked)
			break;
		else
			(void)pthread_cond_wait(&h->changed, &h->lock);
	}
	(void)pthread_mutex_unlock(&h->lock);
	return NULL;
}

static unsigned helpers(const struct idx_emit *e)
{
	unsigned n = jobs_processors() - 1;

	if (e->src->n < FEW)
		return 0;
	return n < ARRAY_SIZE(((struct idx_ahead *)0)->threads) ?
		       n :
		       ARRAY_SIZE(((struct idx_ahead *)0)->threads);
}

int idx_ahead_start(const struct idx_emit *emit, uint32_t wanted,
		    struct idx_ahead *ret, struct diag *d)
{
	struct idx_made *made = calloc(idx_n_outputs, sizeof(*made));
	unsigned n = helpers(emit);

	if (!made)
		return diag_fail(d, ENOMEM, "out of memory");
	*ret = (struct idx_ahead){ .emit = *emit,
				   .made = made,
				   .lock = PTHREAD_MUTEX_INITIALIZER,
				   .changed = PTHREAD_COND_INITIALIZER };
	for (unsigned i = 0; i < idx_n_outputs; i++)
		made[i].state = wanted >> i & 1 ? TODO : UNWANTED;
	while (ret->n_threads < n &&
	       !pthread_create(&ret->threads[ret->n_threads], NULL, help, ret))
		ret->n_threads++;
	return 0;
}

void idx_ahead_linked(struct idx_ahead *h)
{
	(void)pthread_mutex_lock(&h->lock);
	h->linked = true;
	(void)pthread_cond_broadcast(&h->changed);
	(void)pthread_mutex_unlock(&h->lock);
}

/* Until it is made; while somebody else makes it we make others. */
static void wait_for(struct idx_ahead *h, unsigned i)
{
	unsigned other;

	(void)pthread_mutex_lock(&h->lock);
	while (h->made[i].state != DONE) {
		if (h->made[i].state == TODO)
			make(h, i);
		else if (first_todo(h, &other))
			make(h, other);
		else
			(void)pthread_cond_wait(&h->changed, &h->lock);
	}
	(void)pthread_mutex_unlock(&h->lock);
}

int idx_ahead_take(struct idx_ahead *h, unsigned i, struct bytes *ret,
		   struct diag *d)
{
	struct idx_made *m = &h->made[i];

	wait_for(h, i);
	idx_events_tell(&m->events, h->emit.tell);
	if (m->r < 0) {
		if (d && !d->err)
			*d = m->d;
		return m->r;
	}
	*ret = m->b;
	m->b = (struct bytes){ 0 };
	return 0;
}

void idx_ahead_stop(struct idx_ahead *h)
{
	if (!h->made)
		return;
	(void)pthread_mutex_lock(&h->lock);
	h->stop = true;
	(void)pthread_cond_broadcast(&h->changed);
	(void)pthread_mutex_unlock(&h->lock);
	for (unsigned i = 0; i < h->n_threads; i++)
		(void)pthread_join(h->threads[i], NULL);
	for (unsigned i = 0; i < idx_n_outputs; i++) {
		bytes_fini(&h->made[i].b);
		idx_events_fini(&h->made[i].events);
	}
	free(h->made);
	*h = (struct idx_ahead){ 0 };
}
