/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SLUB's own checks of every object, and the areas of vmalloc.
 *
 * Checking all caches takes longer than a whole run may take. So only those
 * are checked that can hold what a module took with kmalloc(): the size
 * classes that the trace shows in the name of a module. Damage that is found
 * goes to the kernel's log. (A module's own cache is checked by the kernel when
 * the module destroys it.)
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define SLAB "/sys/kernel/slab"

static struct strv caches; /* those of kmalloc() */

void memory_prepare(void)
{
	DIR *dp = opendir(SLAB);

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));)
		if (str_starts(e->d_name, "kmalloc-"))
			(void)!strv_add(&caches, e->d_name);
	(void)closedir(dp);
}

static void validate(const char *cache)
{
	char path[400];

	(void)snprintf(path, sizeof(path), SLAB "/%s/validate", cache);
	write_to(path, "1");
}

/* The last part of "kmalloc-128", "kmalloc-cg-2k", "kmalloc-rnd-07-96". */
static size_t class_of(const char *cache)
{
	const char *p = strrchr(cache, '-');
	char *unit = NULL;
	size_t n;

	if (!p)
		return 0;
	n = strtoul(p + 1, &unit, 10);
	return *unit == 'k' ? n << 10 : n;
}

void memory_validate(void)
{
	for (size_t i = 0; i < caches.n; i++)
		if (trace_saw_size(class_of(caches.v[i])))
			validate(caches.v[i]);
}

/*
 * Areas whose caller is a plain number: it has no name any more, so it lay in
 * a module that is gone.
 */
void memory_report(void)
{
	_cleanup_text_ struct text t = { 0 }, kept = { 0 };
	char *save = NULL;

	if (!trace_saw_area() || !read_into(&t, "/proc/vmallocinfo") || !t.p)
		return;
	for (char *l = strtok_r(t.p, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save))
		if (strstr(l, " 0xffffffff"))
			text_addf(&kept, "%s\n", l);
	report_text("vmalloc", 0, &kept);
}
