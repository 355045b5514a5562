/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's log, record by record. The reader is opened before the guest is
 * saved and read to its end, so that a run sees only its own records.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "guest.h"

static int kmsg = -1;

/* A module that floods the log must not fill the report. */
enum { LOG_MAX = 1 << 20 };

void log_open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	(void)lseek(kmsg, 0, SEEK_END);
}

void log_finish(void)
{
	/* A user's record: the host drops it. */
	static const char end[] = "<15>.\n";
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, end, sizeof(end) - 1);
	(void)close(fd);
}

void log_report(void)
{
	_cleanup_text_ struct text t = { 0 };
	char rec[8192];
	int64_t lost = 0;

	for (;;) {
		ssize_t n = read(kmsg, rec, sizeof(rec));

		if (n < 0 && errno == EPIPE) {
			lost++;
			continue;
		}
		if (n <= 0)
			break;
		if (t.n + (size_t)n > LOG_MAX) {
			lost++;
			break;
		}
		text_add_bytes(&t, rec, (size_t)n);
	}
	if (t.n || lost)
		report_text("log", lost, &t);
}
