/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cases: modules that are given to the kernel one behind the other, for its
 * answer only. Hundreds go through one guest. When one of them has damaged the
 * kernel, or cannot be removed, the rest is left to a guest that is fresh.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

#define MODULE_FILE "/tmp/case.ko"

enum {
	CASE_MS = 8000,
	REMOVE_NAPS = 10,
	NAP_MS = 10,
	/* P F R U C O E K T N: none of them tells of damage. */
	TAINT_HARMLESS = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 6 | 1 << 10 |
			 1 << 12 | 1 << 13 | 1 << 15 | 1 << 17 | 1 << 18,
};

static int n_cases;
static bool stopped, kept;

static long insert_file(int64_t how, const char *params, struct span image)
{
	(void)unlink(MODULE_FILE);
	put_file(MODULE_FILE, 0600, image);

	int fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	long r = syscall(SYS_finit_module, fd, params, how & LAB_HOW_FLAGS);
	int err = errno;

	(void)close(fd);
	errno = err;
	return r;
}

static int insert(int64_t how, const char *params, struct span image)
{
	watch_begin("insert", CASE_MS);

	long r = how & LAB_HOW_FILE ?
			 insert_file(how, params, image) :
			 syscall(SYS_init_module, image.p, image.n, params);
	int err = errno;

	watch_end();
	return r < 0 ? err : 0;
}

static int remove_it(const char *name)
{
	long r = -1;
	int err = EAGAIN;

	watch_begin("remove", CASE_MS);
	for (int i = 0; r < 0 && err == EAGAIN && i < REMOVE_NAPS; i++) {
		if (i)
			sleep_ms(NAP_MS);
		r = syscall(SYS_delete_module, name, O_NONBLOCK);
		err = errno;
	}
	watch_end();
	return r < 0 ? err : 0;
}

/* The newest module stands first. What follows the name is kept in @line. */
static void newest(char *line, size_t cap, char *name, size_t name_cap)
{
	(void)read_some("/proc/modules", line, cap);
	line[strcspn(line, "\n")] = 0;
	(void)snprintf(name, name_cap, "%.*s", (int)strcspn(line, " "), line);
}

static void report_effects(void)
{
	char buf[32];

	log_finish();
	log_report();
	report_taint();
	(void)read_some("/proc/sys/kernel/tainted", buf, sizeof(buf));
	if (strtoull(buf, NULL, 10) & ~(unsigned long long)TAINT_HARMLESS)
		stopped = true;
}

static void look_and_remove(bool keep)
{
	char line[4096], name[256];
	int err;

	watch_begin("look", CASE_MS);
	newest(line, sizeof(line), name, sizeof(name));
	report(LAB_FACT, "module", 0, line, strlen(line));
	loaded_report(name);
	watch_end();
	if (keep) {
		kept = true;
		return;
	}
	err = remove_it(name);
	report(LAB_FACT, "removed", err, NULL, 0);
	report_effects();
	if (err)
		stopped = true;
}

void case_run(int64_t how, const char *params, struct span image)
{
	int nth = n_cases++;

	if (stopped)
		return;
	report_quietly();
	report(LAB_STAGE, "case", nth, NULL, 0);
	log_report();
	report_taint();

	int err = insert(how, params, image);

	report(LAB_FACT, "errno", err, NULL, 0);
	report_effects();
	/* A warning is no reason not to look. */
	if (!err)
		look_and_remove(how & LAB_HOW_KEEP);
	if (stopped)
		report(LAB_FACT, "damaged", 0, NULL, 0);
}

int cases_end(void)
{
	if (kept) {
		report(LAB_STAGE, "kept", 0, NULL, 0);
		report_file("modules", "/proc/modules");
		kallsyms_report_all();
	}
	if (n_cases)
		report(LAB_FACT, "end", 0, NULL, 0);
	return n_cases;
}
