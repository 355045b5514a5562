/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that stays: see session.h. */
#include "lab/session.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/child.h"
#include "base/file.h"
#include "lab/run_internal.h"

struct lab_session {
	struct lab_config c;
	struct lab_run_state run;
	char engine[8];
};

#define RESULT_NONE                                                          \
	((struct lab_result){ .stage = "start", .engine_why = "", .note = "" })

/* What the caller gets besides the facts. */
static int complete(struct lab_session *s, struct lab_result *res,
		    struct diag *d)
{
	if (res->end == LAB_DIED)
		return lab_run_died(&s->run, d);
	res->release = arena_strdup(&res->arena, s->c.release);
	res->console = arena_strndup(&res->arena,
				     text_str(&s->run.m.console),
				     s->run.m.console.n);
	res->engine = s->engine;
	return res->release && res->console ?
		       0 : diag_fail(d, ENOMEM, "out of memory");
}

/* What came of a request goes to the caller; @res is empty afterwards. */
static int hand_over(struct lab_session *s, struct lab_result *res,
		     struct lab_result *ret, struct diag *d)
{
	int r = complete(s, res, d);

	if (r < 0)
		return r;
	*ret = *res;
	*res = (struct lab_result){ 0 };
	return 0;
}

int lab_session_open(const struct lab_config *c, struct lab_session **ret,
		     struct diag *d)
{
	const struct lab_request hello = { .session = true };
	_cleanup_lab_result_ struct lab_result res = RESULT_NONE;
	struct lab_session *s = calloc(1, sizeof(*s));

	if (!s)
		return diag_fail(d, ENOMEM, "out of memory");
	s->c = *c;
	s->run = (struct lab_run_state){ .c = &s->c, .q = &hello, .res = &res,
					 .win = { .fd = -1 },
					 .m = LAB_MACHINE_NONE };

	int r = lab_run_complete(&s->c, d);

	if (!r)
		r = lab_win_open(&s->run.win, d);
	if (!r)
		r = lab_request_write(&hello, s->run.win.p, d);
	if (!r)
		r = lab_run_start(&s->run, d);
	if (!r && res.end != LAB_COMPLETE)
		r = lab_run_died(&s->run, d);
	if (r < 0) {
		lab_session_close(s);
		return r;
	}
	(void)snprintf(s->engine, sizeof(s->engine), "%s", res.engine);
	*ret = s;
	return 0;
}

void lab_session_close(struct lab_session *s)
{
	if (!s)
		return;
	lab_machine_end(&s->run.m);
	lab_win_close(&s->run.win);
	lab_firmware_fini(&s->c.firmware);
	free(s);
}

const char *lab_session_engine(const struct lab_session *s)
{
	return s->engine;
}

/* The guest waits: the window is ours. */
static int ask(struct lab_session *s, const struct lab_request *q,
	       struct lab_result *res, struct diag *d)
{
	struct lab_run_state *r = &s->run;

	r->q = q;
	r->res = res;
	r->report = (struct lab_report){ 0 };
	r->m.ended = false;
	r->m.console.n = 0;
	lab_run_start_clock(r);
	return lab_request_write(q, r->win.p, d);
}

int lab_session_step(struct lab_session *s, const struct lab_request *q,
		     struct lab_result *ret, struct diag *d)
{
	_cleanup_lab_result_ struct lab_result res = RESULT_NONE;
	struct lab_request mine = *q;

	mine.session = true;

	int r = ask(s, &mine, &res, d);

	if (!r)
		r = lab_run_converse(&s->run, d);
	return r < 0 ? r : hand_over(s, &res, ret, d);
}

/* -------------------------------------------------------------- console */

static void show(struct text *console, int out)
{
	if (console->n)
		(void)!fd_write_all(out, console->p, console->n);
	console->n = 0;
}

/* Bytes from @in to the guest. Return: false at their end. */
static bool feed(int in, int serial)
{
	char buf[512];
	ssize_t n = read(in, buf, sizeof(buf));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n > 0)
		(void)!send(serial, buf, (size_t)n, MSG_NOSIGNAL);
	return n > 0;
}

static void end_input(int serial)
{
	static const char end = 4; /* Ctrl-D */

	(void)!send(serial, &end, 1, MSG_NOSIGNAL);
}

static int forward(struct lab_session *s, int in, int out, struct diag *d)
{
	enum { WAKE_MS = 500 }; /* a signal may come just before poll(2) */
	struct lab_machine *m = &s->run.m;
	bool more = true;

	while (!m->ended && !m->qmp.shutdown && !m->qmp.closed) {
		struct pollfd p[] = {
			{ .fd = m->bell, .events = POLLIN },
			{ .fd = m->serial, .events = POLLIN },
			{ .fd = m->qmp.fd, .events = POLLIN },
			{ .fd = more ? in : -1, .events = POLLIN },
		};

		int n = poll(p, ARRAY_SIZE(p), WAKE_MS);

		if (n == 0 && !more)
			end_input(m->serial);
		if (!child_interrupted() && p[3].revents)
			more = feed(in, m->serial);

		int r = lab_machine_poll(m, 0, d);

		if (!r)
			r = lab_run_take_report(&s->run, d);
		if (r < 0)
			return r;
		show(&m->console, out);
	}
	return 0;
}

int lab_session_shell(struct lab_session *s, int in, int out,
		      const struct lab_request *q, struct lab_result *ret,
		      struct diag *d)
{
	const struct lab_command shell = { NULL };
	struct lab_request mine = *q;
	_cleanup_lab_result_ struct lab_result res = RESULT_NONE;

	mine.session = true;
	mine.commands = &shell;
	mine.n_commands = 1;

	int r = ask(s, &mine, &res, d);

	if (!r)
		r = forward(s, in, out, d);
	/* How it ended, if not as it should. */
	if (!r && s->run.m.ended)
		res.end = LAB_COMPLETE;
	else if (!r)
		r = lab_run_converse(&s->run, d);
	return r < 0 ? r : hand_over(s, &res, ret, d);
}
