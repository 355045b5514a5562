/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lsmod: what is loaded, in kmod's columns. Which modules there are, and in
 * which order, says /proc/modules; numbers and users come from sysfs, as
 * kmod's do. A module that is gone by then is shown with the numbers that
 * /proc/modules had (kmod prints -2).
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "dropin_ui.h"
#include "insmod.h"
#include "json_out.h"
#include "live/modules.h"
#include "live/sysfs.h"

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'J' },
	{ "syslog", no_argument, NULL, 's' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int help(void)
{
	(void)fputs("  lsmod           list the modules that are loaded\n"
		    "\n"
		    "usage: lsmod [OPTION...]\n"
		    "\n"
		    "      --json      the list for a program\n"
		    "  -s, --syslog    messages to syslog instead of stderr\n"
		    "  -v, --verbose   more messages\n"
		    "  -V, --version   show version\n"
		    "  -h, --help      show this help\n",
		    stdout);
	return 0;
}

/* Replaces the numbers of @m by those of sysfs, if it is still there. */
static void ask_sysfs(struct live_module *m, struct arena *a)
{
	struct live_usage u;

	/* No count where there was one: it is just going away. */
	if (live_sysfs_usage("", m->name, a, &u, NULL) ||
	    u.counted != m->counted)
		return;
	m->size = u.coresize;
	m->counted = u.counted;
	m->refcnt = u.refcnt;
	m->users = u.holders;
	m->n_users = u.n_holders;
}

static void print_row(const struct live_module *m)
{
	(void)printf("%-19s %8" PRIu64 "  ", m->name, m->size);
	if (m->counted)
		(void)printf("%ld", m->refcnt);
	else
		(void)putchar('-');
	for (size_t i = 0; i < m->n_users; i++)
		(void)printf("%c%s", i ? ',' : ' ', m->users[i]);
	(void)putchar('\n');
}

static void json_row(struct jout *j, const struct live_module *m)
{
	jout_object(j, NULL);
	jout_str(j, "name", m->name);
	jout_uint(j, "size", m->size);
	if (m->counted)
		jout_int(j, "uses", m->refcnt);
	else
		jout_null(j, "uses");
	jout_strs(j, "users", m->users, m->n_users);
	jout_str(j, "state",
		 m->state == LIVE_LIVE	  ? "live" :
		 m->state == LIVE_LOADING ? "loading" :
					    "unloading");
	jout_bool(j, "permanent", m->permanent);
	jout_str(j, "taints", m->taints);
	jout_end(j);
}

/* @json: NULL for the table. */
static void print_line(const struct dropin_ui *ui, struct jout *json,
		       char *line, size_t number)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct span s = { (uint8_t *)line, strlen(line) };
	struct live_module m;
	struct diag d = { 0 };

	if (live_module_parse(s, &a, &m, &d)) {
		dropin_log(ui, LOG_ERR, "/proc/modules: line %zu: %s", number,
			   d.what);
		return;
	}
	ask_sysfs(&m, &a);
	if (json)
		json_row(json, &m);
	else
		print_row(&m);
}

static int list(const struct dropin_ui *ui, struct jout *json)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	size_t number = 0;
	int r = file_read("/proc/modules", (size_t)64 << 20, &b, NULL);

	if (r) {
		if (ui->syslog)
			dropin_log(ui, LOG_ERR,
				   "could not get list of modules: %s",
				   strerror(-r));
		else
			(void)fprintf(stderr,
				      "Error: could not get list of modules: %s\n",
				      strerror(-r));
		if (dropin_explains(ui) && r == -ENOENT)
			dropin_say("why", "this kernel was built without module support, or /proc is not mounted");
		return 1;
	}
	if (json)
		jout_array(json, NULL);
	else
		(void)puts("Module                  Size  Used by");
	for (char *line = (char *)b.p; *line;) {
		size_t n = strcspn(line, "\n");
		bool more = line[n] == '\n';

		line[n] = '\0';
		print_line(ui, json, line, ++number);
		line += n + more;
	}
	if (json) {
		jout_end(json);
		return jout_finish(json) ? 1 : 0;
	}
	return fflush(stdout) || ferror(stdout) ? 1 : 0;
}

int lsmod_main(int argc, char **argv)
{
	struct dropin_ui ui = { .tool = "lsmod", .level = LOG_ERR };
	struct jout out = { .f = stdout }, *json = NULL;
	int status = -1;

	for (int c; status < 0 && (c = getopt_long(argc, argv, "svVh",
						   long_options, NULL)) != -1;)
		if (c == 'J')
			json = &out;
		else
			status = dropin_option(&ui, c, help);
	if (status >= 0)
		return status;
	if (argv[optind]) {
		(void)fprintf(stderr, "Usage: %s\n", argv[0]);
		return 1;
	}
	return list(&ui, json);
}
