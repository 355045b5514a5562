/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user's test, and what a process that hangs can still tell. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

void hang_report(pid_t pid, const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	char path[64], buf[512];
	char what[96];

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	(void)read_some(path, buf, sizeof(buf));

	const char *state = strrchr(buf, ')');

	text_addf(&t, "state %c\n", state && state[1] ? state[2] : '?');
	(void)snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	(void)read_into(&t, path);
	(void)snprintf(what, sizeof(what), "hang %s", name);
	report_text(what, 0, &t);
}

/* Waits for a child to end, at most until @until. */
static bool wait_for(pid_t pid, uint64_t until, int *status)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	for (;;) {
		uint64_t now = now_ms();

		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		if (now >= until)
			return false;

		uint64_t left = until - now;
		struct timespec t = { (time_t)(left / 1000),
				      (long)(left % 1000) * 1000000 };

		(void)sigtimedwait(&set, NULL, &t);
	}
}

static _Noreturn void test_child(const char *path, char **argv, int out)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setpgid(0, 0);

	int in = open("/dev/null", O_RDONLY);

	(void)dup2(in, 0);
	(void)dup2(out, 1);
	(void)dup2(out, 2);
	(void)!chdir("/root");
	(void)execv(path, argv);

	int err = errno;

	(void)fprintf(stderr, "cannot run %s: %s\n", path, strerror(err));
	_exit(err == ENOENT ? 127 : 126);
}

void test_run(const char *path, struct span args, int timeout_ms)
{
	enum { ARGS_MAX = 256, REAP_MS = 200 };
	char *argv[ARGS_MAX + 2] = { (char *)(uintptr_t)path };
	size_t n = 1;

	for (size_t off = 0; off < args.n && n <= ARGS_MAX;) {
		const char *s = span_str(args, off);

		if (!s)
			break;
		argv[n++] = (char *)(uintptr_t)s;
		off += strlen(s) + 1;
	}

	/* A file, not a pipe: a test that leaves a child must not hold us. */
	int out = open("/tmp/test-output",
		       O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);
	pid_t pid = fork();

	if (pid == 0)
		test_child(path, argv, out);

	int status = 0;
	bool ended = wait_for(pid, now_ms() + (uint64_t)timeout_ms, &status);
	_cleanup_text_ struct text t = { 0 };

	if (!ended)
		hang_report(pid, "test");
	(void)kill(-pid, SIGKILL);
	/* Gone before the snapshot, or it looks like something left behind. */
	if (!ended)
		(void)wait_for(pid, now_ms() + REAP_MS, &(int){ 0 });
	(void)close(out);
	(void)read_into(&t, "/tmp/test-output");
	report_text("test",
		    !ended		? -1 :
		    WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					  WEXITSTATUS(status),
		    &t);
}
