/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of the kernel that explain a trace: who takes memory for whom. The
 * kernel's own symbols take longer to read than a run may last, so they are
 * read once, before the guest is saved.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"

/* Part of the names of functions that only pass a request for pages on. */
static bool hands_out_pages(const char *name)
{
	static const char *const parts[] = {
		"alloc_pages",	    "alloc_frozen", "get_free_pages",
		"get_zeroed_page",  "alloc_exact",  "folio_alloc",
		"dma_alloc",	    "dma_direct_alloc", "dma_common_alloc",
		"mm_page_alloc",
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

/*
 * Functions that take objects which the kernel keeps or frees when it likes,
 * whoever gave rise to them: names and inodes, open files, areas of virtual
 * memory, nodes of shared trees. They would fill the buffer, and following the
 * stack of each would take longer than all else that is done here.
 */
static bool takes_for_the_kernel(const char *name)
{
	static const char *const names[] = {
		"getname_flags",     "__alloc_file",
		"alloc_empty_file",  "security_file_alloc",
		"lsm_file_alloc",    "__d_alloc",
		"alloc_inode",	     "proc_alloc_inode",
		"security_inode_alloc", "lsm_inode_alloc",
		"seq_open",	     "seq_read_iter",
		"seq_buf_alloc",     "proc_reg_open",
		"alloc_vmap_area",   "radix_tree_node_alloc",
		"xas_alloc",	     "xas_nomem",
		"__xas_nomem",	     "mas_alloc_nodes",
		"mas_dup_alloc",     "vm_area_dup",
		"vm_area_alloc",     "anon_vma_clone",
		"anon_vma_fork",     "__anon_vma_prepare",
		"ptlock_alloc",
	};
	size_t n = strcspn(name, "."); /* f.part.0, f.isra.0 */

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == n && !memcmp(name, names[i], n))
			return true;
	return false;
}

/* Takes the description of each area of virtual memory. */
static bool takes_areas(const char *name)
{
	return str_eq(name, "__get_vm_area_node");
}

static void found(struct symbols *ret, const char *kind, uint64_t start,
		  uint64_t end, const char *name)
{
	if (str_eq(kind, "areas")) {
		ret->areas_start = start;
		ret->areas_end = end;
		return;
	}
	text_addf(&ret->lines, "%s: %" PRIx64 " %" PRIx64 " %s\n", kind, start,
		  end, name);
	if (str_eq(kind, "kept"))
		text_addf(&ret->not_kept,
			  "%s!(call_site >= 0x%" PRIx64
			  " && call_site < 0x%" PRIx64 ")",
			  ret->not_kept.n ? " && " : "", start, end);
}

/*
 * Pages that slab, vmalloc or page tables take for a module are not the
 * module's own, and no event says who asks. The stack does: the host counts
 * pages only if nothing but functions of the kind "pages" stands between a
 * module and the page allocator. Objects are not counted if a function of the
 * kind "kept" called the allocator.
 */
void symbols_find(struct symbols *ret)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	uint64_t at, start = 0;
	char line[512], name[256], pending[256] = "";
	const char *kind = "";

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNx64 " %*c %255s", &at, name) != 2)
			continue;
		if (strchr(line, '[') || at < start)
			break;
		if (pending[0] && at > start) {
			found(ret, kind, start, at, pending);
			pending[0] = 0;
		}
		if (hands_out_pages(name))
			kind = "pages";
		else if (takes_for_the_kernel(name))
			kind = "kept";
		else if (takes_areas(name))
			kind = "areas";
		else
			continue;
		start = at;
		memcpy(pending, name, sizeof(pending));
	}
	(void)fclose(f);
}
