/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm show: what a module is made of. Nothing is loaded, nothing is run. */
#include "lkm_show.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "json_out.h"
#include "show.h"
#include "ui.h"

#define IDS_LIMIT ((size_t)16 << 20)

static int help(FILE *f)
{
	(void)fputs(
		"  lkm show hello.ko                  all about it\n"
		"  lkm show --entries hello.ko        only who calls which of its functions\n"
		"  lkm show --section .data hello.ko  one section, and what lies in it\n"
		"\n"
		"usage: lkm show [OPTION...] FILE...\n"
		"\n"
		"The anatomy of a module: what it is, its sections and where the kernel will put\n"
		"them, the functions that its tables point to, what it exports and needs, its\n"
		"parameters, devices, licence, taints and signature.\n"
		"\n"
		"  -k, --kernel NAME   of 'lkm kernel list', or the root of an unpacked kernel\n"
		"                      package; default: the kernel that FILE was built for\n"
		"      --sections      only this, and so on; several may be given\n"
		"      --entries       init, exit, and functions in tables\n"
		"      --exports       symbols for other modules\n"
		"      --needs         symbols of others, and who has them\n"
		"      --params        parameters\n"
		"      --aliases       devices, and what else it is loaded for\n"
		"      --depends       modules and firmware\n"
		"      --trust         licence, taints, signature\n"
		"      --section NAME  only this section; may be given again\n"
		"      --json          for a program: an object a file\n"
		"  -q, --quiet         what it is and nothing else; or what is asked for and\n"
		"                      nothing else\n"
		"  -v, --verbose       long lists in full\n"
		"  -h, --help          show this help\n"
		"\n"
		"Exit status: 0 shown, 1 a FILE is no module or has no such section, 2 the\n"
		"command line is wrong or names a FILE that is not there, 3 a FILE cannot be\n"
		"read.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

/* ------------------------------------------------------------- the kernel */

/* The last one that was opened: many files are for one kernel. */
struct host {
	struct show_options *o;
	struct check_world w;
	bool open, tried;
	char *magic;   /* of the file that it was chosen by */
	struct diag d; /* why there is none */
};

static void host_close(struct host *h)
{
	if (h->open)
		check_world_close(&h->w);
	h->open = false;
	free(h->magic);
	h->magic = NULL;
}

static void host_fini(struct host *h)
{
	host_close(h);
	bytes_fini(&h->o->pci);
	bytes_fini(&h->o->usb);
}

/* A kernel for @ko; without one h->open stays false. */
static void host_for(struct host *h, const struct ko *ko, const char *path)
{
	const char *magic = ko_modinfo(ko, "vermagic");

	magic = magic ? magic : "";
	if (h->tried &&
	    (h->o->check.kernel || (h->magic && str_eq(h->magic, magic))))
		return;
	host_close(h);
	h->tried = true;
	h->magic = strdup(magic);
	h->d = (struct diag){ 0 };
	h->open = check_world_open(&h->o->check, path, &h->w, &h->d) == 0;
}

/* --------------------------------------------------------------- one file */

/* Numbers as text, to be compared with those of certificates. */
static bool same_serial(struct span serial, const char *hex)
{
	char byte[3];

	if (strlen(hex) != 2 * serial.n)
		return false;
	for (size_t i = 0; i < serial.n; i++) {
		(void)snprintf(byte, sizeof(byte), "%02x", serial.p[i]);
		if (strncasecmp(hex + 2 * i, byte, 2) != 0)
			return false;
	}
	return serial.n;
}

static enum kern_known key_known(const struct show_file *f)
{
	const struct kern_key *v;
	size_t n;

	if (!f->k || kern_keys(f->k, &v, &n) == KERN_UNKNOWN)
		return KERN_UNKNOWN;
	for (size_t i = 0; i < n; i++)
		if (same_serial(f->sig.serial, v[i].serial))
			return KERN_YES;
	/* Named by something else than its serial. */
	return f->sig.serial.n ? KERN_NO : KERN_UNKNOWN;
}

/* The first string of .comment. */
static const char *compiler_of(const struct ko *ko)
{
	struct ko_section s;
	uint64_t at = 0;

	if (!ko_find_section(ko, ".comment", &s))
		return NULL;
	while (at < s.bytes.n && !s.bytes.p[at])
		at++;
	return span_str(s.bytes, at);
}

/* Everything that the topics need. Return: 0 or -ENOMEM. */
static int gather(struct show_file *f, struct diag *d)
{
	int r = anat_tables(f->ko, f->o->topics & SHOW_ENTRIES ? f->k : NULL,
			    &f->a, &f->tables, d);

	if (!r)
		r = anat_params(f->ko, &f->a, &f->params, &f->n_params);
	if (!r && anat_needs(f->ko, f->k, &f->a, &f->needs, &f->n_needs,
			     &f->no_needs) == -ENOMEM)
		r = -ENOMEM;
	if (!r && ko_exports(f->ko, &f->a, &f->exports, &f->n_exports,
			     &f->no_exports) == -ENOMEM)
		r = -ENOMEM;
	if (r)
		return diag_fail(d, ENOMEM, "out of memory");
	f->sig_err = ko_signature(f->ko, &f->a, &f->sig, &f->no_sig);
	f->key_known = f->sig_err ? KERN_UNKNOWN : key_known(f);
	f->compiler = compiler_of(f->ko);
	return 0;
}

static bool built_for(const struct ko *ko, struct kern *k)
{
	const char *magic = ko_modinfo(ko, "vermagic");
	const char *release = kern_release(k);
	size_t n = strlen(release);

	return magic && n && !strncmp(magic, release, n) &&
	       (magic[n] == ' ' || !magic[n]);
}

static void tell(const struct show_file *f, struct jout *j)
{
	if (j) {
		show_json(j, f);
		return;
	}
	show_report(f);
}

/* An error of one file does not keep the others from being shown. */
static int fail(const char *path, int status, const struct diag *d,
		struct jout *j)
{
	if (!j) {
		(void)ui_error("show", d);
		return status;
	}
	jout_object(j, NULL);
	jout_str(j, "file", path);
	jout_diag(j, "error", d);
	jout_end(j);
	return status;
}

/* What can be done with a folder: with modules in it, or with source. */
static void is_folder(const char *path, struct diag *d)
{
	_cleanup_free_ char *kbuild = NULL, *makefile = NULL;
	_cleanup_free_ char *word = str_word(path);
	/* Of a path that is cut nothing could be typed. */
	const char *name = word && strlen(word) <= 120 ? word : "FOLDER";
	bool source;

	if (asprintf(&kbuild, "%s/Kbuild", path) < 0)
		kbuild = NULL;
	if (asprintf(&makefile, "%s/Makefile", path) < 0)
		makefile = NULL;
	source = (kbuild && path_exists(kbuild)) ||
		 (makefile && path_exists(makefile));
	(void)diag_fail(d, EISDIR, "it is a folder, wanted a module file");
	if (source)
		diag_hint(d, "'lkm build %s' makes modules of its source; then name the .ko files",
			  name);
	else
		diag_hint(d, "name the .ko files in it; 'lkm check %s' looks at all of them",
			  name);
	(void)diag_in(d, "%s", path);
}

static int show(struct host *h, const char *path, struct jout *j)
{
	struct check_subject s = { .path = strdup(path) };
	struct show_file f = { .o = h->o, .path = path };
	_cleanup_ko_ struct ko *ko = NULL;
	struct diag d = { 0 };
	int status = UI_YES;

	if (path_is_dir(path)) {
		is_folder(path, &d);
		status = fail(path, UI_UNKNOWN, &d, j);
	} else if (!s.path || ko_open(path, &ko, &d) < 0) {
		bool gone = d.err == ENOENT || d.err == ENOTDIR;

		if (gone)
			(void)ui_hint_no_file(&d);
		status = fail(path, gone ? UI_USAGE : UI_UNKNOWN, &d, j);
	} else if (ko_check_module(ko, &d) < 0) {
		status = fail(path, UI_NO, &d, j);
	} else {
		f.ko = ko;
		host_for(h, ko, path);
		f.no_kernel = h->d.what;
		if (h->open) {
			f.k = h->w.k;
			f.same = built_for(ko, f.k);
			check_subject_run(&h->w, &s);
			f.r = s.failed ? NULL : &s.r;
		}
		if (gather(&f, &d) < 0)
			status = fail(path, UI_UNKNOWN, &d, j);
		else
			tell(&f, j);
		if (!status && !show_has_sections(&f))
			status = UI_NO;
	}
	arena_fini(&f.a);
	check_subject_fini(&s);
	return status;
}

/* Lists of devices; LKM_HWDATA is the folder that has them. */
static void read_ids(struct show_options *o)
{
	static const char *const folders[] = { "/usr/share/hwdata",
					       "/usr/share/misc" };
	const char *own = getenv("LKM_HWDATA");
	_cleanup_text_ struct text pci = { 0 }, usb = { 0 };

	for (size_t i = 0; i < (own ? 1 : ARRAY_SIZE(folders)); i++) {
		pci.n = usb.n = 0;
		text_addf(&pci, "%s/pci.ids", own ? own : folders[i]);
		text_addf(&usb, "%s/usb.ids", own ? own : folders[i]);
		if (!o->pci.p)
			(void)!file_read_regular(text_str(&pci), IDS_LIMIT,
						 &o->pci, NULL);
		if (!o->usb.p)
			(void)!file_read_regular(text_str(&usb), IDS_LIMIT,
						 &o->usb, NULL);
	}
	o->ids.pci = bytes_span(&o->pci);
	o->ids.usb = bytes_span(&o->usb);
}

/* 3 is said before 1: what was not seen may be anything. */
static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int run(struct show_options *o, int n, char **files)
{
	_cleanup_(host_fini) struct host h = { .o = o };
	struct jout j = { .f = stdout };
	int status = UI_YES;

	if (o->topics & SHOW_ALIASES)
		read_ids(o);
	if (o->json)
		jout_array(&j, NULL);
	for (int i = 0; i < n; i++) {
		if (i && !o->json)
			(void)putchar('\n');
		status = worse(status, show(&h, files[i], o->json ? &j : NULL));
	}
	if (!o->json)
		return status;
	jout_end(&j);
	return jout_finish(&j) ? UI_UNKNOWN : status;
}

/* ---------------------------------------------------------- command line */

enum { OPT_JSON = 256, OPT_SECTION, OPT_TOPIC = 512 };

static const struct option long_options[] = {
	{ "kernel", required_argument, NULL, 'k' },
	{ "sections", no_argument, NULL, OPT_TOPIC + SHOW_SECTIONS },
	{ "entries", no_argument, NULL, OPT_TOPIC + SHOW_ENTRIES },
	{ "exports", no_argument, NULL, OPT_TOPIC + SHOW_EXPORTS },
	{ "needs", no_argument, NULL, OPT_TOPIC + SHOW_NEEDS },
	{ "params", no_argument, NULL, OPT_TOPIC + SHOW_PARAMS },
	{ "aliases", no_argument, NULL, OPT_TOPIC + SHOW_ALIASES },
	{ "depends", no_argument, NULL, OPT_TOPIC + SHOW_DEPENDS },
	{ "trust", no_argument, NULL, OPT_TOPIC + SHOW_TRUST },
	{ "section", required_argument, NULL, OPT_SECTION },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void options_fini(struct show_options *o)
{
	strv_fini(&o->sections);
}

/* Return: -1: go on; else the exit status. */
static int take_option(struct show_options *o, int c, char **argv)
{
	switch (c) {
	case 'k':
		if (!ui_is_kernel("show", optarg))
			return UI_USAGE;
		o->check.kernel = optarg;
		break;
	case OPT_SECTION:
		if (strv_add(&o->sections, optarg) < 0)
			return UI_UNKNOWN;
		break;
	case OPT_JSON:
		o->json = true;
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'h':
		return help(stdout);
	case ':':
		return ui_usage("show", "'%s' takes a value", argv[optind - 1]);
	default:
		if (c <= OPT_TOPIC)
			return ui_no_option("show", argv[optind - 1],
					    long_options);
		o->topics |= (unsigned)(c - OPT_TOPIC);
	}
	return -1;
}

int lkm_show(int argc, char **argv)
{
	_cleanup_(options_fini) struct show_options o = { 0 };
	int status = -1;

	opterr = 0;
	for (int c; status < 0 && (c = getopt_long(argc, argv, ":k:qvh",
						   long_options, NULL)) >= 0;)
		status = take_option(&o, c, argv);
	if (status >= 0)
		return status;
	if (optind == argc)
		return ui_usage("show", "which module? Give a .ko file");
	for (int i = optind; i < argc; i++)
		if (str_ends(argv[i], ".c") && path_exists(argv[i]))
			return ui_usage(
				"show",
				"'%s' is source: 'lkm build' makes a module of it",
				argv[i]);
	if (o.sections.n)
		o.topics |= SHOW_SECTIONS;
	if (!o.topics)
		o.topics = SHOW_ALL;
	return run(&o, argc - optind, argv + optind);
}
