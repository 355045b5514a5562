/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What there is: names in /proc, /sys and /dev, and the lines of the small
 * tables in /proc. The host compares two of these and reports what a module
 * left behind. One line per thing: "PATH" for a name, "FILE: LINE" for a line.
 *
 * Reading all of /sys takes an emulated processor longer than everything else
 * in a run, so only the folders are read in which modules register things;
 * devices of a class are found below /sys/devices/virtual.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "guest.h"

/* Folders whose names are listed, down to a depth. */
static const struct {
	const char *path;
	int depth;
} folders[] = {
	{ "/proc", 1 },
	{ "/proc/driver", 2 },
	{ "/proc/fs", 2 },
	{ "/proc/net", 2 },
	{ "/proc/sys", 2 },
	{ "/dev", 3 },
	{ "/sys/module", 1 },
	{ "/sys/class", 1 },
	{ "/sys/class/misc", 1 },
	{ "/sys/class/net", 1 },
	{ "/sys/bus", 1 },
	{ "/sys/bus/platform/devices", 1 },
	{ "/sys/bus/platform/drivers", 1 },
	{ "/sys/bus/pci/drivers", 1 },
	{ "/sys/bus/virtio/drivers", 1 },
	{ "/sys/bus/i2c/drivers", 1 },
	{ "/sys/bus/spi/drivers", 1 },
	{ "/sys/bus/usb/drivers", 1 },
	{ "/sys/block", 1 },
	{ "/sys/devices", 1 },
	{ "/sys/devices/virtual", 2 },
	{ "/sys/firmware", 1 },
	{ "/sys/fs", 1 },
	{ "/sys/kernel", 1 },
	{ "/sys/kernel/slab", 1 },
	{ "/sys/kernel/debug", 1 },
	{ "/sys/kernel/config", 1 },
	{ "/sys/kernel/livepatch", 1 },
};

/* Tables whose lines are listed. */
static const char *const tables[] = {
	"/proc/devices",       "/proc/misc",
	"/proc/crypto",        "/proc/filesystems",
	"/proc/interrupts",    "/proc/iomem",
	"/proc/ioports",       "/proc/net/protocols",
	"/proc/net/ptype",     "/proc/net/dev",
	"/proc/partitions",    "/sys/kernel/debug/kprobes/list",
	"/sys/devices/system/cpu/hotplug/states",
};

struct dir_entry {
	unsigned char type;
	char name[256];
};

static bool is_number(const char *s)
{
	return *s >= '0' && *s <= '9';
}

/* "/proc/self/task..." change with the reader. */
static bool is_noise(const char *dir, const char *name)
{
	return str_dot(name) || (str_eq(dir, "/proc") && is_number(name));
}

static void list_names(struct text *t, const char *dir, int depth)
{
	DIR *dp = opendir(dir);
	struct strv below = { 0 };

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));) {
		if (is_noise(dir, e->d_name))
			continue;
		text_addf(t, "%s/%s\n", dir, e->d_name);
		if (depth > 1 && e->d_type == DT_DIR)
			(void)!strv_addf(&below, "%s/%s", dir, e->d_name);
	}
	(void)closedir(dp);
	for (size_t i = 0; i < below.n; i++)
		list_names(t, below.v[i], depth - 1);
	strv_fini(&below);
}

static void list_table(struct text *t, const char *path)
{
	_cleanup_text_ struct text file = { 0 };
	char *save = NULL;

	if (!read_into(&file, path) || !file.p)
		return;
	for (char *l = strtok_r(file.p, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save))
		text_addf(t, "%s: %s\n", path, l);
}

/*
 * Kernel threads and other processes. A process that was there before keeps
 * its number, so only new numbers are looked up: that is slow.
 *
 *   thread: NAME                    of the kernel's
 *   process: NAME, killed           one that a test left running
 *   process: NAME, state S[, in PLACE]
 *                                   one that SIGKILL does not end
 */
static struct text pids_before;

static bool was_before(const char *pid)
{
	char key[300];

	(void)snprintf(key, sizeof(key), " %s ", pid);
	return pids_before.p && strstr(pids_before.p, key);
}

static void list_process(struct text *t, pid_t pid, uint64_t until_ms)
{
	struct process p;
	char place[256];

	if (pid == getpid() || !process_read(pid, &p) || p.state == 'Z')
		return;
	if (p.kernel) {
		text_addf(t, "thread: %s\n", p.name);
		return;
	}
	if (process_end(pid, until_ms)) {
		text_addf(t, "process: %s, killed\n", p.name);
		return;
	}
	(void)process_read(pid, &p);
	process_place(pid, place, sizeof(place));
	text_addf(t, "process: %s, state %c%s%s\n", p.name, p.state,
		  place[0] ? ", in " : "", place);
}

static void list_processes(struct text *t, struct text *pids)
{
	enum { END_MS = 200 };
	uint64_t until_ms = clock_ms() + END_MS;
	DIR *dp = opendir("/proc");

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));) {
		if (!is_number(e->d_name))
			continue;
		if (pids)
			text_addf(pids, " %s ", e->d_name);
		else if (!was_before(e->d_name))
			list_process(t, (pid_t)strtol(e->d_name, NULL, 10),
				     until_ms);
	}
	(void)closedir(dp);
}

void list_values(struct text *t, const char *dir, const char *prefix)
{
	DIR *dp = opendir(dir);

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));) {
		char path[600], value[1024] = "\n";

		if (str_dot(e->d_name))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_type == DT_REG)
			(void)read_some(path, value, sizeof(value));
		text_addf(t, "%s%s %s%s", prefix, e->d_name, value,
			  strchr(value, '\n') ? "" : "\n");
	}
	(void)closedir(dp);
}

static struct text names_before, tables_before;

static void take_names(struct text *t, struct text *pids)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		list_names(t, folders[i].path, folders[i].depth);
	list_processes(t, pids);
}

static void take_tables(struct text *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		list_table(t, tables[i]);
}

/* The name of a table that kills its reader tells what was left behind. */
static void take_tables_watched(struct text *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		watch_begin(tables[i], 5000);
		list_table(t, tables[i]);
		watch_end();
	}
}

void snapshot_take(void)
{
	names_before.n = tables_before.n = pids_before.n = 0;
	take_names(&names_before, &pids_before);
	take_tables(&tables_before);
}

/* Names first: printing a table can call into a module that is gone. */
void snapshot_report(void)
{
	_cleanup_text_ struct text names = { 0 }, tables_now = { 0 };

	watch_begin("names", 5000);
	take_names(&names, NULL);
	watch_end();
	report_text("names-before", 0, &names_before);
	report_text("names", 0, &names);
	take_tables_watched(&tables_now);
	report_text("tables-before", 0, &tables_before);
	report_text("tables", 0, &tables_now);
}
