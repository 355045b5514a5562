/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ELF header and the section table, of both classes and byte orders. The
 * table itself is checked once, by elf_init(); after that every section header
 * lies inside the image, while what a header says is checked where it is used.
 *
 * Kernel: elf_validity_check(), kernel/module/main.c.
 */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "ko/internal.h"

/* Where the fields of a file header and of a section header are. */
struct elf_layout {
	uint8_t ehsize, shoff, flags, shentsize, shnum, shstrndx;
	uint8_t sh_size; /* bytes of one section header */
};

static const struct elf_layout layout32 = { 52, 32, 36, 46, 48, 50, 40 };
static const struct elf_layout layout64 = { 64, 40, 48, 58, 60, 62, 64 };

static const struct elf_layout *layout(const struct ko *ko)
{
	return ko->is64 ? &layout64 : &layout32;
}

/* By what people hand in by mistake. */
const char *ko_looks_like(struct span s)
{
	if (s.n >= 2 && !memcmp(s.p, "#!", 2))
		return "a script";
	if (s.n >= 8 && !memcmp(s.p, "!<arch>\n", 8))
		return "an archive of object files";
	if (s.n >= 2 && !memcmp(s.p, "BZ", 2))
		return "a bzip2 file";
	if (s.n >= 4 && !memcmp(s.p, "\x04\x22\x4d\x18", 4))
		return "an lz4 file";
	if (s.n >= 4 && !memcmp(s.p, "PK\x03\x04", 4))
		return "a zip file";
	for (size_t i = 0; i < s.n && i < 64; i++)
		if (!s.p[i] || s.p[i] >= 0x7f)
			return NULL;
	return "a text file";
}

static int check_ident(const struct ko *ko, struct diag *d)
{
	struct span s = ko->image;

	if (!s.n)
		return diag_fail(d, ENOEXEC, "the file is empty");
	if (s.n < SELFMAG || memcmp(s.p, ELFMAG, SELFMAG)) {
		const char *kind = ko_looks_like(s);

		return diag_fail(d, ENOEXEC, "not an ELF file but %s",
				 kind ? kind : "other data");
	}
	if (s.n < EI_NIDENT)
		return diag_fail(
			d, ENOEXEC,
			"cut short inside the ELF header, after %zu bytes",
			s.n);
	if (s.p[EI_CLASS] != ELFCLASS32 && s.p[EI_CLASS] != ELFCLASS64)
		return diag_fail(
			d, ENOEXEC,
			"found ELF class %u, wanted 1 (32 bits) or 2 (64 bits)",
			s.p[EI_CLASS]);
	if (s.p[EI_DATA] != ELFDATA2LSB && s.p[EI_DATA] != ELFDATA2MSB)
		return diag_fail(
			d, ENOEXEC,
			"found ELF byte order %u, wanted 1 (little-endian) or 2 (big-endian)",
			s.p[EI_DATA]);
	return 0;
}

static int check_type(unsigned type, const char *path, struct diag *d)
{
	static const char *const what[] = {
		[ET_NONE] = "of no type",
		[ET_EXEC] = "a program",
		[ET_DYN] = "a shared library or a program",
		[ET_CORE] = "a memory dump",
	};

	if (type == ET_REL)
		return 0;
	return diag_fail_hint(
		d, ENOEXEC,
		str_ends(path, ".ko") ?
			"only its name is a module's: build it again, or give the .ko file that kbuild made" :
			"give the file whose name ends in .ko",
		"an ELF file, but %s (type %u), wanted an object file (type 1)",
		type < ARRAY_SIZE(what) ? what[type] : "of unknown type", type);
}

static int check_table(struct ko *ko, uint64_t entsize, uint64_t shnum,
		       struct diag *d)
{
	uint64_t n = ko->image.n;

	if (entsize != layout(ko)->sh_size)
		return diag_fail(
			d, ENOEXEC,
			"found section headers of %llu bytes, wanted %u",
			(unsigned long long)entsize, layout(ko)->sh_size);
	if (!shnum)
		return diag_fail(d, ENOEXEC, "the file has no sections");
	if (ko->shoff >= n || shnum * entsize > n - ko->shoff) {
		return diag_fail_hint(
			d, ENOEXEC,
			"the file looks cut short; copy or rebuild it",
			"the section table needs bytes 0x%llx+0x%llx but the file ends at 0x%llx",
			(unsigned long long)ko->shoff,
			(unsigned long long)(shnum * entsize),
			(unsigned long long)n);
	}
	return 0;
}

static struct span header_of(const struct ko *ko, uint32_t idx)
{
	struct span s = { 0 };
	unsigned size = layout(ko)->sh_size;

	(void)span_sub(ko->image, ko->shoff + (uint64_t)idx * size, size, &s);
	return s;
}

static void parse_section(const struct ko *ko, struct span h,
			  struct ko_section *ret)
{
	unsigned w = ko_word(ko);

	ret->type = (uint32_t)ko_uint(ko, h, 4, 4);
	ret->flags = ko_uint(ko, h, 8, w);
	ret->addr = ko_uint(ko, h, 8 + w, w);
	ret->offset = ko_uint(ko, h, 8 + 2 * w, w);
	ret->size = ko_uint(ko, h, 8 + 3 * w, w);
	ret->link = (uint32_t)ko_uint(ko, h, 8 + 4 * w, 4);
	ret->info = (uint32_t)ko_uint(ko, h, 12 + 4 * w, 4);
	ret->addralign = ko_uint(ko, h, 16 + 4 * w, w);
	ret->entsize = ko_uint(ko, h, 16 + 5 * w, w);
}

static bool owns_bytes(const struct ko_section *s)
{
	return s->type != SHT_NULL && s->type != SHT_NOBITS;
}

static int check_names(struct ko *ko, uint64_t ndx, uint64_t shnum,
		       struct diag *d)
{
	struct ko_section s = { 0 };

	if (!ndx || ndx >= shnum)
		return diag_fail(
			d, ENOEXEC,
			"found %llu as the number of the section that holds the section names, wanted 1 to %llu",
			(unsigned long long)ndx, (unsigned long long)shnum - 1);
	parse_section(ko, header_of(ko, (uint32_t)ndx), &s);
	if (owns_bytes(&s) && !s.size)
		return diag_fail(d, ENOEXEC,
				 "the table of section names is empty");
	if (!owns_bytes(&s) ||
	    !span_sub(ko->image, s.offset, s.size, &ko->shstr)) {
		return diag_fail_hint(
			d, ENOEXEC,
			"the file looks cut short; copy or rebuild it",
			"the section names need bytes 0x%llx+0x%llx but the file ends at 0x%llx",
			(unsigned long long)s.offset,
			(unsigned long long)s.size,
			(unsigned long long)ko->image.n);
	}
	ko->shstr = span_table(ko->shstr);
	return 0;
}

static void machine_init(struct ko *ko)
{
	const char *name = ko_machine_of(ko->machine, ko->is64, ko->be);

	if (name)
		(void)snprintf(ko->machine_name, sizeof(ko->machine_name), "%s",
			       name);
	else
		(void)snprintf(ko->machine_name, sizeof(ko->machine_name),
			       "machine %u", ko->machine);
}

int elf_init(struct ko *ko, struct diag *d)
{
	struct span s = ko->image;
	int r = check_ident(ko, d);

	if (r < 0)
		return r;
	ko->is64 = s.p[EI_CLASS] == ELFCLASS64;
	ko->be = s.p[EI_DATA] == ELFDATA2MSB;

	const struct elf_layout *l = layout(ko);

	if (s.n < l->ehsize)
		return diag_fail(
			d, ENOEXEC,
			"cut short inside the ELF header, after %zu bytes",
			s.n);
	ko->type = (uint16_t)ko_uint(ko, s, 16, 2);
	ko->machine = (uint16_t)ko_uint(ko, s, 18, 2);
	ko->flags = (uint32_t)ko_uint(ko, s, l->flags, 4);
	ko->shoff = ko_uint(ko, s, l->shoff, ko_word(ko));
	machine_init(ko);

	uint64_t shnum = ko_uint(ko, s, l->shnum, 2);

	r = check_table(ko, ko_uint(ko, s, l->shentsize, 2), shnum, d);
	if (r < 0)
		return r;
	r = check_names(ko, ko_uint(ko, s, l->shstrndx, 2), shnum, d);
	if (r < 0)
		return r;
	ko->nsh = (uint32_t)shnum;
	ko->elf = true;
	return 0;
}

int ko_check_elf(const struct ko *ko, struct diag *d)
{
	struct ko again = { .image = ko->image };
	struct diag table = { 0 };
	int r = elf_init(&again, &table);

	/* What is no object file at all need not hear about its sections. */
	if (again.machine_name[0] && check_type(again.type, ko->path, d) < 0)
		r = -ENOEXEC;
	else if (r < 0 && d && !d->err)
		*d = table;
	if (r < 0)
		diag_in(d, "%s", ko->path);
	return r;
}

int ko_check_module(const struct ko *ko, struct diag *d)
{
	int r = ko_check_elf(ko, d);

	if (r < 0 || ko->sh_this_module)
		return r;
	diag_fail(
		d, ENOEXEC,
		"an object file, not a module: it has no section .gnu.linkonce.this_module");
	diag_in(d, "%s", ko->path);
	diag_hint(d, "kbuild makes the .ko of it; give that file");
	return -ENOEXEC;
}

bool ko_section(const struct ko *ko, uint32_t idx, struct ko_section *ret)
{
	if (idx >= ko->nsh)
		return false;

	struct span h = header_of(ko, idx);
	const char *name = span_table_str(ko->shstr, ko_uint(ko, h, 0, 4));

	*ret = (struct ko_section){ .idx = idx, .name = name ? name : "" };
	parse_section(ko, h, ret);
	if (owns_bytes(ret))
		(void)span_sub(ko->image, ret->offset, ret->size, &ret->bytes);
	return true;
}

bool ko_section_next(const struct ko *ko, struct ko_section *s)
{
	return ko_section(ko, s->idx + 1, s);
}

bool ko_find_section(const struct ko *ko, const char *name,
		     struct ko_section *ret)
{
	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		if (!str_eq(s.name, name))
			continue;
		*ret = s;
		return true;
	}
	return false;
}

int section_bytes(const struct ko *ko, const struct ko_section *s,
		  struct diag *d)
{
	if (!owns_bytes(s) || s->bytes.p)
		return 0;
	diag_fail_hint(d, ENOEXEC,
		       "the file looks cut short; copy or rebuild it",
		       "needs bytes 0x%llx+0x%llx but the file ends at 0x%zx",
		       (unsigned long long)s->offset,
		       (unsigned long long)s->size, ko->image.n);
	diag_in(d, "section %u '%s'", s->idx, s->name);
	return -ENOEXEC;
}

int ko_section_bytes(const struct ko *ko, uint32_t idx, struct span *ret,
		     struct diag *d)
{
	struct ko_section s;
	int r;

	if (!ko_section(ko, idx, &s))
		return diag_fail(d, EINVAL, "there is no section %u", idx);
	r = section_bytes(ko, &s, d);
	if (r < 0) {
		diag_in(d, "%s", ko->path);
		return r;
	}
	*ret = s.bytes;
	return 0;
}
