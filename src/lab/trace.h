/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: trace - events out of the kernel's ring buffer
 *
 * Mirrors kernel/trace/ring_buffer.c. Where fields lie comes from the text
 * that the same kernel wrote (events/header_page, events/.../format), see
 * guest/trace.c. Both come out of the guest: hostile.
 */
#ifndef LKM_LAB_TRACE_H
#define LKM_LAB_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/span.h"

enum { LAB_TRACE_FIELDS = 4, LAB_TRACE_WANTS = 40 };

/* An event that the caller wants to see, and the fields of it. */
struct lab_trace_want {
	const char *event;
	const char *field[LAB_TRACE_FIELDS];
};

struct lab_trace_field {
	uint32_t offset, size; /* size 0: this kernel has no such field   */
};

struct lab_trace_format {
	/* of a page */
	struct lab_trace_field time, commit, data;
	/* of every event */
	struct lab_trace_field type, flags, pid;
	const struct lab_trace_want *want;
	size_t n_want;
	struct {
		bool known;
		uint16_t id;
		struct lab_trace_field field[LAB_TRACE_FIELDS];
	} got[LAB_TRACE_WANTS];
};

/* @which is an index into what was wanted, or this. */
enum { LAB_TRACE_GAP = -1 }; /* events were lost here; v[0]: how many   */

struct lab_trace_event {
	int which;
	uint64_t time;
	int32_t pid;
	unsigned flags; /* in which context; equal for an event and its stack */
	uint64_t v[LAB_TRACE_FIELDS]; /* numbers; 0 where there is none       */
	const struct lab_trace_field *field;
	struct span record;
};

/**
 * lab_trace_format_read() - what the guest says about its ring buffer
 * @text: fact "trace-format"
 * @want: at most LAB_TRACE_WANTS; must outlive @ret
 *
 * Return: false if the pages cannot be read with this.
 */
bool lab_trace_format_read(struct span text, const struct lab_trace_want *want,
			   size_t n_want, struct lab_trace_format *ret);

/* Return: 0; a negative number ends the reading. */
typedef int (*lab_trace_fn)(void *arg, const struct lab_trace_event *e);

/**
 * lab_trace_read() - the wanted events of one processor, in order
 * @pages:   fact "trace-pages"
 * @damaged: set if a page is not what the kernel writes; the reading ends
 *           there
 *
 * Return: 0, or what @fn returned if that was negative.
 */
int lab_trace_read(const struct lab_trace_format *f, struct span pages,
		   lab_trace_fn fn, void *arg, bool *damaged);

/* The text of field @i, a "__data_loc char[]"; empty if it is none. */
struct span lab_trace_text(const struct lab_trace_event *e, unsigned i);

/*
 * Frame @n of a stack whose field @i is the array of callers. False behind
 * the last one.
 */
bool lab_trace_frame(const struct lab_trace_event *e, unsigned i, unsigned n,
		     uint64_t *ret);

#endif
