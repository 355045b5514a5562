/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * install and remove commands: /bin/sh -c, as system(3) does it, but with an
 * environment of its own (other threads may be running), and told apart from
 * each other: a status and a signal.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "plan/internal.h"
#include "plan/run.h"

#define VARIABLE "MODPROBE_MODULE="

/* Our environment, with MODPROBE_MODULE in it. */
static int environment(const char *name, struct strv *ret)
{
	int r = strv_addf(ret, VARIABLE "%s", name);

	for (char **e = environ; !r && e && *e; e++)
		if (!str_starts(*e, VARIABLE))
			r = strv_add(ret, *e);
	return r;
}

/*
 * Signals of the terminal are for the command, not for us, while one runs; it
 * gets them as we had them. The first command that starts changes them, the
 * last one that ends puts them back.
 */
static struct {
	pthread_mutex_t lock;
	unsigned running;
	struct sigaction intr, quit;
} calm = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void calm_begin(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)pthread_mutex_lock(&calm.lock);
	if (!calm.running++) {
		(void)sigaction(SIGINT, &ignore, &calm.intr);
		(void)sigaction(SIGQUIT, &ignore, &calm.quit);
	}
	(void)pthread_mutex_unlock(&calm.lock);
}

static void calm_end(void)
{
	(void)pthread_mutex_lock(&calm.lock);
	if (!--calm.running) {
		(void)sigaction(SIGINT, &calm.intr, NULL);
		(void)sigaction(SIGQUIT, &calm.quit, NULL);
	}
	(void)pthread_mutex_unlock(&calm.lock);
}

static int start(const char *command, char **env, const sigset_t *mask,
		 pid_t *ret)
{
	char sh[] = "sh", dash_c[] = "-c";
	_cleanup_free_ char *copy = strdup(command);
	char *argv[] = { sh, dash_c, copy, NULL };
	posix_spawnattr_t attr;
	sigset_t defaults;

	if (!copy)
		return -ENOMEM;
	(void)sigemptyset(&defaults);
	if (calm.intr.sa_handler != SIG_IGN)
		(void)sigaddset(&defaults, SIGINT);
	if (calm.quit.sa_handler != SIG_IGN)
		(void)sigaddset(&defaults, SIGQUIT);

	int r = posix_spawnattr_init(&attr);

	if (r)
		return -r;
	(void)posix_spawnattr_setsigdefault(&attr, &defaults);
	(void)posix_spawnattr_setsigmask(&attr, mask);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF |
						     POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn(ret, "/bin/sh", NULL, &attr, argv, env);
	(void)posix_spawnattr_destroy(&attr);
	return -r;
}

static int wait_for(pid_t pid, int *ret)
{
	pid_t got;

	do
		got = waitpid(pid, ret, 0);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : 0;
}

int plan_shell(const char *name, const char *command, int *ret_status,
	       struct diag *d)
{
	_cleanup_strv_ struct strv env = { 0 };
	sigset_t chld, mask;
	int status = 0;
	pid_t pid = 0;

	if (environment(name, &env))
		return plan_no_memory(d);

	/* It is ours to wait for, whatever the program that we are part of
	 * does about its children. */
	(void)sigemptyset(&chld);
	(void)sigaddset(&chld, SIGCHLD);
	(void)pthread_sigmask(SIG_BLOCK, &chld, &mask);
	calm_begin();

	int r = start(command, env.v, &mask, &pid);

	if (!r)
		r = wait_for(pid, &status);
	calm_end();
	(void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (r)
		return diag_fail(d, -r, "cannot run '%s': %s", command,
				 strerror(-r));
	if (!status)
		return 0;
	if (ret_status)
		*ret_status = status;
	if (WIFSIGNALED(status))
		return diag_fail(d, EINVAL, "'%s' was killed by signal %d (%s)",
				 command, WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	return diag_fail(d, EINVAL, "'%s' returned %d", command,
			 WEXITSTATUS(status));
}
