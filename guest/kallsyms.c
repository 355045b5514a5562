/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols of modules stand at the end of /proc/kallsyms, behind those of
 * the kernel, and printing all of those takes longer than a whole run. So the
 * file is read almost to the end of the kernel's own symbols before the guest
 * is saved, and a run goes on reading from there.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

static int kallsyms = -1;
static struct text tail;
static bool was_read;

/* Large reads: the kernel formats no faster, but is asked less often. */
static char chunk[65536];

static uint64_t length_of(int fd)
{
	uint64_t sum = 0;
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		sum += (uint64_t)n;
	return sum;
}

void kallsyms_prepare(void)
{
	enum { LEFT = 16384 };
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	uint64_t all = fd < 0 ? 0 : length_of(fd), have = 0;
	ssize_t n;

	if (fd >= 0)
		(void)close(fd);
	kallsyms = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	while (kallsyms >= 0 && have + LEFT < all) {
		uint64_t left = all - LEFT - have;

		n = read(kallsyms, chunk,
			 left < sizeof(chunk) ? left : sizeof(chunk));
		if (n <= 0)
			break;
		have += (uint64_t)n;
	}
}

/* All symbols of modules, read once, while all subjects are loaded. */
static void read_tail(void)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(kallsyms, buf, sizeof(buf))) > 0)
		text_add_bytes(&tail, buf, (size_t)n);
	was_read = true;
}

void kallsyms_report(const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	char mark[80], key[96];

	if (!was_read && kallsyms >= 0)
		read_tail();
	(void)snprintf(mark, sizeof(mark), "[%s]", name);
	for (const char *l = text_str(&tail); *l;) {
		size_t n = strcspn(l, "\n");
		size_t m = strlen(mark);

		if (n > m && !memcmp(l + n - m, mark, m)) {
			text_add_bytes(&t, l, n);
			text_add(&t, "\n");
		}
		l += n + (l[n] == '\n');
	}
	(void)snprintf(key, sizeof(key), "kallsyms %s", name);
	report_text(key, 0, &t);
}

void kallsyms_report_all(void)
{
	if (!was_read && kallsyms >= 0)
		read_tail();
	report_text("kallsyms", 0, &tail);
}
