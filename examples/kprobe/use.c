// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens files, and looks whether that was seen. */
#include "../use.h"

#define DIR "/sys/module/kprobe_opens/parameters/"

enum { TIMES = 100 };

/* Reading a count is an open() itself. */
static long count(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), DIR "%s", name);
	return atol(slurp(path) ?: "-1");
}

int main(void)
{
	long calls = count("calls"), failed = count("failed");
	long ns = count("nanoseconds"), more;

	must(calls >= 0 && failed >= 0 && ns >= 0, "the counts can be read");
	for (int i = 0; i < TIMES; i++)
		close(open("/proc/self/stat", O_RDONLY));
	more = count("calls") - calls;
	/* Others may open files at the same time; fewer it cannot be. */
	ok(more >= TIMES && more < TIMES + 50, "a hundred calls are counted");
	more = count("failed") - failed;
	ok(more < 50, "they did not fail");

	failed = count("failed");
	for (int i = 0; i < TIMES; i++)
		open("/no/such/file", O_RDONLY);
	more = count("failed") - failed;
	ok(more >= TIMES && more < TIMES + 50, "a hundred that fail, too");
	ok(count("nanoseconds") > ns, "it took its time");
	return done();
}
