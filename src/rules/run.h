/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One emulated load: what the files of load.h share, and nobody else sees.
 *
 * A step of the kernel's is a function `bool run_STEP(struct run *r)`. It
 * returns true to go on. False: the load is over, and run_refuse() or
 * run_undefined() has noted why.
 */
#ifndef LKM_RULES_RUN_H
#define LKM_RULES_RUN_H

#include "base/text.h"
#include "live/taint.h"
#include "rules/load.h"
#include "rules/space.h"

#define RUN_PAGE 4096u

/*
 * Where things lie in the emulated kernel, which is not moved at random. What
 * they are relative to one another is right only within one of them.
 */
struct run_map {
	uint64_t kernel, kernel_end;  /* where it was linked to, and more */
	uint64_t modules, modules_len;
	uint64_t others, others_end; /* exports whose names are all we know */
	uint64_t percpu;	      /* data of each processor */
};

/* Bits of the kernel's taint mask that the loader sets. */
enum run_taint {
	TAINT_P = 0,
	TAINT_F = 1,
	TAINT_U = 6,
	TAINT_W = 9,
	TAINT_C = 10,
	TAINT_O = 12,
	TAINT_E = 13,
	TAINT_K = 15,
	TAINT_N = 18,
};

/* A section header, as the kernel edits it in its copy. */
struct run_sec {
	const char *name; /* NULL: it leaves the copy */
	uint32_t sh_name;
	uint32_t type;
	uint64_t flags;
	uint64_t offset;
	uint64_t size;
	uint64_t head_addr; /* as in the file; see @addr */
	uint32_t link;
	uint32_t info;
	uint64_t align;
	uint64_t addr; /* in the copy, later in a part */
	int part;      /* in rule_result.parts; -1: not laid out */
	uint64_t at;   /* offset in that part */
};

#define SEC_RO_AFTER_INIT UINT64_C(0x00200000)
#define SEC_RELA_LIVEPATCH UINT64_C(0x00100000)
#define SHNDX_LIVEPATCH 0xff20

/* What arm64's loader does: plt_arm64.c. */
struct run_has_arm64 {
	enum kern_known plts;	    /* branches may go by way of a .plt */
	bool since_6_5;		    /* ... in all kernels; lines say "Modules: " */
	enum kern_known count_calls; /* CONFIG_RANDOMIZE_BASE */
	enum kern_known ftrace;
	enum kern_known init_tramp; /* .init.text.ftrace_trampoline */
	unsigned n_tramp;	    /* entries of either */
	enum kern_known erratum;    /* CONFIG_ARM64_ERRATUM_843419 */
};

/* What this kernel does; of each the evidence is in evidence.c. */
struct run_has {
	enum kern_known elf_words;    /* lines about the ELF header */
	bool release_known;
	unsigned major, minor;
	enum kern_known one_check;    /* elf_validity_cache_copy(), 6.4 */
	enum kern_known split_check;  /* ... in parts, 6.14 */
	enum kern_known strtab;	      /* looks at the symbols' names */
	enum kern_known shstr_type;   /* wants SHT_STRTAB */
	enum kern_known str_type;
	enum kern_known seven_parts;
	enum kern_known ext_versions; /* 6.14 */
	bool since_6_16;
	enum kern_known module_ns;
	enum kern_known flagstab;
	enum kern_known sig;
	enum kern_known sig_force;
	enum kern_known modversions;
	enum kern_known force_load;
	enum kern_known unload;
	enum kern_known strict_rwx;
	enum kern_known kallsyms;
	enum kern_known kallsyms_all;
	enum kern_known livepatch;
	enum kern_known smp;
	bool debian; /* refuses symbols without a version */
	struct run_has_arm64 arm64;
};

/* One of arm64's two tables of long branches: while it fills up. */
struct run_plt {
	uint32_t sec;
	uint64_t max;	    /* entries that were counted */
	uint64_t sure;	    /* used, wherever the module will lie */
	uint64_t maybe;	    /* used if what is called is too far away */
	uint64_t last;	    /* what the last one leads to */
	bool last_is_maybe;
};

struct run {
	struct kern *k;
	struct kern_state *s;
	const struct rule_request *q;
	struct arena *a;
	struct rule_result *r;
	bool oom;
	bool no_prefix;	  /* this kernel's lines have none of the row's */
	uint16_t machine; /* EM_*; 0 unknown */
	struct run_map map;
	struct run_plt plt[2]; /* arm64: of core, of init */
	size_t decided; /* the finding that decides, counted from 1; 0: none */
	struct run_has has;

	struct span file; /* what the kernel has read, signature and all */
	uint64_t len;	  /* info->len: without the signature */
	struct space space;
	uint64_t copy; /* address of the file in the space */
	const char *tail; /* of the file behind its last NUL, ended by one */

	uint32_t shnum, shstrndx;
	struct run_sec *sec;
	/* Section numbers, 0: none. */
	uint32_t i_info, i_sym, i_str, i_mod, i_vers, i_pcpu;
	uint32_t i_ext_crc, i_ext_name;

	/* What rows may name of the next finding, and which of it is so. */
	const char *word[RULE_N_WORDS];
	unsigned facts; /* of enum rule_fact */

	const char *name;     /* info->name */
	const char *mod_name; /* mod->name */
	bool sig_ok;
	bool livepatch;
	bool livepatch_tag; /* ... and .modinfo says so */
	bool gpl_used; /* mod->using_gplonly_symbols */
	const char **info; /* strings of .modinfo as the kernel sees them */
	size_t n_info;
	bool info_read;
	struct run_versions *versions; /* of version.c; NULL: not read yet */
	const char **uses;
	uint64_t percpu;   /* its address; 0: none */
	uint64_t n_sym;	   /* entries of the symbol table */
	uint64_t fake;	   /* next made up address of an unknown symbol */
	uint64_t mod;	   /* address of struct module */
	uint64_t part_base[8];
	uint64_t exec_size[2]; /* up to 6.3: executable start of core, init */
	uint64_t ro_size[2];   /* ... and with what is only read */
	struct span symtab;    /* where it was moved to */

	size_t n_plain; /* of r->exports: those in __ksymtab, which is first */
};

static inline void run_fini(struct run *r)
{
	space_fini(&r->space);
}

/* ------------------------------------------------------------- say.c */

/* Text in the arena; "" and r->oom without memory. */
const char *run_text(struct run *r, const char *fmt, ...) _printf_(2, 3);

/* Places of a row's format, in order; NULL ends. */
#define PLACES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A row of the table; it has to be there. */
const struct rule_reason *run_row(const char *id);

/* A line of the log, if this kernel has it. */
void run_say(struct run *r, const char *id, const char *const *places);

/* The same and a finding: a remark. */
void run_remark(struct run *r, const char *id, const char *const *places,
		const char *where);

/*
 * The kernel says no. @err: 0 for the row's. The first of these decides, unless
 * a later step says otherwise with run_refuse_again(). Return: false, always.
 */
bool run_refuse(struct run *r, const char *id, const char *const *places,
		const char *where);
bool run_refuse_err(struct run *r, int err, const char *id,
		    const char *const *places, const char *where);

/*
 * A loop of the kernel's that goes on after an error and returns the last one:
 * this one counts now.
 */
/* The same where the line has been said. */
void run_decide_only(struct run *r, int err, const char *id,
		     const char *const *places, const char *where);
void run_refuse_last(struct run *r, int err, const char *id,
		     const char *const *places, const char *where);

/* The kernel leaves the image here. Return: false, always. */
bool run_undefined(struct run *r, const char *id, const char *const *places,
		   const char *where);

/* What the module's own code does decides. */
void run_init_decides(struct run *r, const char *id, const char *const *places,
		      const char *where);

/* A fact is missing. The load goes on as if it were harmless. */
void run_unknown(struct run *r, const char *fact);

/* add_taint_module() and add_taint() */
void run_taint(struct run *r, enum run_taint bit);
void run_taint_kernel(struct run *r, enum run_taint bit);
bool run_tainted(const struct run *r, enum run_taint bit);

/*
 * More is known of what is told next: a row of the same line that wants @fact
 * is told instead, until run_forget(). @word: what it names.
 */
void run_know(struct run *r, unsigned fact, enum rule_word w,
	      const char *word);
void run_forget(struct run *r, unsigned facts);

/* For which kernel was it built, where it was for another? */
void run_know_built_for(struct run *r);

/* "section 5 '.text'" */
const char *run_where(struct run *r, uint32_t sec);

/* Is it so? What is not known is named, and counts as @dflt. */
bool run_is(struct run *r, enum kern_known v, const char *fact, bool dflt);

/* ----------------------------------------------------------- evidence.c */

void run_evidence(struct run *r);
enum kern_known run_option(const struct run *r, const char *name,
			   const char *says);
/* For changes that leave no trace of their own. Unknown: no. */
bool run_release_before(const struct run *r, unsigned major, unsigned minor);

/* -------------------------------------------------------- steps, in order */

bool run_entry(struct run *r);
bool run_signature(struct run *r);
bool run_elf(struct run *r);
bool run_setup_info(struct run *r);
bool run_blacklist(struct run *r);
bool run_headers(struct run *r);
bool run_struct_module(struct run *r);
bool run_layout_version(struct run *r);
bool run_modinfo(struct run *r);
bool run_livepatch_flag(struct run *r);
bool run_kernel_taints(struct run *r);
bool run_duplicate(struct run *r);
bool run_arch_sections(struct run *r); /* module_frob_arch_sections() */
bool run_wx(struct run *r);
bool run_layout(struct run *r);
bool run_move(struct run *r);
bool run_unsigned(struct run *r);
bool run_percpu(struct run *r);
bool run_find_sections(struct run *r);
bool run_license_names(struct run *r);
bool run_export_versions(struct run *r);
bool run_setup_modinfo(struct run *r);
bool run_symbols(struct run *r);
bool run_relocate(struct run *r);
bool run_tables(struct run *r);
bool run_exports(struct run *r);
bool run_formation(struct run *r);
bool run_livepatch_name(struct run *r);
bool run_notifiers(struct run *r);
bool run_btf(struct run *r);
bool run_params(struct run *r);
bool run_sysfs(struct run *r);
bool run_param_files(struct run *r);
bool run_init(struct run *r);
void run_sections(struct run *r);
void run_kallsyms(struct run *r);

/* ------------------------------------------------------------- questions */

/*
 * May @addr be looked at? In the module, in the file's copy, in another module,
 * or in the kernel itself, where the worst is a warning.
 */
bool run_mapped(struct run *r, uint64_t addr);
/* Does it lie in the module's code; where it may write when its init is due? */
bool run_in_text(const struct run *r, uint64_t addr);
bool run_in_writable(const struct run *r, uint64_t addr);
/* A number there, and where the 32-bit offset there points; 0 if nowhere. */
uint64_t run_word(struct run *r, uint64_t at, unsigned width);
uint64_t run_relative(struct run *r, uint64_t at);
/*
 * As many entries of a section as the kernel walks over, for which a part of
 * one is one; 0 if it has no bytes.
 */
uint64_t run_entries(const struct run *r, uint32_t sec, uint64_t entry);
/* Does it lie in a part of the module? */
bool run_in_part(const struct run *r, uint64_t addr);
/* Entry @i of a table of places to patch leads astray. Return: false. */
bool run_stray_entry(struct run *r, uint32_t sec, uint64_t i);

/* find_sec(): the first section of that name with SHF_ALLOC; 0: none. */
uint32_t run_find_sec(const struct run *r, const char *name);
/* find_any_sec(): with or without. */
uint32_t run_find_any_sec(const struct run *r, const char *name);

/* get_modinfo(): NULL: absent. @i: 0 for the first, counted by the caller. */
const char *run_modinfo_nth(struct run *r, const char *tag, size_t nth);
#define run_modinfo_tag(r, tag) run_modinfo_nth(r, tag, 0)

/* A member of struct module where it lies now; false: unknown or outside. */
bool run_member(struct run *r, const char *path, uint64_t *ret);

/* check_version(): false: refused, and the kernel has said so. */
bool run_check_version(struct run *r, const char *symbol, uint32_t crc,
		       bool has_crc, const char **ret_row);

/* try_to_force_load(): false: the kernel was built to refuse. */
bool run_force_load(struct run *r, const char *row, const char *reason);

/* find_symbol(), over the kernel and what is loaded. */
struct run_found {
	struct kern_export e;
	const struct kern_loaded *owner; /* NULL: the kernel itself */
	bool has_value;
};
enum kern_known run_find_symbol(struct run *r, const char *name, bool gpl_ok,
				struct run_found *ret);

/* A name and where it stands. */
struct run_name {
	const char *name;
	size_t idx;
};

/* Which is the first, by @idx, whose name an earlier one has? Sorts @v. */
bool run_first_twice(struct run_name *v, size_t n, size_t *ret);

/* One symbol of the table, read where it is now. */
struct run_symbol {
	uint32_t name_off;
	const char *name; /* NULL: leaves the space */
	uint8_t info;
	uint16_t shndx;
	uint64_t value;
};
bool run_symbol(struct run *r, uint64_t idx, struct run_symbol *ret);

/* is_core_symbol(): does kallsyms list it when init is over? */
bool run_symbol_kept(const struct run *r, uint64_t idx,
		     const struct run_symbol *y);

/* One entry of a section of relocations; false: it leaves the space. */
struct run_rela {
	uint64_t offset;
	uint32_t sym;
	uint32_t type;
	uint64_t addend;
};
bool run_rela(struct run *r, uint32_t sec, uint64_t i, struct run_rela *ret);

/* klp_apply_section_relocs(), as far as names go */
bool run_livepatch_relocs(struct run *r, uint32_t sec);
/* A place that is relocated. */
struct run_site {
	uint32_t sec; /* the section of relocations */
	uint64_t idx;
	uint64_t at;  /* address */
	uint32_t type;
	uint32_t sym;
	uint64_t val; /* of symbol and addend */
	uint64_t addend;
	unsigned width; /* 0: nothing is written */
	bool overflow;
	/* The section that is relocated, as far as it lies in one piece. */
	uint64_t base, size;
	uint8_t *p;
};
typedef bool run_apply_fn(struct run *r, struct run_site *s);

/* Calls @fn for each entry of a section, its place and value worked out. */
bool run_each_site(struct run *r, uint32_t sec, run_apply_fn *fn);
/* Room for its @width bytes; NULL: it leaves the space. */
uint8_t *run_site_place(struct run *r, const struct run_site *s);
const char *run_site_where(struct run *r, const struct run_site *s);
/* It leaves the space. Return: false. */
bool run_site_stray(struct run *r, const struct run_site *s);

/* One entry of apply_relocate_add(), of each machine */
run_apply_fn run_apply_x86_64, run_apply_arm64;

/* What arch/arm64 has of its own in other steps. */
void run_evidence_arm64(struct run *r);
bool run_finalize_arm64(struct run *r);
/* One more entry of a .plt; @sure: it is needed wherever things lie. */
bool run_plt_add(struct run *r, const struct run_site *s, bool sure,
		 uint64_t *ret);
bool run_plt_forbidden(const struct run *r, uint64_t at);

#endif
