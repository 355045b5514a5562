// SPDX-License-Identifier: GPL-2.0-or-later
/* /dev/chime: what counts, and requests that go round. */
#include <signal.h>
#include <sys/wait.h>

#include "../use.h"

#define DEVICE "/dev/chime"

struct counts {
	int timer, hrtimer, work, thread;
};

static struct counts now(void)
{
	struct counts c = { -1, -1, -1, -1 };

	if (sscanf(slurp(DEVICE) ?: "",
		   "timer %d hrtimer %d work %d thread %d", &c.timer,
		   &c.hrtimer, &c.work, &c.thread) != 4)
		c.timer = -1;
	return c;
}

static struct counts before;

static int timer_went(void *arg)
{
	(void)arg;
	return now().timer >= before.timer + 5;
}

static int hrtimer_went(void *arg)
{
	(void)arg;
	return now().hrtimer >= before.hrtimer + 5;
}

static int work_went(void *arg)
{
	(void)arg;
	return now().work >= before.work + 5;
}

/* Several at once: each write returns when it was answered. */
static void many_requests(void)
{
	int bad = 0, status;

	for (int i = 0; i < 4; i++) {
		if (fork())
			continue;
		for (int k = 0; k < 50; k++)
			if (spit(DEVICE, "go"))
				_exit(1);
		_exit(0);
	}
	while (wait(&status) > 0)
		bad |= status;
	ok(!bad, "two hundred from four processes");
}

int main(void)
{
	before = now();
	must(before.timer >= 0, "the counts can be read");
	ok(wait_for(timer_went, NULL), "the timer counts");
	ok(wait_for(hrtimer_went, NULL), "the high-resolution timer counts");
	ok(wait_for(work_went, NULL), "the work counts");
	before = now();
	ok(!spit(DEVICE, "go"), "a request is answered");
	ok(now().thread == before.thread + 1, "by the thread");
	many_requests();
	ok(now().thread > before.thread + 1, "the thread has done them");
	return done();
}
