/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocations of arm64: data, the four parts of a number in MOVZ, MOVN and
 * MOVK, and places in instructions that reach only so far. A value is written
 * first, and then found too large.
 *
 * How far two things are apart is known within one part of the module. Else
 * the kernel keeps them within 2 GiB, and no more is known: what reaches
 * further fits, what is out by more does not, and between these the kernel's
 * choice of addresses decides.
 *
 * Kernel: apply_relocate_add(), arch/arm64/kernel/module.c.
 */
#include <elf.h>

#include "rules/run.h"

/* Of the psABI, but older than some elf.h. */
#ifndef R_AARCH64_MOVW_PREL_G0
#define R_AARCH64_MOVW_PREL_G0 287
#define R_AARCH64_MOVW_PREL_G0_NC 288
#define R_AARCH64_MOVW_PREL_G1 289
#define R_AARCH64_MOVW_PREL_G1_NC 290
#define R_AARCH64_MOVW_PREL_G2 291
#define R_AARCH64_MOVW_PREL_G2_NC 292
#define R_AARCH64_MOVW_PREL_G3 293
#endif

enum op { ABS, PREL, PAGE };
enum form { NOTHING, DATA, MOVK, MOVN, IMM };

/* Where in an instruction a number goes. */
enum place { IMM_ADR, IMM_26, IMM_19, IMM_16, IMM_14, IMM_12 };

static const struct {
	uint8_t shift, bits;
} places[] = {
	[IMM_26] = { 0, 26 }, [IMM_19] = { 5, 19 }, [IMM_16] = { 5, 16 },
	[IMM_14] = { 5, 14 }, [IMM_12] = { 10, 12 },
};

struct how {
	uint16_t type;
	enum op op;
	enum form form;
	uint8_t lsb, len; /* of the value */
	enum place place;
	bool check;
};

static const struct how hows[] = {
	{ R_ARM_NONE, ABS, NOTHING, 0, 0, 0, false },
	{ 256, ABS, /* once R_AARCH64_NONE */ NOTHING, 0, 0, 0, false },
	{ R_AARCH64_ABS64, ABS, DATA, 0, 64, 0, false },
	{ R_AARCH64_ABS32, ABS, DATA, 0, 32, 0, true },
	{ R_AARCH64_ABS16, ABS, DATA, 0, 16, 0, true },
	{ R_AARCH64_PREL64, PREL, DATA, 0, 64, 0, false },
	{ R_AARCH64_PREL32, PREL, DATA, 0, 32, 0, true },
	{ R_AARCH64_PREL16, PREL, DATA, 0, 16, 0, true },
	{ R_AARCH64_MOVW_UABS_G0, ABS, MOVK, 0, 16, IMM_16, true },
	{ R_AARCH64_MOVW_UABS_G0_NC, ABS, MOVK, 0, 16, IMM_16, false },
	{ R_AARCH64_MOVW_UABS_G1, ABS, MOVK, 16, 16, IMM_16, true },
	{ R_AARCH64_MOVW_UABS_G1_NC, ABS, MOVK, 16, 16, IMM_16, false },
	{ R_AARCH64_MOVW_UABS_G2, ABS, MOVK, 32, 16, IMM_16, true },
	{ R_AARCH64_MOVW_UABS_G2_NC, ABS, MOVK, 32, 16, IMM_16, false },
	{ R_AARCH64_MOVW_UABS_G3, ABS, MOVK, 48, 16, IMM_16, false },
	{ R_AARCH64_MOVW_SABS_G0, ABS, MOVN, 0, 16, IMM_16, true },
	{ R_AARCH64_MOVW_SABS_G1, ABS, MOVN, 16, 16, IMM_16, true },
	{ R_AARCH64_MOVW_SABS_G2, ABS, MOVN, 32, 16, IMM_16, true },
	{ R_AARCH64_MOVW_PREL_G0, PREL, MOVN, 0, 16, IMM_16, true },
	{ R_AARCH64_MOVW_PREL_G0_NC, PREL, MOVK, 0, 16, IMM_16, false },
	{ R_AARCH64_MOVW_PREL_G1, PREL, MOVN, 16, 16, IMM_16, true },
	{ R_AARCH64_MOVW_PREL_G1_NC, PREL, MOVK, 16, 16, IMM_16, false },
	{ R_AARCH64_MOVW_PREL_G2, PREL, MOVN, 32, 16, IMM_16, true },
	{ R_AARCH64_MOVW_PREL_G2_NC, PREL, MOVK, 32, 16, IMM_16, false },
	{ R_AARCH64_MOVW_PREL_G3, PREL, MOVN, 48, 16, IMM_16, false },
	{ R_AARCH64_LD_PREL_LO19, PREL, IMM, 2, 19, IMM_19, true },
	{ R_AARCH64_ADR_PREL_LO21, PREL, IMM, 0, 21, IMM_ADR, true },
	{ R_AARCH64_ADR_PREL_PG_HI21, PAGE, IMM, 12, 21, IMM_ADR, true },
	{ R_AARCH64_ADR_PREL_PG_HI21_NC, PAGE, IMM, 12, 21, IMM_ADR, false },
	{ R_AARCH64_ADD_ABS_LO12_NC, ABS, IMM, 0, 12, IMM_12, false },
	{ R_AARCH64_LDST8_ABS_LO12_NC, ABS, IMM, 0, 12, IMM_12, false },
	{ R_AARCH64_LDST16_ABS_LO12_NC, ABS, IMM, 1, 11, IMM_12, false },
	{ R_AARCH64_LDST32_ABS_LO12_NC, ABS, IMM, 2, 10, IMM_12, false },
	{ R_AARCH64_LDST64_ABS_LO12_NC, ABS, IMM, 3, 9, IMM_12, false },
	{ R_AARCH64_LDST128_ABS_LO12_NC, ABS, IMM, 4, 8, IMM_12, false },
	{ R_AARCH64_TSTBR14, PREL, IMM, 2, 14, IMM_14, true },
	{ R_AARCH64_CONDBR19, PREL, IMM, 2, 19, IMM_19, true },
	{ R_AARCH64_JUMP26, PREL, IMM, 2, 26, IMM_26, true },
	{ R_AARCH64_CALL26, PREL, IMM, 2, 26, IMM_26, true },
};

static const struct how *how_of(uint32_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(hows); i++)
		if (hows[i].type == type)
			return &hows[i];
	return NULL;
}

/* ---------------------------------------------------------------- distance */

/* What belongs together, and how far it may be moved against the rest. */
#define NEAR (INT64_C(1) << 31)	 /* the kernel and all modules */
#define AFAR (INT64_C(1) << 48)	 /* memory of any kind */
#define KERNEL -1
#define COPY -2
#define FIXED -3 /* a number, no place */

static int part_of(const struct run *r, uint64_t at)
{
	for (size_t i = 0; i < r->r->n_parts; i++)
		if (at - r->part_base[i] < r->r->parts[i].size)
			return (int)i;
	return COPY;
}

/* Where a symbol lies: a part of the module, or one of the above. */
static int home_of(struct run *r, uint32_t sym)
{
	struct run_symbol y;

	if (!run_symbol(r, sym, &y))
		return COPY;
	if (y.shndx == SHN_UNDEF)
		return y.value ? KERNEL : FIXED;
	if (y.shndx >= r->shnum)
		return FIXED;
	if (y.shndx == r->i_pcpu)
		return KERNEL;
	return r->sec[y.shndx].part >= 0 ? r->sec[y.shndx].part : COPY;
}

static int64_t distance(enum op op, uint64_t val, uint64_t at)
{
	if (op == PAGE)
		return (int64_t)((val & ~UINT64_C(0xfff)) -
				 (at & ~UINT64_C(0xfff)));
	return (int64_t)(op == PREL ? val - at : val);
}

/* By how much a value lies beyond the part that its symbol is in. */
static int64_t beyond(const struct run *r, int home, const struct run_site *s)
{
	const int64_t page = RUN_PAGE;
	int64_t addend = (int64_t)s->addend;

	if (home >= 0 &&
	    s->val - r->part_base[home] <= r->r->parts[home].size)
		return 0;
	return addend > -page && addend < page ? 0 : addend;
}

static enum kern_known within(int64_t d, int64_t low, int64_t high)
{
	return d >= low && d <= high ? KERN_YES : KERN_NO;
}

/*
 * Is the distance between the two within these limits? UNKNOWN: that depends
 * on where they will be put.
 */
static enum kern_known reaches(struct run *r, enum op op,
			       const struct run_site *s, int64_t low,
			       int64_t high)
{
	int home = home_of(r, s->sym), here = part_of(r, s->at);
	int64_t d = distance(op, s->val, s->at), off, room;

	if (op == ABS || home == FIXED || (home == here && home >= 0))
		return within(d, low, high);
	off = beyond(r, home, s);
	room = home == COPY || here == COPY ? AFAR : NEAR;
	if (room == NEAR && !off && low <= -NEAR && high >= NEAR - 1)
		return KERN_YES;
	/* So far off that nothing matters; sums stay in range. */
	if (off > 4 * AFAR || off < -4 * AFAR)
		return KERN_NO;
	if (off - room >= low && off + room <= high)
		return KERN_YES;
	return off + room < low || off - room > high ? KERN_NO : KERN_UNKNOWN;
}

static enum kern_known fits(struct run *r, const struct how *h,
			    const struct run_site *s)
{
	int64_t v = distance(h->op, s->val, s->at);
	int64_t half = INT64_C(1) << (h->lsb + h->len - 1);

	if (!h->check || h->form == NOTHING || h->len == 64)
		return KERN_YES;
	if (h->form == DATA && h->op == ABS)
		return within(v, 0, 2 * half - 1);
	if (h->form == MOVK)
		return within(v, 0, 2 * half - 1);
	if (h->form == MOVN)
		return reaches(r, h->op, s, -2 * half, 2 * half - 1);
	return reaches(r, h->op, s, -half, half - 1);
}

/* ------------------------------------------------------------------ write */

static uint32_t with_imm(uint32_t insn, enum place p, uint64_t imm)
{
	uint32_t mask;

	if (p == IMM_ADR) /* two low bits, and the rest, elsewhere */
		return (insn & ~0x60ffffe0u) |
		       (uint32_t)(imm & 3) << 29 |
		       (uint32_t)(imm >> 2 & 0x7ffff) << 5;
	mask = (1u << places[p].bits) - 1;
	return (insn & ~(mask << places[p].shift)) |
	       ((uint32_t)imm & mask) << places[p].shift;
}

static uint32_t movw(const struct how *h, uint32_t insn, int64_t v)
{
	uint64_t imm = (uint64_t)(v >> h->lsb);

	if (h->form == MOVN) {
		insn &= ~(3u << 29);
		if (v >= 0)
			insn |= 2u << 29;
		else
			imm = ~imm;
	}
	return with_imm(insn, h->place, imm);
}

static void write_data(uint8_t *p, uint64_t v, unsigned bytes)
{
	v = htole64(v);
	memcpy(p, &v, bytes);
}

static void write_value(const struct how *h, uint8_t *p, int64_t v)
{
	uint32_t insn;
	uint64_t mask;

	if (h->form == DATA) {
		write_data(p, (uint64_t)v, h->len / 8);
		return;
	}
	mask = (UINT64_C(1) << h->len) - 1;
	memcpy(&insn, p, 4);
	insn = le32toh(insn);
	insn = h->form == IMM
		       ? with_imm(insn, h->place,
				  (uint64_t)(v >> h->lsb) & mask)
		       : movw(h, insn, v);
	insn = htole32(insn);
	memcpy(p, &insn, 4);
}

/* ------------------------------------------------------------------ apply */

static bool overflow(struct run *r, const struct run_site *s)
{
	r->no_prefix = !r->has.arm64.since_6_5;
	return run_refuse(r, "load.rela.arm64.overflow",
			  PLACES(r->mod_name, run_text(r, "%d", (int)s->type),
				 run_text(r, "%llx",
					  (unsigned long long)s->val)),
			  run_site_where(r, s));
}

static bool no_type(struct run *r, const struct run_site *s)
{
	r->no_prefix = !r->has.arm64.since_6_5;
	return run_refuse(r, "load.rela.arm64.type",
			  PLACES(r->mod_name, run_text(r, "%u", s->type)),
			  run_site_where(r, s));
}

static bool is_adrp(const struct how *h)
{
	return h->op == PAGE;
}

static bool is_call(const struct how *h)
{
	return h->place == IMM_26 && h->form == IMM;
}

/* By way of an entry of .plt, which the same part of the module has. */
static bool by_plt(struct run *r, const struct how *h, struct run_site *s,
		   enum kern_known near, uint8_t *p)
{
	uint64_t plt;
	int64_t d;

	if (!run_plt_add(r, s, near == KERN_NO, &plt))
		return false;
	d = (int64_t)(plt - s->at);
	write_value(h, p, d);
	s->val = plt;
	return within(d, -(INT64_C(1) << 27), (INT64_C(1) << 27) - 1) ==
		       KERN_YES ||
	       overflow(r, s);
}

/* An ADRP at the end of a page: an ADR if that reaches, or a veneer. */
static bool by_veneer(struct run *r, struct run_site *s)
{
	const int64_t mib = INT64_C(1) << 20;
	uint64_t veneer;
	enum kern_known near;

	s->val &= ~UINT64_C(0xfff);
	near = reaches(r, PREL, s, -mib, mib - 1);
	if (near == KERN_YES)
		return true;
	/* Two veneers are never the same. */
	s->val = s->at;
	return run_plt_add(r, s, near == KERN_NO, &veneer);
}

bool run_apply_arm64(struct run *r, struct run_site *s)
{
	const struct how *h = how_of(s->type);
	enum kern_known ok;
	uint8_t *p;

	if (!h)
		return no_type(r, s);
	if (h->form == NOTHING)
		return true;
	s->width = h->form == DATA ? h->len / 8 : 4;
	p = run_site_place(r, s);
	if (!p)
		return run_site_stray(r, s);
	if (is_adrp(h) && run_plt_forbidden(r, s->at))
		return by_veneer(r, s);
	write_value(h, p, distance(h->op, s->val, s->at));
	ok = fits(r, h, s);
	if (ok == KERN_YES)
		return true;
	if (is_call(h) && r->has.arm64.plts != KERN_NO)
		return by_plt(r, h, s, ok, p);
	if (ok == KERN_NO)
		return overflow(r, s);
	run_unknown(r, "how far its parts and the kernel will lie from one another");
	return false;
}
