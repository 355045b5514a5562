/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel made of a module: where its sections lie, and its symbols.
 *
 * /proc/kallsyms prints the kernel's own symbols first, which takes longer than
 * hundreds of loads. So the module's are read where the kernel keeps them, in
 * its memory (/proc/kcore): struct module holds a pointer to a part of itself,
 * {symbols, how many, names, letters}, and no other of its pointers leads to
 * anything like that.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

enum {
	PHDRS_MAX = 64,
	MODULE_WORDS = 256, /* more than struct module has */
	SYMBOLS_MAX = 65536,
	NAMES_MAX = 4 << 20,
};

struct table {
	uint64_t symbols;
	uint32_t n, pad;
	uint64_t names, letters;
};

static int kcore = -1;
static Elf64_Phdr area[PHDRS_MAX];
static size_t n_areas;

static void kcore_open(void)
{
	Elf64_Ehdr eh;

	kcore = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	if (pread(kcore, &eh, sizeof(eh), 0) != (ssize_t)sizeof(eh))
		return;
	n_areas = eh.e_phnum < PHDRS_MAX ? eh.e_phnum : PHDRS_MAX;
	if (pread(kcore, area, n_areas * sizeof(area[0]), (off_t)eh.e_phoff) <
	    (ssize_t)(n_areas * sizeof(area[0])))
		n_areas = 0;
}

static bool memory_read(uint64_t at, void *buf, size_t n)
{
	for (size_t i = 0; i < n_areas; i++) {
		const Elf64_Phdr *a = &area[i];

		if (a->p_type == PT_LOAD && at >= a->p_vaddr &&
		    at - a->p_vaddr < a->p_memsz)
			return pread(kcore, buf, n,
				     (off_t)(a->p_offset + at - a->p_vaddr)) ==
			       (ssize_t)n;
	}
	return false;
}

static bool in_kernel(uint64_t at)
{
	return at >= 0xffffffff80000000ULL;
}

static bool is_table(const uint64_t *word, struct table *ret)
{
	memcpy(ret, word, sizeof(*ret));
	return in_kernel(ret->symbols) && in_kernel(ret->names) &&
	       in_kernel(ret->letters) && ret->n && ret->n < SYMBOLS_MAX;
}

/* @at: address of a module's struct module. */
static bool find_table(uint64_t at, struct table *ret)
{
	uint64_t w[MODULE_WORDS + 8] = { 0 };
	size_t bytes = MODULE_WORDS * sizeof(w[0]);

	/* It may end before that. */
	while (bytes && !memory_read(at, w, bytes))
		bytes /= 2;
	for (size_t i = 0; i < bytes / sizeof(w[0]); i++) {
		uint64_t off = w[i] - at;

		if (w[i] > at && off < bytes && off % sizeof(w[0]) == 0 &&
		    is_table(&w[off / sizeof(w[0])], ret))
			return true;
	}
	return false;
}

static void add_symbols(struct text *t, const Elf64_Sym *sym,
			const char *letters, size_t n, struct span names)
{
	for (size_t i = 0; i < n; i++) {
		const char *s = span_str(names, sym[i].st_name);

		if (s && *s)
			text_addf(t, "%016llx %c %s\n",
				  (unsigned long long)sym[i].st_value,
				  letters[i] ? letters[i] : '?', s);
	}
}

static void report_symbols(uint64_t this_module)
{
	_cleanup_text_ struct text t = { 0 };
	struct table k;

	if (kcore < 0)
		kcore_open();
	if (!find_table(this_module, &k))
		return;

	uint64_t span = k.letters > k.names ? k.letters - k.names : NAMES_MAX;
	size_t n_names = span < NAMES_MAX ? (size_t)span : 65536;
	Elf64_Sym *sym = calloc(k.n, sizeof(*sym));
	char *letters = calloc(k.n, 1), *names = calloc(n_names, 1);

	if (sym && letters && names &&
	    memory_read(k.symbols, sym, k.n * sizeof(*sym)) &&
	    memory_read(k.letters, letters, k.n) &&
	    memory_read(k.names, names, n_names)) {
		add_symbols(&t, sym, letters, k.n,
			    (struct span){ (uint8_t *)names, n_names });
		report_text("symbols", 0, &t);
	}
	free(sym);
	free(letters);
	free(names);
}

void loaded_report(const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	char path[400], value[64];
	int n = snprintf(path, sizeof(path), "/sys/module/%s/sections", name);

	/* sysfs does the same with a name. */
	for (char *c = path + strlen("/sys/module/"); c + 9 < path + n; c++)
		if (*c == '/')
			*c = '!';
	list_values(&t, path, "");
	report_text("sections", 0, &t);
	(void)snprintf(path + n, sizeof(path) - (size_t)n,
		       "/.gnu.linkonce.this_module");
	if (read_some(path, value, sizeof(value)))
		report_symbols(strtoull(value, NULL, 0));
}
