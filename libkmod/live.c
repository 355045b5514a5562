/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the running kernel tells: /proc/modules and /sys/module. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "internal.h"
#include "live/sysfs.h"
#include "plan/run.h"

#define PROC_MODULES "/proc/modules"
#define PROC_MAX ((size_t)64 << 20)

KMOD_EXPORT const char *
kmod_module_initstate_str(enum kmod_module_initstate state)
{
	static const char *const names[] = { "builtin", "live", "coming",
					     "going" };

	return (size_t)state < ARRAY_SIZE(names) ? names[state] : NULL;
}

KMOD_EXPORT int kmod_module_get_initstate(const struct kmod_module *mod)
{
	int r = mod ? plan_state(mod_builtin(mod), mod->name, "") : -ENOENT;

	if (r == -EINVAL)
		log_say(mod->ctx, LOG_ERR, "kmod_module_get_initstate",
			"unknown /sys/module/%s/initstate\n", mod->name);
	return r;
}

/* A number in a file of /sys/module/NAME. */
static int attr_number(const struct kmod_module *mod, const char *attr,
		       long *ret)
{
	char buf[32], *end;
	int r = live_sysfs_attr("", mod->name, attr, buf, sizeof(buf));

	if (r)
		return r == -EINVAL ? -ENOENT : r;
	errno = 0;
	*ret = strtol(buf, &end, 10);
	return end == buf || *end || errno ? -EINVAL : 0;
}

KMOD_EXPORT int kmod_module_get_refcnt(const struct kmod_module *mod)
{
	long n = 0;
	int r = mod ? attr_number(mod, "refcnt", &n) : -ENOENT;

	if (r == -EINVAL)
		log_say(mod->ctx, LOG_ERR, "kmod_module_get_refcnt",
			"could not read integer from '/sys/module/%s/refcnt'\n",
			mod->name);
	return r ? r : (int)n;
}

/* ----------------------------------------------------------- /proc/modules */

/* The next line, cut at its end. NULL: no more. */
static char *next_line(char **at)
{
	char *s = *at;

	if (!*s)
		return NULL;
	*at += strcspn(s, "\n");
	if (**at)
		*(*at)++ = '\0';
	return s;
}

static int read_proc(const struct kmod_ctx *ctx, const char *fn,
		     struct bytes *ret)
{
	int r = file_read(PROC_MODULES, PROC_MAX, ret, NULL);

	if (r)
		log_say(ctx, LOG_ERR, fn, "could not open " PROC_MODULES
			": %s\n", strerror(-r));
	return r;
}

KMOD_EXPORT int kmod_module_new_from_loaded(struct kmod_ctx *ctx,
					    struct kmod_list **list)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	struct kmod_list *l = NULL;
	char *line;

	if (!ctx || !list)
		return -ENOENT;

	int r = read_proc(ctx, "kmod_module_new_from_loaded", &b);

	if (r)
		return r;
	for (char *at = (char *)b.p; !r && (line = next_line(&at));) {
		struct kmod_module *mod = NULL;

		line[strcspn(line, " \t")] = '\0';
		r = *line ? kmod_module_new_from_name(ctx, line, &mod) : 0;
		if (!r && mod)
			r = list_add_module(&l, mod);
		(void)kmod_module_unref(mod);
	}
	if (r)
		(void)kmod_module_unref_list(l);
	else
		*list = l;
	return r;
}

/* The second word of a module's line. */
static long size_in(char *text, const char *name)
{
	size_t n = strlen(name);
	char *line;

	while ((line = next_line(&text)))
		if (!strncmp(line, name, n) && line[n] == ' ')
			return strtol(line + n, NULL, 10);
	return -ENOENT;
}

KMOD_EXPORT long kmod_module_get_size(const struct kmod_module *mod)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	long n;

	if (!mod)
		return -ENOENT;
	if (!attr_number(mod, "coresize", &n))
		return n;
	if (plan_state(false, mod->name, "") < 0)
		return -ENOENT;

	/* An old kernel, or it is just coming. */
	int r = read_proc(mod->ctx, "kmod_module_get_size", &b);

	return r ? r : size_in((char *)b.p, mod->name);
}

/* ------------------------------------------------------ holders, sections */

static void not_opened(const struct kmod_module *mod, const char *fn,
		       const char *dir, int err)
{
	log_say(mod->ctx, LOG_ERR, fn,
		"could not open '/sys/module/%s/%s': %s\n", mod->name, dir,
		strerror(-err));
}

KMOD_EXPORT struct kmod_list *
kmod_module_get_holders(const struct kmod_module *mod)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct kmod_list *l = NULL;
	const char **names;
	size_t n;

	if (!mod)
		return NULL;

	int err = live_sysfs_holders("", mod->name, &a, &names, &n, NULL);

	if (err) {
		not_opened(mod, "kmod_module_get_holders", "holders", err);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct kmod_module *m = NULL;
		int r = kmod_module_new_from_name(mod->ctx, names[i], &m);

		if (!r)
			r = list_add_module(&l, m);
		(void)kmod_module_unref(m);
		if (r) {
			(void)kmod_module_unref_list(l);
			return NULL;
		}
	}
	return l;
}

struct section {
	unsigned long address;
	char name[];
};

static int add_section(struct kmod_list **l, const struct live_attr *attr)
{
	size_t n = strlen(attr->name) + 1;
	struct section *s = malloc(sizeof(*s) + n);

	if (!s)
		return -ENOMEM;
	s->address = attr->value ? strtoul(attr->value, NULL, 16) : 0;
	memcpy(s->name, attr->name, n);

	int r = list_append(l, s);

	if (r)
		free(s);
	return r;
}

KMOD_EXPORT struct kmod_list *
kmod_module_get_sections(const struct kmod_module *mod)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct kmod_list *l = NULL;
	struct live_attrs attrs;

	if (!mod)
		return NULL;

	int err = live_sysfs_attrs("", mod->name, "sections", &a, &attrs, NULL);

	if (err || !attrs.n) {
		not_opened(mod, "kmod_module_get_sections", "sections",
			   err ? err : -ENOENT);
		return NULL;
	}
	for (size_t i = 0; i < attrs.n; i++)
		if (add_section(&l, &attrs.v[i])) {
			kmod_module_section_free_list(l);
			return NULL;
		}
	return l;
}

KMOD_EXPORT const char *
kmod_module_section_get_name(const struct kmod_list *entry)
{
	return entry ? ((struct section *)entry->data)->name : NULL;
}

KMOD_EXPORT unsigned long
kmod_module_section_get_address(const struct kmod_list *entry)
{
	return entry ? ((struct section *)entry->data)->address :
		       (unsigned long)-1;
}

KMOD_EXPORT void kmod_module_section_free_list(struct kmod_list *list)
{
	list_free(list, free);
}
