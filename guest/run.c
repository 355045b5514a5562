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
 *     after    allocations
 *   end      snapshot, memory checks, log, taints
 *
 * A subject that cannot be inserted ends the round (what was inserted before
 * it is removed again) and the run; so does anything that hangs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

enum { SUBJECTS_MAX = 64 };

struct subject {
	char *path;
	char *params;
	char name[64];
	bool loaded;
};

static struct subject subject[SUBJECTS_MAX];
static size_t n_subjects, n_deps;
static char *test_path;
static struct span test_args;
static int rounds = 1, timeout_ms = 10000, settle_ms = 10;

/* "/m/foo-bar.ko" is module foo_bar, unless its inside says otherwise. */
static void module_name(const char *path, char name[64])
{
	const char *base = strrchr(path, '/');
	size_t n = 0;

	base = base ? base + 1 : path;
	for (; base[n] && base[n] != '.' && n < 63; n++)
		name[n] = base[n] == '-' ? '_' : base[n];
	name[n] = 0;
}

/* In the child. Its exit status is the errno, 0 to 133. */
static _Noreturn void insert_child(const char *path, const char *params)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		_exit(errno);

	long r = syscall(SYS_finit_module, fd, params, 0);

	/* Numbers beyond a byte are init's own, or a bug: hand them over. */
	if (r < 0 && errno > 200)
		report(LAB_FACT, "errno-large", errno, path, strlen(path));
	_exit(r < 0 ? (errno > 200 ? 255 : errno) : 0);
}

static _Noreturn void remove_child(const char *name)
{
	long r = syscall(SYS_delete_module, name, O_NONBLOCK);

	_exit(r < 0 ? (errno > 200 ? 255 : errno) : 0);
}

/* errno, or minus the signal that ended the child. */
static int64_t result_of(struct child_end end)
{
	return WIFSIGNALED(end.status) ? -WTERMSIG(end.status) :
					 WEXITSTATUS(end.status);
}

static void report_named(const char *what, const char *name, int64_t arg)
{
	char key[96];

	(void)snprintf(key, sizeof(key), "%s %s", what, name);
	report(LAB_FACT, key, arg, NULL, 0);
}

static struct child_end insert(const char *path, const char *params,
			       const char *name)
{
	pid_t pid = fork();

	if (pid == 0)
		insert_child(path, params);
	return child_end_wait(pid, timeout_ms, name);
}

/* One directory of /sys/module/NAME: "file value" lines. */
static void sysfs_dir(struct text *t, const char *dir, const char *prefix)
{
	static const char *const files[] = { "initstate", "refcnt", "coresize",
					     "initsize", "taint", "version",
					     "srcversion" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char path[512], value[512];

		(void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		if (read_some(path, value, sizeof(value)))
			text_addf(t, "%s%s %s%s", prefix, files[i], value,
				  strchr(value, '\n') ? "" : "\n");
	}
}

static void report_loaded(const struct subject *s)
{
	_cleanup_text_ struct text t = { 0 };
	char dir[128], key[96];

	(void)snprintf(dir, sizeof(dir), "/sys/module/%s", s->name);
	sysfs_dir(&t, dir, "");
	(void)snprintf(dir, sizeof(dir), "/sys/module/%s/parameters", s->name);
	list_values(&t, dir, "parameters/");
	(void)snprintf(dir, sizeof(dir), "/sys/module/%s/sections", s->name);
	list_values(&t, dir, "sections/");
	(void)snprintf(dir, sizeof(dir), "/sys/module/%s/holders", s->name);
	list_values(&t, dir, "holders/");
	(void)snprintf(key, sizeof(key), "sysfs %s", s->name);
	report_text(key, 0, &t);
}

static void report_taint(void)
{
	char buf[32];

	(void)read_some("/proc/sys/kernel/tainted", buf, sizeof(buf));
	report(LAB_FACT, "taint", strtoll(buf, NULL, 10), NULL, 0);
}

static void report_state(void)
{
	report_file("modules", "/proc/modules");
	log_report();
	report_taint();
}

/* Return: false if nothing more can be done in this kernel. */
static bool insert_subjects(int round)
{
	bool all = true;

	report(LAB_STAGE, "insert", round, NULL, 0);
	for (size_t i = 0; i < n_subjects && all; i++) {
		struct subject *s = &subject[i];
		struct child_end end = insert(s->path, s->params, s->name);

		if (end.hung) {
			report_state();
			return false;
		}

		int64_t r = result_of(end);

		report_named("errno", s->name, r);
		all = s->loaded = r == 0;
		if (s->loaded)
			report_loaded(s);
	}
	if (settle_ms)
		sleep_ms(settle_ms);
	report_state();
	return true;
}

static bool remove_subjects(int round)
{
	bool all = true;

	report(LAB_STAGE, "remove", round, NULL, 0);
	for (size_t i = n_subjects; i-- > 0;) {
		struct subject *s = &subject[i];

		if (!s->loaded)
			continue;

		pid_t pid = fork();

		if (pid == 0)
			remove_child(s->name);

		struct child_end end =
			child_end_wait(pid, timeout_ms, s->name);

		if (end.hung) {
			report_state();
			return false;
		}

		int64_t r = result_of(end);

		report_named("errno", s->name, r);
		s->loaded = r != 0;
		if (r) {
			report_loaded(s);
			holders_report(s->name);
			all = false;
		}
	}
	if (settle_ms)
		sleep_ms(settle_ms);
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

static bool all_loaded(void)
{
	for (size_t i = 0; i < n_subjects; i++)
		if (!subject[i].loaded)
			return false;
	return true;
}

/* Return: whether another round makes sense. */
static bool run_round(int round)
{
	trace_start();
	if (!insert_subjects(round))
		return false;

	bool ok = all_loaded();

	if (ok && test_path) {
		report(LAB_STAGE, "use", round, NULL, 0);
		test_run(test_path, test_args, timeout_ms);
		report_state();
	}
	if (any_loaded() && !remove_subjects(round))
		ok = false;
	report(LAB_STAGE, "after", round, NULL, 0);
	trace_report();
	return ok;
}

static char *copy_span(struct span s)
{
	return strndup(s.n ? (const char *)s.p : "", s.n);
}

static void take_option(const char *name, const char *value)
{
	int n = (int)strtol(value, NULL, 10);

	if (str_eq(name, "rounds"))
		rounds = n;
	else if (str_eq(name, "timeout_ms"))
		timeout_ms = n;
	else if (str_eq(name, "settle_ms"))
		settle_ms = n;
}

static void take_subject(const char *path, const char *params)
{
	if (n_subjects == SUBJECTS_MAX)
		return;

	struct subject *s = &subject[n_subjects++];

	s->path = strdup(path);
	s->params = strdup(params);
	module_name(path, s->name);
}

static void take_dep(const char *path, const char *params)
{
	char name[64];

	module_name(path, name);
	n_deps++;

	struct child_end end = insert(path, params, name);

	report_named("dep", name, end.hung ? ETIMEDOUT : result_of(end));
}

static void take_records(void)
{
	struct lab_rec rec;
	struct span name_s, data;
	uint64_t pos = 0;

	while (window_next(&pos, &rec, &name_s, &data)) {
		_cleanup_free_ char *name = copy_span(name_s);
		_cleanup_free_ char *text =
			rec.tag == LAB_FILE ? NULL : copy_span(data);

		switch (rec.tag) {
		case LAB_OPTION:
			take_option(name, text);
			break;
		case LAB_FILE:
			put_file(name, (mode_t)rec.arg, data);
			break;
		case LAB_DEP:
			take_dep(name, text);
			break;
		case LAB_SUBJECT:
			take_subject(name, text);
			break;
		case LAB_TEST:
			test_path = take_ptr(name);
			test_args = data;
			break;
		default:
			break;
		}
	}
}

void run_all(void)
{
	report(LAB_STAGE, "deps", 0, NULL, 0);
	take_records();
	report(LAB_STAGE, "start", 0, NULL, 0);
	if (n_deps)
		snapshot_take();
	report_state();

	int r = 1;

	while (run_round(r) && r < rounds)
		r++;
	report(LAB_STAGE, "end", r, NULL, 0);
	memory_report();
	snapshot_report();
	log_report();
	report_taint();
	report(LAB_FACT, "end", 0, NULL, 0);
}
