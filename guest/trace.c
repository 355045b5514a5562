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
 *                 then lines "KIND: START END" of some functions of the
 *                 kernel (see symbols.c)
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
#define NOT_KEPT "not kept" /* see symbols.c */
#define NOT_USERS "!(gfp_flags & 8)" /* __GFP_MOVABLE: a user's pages */

static const struct {
	const char *event, *filter;
	bool stack;
} events[] = {
	{ "kmem/kmalloc", NOT_KEPT, true },
	{ "kmem/kmalloc_node", NOT_KEPT, true },
	{ "kmem/kmem_cache_alloc", NOT_KEPT, true },
	{ "kmem/kmem_cache_alloc_node", NOT_KEPT, true },
	{ "kmem/kfree", NULL, false },
	{ "kmem/kmem_cache_free", NULL, false },
	{ "kmem/mm_page_alloc", NOT_USERS, true },
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
static struct symbols symbols;
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

static void event_write(const char *event, const char *file, const char *value)
{
	char path[256];

	(void)snprintf(path, sizeof(path), TRACING "/events/%s/%s", event,
		       file);
	write_to(path, value);
}

static void event_prepare(const char *event, const char *filter, bool stack)
{
	_cleanup_text_ struct text trigger = { 0 };
	char path[256];

	if (filter && str_eq(filter, NOT_KEPT))
		filter = symbols.not_kept.p;
	(void)snprintf(path, sizeof(path), TRACING "/events/%s/format", event);
	keep_format(path);
	if (filter)
		event_write(event, "filter", filter);
	text_addf(&trigger, "stacktrace%s%s", filter ? " if " : "",
		  filter ? filter : "");
	if (stack)
		event_write(event, "trigger", text_str(&trigger));
	event_write(event, "enable", "1");
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
	symbols_find(&symbols);
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
		append_to(TRACING "/kprobe_events", probes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		event_prepare(events[i].event, events[i].filter,
			      events[i].stack);
	if (symbols.lines.n)
		text_add(&format, symbols.lines.p);
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
static uint64_t last_size, last_caller;
static bool saw_area;

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
		last_caller = e->v[1];
		if (in_module(e->v[1]))
			size_seen(last_size);
		return 0;
	}
	for (unsigned i = 0; last_size && lab_trace_frame(e, 0, i, &frame);
	     i++) {
		if (!in_module(frame))
			continue;
		size_seen(last_size);
		saw_area |= last_caller >= symbols.areas_start &&
			    last_caller < symbols.areas_end;
		break;
	}
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

bool trace_saw_area(void)
{
	return !layout_known || !symbols.areas_end || saw_area;
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
