/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of the ring buffer:
 *
 *   timestamp | commit: bytes of data, and flags | data ...
 *
 * data is a row of
 *
 *   32 bits: type_len (5), time_delta (27) | what type_len says
 *
 *   1..28  an event of 4 * type_len bytes
 *   0      the next 32 bits: its bytes, these four included
 *   29     padding; without a time_delta the rest of the page is empty
 *   30     the next 32 bits are the high part of time_delta
 *   31     the same, and it is the time itself
 *
 * Kernel: rb_event_length(), rb_update_iter_read_stamp(),
 * ring_buffer_read_page() (lost events), kernel/trace/ring_buffer.c.
 */
#include "lab/trace.h"

#include <stdlib.h>
#include <string.h>

enum {
	TYPE_LONG = 0,
	TYPE_PADDING = 29,
	TYPE_EXTEND = 30,
	TYPE_STAMP = 31,
	DELTA_BITS = 27,
	PAGE_MAX = 65536,
};

static const uint64_t COMMIT_MASK = (1U << 27) - 1;
static const uint64_t LOST_SOME = 1U << 31;
static const uint64_t LOST_COUNTED = 1U << 30;

/* -------------------------------------------------------------- format */

/* A number behind @key in a line; false if there is none. */
static bool line_number(const char *line, const char *key, uint32_t *ret)
{
	const char *p = strstr(line, key);
	char *end;

	if (!p)
		return false;
	p += strlen(key);

	unsigned long v = strtoul(p, &end, 10);

	if (end == p || v > PAGE_MAX)
		return false;
	*ret = (uint32_t)v;
	return true;
}

/*
 * "\tfield:void * ptr;\toffset:16;\tsize:8;\tsigned:0;": the name is the last
 * word before the semicolon, without "[8]".
 */
static bool line_field(const char *line, char name[64],
		       struct lab_trace_field *ret)
{
	const char *end = strchr(line, ';');
	struct lab_trace_field f;

	if (!end || !line_number(end, "offset:", &f.offset) ||
	    !line_number(end, "size:", &f.size))
		return false;
	if (end > line && end[-1] == ']')
		while (end > line && *end != '[')
			end--;

	const char *start = end;

	while (start > line && !strchr(" :*\t", start[-1]))
		start--;

	size_t n = (size_t)(end - start);

	if (!n || n >= 64)
		return false;
	memcpy(name, start, n);
	name[n] = 0;
	*ret = f;
	return true;
}

static void take_page_field(struct lab_trace_format *f, const char *name,
			    struct lab_trace_field field)
{
	if (!strcmp(name, "timestamp"))
		f->time = field;
	else if (!strcmp(name, "commit"))
		f->commit = field;
	else if (!strcmp(name, "data"))
		f->data = field;
}

static void take_common_field(struct lab_trace_format *f, const char *name,
			      struct lab_trace_field field)
{
	if (!strcmp(name, "common_type"))
		f->type = field;
	else if (!strcmp(name, "common_flags"))
		f->flags = field;
	else if (!strcmp(name, "common_pid"))
		f->pid = field;
}

static void take_event_field(struct lab_trace_format *f, size_t which,
			     const char *name, struct lab_trace_field field)
{
	for (size_t i = 0; i < LAB_TRACE_FIELDS; i++) {
		const char *want = f->want[which].field[i];

		if (want && !strcmp(want, name))
			f->got[which].field[i] = field;
	}
}

/* Where in the text we are: in the header, in a wanted event, in another. */
struct place {
	bool header;
	size_t which; /* n_want: none                                     */
};

static void take_name(const struct lab_trace_format *f, const char *name,
		      struct place *at)
{
	at->header = !strcmp(name, "header_page");
	for (at->which = 0; at->which < f->n_want; at->which++)
		if (!strcmp(f->want[at->which].event, name))
			break;
}

static void take_line(struct lab_trace_format *f, const char *line,
		      struct place *at)
{
	struct lab_trace_field field;
	uint32_t id;
	char name[64];

	if (!strncmp(line, "name: ", 6)) {
		take_name(f, line + 6, at);
	} else if (!strncmp(line, "ID: ", 4)) {
		if (at->which < f->n_want && line_number(line, "ID: ", &id) &&
		    id && id < UINT16_MAX) {
			f->got[at->which].known = true;
			f->got[at->which].id = (uint16_t)id;
		}
	} else if (line_field(line, name, &field)) {
		take_common_field(f, name, field);
		if (at->header)
			take_page_field(f, name, field);
		else if (at->which < f->n_want)
			take_event_field(f, at->which, name, field);
	}
}

static bool is_number_field(struct lab_trace_field f)
{
	return f.size == 1 || f.size == 2 || f.size == 4 || f.size == 8;
}

bool lab_trace_format_read(struct span text, const struct lab_trace_want *want,
			   size_t n_want, struct lab_trace_format *ret)
{
	struct lab_trace_format f = { .want = want, .n_want = n_want };
	struct place at = { .which = n_want };
	char line[512];

	if (n_want > LAB_TRACE_WANTS)
		return false;
	for (size_t pos = 0; pos < text.n;) {
		const uint8_t *p = text.p + pos;
		const uint8_t *nl = memchr(p, '\n', text.n - pos);
		size_t n = nl ? (size_t)(nl - p) : text.n - pos;

		if (n < sizeof(line)) {
			memcpy(line, p, n);
			line[n] = 0;
			take_line(&f, line, &at);
		}
		pos += n + 1;
	}
	if (!is_number_field(f.time) || !is_number_field(f.commit) ||
	    !f.data.size || f.data.offset + f.data.size > PAGE_MAX ||
	    f.type.size != 2 || !is_number_field(f.pid))
		return false;
	*ret = f;
	return true;
}

/* --------------------------------------------------------------- pages */

struct reader {
	const struct lab_trace_format *f;
	lab_trace_fn fn;
	void *arg;
	uint64_t time;
};

static uint64_t field_value(struct span record, struct lab_trace_field field)
{
	uint64_t v = 0;

	if (is_number_field(field))
		(void)span_uint(record, field.offset, field.size, false, &v);
	return v;
}

static int emit(struct reader *r, struct span record)
{
	const struct lab_trace_format *f = r->f;
	uint64_t id = field_value(record, f->type);

	for (size_t i = 0; i < f->n_want; i++) {
		if (!f->got[i].known || f->got[i].id != id)
			continue;

		struct lab_trace_event e = {
			.which = (int)i,
			.time = r->time,
			.pid = (int32_t)field_value(record, f->pid),
			.flags = (unsigned)field_value(record, f->flags),
			.field = f->got[i].field,
			.record = record,
		};

		for (size_t k = 0; k < LAB_TRACE_FIELDS; k++)
			e.v[k] = field_value(record, e.field[k]);
		return r->fn(r->arg, &e);
	}
	return 0;
}

static int emit_gap(struct reader *r, struct span page, uint64_t flags,
		    uint64_t end)
{
	struct lab_trace_event e = { .which = LAB_TRACE_GAP, .time = r->time };

	e.v[0] = 1;
	if (flags & LOST_COUNTED)
		(void)span_uint(page, end, 8, false, &e.v[0]);
	return r->fn(r->arg, &e);
}

/*
 * One entry of @data at *pos. Return: 0; 1 at the end of the page; -1 if it is
 * none; what the callback said.
 */
static int read_entry(struct reader *r, struct span data, uint64_t *pos,
		      bool *damaged)
{
	uint64_t head, extra = 0;
	struct span record;

	*damaged = true;
	if (!span_uint(data, *pos, 4, false, &head))
		return 1;

	uint64_t type = head & 31, delta = head >> 5;
	uint64_t at = *pos + 4, len = type * 4;

	if (type == TYPE_PADDING && !delta) {
		*damaged = false;
		return 1;
	}
	if (type == TYPE_LONG || type >= TYPE_PADDING) {
		if (!span_uint(data, at, 4, false, &extra))
			return 1;
		at += 4;
		len = type >= TYPE_EXTEND ? 0 : extra - 4;
		if (type < TYPE_EXTEND && (extra < 4 || extra % 4))
			return 1;
	}
	if (!span_sub(data, at, len, &record))
		return 1;
	*damaged = false;
	*pos = at + len;
	switch (type) {
	case TYPE_PADDING:
		return 0;
	case TYPE_EXTEND:
		r->time += (extra << DELTA_BITS) + delta;
		return 0;
	case TYPE_STAMP: /* without its five highest bits */
		r->time = (r->time & 31ULL << 59) |
			  ((extra << DELTA_BITS) + delta);
		return 0;
	default:
		r->time += delta;
		return emit(r, record);
	}
}

static int read_page(struct reader *r, struct span page, bool *damaged)
{
	const struct lab_trace_format *f = r->f;
	uint64_t commit = field_value(page, f->commit);
	uint64_t len = commit & COMMIT_MASK, pos = 0;
	struct span data;
	int e = 0;

	r->time = field_value(page, f->time);
	*damaged = len > f->data.size ||
		   !span_sub(page, f->data.offset, len, &data);
	if (*damaged)
		return 0;
	if (commit & LOST_SOME)
		e = emit_gap(r, page, commit, f->data.offset + len);
	while (!e && pos < data.n) {
		e = read_entry(r, data, &pos, damaged);
		if (e == 1)
			return 0;
	}
	return e;
}

int lab_trace_read(const struct lab_trace_format *f, struct span pages,
		   lab_trace_fn fn, void *arg, bool *damaged)
{
	struct reader r = { .f = f, .fn = fn, .arg = arg };
	uint64_t size = (uint64_t)f->data.offset + f->data.size;

	*damaged = false;
	for (uint64_t at = 0; at < pages.n && !*damaged; at += size) {
		struct span page;

		if (!span_sub(pages, at, size, &page)) {
			*damaged = true;
			return 0;
		}

		int e = read_page(&r, page, damaged);

		if (e)
			return e;
	}
	return 0;
}

struct span lab_trace_text(const struct lab_trace_event *e, unsigned i)
{
	struct span s = { 0 };
	const uint8_t *nul;

	/* Offset in the record and length, 16 bits each. */
	if (e->field[i].size == 4)
		(void)span_sub(e->record, e->v[i] & 0xffff, e->v[i] >> 16, &s);
	nul = s.n ? memchr(s.p, 0, s.n) : NULL;
	if (nul)
		s.n = (size_t)(nul - s.p);
	return s;
}

bool lab_trace_frame(const struct lab_trace_event *e, unsigned i, unsigned n,
		     uint64_t *ret)
{
	return e->field[i].size &&
	       span_uint(e->record, e->field[i].offset + 8ULL * n, 8, false,
			 ret);
}
