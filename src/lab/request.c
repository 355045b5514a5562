/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request, laid out in the window: see proto.h. */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "lab/run_internal.h"

/* The guest has no room for more. */
enum { MODULES_MAX = 64 };

struct writer {
	uint8_t *at;
	uint64_t left;
	bool full;
};

static void put_record(struct writer *w, enum lab_tag tag, const char *name,
		       int64_t arg, struct span data)
{
	struct lab_rec rec = { .tag = tag,
			       .name_len = (uint32_t)strlen(name),
			       .arg = arg,
			       .data_len = data.n };
	uint64_t size = lab_rec_size(rec.name_len, rec.data_len);

	if (size > w->left) {
		w->full = true;
		return;
	}
	memcpy(w->at, &rec, sizeof(rec));
	memcpy(w->at + sizeof(rec), name, rec.name_len);
	if (data.n)
		memcpy(w->at + sizeof(rec) + rec.name_len, data.p, data.n);
	w->at += size;
	w->left -= size;
}

static void put_text(struct writer *w, enum lab_tag tag, const char *name,
		     const char *text)
{
	put_record(w, tag, name, 0,
		   (struct span){ (const uint8_t *)text, strlen(text) + 1 });
}

static void put_option(struct writer *w, const char *name, unsigned value)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", value);
	put_text(w, LAB_OPTION, name, text);
}

/* Parameters, NUL, image: written in place, for the image may be large. */
static void put_image(struct writer *w, struct lab_rec rec, const char *name,
		      const char *with, struct span image)
{
	size_t params = strlen(with) + 1;

	rec.name_len = (uint32_t)strlen(name);
	rec.data_len = params + image.n;

	uint64_t size = lab_rec_size(rec.name_len, rec.data_len);
	uint8_t *p = w->at;

	if (size > w->left) {
		w->full = true;
		return;
	}
	p = (uint8_t *)mempcpy(p, &rec, sizeof(rec));
	p = (uint8_t *)mempcpy(p, name, rec.name_len);
	p = (uint8_t *)mempcpy(p, with, params);
	if (image.n)
		memcpy(p, image.p, image.n);
	w->at += size;
	w->left -= size;
}

static void put_module(struct writer *w, const struct lab_module *m)
{
	put_image(w,
		  (struct lab_rec){ .tag = m->dep ? LAB_DEP : LAB_SUBJECT },
		  m->name, m->params, m->image);
}

static void put_case(struct writer *w, const struct lab_case *c)
{
	put_image(w, (struct lab_rec){ .tag = LAB_CASE, .arg = c->how },
		  "", c->params, c->image);
}

static void put_test(struct writer *w, const struct lab_request *q)
{
	_cleanup_text_ struct text args = { 0 };

	for (size_t i = 0; i < q->n_test_args; i++)
		text_add_bytes(&args, q->test_args[i],
			       strlen(q->test_args[i]) + 1);
	put_record(w, LAB_TEST, q->test, 0,
		   (struct span){ (const uint8_t *)args.p, args.n });
}

static void put_command(struct writer *w, const struct lab_command *c)
{
	_cleanup_text_ struct text args = { 0 };

	text_add_bytes(&args, "-c", c->line ? 3 : 0);
	text_add_bytes(&args, c->line, c->line ? strlen(c->line) + 1 : 0);
	put_record(w, LAB_COMMAND, "/bin/sh",
		   c->line ? LAB_TIE_REPORT : LAB_TIE_CONSOLE,
		   (struct span){ (const uint8_t *)args.p, args.n });
}

static void put_session(struct writer *w, const struct lab_request *q)
{
	put_option(w, "session", 1);
	put_option(w, "rows", q->rows);
	put_option(w, "columns", q->columns);
	for (size_t i = 0; i < q->n_commands; i++)
		put_command(w, &q->commands[i]);
}

int lab_request_write(const struct lab_request *q, struct lab_window *win,
		      struct diag *d)
{
	struct writer w = { .at = (uint8_t *)win + LAB_REQ_OFF,
			    .left = LAB_WINDOW_SIZE - LAB_REQ_OFF -
				    LAB_OUT_MAX };
	uint64_t room = w.left;

	if (q->n_modules > MODULES_MAX)
		return diag_fail(d, EFBIG,
				 "found %zu modules with those that they need, wanted at most %d",
				 q->n_modules, MODULES_MAX);
	put_option(&w, "rounds", q->rounds);
	put_option(&w, "timeout_ms", q->timeout_ms);
	put_option(&w, "settle_ms", q->settle_ms);
	for (size_t i = 0; i < q->n_files; i++)
		put_record(&w, LAB_FILE, q->files[i].guest_path,
			   q->files[i].mode, q->files[i].data);
	for (size_t i = 0; i < q->n_modules; i++)
		put_module(&w, &q->modules[i]);
	for (size_t i = 0; i < q->n_cases; i++)
		put_case(&w, &q->cases[i]);
	if (q->test)
		put_test(&w, q);
	if (q->session)
		put_session(&w, q);
	if (w.full)
		return diag_fail(d, EFBIG,
				 "modules and files together are larger than %llu MiB, the room that the guest has for them",
				 (unsigned long long)(room >> 20));
	win->magic = LAB_MAGIC;
	win->req_len = room - w.left;
	win->out_off = LAB_WINDOW_SIZE - LAB_OUT_MAX;
	win->out_cap = LAB_OUT_MAX;
	win->out_len = 0;
	atomic_thread_fence(memory_order_release);
	win->go++;
	return 0;
}
