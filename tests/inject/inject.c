/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets something happen at the Nth system call of a program.
 *
 *	inject OUT N ACTION COMMAND [ARG...]
 *
 * ACTION is an errno's number, with which it fails; "kill"; "INT", "TERM" or
 * "HUP", a signal that the program gets there; or "run:COMMAND", which the
 * shell does before the call is made. The file OUT gets one line: how many
 * system calls were made, and the number of the Nth. With N of 0 nothing is
 * done to the program. All its threads and children count together.
 *
 * The status is that of the program, 128 + the signal if one ended it; 77 where
 * this cannot be done; 125 if it went wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/elf.h>
#include <linux/ptrace.h>

#include "base/text.h"

#define OPTIONS                                                              \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE |    \
	 PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK)

struct run {
	pid_t first;
	uint64_t at;	/* 0: never                                         */
	int err;	/* 0: something else                                */
	int sig;	/* SIGKILL ...; 0: none                             */
	const char *command;
	uint64_t calls; /* so far                                           */
	uint64_t number;
	pid_t hit;	/* the thread whose call is to fail, until it did   */
	int status;
};

static _Noreturn void fail(const char *what)
{
	(void)fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	exit(125);
}

#if defined(__x86_64__)

static void set_registers(pid_t pid, bool entry, int err)
{
	struct user_regs_struct r;

	if (ptrace(PTRACE_GETREGS, pid, 0, &r))
		fail("PTRACE_GETREGS");
	if (entry)
		r.orig_rax = UINT64_MAX;
	else
		r.rax = (uint64_t)-(int64_t)err;
	if (ptrace(PTRACE_SETREGS, pid, 0, &r))
		fail("PTRACE_SETREGS");
}

#elif defined(__aarch64__)

static void set_registers(pid_t pid, bool entry, int err)
{
	int none = -1;
	struct iovec call = { &none, sizeof(none) };
	struct user_pt_regs r;
	struct iovec regs = { &r, sizeof(r) };

	if (entry) {
		if (ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &call))
			fail("PTRACE_SETREGSET");
		return;
	}
	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &regs))
		fail("PTRACE_GETREGSET");
	r.regs[0] = (uint64_t)-(int64_t)err;
	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &regs))
		fail("PTRACE_SETREGSET");
}

#else

static void set_registers(pid_t pid, bool entry, int err)
{
	(void)pid;
	(void)entry;
	(void)err;
	(void)fprintf(stderr, "inject: not on this architecture\n");
	exit(77);
}

#endif

/* A call is about to be made, or has been. */
static void system_call(struct run *r, pid_t pid)
{
	struct __ptrace_syscall_info i;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(i), &i) < 0)
		fail("PTRACE_GET_SYSCALL_INFO");
	if (i.op == PTRACE_SYSCALL_INFO_EXIT && r->hit == pid) {
		r->hit = 0;
		set_registers(pid, false, r->err);
	}
	if (i.op != PTRACE_SYSCALL_INFO_ENTRY || ++r->calls != r->at)
		return;
	r->number = i.entry.nr;
	/* These two cannot fail. */
	if (i.entry.nr == SYS_exit_group || i.entry.nr == SYS_exit)
		return;
	if (r->sig)
		(void)kill(r->first, r->sig);
	if (r->command && system(r->command) < 0)
		fail(r->command);
	if (!r->err)
		return;
	r->hit = pid;
	set_registers(pid, true, 0);
}

/* One stop of one thread. */
static void stopped(struct run *r, pid_t pid, int status)
{
	int sig = WSTOPSIG(status);

	if (sig == (SIGTRAP | 0x80)) {
		system_call(r, pid);
		sig = 0;
	} else if (status >> 16 || sig == SIGSTOP || sig == SIGTRAP) {
		sig = 0;
	}
	/* It may be dead by now. */
	(void)ptrace(PTRACE_SYSCALL, pid, 0, sig);
}

static void follow(struct run *r)
{
	int status;

	for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
		if (WIFSTOPPED(status))
			stopped(r, pid, status);
		else if (pid == r->first)
			r->status = WIFEXITED(status) ?
					    WEXITSTATUS(status) :
					    128 + WTERMSIG(status);
	}
}

static pid_t start(char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		fail("fork");
	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0))
			_exit(77);
		(void)raise(SIGSTOP);
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
		(void)fprintf(stderr, "inject: may not trace here\n");
		exit(77);
	}
	if (ptrace(PTRACE_SETOPTIONS, pid, 0, OPTIONS))
		fail("PTRACE_SETOPTIONS");
	if (ptrace(PTRACE_SYSCALL, pid, 0, 0))
		fail("PTRACE_SYSCALL");
	return pid;
}

static bool take_action(struct run *r, const char *text)
{
	static const struct {
		const char *name;
		int sig;
	} signals[] = { { "kill", SIGKILL }, { "INT", SIGINT },
			{ "TERM", SIGTERM }, { "HUP", SIGHUP } };
	uint64_t err;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (str_eq(text, signals[i].name))
			r->sig = signals[i].sig;
	if (str_starts(text, "run:"))
		r->command = text + strlen("run:");
	if (str_to_u64(text, 4095, &err))
		r->err = (int)err;
	return r->sig || r->command || r->err;
}

int main(int argc, char **argv)
{
	struct run r = { 0 };

	if (argc < 5 || !str_to_u64(argv[2], UINT64_MAX, &r.at) ||
	    !take_action(&r, argv[3])) {
		(void)fprintf(stderr,
			      "usage: inject OUT N kill|INT|TERM|HUP|ERRNO|run:COMMAND COMMAND...\n");
		return 125;
	}
	r.first = start(argv + 4);
	follow(&r);

	FILE *f = fopen(argv[1], "we");

	if (!f || fprintf(f, "%llu %llu\n", (unsigned long long)r.calls,
			  (unsigned long long)r.number) < 0 || fclose(f))
		fail(argv[1]);
	return r.status;
}
