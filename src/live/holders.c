/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who uses a module: see holders.h. */
#include "live/holders.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "live/modules.h"
#include "live/sysfs.h"

#define DEVICES_MAX 256
#define ANY_MINOR UINT32_MAX

/* A device of the module; any minor where only the major is known. */
struct device {
	bool block;
	unsigned major, minor;
};

struct search {
	const char *root;
	const char *name; /* of the module, with '_' */
	struct arena *a;
	struct device dev[DEVICES_MAX];
	size_t n_dev;
	struct live_holders *found;
	bool no_memory;
};

static void add_device(struct search *s, bool block, unsigned major,
		       unsigned minor)
{
	if (s->n_dev < DEVICES_MAX)
		s->dev[s->n_dev++] = (struct device){ block, major, minor };
}

static struct live_holder *add_holder(struct search *s,
				      enum live_holder_kind kind,
				      const char *path)
{
	if (s->found->n >= LIVE_HOLDERS_MAX)
		return NULL;

	struct live_holder *h = &s->found->v[s->found->n];

	h->kind = kind;
	h->comm = "";
	h->path = arena_strdup(s->a, path);
	if (!h->path) {
		s->no_memory = true;
		return NULL;
	}
	s->found->n++;
	return h;
}

/* A text file below the root, or NULL; in the arena. */
static char *slurp(struct search *s, const char *path)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };

	text_addf(&t, "%s%s", s->root, path);
	if (t.failed || file_read(text_str(&t), (size_t)4 << 20, &b, NULL))
		return NULL;
	return arena_strndup(s->a, (char *)b.p, b.n);
}

/* "240 hello": of /proc/devices a major, of /proc/misc a minor of major 10. */
static void devices_of_list(struct search *s, const char *path, bool misc)
{
	char *text = slurp(s, path), *save = NULL;
	bool block = false;

	for (char *l = text ? strtok_r(text, "\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\n", &save)) {
		char *end;
		unsigned long n = strtoul(l, &end, 10);

		if (str_starts(l, "Block devices"))
			block = true;
		if (end == l || n > UINT32_MAX ||
		    !live_name_eq(str_strip(end), s->name))
			continue;
		if (misc)
			add_device(s, false, 10, (unsigned)n);
		else
			add_device(s, block, (unsigned)n, ANY_MINOR);
	}
}

/* FOLDER/dev holds "240:0". */
static void device_of_folder(struct search *s, const char *folder, bool block)
{
	_cleanup_text_ struct text t = { 0 };
	unsigned major, minor;

	text_addf(&t, "%s/dev", folder);

	char *text = slurp(s, text_str(&t));

	if (text && sscanf(text, "%u:%u", &major, &minor) == 2)
		add_device(s, block, major, minor);
}

/* Calls @fn for each name in a folder below the root. */
static void each_name(struct search *s, const char *folder,
		      void (*fn)(struct search *s, const char *path,
				 const char *name))
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "%s%s", s->root, folder);

	DIR *dir = t.failed ? NULL : opendir(text_str(&t));

	if (!dir)
		return;
	for (const struct dirent *e; (e = readdir(dir));) {
		_cleanup_text_ struct text path = { 0 };

		if (str_dot(e->d_name))
			continue;
		text_addf(&path, "%s/%s", folder, e->d_name);
		if (!path.failed)
			fn(s, text_str(&path), e->d_name);
	}
	(void)closedir(dir);
}

static void class_device(struct search *s, const char *path, const char *name)
{
	(void)name;
	device_of_folder(s, path, false);
}

/* Below a bound device: .../net/eth0, .../tty/ttyUSB0, .../block/sda. */
static void subsystem_of_device(struct search *s, const char *path,
				const char *name)
{
	device_of_folder(s, path, strstr(path, "/block/") != NULL);
	(void)name;
}

static void folder_of_device(struct search *s, const char *path,
			     const char *name)
{
	if (!str_eq(name, "subsystem") && !str_eq(name, "driver"))
		each_name(s, path, subsystem_of_device);
}

static void bound_device(struct search *s, const char *path, const char *name)
{
	(void)name;
	device_of_folder(s, path, false);
	each_name(s, path, folder_of_device);
}

static void driver(struct search *s, const char *path, const char *name)
{
	(void)name;
	each_name(s, path, bound_device);
}

static void find_devices(struct search *s)
{
	_cleanup_text_ struct text t = { 0 };

	devices_of_list(s, "/proc/devices", false);
	devices_of_list(s, "/proc/misc", true);
	text_addf(&t, "/sys/class/%s", s->name);
	each_name(s, text_str(&t), class_device);
	text_fini(&t);
	text_addf(&t, "/sys/module/%s/drivers", s->name);
	each_name(s, text_str(&t), driver);
}

static bool is_ours(const struct search *s, const struct stat *st)
{
	bool block = S_ISBLK(st->st_mode);

	if (!block && !S_ISCHR(st->st_mode))
		return false;
	for (size_t i = 0; i < s->n_dev; i++) {
		const struct device *d = &s->dev[i];

		if (d->block == block && d->major == major(st->st_rdev) &&
		    (d->minor == ANY_MINOR || d->minor == minor(st->st_rdev)))
			return true;
	}
	return false;
}

/* /proc/PID/fd/N */
static void open_file(struct search *s, const char *path, const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	struct stat st;
	char target[PATH_MAX];

	(void)name;
	text_addf(&t, "%s%s", s->root, path);
	if (t.failed || stat(text_str(&t), &st) || !is_ours(s, &st))
		return;

	ssize_t n = readlink(text_str(&t), target, sizeof(target) - 1);

	target[n > 0 ? n : 0] = '\0';

	struct live_holder *h = add_holder(s, LIVE_HOLDER_FILE, target);

	if (!h)
		return;
	h->pid = (pid_t)strtol(path + strlen("/proc/"), NULL, 10);
	h->major = major(st.st_rdev);
	h->minor = minor(st.st_rdev);
	text_fini(&t);
	text_addf(&t, "/proc/%d/comm", (int)h->pid);

	char *comm = slurp(s, text_str(&t));

	if (comm)
		h->comm = str_strip(comm);
}

static void process(struct search *s, const char *path, const char *name)
{
	_cleanup_text_ struct text t = { 0 };

	if (!isdigit((unsigned char)name[0]))
		return;
	text_addf(&t, "%s/fd", path);
	each_name(s, text_str(&t), open_file);
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw" */
static void find_mounts(struct search *s)
{
	char *text = slurp(s, "/proc/self/mountinfo"), *save = NULL;

	for (char *l = text ? strtok_r(text, "\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\n", &save)) {
		char *dash = strstr(l, " - "), *p = NULL;

		if (!dash)
			continue;

		char *type = dash + 3;

		type[strcspn(type, " ")] = '\0';
		if (!live_name_eq(type, s->name))
			continue;
		*dash = '\0';

		const char *where = strtok_r(l, " ", &p);

		for (int field = 1; field < 5 && where; field++)
			where = strtok_r(NULL, " ", &p);
		if (where)
			(void)add_holder(s, LIVE_HOLDER_MOUNT, where);
	}
}

/* /sys/class/net/IFACE/device/driver/module is a link to the module. */
static void interface(struct search *s, const char *path, const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	char target[PATH_MAX];

	text_addf(&t, "%s%s/device/driver/module", s->root, path);
	if (t.failed)
		return;

	ssize_t n = readlink(text_str(&t), target, sizeof(target) - 1);

	if (n <= 0)
		return;
	target[n] = '\0';
	if (live_name_eq(path_base(target), s->name))
		(void)add_holder(s, LIVE_HOLDER_NET, name);
}

int live_holders_find(const char *root, const char *name, struct arena *a,
		      struct live_holders *ret, struct diag *d)
{
	char normal[LIVE_NAME_MAX];
	struct live_holders found = { 0 };

	if (!live_name_normal(name, normal))
		return diag_fail(d, EINVAL, "'%.80s' is no module name", name);
	found.v = arena_array(a, LIVE_HOLDERS_MAX, sizeof(*found.v));
	if (!found.v)
		return diag_fail(d, ENOMEM, "no memory");

	struct search s = {
		.root = root, .name = normal, .a = a, .found = &found,
	};

	find_devices(&s);
	if (s.n_dev)
		each_name(&s, "/proc", process);
	find_mounts(&s);
	each_name(&s, "/sys/class/net", interface);
	if (s.no_memory)
		return diag_fail(d, ENOMEM, "no memory");
	*ret = found;
	return 0;
}
