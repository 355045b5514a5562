/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: mkkern - kernel images made from nothing, for tests
 *
 * A small ELF file with the tables of a kernel: banner, vermagic, messages,
 * exports, parameters, a certificate, type information, a configuration. It
 * says of itself:
 *
 *	release     9.8.7-mk
 *	exports     alpha, beta (namespace "NS"), delta; gamma for GPL only
 *	CRCs        0x1000 and on, in the order of this list with gamma last
 *	module      256 bytes; name at 24, init 120, exit 128, core.size 144
 *	taken       "loop" (parameter), "kernel", "crc" (version)
 */
#ifndef LKM_TESTS_MKKERN_H
#define LKM_TESTS_MKKERN_H

#include <stdbool.h>

#include "base/file.h"
#include "base/text.h"

#define MKKERN_RELEASE "9.8.7-mk"
#define MKKERN_VERMAGIC "9.8.7-mk SMP mod_unload modversions "

enum mkkern_form {
	MKKERN_PREL,	 /* value, name, namespace; relative */
	MKKERN_PREL_OLD, /* value, name; relative */
	MKKERN_ABS,	 /* value, name, namespace; pointers */
	MKKERN_ABS_OLD,	 /* value, name; pointers */
	MKKERN_FLAGS,	 /* as the first; one table and __kflagstab */
};

enum mkkern_crc { MKKERN_CRC_PLAIN, MKKERN_CRC_REL, MKKERN_CRC_NONE };

struct mkkern {
	enum mkkern_form form;
	enum mkkern_crc crc;
	bool is32, be;
	bool no_exports, no_btf, no_keys;
	bool revoked; /* a second certificate, of which nobody says the size */
	const char *config; /* gzip stream to be put between marks; NULL */
	size_t config_n;
};

/* Free with bytes_fini(); p is NULL if memory ran out. */
struct bytes mkkern_build(const struct mkkern *m);

/*
 * The .BTF of a module of that kernel: mkko_open() is what the kernel's struct
 * file_operations has at open and at llseek.
 */
struct bytes mkkern_module_btf(const struct mkkern *m);

/* Around a packed (or bare) image. @size: what stands behind the payload. */
struct bytes mkkern_bzimage(struct span payload, uint32_t size);
struct bytes mkkern_zboot(struct span payload, uint32_t size);
struct bytes mkkern_uki(struct span image);

#endif
