/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot, wait, obey. The host saves the guest while it waits in
 * window_wait_go() and resumes it there for each run, so everything that is
 * the same for all runs happens before.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

static void mount_all(void)
{
	static const struct {
		const char *type, *at;
	} fs[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "tmpfs", "/tmp" },
		{ "tracefs", "/sys/kernel/tracing" },
		{ "debugfs", "/sys/kernel/debug" },
		{ "securityfs", "/sys/kernel/security" },
		{ "configfs", "/sys/kernel/config" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fs); i++) {
		(void)mkdir(fs[i].at, 0755);
		(void)mount(fs[i].type, fs[i].at, fs[i].type, 0, NULL);
	}
	(void)mkdir("/root", 0700);
}

static void console_open(void)
{
	int fd = open("/dev/console", O_RDWR);

	if (fd < 0)
		return;
	(void)dup2(fd, 0);
	(void)dup2(fd, 1);
	(void)dup2(fd, 2);
	if (fd > 2)
		(void)close(fd);
}

/*
 * Faults are to be told soon, and a silent guest must answer an NMI. The
 * kernel tests its own crypto at boot for half a second, which the host tells
 * it not to do; what is under test is tested as usual.
 */
static void kernel_settings(void)
{
	static const struct {
		const char *name, *value;
	} set[] = {
		{ "/proc/sys/kernel/unknown_nmi_panic", "1" },
		{ "/proc/sys/kernel/watchdog_thresh", "2" },
		{ "/proc/sys/kernel/hung_task_timeout_secs", "4" },
		{ "/proc/sys/kernel/hung_task_check_interval_secs", "1" },
		{ "/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout",
		  "4" },
		{ "/proc/sys/kernel/kptr_restrict", "0" },
		{ "/sys/module/cryptomgr/parameters/notests", "0" },
		{ "/sys/kernel/rcu_expedited", "1" }, /* rmmod waits less */
		{ "/proc/sys/kernel/printk_ratelimit", "0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(set); i++)
		write_to(set[i].name, set[i].value);
}

static _Noreturn void broken(const char *what, int err)
{
	(void)printf("lkm guest: %s: %s\n", what, strerror(err));
	(void)fflush(stdout);
	window_bell(LAB_BELL_BROKEN);
	for (;;)
		(void)pause();
}

/* Memory once had is kept: growing the heap costs system calls in the run. */
static void heap_settings(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
	(void)mallopt(M_MMAP_THRESHOLD, 1 << 30);
	(void)mallopt(M_TOP_PAD, 1 << 20);
}

/*
 * The value of the last word that begins with @name, or NULL. The kernel puts
 * words that it does not know before ours, a UEFI those of its own behind.
 */
static const char *value_of(char *const *words, const char *name)
{
	const char *ret = NULL;

	for (; *words; words++)
		if (str_starts(*words, name))
			ret = *words + strlen(name);
	return ret;
}

/* Here and not by the kernel's own parameter: the window is mapped by now. */
static void lock_down(char *const *words)
{
	const char *level = value_of(words, "lockdown=");

	if (level)
		write_to("/sys/kernel/security/lockdown", level);
}

/* "ADDRESS,SIZE" */
static int open_window(const char *at)
{
	char *rest;
	uint64_t address = strtoull(at, &rest, 0);

	return *rest == ',' ? window_open(address, strtoull(rest + 1, NULL, 0))
			    : -EINVAL;
}

static _Noreturn void be_agent(void)
{
	trace_touch();
	window_bell(LAB_BELL_READY);
	window_wait_go(1);
	for (uint32_t go = 2; run_all(); go++) {
		window_bell(LAB_BELL_END);
		window_wait_go(go);
	}
	window_bell(LAB_BELL_END);
	window_wait_go(2);
	look_again();
	window_bell(LAB_BELL_END);
	for (;;)
		(void)pause();
}

int main(int argc, char **argv)
{
	window_started();
	mount_all();
	console_open();

	const char *at = argc ? value_of(argv + 1, LAB_WINDOW_WORD) : NULL;

	if (!at)
		broken("no window on the command line", EINVAL);

	int r = open_window(at);

	if (r < 0)
		broken("cannot map the window through /dev/mem", -r);
	window_bell(LAB_BELL_INIT);
	(void)setenv("PATH", "/usr/local/bin:/bin:/sbin:/usr/bin:/usr/sbin", 1);
	(void)setenv("HOME", "/root", 1);
	(void)setsid();
	heap_settings();
	kernel_settings();
	watch_open();
	log_open();
	memory_prepare();
	trace_prepare();
	kallsyms_prepare();
	snapshot_take();
	lock_down(argv + 1);

	pid_t agent = fork();

	if (agent == 0)
		be_agent();
	watch_agent(agent);
}
