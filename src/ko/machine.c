/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of machines and compressions, as people know them. */
#include <elf.h>

#include "ko/ko.h"

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif
#define EM_ARC_V2 195 /* elf.h has no agreed name for it */

struct machine {
	uint16_t em;
	const char *le32, *le64, *be32, *be64; /* NULL: no such kernel */
};

static const struct machine machines[] = {
	{ EM_386, "i686", NULL, NULL, NULL },
	{ EM_X86_64, "x86_64", "x86_64", NULL, NULL },
	{ EM_ARM, "arm", NULL, "armeb", NULL },
	{ EM_AARCH64, NULL, "aarch64", NULL, "aarch64_be" },
	{ EM_RISCV, "riscv32", "riscv64", NULL, NULL },
	{ EM_PPC, "ppcle", NULL, "ppc", NULL },
	{ EM_PPC64, NULL, "ppc64le", NULL, "ppc64" },
	{ EM_S390, NULL, NULL, "s390", "s390x" },
	{ EM_MIPS, "mips", "mips64", "mips", "mips64" },
	{ EM_LOONGARCH, "loongarch32", "loongarch64", NULL, NULL },
	{ EM_SPARC, NULL, NULL, "sparc", NULL },
	{ EM_SPARC32PLUS, NULL, NULL, "sparc", NULL },
	{ EM_SPARCV9, NULL, NULL, NULL, "sparc64" },
	{ EM_PARISC, NULL, NULL, "parisc", "parisc64" },
	{ EM_68K, NULL, NULL, "m68k", NULL },
	{ EM_SH, "sh4", NULL, "sh4eb", NULL },
	{ EM_ALPHA, NULL, "alpha", NULL, NULL },
	{ EM_XTENSA, "xtensa", NULL, "xtensa", NULL },
	{ EM_OPENRISC, NULL, NULL, "openrisc", NULL },
	{ EM_ARC_COMPACT, "arc", NULL, "arceb", NULL },
	{ EM_ARC_V2, "arc", NULL, "arceb", NULL },
	{ EM_CSKY, "csky", NULL, NULL, NULL },
	{ EM_MICROBLAZE, "microblaze", NULL, "microblaze", NULL },
	{ EM_ALTERA_NIOS2, "nios2", NULL, NULL, NULL },
	{ EM_QDSP6, "hexagon", NULL, NULL, NULL },
	{ EM_IA_64, NULL, "ia64", NULL, NULL },
};

const char *ko_machine_of(uint16_t machine, bool is64, bool be)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *m = &machines[i];

		if (m->em != machine)
			continue;
		if (be)
			return is64 ? m->be64 : m->be32;
		return is64 ? m->le64 : m->le32;
	}
	return NULL;
}

const char *ko_compression_name(enum ko_compression c)
{
	static const char *const names[] = {
		[KO_RAW] = "none",
		[KO_GZIP] = "gzip",
		[KO_XZ] = "xz",
		[KO_ZSTD] = "zstd",
	};

	return (size_t)c < ARRAY_SIZE(names) ? names[c] : "unknown";
}
