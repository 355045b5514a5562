/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Agent and warden. They share one page: what the agent is doing, and until
 * when it may. The warden, process 1, sleeps; an oops ends the agent, which
 * wakes it at once, and a call that does not return is noticed at its deadline.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "guest.h"

struct watch {
	_Atomic uint64_t deadline_ms; /* 0: nothing to watch */
	char name[64];
};

static struct watch *watch;

void watch_open(void)
{
	sigset_t set;

	watch = mmap(NULL, sizeof(*watch), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (watch == MAP_FAILED)
		abort();

	/* Children are waited for with sigtimedwait(2). */
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

void watch_begin(const char *name, int timeout_ms)
{
	(void)snprintf(watch->name, sizeof(watch->name), "%s", name);
	atomic_store(&watch->deadline_ms, clock_ms() + (uint64_t)timeout_ms);
}

void watch_end(void)
{
	atomic_store(&watch->deadline_ms, 0);
}

/* What can still be said when the agent cannot go on. */
static _Noreturn void finish(void)
{
	sleep_ms(2); /* let the kernel finish its report */
	/* Not /proc/modules: the lock for it may be held for ever. */
	log_report();
	report_taint();
	report(LAB_FACT, "damaged", 0, NULL, 0);
	report(LAB_FACT, "end", 0, NULL, 0);
	window_bell(LAB_BELL_END);
	for (;;)
		(void)pause();
}

static void look_after(pid_t agent)
{
	uint64_t deadline = atomic_load(&watch->deadline_ms);
	int status;

	if (waitpid(agent, &status, WNOHANG) == agent) {
		if (WIFEXITED(status))
			return; /* the run went through */
		report_named("errno", watch->name, -WTERMSIG(status));
		finish();
	}
	if (deadline && clock_ms() >= deadline) {
		hang_report(agent, watch->name);
		finish();
	}
}

_Noreturn void watch_agent(pid_t agent)
{
	const struct timespec nap = { 0, 100000000 };
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	for (;;) {
		(void)sigtimedwait(&set, NULL, &nap);
		look_after(agent);
		while (waitpid(-1, NULL, WNOHANG) > 0 && errno != ECHILD)
			; /* orphans; never the agent: it is looked for first */
	}
}
