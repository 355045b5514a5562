/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two kinds of log that hold faults, cut into lines: see fault.h. */
#include "lab/fault.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "lab/fault_scan.h"
#include "live/kmsg.h"

static int finish(struct fault_scan *s, struct lab_fault **ret, size_t *ret_n,
		  struct diag *d)
{
	scan_end(s);

	struct lab_fault *v =
		arena_array(s->a, s->n ? s->n : 1, sizeof(*v));

	if (s->failed || !v)
		return diag_fail(d, ENOMEM, "no memory");
	if (s->n)
		memcpy(v, s->faults, s->n * sizeof(*v));
	*ret = v;
	*ret_n = s->n;
	return 0;
}

/* Lines of one text, which may be changed. */
static void each_line(struct fault_scan *s, char *text, int level)
{
	for (char *next; text; text = next) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		scan_line(s, text, level);
	}
}

/* Cuts one record off: a line, and the indented lines after it. */
static struct span next_record(struct span *log)
{
	size_t n = 0;

	do {
		const uint8_t *end = memchr(log->p + n, '\n', log->n - n);

		n = end ? (size_t)(end - log->p) + 1 : log->n;
	} while (n < log->n && log->p[n] == ' ');

	struct span rec = { log->p, n };

	*log = (struct span){ log->p + n, log->n - n };
	return rec;
}

static int kmsg_record(struct fault_scan *s, struct span rec)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct live_kmsg k;
	int r = live_kmsg_parse(rec, &scratch, &k, NULL);

	if (r == -ENOMEM)
		return r;
	/* Not a record; or a line that a program wrote, not the kernel. */
	if (r < 0 || k.facility)
		return 0;
	each_line(s, k.text, (int)k.level);
	return 0;
}

int lab_faults_kmsg(struct span log, struct arena *a, struct lab_fault **ret,
		    size_t *ret_n, struct diag *d)
{
	_cleanup_free_ struct fault_scan *s = calloc(1, sizeof(*s));

	if (!s)
		return diag_fail(d, ENOMEM, "no memory");
	s->a = a;
	while (log.n)
		if (kmsg_record(s, next_record(&log)) < 0)
			return diag_fail(d, ENOMEM, "no memory");
	return finish(s, ret, ret_n, d);
}

/*
 * Behind "[    1.234567] ", and with CONFIG_PRINTK_CALLER "[   T78] ". A
 * program's unfinished line may stand in front.
 */
static char *behind_time(char *line)
{
	for (char *p = line; (p = strchr(p, '[')); p++) {
		char *q = p + 1 + strspn(p + 1, " ");
		size_t sec = strspn(q, "0123456789");

		if (!sec || q[sec] != '.' ||
		    strspn(q + sec + 1, "0123456789") != 6 ||
		    q[sec + 7] != ']')
			continue;
		q += sec + 8;
		if (*q == '[') {
			char *end = strchr(q, ']');

			q = end ? end + 1 : q;
		}
		return *q == ' ' ? q + 1 : q;
	}
	return NULL;
}

int lab_faults_console(const char *text, struct arena *a,
		       struct lab_fault **ret, size_t *ret_n, struct diag *d)
{
	_cleanup_free_ struct fault_scan *s = calloc(1, sizeof(*s));
	_cleanup_free_ char *copy = strdup(text);

	if (!s || !copy)
		return diag_fail(d, ENOMEM, "no memory");
	s->a = a;
	for (char *line = copy, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		for (size_t n = strlen(line); n && line[n - 1] == '\r';)
			line[--n] = '\0';
		/* What has no time on it a program wrote. */
		line = behind_time(line);
		if (line)
			scan_line(s, line, -1);
	}
	return finish(s, ret, ret_n, d);
}

const char *lab_fault_name(enum lab_fault_kind k)
{
	static const char *const names[] = {
		[LAB_FAULT_OOPS] = "oops",
		[LAB_FAULT_BUG] = "bug",
		[LAB_FAULT_WARN] = "warn",
		[LAB_FAULT_ATOMIC] = "atomic",
		[LAB_FAULT_IRQ_OFF] = "irqs-off",
		[LAB_FAULT_PREEMPT] = "preempt-count",
		[LAB_FAULT_SLUB] = "slub",
		[LAB_FAULT_SOFT_LOCKUP] = "soft-lockup",
		[LAB_FAULT_RCU_STALL] = "rcu-stall",
		[LAB_FAULT_HUNG_TASK] = "hung-task",
		[LAB_FAULT_PANIC] = "panic",
		[LAB_FAULT_NMI] = "nmi",
		[LAB_FAULT_OOM] = "oom",
		[LAB_FAULT_HALT] = "halt",
		[LAB_FAULT_POWEROFF] = "poweroff",
	};

	return (size_t)k < ARRAY_SIZE(names) ? names[k] : "fault";
}

const char *lab_fault_slub_meaning(const struct lab_fault *f)
{
	/* What SLUB, KASAN and KFENCE say; the first that fits counts. */
	static const struct {
		const char *has, *meaning;
	} table[] = {
		{ "already free", "double free" },
		{ "double-free", "double free" },
		{ "use-after-free", "use after free" },
		{ "Poison overwritten", "use after free" },
		{ "End Poison overwritten", "use after free" },
		{ "Invalid object pointer", "free of a wrong pointer" },
		{ "nvalid-free", "free of a wrong pointer" },
		{ "nvalid free", "free of a wrong pointer" },
		{ "Objects remaining", "objects never freed" },
		{ "Left Redzone overwritten", "write before the start" },
		{ "Right Redzone overwritten", "write past the end" },
		{ "kmalloc Redzone overwritten", "write past the end" },
		{ "Redzone overwritten", "write outside the object" },
		{ "adding overwritten", "write past the end" },
		{ "out-of-bounds", "access outside the object" },
		{ "memory corruption", "write outside the object" },
		{ "reechain corrupt", "write to freed memory" },
		{ "reepointer corrupt", "write to freed memory" },
		{ "reelist Pointer check fails", "write to freed memory" },
	};

	if (f->kind != LAB_FAULT_SLUB)
		return NULL;
	/* "BUG kmalloc-128 (...): Object corrupt": the detail says how. */
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strstr(f->what, table[i].has) ||
		    (f->detail && strstr(f->detail, table[i].has)))
			return table[i].meaning;
	return "damaged memory";
}
