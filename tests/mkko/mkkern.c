/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel images made from nothing: see mkkern.h. */
#include "mkkern.h"

#include <elf.h>
#include <string.h>

#include "internal.h"

#define BASE UINT64_C(0x80000000)
#define STEP 0x1000U /* a section each */

enum { RODATA, STRINGS, KSYMTAB, KSYMTAB_GPL, KCRCTAB, KCRCTAB_GPL, KFLAGS,
       PARAM, MODVER, BTF, INIT_DATA, PARTS };

static const char *const names[PARTS] = {
	".rodata",   "__ksymtab_strings", "__ksymtab", "__ksymtab_gpl",
	"__kcrctab", "__kcrctab_gpl",	  "__kflagstab", "__param",
	"__modver",  ".BTF",		  ".init.data",
};

struct make {
	const struct mkkern *m;
	struct text part[PARTS];
	unsigned word;
};

static uint64_t at(const struct make *k, int part)
{
	return BASE + (uint64_t)part * STEP + k->part[part].n;
}

static void num(struct make *k, int part, uint64_t v, unsigned width)
{
	put(&k->part[part], v, width, k->m->be);
}

/* Return: its address. */
static uint64_t str(struct make *k, int part, const char *s)
{
	uint64_t is = at(k, part);

	text_add_bytes(&k->part[part], s, strlen(s) + 1);
	return is;
}

static void text_of_kernel(struct make *k)
{
	static const char *const lines[] = {
		"Linux version %s (%s)",
		"Linux version " MKKERN_RELEASE " (mk@ko) (cc 1) # SMP\n",
		"Linux version " MKKERN_RELEASE " (mk@ko) (cc 1) #1 SMP\n",
		MKKERN_RELEASE,
		MKKERN_VERMAGIC,
		"\0013Invalid ELF header len %lu\n",
		"\0014%s: %s: kernel tainted.\n",
		"\0013module: x86/modules: Unknown rela relocation: %llu\n",
		"\0013module: overflow in relocation type %d val %llx sec %u\n",
		"\0014%s: init suspiciously returned %d\n%s: loading anyway...\n",
		"\0015Loading of %s is rejected\n",
		"\0016no newline, 100%% sure",
		"\001",
		"\0014",
	};

	str(k, RODATA, "");
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		str(k, RODATA, lines[i]);
	if (!k->m->config)
		return;
	text_add(&k->part[RODATA], "IKCFG_ST");
	text_add_bytes(&k->part[RODATA], k->m->config, k->m->config_n);
	text_add(&k->part[RODATA], "IKCFG_ED");
}

static void field(struct make *k, int part, uint64_t to)
{
	bool rel = k->m->form != MKKERN_ABS && k->m->form != MKKERN_ABS_OLD;

	if (rel)
		num(k, part, to ? to - at(k, part) : 0, 4);
	else
		num(k, part, to, k->word);
}

static void crc(struct make *k, bool gpl, uint32_t value)
{
	int part = gpl ? KCRCTAB_GPL : KCRCTAB;

	if (k->m->crc == MKKERN_CRC_REL) {
		uint64_t is = at(k, RODATA);

		num(k, RODATA, value, 4);
		num(k, part, is - at(k, part), 4);
	} else if (k->m->crc == MKKERN_CRC_PLAIN) {
		num(k, part, value, 4);
	}
}

static void export(struct make *k, const char *name, const char *ns, bool gpl,
		   uint32_t sum)
{
	bool flags = k->m->form == MKKERN_FLAGS;
	bool old = k->m->form == MKKERN_PREL_OLD ||
		   k->m->form == MKKERN_ABS_OLD;
	int part = gpl && !flags ? KSYMTAB_GPL : KSYMTAB;

	field(k, part, BASE + 0x100000 + sum);
	field(k, part, str(k, STRINGS, name));
	if (!old)
		field(k, part, ns ? str(k, STRINGS, ns) : 0);
	crc(k, part == KSYMTAB_GPL, sum);
	if (flags)
		num(k, KFLAGS, gpl, 1);
}

static void exports(struct make *k)
{
	/* Also a table of two fields has to be told from one of three. */
	export(k, "alpha", NULL, false, 0x1000);
	export(k, "beta", "NS", false, 0x1001);
	export(k, "delta", NULL, false, 0x1002);
	export(k, "gamma", NULL, true, 0x1003);
}

static void param(struct make *k, const char *name, unsigned perm)
{
	num(k, PARAM, str(k, RODATA, name), k->word);
	num(k, PARAM, 0, k->word);
	num(k, PARAM, 0, k->word);
	num(k, PARAM, perm, 2);
	num(k, PARAM, 0, k->word == 8 ? 6 : 2);
	num(k, PARAM, 0, k->word);
}

static void params(struct make *k)
{
	param(k, "loop.max_loop", 0444);
	param(k, "hidden.x", 0);
	param(k, "panic", 0644);
	num(k, MODVER, str(k, RODATA, "version"), k->word);
	for (unsigned i = 1; i < 7; i++)
		num(k, MODVER, 0, k->word);
	num(k, MODVER, str(k, RODATA, "crc"), k->word);
	num(k, MODVER, str(k, RODATA, "1.0"), k->word);
}

/* ------------------------------------------------------- type information */

struct btf {
	struct text types, strs;
	bool be;
};

static uint32_t btf_name(struct btf *b, const char *s)
{
	uint32_t is = (uint32_t)b->strs.n;

	text_add_bytes(&b->strs, s, strlen(s) + 1);
	return is;
}

static void btf_type(struct btf *b, const char *name, unsigned kind,
		     unsigned vlen, uint32_t size)
{
	put(&b->types, *name ? btf_name(b, name) : 0, 4, b->be);
	put(&b->types, kind << 24 | vlen, 4, b->be);
	put(&b->types, size, 4, b->be);
}

static void btf_member(struct btf *b, const char *name, unsigned type,
		       unsigned off)
{
	put(&b->types, *name ? btf_name(b, name) : 0, 4, b->be);
	put(&b->types, type, 4, b->be);
	put(&b->types, off * 8, 4, b->be);
}

/*
 * 1 int, 2 pointer, 3 struct part, 4 char, 5 char[56], 6 unnamed, 7 module,
 * 8 int (void), 9 pointer to that, 10 pointer to a module, 11 file_operations
 */
static void btf_types(struct btf *b, unsigned word)
{
	text_add_bytes(&b->strs, "", 1);
	btf_type(b, "int", 1, 0, 4);
	put(&b->types, 1 << 24 | 32, 4, b->be);
	btf_type(b, "", 2, 0, 1);
	btf_type(b, "part", 4, 2, 16);
	btf_member(b, "base", 2, 0);
	btf_member(b, "size", 1, 8);
	btf_type(b, "char", 1, 0, 1);
	put(&b->types, 2 << 24 | 8, 4, b->be);
	btf_type(b, "", 3, 0, 0);
	put(&b->types, 4, 4, b->be);
	put(&b->types, 1, 4, b->be);
	put(&b->types, 56, 4, b->be);
	btf_type(b, "", 4, 1, 8);
	btf_member(b, "inner", 1, 4);
	btf_type(b, "module", 4, 5, 256);
	btf_member(b, "name", 5, 24);
	btf_member(b, "init", 2, 120);
	btf_member(b, "exit", 2, 128);
	btf_member(b, "core", 3, 136);
	btf_member(b, "", 6, 152);
	btf_type(b, "", 13, 0, 1);
	btf_type(b, "", 2, 0, 8);
	btf_type(b, "", 2, 0, 7);
	btf_type(b, "file_operations", 4, 3, 3 * word);
	btf_member(b, "open", 9, 0);
	btf_member(b, "owner", 10, word);
	btf_member(b, "llseek", 9, 2 * word);
}

/* Header, types, names. */
static void btf_write(struct btf *b, struct text *t)
{
	put(t, 0xeb9f, 2, b->be);
	text_add_bytes(t, "\1\0", 2); /* version, flags */
	put(t, 24, 4, b->be);
	put(t, 0, 4, b->be);
	put(t, b->types.n, 4, b->be);
	put(t, b->types.n, 4, b->be);
	put(t, b->strs.n, 4, b->be);
	text_add_bytes(t, b->types.p, b->types.n);
	text_add_bytes(t, b->strs.p, b->strs.n);
	text_fini(&b->types);
	text_fini(&b->strs);
}

static void btf(struct make *k)
{
	struct btf b = { .be = k->m->be };

	btf_types(&b, k->word);
	btf_write(&b, &k->part[BTF]);
}

struct bytes mkkern_module_btf(const struct mkkern *m)
{
	struct btf base = { .be = m->be }, b = { .be = m->be };
	struct text t = { 0 };

	btf_types(&base, m->is32 ? 4 : 8);
	text_add_bytes(&b.strs, "mkko_open", 10);
	put(&b.types, base.strs.n, 4, b.be);
	put(&b.types, 12 << 24, 4, b.be);
	put(&b.types, 8, 4, b.be);
	btf_write(&b, &t);
	text_fini(&base.types);
	text_fini(&base.strs);
	return (struct bytes){ (uint8_t *)t.p, t.n };
}

/* -------------------------------------------------------------------- ELF */

static void header(const struct make *k, struct text *t, uint64_t shoff,
		   unsigned n)
{
	bool be = k->m->be, small = k->m->is32;
	uint16_t machine = small ? (be ? EM_PPC : EM_386)
				 : (be ? EM_S390 : EM_X86_64);

	text_add(t, "\177ELF");
	put(t, small ? 1 : 2, 1, be);
	put(t, be ? 2 : 1, 1, be);
	put(t, 1, 1, be);
	put_zeros(t, 9);
	put(t, ET_EXEC, 2, be);
	put(t, machine, 2, be);
	put(t, 1, 4, be);
	put(t, BASE, k->word, be);
	put(t, 0, k->word, be);
	put(t, shoff, k->word, be);
	put(t, 0, 4, be);
	put(t, small ? 52 : 64, 2, be);
	put_zeros(t, 4);
	put(t, small ? 40 : 64, 2, be);
	put(t, n, 2, be);
	put(t, n - 1, 2, be);
}

static void section(const struct make *k, struct text *t, uint32_t name,
		    uint32_t type, uint64_t addr, uint64_t off, uint64_t size)
{
	bool be = k->m->be;

	put(t, name, 4, be);
	put(t, type, 4, be);
	put(t, addr ? SHF_ALLOC : 0, k->word, be);
	put(t, addr, k->word, be);
	put(t, off, k->word, be);
	put(t, size, k->word, be);
	put(t, 0, 4, be);
	put(t, 0, 4, be);
	put(t, 1, k->word, be);
	put(t, 0, k->word, be);
}

static struct bytes write_elf(struct make *k)
{
	struct text t = { 0 }, sh = { 0 }, strs = { 0 };
	uint64_t off = 64, shoff = 64;
	unsigned n = 2;

	for (int i = 0; i < PARTS; i++) {
		shoff += k->part[i].n;
		n += k->part[i].n != 0;
	}
	header(k, &t, shoff, n);
	put_zeros(&t, 64 - t.n);
	section(k, &sh, 0, SHT_NULL, 0, 0, 0);
	text_add_bytes(&strs, "", 1);
	for (int i = 0; i < PARTS; i++) {
		if (!k->part[i].n)
			continue;
		section(k, &sh, (uint32_t)strs.n, SHT_PROGBITS,
			BASE + (uint64_t)i * STEP, off, k->part[i].n);
		text_add_bytes(&strs, names[i], strlen(names[i]) + 1);
		text_add_bytes(&t, k->part[i].p, k->part[i].n);
		off += k->part[i].n;
	}
	section(k, &sh, 0, SHT_STRTAB, 0,
		shoff + sh.n + (k->m->is32 ? 40 : 64), strs.n);
	text_add_bytes(&t, sh.p, sh.n);
	text_add_bytes(&t, strs.p, strs.n);
	text_fini(&sh);
	text_fini(&strs);
	if (t.failed)
		text_fini(&t);
	return (struct bytes){ (uint8_t *)t.p, t.n };
}

/* A list of one, behind it the sizes of all and of the first. */
static void keys(struct make *k)
{
	struct text *t = &k->part[INIT_DATA];
	size_t start, n;

	if (k->m->revoked) {
		mkko_add_certificate(t);
		put_zeros(t, 64);
	}
	start = t->n;
	mkko_add_certificate(t);
	n = t->n - start;
	put_zeros(t, -t->n & 7);
	num(k, INIT_DATA, n, k->word);
	num(k, INIT_DATA, n, k->word);
}

struct bytes mkkern_build(const struct mkkern *m)
{
	struct make k = { .m = m, .word = m->is32 ? 4 : 8 };
	struct bytes b;

	text_of_kernel(&k);
	if (!m->no_exports)
		exports(&k);
	params(&k);
	if (!m->no_btf)
		btf(&k);
	str(&k, INIT_DATA, "data");
	if (!m->no_keys)
		keys(&k);
	b = write_elf(&k);
	for (int i = 0; i < PARTS; i++)
		text_fini(&k.part[i]);
	return b;
}

/* ----------------------------------------------------------------- frames */

static struct bytes done(struct text *t)
{
	return (struct bytes){ (uint8_t *)t->p, t->n };
}

struct bytes mkkern_bzimage(struct span payload, uint32_t size)
{
	struct text t = { 0 };

	put_zeros(&t, 1024 + 64);
	if (t.failed)
		return (struct bytes){ 0 };
	poke((uint8_t *)t.p + 0x1f1, 1, 1, false);
	memcpy(t.p + 0x202, "HdrS", 4);
	poke((uint8_t *)t.p + 0x206, 0x20f, 2, false);
	poke((uint8_t *)t.p + 0x248, 64, 4, false);
	poke((uint8_t *)t.p + 0x24c, payload.n + 4, 4, false);
	text_add_bytes(&t, payload.p, payload.n);
	put(&t, size, 4, false);
	return done(&t);
}

struct bytes mkkern_zboot(struct span payload, uint32_t size)
{
	struct text t = { 0 };

	text_add_bytes(&t, "MZ\0\0zimg", 8);
	put(&t, 64, 4, false);
	put(&t, payload.n, 4, false);
	put_zeros(&t, 48);
	text_add_bytes(&t, payload.p, payload.n);
	put(&t, size, 4, false);
	return done(&t);
}

struct bytes mkkern_uki(struct span image)
{
	struct text t = { 0 };

	text_add(&t, "MZ");
	put_zeros(&t, 58);
	put(&t, 64, 4, false);
	text_add_bytes(&t, "PE\0\0", 4);
	put(&t, 0x8664, 2, false);
	put(&t, 2, 2, false);
	put_zeros(&t, 12);
	put_zeros(&t, 4); /* no optional header */
	text_add_bytes(&t, ".osrel\0\0", 8);
	put_zeros(&t, 32);
	text_add_bytes(&t, ".linux\0\0", 8);
	put(&t, image.n, 4, false);
	put(&t, 0, 4, false);
	put(&t, image.n + 100, 4, false);
	put(&t, 64 + 24 + 80, 4, false);
	put_zeros(&t, 16);
	text_add_bytes(&t, image.p, image.n);
	put_zeros(&t, 100);
	return done(&t);
}
