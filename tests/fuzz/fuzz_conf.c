/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a file of modprobe.d, as modules.softdep, as the kernel's
 * command line and as a file of depmod.d. The files are in memory.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "conf/conf.h"
#include "conf/depmod_conf.h"
#include "fuzz.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void hear(void *arg, int prio, const char *func, const char *text)
{
	(void)arg;
	(void)prio;
	need(*func && strlen(text) < 8192);
}

static void hear_depmod(void *arg, int prio, const char *text)
{
	hear(arg, prio, "depmod", text);
}

/* Every string of a line ends, and what is asked for is found again. */
static void look(const struct conf *c, const struct conf_line *l)
{
	char normal[4096];

	need(l->key && l->file);
	need(l->kind == CONF_BLACKLIST || l->kind == CONF_ALLOW || l->value);
	for (size_t i = 0; i < l->n_pre; i++)
		need(*l->pre[i]);
	for (size_t i = 0; i < l->n_post; i++)
		need(*l->post[i]);
	if (!conf_normal(l->key, normal, sizeof(normal)))
		need(!strcmp(normal, l->key));
	if (l->kind == CONF_OPTIONS || l->kind == CONF_BLACKLIST)
		need(conf_next(c, l->kind, l->key, NULL) != NULL);
	(void)conf_denies(c, l->key, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("conf", MFD_CLOEXEC);
	char path[64];

	need(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);

	const char *const paths[] = { path, NULL };
	struct conf_from from = { .paths = paths, .cmdline = path,
				  .say = hear };
	struct conf c;

	need(!conf_read(&from, &c, NULL));
	for (enum conf_kind k = 0; k < CONF_KINDS; k++)
		for (size_t i = 0; i < c.of[k].n && i < 64; i++)
			look(&c, &c.of[k].v[i]);
	conf_fini(&c);

	struct depmod_conf_from dfrom = { .paths = paths, .version = "6.1.0",
					  .say = hear_depmod };
	struct depmod_conf dc;

	need(!depmod_conf_read(&dfrom, &dc, NULL));
	need(dc.n_searches > 0);
	depmod_conf_fini(&dc);
	(void)close(fd);
	return 0;
}
