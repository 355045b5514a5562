// SPDX-License-Identifier: GPL-2.0-or-later
/* How fast this machine's time stamp counter counts: see tsc.h. */
#include "lab/tsc.h"

#include <stdint.h>
#include <time.h>

#ifdef __x86_64__
#include <x86intrin.h>

/* From slower machines than run this to faster ones than there are. */
static const uint64_t khz_min = 100 * 1000, khz_max = 20 * 1000 * 1000;

/* The counter and the clock at one moment. */
struct moment {
	uint64_t tsc, ns;
};

/* We may lose the processor between the two: of several, the closest. */
static struct moment now(void)
{
	struct moment ret = { 0, 0 };
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 32; i++) {
		struct timespec t;
		uint64_t before = __rdtsc();

		(void)clock_gettime(CLOCK_MONOTONIC, &t);

		uint64_t took = __rdtsc() - before;

		if (took >= best)
			continue;
		best = took;
		ret.tsc = before + took / 2;
		ret.ns = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
	}
	return ret;
}

unsigned lab_tsc_khz(void)
{
	const struct timespec wait = { .tv_nsec = 20 * 1000 * 1000 };
	struct moment a = now();

	(void)nanosleep(&wait, NULL);

	struct moment b = now();

	/* A signal may have cut it short; a moment will not do. */
	if (b.ns < a.ns + 1000 * 1000 || b.tsc <= a.tsc)
		return 0;

	uint64_t khz = (uint64_t)((double)(b.tsc - a.tsc) * 1e6 /
				  (double)(b.ns - a.ns));

	return khz < khz_min || khz > khz_max ? 0 : (unsigned)khz;
}
#else
unsigned lab_tsc_khz(void)
{
	return 0;
}
#endif
