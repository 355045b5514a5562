/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Work for several threads: see jobs.h. */
#include "base/jobs.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

unsigned jobs_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;

	int n = CPU_COUNT(&set);

	return n < 1 ? 1 : (unsigned)n;
}

static void *run_one(void *arg)
{
	const struct job *j = arg;

	j->run(j->arg);
	return NULL;
}

void jobs_run(const struct job *v, size_t n)
{
	pthread_t thread[JOBS_MAX];
	bool started[JOBS_MAX] = { false };

	for (size_t i = 1; i < n; i++)
		started[i] = !pthread_create(&thread[i], NULL, run_one,
					     (void *)(uintptr_t)&v[i]);
	if (n)
		v[0].run(v[0].arg);
	for (size_t i = 1; i < n; i++) {
		if (started[i])
			(void)pthread_join(thread[i], NULL);
		else
			v[i].run(v[i].arg);
	}
}
