/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Child processes: see child.h. */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	caught = sig;
}

void child_catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal }, was;

	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
	/* Ignored already: nohup(1). */
	if (sigaction(SIGHUP, NULL, &was) == 0 && was.sa_handler != SIG_IGN)
		(void)sigaction(SIGHUP, &sa, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

int child_interrupted(void)
{
	return caught;
}

static void set_env(const struct child_setup *s)
{
	for (size_t i = 0; s->unset && s->unset[i]; i++)
		(void)unsetenv(s->unset[i]);
	for (size_t i = 0; s->env && s->env[i]; i++)
		(void)putenv((char *)(uintptr_t)s->env[i]);
}

/* In the new process. Return: the errno of what failed. */
static int become(const char *const *argv, const struct child_setup *s,
		  pid_t parent)
{
	(void)setpgid(0, 0);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)prctl(PR_SET_PDEATHSIG, s->tidies ? SIGTERM : SIGKILL);
	if (getppid() != parent)
		_exit(127);
	set_env(s);
	if (s->small_pages)
		(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (s->cwd && chdir(s->cwd) < 0)
		return errno;
	if (s->no_input) {
		int fd = open("/dev/null", O_RDONLY);

		if (fd < 0 || dup2(fd, 0) < 0)
			return errno;
	}
	if (s->fd_out && dup2(s->fd_out, 1) < 0)
		return errno;
	if (s->fd_err && dup2(s->fd_err, 2) < 0)
		return errno;
	for (size_t i = 0; s->keep && s->keep[i] >= 0; i++)
		(void)fcntl(s->keep[i], F_SETFD, 0);
	(void)execvp(argv[0], (char *const *)(uintptr_t)argv);
	return errno;
}

int child_start(const char *const *argv, const struct child_setup *s,
		pid_t *ret, struct diag *d)
{
	static const struct child_setup none;
	int pipe_fd[2];
	pid_t parent = getpid();

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return diag_fail(d, errno, "cannot start '%s': %s", argv[0],
				 strerror(errno));

	_cleanup_close_ int from = pipe_fd[0];
	pid_t pid = fork();

	if (pid == 0) {
		int err = become(argv, s ? s : &none, parent);

		(void)!write(pipe_fd[1], &err, sizeof(err));
		_exit(127);
	}

	int err = errno;

	(void)close(pipe_fd[1]);
	if (pid < 0)
		return diag_fail(d, err, "cannot start '%s': %s", argv[0],
				 strerror(err));

	ssize_t n;

	do
		n = read(from, &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(err)) {
		(void)child_wait(pid);
		return diag_fail(d, err, "cannot start '%s': %s", argv[0],
				 strerror(err));
	}
	*ret = pid;
	return 0;
}

int child_wait(pid_t pid)
{
	int st;

	while (waitpid(pid, &st, 0) < 0)
		if (errno != EINTR)
			return 127;
	return WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
}

void child_kill(pid_t pid)
{
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	(void)child_wait(pid);
}

static int ms_left(uint64_t until)
{
	uint64_t now = clock_ms();

	return now < until ? (int)(until - now) : 0;
}

enum { TIDY_MS = 3000 };

/*
 * make removes what it has half made, git its locks, and an lkm its folder, if
 * they are asked to end. They get a moment for it: until nobody has @from, the
 * other end of their output, or until the next signal comes.
 */
static void end_run(pid_t pid, int from)
{
	_cleanup_close_ int self = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = { .fd = from >= 0 ? from : self, .events = POLLIN };
	const uint64_t until = clock_ms() + TIDY_MS;
	int left;
	char buf[4096];

	(void)kill(-pid, SIGTERM);
	while (p.fd >= 0 && (left = ms_left(until)) > 0) {
		if (poll(&p, 1, left) < 0)
			break;
		if (p.fd == self || read(from, buf, sizeof(buf)) <= 0)
			break;
	}
	child_kill(pid);
}

/* A line without an end must not take all memory: it is given in pieces. */
enum { PIECE_MAX = 64 << 10 };

/* Hands out the complete lines of @t and keeps the rest. */
static void give_lines(struct text *t, bool end,
		       void (*line)(void *arg, const char *line), void *arg)
{
	size_t start = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->p[i] != '\n')
			continue;
		t->p[i] = 0;
		line(arg, t->p + start);
		start = i + 1;
	}
	if (end && start < t->n) {
		line(arg, t->p + start);
		start = t->n;
	}
	if (!start)
		return;
	t->n -= start;
	memmove(t->p, t->p + start, t->n);
	t->p[t->n] = 0;
}

/* As poll(): 0: nothing came until then. */
static int wait_until(int fd, uint64_t until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int left = ms_left(until);

	return left > 0 ? poll(&p, 1, left) : 0;
}

/*
 * Reads until the other end closes, or for so long.
 * Return: 0, -EINTR, -ETIMEDOUT or -errno.
 */
static int read_lines(int fd, unsigned limit_ms,
		      void (*line)(void *arg, const char *line), void *arg)
{
	_cleanup_text_ struct text t = { 0 };
	const uint64_t until = clock_ms() + limit_ms;
	char buf[4096];

	for (;;) {
		/* One that prints for ever never lets read() be interrupted. */
		if (caught)
			return -EINTR;

		int ready = limit_ms ? wait_until(fd, until) : 1;

		if (!ready)
			return -ETIMEDOUT;
		if (ready < 0)
			continue;

		ssize_t n = read(fd, buf, sizeof(buf));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		text_add_bytes(&t, buf, (size_t)n);
		if (t.failed)
			return -ENOMEM;
		give_lines(&t, t.n > PIECE_MAX, line, arg);
	}
	if (t.p)
		give_lines(&t, true, line, arg);
	return 0;
}

int child_run(const char *const *argv, const struct child_setup *s,
	      void (*line)(void *arg, const char *line), void *arg, int *status,
	      struct diag *d)
{
	struct child_setup mine = s ? *s : (struct child_setup){ 0 };
	int pipe_fd[2] = { -1, -1 };
	pid_t pid;

	mine.tidies = true;
	if (line) {
		if (pipe2(pipe_fd, O_CLOEXEC) < 0)
			return diag_fail(d, errno, "cannot start '%s': %s",
					 argv[0], strerror(errno));
		mine.fd_out = pipe_fd[1];
		if (!mine.fd_err)
			mine.fd_err = pipe_fd[1];
	}

	_cleanup_close_ int from = pipe_fd[0];
	int r = child_start(argv, &mine, &pid, d);

	if (pipe_fd[1] >= 0)
		(void)close(pipe_fd[1]);
	if (r < 0)
		return r;
	if (line) {
		r = read_lines(from, mine.limit_ms, line, arg);
	} else {
		siginfo_t si;

		while (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT) < 0)
			if (errno != EINTR || caught)
				break;
	}
	if (caught)
		r = -EINTR;
	if (r < 0) {
		end_run(pid, from);
		if (r == -EINTR)
			return diag_fail(d, EINTR, "interrupted");
		if (r == -ETIMEDOUT)
			return r;
		return diag_fail(d, -r, "lost the output of '%s'", argv[0]);
	}
	*status = child_wait(pid);
	return 0;
}

char *child_which(const char *name)
{
	const char *path = getenv("PATH");
	char *found = NULL;

	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? strdup(name) : NULL;
	if (!path)
		path = "/usr/bin:/bin";
	while (*path) {
		size_t n = strcspn(path, ":");

		if (n && asprintf(&found, "%.*s/%s", (int)n, path, name) > 0) {
			struct stat st;

			if (stat(found, &st) == 0 && S_ISREG(st.st_mode) &&
			    access(found, X_OK) == 0)
				return found;
			free(found);
			found = NULL;
		}
		path += n + (path[n] == ':');
	}
	return NULL;
}
