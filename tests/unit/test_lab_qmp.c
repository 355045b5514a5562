/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab/qmp: QEMU's control channel, and what else may come along it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "lab/qmp.h"

/* Our end in @q; the other is returned. */
static int open_pair(struct qmp *q)
{
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	*q = (struct qmp){ .fd = sv[0] };
	return sv[1];
}

static void say(int fd, const char *s)
{
	assert_int_equal(fd_write_all(fd, s, strlen(s)), 0);
}

static void test_answers(void **state)
{
	struct qmp q;
	_cleanup_close_ int fd = open_pair(&q);
	struct diag d = { 0 };
	char buf[256] = "";

	(void)state;
	assert_int_equal(qmp_send(&q, "stop", NULL, -1, &d), 0);
	assert_int_equal(qmp_send(&q, "x", "{\"a\":1}", -1, &d), 0);
	assert_true(read(fd, buf, sizeof(buf) - 1) > 0);
	assert_string_equal(buf, "{\"execute\":\"stop\"}\n"
				 "{\"execute\":\"x\",\"arguments\":{\"a\":1}}\n");
	assert_false(qmp_idle(&q));
	/* An answer in two parts, an event between two answers. */
	say(fd, "{\"QMP\": {}}\r\n{\"ret");
	qmp_read(&q);
	assert_false(qmp_idle(&q));
	say(fd, "urn\": {}}\r\n{\"event\": \"RESUME\"}\r\n{\"return\": 1}\r\n");
	assert_int_equal(qmp_wait(&q, qmp_idle, clock_ms() + 5000, &d), 0);
	assert_int_equal(q.answered, 2);
	assert_false(q.shutdown || q.migrated || q.closed);
	qmp_fini(&q);
}

static void test_events(void **state)
{
	struct qmp q;
	_cleanup_close_ int fd = open_pair(&q);

	(void)state;
	say(fd, "{\"event\":\"MIGRATION\",\"data\":{\"status\":\"setup\"}}\n");
	qmp_read(&q);
	assert_false(qmp_has_migrated(&q));
	say(fd, "{\"event\":\"MIGRATION\",\"data\":{\"status\":\"completed\"}}\n"
		"{\"event\":\"SHUTDOWN\",\"data\":{\"reason\":\"guest-reset-and-a-reason-longer-than-there-is-room\"}}\n");
	qmp_read(&q);
	assert_true(qmp_has_migrated(&q));
	assert_true(q.shutdown);
	assert_int_equal(strncmp(q.reason, "guest-reset", 11), 0);
	assert_in_range(strlen(q.reason), 11, sizeof(q.reason) - 1);
	qmp_fini(&q);
}

static void test_errors(void **state)
{
	struct qmp q;
	_cleanup_close_ int fd = open_pair(&q);
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(qmp_send(&q, "stop", NULL, -1, &d), 0);
	assert_int_equal(qmp_wait(&q, qmp_idle, clock_ms() + 20, &d),
			 -ETIME);
	say(fd, "{\"error\":{\"class\":\"G\",\"desc\":\"no such thing\"}}\n");
	d = (struct diag){ 0 };
	assert_int_equal(qmp_wait(&q, qmp_idle, clock_ms() + 5000, &d),
			 -EIO);
	assert_non_null(strstr(d.what, "no such thing"));
	qmp_fini(&q);

	_cleanup_close_ int other = open_pair(&q);

	say(other, "{\"event\":\"MIGRATION\",\"data\":{\"status\":\"failed\"}}\n");
	assert_int_equal(qmp_wait(&q, qmp_has_migrated, clock_ms() + 5000,
				  NULL), -EIO);
	qmp_fini(&q);
}

static void test_end(void **state)
{
	struct qmp q;
	int fd = open_pair(&q);
	struct diag d = { 0 };

	(void)state;
	say(fd, "{\"event\":\"SHUTDOWN\",\"data\":{\"reason\":\"guest-panic\"}}\n{\"half");
	(void)close(fd);
	assert_int_equal(qmp_wait(&q, qmp_has_migrated, clock_ms() + 5000,
				  &d), -EIO);
	assert_true(q.shutdown && q.closed);
	assert_int_equal(qmp_send(&q, "stop", NULL, -1, NULL), -EIO);
	qmp_fini(&q);
}

/* None of it means anything, none of it is fatal; then comes an answer. */
static void test_garbage(void **state)
{
	static const char *const lines[] = {
		"", "\r", "{", "}", "[]", "null", "1", "\"event\"", "{}",
		"{\"event\":5}", "{\"event\":null}", "{\"event\":\"SHUTDOW\"}",
		"{\"event\":\"MIGRATION\"}",
		"{\"event\":\"MIGRATION\",\"data\":[]}",
		"{\"event\":\"MIGRATION\",\"data\":{\"status\":7}}",
		"{\"event\":\"MIGRATION\",\"data\":\"completed\"}",
		"{\"a\":{\"a\":{\"a\":{\"return\":{}}}}}",
		"\xff\xfe\x80", "{\"return\":{}", "{\"ret\\u0000urn\":1}",
		"QEMU 7.2: warning: something", "{\"event\":\"\xc3\x28\"}",
	};
	static char large[100000];
	struct qmp q;
	_cleanup_close_ int fd = open_pair(&q);

	(void)state;
	q.sent = 1;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		say(fd, lines[i]);
		say(fd, "\n");
		qmp_read(&q);
	}
	assert_int_equal(fd_write_all(fd, "\0\n{\0}\n", 6), 0);
	qmp_read(&q);
	memset(large, '[', sizeof(large) - 1);
	say(fd, large);
	qmp_read(&q);
	say(fd, "\n");
	qmp_read(&q);
	assert_int_equal(q.answered, 0);
	assert_false(q.shutdown || q.migrated || q.migrate_failed || q.closed);
	assert_string_equal(q.error, "");
	assert_int_equal(q.in.n, 0);
	say(fd, "{\"return\":{}}\n");
	qmp_read(&q);
	assert_int_equal(q.answered, 1);
	qmp_fini(&q);
}

static void test_strange_errors(void **state)
{
	static const char *const lines[] = {
		"{\"error\":5}\n", "{\"error\":{}}\n",
		"{\"error\":{\"desc\":[]}}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct qmp q;
		_cleanup_close_ int fd = open_pair(&q);

		say(fd, lines[i]);
		qmp_read(&q);
		assert_string_equal(q.error, "unknown error");
		qmp_fini(&q);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_strange_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
