/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user's test, and what a process that hangs can still tell. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
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

/* A test may say more than anybody reads: the rest is counted only. */
enum { OUTPUT_MAX = 1 << 20 };

static void take_output(int from, struct text *t, uint64_t *cut)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0) {
		size_t room = OUTPUT_MAX - t->n;
		size_t take = (size_t)n < room ? (size_t)n : room;

		text_add_bytes(t, buf, take);
		*cut += (uint64_t)n - take;
	}
}

/*
 * Waits for the child itself, at most until @until, and takes in what it says.
 * What it leaves running may hold the pipe open, but not us.
 */
static bool wait_for(pid_t pid, uint64_t until, int from, struct text *t,
		     int *status)
{
	enum { NAP_MS = 20 };
	uint64_t cut = 0;
	bool ended;

	do {
		struct pollfd p = { .fd = from, .events = POLLIN };

		(void)poll(&p, 1, NAP_MS);
		ended = waitpid(pid, status, WNOHANG) == pid;
		take_output(from, t, &cut);
		if (!ended && (p.revents & POLLHUP))
			sleep_ms(1);
	} while (!ended && now_ms() < until);
	if (cut)
		text_addf(t, "\n(%llu more bytes were left out)\n",
			  (unsigned long long)cut);
	return ended;
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

	int out[2] = { -1, -1 };

	if (pipe2(out, O_CLOEXEC | O_NONBLOCK) < 0)
		return;
	(void)fcntl(out[1], F_SETFL, 0);

	pid_t pid = fork();

	if (pid == 0)
		test_child(path, argv, out[1]);
	(void)close(out[1]);

	_cleanup_text_ struct text t = { 0 };
	int status = 0;
	bool ended = wait_for(pid, now_ms() + (uint64_t)timeout_ms, out[0], &t,
			      &status);

	if (!ended)
		hang_report(pid, "test");
	(void)kill(-pid, SIGKILL);
	/* Gone before the snapshot, or it looks like something left behind. */
	if (!ended)
		(void)wait_for(pid, now_ms() + REAP_MS, out[0], &t,
			       &(int){ 0 });
	(void)close(out[0]);
	report_text("test",
		    !ended		? -1 :
		    WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					  WEXITSTATUS(status),
		    &t);
}
