/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SLUB's own checks of every object, and the areas of vmalloc. */
#include <dirent.h>
#include <stdio.h>

#include "guest.h"

/* Damage that it finds goes to the kernel's log. */
static void validate_all(void)
{
	DIR *dp = opendir("/sys/kernel/slab");

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));) {
		char path[400];

		if (!str_starts(e->d_name, "kmalloc-"))
			continue;
		(void)snprintf(path, sizeof(path),
			       "/sys/kernel/slab/%s/validate", e->d_name);
		write_to(path, "1");
	}
	(void)closedir(dp);
}

void memory_report(void)
{
	validate_all();
	report_file("vmalloc", "/proc/vmallocinfo");
}
