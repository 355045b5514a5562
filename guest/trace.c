/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who takes and who gives back, by the kernel's own trace events. All is set
 * up before the guest is saved, with the buffer off. A run turns the buffer on
 * and hands its pages over unread: taking text apart is slow here, and the
 * host knows where the modules lay.
 *
 * Facts:
 *   trace-format  once per run. Per event "name:", "ID:" and "field:" lines as
 *                 the kernel writes them, first those of the page header;
 *                 then lines "KIND: START END NAME" of some functions of the
 *                 kernel (see symbols_find())
 *   trace-pages   after each round, per processor (arg = its number): whole
 *                 pages of the ring buffer
 *
 * The buffer stays on from the first insert to the last look: what a round
 * allocated may be freed after it. Events carry a clock that all processors
 * share, so the host can put them in order.
 *
 * What a kernel lacks is simply missing here; the host says what is unknown.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "lab/trace.h"

#define TRACING "/sys/kernel/tracing"

enum {
	PAGE = 4096,
	PAGES_MAX = 512, /* per processor and round: 2 MiB              */
	CPUS_MAX = 64,
	SIZE_MAX_SEEN = 8192, /* above that, kmalloc() takes whole pages     */
};

/* Where modules lie (x86-64: MODULES_VADDR). */
#define MODULES 0xffffffffc0000000ULL
#define MODULES_END 0xffffffffff000000ULL
#define IN_MODULE(field) field " >= 0xffffffffc0000000 && " \
			 field " < 0xffffffffff000000"

/*
 * Stacks come with what is allocated only. A filter keeps away what would
 * fill the buffer; the host does not rely on it.
 */
static const struct {
	const char *event, *filter;
	bool stack;
} events[] = {
	{ "kmem/kmalloc", NULL, true },
	{ "kmem/kmalloc_node", NULL, true },
	{ "kmem/kmem_cache_alloc", NULL, true },
	{ "kmem/kmem_cache_alloc_node", NULL, true },
	{ "kmem/kfree", NULL, false },
	{ "kmem/kmem_cache_free", NULL, false },
	{ "kmem/mm_page_alloc", NULL, true },
	{ "kmem/mm_page_free", NULL, false },
	{ "percpu/percpu_alloc_percpu", NULL, true },
	{ "percpu/percpu_free_percpu", NULL, false },
	{ "timer/timer_start", IN_MODULE("function"), false },
	{ "timer/timer_cancel", NULL, false },
	{ "timer/hrtimer_start", IN_MODULE("function"), false },
	{ "timer/hrtimer_cancel", NULL, false },
	{ "workqueue/workqueue_queue_work", IN_MODULE("function"), false },
	{ "workqueue/workqueue_execute_start", IN_MODULE("function"), false },
	{ "workqueue/workqueue_execute_end", IN_MODULE("function"), false },
	{ "sched/sched_process_exit", NULL, false },
	{ "module/module_load", NULL, false },
	{ "module/module_free", NULL, false },
	{ "lkm/lkm_rcu", NULL, false },
	{ "lkm/lkm_kvfree", NULL, false },
	{ "lkm/lkm_barrier", NULL, false },
	{ "lkm/lkm_thread", NULL, false },
	{ "lkm/lkm_delayed", IN_MODULE("func"), false },
	{ "lkm/lkm_cancel", NULL, false },
};

/*
 * Where the kernel has no event: functions that are in all kernels, and some
 * that are in some. Arguments by register, x86-64. A work's function lies 24
 * bytes into it; the function of a new thread is the first or the second
 * member of what kthread() gets.
 */
static const char *const probes[] = {
	"p:lkm/lkm_rcu call_rcu head=%di:x64 func=%si:x64",
	"p:lkm/lkm_rcu call_rcu_hurry head=%di:x64 func=%si:x64",
	"p:lkm/lkm_kvfree kvfree_call_rcu head=%di:x64 ptr=%si:x64",
	"p:lkm/lkm_barrier rcu_barrier",
	"p:lkm/lkm_thread kthread fn0=+0(%di):x64 fn8=+8(%di):x64",
	"p:lkm/lkm_delayed queue_delayed_work_on work=%dx:x64 func=+24(%dx):x64",
	"p:lkm/lkm_delayed mod_delayed_work_on work=%dx:x64 func=+24(%dx):x64",
	"p:lkm/lkm_cancel cancel_work_sync work=%di:x64",
	"p:lkm/lkm_cancel cancel_delayed_work work=%di:x64",
	"p:lkm/lkm_cancel cancel_delayed_work_sync work=%di:x64",
	"p:lkm/lkm_cancel cancel_work work=%di:x64",
	"p:lkm/lkm_cancel disable_work work=%di:x64",
	"p:lkm/lkm_cancel disable_work_sync work=%di:x64",
	"p:lkm/lkm_cancel disable_delayed_work work=%di:x64",
	"p:lkm/lkm_cancel disable_delayed_work_sync work=%di:x64",
};

enum { KMALLOC, KMALLOC_NODE, STACK };

static const struct lab_trace_want wants[] = {
	[KMALLOC] = { "kmalloc", { "bytes_req", "call_site" } },
	[KMALLOC_NODE] = { "kmalloc_node", { "bytes_req", "call_site" } },
	[STACK] = { "kernel_stack", { "caller" } },
};

static struct lab_trace_format layout;
static bool layout_known;
static struct text format;
static int tracing_on = -1;
static int raw[CPUS_MAX]; /* 0: none */
static uint8_t page[PAGES_MAX][PAGE];

/* ------------------------------------------------------------- prepare */

static void append_to(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, value, strlen(value));
	(void)close(fd);
}

/* The lines of a format file that tell where things lie. */
static void keep_format(const char *path)
{
	_cleanup_text_ struct text t = { 0 };
	char *save = NULL;

	if (!read_into(&t, path) || !t.p)
		return;
	for (char *l = strtok_r(t.p, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save))
		if (str_starts(l, "name:") || str_starts(l, "ID:") ||
		    str_starts(l, "\tfield:"))
			text_addf(&format, "%s\n", l);
}

static void event_prepare(const char *event, const char *filter, bool stack)
{
	char path[256];

	(void)snprintf(path, sizeof(path), TRACING "/events/%s/format", event);
	keep_format(path);
	if (filter) {
		(void)snprintf(path, sizeof(path),
			       TRACING "/events/%s/filter", event);
		write_to(path, filter);
	}
	if (stack) {
		(void)snprintf(path, sizeof(path),
			       TRACING "/events/%s/trigger", event);
		write_to(path, "stacktrace");
	}
	(void)snprintf(path, sizeof(path), TRACING "/events/%s/enable", event);
	write_to(path, "1");
}

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
 * whoever gave rise to them: names and inodes, areas of virtual memory that
 * are handed back in bulk, nodes of shared trees.
 */
static bool takes_for_the_kernel(const char *name)
{
	static const char *const names[] = {
		"__d_alloc",
		"alloc_inode",
		"security_inode_alloc",
		"lsm_inode_alloc",
		"alloc_vmap_area",
		"preload_this_cpu_lock",
		"radix_tree_node_alloc",
		"radix_tree_node_alloc.constprop.0",
		"xas_alloc",
		"xas_nomem",
		"__xas_nomem",
		"mas_alloc_nodes",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/*
 * Pages that slab, vmalloc or page tables take for a module are not the
 * module's own, and no event says who asks. The stack does: the host counts
 * pages only if nothing but functions of the kind "pages" stands between a
 * module and the page allocator. Objects are not counted if a function of the
 * kind "kept" called the allocator.
 */
static void symbols_find(void)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	unsigned long long at, start = 0;
	char line[512], name[256], pending[256] = "";
	const char *kind = "";

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx %*c %255s", &at, name) != 2)
			continue;
		if (strchr(line, '[') || at < start)
			break;
		if (pending[0] && at > start) {
			text_addf(&format, "%s: %llx %llx %s\n", kind, start,
				  at, pending);
			pending[0] = 0;
		}
		if (hands_out_pages(name))
			kind = "pages";
		else if (takes_for_the_kernel(name))
			kind = "kept";
		else
			continue;
		start = at;
		memcpy(pending, name, sizeof(pending));
	}
	(void)fclose(f);
}

static void files_open(void)
{
	char path[256];

	tracing_on = open(TRACING "/tracing_on", O_WRONLY | O_CLOEXEC);
	for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
		(void)snprintf(path, sizeof(path),
			       TRACING "/per_cpu/cpu%d/trace_pipe_raw", cpu);
		raw[cpu] = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (raw[cpu] <= 0)
			break;
	}
}

void trace_prepare(void)
{
	write_to(TRACING "/tracing_on", "0");
	write_to(TRACING "/trace_clock", "global");
	write_to(TRACING "/buffer_size_kb", "2048"); /* PAGES_MAX */
	text_add(&format, "name: header_page\nID: 0\n");
	keep_format(TRACING "/events/header_page");
	keep_format(TRACING "/events/ftrace/kernel_stack/format");
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
		append_to(TRACING "/kprobe_events", probes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		event_prepare(events[i].event, events[i].filter,
			      events[i].stack);
	symbols_find();
	files_open();
	layout_known = lab_trace_format_read(
		(struct span){ (const uint8_t *)format.p, format.n }, wants,
		ARRAY_SIZE(wants), &layout);
}

/* ----------------------------------------------------------------- run */


void trace_touch(void)
{
	memset(page, 1, sizeof(page));
}

void trace_start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	if (tracing_on >= 0)
		(void)!write(tracing_on, "1", 1);
	report_text("trace-format", 0, &format);
}

/* ---------------------------------------------------------- size classes */

static uint8_t seen[SIZE_MAX_SEEN / 8 + 1]; /* by size in steps of 8     */
static size_t last_size;

static bool in_module(uint64_t address)
{
	return address >= MODULES && address < MODULES_END;
}

static void size_seen(size_t n)
{
	n = (n + 7) / 8;
	if (n < sizeof(seen))
		seen[n] = 1;
}

/* The stack of an allocation comes right behind it. */
static int see_event(void *arg, const struct lab_trace_event *e)
{
	uint64_t frame;

	(void)arg;
	if (e->which == LAB_TRACE_GAP)
		return 0;
	if (e->which != STACK) {
		last_size = e->v[0];
		if (in_module(e->v[1]))
			size_seen(last_size);
		return 0;
	}
	for (unsigned i = 0; last_size && lab_trace_frame(e, 0, i, &frame); i++)
		if (in_module(frame))
			size_seen(last_size);
	last_size = 0;
	return 0;
}

static size_t class_for(size_t n)
{
	size_t c = 8;

	if (n > 64 && n <= 96)
		return 96;
	if (n > 128 && n <= 192)
		return 192;
	while (c < n)
		c *= 2;
	return c;
}

bool trace_saw_size(size_t class)
{
	if (!layout_known)
		return true;
	for (size_t i = 1; i < sizeof(seen); i++)
		if (seen[i] && class_for(i * 8) == class)
			return true;
	return false;
}

static void see_sizes(size_t n)
{
	struct span pages = { page[0], n };
	bool damaged;

	if (layout_known)
		(void)lab_trace_read(&layout, pages, see_event, NULL, &damaged);
}

/* --------------------------------------------------------------- report */

/*
 * Nothing in here may ask the kernel for memory: that would be another event,
 * to be read in turn. So files are open and memory is there before.
 */
static void report_cpu(int cpu)
{
	int n = 0;

	while (n < PAGES_MAX && read(raw[cpu], page[n], PAGE) > 0)
		n++;
	if (!n)
		return;
	report(LAB_FACT, "trace-pages", cpu, page, (size_t)n * PAGE);
	see_sizes((size_t)n * PAGE);
}

void trace_report(void)
{
	for (int cpu = 0; cpu < CPUS_MAX && raw[cpu] > 0; cpu++)
		report_cpu(cpu);
}

void trace_stop(void)
{
	if (tracing_on >= 0)
		(void)!write(tracing_on, "0", 1);
	trace_report();
}
