/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines that mkko makes modules for. */
#include <elf.h>

#include "internal.h"

/* Older elf.h lack these. */
#define EM_LOONGARCH_ 258
#define R_LARCH_32_ 1
#define R_LARCH_64_ 2
#define R_LARCH_32_PCREL_ 99

static const uint8_t x86_ret0[] = { 0x31, 0xc0, 0xc3 };
static const uint8_t arm64_ret0[] = { 0, 0, 0x80, 0x52, 0xc0, 3, 0x5f, 0xd6 };
static const uint8_t riscv_ret0[] = { 0x01, 0x45, 0x82, 0x80 };

#define CODE(c) .ret0 = c, .ret0_n = sizeof(c)
#define WORD64 .is64 = true, .rela = true

static const struct mkko_machine machines[] = {
	{ "x86_64", EM_X86_64, WORD64, .abs_word = R_X86_64_64,
	  .abs32 = R_X86_64_32, .prel32 = R_X86_64_PC32, CODE(x86_ret0) },
	{ "i686", EM_386, .abs_word = R_386_32, .abs32 = R_386_32,
	  .prel32 = R_386_PC32, CODE(x86_ret0) },
	{ "aarch64", EM_AARCH64, WORD64, .abs_word = R_AARCH64_ABS64,
	  .abs32 = R_AARCH64_ABS32, .prel32 = R_AARCH64_PREL32,
	  CODE(arm64_ret0) },
	{ "aarch64_be", EM_AARCH64, WORD64, .be = true,
	  .abs_word = R_AARCH64_ABS64, .abs32 = R_AARCH64_ABS32,
	  .prel32 = R_AARCH64_PREL32, CODE(arm64_ret0) },
	{ "arm", EM_ARM, .abs_word = R_ARM_ABS32, .abs32 = R_ARM_ABS32,
	  .flags = 0x5000000 },
	{ "armeb", EM_ARM, .be = true, .abs_word = R_ARM_ABS32,
	  .abs32 = R_ARM_ABS32, .flags = 0x5000000 },
	{ "riscv64", EM_RISCV, WORD64, .abs_word = R_RISCV_64,
	  .abs32 = R_RISCV_32, .prel32 = R_RISCV_ADD32, .sub32 = R_RISCV_SUB32,
	  .flags = 1, CODE(riscv_ret0) },
	{ "ppc", EM_PPC, .be = true, .rela = true, .abs_word = R_PPC_ADDR32,
	  .abs32 = R_PPC_ADDR32, .prel32 = R_PPC_REL32 },
	{ "ppc64", EM_PPC64, WORD64, .be = true, .abs_word = R_PPC64_ADDR64,
	  .abs32 = R_PPC64_ADDR32, .prel32 = R_PPC64_REL32, .flags = 1 },
	{ "ppc64le", EM_PPC64, WORD64, .abs_word = R_PPC64_ADDR64,
	  .abs32 = R_PPC64_ADDR32, .prel32 = R_PPC64_REL32, .flags = 2 },
	{ "s390x", EM_S390, WORD64, .be = true, .abs_word = R_390_64,
	  .abs32 = R_390_32, .prel32 = R_390_PC32 },
	{ "mips", EM_MIPS, .be = true, .abs_word = R_MIPS_32,
	  .abs32 = R_MIPS_32, .flags = 0x70001001 },
	{ "mipsel", EM_MIPS, .abs_word = R_MIPS_32, .abs32 = R_MIPS_32,
	  .flags = 0x70001001 },
	{ "mips64", EM_MIPS, WORD64, .be = true, .abs_word = R_MIPS_64,
	  .abs32 = R_MIPS_32, .flags = 0x80000001 },
	{ "mips64el", EM_MIPS, WORD64, .abs_word = R_MIPS_64,
	  .abs32 = R_MIPS_32, .flags = 0x80000001 },
	{ "loongarch64", EM_LOONGARCH_, WORD64, .abs_word = R_LARCH_64_,
	  .abs32 = R_LARCH_32_, .prel32 = R_LARCH_32_PCREL_, .flags = 0x43 },
	{ "sparc64", EM_SPARCV9, WORD64, .be = true, .abs_word = R_SPARC_64,
	  .abs32 = R_SPARC_32 },
};

const struct mkko_machine *mkko_machine(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (str_eq(machines[i].name, name))
			return &machines[i];
	return NULL;
}

const char *const *mkko_machines(void)
{
	static const char *names[ARRAY_SIZE(machines) + 1];

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		names[i] = machines[i].name;
	return names;
}
