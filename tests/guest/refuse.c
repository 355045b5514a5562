/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the kernel that runs to load a module, in ways that insmod has not, and
 * prints what it answered:
 *
 *	errno 8
 *	log 3 hello: disagrees about version of symbol module_layout
 *
 * usage: guest-refuse WAY FILE [PARAMETERS]
 *
 * It runs inside a throw-away kernel only: see refuse-in-qemu.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "live/kmsg.h"

static int finit(int fd, const char *params, unsigned flags)
{
	return syscall(SYS_finit_module, fd, params, flags) ? errno : 0;
}

static int init(const void *p, size_t n, const char *params)
{
	return syscall(SYS_init_module, p, n, params) ? errno : 0;
}

static int must_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(2);
}

/* "finit:4", "call:0x10" */
static int by_flags(const char *way, const char *file, const char *params)
{
	const char *colon = strchr(way, ':');
	unsigned long flags = colon ? strtoul(colon + 1, NULL, 0) : 0;

	return finit(must_open(file, O_RDONLY), params, (unsigned)flags);
}

static int from_memory(const char *file, const char *params)
{
	struct bytes b = { 0 };

	return file_read(file, (size_t)64 << 20, &b, NULL)
		       ? EIO
		       : init(b.p, b.n, params);
}

/* A copy without a name. */
static int from_memfd(const char *file, const char *params)
{
	struct bytes b = { 0 };
	char self[64];
	int fd = memfd_create("module", MFD_CLOEXEC);

	if (fd < 0 || file_read(file, (size_t)64 << 20, &b, NULL) ||
	    write(fd, b.p, b.n) != (ssize_t)b.n)
		return EIO;
	/* Whoever may write to it keeps it from being loaded. */
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);

	int ro = must_open(self, O_RDONLY);

	(void)close(fd);
	return finit(ro, params, 0);
}

static int being_written(const char *file, const char *params)
{
	(void)must_open(file, O_RDWR);
	return finit(must_open(file, O_RDONLY), params, 0);
}

static int write_only(const char *file, const char *params)
{
	return finit(must_open(file, O_WRONLY), params, 0);
}

static int odd_fd(const char *params)
{
	int p[2];

	return pipe(p) ? EIO : finit(p[0], params, 0);
}

/* A hole of more than 2 GiB takes no memory. */
static int huge(const char *params)
{
	const char *path = "/tmp/huge";
	int fd = must_open(path, O_RDWR | O_CREAT);

	if (ftruncate(fd, (off_t)3 << 30))
		return EIO;
	(void)close(fd);
	return finit(must_open(path, O_RDONLY), params, 0);
}

static int without_cap(const char *file, const char *params)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = { 0 };

	/* All others stay: it is this one that counts. */
	if (syscall(SYS_capget, &h, d))
		return EIO;
	d[0].effective &= ~(1U << CAP_SYS_MODULE);
	if (syscall(SYS_capset, &h, d))
		return EIO;
	return by_flags("finit", file, params);
}

static int in_user_ns(const char *file, const char *params)
{
	return unshare(CLONE_NEWUSER) ? EIO : by_flags("finit", file, params);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* Another process loads (or takes out) one of this name and needs a second. */
static pid_t at_the_same_time(const char *file, const char *params)
{
	pid_t pid = fork();

	if (!pid)
		_exit(from_memory(file, params));
	/* It has to be in the list before we come. */
	(void)usleep(300 * 1000);
	return pid;
}

/* The first one's init fails while the second waits for it. */
static int while_it_fails(const char *file)
{
	pid_t pid = at_the_same_time(file, "init_ms=1000 ret=-5");
	int r = from_memory(file, "");

	(void)waitpid(pid, NULL, 0);
	return r;
}

static int interrupted(const char *file)
{
	struct sigaction act = { .sa_handler = on_alarm };
	pid_t pid = at_the_same_time(file, "init_ms=2500");

	(void)sigaction(SIGALRM, &act, NULL);
	(void)alarm(1);

	int r = from_memory(file, "");

	(void)waitpid(pid, NULL, 0);
	(void)syscall(SYS_delete_module, "slow_mod", O_NONBLOCK);
	return r;
}

/* One that is on its way out. */
static int while_it_goes(const char *file)
{
	int r = from_memory(file, "exit_ms=1500");
	pid_t pid;

	if (r)
		return r;
	pid = fork();
	if (!pid)
		_exit(syscall(SYS_delete_module, "slow_mod", O_NONBLOCK) != 0);
	(void)usleep(300 * 1000);
	r = from_memory(file, "");
	(void)waitpid(pid, NULL, 0);
	return r;
}

static int twice(const char *file, const char *params)
{
	int r = from_memory(file, params);

	return r ? EIO : from_memory(file, params);
}

/* There is no way back. */
static void disable(void)
{
	int fd = must_open("/proc/sys/kernel/modules_disabled", O_WRONLY);

	if (write(fd, "1", 1) != 1)
		exit(2);
	(void)close(fd);
}

static int unload(const char *name, unsigned flags)
{
	return syscall(SYS_delete_module, name, flags) ? errno : 0;
}

/* A module that is still being loaded cannot be taken out. */
static int unload_early(const char *file)
{
	pid_t pid = at_the_same_time(file, "init_ms=1000");
	int r = unload("slow_mod", O_NONBLOCK);

	(void)waitpid(pid, NULL, 0);
	(void)unload("slow_mod", O_NONBLOCK);
	return r;
}

static int unload_without_cap(const char *name)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = { 0 };

	if (syscall(SYS_capget, &h, d))
		return EIO;
	d[0].effective &= ~(1U << CAP_SYS_MODULE);
	return syscall(SYS_capset, &h, d) ? EIO : unload(name, O_NONBLOCK);
}

/* Its init ends the process that loads it. */
static int by_a_child(const char *file, const char *params)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid)
		_exit(from_memory(file, params) != 0);
	(void)waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 0 : WEXITSTATUS(status);
}

/* Somebody has its device open. */
static int unload_used(const char *name)
{
	char dev[64];

	(void)snprintf(dev, sizeof(dev), "/dev/%s", name);
	(void)must_open(dev, O_RDONLY);
	return unload(name, O_NONBLOCK);
}

static int ask(const char *way, const char *file, const char *params)
{
	if (str_starts(way, "finit") || str_starts(way, "call"))
		return by_flags(way, file, params);
	if (str_eq(way, "init"))
		return from_memory(file, params);
	if (str_eq(way, "memfd"))
		return from_memfd(file, params);
	if (str_eq(way, "written"))
		return being_written(file, params);
	if (str_eq(way, "write-only"))
		return write_only(file, params);
	if (str_eq(way, "pipe"))
		return odd_fd(params);
	if (str_eq(way, "huge"))
		return huge(params);
	if (str_eq(way, "no-cap"))
		return without_cap(file, params);
	if (str_eq(way, "user-ns"))
		return in_user_ns(file, params);
	if (str_eq(way, "bad-image"))
		return init((void *)16, 65536, params);
	if (str_eq(way, "bad-params"))
		return finit(must_open(file, O_RDONLY), (char *)16, 0);
	if (str_eq(way, "bad-fd"))
		return finit(999, params, 0);
	if (str_eq(way, "while-it-fails"))
		return while_it_fails(file);
	if (str_eq(way, "while-it-goes"))
		return while_it_goes(file);
	if (str_eq(way, "interrupted"))
		return interrupted(file);
	if (str_eq(way, "twice"))
		return twice(file, params);
	if (str_eq(way, "disabled")) {
		disable();
		return by_flags("call", file, params);
	}
	if (str_eq(way, "unload-disabled")) {
		disable();
		return unload(file, O_NONBLOCK);
	}
	if (str_eq(way, "unload"))
		return unload(file, O_NONBLOCK);
	if (str_eq(way, "child"))
		return by_a_child(file, params);
	if (str_eq(way, "unload-used"))
		return unload_used(file);
	if (str_eq(way, "unload-early"))
		return unload_early(file);
	if (str_eq(way, "unload-no-cap"))
		return unload_without_cap(file);
	if (str_eq(way, "unload-user-ns"))
		return unshare(CLONE_NEWUSER) ? EIO : unload(file, O_NONBLOCK);
	(void)fprintf(stderr, "no way '%s'\n", way);
	exit(2);
}

int main(int argc, char **argv)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_kmsg_ struct live_kmsg_reader log = { 0 };
	struct live_kmsg k;

	if (argc < 3 || argc > 4 ||
	    live_kmsg_open(&log, NULL, LIVE_KMSG_END, NULL))
		return 2;

	int err = ask(argv[1], argv[2], argc > 3 ? argv[3] : "");

	(void)printf("errno %d\n", err);
	while (live_kmsg_next(&log, &a, &k, NULL) == 1)
		if (!k.facility)
			(void)printf("log %u %s\n", k.level, k.text);
	return 0;
}
