/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From lines of the kernel's log to faults: see fault_scan.h. */
#include "lab/fault_scan.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char CUT_HERE[] = "------------[ cut here ]------------";

/* Lines that a head or the text of WARN() waits for what it announces. */
enum { HEAD_LINES = 4, CUT_LINES = 8 };

static char *copy_text(struct fault_scan *s, const char *text, size_t n)
{
	if (n > SCAN_TEXT)
		n = SCAN_TEXT;
	while (n && isspace((unsigned char)text[n - 1]))
		n--;

	char *p = arena_strndup(s->a, text, n);

	if (!p)
		s->failed = true;
	return p;
}

char *scan_copy(struct fault_scan *s, const char *line)
{
	return copy_text(s, line, strlen(line));
}

struct lab_frame scan_keep(struct fault_scan *s, const struct frame_text *t)
{
	struct lab_frame f = { 0 };

	if (frame_keep(t, s->a, &f) < 0)
		s->failed = true;
	return f;
}

void scan_place(struct fault_scan *s, struct scan_spot *p,
		      const struct frame_text *t)
{
	if (p->has)
		return;
	p->frame = scan_keep(s, t);
	p->has = true;
}

/* ------------------------------------------------------ a fault's life */

/* do_one_initcall() found it: no frame of the module is left. */
static bool told_by_init(enum lab_fault_kind k)
{
	return k == LAB_FAULT_IRQ_OFF || k == LAB_FAULT_PREEMPT;
}

/* A system call, or its way back to user space; x86, arm64. */
static bool is_from_user(const struct lab_frame *f)
{
	static const char *const ways[] = { "exit_to_user", "do_syscall_64",
					    "el0_svc" };

	for (size_t i = 0; f->function && i < ARRAY_SIZE(ways); i++)
		if (strstr(f->function, ways[i]))
			return true;
	return false;
}

/* "BUG: scheduling while atomic: init/26/0x00000101": it serves an interrupt,
 * a soft one or another. See include/linux/preempt.h. */
static bool in_interrupt(const char *what)
{
	const unsigned long serving = 0x00ff0100;
	const char *count = strrchr(what, '/');

	return count && (strtoul(count + 1, NULL, 16) & serving);
}

/*
 * A process that may not sleep, with no module at work in it: an earlier call
 * into one has returned with a lock held. (An interrupt that finds the
 * processor in user space leaves by the same way.)
 */
static bool left_by_syscall(const struct fault_scan *s)
{
	const struct lab_fault *f = s->cur;

	if (f->kind != LAB_FAULT_ATOMIC || s->named.has ||
	    !str_starts(f->what, "BUG: scheduling while atomic: ") ||
	    in_interrupt(f->what))
		return false;
	for (size_t i = 0; i < s->n_stack; i++)
		if (is_from_user(&s->stack[i]))
			return true;
	return false;
}

/*
 * The innermost place in a module, by how sure it is. SLUB looks at an object
 * when others ask for it: what its stack may have had is nobody's place.
 */
static void choose_module(struct fault_scan *s)
{
	const struct scan_spot *order[] = { &s->named, &s->told, &s->guess };

	if (told_by_init(s->cur->kind)) {
		order[0] = &s->told;
		order[1] = &s->named;
	}
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		if (!order[i]->has || (order[i] == &s->guess &&
				       s->cur->kind == LAB_FAULT_SLUB))
			continue;
		s->cur->in_module = order[i]->frame;
		s->cur->has_in_module = true;
		return;
	}
}

/*
 * A lockup that ends in a panic shows its stack only in the panic's report
 * where the console was quiet before.
 */
static void lend_stack(struct fault_scan *s)
{
	struct lab_fault *panic = s->cur;

	if (panic->kind != LAB_FAULT_PANIC || s->n < 2)
		return;

	struct lab_fault *f = panic - 1;

	if (f->n_stack || f->has_at || f->has_in_module)
		return;
	f->stack = panic->stack;
	f->n_stack = panic->n_stack;
	f->in_module = panic->in_module;
	f->has_in_module = panic->has_in_module;
	f->at = s->rip.frame;
	f->has_at = s->rip.has;
	if (!f->task)
		f->task = panic->task;
}

static void seal(struct fault_scan *s)
{
	struct lab_fault *f = s->cur;

	if (!f)
		return;
	if (s->n_stack) {
		f->stack = arena_array(s->a, s->n_stack, sizeof(*f->stack));
		if (!f->stack) {
			s->failed = true;
			s->cur = NULL;
			return;
		}
		memcpy(f->stack, s->stack, s->n_stack * sizeof(*f->stack));
		f->n_stack = s->n_stack;
	}
	if (left_by_syscall(s)) {
		f->kind = LAB_FAULT_PREEMPT;
		f->by_syscall = true;
	}
	choose_module(s);
	lend_stack(s);
	s->cur = NULL;
}

static bool ends_machine(enum lab_fault_kind k)
{
	return k == LAB_FAULT_PANIC || k == LAB_FAULT_NMI ||
	       k == LAB_FAULT_HALT || k == LAB_FAULT_POWEROFF;
}

/* Return: false if there are too many already. */
static bool start(struct fault_scan *s, enum lab_fault_kind kind,
		  const char *what)
{
	struct frame_text t;
	size_t room = SCAN_FAULTS + (ends_machine(kind) ? SCAN_LAST : 0);

	seal(s);
	s->died = s->closed = s->text_follows = s->preempt_follows = false;
	s->cut_left = s->head_left = 0;
	s->cut = s->head = NULL;
	s->section = SCAN_NONE;
	s->n_stack = 0;
	s->rip.has = s->named.has = s->told.has = s->guess.has = false;
	if (s->n >= room)
		return false;
	s->cur = &s->faults[s->n++];
	*s->cur = (struct lab_fault){ .kind = kind,
				      .what = scan_copy(s, what) };
	if (!s->cur->what)
		s->cur->what = "";
	if (frame_find(what, &t) && frame_in_module(&t))
		scan_place(s, &s->told, &t);
	return true;
}

static void set_text(struct fault_scan *s, const char **field,
		     const char *text, size_t n)
{
	if (!*field)
		*field = copy_text(s, text, n);
}

void scan_detail(struct fault_scan *s, const char *text)
{
	set_text(s, &s->cur->detail, text, strlen(text));
}

void scan_at(struct fault_scan *s, const struct frame_text *t)
{
	if (frame_in_module(t))
		scan_place(s, &s->named, t);
	if (s->cur->has_at)
		return;
	s->cur->at = scan_keep(s, t);
	s->cur->has_at = true;
}

/* ---------------------------------------------------- lines that open */

/* "init/78" of @comm and @pid, as the reports write them. */
void scan_task(struct fault_scan *s, const char *comm, size_t n,
		     const char *pid)
{
	size_t digits = strspn(pid, "0123456789");

	if (s->cur->task || !n || !digits || n > 64 || digits > 10)
		return;
	s->cur->task = arena_printf(s->a, "%.*s/%.*s", (int)n, comm,
				    (int)digits, pid);
	if (!s->cur->task)
		s->failed = true;
}

/* "comm:78" from @p up to the last colon before one of @stop. */
static void task_colon(struct fault_scan *s, const char *p, const char *stop)
{
	size_t n = strcspn(p, stop), i = n;

	while (i && p[i - 1] != ':')
		i--;
	if (i)
		scan_task(s, p, i - 1, p + i);
}

/* "comm/78" from @p; kernel threads have slashes in their names. */
static void task_slash(struct fault_scan *s, const char *p, size_t n)
{
	size_t i = n;

	while (i && p[i - 1] != '/')
		i--;
	if (i)
		scan_task(s, p, i - 1, p + i);
}

/* The task that the opening line itself tells of. */
static void task_of_opener(struct fault_scan *s, const char *line)
{
	static const char hung[] = "INFO: task ";
	static const char atomic[] = "BUG: scheduling while atomic: ";
	const char *p;

	if (str_starts(line, hung)) {
		task_colon(s, line + strlen(hung), " ");
	} else if (str_starts(line, atomic)) {
		p = line + strlen(atomic);

		const char *last = strrchr(p, '/');

		if (last)
			task_slash(s, p, (size_t)(last - p));
	} else if (strstr(line, "soft lockup")) {
		p = strrchr(line, '[');
		if (p)
			task_colon(s, p + 1, "]");
	}
}

static char *take_head(struct fault_scan *s, enum lab_fault_kind kind)
{
	if (!s->head || s->head_kind != kind)
		return NULL;
	return take_ptr(s->head);
}

/* WARN() and BUG(): the text that was held back names them better. */
static bool start_named(struct fault_scan *s, enum lab_fault_kind kind,
			const char *line)
{
	char *head = take_head(s, LAB_FAULT_BUG), *cut = take_ptr(s->cut);
	const char *text = cut && *cut ? cut : head;

	if (text && kind == LAB_FAULT_WARN)
		kind = head ? LAB_FAULT_BUG : fault_warn_kind(text);
	if (!start(s, kind, text ? text : line))
		return false;
	if (text)
		scan_detail(s, line);
	return true;
}

/* "FILE:LINE" that ends before @end; a path may hold blanks. */
static void set_source(struct fault_scan *s, const char *from, const char *end)
{
	while (end > from && end[-1] == ' ')
		end--;

	const char *p = end;

	while (p > from && isdigit((unsigned char)p[-1]))
		p--;
	if (p == end || p == from || p[-1] != ':')
		return;
	set_text(s, &s->cur->source, from, (size_t)(end - from));
}

/*
 * WARNING: CPU: 0 PID: 78 at f.c:14 f+0x11/0x1000 [m]
 * WARNING: f.c:14 at f+0x11/0x1000 [m], CPU#0: init/78           since 6.19
 */
static bool is_warning(const char *line)
{
	struct frame_text t;

	if (str_starts(line, "WARNING: CPU: "))
		return strstr(line, " PID: ") && strstr(line, " at ");
	return str_starts(line, "WARNING: ") && strstr(line, "at ") &&
	       strstr(line, ", CPU#") && frame_find(line, &t);
}

/* Since 6.12 SLUB shows where it found the damage by a WARN() of its own. */
static bool warns_for_slub(const struct fault_scan *s, const char *line)
{
	return s->cur && s->cur->kind == LAB_FAULT_SLUB && !s->closed &&
	       !s->cut && strstr(line, "mm/slub.c:");
}

static void open_warning(struct fault_scan *s, const char *line)
{
	bool old = str_starts(line, "WARNING: CPU: ");
	struct frame_text t;

	if (warns_for_slub(s, line)) {
		s->cut_left = 0;
		return;
	}
	if (!start_named(s, LAB_FAULT_WARN, line))
		return;

	const char *at = frame_find(line, &t);

	if (old) {
		const char *from = strstr(line, " at ");

		if (from && at > from)
			set_source(s, from + 4, at);
	} else if (at) {
		const char *from = line + strlen("WARNING: ");
		const char *cpu = strstr(at, ", CPU#");

		if (at - from > 4)
			set_source(s, from, at - 4);
		cpu = cpu ? strchr(cpu, ':') : NULL;
		if (cpu)
			task_slash(s, cpu + 2, strlen(cpu + 2));
		s->text_follows = !s->cur->detail;
	}
	if (at)
		scan_at(s, &t);
}

static void open_bug(struct fault_scan *s, const char *line)
{
	const char *from = line + strlen("kernel BUG at ");

	if (start_named(s, LAB_FAULT_BUG, line))
		set_source(s, from, from + strcspn(from, "!"));
}

/* "...fault for address: ffffffffc0203008", "... address 0xdead000000000100" */
static void set_address(struct fault_scan *s, const char *line)
{
	const char *p = strstr(line, " address");
	char *end;

	if (!p || s->cur->kind != LAB_FAULT_OOPS)
		return;
	p += strlen(" address");
	p += strspn(p, ": ");
	if (!isxdigit((unsigned char)*p))
		return;
	errno = 0;
	s->cur->address = strtoull(p, &end, 16);
	s->cur->has_address = !errno && !isalnum((unsigned char)*end);
}

/*
 * BUG() and a bad access die by an exception whose line comes later. Where
 * the console was quiet when BUG() spoke, the exception is all there is.
 */
static void open_die(struct fault_scan *s, const char *line, int level)
{
	char *head = take_head(s, LAB_FAULT_BUG);
	enum lab_fault_kind kind = LAB_FAULT_OOPS;

	if (head || (level < 0 && strstr(line, "invalid opcode: ")))
		kind = LAB_FAULT_BUG;
	if (!start(s, kind, head ? head : line))
		return;
	if (head)
		scan_detail(s, line);
	set_address(s, line);
	s->died = true;
}

/* A line that goes on with what @s->cur is about. */
static bool joins(const struct fault_scan *s, const struct fault_words *w,
		  const char *line)
{
	if (!s->cur || s->closed)
		return false;
	if (w->kind == LAB_FAULT_NMI)
		return s->cur->kind == LAB_FAULT_NMI && !s->cur->detail;
	if (w->kind == LAB_FAULT_OOM)
		return s->cur->kind == LAB_FAULT_OOM && !s->cur->detail &&
		       str_starts(line, "Out of memory");
	return false;
}

/* Watchdogs say it again and again, of the same task. */
static bool said_before(const struct fault_scan *s)
{
	for (size_t i = 0; s->cur->task && i + 1 < s->n; i++)
		if (s->faults[i].kind == s->cur->kind && s->faults[i].task &&
		    str_eq(s->faults[i].task, s->cur->task))
			return true;
	return false;
}

static void forget(struct fault_scan *s)
{
	s->cur = NULL;
	s->n--;
}

static void open_words(struct fault_scan *s, const struct fault_words *w,
		       const char *line)
{
	char *head = take_head(s, w->kind);

	if (w->role == WORDS_HEAD) {
		s->head = scan_copy(s, line);
		s->head_kind = w->kind;
		s->head_left = HEAD_LINES;
		return;
	}
	if (joins(s, w, line)) {
		scan_detail(s, line);
		return;
	}
	if (!start(s, w->kind, line))
		return;
	if (head)
		scan_detail(s, head);
	task_of_opener(s, line);
	set_address(s, line);
	if ((w->kind == LAB_FAULT_HUNG_TASK ||
	     w->kind == LAB_FAULT_SOFT_LOCKUP) && said_before(s)) {
		forget(s);
		return;
	}
	/* KFENCE prints its frames without "Call Trace:". */
	if (str_starts(line, "BUG: KFENCE: "))
		s->section = SCAN_TRACE;
	if (str_starts(line, "BUG: sleeping ")) {
		const char *at = strstr(line, " at ");

		if (at)
			set_source(s, at + 4, at + strlen(at));
	}
}

static bool opens(struct fault_scan *s, const char *line, int level)
{
	const struct fault_words *w;

	/* Level 6 in 7.2, where the text of WARN() follows. */
	if (str_starts(line, CUT_HERE)) {
		s->cut = NULL;
		s->cut_left = CUT_LINES;
		return true;
	}
	if (level >= SCAN_LEVEL_TALK)
		return false;
	if (is_warning(line)) {
		open_warning(s, line);
		return true;
	}
	if (str_starts(line, "kernel BUG at ")) {
		open_bug(s, line);
		return true;
	}
	if (fault_is_die(line)) {
		bool same = s->cur && !s->died && !s->closed &&
			    (s->cur->kind == LAB_FAULT_OOPS ||
			     s->cur->kind == LAB_FAULT_BUG);

		if (!same)
			open_die(s, line, level);
		s->died = true;
		return true;
	}
	if (s->cut_left && !s->cut && !str_starts(line, "UBSAN: ")) {
		s->cut = scan_copy(s, line);
		return true;
	}
	w = fault_words_find(line);
	if (w)
		open_words(s, w, line);
	return w;
}

void scan_line(struct fault_scan *s, const char *line, int level)
{
	bool waiting = s->text_follows && s->cur;

	if (s->head_left && !--s->head_left)
		s->head = NULL;
	if (s->cut_left && !--s->cut_left)
		s->cut = NULL;
	if (waiting && !is_warning(line)) {
		scan_warn_text(s, line);
		if (s->cur->detail)
			return;
	}
	if (opens(s, line, level) || !s->cur || s->closed)
		return;
	scan_fill(s, line);
}

void scan_end(struct fault_scan *s)
{
	seal(s);
}
