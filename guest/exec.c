/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Children with a deadline, and what a child that hangs can still tell. */
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

/* State, wait channel and kernel stack of @pid, for people. */
static void report_hang(pid_t pid, const char *name)
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

/* Waits for any child to end, at most until @until. */
static void wait_signal(uint64_t until)
{
	uint64_t now = now_ms();
	uint64_t left = until > now ? until - now : 0;
	struct timespec t = { (time_t)(left / 1000),
			      (long)(left % 1000) * 1000000 };
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigtimedwait(&set, NULL, &t);
}

struct child_end child_end_wait(pid_t pid, int timeout_ms, const char *name)
{
	struct child_end end = { 0 };
	uint64_t until = now_ms() + (uint64_t)timeout_ms;

	for (;;) {
		if (waitpid(pid, &end.status, WNOHANG) == pid)
			return end;
		if (now_ms() >= until)
			break;
		wait_signal(until);
	}
	end.hung = true;
	report_hang(pid, name);
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	return end;
}

static _Noreturn void test_child(const char *path, char **argv, int out)
{
	(void)setpgid(0, 0);

	int in = open("/dev/null", O_RDONLY);

	(void)dup2(in, 0);
	(void)dup2(out, 1);
	(void)dup2(out, 2);
	(void)chdir("/root");
	(void)execv(path, argv);

	int err = errno;

	(void)fprintf(stderr, "cannot run %s: %s\n", path, strerror(err));
	_exit(err == ENOENT ? 127 : 126);
}

void test_run(const char *path, struct span args, int timeout_ms)
{
	enum { ARGS_MAX = 256 };
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
	int out = open("/tmp/test-output", O_RDWR | O_CREAT | O_TRUNC, 0600);
	pid_t pid = fork();

	if (pid == 0)
		test_child(path, argv, out);

	struct child_end end = child_end_wait(pid, timeout_ms, "test");
	int status = WIFSIGNALED(end.status) ? 128 + WTERMSIG(end.status) :
					       WEXITSTATUS(end.status);
	_cleanup_text_ struct text t = { 0 };

	(void)close(out);
	(void)read_into(&t, "/tmp/test-output");
	report_text("test", end.hung ? -1 : status, &t);
	(void)kill(-pid, SIGKILL);
}
