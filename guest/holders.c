/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who keeps a module in use: modules, open files, mounts. The kernel only
 * counts references, it does not say whose they are; so this lists candidates:
 * every open device file, every mounted file system, every holder.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

static void list_open_devices(struct text *t, const char *pid)
{
	char dir[300];
	(void)snprintf(dir, sizeof(dir), "/proc/%s/fd", pid);

	DIR *dp = opendir(dir);

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));) {
		char path[600], to[256], comm[64];

		if (str_dot(e->d_name))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);

		ssize_t n = readlink(path, to, sizeof(to) - 1);

		if (n <= 0)
			continue;
		to[n] = 0;
		if (!str_starts(to, "/dev/") || str_eq(to, "/dev/console") ||
		    str_eq(to, "/dev/kmsg") || str_eq(to, "/dev/null"))
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/comm", pid);
		(void)read_some(path, comm, sizeof(comm));
		comm[strcspn(comm, "\n")] = 0;
		text_addf(t, "process %s (%s) has %s open\n", pid, comm, to);
	}
	(void)closedir(dp);
}

void holders_report(const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_text_ struct text mounts = { 0 };
	DIR *dp = opendir("/proc");
	char key[96];

	for (struct dirent *e; dp && (e = readdir(dp));)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			list_open_devices(&t, e->d_name);
	if (dp)
		(void)closedir(dp);
	if (read_into(&mounts, "/proc/self/mounts") && mounts.p) {
		char *save = NULL;

		for (char *l = strtok_r(mounts.p, "\n", &save); l;
		     l = strtok_r(NULL, "\n", &save))
			text_addf(&t, "mount %s\n", l);
	}
	(void)snprintf(key, sizeof(key), "holders %s", name);
	report_text(key, 0, &t);
}
