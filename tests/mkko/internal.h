/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of mkko share. */
#ifndef LKM_TESTS_MKKO_INTERNAL_H
#define LKM_TESTS_MKKO_INTERNAL_H

#include "mkko.h"

/* Which relocations a machine's assembler would use. */
struct mkko_machine {
	const char *name;
	uint16_t em;
	bool is64, be, rela;
	uint16_t abs_word; /* R_*: a pointer */
	uint16_t abs32;
	uint16_t prel32; /* 0: this machine's kernel uses pointers            */
	uint16_t sub32;	 /* RISC-V: prel32 adds, this one subtracts the place */
	uint32_t flags;	 /* e_flags                                           */
	const uint8_t *ret0; /* code of `return 0`; NULL: zeros               */
	size_t ret0_n;
};

/* NULL: unknown. */
const struct mkko_machine *mkko_machine(const char *name);

/* Appends a number of @width bytes. */
static inline void put(struct text *t, uint64_t v, unsigned width, bool be)
{
	uint8_t b[8];

	for (unsigned i = 0; i < width; i++)
		b[be ? width - 1 - i : i] = (uint8_t)(v >> (8 * i));
	text_add_bytes(t, b, width);
}

/* Overwrites one. */
static inline void poke(uint8_t *p, uint64_t v, unsigned width, bool be)
{
	for (unsigned i = 0; i < width; i++)
		p[be ? width - 1 - i : i] = (uint8_t)(v >> (8 * i));
}

static inline void put_zeros(struct text *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_add_bytes(t, "", 1);
}

/* Appends signature, trailer and marker to a whole module. */
void mkko_add_signature(struct text *t, enum mkko_sign how);

/* Appends an X.509 certificate, of "mkko test key", in DER. */
void mkko_add_certificate(struct text *t);

#endif
