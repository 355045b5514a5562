/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's control channel: see qmp.h. */
#include "lab/qmp.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/child.h"
#include "base/clock.h"

int qmp_send(struct qmp *q, const char *command, const char *arguments, int fd,
	     struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	union {
		struct cmsghdr h;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = { 0 };

	text_addf(&t, "{\"execute\":\"%s\"%s%s}\n", command,
		  arguments ? ",\"arguments\":" : "",
		  arguments ? arguments : "");
	if (t.failed)
		return diag_fail(d, ENOMEM, "out of memory");

	struct iovec iov = { t.p, t.n };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		m.msg_control = control.buf;
		m.msg_controllen = sizeof(control.buf);
		control.h.cmsg_level = SOL_SOCKET;
		control.h.cmsg_type = SCM_RIGHTS;
		control.h.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.h), &fd, sizeof(int));
	}
	if (sendmsg(q->fd, &m, MSG_NOSIGNAL) != (ssize_t)t.n)
		return diag_fail(d, EIO, "QEMU does not take commands");
	q->sent++;
	return 0;
}

static void take_event(struct qmp *q, const char *event, json_t *data)
{
	if (str_eq(event, "SHUTDOWN")) {
		const char *why =
			json_string_value(json_object_get(data, "reason"));

		q->shutdown = true;
		(void)snprintf(q->reason, sizeof(q->reason), "%s",
			       why ? why : "");
	} else if (str_eq(event, "MIGRATION")) {
		const char *st =
			json_string_value(json_object_get(data, "status"));

		q->migrated |= st && str_eq(st, "completed");
		q->migrate_failed |= st && str_eq(st, "failed");
	}
}

static void take_line(struct qmp *q, const char *line)
{
	json_t *o = json_loads(line, 0, NULL);
	const char *event = json_string_value(json_object_get(o, "event"));
	json_t *error = json_object_get(o, "error");

	if (event) {
		take_event(q, event, json_object_get(o, "data"));
	} else if (error) {
		const char *desc =
			json_string_value(json_object_get(error, "desc"));

		q->answered++;
		if (!q->error[0])
			(void)snprintf(q->error, sizeof(q->error), "%s",
				       desc ? desc : "unknown error");
	} else if (json_object_get(o, "return")) {
		q->answered++;
	}
	json_decref(o);
}

void qmp_read(struct qmp *q)
{
	char buf[4096];
	ssize_t n;

	while ((n = recv(q->fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		text_add_bytes(&q->in, buf, (size_t)n);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		q->closed = true;

	size_t start = 0;

	for (size_t i = 0; i < q->in.n; i++) {
		if (q->in.p[i] != '\n')
			continue;
		q->in.p[i] = 0;
		take_line(q, q->in.p + start);
		start = i + 1;
	}
	if (start) {
		q->in.n -= start;
		memmove(q->in.p, q->in.p + start, q->in.n);
		q->in.p[q->in.n] = 0;
	}
}

int qmp_wait(struct qmp *q, bool (*done)(const struct qmp *q),
	     uint64_t deadline_ms, struct diag *d)
{
	for (;;) {
		qmp_read(q);
		if (q->error[0])
			return diag_fail(d, EIO, "QEMU says: %s", q->error);
		if (q->migrate_failed)
			return diag_fail(d, EIO, "QEMU could not load or save the state of the guest");
		if (done(q))
			return 0;
		if (q->closed)
			return diag_fail(d, EIO, "QEMU ended by itself");
		if (child_interrupted())
			return diag_fail(d, EINTR, "interrupted");

		uint64_t now = clock_ms();

		if (now >= deadline_ms)
			return diag_fail_hint(d, ETIME,
					      "see whether 'qemu-system-x86_64 --version' works; LKM_QEMU names another one",
					      "QEMU does not answer");

		struct pollfd p = { .fd = q->fd, .events = POLLIN };

		(void)poll(&p, 1, (int)(deadline_ms - now));
	}
}

bool qmp_idle(const struct qmp *q)
{
	return q->answered >= q->sent;
}

bool qmp_has_migrated(const struct qmp *q)
{
	return q->migrated;
}

void qmp_fini(struct qmp *q)
{
	text_fini(&q->in);
	if (q->fd >= 0)
		(void)close(q->fd);
	q->fd = -1;
}
