/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modprobe: what it works with, and what it is to do. Messages and exit status
 * are kmod's; what is different is told in lkm-differences(7).
 */
#include "modprobe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "config_path.h"
#include "dropin.h"
#include "module_folder.h"

void modprobe_fatal(struct modprobe *m, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	int prio = m->all ? LOG_WARNING : LOG_CRIT;
	va_list ap;

	m->stopped = prio == LOG_CRIT && m->ui.level >= LOG_CRIT;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	dropin_log(&m->ui, prio, "%s", text ? text : "out of memory");
}

bool modprobe_shows(const struct modprobe *m)
{
	return m->show || m->ui.level > LOG_WARNING;
}

/* A complaint from below. @func: only where kmod's has no logger yet. */
static void say_conf(void *arg, int prio, const char *func, const char *text)
{
	(void)arg;
	if (prio <= LOG_ERR)
		(void)fprintf(stderr, "libkmod: ERROR: %s: %s\n", func, text);
}

static void hint_conf(void *arg, const char *text)
{
	if (modprobe_explains(arg))
		dropin_say("fix", text);
}

static void say_plan(void *arg, int prio, const char *func, const char *text)
{
	const struct modprobe *m = arg;

	(void)func;
	dropin_log(&m->ui, prio, "%s", text);
}

static int open_world(struct modprobe *m, struct diag *d)
{
	struct utsname u;

	if (!m->release && uname(&u))
		return diag_fail(d, errno, "uname() failed: %s",
				 strerror(errno));

	const char *release = m->release ? m->release : u.release;
	_cleanup_free_ char *folder = module_folder(&m->roots, release);
	struct conf_from from = {
		.paths = m->configs.n ? (const char *const *)m->configs.v :
					NULL,
		.folder = folder,
		.cmdline = "/proc/cmdline",
		.say = say_conf,
		.hint = hint_conf,
		.arg = m,
	};

	if (!folder)
		return diag_fail(d, ENOMEM, "out of memory");
	m->here = !m->release && !m->roots.n;

	/* Who has not written a -C finds it there. */
	config_paths_tell(&m->ui, (const char *const *)m->configs.v,
			  m->configs.n,
			  m->env ? "-C names a file or a folder, also where it stands in MODPROBE_OPTIONS" :
				   NULL);

	int r = idx_dir_open(folder, &m->world.dir, d);

	if (!r)
		r = conf_read(&from, &m->conf, d);
	m->world.conf = &m->conf;
	m->world.say = say_plan;
	m->world.arg = m;
	return r;
}

static void close_world(struct modprobe *m)
{
	m->world.dir = idx_dir_close(m->world.dir);
	conf_fini(&m->conf);
	arena_fini(&m->kept);
	strv_fini(&m->missing);
	strv_fini(&m->roots);
	strv_fini(&m->configs);
}

/*
 * Words behind the name: NAME=VALUE, a blank between them. A value with
 * blanks that has no quote at its front gets quotes.
 */
static void join(char **argv, struct text *ret)
{
	for (size_t i = 0; argv[i]; i++) {
		const char *eq = strchr(argv[i], '=');

		if (ret->n)
			text_add(ret, " ");
		if (eq && strchr(eq, ' ') && eq[1] != '"' && eq[1] != '\'')
			text_addf(ret, "%.*s\"%s\"", (int)(eq + 1 - argv[i]),
				  argv[i], eq + 1);
		else
			text_add(ret, argv[i]);
	}
}

static int insert_one(struct modprobe *m, char **argv)
{
	_cleanup_text_ struct text options = { 0 };

	join(argv + 1, &options);
	if (options.failed) {
		dropin_log(&m->ui, LOG_ERR, "out of memory");
		return -ENOMEM;
	}
	return modprobe_insert(m, argv[0], text_str(&options));
}

static int each(struct modprobe *m, char **names)
{
	int status = 0;

	for (size_t i = 0; names[i] && !m->stopped; i++) {
		int r = m->mode == MODPROBE_REMOVE ?
				modprobe_remove(m, names[i]) :
				modprobe_insert(m, names[i], "");

		if (r)
			status = r;
	}
	return status;
}

/* Only real work is done side by side; the rest asks for an order. */
static bool by_side(const struct modprobe *m)
{
	return m->jobs > 1 && !m->lookup_only &&
	       !(m->flags & (PLAN_DRY_RUN | PLAN_FAIL_ON_LOADED));
}

static int work(struct modprobe *m, char **argv)
{
	int r;

	if (m->json) {
		m->out.f = stdout;
		jout_object(&m->out, NULL);
		if (m->mode != MODPROBE_CONFIG)
			jout_array(&m->out,
				   m->lookup_only ? "modules" : "steps");
	}
	if (m->mode == MODPROBE_REMOVE)
		r = each(m, argv);
	else if (!m->all)
		r = insert_one(m, argv);
	else
		r = by_side(m) ? modprobe_insert_side(m, argv) : each(m, argv);
	if (m->json) {
		jout_end(&m->out);
		modprobe_json_missing(m);
		if (m->mode == MODPROBE_INSERT && !m->lookup_only)
			modprobe_json_refused(m);
		jout_end(&m->out);
		if (jout_finish(&m->out))
			r = -EIO;
	}
	return r || m->stopped ? 1 : 0;
}

static int run(struct modprobe *m, char **argv)
{
	struct diag d = { 0 };

	if (open_world(m, &d)) {
		dropin_log(&m->ui, LOG_ERR, "%s%s%s", d.where,
			   *d.where ? ": " : "", d.what);
		return 1;
	}
	switch (m->mode) {
	case MODPROBE_CONFIG:
		return modprobe_config(m);
	case MODPROBE_MODVERSIONS:
		return modprobe_modversions(m, argv[0]);
	case MODPROBE_EXPORTS:
		return modprobe_exports(m, argv[0]);
	default:
		return work(m, argv);
	}
}

/* Nobody would see messages; and no file must become stderr by chance. */
static int without_stderr(struct modprobe *m)
{
	int fd = -1;

	if (fcntl(STDERR_FILENO, F_GETFD) >= 0)
		return 0;
	dropin_to_syslog(&m->ui);
	while (fd < STDERR_FILENO)
		if ((fd = open("/dev/null", O_RDWR)) < 0)
			break;
	if (fd > STDERR_FILENO)
		(void)close(fd);
	return modprobe_env_pass("-s", NULL);
}

/* Who asks for a plan or a list must not take half of it for the whole. */
static int written(const struct modprobe *m, int status)
{
	bool asked = m->mode > MODPROBE_REMOVE || m->lookup_only ||
		     m->flags & PLAN_DRY_RUN;

	if (!asked || !dropin_output_lost())
		return status;
	dropin_log(&m->ui, LOG_ERR, "could not write all of the output");
	return 1;
}

int modprobe_main(int argc, char **argv)
{
	struct modprobe m = {
		.ui = { .tool = "modprobe", .level = LOG_WARNING },
		.flags = PLAN_BLACKLIST_ALIAS,
		.jobs = 1,
		.env = getenv("MODPROBE_OPTIONS"),
	};
	_cleanup_strv_ struct strv args = { 0 };

	(void)argc;
	if (modprobe_env_args(argv, &args) || without_stderr(&m)) {
		dropin_log(&m.ui, LOG_ERR, "out of memory");
		return 1;
	}

	int status = modprobe_parse(&m, (int)args.n, args.v);

	if (status < 0)
		status = written(&m, run(&m, args.v + optind));
	close_world(&m);
	return status;
}
