/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: ko - one kernel module file, read and looked at
 *
 * ko_open() brings a file's bytes into memory, decompresses them if need be,
 * and looks at the ELF header and the section table once. Everything else is
 * a question that is answered from those bytes when it is asked, through
 * borrowed views. Nothing here trusts the file.
 *
 *	file --> image --> section table --> .modinfo, symbols, exports, ...
 *	          |
 *	          +--> appended signature (behind the ELF part)
 *
 * A damaged file opens all the same: its image is there to be looked at, and
 * ko_check_elf() or ko_check_module() says what is wrong with it. All views
 * on a file without a usable section table are empty.
 *
 * Borrowed: every pointer and span handed out here points into the image (or
 * into memory that belongs to the same `struct ko`) and is valid until
 * ko_close(). A const struct ko may be asked by several threads at once.
 */
#ifndef LKM_KO_KO_H
#define LKM_KO_KO_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/span.h"
#include "base/text.h"

/* No module is larger, neither as a file nor decompressed: -EFBIG. */
#define KO_MAX_BYTES (UINT64_C(1) << 30)

/* Room for a module's name: the longest file name there is. */
#define KO_NAME_MAX 256

enum ko_compression { KO_RAW, KO_GZIP, KO_XZ, KO_ZSTD };

/*
 * Read its fields, never write them. Those of the ELF header are zero if
 * there is no usable one (ko_check_elf() says why).
 */
struct ko {
	struct span image;  /* what the kernel gets to see, decompressed */
	uint64_t file_size; /* as it lies on disk */
	enum ko_compression compression;
	uint8_t xz_check; /* of KO_XZ: 0 none, 1 CRC32, 4 CRC64, 10 SHA-256 */
	char name[KO_NAME_MAX]; /* modinfo name=, else struct module's, else
				 * the file's; dashes are underscores */
	const char *path; /* as given */

	bool elf; /* header and section table can be used */
	bool is64;
	bool be;               /* big-endian */
	uint16_t type;         /* ET_*: a module has ET_REL */
	uint16_t machine;      /* EM_* */
	char machine_name[20]; /* as uname -m: "x86_64"; "machine 4711" */
	uint32_t flags;        /* e_flags */
	uint32_t nsh;          /* sections, number 0 included; 0 if !elf */

	/* Section numbers, 0 if there is no such section; the first wins. */
	uint32_t sh_modinfo;
	uint32_t sh_this_module;
	uint32_t sh_symtab;

	/* Below: for src/ko/ only. */
	uint64_t shoff;
	struct span shstr;
	struct span info; /* .modinfo, ends in NUL or is empty */
	struct span syms;
	struct span strs;
	void *map;          /* mmap()ed, or NULL */
	size_t map_n;
	uint8_t *owned;     /* malloc()ed image, or NULL */
	uint8_t *info_copy; /* .modinfo where its last NUL is missing */
};

/* ------------------------------------------------------------------ open */

/**
 * ko_open() - read one file, decompress it
 * @path: gzip, xz and zstd are told by their first bytes, not by the name
 * @ret:  set only on success; free with ko_close()
 *
 * A large raw file is mapped, not read: if somebody cuts it short while it is
 * open, the program gets SIGBUS, as with any mapped file. Install files by
 * rename.
 *
 * Return: 0, also if the content is no module (ask ko_check_module()); the
 * errno of open(2) or mmap(2); -EISDIR or -EINVAL if it is no regular file;
 * -EFBIG if the file, or what it decompresses to, has more than KO_MAX_BYTES;
 * -EBADMSG if the compressed stream is damaged or cut short; -ENOPKG if the
 * library that decompresses it is not installed; -ENOMEM.
 */
_must_check_ int ko_open(const char *path, struct ko **ret, struct diag *d);

/* The same, from an open file; @fd stays the caller's. */
_must_check_ int ko_open_fd(int fd, const char *path, struct ko **ret,
			    struct diag *d);

/**
 * ko_open_bytes() - look at bytes that are in memory already
 * @path:  what to call them in diagnostics
 * @bytes: taken over and zeroed on success; the caller's on failure
 *
 * Return: 0; as ko_open() where the bytes are compressed; -EFBIG; -ENOMEM.
 */
_must_check_ int ko_open_bytes(const char *path, struct bytes *bytes,
			       struct ko **ret, struct diag *d);

/* The same; @bytes stay the caller's and must outlive the result. */
_must_check_ int ko_open_span(const char *path, struct span bytes,
			      struct ko **ret, struct diag *d);

/*
 * Between ko_keep(true) and ko_keep(false) what decompressors need is kept for
 * the next module, some MiB for each thread: for whoever reads thousands.
 */
void ko_keep(bool keep);

/* NULL is fine. Return: NULL. */
struct ko *ko_close(struct ko *ko);

static inline void ko_close_cleanup(struct ko **ko)
{
	(void)ko_close(*ko);
}

#define _cleanup_ko_ _cleanup_(ko_close_cleanup)

/**
 * ko_check_elf() - is this an ELF object file with a usable section table?
 *
 * Return: 0; -ENOEXEC with the reason: empty, no ELF file, class or byte
 * order unknown, a program or a library instead of an object file, section
 * table or section names outside the file.
 */
_must_check_ int ko_check_elf(const struct ko *ko, struct diag *d);

/**
 * ko_check_module() - is this a kernel module?
 *
 * Return: 0; -ENOEXEC as ko_check_elf(), and for an object file that has no
 * .gnu.linkonce.this_module section (a .o that modpost has not seen yet).
 */
_must_check_ int ko_check_module(const struct ko *ko, struct diag *d);

/* Opens what must be a module: ko_open() and ko_check_module() in one. */
_must_check_ int ko_open_module(const char *path, struct ko **ret,
				struct diag *d);

static inline struct span ko_image(const struct ko *ko)
{
	return ko->image;
}

/* "none", "gzip", "xz", "zstd" */
const char *ko_compression_name(enum ko_compression c) _pure_;

/* What bytes that are no ELF file seem to be: "a text file"; NULL unknown. */
const char *ko_looks_like(struct span s) _pure_;

/* As `uname -m` says it: "x86_64", "aarch64"; NULL if unknown. */
const char *ko_machine_of(uint16_t machine, bool is64, bool be) _pure_;

/* -------------------------------------------------------------- sections */

struct ko_section {
	uint32_t idx;
	const char *name; /* "" if it lies outside the name table           */
	uint32_t type;  /* SHT_* */
	uint64_t flags; /* SHF_* */
	uint64_t addr;
	uint64_t offset;
	uint64_t size;
	uint32_t link;
	uint32_t info;
	uint64_t addralign;
	uint64_t entsize;
	struct span bytes; /* empty: SHT_NULL, SHT_NOBITS, outside the file */
};

/* Section @idx. False only if @idx >= ko->nsh. */
bool ko_section(const struct ko *ko, uint32_t idx, struct ko_section *ret);

/* The first section called @name, as the kernel's find_any_sec(). */
bool ko_find_section(const struct ko *ko, const char *name,
		     struct ko_section *ret);

/**
 * ko_section_bytes() - bytes of one section, checked to lie inside the file
 * @ret: empty for SHT_NULL and SHT_NOBITS, which own no bytes in the file
 *
 * Return: 0; -EINVAL if @idx is no section; -ENOEXEC if the section reaches
 * outside the file.
 */
_must_check_ int ko_section_bytes(const struct ko *ko, uint32_t idx,
				  struct span *ret, struct diag *d);

/* for (struct ko_section s = { 0 }; ko_section_next(ko, &s);), number 0 not */
bool ko_section_next(const struct ko *ko, struct ko_section *s);

/* --------------------------------------------------------------- symbols */

struct ko_symbol {
	uint64_t idx;
	const char *name; /* "" if it lies outside the string table         */
	uint64_t value;
	uint64_t size;
	uint16_t shndx; /* section, or SHN_UNDEF, SHN_ABS, SHN_COMMON */
	uint8_t bind;   /* STB_* */
	uint8_t type;   /* STT_* */
};

/* Number of symbols in .symtab, number 0 included. */
uint64_t ko_symbols(const struct ko *ko) _pure_;

/* Symbol @idx. False if there is none. */
bool ko_symbol(const struct ko *ko, uint64_t idx, struct ko_symbol *ret);

/* for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);), number 0 not */
bool ko_symbol_next(const struct ko *ko, struct ko_symbol *s);

/* The first defined symbol called @name. */
bool ko_find_symbol(const struct ko *ko, const char *name,
		    struct ko_symbol *ret);

/**
 * ko_symbol_at() - the function or object that a place lies in
 * @shndx: section
 * @off:   offset in that section
 * @ret:   the nearest symbol at or before it; functions and objects win over
 *         labels, global ones over local ones
 *
 * Return: false if no symbol of that section starts at or before @off.
 */
bool ko_symbol_at(const struct ko *ko, uint32_t shndx, uint64_t off,
		  struct ko_symbol *ret);

/*
 * The same as text: "hello_init+0x12/0x40", or ".text+0x12" where no symbol
 * is near. Adds to @t.
 */
void ko_describe(const struct ko *ko, uint32_t shndx, uint64_t off,
		 struct text *t);

struct ko_reloc {
	uint64_t idx;
	uint64_t offset; /* in the section that is relocated */
	uint64_t sym;    /* index in .symtab */
	uint32_t type;   /* R_<machine>_* */
	int64_t addend;  /* 0 for SHT_REL: it lies in the section */
	bool rela;
};

/* Number of entries of SHT_REL or SHT_RELA section @s, else 0. */
uint64_t ko_relocs(const struct ko *ko, const struct ko_section *s);
bool ko_reloc(const struct ko *ko, const struct ko_section *s, uint64_t idx,
	      struct ko_reloc *ret);

/* --------------------------------------------------------------- modinfo */

/* One `key=value` string of .modinfo; what has no '=' has an empty value. */
struct ko_info {
	struct span key;
	const char *value;
	const char *next; /* for ko_info_next()                             */
};

/* for (struct ko_info i = { 0 }; ko_info_next(ko, &i);) */
bool ko_info_next(const struct ko *ko, struct ko_info *i);

/* The first value of @key, or NULL. */
const char *ko_modinfo(const struct ko *ko, const char *key);

/* Adds the names in `depends=` to @ret. Return: 0 or -ENOMEM. */
_must_check_ int ko_depends(const struct ko *ko, struct strv *ret);

/* Name of a module from the name of a file: "/x/a-b.ko.xz" -> "a_b". */
void ko_name_of_path(const char *path, char ret[static KO_NAME_MAX]);

struct ko_param {
	const char *name;
	const char *type; /* "int", "charp", "array of int"; NULL: not told */
	const char *desc; /* MODULE_PARM_DESC(); NULL: none                 */
};

/**
 * ko_params() - the parameters that .modinfo tells of
 * @a:   memory for the list and its names
 * @ret: in the order of first mention; the last value of each kind counts
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int ko_params(const struct ko *ko, struct arena *a,
			   struct ko_param **ret, size_t *ret_n);

/* ---------------------------------------------------- exports and imports */

struct ko_export {
	const char *name;
	const char *ns; /* symbol namespace; "" for none                  */
	uint32_t crc; /* version of the interface, if has_crc */
	bool has_crc;
	bool gpl_only;
	uint32_t shndx; /* where the symbol itself is: section, offset; */
	uint64_t value; /* SHN_UNDEF if that cannot be told */
};

/**
 * ko_exports() - what the module offers to others
 * @ret: plain ones in the order of __ksymtab, then those of __ksymtab_gpl
 *
 * Return: 0, also with nothing exported; -ENOEXEC if the tables cannot be
 * read; -ENOMEM.
 */
_must_check_ int ko_exports(const struct ko *ko, struct arena *a,
			    struct ko_export **ret, size_t *ret_n,
			    struct diag *d);

struct ko_need {
	const char *name;
	uint32_t crc; /* version that it was built against, if has_crc */
	bool has_crc;
	bool weak; /* loads also where nobody offers it */
};

/**
 * ko_needs() - symbols that the module wants from the kernel and from others
 * @ret: in the order of .symtab, each with its version if there is one
 *
 * Return: 0; -ENOEXEC if the version tables cannot be read; -ENOMEM.
 */
_must_check_ int ko_needs(const struct ko *ko, struct arena *a,
			  struct ko_need **ret, size_t *ret_n, struct diag *d);

struct ko_version_tables {
	struct span crcs;   /* or whole slots of __versions */
	struct span names;
};

/* One entry of the version tables. */
struct ko_version {
	uint64_t idx;
	uint32_t crc;
	const char *name; /* NUL-terminated within its slot                 */
	size_t name_off; /* for ko_version_next() */
	struct ko_version_tables tables; /* for ko_version_next(), too */
};

/* `__versions`: fixed slots. `__version_ext_*`: names of any length. */
enum ko_version_table { KO_VERSIONS, KO_VERSIONS_EXT };

bool ko_has_versions(const struct ko *ko, enum ko_version_table t);

/*
 * for (struct ko_version v = { 0 }; ko_version_next(ko, t, &v);)
 * Ends before the first entry that is damaged; ko_check_versions() tells.
 */
bool ko_version_next(const struct ko *ko, enum ko_version_table t,
		     struct ko_version *v);

/* Return: 0, also where there are none; -ENOEXEC with the reason. */
_must_check_ int ko_check_versions(const struct ko *ko, enum ko_version_table t,
				   struct diag *d);

/* ------------------------------------------------------- identity, trust */

/* The GNU build id, from any note section. False: there is none. */
bool ko_build_id(const struct ko *ko, struct span *ret);

/* The trailer "~Module signature appended~\n" and what stands before it. */
struct ko_trailer {
	uint8_t algo, hash, id_type, signer_len, key_id_len;
	uint32_t sig_len;
	struct span signer; /* old style only; else empty */
	struct span key_id; /* old style only; else empty */
	struct span sig;    /* PKCS#7 in DER where id_type is KO_SIG_PKCS7 */
	uint64_t elf_bytes; /* the signed part: the image up to here */
};

#define KO_SIG_MARKER "~Module signature appended~\n"
#define KO_SIG_PKCS7 2

/**
 * ko_trailer() - find the appended signature, do not look into it
 *
 * Return: 0; -ENODATA if nothing is appended (no diagnostic); -EBADMSG if
 * the lengths in the trailer do not fit the file.
 */
_must_check_ int ko_trailer(const struct ko *ko, struct ko_trailer *ret,
			    struct diag *d);

struct ko_signature {
	struct ko_trailer trailer;
	const char *id;	    /* "PKCS#7", "X509", "PGP"; "unknown"             */
	const char *signer; /* common name of the issuer, else the last part
			     * of its name; "" if not told */
	struct span serial; /* of the certificate: the number without its
			     * sign, big-endian; 0 has no bytes */
	struct span key_id; /* subject key identifier, where it names the
			     * key; else p is NULL */
	const char *hash;   /* "sha256"; "unknown"                            */
	const char *algo;   /* "rsaEncryption", "1.2.3"; "" if not told       */
	struct span sig;    /* the signature value itself */
	bool certs;         /* brings X.509 certificates along */
	bool attrs;         /* signs attributes, not the content alone */
	bool content;       /* holds the content, too: not detached */
};

/* No PKCS#7 message is larger (that of a kernel's module has 400 to 700). */
#define KO_SIG_MAX_BYTES (256 * 1024)

/**
 * ko_signature() - read the appended signature; nothing is verified
 * @a: memory for its parts; they live as long as it and @ko both do
 *
 * Of several signers the first is told. PKCS#7 is read by libcrypto, which is
 * loaded when the first such signature is met; ko_trailer() does without.
 *
 * Return: 0; -ENODATA if the module is not signed (no diagnostic); -EBADMSG
 * if it cannot be read, or has more than KO_SIG_MAX_BYTES; -ENOPKG if
 * libcrypto is not installed; -ENOMEM.
 */
_must_check_ int ko_signature(const struct ko *ko, struct arena *a,
			      struct ko_signature *ret, struct diag *d);

#endif
