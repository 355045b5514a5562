/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of the kernel that explain a trace: who takes memory for whom. The
 * kernel's own symbols take longer to read than a run may last, so they are
 * read once, before the guest is saved.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

/* A line of /proc/kallsyms: "ffffffff81000000 T name". */
struct symbol {
	uint64_t start;
	const char *name;
	size_t n;         /* without ".part.0", ".isra.0"              */
	bool has_alloc;   /* "alloc" is part of the name               */
};

static bool is_one_of(const struct symbol *s, const char *const *names,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == s->n &&
		    !memcmp(names[i], s->name, s->n))
			return true;
	return false;
}

/* Functions that only pass a request for pages on. */
static bool hands_out_pages(const struct symbol *s)
{
	static const char *const parts[] = {
		"alloc_pages",	"alloc_frozen",	    "alloc_exact",
		"folio_alloc",	"dma_alloc",	    "dma_direct_alloc",
		"mm_page_alloc", "dma_common_alloc",
	};
	static const char *const names[] = {
		"__get_free_pages",	 "get_zeroed_page",
		"get_free_pages_noprof", "get_zeroed_page_noprof",
	};

	if (!s->has_alloc)
		return is_one_of(s, names, ARRAY_SIZE(names));
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (memmem(s->name, s->n, parts[i], strlen(parts[i])))
			return true;
	return false;
}

/*
 * Functions that take objects which the kernel keeps or frees when it likes,
 * whoever gave rise to them: names and inodes, open files, areas of virtual
 * memory, nodes of shared trees, the list of what is probed. They would fill
 * the buffer, and following the stack of each would take longer than all else
 * that is done here. (A kretprobe's are few. But one of a call that still runs
 * when the module goes is freed where no probe of ours can look on.)
 */
static bool takes_for_the_kernel(const struct symbol *s)
{
	static const char *const alloc[] = {
		"__alloc_file",		"alloc_empty_file",
		"security_file_alloc",	"lsm_file_alloc",
		"__d_alloc",		"alloc_inode",
		"proc_alloc_inode",	"security_inode_alloc",
		"lsm_inode_alloc",	"seq_buf_alloc",
		"alloc_vmap_area",	"radix_tree_node_alloc",
		"xas_alloc",		"mas_alloc_nodes",
		"mas_dup_alloc",	"vm_area_alloc",
		"ptlock_alloc",		"mas_preallocate",
		"mas_alloc_cyclic",	"mtree_alloc_range",
		"alloc_ftrace_hash",	"alloc_and_copy_ftrace_hash",
	};
	static const char *const other[] = {
		"getname_flags", "seq_open",	   "seq_read_iter",
		"proc_reg_open", "xas_nomem",	   "__xas_nomem",
		"vm_area_dup",	 "anon_vma_clone", "anon_vma_fork",
		"__anon_vma_prepare",
		"mas_erase",	 "mas_store_gfp",  "mas_nomem",
		"add_hash_entry", "__add_hash_entry", "__ftrace_hash_move",
		"__radix_tree_preload", "register_kretprobe",
	};

	return s->has_alloc ? is_one_of(s, alloc, ARRAY_SIZE(alloc)) :
			      is_one_of(s, other, ARRAY_SIZE(other));
}

static const char *kind_of(const struct symbol *s)
{
	/* Takes the description of each area of virtual memory. */
	static const char *const areas[] = { "__get_vm_area_node" };
	/* Whoever has one made is on the stack below. */
	static const char *const cache[] = { "__kmem_cache_create",
					     "__kmem_cache_create_args" };
	static const char *const thread[] = { "__kthread_create_on_node",
					      "vhost_task_create" };

	/* Most end here or below: the first letters of the others are few. */
	if (s->n > 6 && !memcmp(s->name, "__pfx_", 6))
		return NULL; /* the padding in front of a function */
	if (!s->has_alloc && !memchr("_gspxvamr", s->name[0], 9))
		return NULL;
	if (hands_out_pages(s))
		return "pages";
	if (takes_for_the_kernel(s))
		return "kept";
	if (is_one_of(s, cache, ARRAY_SIZE(cache)))
		return "makes-cache";
	if (is_one_of(s, thread, ARRAY_SIZE(thread)))
		return "makes-thread";
	return is_one_of(s, areas, 1) ? "areas" : NULL;
}

static void found(struct symbols *ret, const char *kind, uint64_t start,
		  uint64_t end)
{
	if (str_eq(kind, "areas")) {
		ret->areas_start = start;
		ret->areas_end = end;
		return;
	}
	text_addf(&ret->lines, "%s: %" PRIx64 " %" PRIx64 "\n", kind, start,
		  end);
	if (str_eq(kind, "kept"))
		text_addf(&ret->not_kept,
			  "%s!(call_site >= 0x%" PRIx64
			  " && call_site < 0x%" PRIx64 ")",
			  ret->not_kept.n ? " && " : "", start, end);
}

/*
 * By hand: an emulated processor needs a second for a hundred thousand lines
 * with sscanf(3).
 */
static bool read_symbol(const char *line, size_t n, struct symbol *ret)
{
	enum { NAME_AT = 19 };

	if (n <= NAME_AT)
		return false;
	*ret = (struct symbol){ .name = line + NAME_AT };
	for (size_t i = 0; i < 16; i++) {
		char c = line[i];

		ret->start = ret->start << 4 |
			     (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	while (NAME_AT + ret->n < n) {
		const char *p = &ret->name[ret->n];

		if (*p == '.' || *p == '\t')
			break;
		if (*p == 'c' && ret->n >= 4 && !memcmp(p - 4, "allo", 4))
			ret->has_alloc = true;
		ret->n++;
	}
	return true;
}

/* What is known so far about the symbol that comes to its end. */
struct search {
	struct symbols *ret;
	const char *kind; /* NULL: of no interest                       */
	uint64_t start;
};

/* Return: false at the end of the kernel's own functions. */
static bool take_line(struct search *s, const char *line, size_t n)
{
	struct symbol sym;

	if (!read_symbol(line, n, &sym))
		return true;
	if (s->kind && sym.start > s->start) {
		found(s->ret, s->kind, s->start, sym.start);
		s->kind = NULL;
	}
	if (sym.start < s->start ||
	    (sym.n == 6 && !memcmp(sym.name, "_etext", 6)))
		return false;
	if (!s->kind) {
		s->kind = kind_of(&sym);
		s->start = sym.start;
	}
	return true;
}

/* Return: bytes of whole lines; *more false: enough was seen. */
static size_t take_lines(struct search *s, const char *buf, size_t n,
			 bool *more)
{
	size_t at = 0;
	const char *nl;

	while (*more && (nl = memchr(buf + at, '\n', n - at))) {
		size_t len = (size_t)(nl - (buf + at));

		*more = take_line(s, buf + at, len);
		at += len + 1;
	}
	return at;
}

/*
 * Pages that slab, vmalloc or page tables take for a module are not the
 * module's own, and no event says who asks. The stack does: the host counts
 * pages only if nothing but functions of the kind "pages" stands between a
 * module and the page allocator. Objects are not counted if a function of the
 * kind "kept" called the allocator. Functions of the kinds "makes-cache" and
 * "makes-thread" tell whether a new cache or thread can be a module's.
 */
void symbols_find(struct symbols *ret)
{
	struct search s = { .ret = ret };
	static char buf[65536];
	bool more = true;
	size_t have = 0;
	ssize_t n;
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && more && have < sizeof(buf) &&
	       (n = read(fd, buf + have, sizeof(buf) - have)) > 0) {
		have += (size_t)n;

		size_t used = take_lines(&s, buf, have, &more);

		memmove(buf, buf + used, have - used);
		have -= used;
	}
	if (fd >= 0)
		(void)close(fd);
}
