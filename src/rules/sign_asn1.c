/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that reads a message: see sign_asn1.h. */
#include "rules/sign_asn1.h"

#include <errno.h>
#include <stdbool.h>

#define DEPTH_MAX 10 /* of containers, and of jumps */
#define BYTES_MAX 65535
#define LONG_TAG 0x1f
#define INDEFINITE 0x80

struct container {
	size_t start; /* of its content */
	size_t outer; /* end of what it stands in; 0: its own is not known */
};

struct machine {
	struct span in;
	size_t at, end; /* end of the innermost container that is known */
	const struct asn1_step *pc;
	void *context;
	struct container in_[DEPTH_MAX];
	unsigned depth;
	const struct asn1_step *back[DEPTH_MAX];
	unsigned n_back;
	bool matched, last_matched; /* an alternative; the optional one */
	/* The element that was looked at last. */
	uint8_t tag;
	size_t value_at, value_n;
	bool indefinite, cons;
};

static int call(struct machine *m, uint8_t tag, size_t at, size_t n)
{
	struct span v;

	if (!span_sub(m->in, at, n, &v))
		return -EBADMSG;
	return m->pc->call(m->context, tag, v);
}

/*
 * The length of an element in an indefinite one, which moves *@at behind its
 * content. Return: -EBADMSG, or 1: it is indefinite itself.
 */
static int inner_length(const struct machine *m, uint8_t tag, size_t *at)
{
	size_t n = m->in.p[(*at)++], v = 0;

	if (n == INDEFINITE)
		return tag & ASN1_CONS ? 1 : -EBADMSG;
	if (n > 0x7f) {
		n -= 0x80;
		if (n > sizeof(n) - 1 || n > m->end - *at)
			return -EBADMSG;
		for (; n; n--)
			v = v << 8 | m->in.p[(*at)++];
		n = v;
	}
	if (n > m->end - *at)
		return -EBADMSG;
	*at += n;
	return 0;
}

/* asn1_find_indefinite_length(): up to and with the two zeros that end it. */
static int find_length(struct machine *m)
{
	size_t at = m->at;

	for (unsigned level = 1; level;) {
		if (m->end - at < 2)
			return -EBADMSG;

		uint8_t tag = m->in.p[at++];

		if (!tag) {
			if (m->in.p[at++])
				return -EBADMSG;
			level--;
			continue;
		}
		if ((tag & LONG_TAG) == LONG_TAG) {
			do {
				if (m->end - at < 2)
					return -EBADMSG;
			} while (m->in.p[at++] & 0x80);
		}

		int r = inner_length(m, tag, &at);

		if (r < 0)
			return r;
		level += (unsigned)r;
	}
	m->value_n = at - m->at;
	return 0;
}

/* The length, and that the content is there. */
static int take_length(struct machine *m)
{
	size_t n = m->in.p[m->at++];

	m->indefinite = n == INDEFINITE;
	if (m->indefinite) {
		m->value_n = n;
		return m->tag & ASN1_CONS && m->end - m->at >= 2 ? 0
								 : -EBADMSG;
	}
	if (n > 0x7f) {
		size_t width = n - 0x80;

		if (width > 2 || width > m->end - m->at)
			return -EBADMSG;
		for (n = 0; width; width--)
			n = n << 8 | m->in.p[m->at++];
	}
	m->value_n = n;
	return n > m->end - m->at ? -EBADMSG : 0;
}

static int enter(struct machine *m)
{
	if (m->depth == DEPTH_MAX)
		return -EBADMSG;
	m->in_[m->depth++] = (struct container){
		.start = m->at,
		.outer = m->indefinite ? 0 : m->end,
	};
	if (!m->indefinite)
		m->end = m->at + m->value_n;
	return 0;
}

/* Content that is no container here: it is left behind. */
static int pass(struct machine *m)
{
	int r = m->indefinite ? find_length(m) : 0;

	if (!r && m->pc->what & STEP_CALL)
		r = call(m, m->tag, m->at, m->value_n);
	m->at += r ? 0 : m->value_n;
	return r;
}

static int match(struct machine *m)
{
	unsigned what = m->pc->what;

	if ((what & STEP_COND && m->matched) ||
	    (what & STEP_SKIP && m->at == m->end)) {
		m->last_matched = false;
		m->pc++;
		return 0;
	}
	m->matched = m->last_matched = false;
	m->cons = false;
	if (m->end - m->at < 2)
		return -EBADMSG;
	m->tag = m->in.p[m->at++];
	if ((m->tag & LONG_TAG) == LONG_TAG)
		return -EBADMSG;
	if (!(what & STEP_ANY)) {
		uint8_t differs = m->pc->tag ^ m->tag;

		m->cons = m->pc->tag & ASN1_CONS;
		if (differs & ~(m->cons ? ASN1_CONS : 0)) {
			if (!(what & STEP_SKIP))
				return -EBADMSG;
			m->at--;
			m->pc++;
			return 0;
		}
	}
	m->matched = true;

	int r = take_length(m);

	if (!r && m->cons)
		r = enter(m);
	m->value_at = m->at;
	if (!r && what & STEP_JUMP) {
		if (m->n_back == DEPTH_MAX)
			return -EBADMSG;
		m->back[m->n_back++] = m->pc + 1;
		m->pc = m->pc->to;
		return 0;
	}
	if (!r && !m->cons)
		r = pass(m);
	m->pc++;
	return r;
}

/* The end of a container. Return: 1: it goes on; 0; -EBADMSG. */
static int leave(struct machine *m)
{
	struct container *c = &m->in_[m->depth - 1];
	bool of = m->pc->what & STEP_OF;

	if (!c->outer) {
		if (m->end - m->at < 2)
			return -EBADMSG;
		if (m->in.p[m->at])
			return of ? 1 : -EBADMSG;
		if (m->in.p[m->at + 1])
			return -EBADMSG;
		m->at += 2;
		m->value_n = m->at - c->start - 2;
	} else {
		if (m->at < m->end && of)
			return 1;
		if (m->at != m->end)
			return -EBADMSG;
		m->value_n = m->end - c->start;
		m->end = c->outer;
	}
	m->value_at = c->start;
	m->depth--;
	return 0;
}

static int end(struct machine *m)
{
	int r = m->depth ? leave(m) : -EBADMSG;

	if (r > 0) {
		m->pc = m->pc->to;
		return 0;
	}
	if (!r && m->pc->what & STEP_CALL)
		r = call(m, 0, m->value_at, m->value_n);
	m->pc++;
	return r;
}

static int act(struct machine *m)
{
	int r = 0;

	if (!(m->pc->what & STEP_MAYBE) || m->last_matched)
		r = call(m, m->tag, m->value_at, m->value_n);
	m->pc++;
	return r;
}

static int back(struct machine *m)
{
	if (!m->n_back)
		return -EBADMSG;
	m->pc = m->back[--m->n_back];
	m->matched = m->last_matched = true;
	return 0;
}

int asn1_decode(const struct asn1_step *program, void *context,
		struct span data)
{
	struct machine m = { .in = data, .end = data.n, .pc = program,
			     .context = context };
	int r = data.n > BYTES_MAX ? -EMSGSIZE : 0;

	/* Each turn takes bytes or goes on in the program, which ends. */
	while (!r)
		switch (m.pc->what & STEP_KIND) {
		case STEP_MATCH:
			r = match(&m);
			break;
		case STEP_END:
			r = end(&m);
			break;
		case STEP_FAIL:
			r = m.matched ? 0 : -EBADMSG;
			m.pc++;
			break;
		case STEP_ACT:
			r = act(&m);
			break;
		case STEP_RETURN:
			r = back(&m);
			break;
		default:
			return m.n_back || m.depth ? -EBADMSG : 0;
		}
	return r;
}
