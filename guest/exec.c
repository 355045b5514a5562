/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user's test, and what a process that hangs can still tell. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "guest.h"

struct hang {
	struct text t;
	pid_t leader;
};

/* A script waits for what it started: that is what hangs. */
static void hang_member(void *arg, const struct process *p)
{
	struct hang *h = arg;

	if (p->pid == h->leader)
		return;
	text_addf(&h->t, "process %s, state %c\n", p->name, p->state);
	process_stack(&h->t, p->pid);
}

void hang_report(pid_t pid, const char *name)
{
	struct process p = { .state = '?' };
	struct hang h = { .leader = pid };
	char what[96];

	(void)process_read(pid, &p);
	text_addf(&h.t, "state %c\n", p.state);
	process_stack(&h.t, pid);
	if (p.group == pid)
		process_each_of_group(pid, hang_member, &h);
	(void)snprintf(what, sizeof(what), "hang %s", name);
	report_text(what, 0, &h.t);
	text_fini(&h.t);
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
	} while (!ended && clock_ms() < until);
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

enum { ARGS_MAX = 256 };

/* @args: each with its NUL; more than ARGS_MAX are left out. */
static void split_args(const char *path, struct span args,
		       char *argv[ARGS_MAX + 2])
{
	size_t n = 0;

	argv[n++] = (char *)(uintptr_t)path;
	for (size_t off = 0; off < args.n && n <= ARGS_MAX;) {
		const char *s = span_str(args, off);

		if (!s)
			break;
		argv[n++] = (char *)(uintptr_t)s;
		off += strlen(s) + 1;
	}
	argv[n] = NULL;
}

/* Nobody types: a shell that sees no echo reads lines, and edits none. */
static void no_echo(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return;
	t.c_lflag &= (tcflag_t)~ECHO;
	(void)tcsetattr(fd, TCSANOW, &t);
}

/* The terminal is the serial line that the host reads and writes. */
static _Noreturn void console_child(const char *path, char **argv,
				    struct winsize size)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setsid();

	/* Of a machine with both the other one is no console. */
	int fd = open("/dev/ttyAMA0", O_RDWR);

	if (fd < 0)
		fd = open("/dev/ttyS0", O_RDWR);

	if (fd >= 0) {
		(void)ioctl(fd, TIOCSCTTY, 1);
		(void)ioctl(fd, TIOCSWINSZ, &size);
		if (!size.ws_row)
			no_echo(fd);
		for (int i = 0; i < 3; i++)
			(void)dup2(fd, i);
	}
	(void)setenv("TERM", "linux", 1);
	(void)setenv("ENV", "/etc/profile", 1);
	(void)setenv("PS1", "guest# ", 1);
	(void)!chdir("/root");
	(void)execv(path, argv);
	_exit(errno == ENOENT ? 127 : 126);
}

static int status_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

void console_run(const char *path, struct span args, int rows, int columns)
{
	const struct winsize size = { .ws_row = (unsigned short)rows,
				      .ws_col = (unsigned short)columns };
	char *argv[ARGS_MAX + 2];
	int status = 0;

	split_args(path, args, argv);

	pid_t pid = fork();

	if (pid == 0)
		console_child(path, argv, size);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	report(LAB_FACT, "test", pid < 0 ? -1 : status_of(status), NULL, 0);
}

void test_run(const char *path, struct span args, int timeout_ms)
{
	enum { REAP_MS = 200 };
	char *argv[ARGS_MAX + 2];

	split_args(path, args, argv);

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
	bool ended = wait_for(pid, clock_ms() + (uint64_t)timeout_ms, out[0],
			      &t, &status);

	if (!ended)
		hang_report(pid, "test");
	(void)kill(-pid, SIGKILL);
	/* Gone before the snapshot, or it looks like something left behind. */
	if (!ended)
		(void)wait_for(pid, clock_ms() + REAP_MS, out[0], &t,
			       &(int){ 0 });
	(void)close(out[0]);
	report_text("test", ended ? status_of(status) : -1, &t);
}
