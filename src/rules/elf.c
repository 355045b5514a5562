/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ELF header and the sections, before anything is believed.
 *
 * Three kernels ask in three orders: elf_validity_check() up to 6.3,
 * elf_validity_cache_copy() in one piece since 6.4, and in parts since 6.14
 * (elf_whole.c has what those ask besides). A 64-bit file is read whatever
 * its class says, as the kernel does.
 *
 * Kernel: kernel/module/main.c.
 */
#include <elf.h>

#include "rules/run.h"

#define NUM(r, v) run_text(r, "%u", (unsigned)(v))
#define INT(r, v) run_text(r, "%d", (int)(v))

static uint64_t head(const struct run *r, size_t off, unsigned width)
{
	uint64_t v = 0;

	(void)span_uint(r->file, off, width, false, &v);
	return v;
}

#define HEAD(r, field)                                                        \
	head(r, offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field))

/* Both by name, if both have one. */
static void know_machines(struct run *r, uint16_t machine)
{
	const char *have = ko_machine_of((uint16_t)HEAD(r, e_machine),
					 r->file.p[EI_CLASS] == ELFCLASS64,
					 r->file.p[EI_DATA] == ELFDATA2MSB);
	const char *want = ko_machine_of(machine, kern_is64(r->k),
					 kern_be(r->k));

	if (!have || !want)
		return;
	r->word[RULE_WANTED] = want;
	run_know(r, RULE_FILE_KIND, RULE_KIND, have);
}

/* Size, magic, type, machine: in this order since ever. */
static bool header_ok(struct run *r)
{
	if (r->len < sizeof(Elf64_Ehdr))
		return run_refuse(
			r, "load.elf.short",
			PLACES(run_text(r, "%llu", (unsigned long long)r->len)),
			NULL);
	if (memcmp(r->file.p, ELFMAG, SELFMAG) != 0) {
		const char *kind = ko_looks_like(r->file);

		if (kind)
			run_know(r, RULE_FILE_KIND, RULE_KIND, kind);
		return run_refuse(r, "load.elf.magic", PLACES(ELFMAG), NULL);
	}
	if (HEAD(r, e_type) != ET_REL)
		return run_refuse(r, "load.elf.type",
				  PLACES(NUM(r, HEAD(r, e_type)), "1"), NULL);

	uint16_t machine = kern_machine(r->k);

	if (machine && HEAD(r, e_machine) != machine) {
		know_machines(r, machine);
		return run_refuse(r, "load.elf.arch",
				  PLACES(NUM(r, HEAD(r, e_machine))), NULL);
	}
	return true;
}

static bool table_ok(struct run *r)
{
	uint64_t off = HEAD(r, e_shoff);
	uint64_t n = HEAD(r, e_shnum) * sizeof(Elf64_Shdr);

	if (r->file.p[EI_CLASS] == ELFCLASS32)
		r->facts |= RULE_FILE_32;
	if (HEAD(r, e_shentsize) != sizeof(Elf64_Shdr))
		return run_refuse(r, "load.elf.shentsize", PLACES(NULL), NULL);
	if (off >= r->len || n > r->len - off)
		return run_refuse(r, "load.elf.shoff", PLACES(NULL), NULL);
	return true;
}

/* One section header; the table lies inside the file. */
static struct run_sec header_at(const struct run *r, uint32_t i)
{
	uint64_t at = HEAD(r, e_shoff) + i * sizeof(Elf64_Shdr);

#define FIELD(f)                                                              \
	head(r, at + offsetof(Elf64_Shdr, f), sizeof(((Elf64_Shdr *)0)->f))
	return (struct run_sec){
		.sh_name = (uint32_t)FIELD(sh_name),
		.type = (uint32_t)FIELD(sh_type),
		.flags = FIELD(sh_flags),
		.head_addr = FIELD(sh_addr),
		.offset = FIELD(sh_offset),
		.size = FIELD(sh_size),
		.link = (uint32_t)FIELD(sh_link),
		.info = (uint32_t)FIELD(sh_info),
		.align = FIELD(sh_addralign),
		.part = -1,
	};
#undef FIELD
}

static bool read_table(struct run *r)
{
	r->shnum = (uint32_t)HEAD(r, e_shnum);
	r->shstrndx = (uint32_t)HEAD(r, e_shstrndx);
	r->sec = arena_array(r->a, r->shnum + 1, sizeof(*r->sec));
	if (!r->sec) {
		r->oom = true;
		return false;
	}
	for (uint32_t i = 0; i < r->shnum; i++)
		r->sec[i] = header_at(r, i);
	return true;
}

/* validate_section_offset() */
static bool inside(const struct run *r, const struct run_sec *s)
{
	uint64_t end;

	return !__builtin_add_overflow(s->offset, s->size, &end) &&
	       end <= r->len;
}

static bool names_index_ok(struct run *r)
{
	if (r->shstrndx == SHN_UNDEF || r->shstrndx >= r->shnum)
		return run_refuse(r, "load.elf.shstrndx",
				  PLACES(INT(r, r->shstrndx),
					 INT(r, r->shstrndx),
					 INT(r, r->shnum)),
				  NULL);
	return true;
}

static bool names_content_ok(struct run *r)
{
	const struct run_sec *s = &r->sec[r->shstrndx];

	if (r->has.shstr_type == KERN_YES && s->type != SHT_STRTAB)
		return run_refuse(r, "load.elf.shstrtab.type",
				  PLACES(NUM(r, s->type)), NULL);
	/* Old kernels look at the byte before an empty table. */
	if (!s->size && kern_says(r->k, "empty section name table") != KERN_NO)
		return run_refuse(r, "load.elf.shstrtab.empty", PLACES(NULL),
				  NULL);

	/* A NOBITS table of names was not held against the file. */
	uint8_t last;

	if (!space_read(&r->space, r->copy + s->offset + s->size - 1, &last, 1))
		return run_undefined(r, "stray.shstrtab", PLACES(NULL),
				     run_where(r, r->shstrndx));
	if (last)
		return run_refuse(r, "load.elf.shstrtab.nul", PLACES(NULL),
				  NULL);
	return true;
}

/* The names as the kernel will read them, wherever sh_name points. */
static void name_sections(struct run *r)
{
	uint64_t base = r->copy + r->sec[r->shstrndx].offset;

	for (uint32_t i = 0; i < r->shnum; i++)
		r->sec[i].name = space_str(&r->space,
					   base + r->sec[i].sh_name);
}

static bool section0_ok(struct run *r)
{
	/* Without any section the kernel looks at what follows the header. */
	struct run_sec s = r->shnum ? r->sec[0] : header_at(r, 0);

	if (s.type != SHT_NULL || s.size || s.head_addr)
		return run_refuse(r, "load.elf.section0",
				  PLACES(INT(r, s.type)), NULL);
	return true;
}

static bool bounds_ok(struct run *r, uint32_t i)
{
	const struct run_sec *s = &r->sec[i];

	if (s->type == SHT_NULL || s->type == SHT_NOBITS || inside(r, s))
		return true;
	return run_refuse(r, "load.elf.section.bounds",
			  PLACES(NUM(r, i), NUM(r, s->type)), run_where(r, i));
}

static bool link_ok(struct run *r, uint32_t i)
{
	uint32_t link = r->sec[i].link;

	if (link != SHN_UNDEF && link < r->shnum)
		return true;
	return run_refuse(
		r, "load.elf.symtab.link",
		PLACES(INT(r, link), INT(r, link), INT(r, r->shnum)),
		run_where(r, i));
}

static bool name_ok(struct run *r, uint32_t i)
{
	if (r->sec[i].sh_name < r->sec[r->shstrndx].size)
		return true;
	return run_refuse(r, "load.elf.section.name",
			  PLACES(NUM(r, i), NUM(r, r->sec[i].type)), NULL);
}

/* One section, as up to 6.13. */
static bool section_ok(struct run *r, uint32_t i)
{
	const struct run_sec *s = &r->sec[i];

	if (s->type == SHT_NULL || s->type == SHT_NOBITS)
		return true;
	if (s->type == SHT_SYMTAB && !link_ok(r, i))
		return false;
	return bounds_ok(r, i) && (!(s->flags & SHF_ALLOC) || name_ok(r, i));
}

/* elf_validity_check(), and elf_validity_cache_copy() of 6.4 to 6.13 */
static bool check_in_one(struct run *r)
{
	const struct run_sec *names;

	if (!header_ok(r) || !table_ok(r) || !read_table(r) ||
	    !names_index_ok(r))
		return false;
	names = &r->sec[r->shstrndx];
	if (!inside(r, names))
		return run_refuse(r, "load.elf.shstrtab.bounds",
				  PLACES(NUM(r, names->type)), NULL);
	if (!names_content_ok(r))
		return false;
	name_sections(r);
	if (!section0_ok(r))
		return false;
	for (uint32_t i = 1; i < r->shnum; i++)
		if (!section_ok(r, i))
			return false;
	return true;
}

/* elf_validity_cache_sechdrs() and elf_validity_cache_secstrings(), 6.14 */
static bool check_in_parts(struct run *r)
{
	if (!header_ok(r) || !table_ok(r) || !read_table(r) ||
	    !section0_ok(r))
		return false;
	for (uint32_t i = 1; i < r->shnum; i++)
		if (!bounds_ok(r, i))
			return false;
	if (!names_index_ok(r) || !names_content_ok(r))
		return false;
	for (uint32_t i = 0; i < r->shnum; i++)
		if (r->sec[i].type != SHT_NULL && !name_ok(r, i))
			return false;
	name_sections(r);
	return true;
}

/* Old kernels say the same of everything. */
static bool refused(struct run *r)
{
	if (r->r->verdict == RULE_REFUSED &&
	    kern_says(r->k, "Module has invalid ELF structures") == KERN_YES)
		run_say(r, "load.elf.any", PLACES(NULL));
	return false;
}

bool run_elf(struct run *r)
{
	bool ok = r->has.split_check == KERN_YES ? check_in_parts(r)
						 : check_in_one(r);

	return ok || refused(r);
}
