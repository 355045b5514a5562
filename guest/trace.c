/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who allocates and who frees, by the kernel's own trace events. They are
 * switched on before the guest is saved, with the buffer off; a run only turns
 * the buffer on, and hands its pages over unread: the host takes them apart.
 *
 * The fact "trace FORMAT..." holds the layout of the events, "trace-pages"
 * whole pages of the ring buffer.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define TRACING "/sys/kernel/tracing"

/* Addresses from here up belong to modules (x86-64: MODULES_VADDR). */
#define IN_MODULE(field) field " >= 0xffffffffc0000000 && " \
			 field " < 0xffffffffff000000"

static const struct {
	const char *event, *filter;
} events[] = {
	{ "kmem/kmalloc", IN_MODULE("call_site") },
	{ "kmem/kmalloc_node", IN_MODULE("call_site") },
	{ "kmem/kmem_cache_alloc", IN_MODULE("call_site") },
	{ "kmem/kmem_cache_alloc_node", IN_MODULE("call_site") },
	{ "kmem/kfree", NULL },
	{ "kmem/kmem_cache_free", IN_MODULE("call_site") },
	{ "timer/timer_start", IN_MODULE("function") },
	{ "timer/timer_cancel", NULL },
	{ "timer/timer_expire_entry", NULL },
};

void trace_prepare(void)
{
	char path[256];

	write_to(TRACING "/tracing_on", "0");
	write_to(TRACING "/buffer_size_kb", "1024");
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		if (events[i].filter) {
			(void)snprintf(path, sizeof(path),
				       TRACING "/events/%s/filter",
				       events[i].event);
			write_to(path, events[i].filter);
		}
		(void)snprintf(path, sizeof(path), TRACING "/events/%s/enable",
			       events[i].event);
		write_to(path, "1");
	}
}

void trace_start(void)
{
	write_to(TRACING "/tracing_on", "1");
}

static void report_formats(void)
{
	_cleanup_text_ struct text t = { 0 };
	char path[256];

	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		(void)snprintf(path, sizeof(path), TRACING "/events/%s/format",
			       events[i].event);
		(void)read_into(&t, path);
	}
	report_text("trace-format", 0, &t);
}

void trace_report(void)
{
	_cleanup_text_ struct text t = { 0 };
	char path[256], page[4096];

	write_to(TRACING "/tracing_on", "0");
	report_formats();
	for (int cpu = 0; cpu < 64; cpu++) {
		(void)snprintf(path, sizeof(path),
			       TRACING "/per_cpu/cpu%d/trace_pipe_raw", cpu);

		int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0)
			break;
		while (read(fd, page, sizeof(page)) > 0)
			text_add_bytes(&t, page, sizeof(page));
		(void)close(fd);
	}
	report_text("trace-pages", 0, &t);
}
