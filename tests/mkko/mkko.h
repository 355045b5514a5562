/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: mkko - kernel modules made from nothing, for tests
 *
 * mkko_build() makes a small, valid .ko for any machine; mkko_break() then
 * damages exactly one named thing in it. No fixture needs to be stored, and
 * what a test feeds to a parser can be read off its source.
 */
#ifndef LKM_TESTS_MKKO_H
#define LKM_TESTS_MKKO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/file.h"
#include "base/span.h"
#include "base/text.h"

/* How the table of exported symbols is written. */
enum mkko_form {
	MKKO_FORM_DEFAULT, /* place-relative where the machine's kernel has it
			    */
	MKKO_FORM_ABS,	 /* pointers: value, name, namespace                 */
	MKKO_FORM_OLD,	 /* pointers: value, name; before v5.4               */
	MKKO_FORM_FLAGS, /* as default, one table, and __kflagstab; v7.1     */
};

/* How the CRCs of exported symbols are written. */
enum mkko_crc {
	MKKO_CRC_PLAIN, /* numbers in __kcrctab */
	MKKO_CRC_REF,  /* references to numbers in .rodata                    */
	MKKO_CRC_ABS,  /* pointer-sized, values of absolute symbols __crc_X   */
	MKKO_CRC_NONE, /* a kernel without CONFIG_MODVERSIONS                 */
};

enum mkko_sign {
	MKKO_UNSIGNED,
	MKKO_PKCS7, /* named by issuer and serial, as sign-file does it  */
	MKKO_PKCS7_KEYID, /* named by subject key identifier */
	MKKO_PKCS7_WHOLE, /* with certificate, attributes and content */
	MKKO_X509, /* the form before PKCS#7                            */
};

struct mkko_need {
	const char *name;
	uint32_t crc;
	bool weak;
	bool only_version; /* in the version table, not in .symtab */
};

struct mkko_export {
	const char *name;
	const char *ns; /* NULL: none */
	uint32_t crc;
	bool gpl;
};

/* A relocation of eight bytes of code, which lie one behind the other. */
struct mkko_place {
	uint32_t type;
	const char *of;	  /* a symbol of the kernel's; NULL: this code itself */
	int64_t addend;	  /* counted from the place, if it is of this code */
	bool number;	  /* of nothing: @addend is all */
};

/* Zero it to start; a zero or NULL field means what the comment says. */
struct mkko {
	const char *machine; /* "x86_64"; mkko_machines() has all             */
	const char *name;    /* "mkko"                                        */
	const char *license; /* "GPL"                                         */
	const char *vermagic; /* "6.1.0 SMP preempt mod_unload modversions " */
	const char *depends; /* ""                                            */
	const char *const *info; /* further "key=value" strings, NULL ends */
	const struct mkko_need *needs;
	size_t n_needs;
	const struct mkko_export *exports;
	size_t n_exports;
	enum mkko_form form;
	enum mkko_crc crc;
	bool versions;	   /* write __versions                              */
	bool ext_versions; /* write __version_ext_crcs and _names           */
	enum mkko_sign sign;
	/*
	 * A variable mkko_fops that points to a function mkko_open, and to
	 * noop_llseek of the kernel; a parameter mkko_count, 7.
	 */
	bool tables;
	const struct mkko_place *places; /* in .text */
	size_t n_places;
	bool plts; /* .plt and the like, as the kernel for arm64 wants them */
	struct span btf; /* becomes .BTF; empty: none */
	/* struct module of the kernel that it is for; 0: as Debian's 6.1 */
	uint32_t this_size, this_init, this_exit;
};

/**
 * mkko_build() - make a module
 * @ret: free with bytes_fini()
 *
 * Return: 0; -EINVAL if the machine is unknown or names do not fit where they
 * belong; -ENOMEM.
 */
_must_check_ int mkko_build(const struct mkko *m, struct bytes *ret);

/* Makes every part: exports, needs, versions of both kinds, a signature. */
extern const struct mkko mkko_full;

/* The known machines' names, NULL ends. */
const char *const *mkko_machines(void);

struct mkko_break {
	const char *name; /* "elf.magic" */
	const char *what; /* what is done, in one line */
};

/* What can be broken; a NULL name ends. */
const struct mkko_break *mkko_breaks(void);

/**
 * mkko_break() - damage one thing in a module that mkko_build() made
 * @name: of mkko_breaks()
 *
 * Return: 0; -EINVAL if nothing has that name; -ENOENT if this module has no
 * such part (it has none of mkko_full's).
 */
_must_check_ int mkko_break(struct bytes *b, const char *name);

#endif
