// SPDX-License-Identifier: GPL-2.0-or-later
/* What hello did can be seen in two places: the kernel's log, and /sys. */
#include <stdio.h>
#include <sys/klog.h>
#include <sys/stat.h>

#include "../use.h"

#define WHOM "/sys/module/hello/parameters/whom"

/* SYSLOG_ACTION_READ_ALL of syslog(2): the log, as it is in the kernel. */
enum { READ_ALL = 3 };

int main(void)
{
	static char log[1 << 20], greeting[4200];
	const char *whom = slurp(WHOM);
	struct stat st;
	int n;

	must(whom, "the parameter is in /sys");
	ok(!stat(WHOM, &st) && (st.st_mode & 0777) == 0444,
	   "all may read it, and nobody may write it");
	n = klogctl(READ_ALL, log, sizeof(log) - 1);
	must(n > 0, "the kernel's log can be read");
	snprintf(greeting, sizeof(greeting), "hello: Hello, %s\n", whom);
	ok(strstr(log, greeting), "the module greeted %s", whom);
	return done();
}
