/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: anatomy - what a module file is made of, for somebody who looks at it
 *
 * Nothing here judges: load.h does. What can be read off the file alone is
 * read off it; what a kernel has to tell (types, exports) is asked of one, if
 * there is one at hand, and else said to be unknown.
 *
 *	anatomy_entry.c   functions that the module's tables point to
 *	anatomy_ref.c     pointers of the file: where, and to what
 *	anatomy_btf.c     layouts of structures, from BTF
 *	anatomy_dwarf.c   the same, from the module's debug information
 *	anatomy_fit.c     which structure an object without a type may be
 *	anatomy_param.c   parameters: permission, default
 *	anatomy_need.c    who has what the module needs
 *	anatomy_alias.c   what an alias stands for
 *	anatomy_words.c   what sections and members are for
 *
 * The file is not trusted.
 */
#ifndef LKM_RULES_ANATOMY_H
#define LKM_RULES_ANATOMY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kern/kern.h"
#include "ko/ko.h"

/* ------------------------------------------------------------ entry points */

/* How the type of an object is known. From ANAT_PROTOTYPE on it is guessed. */
enum anat_how {
	ANAT_UNKNOWN,
	ANAT_DEBUG,	/* the module's debug information says so */
	ANAT_BTF,	/* its .BTF has the variable */
	ANAT_PROTOTYPE, /* only this structure takes functions like these */
	ANAT_NAME,	/* the symbol is called like one */
};

/* "debug", "btf", "prototype", "name"; "unknown" */
const char *anat_how_name(enum anat_how h) _pure_;

static inline bool anat_guessed(enum anat_how h)
{
	return h >= ANAT_PROTOTYPE;
}

/* A pointer to a function. */
struct anat_entry {
	uint64_t offset;      /* in the object */
	const char *member;   /* "open", "driver.pm", "[2].show"; NULL: unknown */
	const char *function; /* symbol */
	const char *when;     /* who calls it; NULL: not known here */
	bool imported;	      /* not in this module */
};

/* A variable that points to functions. */
struct anat_object {
	const char *name;    /* symbol; "" where none is */
	const char *section;
	uint64_t offset;     /* in the section */
	uint64_t size;	     /* 0: not known */
	const char *type;    /* "file_operations"; NULL: unknown */
	uint64_t count;	     /* of an array: its elements; else 1 */
	enum anat_how how;
	const char *maybe;   /* without a type, what fits: "a, b"; or NULL */
	struct anat_entry *entries;
	size_t n_entries;
};

struct anat_tables {
	const char *init, *exit; /* symbols; NULL: none */
	struct anat_object *v;	 /* by section and offset */
	size_t n;
	bool cut; /* there are more than anybody will look at */
};

/**
 * anat_tables() - who calls into this module?
 * @k:   the kernel whose types are used; NULL: none
 * @a:   memory for @ret, which borrows from @ko, too
 * @ret: objects with at least one pointer to a function of the module; in it
 *       also those to functions of others, if the type is known
 *
 * Time and memory are bounded by the size of the file. Without libbpf or
 * libdw types are unknown.
 *
 * Return: 0, also if the file is no module; -ENOMEM.
 */
_must_check_ int anat_tables(const struct ko *ko, struct kern *k,
			     struct arena *a, struct anat_tables *ret,
			     struct diag *d);

/* -------------------------------------------------------------- parameters */

struct anat_param {
	const char *name;
	const char *type;  /* "int", "array of int"; NULL: unknown */
	const char *desc;  /* NULL: none */
	const char *dflt;  /* "3", "(null)", "1,2"; NULL: cannot be read */
	const char *set;   /* the set function, if it is the module's */
	bool has_perm;
	unsigned perm;	   /* 0444; 0: not in /sys */
	bool unsafe;	   /* setting it taints the kernel */
	bool hardware;	   /* not under lockdown */
};

/**
 * anat_params() - the parameters, as .modinfo and __param tell of them
 * @ret: in the order of .modinfo, then those without a word in it
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int anat_params(const struct ko *ko, struct arena *a,
			     struct anat_param **ret, size_t *ret_n);

/* ------------------------------------------------------------------- needs */

enum anat_fit {
	ANAT_FIT_UNKNOWN,
	ANAT_FIT_NOT_TOLD, /* one of the two has no version */
	ANAT_FIT_SAME,
	ANAT_FIT_DIFFERS
};

struct anat_need {
	const char *name;
	uint32_t crc; /* if has_crc */
	bool has_crc, weak;
	enum kern_known provided;
	const char *owner; /* "" the kernel; else a module; NULL: not known */
	const char *ns;	   /* of the export; "" none */
	bool ns_missing;   /* and the module does not import it */
	bool gpl_only;
	enum anat_fit version;
	uint32_t has; /* the provider's CRC, if version is SAME or DIFFERS */
};

/**
 * anat_needs() - the symbols that are looked up, and who has them
 * @k: NULL: nobody can tell
 *
 * Return: 0; -ENOEXEC as ko_needs(); -ENOMEM.
 */
_must_check_ int anat_needs(const struct ko *ko, struct kern *k,
			    struct arena *a, struct anat_need **ret,
			    size_t *ret_n, struct diag *d);

/* ----------------------------------------------------------------- aliases */

/* Lists of vendors and devices; zero it to start. */
struct anat_ids {
	struct span pci, usb; /* text of pci.ids, usb.ids; may be empty */
};

/**
 * anat_alias() - what an alias stands for, in plain words
 *
 * "pci:v00008086d00001572sv*sd*bc*sc*i*" -> "PCI device 8086:1572 (Intel ...)"
 *
 * Return: text in @a; NULL: not known, or no memory.
 */
const char *anat_alias(const char *alias, const struct anat_ids *ids,
		       struct arena *a);

/* ------------------------------------------------------------------- words */

/* What a section is for: "code that runs once"; NULL unknown. */
const char *anat_section(const char *name) _pure_;

/* When a member of a structure is called; NULL: not known. Of "driver.probe"
 * the last word counts. */
const char *anat_when(const char *type, const char *member) _pure_;

/* Is a licence compatible with the GPL in the kernel's eyes? NULL: no. */
bool anat_gpl(const char *license) _pure_;

#endif
