/* SPDX-License-Identifier: GPL-2.0-or-later */
/* depmod: a signal that would end it while its files are written. */
#include <signal.h>
#include <stddef.h>

#include "depmod.h"

static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
static sigset_t held; /* empty at first: no bit of it is set                */

void depmod_hold_signals(void)
{
	sigset_t before;

	(void)sigemptyset(&held);
	(void)sigprocmask(SIG_BLOCK, NULL, &before);
	/* What is ignored, or held by whoever started us, does not end us. */
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct sigaction now;

		if (!sigismember(&before, ends[i]) &&
		    !sigaction(ends[i], NULL, &now) &&
		    now.sa_handler != SIG_IGN)
			(void)sigaddset(&held, ends[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &held, NULL);
}

bool depmod_told_to_end(void)
{
	sigset_t pending;

	if (sigpending(&pending))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (sigismember(&held, ends[i]) &&
		    sigismember(&pending, ends[i]))
			return true;
	return false;
}

void depmod_release_signals(void)
{
	(void)sigprocmask(SIG_UNBLOCK, &held, NULL);
}
