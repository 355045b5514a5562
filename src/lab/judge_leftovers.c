/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is there after the module is gone that was not there before. */
#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "lab/frame.h"
#include "lab/judge.h"
#include "lab/known.h"

/* Kinds of leftovers by where they show, most special first. */
static const struct leftover {
	const char *prefix, *id, *what;
} kinds[] = {
	{ "/proc/misc: ", "leftovers.misc", "misc device" },
	{ "/proc/devices: ", "leftovers.region", "device numbers" },
	{ "/proc/crypto: ", "leftovers.crypto", "crypto algorithm" },
	{ "/proc/filesystems: ", "leftovers.filesystem", "file system" },
	{ "/proc/interrupts: ", "leftovers.interrupt", "interrupt handler" },
	{ "/proc/iomem: ", "leftovers.iomem", "memory region" },
	{ "/proc/ioports: ", "leftovers.ioports", "I/O port region" },
	{ "/proc/net/protocols: ", "leftovers.protocol", "protocol" },
	{ "/proc/net/ptype: ", "leftovers.packet", "packet handler" },
	{ "/proc/net/dev: ", "leftovers.netdev", "network device" },
	{ "/proc/partitions: ", "leftovers.disk", "disk" },
	{ "/sys/kernel/debug/kprobes/list: ", "leftovers.kprobe", "kprobe" },
	{ "/sys/devices/system/cpu/hotplug/states: ", "leftovers.cpuhp",
	  "CPU hotplug state" },
	{ "thread: ", "leftovers.thread", "kernel thread" },
	{ "/sys/kernel/slab/", "leftovers.cache", "object cache" },
	{ "/sys/kernel/debug/", "leftovers.debugfs", "debugfs entry" },
	{ "/sys/module/", "leftovers.module", "entry of a module" },
	{ "/sys/class/", "leftovers.class", "device class or device" },
	{ "/sys/", "leftovers.sysfs", "sysfs entry" },
	{ "/dev/", "leftovers.device", "device node" },
	{ "/proc/", "leftovers.proc", "/proc entry" },
};

/* How the guest names one that is left. */
static const char process[] = "process: ";

/* Threads that come and go by themselves, lists that only count. */
static bool is_noise(const char *line)
{
	static const char *const noise[] = {
		"thread: kworker", "/sys/kernel/debug/tracing",
		"/proc/net/dev:  face", "/proc/net/ptype: Type",
		"/sys/kernel/slab/:",
	};

	for (size_t i = 0; i < ARRAY_SIZE(noise); i++)
		if (str_starts(line, noise[i]))
			return true;
	return false;
}

/* Numbers that count up are no difference: "24: 12 IO-APIC serial". */
static void normalise(char *line)
{
	if (!str_starts(line, "/proc/interrupts: ") &&
	    !str_starts(line, "/proc/net/dev: ") &&
	    !str_starts(line, "/proc/net/protocols: ") &&
	    !str_starts(line, "/proc/crypto: refcnt"))
		return;

	char *to = line;
	bool word = true;

	for (char *s = line; *s; s++) {
		bool digits = word && isdigit((unsigned char)*s);

		if (digits) {
			size_t n = strspn(s, "0123456789");

			/* "24:" is a name, "24 " a count. */
			if (s[n] == ' ' || !s[n]) {
				s += n - 1;
				continue;
			}
		}
		word = *s == ' ';
		if (word && to > line && to[-1] == ' ')
			continue;
		*to++ = *s;
	}
	while (to > line && to[-1] == ' ')
		to--;
	*to = 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted lines of a snapshot. */
static size_t lines_of(struct judge *j, const struct lab_fact *f, char ***ret)
{
	char *copy = arena_strdup(&j->v->arena, (const char *)f->data.p);
	size_t n = 0, cap = 1;
	char *save = NULL;

	for (const char *s = copy; s && *s; s++)
		cap += *s == '\n';

	char **v = arena_array(&j->v->arena, cap, sizeof(*v));

	if (!copy || !v) {
		judge_no_memory(j);
		return 0;
	}
	for (char *l = strtok_r(copy, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		normalise(l);
		v[n++] = l;
	}
	qsort(v, n, sizeof(*v), compare);
	*ret = v;
	return n;
}

static const struct leftover *kind_of(const char *line)
{
	size_t k = 0;

	while (k < ARRAY_SIZE(kinds) - 1 && !str_starts(line, kinds[k].prefix))
		k++;
	return &kinds[k];
}

/*
 * One finding per kind; further lines of it are added, up to a number that can
 * be read. NULL: no memory.
 */
static struct lab_finding *one_of_kind(struct judge *j, const char *id,
				       const char *line)
{
	enum { SHOWN = 8 };
	struct lab_finding *f = j->v->findings;

	while (f && !str_eq(f->id, id))
		f = f->next;
	if (f && f->n_lines >= SHOWN)
		return f;
	if (!f) {
		f = judge_find(j, LAB_LEFTOVERS, 0, id);
		f->room = true;
		f->lines = arena_array(&j->v->arena, SHOWN,
				       sizeof(*f->lines));
		if (!f->lines) {
			judge_no_memory(j);
			return NULL;
		}
	}
	f->lines[f->n_lines++] = line;
	return f;
}

/* /dev/x, /sys/class/misc/x and /sys/devices/virtual/misc/x are one thing. */
static bool is_same_thing(struct judge *j, const char *line)
{
	const char *name = strrchr(line, '/');
	enum { SHOWN = 8 };

	if (*line != '/' || strstr(line, ": ") || !name || !name[1])
		return false;
	for (struct lab_finding *f = j->v->findings; f; f = f->next) {
		const char *at = f->stage == LAB_LEFTOVERS ?
					 strstr(f->what, name + 1) :
					 NULL;
		size_t n = strlen(name + 1);

		if (!at || (at[-1] != ' ' && at[-1] != '/') ||
		    (at[n] && at[n] != ' ' && at[n] != ';'))
			continue;
		if (f->n_lines < SHOWN && f->room)
			f->lines[f->n_lines++] = line;
		return true;
	}
	return false;
}

/* Each network namespace has its own: removing one is not enough. */
static void left_in_net(struct judge *j, struct lab_finding *f)
{
	const char *done = judge_undone(j, "pernet");

	if (!done)
		return;
	f->what = judge_printf(j, "%s, of %s()", f->what, done);
	f->fix = judge_fix(j, judge_printf(j, "un%s() in exit", done));
}

static void left_behind(struct judge *j, const char *line)
{
	if (is_same_thing(j, line))
		return;

	const struct leftover *k = kind_of(line);
	struct lab_finding *f = one_of_kind(j, k->id, line);

	if (!f || f->what[0])
		return;
	f->fix = judge_fix(j, lab_known(k->id)->fix);
	f->why = str_eq(k->id, "leftovers.thread") ?
			 "it runs code that is gone as soon as it wakes up" :
			 "the next access to it calls code that is gone, or finds freed memory";
	f->what = judge_printf(j, "left behind: %s %s", k->what,
			       str_ends(k->prefix, ": ") ?
				       line + strlen(k->prefix) :
				       line);
	if (str_starts(line, "/proc/net/"))
		left_in_net(j, f);
}

/* "sleep of the test"; the test's own program has another name in the guest. */
static const char *process_words(struct judge *j, const char *name, int n)
{
	const char *test = j->q->test ? path_base(j->q->test) : "";

	if (n > 0 && strlen(test) == (size_t)n &&
	    !strncmp(name, test, (size_t)n))
		return "the test";
	return judge_printf(j, "%.*s%s", n, name, *test ? " of the test" : "");
}

/* Where the test hung: a stack through a module that is gone is no more. */
static const char *place_in_use(const struct judge *j)
{
	for (const struct lab_finding *f = j->v->findings; f; f = f->next)
		if (str_eq(f->id, "use.hang"))
			return f->where;
	return "";
}

/* It ended when it was told to: untidy, no fault of the module's. */
static void left_running(struct judge *j, const char *line, int n)
{
	struct lab_finding *f = one_of_kind(j, "leftovers.running", line);

	if (!f || f->what[0])
		return;
	f->note = true;
	f->what = judge_printf(j, "left running: %s",
			       process_words(j, line + strlen(process), n));
	f->why = "it was ended by SIGKILL after the module was removed";
	f->fix = j->q->test ? "let the test wait for what it starts" : "";
}

/* @place: in a module, maybe in one that is gone. */
static void left_stuck(struct judge *j, const char *line, int n,
		       const char *place)
{
	struct lab_finding *f = one_of_kind(j, "leftovers.process", line);
	struct lab_frame frame;
	struct frame_text t;

	if (!f || f->what[0])
		return;
	f->what = judge_printf(j, "left behind: %s, a process that does not end even by SIGKILL",
			       process_words(j, line + strlen(process), n));
	f->why = "it waits in the kernel; when it wakes up it goes on in the module's code, if it came through that, which is gone then";
	f->fix = "wake it up and wait for it in exit; '.owner = THIS_MODULE' keeps the module while a file is open";
	f->where = place_in_use(j);
	if (!place || !frame_read(place, &t))
		return;
	if (frame_keep(&t, &j->v->arena, &frame) < 0)
		judge_no_memory(j);
	else
		f->where = judge_place_frame(j, &frame, true);
}

/*
 * "process: NAME, killed" or "process: NAME, state D, in PLACE"; see the
 * guest's snapshot.c. Return: whether it is a fault.
 */
static bool left_process(struct judge *j, const char *line)
{
	static const char in[] = ", in ";
	const char *state = strstr(line, ", state ");
	const char *name = line + strlen(process);

	if (!state) {
		left_running(j, line, (int)strcspn(name, ","));
		return false;
	}

	const char *place = strstr(state, in);

	left_stuck(j, line, (int)(state - name),
		   place ? place + strlen(in) : NULL);
	return true;
}

static void gone(struct judge *j, const char *line)
{
	struct lab_finding *f =
		one_of_kind(j, "leftovers.removed", line);

	if (f && !f->what[0])
		f->what = judge_printf(j, "removed what was not its own: %s",
				       line);
}

/*
 * Who tests a module uses other parts of the kernel, too, and some of these
 * make what stays: the first mount of an ext4 file system makes a cache and a
 * thread. The trace tells whether any was made in the name of a module.
 */
static bool is_of_others(struct judge *j, const char *line)
{
	if (str_starts(line, "thread: "))
		return judge_trace(j)->no_thread;
	return str_starts(line, "/sys/kernel/slab/") &&
	       judge_trace(j)->no_cache;
}

/* Both lists are sorted: walk them side by side. */
static size_t differences(struct judge *j, char **a, size_t na, char **b,
			  size_t nb)
{
	size_t i = 0, k = 0, found = 0;

	while (i < na || k < nb) {
		int c = i == na ? 1 : k == nb ? -1 : strcmp(a[i], b[k]);
		const char *line = c < 0 ? a[i] : c > 0 ? b[k] : NULL;

		i += c <= 0;
		k += c >= 0;
		if (!line || is_noise(line))
			continue;
		/* Processes end, and some tables lose a line by the way. */
		if (c < 0 && !str_starts(line, "/sys/") &&
		    !str_starts(line, "/dev/"))
			continue;
		if (c > 0 && is_of_others(j, line))
			continue;
		if (c > 0 && str_starts(line, process)) {
			found += left_process(j, line);
			continue;
		}
		found++;
		if (c > 0)
			left_behind(j, line);
		else
			gone(j, line);
	}
	return found;
}

/* One pair of lists; 0 if the guest did not get to report it. */
static size_t judge_pair(struct judge *j, const char *kind)
{
	char name[32];
	const struct lab_fact *after = judge_fact(j, "after", 1, kind);
	char **a = NULL, **b = NULL;

	(void)snprintf(name, sizeof(name), "%s-before", kind);

	const struct lab_fact *before = judge_fact(j, "after", 1, name);

	if (!before || !after)
		return 0;

	size_t na = lines_of(j, before, &a), nb = lines_of(j, after, &b);

	return j->failed ? 0 : differences(j, a, na, b, nb);
}

/* What the kernel said when our reader fell belongs to the leftover. */
static void take_aftermath(struct judge *j, struct strs *l)
{
	for (struct lab_finding **x = &j->v->findings; *x;) {
		struct lab_finding *h = *x;

		if (!h->aftermath || h->stage != LAB_HEALTH ||
		    &h->next == j->tail) {
			x = &h->next;
			continue;
		}
		if (h->n_lines)
			strs_add(j, l, h->lines[0]);
		*x = h->next;
	}
	j->v->stage[LAB_HEALTH].grade = LAB_NOT_REACHED;
	j->v->stage[LAB_HEALTH].n_lines = 0;
	j->v->stage[LAB_HEALTH].summary =
		"the kernel fell over what was left behind; see leftovers";
}

/*
 * Reading a table killed the reader: an entry of it points into the module
 * that is gone. What the kernel said about that is evidence, no other fault.
 */
static size_t judge_deadly_table(struct judge *j)
{
	for (size_t i = 0; i < j->r->n_facts; i++) {
		const struct lab_fact *x = &j->r->facts[i];

		if (!str_eq(x->stage, "after") || x->arg >= 0 ||
		    !str_starts(x->name, "errno /"))
			continue;

		const char *path = x->name + strlen("errno ");
		char line[128];

		(void)snprintf(line, sizeof(line), "%s: ", path);

		const struct leftover *k = kind_of(line);
		struct lab_finding *f =
			judge_find(j, LAB_LEFTOVERS, 1, k->id);
		struct strs l = { 0 };

		for (size_t s = 0; s < j->n_subjects; s++)
			if (!j->subjects[s].dep)
				strs_addf(j, &l, "left behind by %s",
					  j->subjects[s].ko->name);
		take_aftermath(j, &l);
		f->what = judge_printf(j, "left behind: %s of %s; whoever reads %s brings the kernel down",
				       k->what, j->n_subjects ? j->subjects[j->n_subjects - 1].ko->name : "?",
				       path);
		f->why = "the entry points into memory of the module, which is gone";
		f->fix = judge_fix(j, lab_known(k->id)->fix);
		f->lines = l.v;
		f->n_lines = l.n;
		return 1;
	}
	return 0;
}

void judge_leftovers(struct judge *j)
{
	struct lab_stage *st = &j->v->stage[LAB_LEFTOVERS];

	if (!judge_fact(j, "after", 1, "names") ||
	    (!j->removed && !j->insert_failed[0])) {
		st->grade = LAB_NOT_REACHED;
		st->summary = "";
		return;
	}

	/* Tables first: they say best what kind of thing it is. */
	size_t found = judge_pair(j, "tables");

	found += judge_deadly_table(j);
	found += judge_pair(j, "names");
	st->summary = found ? "" :
			      "nothing left in /proc, /sys, /dev, and no thread";
}
