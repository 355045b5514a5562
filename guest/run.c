/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stages of a run, in order:
 *
 *   deps     the modules that the subjects need, loaded before anything is
 *            looked at, and left alone afterwards
 *   start    the first snapshot, unless the one from before the guest was
 *            saved still holds
 *   per round:
 *     insert   each subject, in order
 *     use      the user's test, if there is one
 *     remove   each subject, in reverse order
 *     after    allocations; after the first round what was left behind: a
 *              second round trips over that
 *   end      memory checks, log, taints
 *   late     only if the host asks for it, because something seems to be left:
 *            what is freed by and by is free by now
 *
 * A subject that cannot be inserted ends the round (what was inserted before
 * it is removed again) and the run; so does anything that hangs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

enum { SUBJECTS_MAX = 64 };

struct subject {
	const char *name;
	const char *params;
	struct span image;
	bool loaded;
};

static struct subject subject[SUBJECTS_MAX];
static size_t n_subjects, n_deps;
static char *test_path;
static struct span test_args;
static int last_round;
static int rounds = 1, timeout_ms = 10000, settle_ms = 2;
static int session, n_commands, rows, columns;

/* ---------------------------------------------------------------- facts */

static int64_t taint(void)
{
	char buf[32];

	(void)read_some("/proc/sys/kernel/tainted", buf, sizeof(buf));
	return strtoll(buf, NULL, 10);
}

void report_taint(void)
{
	report(LAB_FACT, "taint", taint(), NULL, 0);
}

static void report_state(void)
{
	report_file("modules", "/proc/modules");
	log_report();
	report_taint();
}

/* /sys/module/NAME as "file value" lines. */
static void report_sysfs(const char *name)
{
	static const char *const files[] = {
		"initstate",	  "refcnt",
		"coresize",	  "taint",
		"sections/.text", "sections/.init.text",
		"sections/.data", "sections/.bss",
	};
	_cleanup_text_ struct text t = { 0 };
	char path[512], value[512];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		(void)snprintf(path, sizeof(path), "/sys/module/%s/%s", name,
			       files[i]);
		if (read_some(path, value, sizeof(value)))
			text_addf(&t, "%s %s%s", files[i], value,
				  strchr(value, '\n') ? "" : "\n");
	}
	(void)snprintf(path, sizeof(path), "/sys/module/%s/parameters", name);
	list_values(&t, path, "parameters/");
	(void)snprintf(path, sizeof(path), "sysfs %s", name);
	report_text(path, 0, &t);
}

/*
 * After an oops locks may be held for ever and lists be torn: what touches
 * the module then can hang, and would blame the wrong place.
 */
static bool damaged(void)
{
	enum { TAINT_DIE = 1 << 7 };

	if (!(taint() & TAINT_DIE))
		return false;
	report(LAB_FACT, "damaged", 0, NULL, 0);
	return true;
}

static void settle(void)
{
	if (settle_ms)
		sleep_ms(settle_ms);
}

/* --------------------------------------------------------------- stages */

/*
 * init_module(2): the image is in memory already, and the kernel does the same
 * with it as with a file, from its signature on.
 */
static int insert(const struct subject *s)
{
	watch_begin(s->name, timeout_ms);

	long r = syscall(SYS_init_module, s->image.p, s->image.n, s->params);
	int err = errno;

	watch_end();
	return r < 0 ? err : 0;
}

static int remove_once(const struct subject *s)
{
	watch_begin(s->name, timeout_ms);

	long r = syscall(SYS_delete_module, s->name, O_NONBLOCK);
	int err = errno;

	watch_end();
	return r < 0 ? err : 0;
}

/*
 * The kernel's own users, such as the self-tests of a new crypto algorithm,
 * hold a module for a moment only.
 */
static int remove_one(const struct subject *s)
{
	enum { NAP_MS = 20, NAPS = 40 };
	int err = remove_once(s);

	for (int i = 0; err == EAGAIN && i < NAPS; i++) {
		sleep_ms(NAP_MS);
		err = remove_once(s);
	}
	return err;
}

/* Return: whether all are loaded. */
static bool insert_all(int round)
{
	bool all = true;

	report(LAB_STAGE, "insert", round, NULL, 0);
	for (size_t i = 0; i < n_subjects && all; i++) {
		int err = insert(&subject[i]);

		report_named("errno", subject[i].name, err);
		all = subject[i].loaded = err == 0;
	}
	for (size_t i = 0; i < n_subjects && round == 1; i++) {
		if (!subject[i].loaded)
			continue;
		report_sysfs(subject[i].name);
		kallsyms_report(subject[i].name);
	}
	settle();
	report_state();
	return all;
}

static bool remove_all(int round)
{
	bool all = true;

	report(LAB_STAGE, "remove", round, NULL, 0);
	for (size_t i = n_subjects; i-- > 0;) {
		struct subject *s = &subject[i];

		if (!s->loaded)
			continue;

		int err = remove_one(s);

		report_named("errno", s->name, err);
		s->loaded = err != 0;
		if (err) {
			report_sysfs(s->name);
			holders_report(s->name);
			all = false;
		}
	}
	/* Soon: what is left behind may end this kernel. */
	watch_begin("after", timeout_ms);
	trace_report();
	watch_end();
	settle();
	report_state();
	return all;
}

static bool any_loaded(void)
{
	for (size_t i = 0; i < n_subjects; i++)
		if (subject[i].loaded)
			return true;
	return false;
}

/* Return: whether another round makes sense. */
static bool run_round(int round)
{
	trace_start();

	bool ok = insert_all(round);

	if (damaged())
		return false;
	if (ok && test_path) {
		report(LAB_STAGE, "use", round, NULL, 0);
		test_run(test_path, test_args, timeout_ms);
		report_state();
		if (damaged())
			return false;
	}
	if (any_loaded() && !remove_all(round))
		ok = false;
	report(LAB_STAGE, "after", round, NULL, 0);
	watch_begin("after", timeout_ms);
	trace_report();
	memory_report();
	watch_end();
	if (round == 1)
		snapshot_report();
	return ok;
}

static void last_checks(void)
{
	report(LAB_STAGE, "end", last_round, NULL, 0);
	watch_begin("end", timeout_ms);
	memory_validate();
	trace_report();
	watch_end();
	log_report();
	report_taint();
	report(LAB_FACT, "end", 0, NULL, 0);
}

void look_again(void)
{
	enum { LATE_MS = 400 };

	report(LAB_STAGE, "late", last_round, NULL, 0);
	watch_begin("late", timeout_ms + LATE_MS);
	/*
	 * What a reader's inode or dentry keeps goes with it, in turns. Asked
	 * for as many as there are, the kernel lets the last dentry of a file
	 * system be: so ask for ten times that.
	 */
	write_to("/proc/sys/vm/vfs_cache_pressure", "1000");
	for (int i = 0; i < 8; i++)
		write_to("/proc/sys/vm/drop_caches", "2");
	sleep_ms(LATE_MS / 2);
	(void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	sleep_ms(LATE_MS / 2);
	memory_report();
	trace_stop();
	watch_end();
	log_report();
	report_taint();
	report(LAB_FACT, "end", 0, NULL, 0);
}

/* -------------------------------------------------------------- request */

static void take_option(const char *name, const char *value)
{
	const struct {
		const char *name;
		int *n;
	} options[] = {
		{ "rounds", &rounds },	     { "timeout_ms", &timeout_ms },
		{ "settle_ms", &settle_ms }, { "session", &session },
		{ "rows", &rows },	     { "columns", &columns },
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (str_eq(name, options[i].name))
			*options[i].n = (int)strtol(value, NULL, 10);
}

/* The data is parameters, NUL, image: see proto.h. */
static bool module_of(const char *name, struct span data, struct subject *ret)
{
	const char *params = span_str(data, 0);

	if (!params)
		return false;

	size_t n = strlen(params) + 1;

	*ret = (struct subject){ .name = name, .params = params,
				 .image = { data.p + n, data.n - n } };
	return true;
}

static void take_dep(const char *name, struct span data)
{
	struct subject s;

	n_deps++;
	if (module_of(name, data, &s))
		report_named("dep", name, insert(&s));
}

static void take_subject(const char *name, struct span data)
{
	if (n_subjects < SUBJECTS_MAX &&
	    module_of(name, data, &subject[n_subjects]))
		n_subjects++;
}

static void take_case(int64_t how, struct span data)
{
	struct subject s;

	if (module_of("", data, &s))
		case_run(how, s.params, s.image);
}

/* What the kernel says belongs to the command that made it say so. */
static void take_command(int64_t tie, const char *path, struct span args)
{
	report(LAB_STAGE, "command", ++n_commands, NULL, 0);
	if (tie == LAB_TIE_CONSOLE)
		console_run(path, args, rows, columns);
	else
		test_run(path, args, timeout_ms);
	log_report();
	report_taint();
}

static void take_record(const struct lab_rec *rec, char *name,
			struct span data)
{
	switch (rec->tag) {
	case LAB_OPTION:
		take_option(name, span_str(data, 0));
		break;
	case LAB_FILE:
		put_file(name, (mode_t)rec->arg, data);
		break;
	case LAB_DEP:
		take_dep(name, data);
		break;
	case LAB_SUBJECT:
		take_subject(name, data);
		break;
	case LAB_CASE:
		take_case(rec->arg, data);
		break;
	case LAB_COMMAND:
		take_command(rec->arg, name, data);
		break;
	case LAB_TEST:
		test_path = name;
		test_args = data;
		break;
	default:
		break;
	}
}

/* Names live as long as the guest. */
static void take_records(void)
{
	struct lab_rec rec;
	struct span name, data;
	uint64_t pos = 0;

	while (window_next(&pos, &rec, &name, &data)) {
		char *copy = strndup((const char *)name.p, name.n);

		if (copy)
			take_record(&rec, copy, data);
	}
}

bool run_all(void)
{
	n_commands = 0;
	report(LAB_STAGE, "deps", 0, NULL, 0);
	take_records();
	if (session || cases_end())
		return session;
	report(LAB_STAGE, "start", 0, NULL, 0);
	if (n_deps)
		snapshot_take();
	report_state();

	last_round = 1;
	while (run_round(last_round) && last_round < rounds)
		last_round++;
	last_checks();
	return false;
}
