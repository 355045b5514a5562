/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unpacked image as memory: see vmlinux.h. */
#include "kern/vmlinux.h"

#include <elf.h>
#include <stdlib.h>

#include "base/text.h"
#include "kern/bare.h"

int vmlinux_init(const struct ko *ko, struct vmlinux *ret)
{
	*ret = (struct vmlinux){ .ko = ko,
				 .machine = ko->machine,
				 .word = ko->is64 ? 8 : 4 };
	if (!ko->elf && bare_is_arm64(ko->image))
		return bare_init(ret);
	if (!ko->elf) {
		ret->parts[ret->n++] =
			(struct vm_part){ .name = "", .bytes = ko->image };
		return 0;
	}
	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		if (!(s.flags & SHF_ALLOC) || !s.bytes.n || ret->n == VM_PARTS)
			continue;
		ret->parts[ret->n++] = (struct vm_part){
			.name = s.name,
			.addr = s.addr,
			.bytes = s.bytes,
			.exec = s.flags & SHF_EXECINSTR,
		};
	}
	return 0;
}

void vmlinux_fini(struct vmlinux *v)
{
	free(v->owned);
	v->owned = NULL;
}

struct vm_part vm_part(const struct vmlinux *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->parts[i].name, name))
			return v->parts[i];
	return (struct vm_part){ .name = "" };
}

bool vm_at(const struct vmlinux *v, uint64_t addr, struct span *ret)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct vm_part *p = &v->parts[i];

		/* Per-CPU variables have addresses, but no place. */
		if (!p->addr || addr < p->addr ||
		    addr - p->addr >= p->bytes.n)
			continue;
		return span_sub(p->bytes, addr - p->addr,
				p->bytes.n - (addr - p->addr), ret);
	}
	return false;
}

const char *vm_str(const struct vmlinux *v, uint64_t addr)
{
	struct span s = { 0 };

	return vm_at(v, addr, &s) ? span_str(s, 0) : NULL;
}

bool vm_has_text(const struct vm_part *p)
{
	static const char *const not[] = {
		".text",      ".init.text", ".exit.text", ".BTF",
		".orc",	      "__ksymtab",  "__kcrctab",  "__ex_table",
		"__bug_table", ".altinstr",  ".retpoline_sites",
		".return_sites", ".call_sites", ".ibt_endbr_seal",
		".smp_locks", ".data..percpu", "__mcount_loc",
	};

	for (size_t i = 0; i < ARRAY_SIZE(not); i++)
		if (str_starts(p->name, not[i]))
			return false;
	return true;
}
