/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm try: source or module to verdict.
 *
 *   arguments --> (build) --> subjects --> run --> verdict --> report
 *
 * One row per kernel; the exit status is that of the worst row.
 */
#include "lkm_try.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "try_project.h"
#include "try_source.h"
#include "ui.h"

static int help(FILE *f)
{
	(void)fputs(
		"  lkm try hello.c                     build it, try it, judge it\n"
		"  lkm try hello.ko count=3 name=you   with parameters\n"
		"  lkm try --test ./use-it hello.ko    run a program between insert and remove\n"
		"  lkm try --kernel 6.1,6.12 hello.c   in several kernels\n"
		"  lkm try --append lockdown=integrity --trust my.der signed.ko\n"
		"                                      as with Secure Boot, your key enrolled\n"
		"\n"
		"usage: lkm try [OPTION...] PATH... [PARAM=VALUE...]\n"
		"\n"
		"PATH is a .c file, a folder with a Kbuild file or Makefile, or a .ko file; with\n"
		"--kernel also the name of one of that kernel's own modules.\n"
		"Several .c files are built together and may use one another's symbols. What a\n"
		"module needs comes from the other PATHs and from the kernel's own modules.\n"
		"PARAM=VALUE goes to the PATH before it; MODULE.PARAM=VALUE names the module.\n"
		"\n"
		"  -k, --kernel K[,K...]  kernels to try in ('lkm kernel list'); default: for a\n"
		"                         .ko the one it was built for; for source see below\n"
		"  -t, --test PROGRAM     run it in the guest while the module is loaded: a\n"
		"                         program (its libraries go with it), a script, or a\n"
		"                         .c file, which is compiled first\n"
		"      --test-arg ARG     an argument for it; may be given again\n"
		"      --no-test          run none, whatever the folder's try.conf says\n"
		"      --permanent        the module is made to stay: no exit function, no fault\n"
		"      --with NAME[,...]  load these modules of the kernel's own first\n"
		"      --device DEVICE    a device for the machine, as QEMU's -device takes it;\n"
		"                         may be given again; boots anew\n"
		"      --add FILE[:PATH]  a file for the guest, as /root/FILE or as PATH\n"
		"  -r, --rounds N         insert, use and remove so often (default 2)\n"
		"      --timeout SEC      for each insert, test and remove (default 10)\n"
		"      --settle MS        wait so long after insert and remove (default 2)\n"
		"      --engine E         auto, tcg (emulation) or kvm\n"
		"      --cold             boot anew, neither use nor make a template\n"
		"      --memory MIB       memory of the guest (default 128)\n"
		"      --cpus N           processors of the guest (default 1)\n"
		"      --append TEXT      more parameters for the guest's kernel\n"
		"      --trust CERT       enrol this certificate (DER or PEM) in the machine's\n"
		"                         UEFI, as a machine's owner does; may be given again\n"
		"      --json, --tap      report for programs\n"
		"  -q, --quiet            only the verdict\n"
		"  -v, --verbose          everything that was seen\n"
		"      --purge            remove all templates (with --kernel: only those)\n"
		"  -h, --help             show this help\n"
		"\n"
		"Source without --kernel: the running kernel, if its headers are here and its\n"
		"image may be read by you. Else, of those with headers, image and modules, one\n"
		"that is installed or was fetched from this distribution's release; of these a\n"
		"small one (-cloud, -virtual); of these the newest. The report begins with it.\n"
		"\n"
		"Exit status: 0 passed, 1 the module is at fault, 2 wrong usage, 3 could not\n"
		"tell.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

/* ------------------------------------------------------------ arguments */

enum { OPT_TEST_ARG = 256, OPT_NO_TEST, OPT_PERMANENT, OPT_WITH,
       OPT_DEVICE, OPT_ADD, OPT_TIMEOUT, OPT_SETTLE, OPT_ENGINE,
       OPT_COLD, OPT_MEMORY, OPT_CPUS, OPT_APPEND, OPT_TRUST, OPT_JSON, OPT_TAP,
       OPT_PURGE };

static const struct option longs[] = {
	{ "kernel", required_argument, NULL, 'k' },
	{ "test", required_argument, NULL, 't' },
	{ "test-arg", required_argument, NULL, OPT_TEST_ARG },
	{ "no-test", no_argument, NULL, OPT_NO_TEST },
	{ "permanent", no_argument, NULL, OPT_PERMANENT },
	{ "with", required_argument, NULL, OPT_WITH },
	{ "device", required_argument, NULL, OPT_DEVICE },
	{ "add", required_argument, NULL, OPT_ADD },
	{ "rounds", required_argument, NULL, 'r' },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "settle", required_argument, NULL, OPT_SETTLE },
	{ "engine", required_argument, NULL, OPT_ENGINE },
	{ "cold", no_argument, NULL, OPT_COLD },
	{ "memory", required_argument, NULL, OPT_MEMORY },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "trust", required_argument, NULL, OPT_TRUST },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "tap", no_argument, NULL, OPT_TAP },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "purge", no_argument, NULL, OPT_PURGE },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* A number between two bounds. Return: 0 or UI_USAGE, said. */
static int number(const char *option, const char *text, unsigned least,
		  unsigned most, unsigned *ret)
{
	uint64_t v;

	if (!str_to_u64(text, most, &v) || v < least)
		return ui_usage("try", "--%s takes a number from %u to %u, not '%s'",
				option, least, most, text);
	*ret = (unsigned)v;
	return 0;
}

/* "a,b" to a list; @wanted is what to say if there is nothing in it. */
static int take_list(struct strv *to, const char *list, const char *wanted)
{
	if (!list[strspn(list, ",")])
		return ui_usage("try", "%s", wanted);
	while (*list) {
		size_t n = strcspn(list, ",");

		if (n && strv_addf(to, "%.*s", (int)n, list) < 0)
			return UI_UNKNOWN;
		list += n + (list[n] == ',');
	}
	return 0;
}

static int take_option(struct try_options *o, int c)
{
	unsigned sec = 0;
	int r;

	switch (c) {
	case 'k':
		return take_list(&o->kernels, optarg,
				 "--kernel wants the name of a kernel ('lkm kernel list')");
	case 't':
		o->test = optarg;
		return 0;
	case OPT_TEST_ARG:
		return strv_add(&o->test_args, optarg) < 0 ? UI_UNKNOWN : 0;
	case OPT_NO_TEST:
		o->no_test = true;
		return 0;
	case OPT_PERMANENT:
		o->permanent = true;
		return 0;
	case OPT_WITH:
		return take_list(&o->with, optarg,
				 "--with wants the name of a module of the kernel");
	case OPT_DEVICE:
		return strv_add(&o->devices, optarg) < 0 ? UI_UNKNOWN : 0;
	case OPT_ADD:
		return strv_add(&o->add, optarg) < 0 ? UI_UNKNOWN : 0;
	case 'r':
		return number("rounds", optarg, 1, 1000, &o->rounds);
	case OPT_TIMEOUT:
		r = number("timeout", optarg, 1, 3600, &sec);
		o->timeout_ms = r ? o->timeout_ms : sec * 1000;
		return r;
	case OPT_SETTLE:
		return number("settle", optarg, 0, 600000, &o->settle_ms);
	case OPT_ENGINE:
		if (lab_engine_named(optarg, &o->engine))
			return 0;
		return ui_usage("try",
				"--engine is auto, tcg or kvm, not '%s'",
				optarg);
	case OPT_COLD:
		o->cold = true;
		return 0;
	case OPT_MEMORY:
		return number("memory", optarg, 64, LAB_MEMORY_MAX_MIB,
			      &o->memory_mib);
	case OPT_CPUS:
		return number("cpus", optarg, 1, 16, &o->cpus);
	case OPT_APPEND:
		o->append = optarg;
		return 0;
	case OPT_TRUST:
		return strv_add(&o->trust, optarg) < 0 ? UI_UNKNOWN : 0;
	case OPT_JSON:
		o->format = TRY_JSON;
		return 0;
	case OPT_TAP:
		o->format = TRY_TAP;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case OPT_PURGE:
		o->purge = true;
		return 0;
	default:
		return UI_USAGE;
	}
}

/* A path, or a parameter of the path before it. */
static int take_word(struct try_options *o, const char *word)
{
	const char *eq = strchr(word, '=');
	bool path = path_exists(word) || !eq || memchr(word, '/',
						       (size_t)(eq - word));

	if (path)
		return strv_add(&o->paths, word) < 0 ? UI_UNKNOWN : 0;
	if (!o->paths.n)
		return ui_usage("try", "'%s' stands before any PATH", word);
	return strv_addf(&o->params, "%zu:%s", o->paths.n - 1, word) < 0 ?
		       UI_UNKNOWN :
		       0;
}

/* Return: 0, or what to exit with (-1: help was shown). */
static int parse(int argc, char **argv, struct try_options *o)
{
	int c, r = 0;

	optind = 0;
	opterr = 0;
	while (!r && (c = getopt_long(argc, argv, ":k:t:r:qvh", longs,
				      NULL)) != -1) {
		if (c == 'h')
			return help(stdout) - 1;
		if (c == '?')
			return ui_no_option("try", argv[optind - 1], longs);
		if (c == ':')
			return ui_usage("try", "'%s' wants a value",
					argv[optind - 1]);
		r = take_option(o, c);
	}
	for (int i = optind; !r && i < argc; i++)
		r = take_word(o, argv[i]);
	if (!r && o->trust.n && o->memory_mib &&
	    o->memory_mib < LAB_MEMORY_UEFI_LEAST)
		r = ui_usage("try", "--trust takes a UEFI, and that a machine of at least %u MiB, not %u (--memory)",
			     LAB_MEMORY_UEFI_LEAST, o->memory_mib);
	o->with_asked = o->with.n;
	if (!r && o->test && o->no_test)
		r = ui_usage("try", "--test and --no-test: which?");
	if (!r && !o->paths.n && !o->purge)
		r = ui_usage("try", "nothing to try: give a .c file, a folder or a .ko file");
	return r;
}

/* -------------------------------------------------------------- one row */

static void progress(void *arg, const char *what)
{
	(void)arg;
	ui_progress("%s ...", what);
}

static const char *guest_name(const char *spec, char *host, size_t host_n,
			      char *guest, size_t guest_n)
{
	const char *colon = strrchr(spec, ':');

	if (colon && colon[1] == '/') {
		(void)snprintf(host, host_n, "%.*s", (int)(colon - spec), spec);
		(void)snprintf(guest, guest_n, "%s", colon + 1);
	} else {
		(void)snprintf(host, host_n, "%s", spec);
		(void)snprintf(guest, guest_n, "/root/%s", path_base(spec));
	}
	return guest;
}

static int load_files(const struct try_options *o, struct try_files *files,
		      struct diag *d)
{
	char host[4096], guest[4096];
	int r = 0;

	for (size_t i = 0; i < o->add.n && !r; i++) {
		(void)guest_name(o->add.v[i], host, sizeof(host), guest,
				 sizeof(guest));
		r = try_files_load(files, host, guest, d);
	}
	if (!r && o->test)
		r = try_files_load_test(files, o->test, "/root/test", d);
	return r;
}

/* Memory and callbacks that may be given back by and by, after an RCU wait. */
static bool seems_left(void *arg, const struct lab_request *q,
		       const struct lab_result *so_far)
{
	_cleanup_lab_verdict_ struct lab_verdict v = { 0 };
	struct try_row *row = arg;

	if (lab_judge(so_far, q, row->subjects.v, row->subjects.n, &v, NULL) <
	    0)
		return false;
	for (const struct lab_finding *f = v.findings; f; f = f->next)
		if (f->late)
			return true;
	return false;
}

static int run_row(const struct try_options *o, struct try_row *row)
{
	_cleanup_(try_files_fini) struct try_files files = { 0 };
	_cleanup_free_ struct lab_module *modules =
		calloc(row->subjects.n + 1, sizeof(struct lab_module));
	struct diag *d = &row->diag;
	const struct lab_config c = {
		.release = row->kernel.release,
		.image = row->kernel.image,
		.append = o->append,
		.engine = o->engine,
		.memory_mib = o->memory_mib,
		.cpus = o->cpus,
		.devices = (const char *const *)o->devices.v,
		.n_devices = o->devices.n,
		.trust = o->trusted.certs,
		.n_trust = o->trusted.n,
		.cold = o->cold,
		.progress = progress,
	};

	if (!modules)
		return diag_fail(d, ENOMEM, "out of memory");

	int r = load_files(o, &files, d);

	if (r < 0)
		return r;
	for (size_t i = 0; i < row->subjects.n; i++)
		modules[i] = (struct lab_module){
			.name = row->subjects.v[i].ko->name,
			.image = row->subjects.v[i].slim.p ?
					 bytes_span(&row->subjects.v[i].slim) :
					 ko_image(row->subjects.v[i].ko),
			.params = row->subjects.v[i].params,
			.dep = row->subjects.v[i].dep,
		};
	row->request = (struct lab_request){
		.files = files.v,
		.n_files = files.n,
		.modules = modules,
		.n_modules = row->subjects.n,
		.test = o->test ? "/root/test" : NULL,
		.test_args = (const char *const *)o->test_args.v,
		.n_test_args = o->test_args.n,
		.permanent = o->permanent,
		.sees_no_locks = build_kernel_configured(
					 &row->kernel,
					 "CONFIG_PREEMPT_COUNT=y") == 0,
		.rounds = o->rounds,
		.timeout_ms = o->timeout_ms,
		.settle_ms = o->settle_ms,
		.look_again = seems_left,
		.look_again_arg = row,
	};
	try_expect_start(&row->expect, row, o->append, &o->trusted);
	r = lab_run(&c, &row->request, &row->result, d);
	try_expect_join(&row->expect);
	if (!r)
		r = lab_judge(&row->result, &row->request, row->subjects.v,
			      row->subjects.n, &row->verdict, d);
	if (!r)
		try_expect_compare(&row->expect);
	return r;
}

static int bad_image(const struct build_kernel *k, struct diag *d)
{
	if (!k->image[0]) {
		diag_fail(d, ENOENT, "there is no image of kernel %s here",
			  k->release);
		return diag_hint(d, "'lkm kernel get %s' fetches it, if this distribution has it",
				 k->release);
	}

	_cleanup_free_ char *word = str_word(k->image);

	diag_fail(d, EACCES, "the kernel's image may not be read by you");
	diag_in(d, "%s", k->image);
	return diag_hint(d, "'lkm kernel get' fetches one that you may read, or 'sudo chmod a+r %s'",
			 word ? word : "FILE");
}

/* Subjects of a row are there; find the kernel if none was named, and go. */
static int try_row(const struct try_options *o, struct try_row *row,
		   bool have_kernel)
{
	struct diag *d = &row->diag;
	int r = 0;

	if (!have_kernel) {
		const char *magic =
			ko_modinfo(row->subjects.v[0].ko, "vermagic");

		r = magic ? build_kernel_for_vermagic(magic, &row->kernel, d) :
			    build_kernel_find(NULL, &row->kernel, d);
	}
	if (!r && !row->kernel.image_readable)
		r = bad_image(&row->kernel, d);
	if (!r && o->trusted.n)
		r = trust_enrollable(&row->kernel, d);
	if (!r)
		r = try_with(o, row);
	if (!r)
		r = lab_subjects_resolve(&row->subjects, &row->kernel, d);
	return r ? r : run_row(o, row);
}

static void finish_row(struct try_row *row, int r)
{
	row->status = r < 0 ? UI_UNKNOWN : row->verdict.pass ? UI_YES : UI_NO;
}

/* ------------------------------------------------------------- all rows */

/* The exit status of one row; the highest is that of all. */
static int rank(const struct try_row *row)
{
	return row->status == UI_UNKNOWN && row->bad_path ? UI_USAGE :
							    row->status;
}

static int report_all(const struct try_options *o, const struct try_row *rows,
		      size_t n)
{
	int worst = UI_YES;

	for (size_t i = 0; i < n; i++)
		if (rank(&rows[i]) > worst)
			worst = rank(&rows[i]);
	if (o->format == TRY_JSON)
		(void)try_print_json(rows, n);
	else if (o->format == TRY_TAP)
		try_print_tap(rows, n);
	else if (n > 1)
		try_report_matrix(rows, n);
	return worst;
}

static void row_fini(struct try_row *row)
{
	try_expect_fini(&row->expect);
	lab_verdict_fini(&row->verdict);
	lab_result_fini(&row->result);
	lab_subjects_fini(&row->subjects);
}

static int purge(const struct try_options *o)
{
	struct diag d = { 0 };
	uint64_t freed, sum = 0;
	int r = 0;

	for (size_t i = 0; i < o->kernels.n && !r; i++) {
		struct build_kernel k;

		r = build_kernel_find(o->kernels.v[i], &k, &d);
		if (!r)
			r = lab_purge(k.release, &freed, &d);
		sum += r ? 0 : freed;
	}
	if (!o->kernels.n)
		r = lab_purge(NULL, &sum, &d);
	if (r < 0)
		return ui_error("try", &d);
	if (!o->quiet)
		(void)printf("templates removed: %.0f MB\n", (double)sum / 1e6);
	return UI_YES;
}

static int interrupted(void)
{
	(void)fputs("lkm try: interrupted\n", stderr);
	return 128 + child_interrupted();
}

static int run_all(const struct try_options *o, const struct try_project *p)
{
	size_t n = o->kernels.n ? o->kernels.n : 1, told = n;
	_cleanup_free_ struct try_row *rows = calloc(n, sizeof(*rows));

	if (!rows)
		return UI_UNKNOWN;
	for (size_t i = 0; i < n; i++) {
		_cleanup_(try_source_fini) struct try_source src = { 0 };
		struct try_row *row = &rows[i];
		bool named = o->kernels.n;
		int r = 0;

		if (named)
			r = build_kernel_find(o->kernels.v[i], &row->kernel,
					      &row->diag);
		if (!r)
			r = try_source_subjects(o, p, row, named, &src);
		if (!r)
			r = try_row(o, row, row->kernel.release[0]);
		finish_row(row, r);
		if (r == -EINTR) {
			told = i;
			break;
		}
		if (row->status == UI_UNKNOWN) {
			if (o->format == TRY_TEXT)
				(void)ui_error("try", &row->diag);
		} else if (o->format == TRY_TEXT) {
			try_report(o, row);
		}
	}

	int status = report_all(o, rows, told);

	ui_progress(NULL);
	for (size_t i = 0; i < n; i++)
		row_fini(&rows[i]);
	return child_interrupted() ? interrupted() : status;
}

/* What the folders say themselves, then all of it. */
static int run_project(struct try_options *o)
{
	_cleanup_(try_project_fini) struct try_project p = { 0 };
	_cleanup_arena_ struct arena a = { 0 };
	struct diag d = { 0 };
	int r = try_project_read(o, &p, &d);

	if (!r)
		r = trust_read(&o->trust, &a, &o->trusted, &d);
	if (!r)
		return run_all(o, &p);
	if (child_interrupted())
		return interrupted();
	(void)ui_error("try", &d);
	return r == -EINVAL ? UI_USAGE : UI_UNKNOWN;
}

int lkm_try(int argc, char **argv)
{
	struct try_options o = { .rounds = 2, .timeout_ms = 10000,
				 .settle_ms = 2 };
	int r = parse(argc, argv, &o);

	child_catch_signals();
	if (r == 0)
		r = o.purge ? purge(&o) : run_project(&o);
	else if (r < 0)
		r = UI_YES;
	strv_fini(&o.paths);
	strv_fini(&o.params);
	strv_fini(&o.kernels);
	strv_fini(&o.add);
	strv_fini(&o.test_args);
	strv_fini(&o.devices);
	strv_fini(&o.with);
	strv_fini(&o.trust);
	return r;
}
