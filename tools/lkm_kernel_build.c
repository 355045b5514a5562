// SPDX-License-Identifier: GPL-2.0-or-later
/* lkm kernel build: a tiny kernel of our own, from source. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/text.h"
#include "build/minimal.h"
#include "json_out.h"
#include "lkm_kernel.h"
#include "ui.h"

struct options {
	struct build_minimal m;
	bool quiet, json, print;
};

/* What depmod complains about. */
static void keep_line(void *arg, const char *line)
{
	struct text *t = arg;

	if (!t->n)
		text_add(t, line);
}

int lkm_kernel_index(const char *root, const char *release, struct diag *d)
{
	_cleanup_free_ char *map = NULL;
	_cleanup_text_ struct text said = { 0 };
	int status, r;

	if (asprintf(&map, "%s/boot/System.map-%s", root, release) < 0) {
		map = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}

	/* Ourselves: this machine's depmod need not be there. */
	const char *const argv[] = { "/proc/self/exe", "depmod", "-C",
				     "/dev/null", "-b", root, "-F", map,
				     release, NULL };
	const struct child_setup s = { .no_input = true };

	r = child_run(argv, &s, keep_line, &said, &status, d);
	if (r < 0 || !status)
		return r;
	return diag_fail(d, EIO, "the modules cannot be indexed: %s",
			 text_str(&said));
}

static int take_option(struct options *o, int c)
{
	uint64_t jobs;

	switch (c) {
	case 's':
		o->m.source = optarg;
		return 0;
	case 'a':
		o->m.again = true;
		return 0;
	case 'j':
		if (!str_to_u64(optarg, 1024, &jobs) || !jobs)
			return ui_usage("kernel", "build: -j takes a number from 1 to 1024, found '%s'",
					optarg);
		o->m.jobs = (unsigned)jobs;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case 'J':
		o->json = true;
		return 0;
	default:
		o->print = true;
		return 0;
	}
}

/* Return: 0, or what to exit with. */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "again", no_argument, NULL, 'a' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "json", no_argument, NULL, 'J' },
		{ "print-config", no_argument, NULL, 'p' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "source", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	int c, r = 0;

	optind = 0;
	opterr = 0;
	while (!r && (c = getopt_long(argc, argv, ":j:q", longs, NULL)) != -1) {
		if (c == ':')
			return ui_usage("kernel", "build: '%s' takes a value",
					argv[optind - 1]);
		if (c == '?')
			return ui_usage("kernel", "build: no option '%s'",
					argv[optind - 1]);
		r = take_option(o, c);
	}
	if (r)
		return r;
	if (optind == argc)
		return 0;
	if (argc - optind > 1 || !str_eq(argv[optind], BUILD_MINIMAL))
		return ui_usage("kernel", "build: no kernel '%s': there is one, minimal",
				argv[argc - 1]);
	return 0;
}

static int print_json(const struct build_kernel *k, bool already)
{
	struct jout j = { .f = stdout };

	jout_object(&j, NULL);
	jout_str(&j, "release", k->release);
	jout_bool(&j, "already", already);
	jout_str(&j, "root", k->root);
	jout_str(&j, "image", k->image);
	jout_str(&j, "modules", k->modules);
	jout_str(&j, "headers", k->headers);
	jout_uint(&j, "disk_bytes", build_kernel_disk_bytes(k));
	jout_end(&j);
	return jout_finish(&j) < 0 ? UI_UNKNOWN : UI_YES;
}

int lkm_kernel_build(int argc, char **argv)
{
	static const struct build_progress progress = { lkm_kernel_progress,
							NULL };
	struct options o = { .m = { .index = lkm_kernel_index } };
	struct build_kernel k;
	struct diag d = { 0 };
	bool already;
	int r = parse(argc, argv, &o);

	if (r)
		return r;
	if (o.print) {
		(void)fputs(build_minimal_config(), stdout);
		return UI_YES;
	}
	if (!o.quiet)
		o.m.progress = &progress;
	child_catch_signals();
	r = build_minimal(&o.m, &k, &already, &d);
	ui_progress(NULL);
	if (r < 0)
		return ui_error("kernel", &d);
	if (o.json)
		return print_json(&k, already);
	if (!o.quiet)
		(void)printf("%s is %s (%.0f MB, %s)\n", k.release,
			     already ? "here already" : "built and here",
			     (double)build_kernel_disk_bytes(&k) / 1e6, k.root);
	return UI_YES;
}
