/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a report that fill its fault: see fault_scan.h. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "lab/fault_scan.h"

static void add_detail(struct fault_scan *s, const char *text)
{
	if (!s->cur->detail) {
		scan_detail(s, text);
		return;
	}
	if (strlen(s->cur->detail) + strlen(text) > SCAN_TEXT)
		return;

	char *p = arena_printf(s->a, "%s; %s", s->cur->detail, text);

	if (!p)
		s->failed = true;
	else
		s->cur->detail = p;
}

/* "init [more] Tainted: ...": the name ends where the taints begin. */
static void cpu_line(struct fault_scan *s, const char *line)
{
	static const char *const ends[] = { " Tainted: ", " Not tainted",
					    " Kdump: " };
	const char *pid = strstr(line, "PID: ");
	const char *comm = strstr(line, "Comm: ");

	if (!pid || !comm)
		return;
	comm += strlen("Comm: ");

	size_t n = strlen(comm);

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		const char *e = strstr(comm, ends[i]);

		if (e && (size_t)(e - comm) < n)
			n = (size_t)(e - comm);
	}
	while (n && comm[n - 1] == ' ')
		n--;
	scan_task(s, comm, n, pid + strlen("PID: "));
}

/* "init            state:R  running task     stack:0     pid:78" */
static void state_line(struct fault_scan *s, const char *comm)
{
	const char *state = strstr(comm, " state:");
	const char *pid = state ? strstr(state, " pid:") : NULL;

	if (!pid)
		return;

	size_t n = (size_t)(state - comm);

	while (n && comm[n - 1] == ' ')
		n--;
	pid += strlen(" pid:");
	scan_task(s, comm, n, pid + strspn(pid, " "));
}

/* "RIP: 0010:f+0x1/0x2 [m]"; only the kernel's own, not 0033. */
static void rip_line(struct fault_scan *s, const char *p)
{
	struct frame_text t;
	const char *seg = p;

	p += strspn(p, "0123456789abcdef");
	if (*p != ':' || !str_starts(seg, "0010:") || !frame_read(p + 1, &t))
		return;
	scan_place(s, &s->rip, &t);
	if (frame_in_module(&t))
		scan_place(s, &s->named, &t);
	/* Above it are only the frames of the interrupt that asked. */
	if ((s->cur->kind == LAB_FAULT_NMI ||
	     s->cur->kind == LAB_FAULT_RCU_STALL) && !s->cur->has_at)
		s->n_stack = 0;
	/* A panic's RIP is what some interrupt found, SLUB's its own. */
	if (s->cur->kind != LAB_FAULT_PANIC && s->cur->kind != LAB_FAULT_SLUB)
		scan_at(s, &t);
}

/* "RSP: 0018:ffffc90000597de8 EFLAGS: 00000246", below the kernel's RIP. */
static void flags_line(struct fault_scan *s, const char *line)
{
	enum { X86_EFLAGS_IF = 0x200 };
	const char *p = strstr(line, " EFLAGS: ");

	if (s->cur->kind == LAB_FAULT_NMI && s->cur->has_at && p)
		s->cur->irqs_on = strtoul(p + strlen(" EFLAGS: "), NULL, 16) &
				  X86_EFLAGS_IF;
}

static void push(struct fault_scan *s, const struct frame_text *t, bool guess)
{
	bool entry = t->function.n > 6 && !memcmp(t->function.p, "__pfx_", 6);

	if (guess) {
		if (t->module.n && !entry && t->offset < t->size)
			scan_place(s, &s->guess, t);
		return;
	}
	if (frame_in_module(t))
		scan_place(s, &s->named, t);
	if (s->n_stack < SCAN_FRAMES)
		s->stack[s->n_stack++] = scan_keep(s, t);
}

/* SLUB's own words tell the caller; its stack may tell a better one. */
static void push_owner(struct fault_scan *s, const struct frame_text *t)
{
	bool freed = s->section == SCAN_FREED;
	struct lab_frame *f = freed ? &s->cur->freed : &s->cur->allocated;
	bool *has = freed ? &s->cur->has_freed : &s->cur->has_allocated;
	struct frame_text old = {
		.address = f->address,
		.function.n = f->function ? 1 : 0,
		.module.n = f->module ? 1 : 0,
	};

	if (*has && (frame_in_module(&old) || !frame_in_module(t)))
		return;
	*f = scan_keep(s, t);
	*has = true;
}

/* "Allocated in f+0x1/0x2 [m] age=3 cpu=0 pid=78", "Allocated by task 78:" */
static bool owner_line(struct fault_scan *s, const char *line)
{
	struct frame_text t;
	bool freed;

	if (str_starts(line, "INFO: ")) /* before 5.14 */
		line += strlen("INFO: ");
	if (str_starts(line, "Freed ") || str_starts(line, "freed "))
		freed = true;
	else if (str_starts(line, "Allocated ") ||
		 str_starts(line, "allocated "))
		freed = false;
	else
		return false;
	line = strchr(line, ' ') + 1;
	if (!str_starts(line, "in ") && !str_starts(line, "by task "))
		return false;
	if (freed ? s->cur->has_freed : s->cur->has_allocated) {
		s->section = SCAN_NONE; /* of the next object */
		return true;
	}
	s->section = freed ? SCAN_FREED : SCAN_ALLOCATED;
	if (line[0] == 'i' && frame_read(line + 3, &t))
		push_owner(s, &t);
	return true;
}

/* "    in-flight: 45:f [m]", "     last function: f [m]": no offset. */
static bool function_line(struct fault_scan *s, const char *line)
{
	static const char *const before[] = { "in-flight: ",
					      "last function: " };
	struct frame_text t;

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		const char *p = strstr(line, before[i]);

		if (!p)
			continue;
		p += strlen(before[i]);
		p += strspn(p, "0123456789");
		p += *p == ':' ? 1 : 0;
		if (frame_read_name(p, &t) || frame_read(p, &t))
			if (frame_in_module(&t))
				scan_place(s, &s->told, &t);
		return true;
	}
	return false;
}

/* What belongs to a certain kind of report. Return: true if it was that. */
static bool kind_line(struct fault_scan *s, const char *line)
{
	switch (s->cur->kind) {
	case LAB_FAULT_OOPS:
		if (!str_starts(line, "#PF: "))
			return false;
		add_detail(s, line + strlen("#PF: "));
		return true;
	case LAB_FAULT_SLUB:
		if (strstr(line, "First byte 0x")) {
			scan_detail(s, str_starts(line, "INFO: ") ?
					      line + strlen("INFO: ") :
					      line);
			return true;
		}
		return owner_line(s, line);
	case LAB_FAULT_ATOMIC:
		if (str_starts(line, "in_atomic(): "))
			scan_detail(s, line);
		return false;
	default:
		return function_line(s, line);
	}
}

/* Since 6.19 the text of WARN() stands behind its line. */
void scan_warn_text(struct fault_scan *s, const char *line)
{
	static const char *const others[] = { "Modules linked in:", "CPU: ",
					      "RIP: ", "Call Trace:",
					      "Hardware name:", "Tainted: " };
	struct frame_text t;

	s->text_follows = false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (str_starts(line, others[i]))
			return;

	char *text = scan_copy(s, line);

	if (!text || !*text)
		return;
	s->cur->detail = s->cur->what;
	s->cur->what = text;
	s->cur->kind = fault_warn_kind(text);
	if (frame_find(text, &t) && frame_in_module(&t)) {
		s->told.has = false;
		scan_place(s, &s->told, &t);
	}
}

/* Return: true if the line was a frame. */
static bool trace_line(struct fault_scan *s, const char *line)
{
	struct frame_text t;
	bool guess;

	if (line[0] != ' ' || s->section == SCAN_NONE ||
	    !frame_line(line, &t, &guess))
		return false;
	if (s->section == SCAN_TRACE)
		push(s, &t, guess);
	else if (!guess)
		push_owner(s, &t);
	return true;
}

void scan_fill(struct fault_scan *s, const char *line)
{
	struct frame_text t;

	if (s->preempt_follows) {
		s->preempt_follows = false;
		if (frame_find(line, &t) && frame_in_module(&t))
			scan_place(s, &s->told, &t);
	}
	if (trace_line(s, line))
		return;
	if (s->section != SCAN_TRACE)
		s->section = SCAN_NONE;
	if (str_starts(line, "---[ end "))
		s->closed = true;
	else if (str_starts(line, "RIP: "))
		rip_line(s, line + strlen("RIP: "));
	else if (str_starts(line, "RSP: 0018:"))
		flags_line(s, line);
	else if (str_starts(line, "pc : ")) { /* arm64 */
		if (frame_read(line + strlen("pc : "), &t))
			scan_at(s, &t);
	} else if (str_starts(line, "CPU: "))
		cpu_line(s, line);
	else if (str_starts(line, "task:"))
		state_line(s, line + strlen("task:"));
	else if (str_starts(line, "Workqueue: ") &&
		 !str_starts(line, "Workqueue:  0x0")) /* none at the moment */
		s->cur->task = scan_copy(s, line);
	else if (!strcasecmp(line, "Call Trace:"))
		s->section = SCAN_TRACE;
	else if (str_starts(line, "Preemption disabled at:"))
		s->preempt_follows = true;
	else
		(void)kind_line(s, line);
}
