/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's first file system: see initramfs.h. */
#include "lab/initramfs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "lab/program.h"
#include "guest_image.h"

/* The guest program stands in this one, byte by byte. */
__asm__(".section .rodata.lkm_guest, \"a\"\n"
	".balign 16\n"
	".global lkm_guest_start\n"
	".hidden lkm_guest_start\n"
	"lkm_guest_start:\n"
	".incbin \"" LKM_GUEST_FILE "\"\n"
	".global lkm_guest_end\n"
	".hidden lkm_guest_end\n"
	"lkm_guest_end:\n"
	".byte 0\n"
	".previous\n");

extern const uint8_t lkm_guest_start[], lkm_guest_end[];

struct span lab_guest_program(void)
{
	return (struct span){ lkm_guest_start,
			      (size_t)(lkm_guest_end - lkm_guest_start) };
}

static void pad(struct text *t)
{
	static const char zero[4];

	text_add_bytes(t, zero, (4 - t->n % 4) % 4);
}

void cpio_add(struct text *t, const char *name, unsigned mode,
	      struct span data)
{
	static unsigned inode;

	text_addf(t,
		  "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		  ++inode, mode, 0U, 0U, 1U, 0U, (unsigned)data.n, 0U, 0U, 0U,
		  0U, (unsigned)__builtin_strlen(name) + 1, 0U);
	text_add_bytes(t, name, __builtin_strlen(name) + 1);
	pad(t);
	text_add_bytes(t, data.p, data.n);
	pad(t);
}

void cpio_end(struct text *t)
{
	cpio_add(t, "TRAILER!!!", 0, (struct span){ 0 });
}

char *lab_busybox(void)
{
	static const char *const names[] = { "/bin/busybox",
					     "/usr/bin/busybox",
					     "/bin/busybox-static",
					     "/usr/bin/busybox.static",
					     "/usr/lib/initcpio/busybox" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (lab_is_static(names[i]))
			return strdup(names[i]);
	return NULL;
}

static void add_dir(struct text *t, const char *name)
{
	cpio_add(t, name, S_IFDIR | 0755, (struct span){ 0 });
}

static void add_link(struct text *t, const char *name, const char *to)
{
	cpio_add(t, name, S_IFLNK | 0777,
		 (struct span){ (const uint8_t *)to, __builtin_strlen(to) });
}

static void add_applet(void *arg, const char *line)
{
	struct text *t = arg;
	char name[64];

	if (!*line || strchr(line, '/') || str_eq(line, "busybox"))
		return;
	(void)snprintf(name, sizeof(name), "bin/%s", line);
	add_link(t, name, "busybox");
}

static int add_busybox(struct text *t, struct diag *d)
{
	_cleanup_free_ char *path = lab_busybox();
	_cleanup_bytes_ struct bytes b = { 0 };
	int status;

	if (!path)
		return 0;

	int r = file_read_regular(path, 64 << 20, &b, d);

	if (r < 0)
		return r;
	cpio_add(t, "bin/busybox", S_IFREG | 0755, bytes_span(&b));

	const char *const argv[] = { path, "--list", NULL };

	return child_run(argv, NULL, add_applet, t, &status, d);
}

static void add_base(struct text *ret, struct span guest)
{
	static const char *const dirs[] = { "bin", "dev",  "etc", "lib",
					    "m",   "proc", "root", "sbin",
					    "sys", "tmp",  "usr" };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		add_dir(ret, dirs[i]);
	cpio_add(ret, "init", S_IFREG | 0755, guest);
}

static int finish(struct text *ret, struct diag *d)
{
	cpio_end(ret);
	return ret->failed ? diag_fail(d, ENOMEM, "out of memory") : 0;
}

int lab_initramfs(struct text *ret, struct diag *d)
{
	int r;

	add_base(ret, lab_guest_program());
	r = add_busybox(ret, d);
	return r < 0 ? r : finish(ret, d);
}

int lab_initramfs_of(const char *guest, struct text *ret, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = file_read_regular(guest, 64 << 20, &b, d);

	if (r < 0)
		return r;
	add_base(ret, bytes_span(&b));
	return finish(ret, d);
}
