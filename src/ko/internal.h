/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of src/ko/ share, and nobody else sees. */
#ifndef LKM_KO_INTERNAL_H
#define LKM_KO_INTERNAL_H

#include "ko/ko.h"

/*
 * Reads the ELF header and the section table of ko->image. On failure the
 * fields that describe them are as the header has them as far as it goes, and
 * ko->elf is false. Return: 0 or -ENOEXEC.
 */
int elf_init(struct ko *ko, struct diag *d);

/* Does @s lie inside the file? Return: 0 or -ENOEXEC, without the path. */
int section_bytes(const struct ko *ko, const struct ko_section *s,
		  struct diag *d);

/* Finds .symtab and its strings; nothing is set if they cannot be used. */
void symbols_init(struct ko *ko);

/* Finds .modinfo and makes sure that it ends in NUL. Return: 0 or -ENOMEM. */
int modinfo_init(struct ko *ko);

/* Sets ko->name. */
void name_init(struct ko *ko);

/*
 * Fills in what the PKCS#7 message @s says of its first signer, copied to @a.
 * Return: 0; -EBADMSG, -ENOPKG or -ENOMEM, as ko_signature(), without the path.
 */
int pkcs7_read(struct span s, struct arena *a, struct ko_signature *ret,
	       struct diag *d);

/* An unsigned number of the file's byte order; 0 where it lies outside. */
static inline uint64_t ko_uint(const struct ko *ko, struct span s, uint64_t off,
			       unsigned width)
{
	uint64_t v = 0;

	(void)span_uint(s, off, width, ko->be, &v);
	return v;
}

/* Bytes of an address in this file. */
static inline unsigned ko_word(const struct ko *ko)
{
	return ko->is64 ? 8 : 4;
}

#endif
