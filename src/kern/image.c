/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a kernel's file to its ELF image: see image.h. */
#include "kern/image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "kern/unpack.h"

/* Nested: compressed stream, UKI, bzImage, its payload. */
#define MAX_DEPTH 4

/* x86's setup header. */
#define SETUP_SECTS 0x1f1
#define SETUP_MAGIC 0x202
#define SETUP_VERSION 0x206
#define SETUP_PAYLOAD 0x248

/* What a file is. */
enum form { FORM_BARE, FORM_PACKED, FORM_BZIMAGE, FORM_ZBOOT, FORM_PE };

static bool has(struct span s, uint64_t off, const char *magic, size_t n)
{
	struct span at;

	return span_sub(s, off, n, &at) && !memcmp(at.p, magic, n);
}

static uint64_t number(struct span s, uint64_t off, unsigned width)
{
	uint64_t v = 0;

	(void)span_uint(s, off, width, false, &v);
	return v;
}

static enum form form_of(struct span s)
{
	if (has(s, SETUP_MAGIC, "HdrS", 4))
		return FORM_BZIMAGE;
	if (has(s, 0, "MZ", 2) && has(s, 4, "zimg", 4))
		return FORM_ZBOOT;
	if (has(s, 0, "MZ", 2) && has(s, number(s, 0x3c, 4), "PE\0\0", 4))
		return FORM_PE;
	return kern_packed(s) ? FORM_PACKED : FORM_BARE;
}

static int outside(const char *what, uint64_t off, uint64_t n, struct span s,
		   struct diag *d)
{
	return diag_fail_hint(
		d, EBADMSG, "the file looks cut short; install the kernel again",
		"%s needs bytes 0x%llx+0x%llx but the file ends at 0x%zx", what,
		(unsigned long long)off, (unsigned long long)n, s.n);
}

/*
 * bzImage: setup sectors, then protected-mode code; the payload counts from
 * there. Behind a stream that does not tell its size stand four bytes that do.
 */
static int bzimage_payload(struct span s, struct span *ret, struct diag *d)
{
	uint64_t sects = number(s, SETUP_SECTS, 1);
	uint64_t version = number(s, SETUP_VERSION, 2);
	uint64_t off = ((sects ? sects : 4) + 1) * 512 +
		       number(s, SETUP_PAYLOAD, 4);
	uint64_t n = number(s, SETUP_PAYLOAD + 4, 4);

	if (version < 0x208)
		return diag_fail(
			d, EBADMSG,
			"found boot protocol 0x%llx, wanted at least 0x208 (Linux 2.6.26)",
			(unsigned long long)version);
	if (!span_sub(s, off, n, ret))
		return outside("the payload", off, n, s, d);
	if (ret->n > 4 && !has(*ret, 0, "\x1f\x8b", 2) && kern_packed(*ret))
		ret->n -= 4;
	return 0;
}

static int zboot_payload(struct span s, struct span *ret, struct diag *d)
{
	uint64_t off = number(s, 8, 4), n = number(s, 12, 4);

	if (!span_sub(s, off, n, ret))
		return outside("the payload", off, n, s, d);
	return 0;
}

/*
 * A unified kernel image keeps the kernel in a section of its own. Other EFI
 * programs, as arm64's Image, are what they are.
 *
 * Return: 1, 0 if there is no such section, or -EBADMSG.
 */
static int pe_payload(struct span s, struct span *ret, struct diag *d)
{
	uint64_t pe = number(s, 0x3c, 4);
	uint64_t n = number(s, pe + 6, 2);
	uint64_t table = pe + 24 + number(s, pe + 20, 2);

	for (uint64_t i = 0; i < n; i++) {
		uint64_t h = table + i * 40;

		if (!has(s, h, ".linux\0\0", 8))
			continue;

		uint64_t size = number(s, h + 8, 4), raw = number(s, h + 16, 4);
		uint64_t off = number(s, h + 20, 4);

		if (size > raw)
			size = raw;
		if (!span_sub(s, off, size, ret))
			return outside("section .linux", off, size, s, d);
		return 1;
	}
	return 0;
}

/* Newer zboot headers leave the size at the end out, older ones do not. */
static int unpack(struct span in, struct bytes *ret, struct diag *d)
{
	struct diag first = { 0 };
	int r = kern_unpack(in, KERN_IMAGE_MAX, ret, &first);

	if (r == -EBADMSG && in.n > 4) {
		in.n -= 4;
		if (!kern_unpack(in, KERN_IMAGE_MAX, ret, NULL))
			return 0;
	}
	if (r < 0 && d && !d->err)
		*d = first;
	return r;
}

/*
 * One layer off.
 * @s:    in: what there is; out: what was in it
 * @owned: the memory that @s is in, if it is ours
 *
 * Return: 1: there may be another; 0: this is the image; or -errno.
 */
static int peel(struct span *s, struct bytes *owned, struct diag *d)
{
	struct bytes b = { 0 };
	int r;

	switch (form_of(*s)) {
	case FORM_BZIMAGE:
		r = bzimage_payload(*s, s, d);
		break;
	case FORM_ZBOOT:
		r = zboot_payload(*s, s, d);
		break;
	case FORM_PE:
		return pe_payload(*s, s, d);
	case FORM_PACKED:
		r = unpack(*s, &b, d);
		if (r < 0)
			return r;
		bytes_fini(owned);
		*owned = b;
		*s = bytes_span(owned);
		break;
	default:
		return 0;
	}
	return r < 0 ? r : 1;
}

static int open_peeled(const char *path, struct span s, struct ko **ret,
		       struct diag *d)
{
	_cleanup_bytes_ struct bytes owned = { 0 };
	int r = 1;

	for (unsigned i = 0; r > 0 && i < MAX_DEPTH; i++)
		r = peel(&s, &owned, d);
	if (r < 0)
		return r;
	if (r > 0 && kern_packed(s))
		return diag_fail(d, EBADMSG, "it is packed too many times");
	if (!owned.p)
		return ko_open_span(path, s, ret, d);
	/* An image that was unpacked and is framed once more is not whole. */
	if (s.p != owned.p || s.n != owned.n) {
		memmove(owned.p, s.p, s.n);
		owned.n = s.n;
	}
	return ko_open_bytes(path, &owned, ret, d);
}

int kern_image_open_span(const char *path, struct span bytes, struct ko **ret,
			 struct diag *d)
{
	int r = open_peeled(path, bytes, ret, d);

	if (r < 0)
		diag_in(d, "%s", path);
	return r;
}

/* A vmlinux is used where it lies: it can be huge. */
static bool is_elf(int fd)
{
	char magic[4];

	return pread(fd, magic, 4, 0) == 4 && !memcmp(magic, "\x7f""ELF", 4);
}

static int open_fd(int fd, const char *path, struct ko **ret, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return diag_fail(d, EBADMSG, "%s: no regular file", path);
	if (is_elf(fd))
		return ko_open_fd(fd, path, ret, d);

	int r = file_read_fd(fd, path, KERN_IMAGE_MAX, &b, d);

	if (r < 0)
		return r;
	r = kern_image_open_span(path, bytes_span(&b), ret, d);
	/* What needed no unpacking still lies in @b. */
	if (!r && (*ret)->image.p >= b.p && (*ret)->image.p < b.p + b.n) {
		struct bytes copy = { 0 };
		struct span s = (*ret)->image;

		*ret = ko_close(*ret);
		memmove(b.p, s.p, s.n);
		b.n = s.n;
		copy = b;
		b = (struct bytes){ 0 };
		r = ko_open_bytes(path, &copy, ret, d);
		bytes_fini(&copy);
	}
	return r;
}

int kern_image_open(const char *path, struct ko **ret, struct diag *d)
{
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		int err = errno;

		return diag_fail(d, err, "%s: cannot open: %s", path,
				 strerror(err));
	}
	return open_fd(fd, path, ret, d);
}
