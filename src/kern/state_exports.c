/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a loaded module exports: see state_exports.h. */
#include "kern/state_exports.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "live/sysfs.h"

#define ENTRY 12 /* of __ksymtab: offsets to value, name and namespace */
#define TABLE_MAX (64u << 10)
#define NAME_LIMIT 512 /* Kernel: KSYM_NAME_LEN */
#define SEGMENTS_MAX 4096u

struct memory {
	int fd;
	Elf64_Phdr *v;
	size_t n;
};

static void memory_fini(struct memory *m)
{
	if (m->fd >= 0)
		(void)close(m->fd);
	free(m->v);
}

static bool read_all(int fd, void *p, size_t n, uint64_t at)
{
	return at <= INT64_MAX && pread(fd, p, n, (off_t)at) == (ssize_t)n;
}

static int memory_open(const char *root, struct memory *m)
{
	_cleanup_free_ char *path = NULL;
	Elf64_Ehdr h;

	if (asprintf(&path, "%s/proc/kcore", root) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	m->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (m->fd < 0 || !read_all(m->fd, &h, sizeof(h), 0))
		return -ENOENT;
	if (memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 ||
	    h.e_ident[EI_CLASS] != ELFCLASS64 ||
	    h.e_phentsize != sizeof(*m->v) || h.e_phnum > SEGMENTS_MAX)
		return -EBADMSG;
	m->v = calloc(h.e_phnum + 1U, sizeof(*m->v));
	if (!m->v)
		return -ENOMEM;
	m->n = h.e_phnum;
	return read_all(m->fd, m->v, m->n * sizeof(*m->v), h.e_phoff)
		       ? 0
		       : -EBADMSG;
}

/* As many of @n bytes at @addr as one segment has. Return: how many. */
static size_t peek(const struct memory *m, uint64_t addr, void *p, size_t n)
{
	for (size_t i = 0; i < m->n; i++) {
		const Elf64_Phdr *s = &m->v[i];
		uint64_t in = addr - s->p_vaddr;

		if (s->p_type != PT_LOAD || addr < s->p_vaddr ||
		    in >= s->p_memsz)
			continue;
		if (n > s->p_memsz - in)
			n = (size_t)(s->p_memsz - in);
		return read_all(m->fd, p, n, s->p_offset + in) ? n : 0;
	}
	return 0;
}

/* NULL: it cannot be read, or is no name. */
static const char *peek_str(const struct memory *m, uint64_t addr,
			    struct arena *a)
{
	char s[NAME_LIMIT + 1] = "";
	/* Up to the page's end first: what is behind it may not be there. */
	size_t n = 4096 - (addr & 4095);

	if (n > NAME_LIMIT)
		n = NAME_LIMIT;
	if (peek(m, addr, s, n) != n)
		return NULL;
	if (!memchr(s, 0, n) &&
	    peek(m, addr + n, s + n, NAME_LIMIT - n) != NAME_LIMIT - n)
		return NULL;
	return arena_strdup(a, s);
}

/* ----------------------------------------------------------------- tables */

struct reader {
	struct memory m;
	struct live_attrs secs;
	struct kern *k;
	const char *name;
	uint64_t base;
	struct arena *a;
	struct kern_export *v;
	size_t n;
};

static uint64_t address_of(const struct reader *r, const char *section)
{
	for (size_t i = 0; i < r->secs.n; i++)
		if (str_eq(r->secs.v[i].name, section) && r->secs.v[i].value)
			return strtoull(r->secs.v[i].value, NULL, 16);
	return 0;
}

/* The section ends where the next one begins, at the latest. */
static size_t room_of(const struct reader *r, uint64_t addr)
{
	uint64_t room = TABLE_MAX;

	for (size_t i = 0; i < r->secs.n; i++) {
		uint64_t at = r->secs.v[i].value
				      ? strtoull(r->secs.v[i].value, NULL, 16)
				      : 0;

		if (at > addr && at - addr < room)
			room = at - addr;
	}
	return (size_t)room;
}

static uint64_t signed_at(struct span s, uint64_t off)
{
	uint64_t v = 0;

	(void)span_uint(s, off, 4, false, &v);
	return (uint64_t)(int64_t)(int32_t)(uint32_t)v;
}

/* A CRC: the number itself, in old kernels where it refers to. */
static uint32_t crc_at(const struct reader *r, uint64_t at, bool *ret_has)
{
	uint32_t crc = 0;

	*ret_has = peek(&r->m, at, &crc, 4) == 4;
	if (*ret_has &&
	    kern_option(r->k, "MODULE_REL_CRCS") == KERN_OPT_Y)
		*ret_has = peek(&r->m, at + (uint64_t)(int64_t)(int32_t)crc,
				&crc, 4) == 4;
	return crc;
}

struct table {
	const char *syms, *crcs;
	bool gpl;
};

/* Return: 0; -ENOENT: behind the last one; -ENOMEM. */
static int add_entry(struct reader *r, const struct table *t, struct span s,
		     size_t i, uint64_t at)
{
	uint64_t crcs = address_of(r, t->crcs);
	uint64_t flags = address_of(r, "__kflagstab");
	struct kern_export e = { .ns = "", .owner = r->name,
				 .gpl_only = t->gpl };
	uint8_t flag = 0;
	/* Padding behind the table is zero; what refers to itself is none. */
	if (!signed_at(s, 0) || !signed_at(s, 4))
		return -ENOENT;
	e.value = at + signed_at(s, 0) - r->base;
	e.name = peek_str(&r->m, at + 4 + signed_at(s, 4), r->a);
	if (e.name && signed_at(s, 8))
		e.ns = peek_str(&r->m, at + 8 + signed_at(s, 8), r->a);
	if (!e.name || !*e.name || !e.ns)
		return -ENOENT;
	if (crcs)
		e.crc = crc_at(r, crcs + 4 * i, &e.has_crc);
	if (flags && peek(&r->m, flags + i, &flag, 1) == 1)
		e.gpl_only = flag & 1;

	struct kern_export *v = arena_more(r->a, r->v, r->n, sizeof(*v));

	if (!v)
		return -ENOMEM;
	v[r->n++] = e;
	r->v = v;
	return 0;
}

static int read_table(struct reader *r, const struct table *t)
{
	uint64_t at = address_of(r, t->syms);
	_cleanup_free_ uint8_t *p = at ? malloc(TABLE_MAX) : NULL;
	int err = 0;

	if (!at)
		return 0;
	if (!p)
		return -ENOMEM;

	size_t n = peek(&r->m, at, p, room_of(r, at));
	struct span s;

	if (!n)
		return -ENOENT;
	for (size_t i = 0; !err && span_sub((struct span){ p, n }, i * ENTRY,
					    ENTRY, &s);
	     i++)
		err = add_entry(r, t, s, i, at + i * ENTRY);
	return err == -ENOENT ? 0 : err;
}

/* Whether its addresses are told at all. */
static bool hidden(const struct reader *r)
{
	for (size_t i = 0; i < r->secs.n; i++)
		if (r->secs.v[i].value &&
		    strtoull(r->secs.v[i].value, NULL, 16))
			return false;
	return true;
}

static int read_tables(struct reader *r, const char *root)
{
	static const struct table tables[] = {
		{ "__ksymtab", "__kcrctab", false },
		{ "__ksymtab_gpl", "__kcrctab_gpl", true },
	};
	int err = 0;

	if (hidden(r))
		return -ENOENT;
	if (!address_of(r, "__ksymtab") && !address_of(r, "__ksymtab_gpl"))
		return 0; /* it exports nothing */
	err = memory_open(root, &r->m);
	for (size_t i = 0; i < ARRAY_SIZE(tables) && !err; i++)
		err = read_table(r, &tables[i]);
	return err ? err : r->n ? 0 : -EBADMSG;
}

int state_exports(const char *root, struct kern *k, const char *name,
		  uint64_t base, struct arena *a, struct kern_export **ret,
		  size_t *ret_n)
{
	_cleanup_arena_ struct arena tmp = { 0 };
	struct reader r = { .m.fd = -1, .k = k, .name = name, .base = base,
			    .a = a };
	int err = live_sysfs_attrs(root, name, "sections", &tmp, &r.secs,
				   NULL);

	if (!err)
		err = read_tables(&r, root);
	memory_fini(&r.m);
	if (err)
		return err == -ENOMEM || err == -EBADMSG ? err : -ENOENT;
	*ret = r.v;
	*ret_n = r.n;
	return 0;
}
