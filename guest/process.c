/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /proc says of a process: whose it is, what it does, and where in the
 * kernel it waits.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "guest.h"

/*
 * "PID (NAME) STATE PPID GROUP SESSION TTY TPGID FLAGS ...". A name may hold
 * anything, a ") " too.
 */
bool process_read(pid_t pid, struct process *ret)
{
	enum { PF_KTHREAD = 0x00200000 };
	struct process p = { .pid = pid };
	unsigned long flags;
	char path[64], buf[512];
	char *name, *end;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	(void)read_some(path, buf, sizeof(buf));
	name = strchr(buf, '(');
	end = strrchr(buf, ')');
	if (!name || !end || end < name ||
	    sscanf(end + 1, " %c %*d %d %*d %*d %*d %lu", &p.state, &p.group,
		   &flags) != 3)
		return false;
	*end = 0;
	(void)snprintf(p.name, sizeof(p.name), "%s", name + 1);
	for (char *s = p.name; (s = strchr(s, '\n'));)
		*s = ' ';
	p.kernel = flags & PF_KTHREAD;
	*ret = p;
	return true;
}

void process_stack(struct text *t, pid_t pid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	(void)read_into(t, path);
}

/* Of a stack the innermost place in a module, else the innermost at all. */
void process_place(pid_t pid, char *buf, size_t n)
{
	_cleanup_text_ struct text t = { 0 };
	static const char mark[] = "[<0>] ";
	const char *best = NULL;
	char *save = NULL;

	buf[0] = 0;
	process_stack(&t, pid);
	for (char *l = t.p ? strtok_r(t.p, "\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\n", &save)) {
		if (!str_starts(l, mark))
			continue;
		l += sizeof(mark) - 1;
		if (!best)
			best = l;
		/* A bare number: a module that is gone. */
		if (!str_starts(l, "0x") && l[strlen(l) - 1] != ']')
			continue;
		best = l;
		break;
	}
	if (best)
		(void)snprintf(buf, n, "%s", best);
}

bool process_end(pid_t pid, uint64_t until_ms)
{
	enum { NAP_MS = 5 };
	struct process p;

	(void)kill(pid, SIGKILL);
	while (process_read(pid, &p) && !strchr("ZXx", p.state)) {
		if (clock_ms() >= until_ms)
			return false;
		sleep_ms(NAP_MS);
	}
	return true;
}

void process_each_of_group(pid_t group,
			   void (*fn)(void *arg, const struct process *p),
			   void *arg)
{
	DIR *dp = opendir("/proc");
	struct process p;

	for (struct dirent *e; dp && (e = readdir(dp));)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    process_read((pid_t)strtol(e->d_name, NULL, 10), &p) &&
		    p.group == group)
			fn(arg, &p);
	if (dp)
		(void)closedir(dp);
}
