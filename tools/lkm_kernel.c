// SPDX-License-Identifier: GPL-2.0-or-later
/* lkm kernel: the kernels that modules can be built for and tried in. */
#include "lkm_kernel.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "build/fetch.h"
#include "build/kernel.h"
#include "build/minimal.h"
#include "build/name.h"
#include "lab/lab.h"
#include "near.h"
#include "ui.h"

static int help(FILE *f)
{
	(void)fputs(
		"  lkm kernel get             fetch this distribution's newest small kernel\n"
		"  lkm kernel get 6.12-cloud  fetch that series, wherever it is\n"
		"  lkm kernel build minimal   build a tiny one of your own, in a few minutes\n"
		"  lkm kernel list            what is at hand\n"
		"  lkm kernel show 6.12       what loading a module there depends on\n"
		"\n"
		"usage: lkm kernel list [--json]\n"
		"       lkm kernel show [NAME] [--json]\n"
		"       lkm kernel get [NAME] [--arch ARCH] [-q]\n"
		"       lkm kernel build [minimal] [--source PATH] [--again] [-j N] [-q] [--json]\n"
		"       lkm kernel build [minimal] --print-config\n"
		"       lkm kernel rm [--arch ARCH] NAME... | --all\n"
		"\n"
		"      --json          list, show, build: for a program\n"
		"      --arch ARCH     get, rm: a kernel of another processor (arm64), without\n"
		"                      headers, for 'lkm check --kernel' and its folder\n"
		"  -q, --quiet         get, build: only errors\n"
		"      --source PATH   build: of this kernel source, a folder or a tarball;\n"
		"                      without it the distribution's own is fetched\n"
		"      --again         build: even if it is here\n"
		"  -j, --jobs N        build: compilers at once\n"
		"      --print-config  build: show the configuration, and why it is so\n"
		"      --all           rm: all that were fetched or built\n"
		"  -h, --help          show this help\n"
		"\n"
		"Kernels come from this system (/boot, /lib/modules, /usr/src) and from your\n"
		"cache, where 'get' and 'build' put a kernel and its headers without root.\n"
		"\n"
		"'build minimal' makes a kernel whose only module is ikconfig (configs.ko): to\n"
		"see lsmod start empty, to read the source of what runs, for lkm adopt --prove.\n"
		"'--kernel minimal' names it. There is no other one to build: 'minimal' may be\n"
		"left out.\n"
		"\n"
		"'show' reads the kernel's image and modules, and runs nothing: exports, keys,\n"
		"options, and which checks its loader has.\n"
		"\n"
		"NAME is a series (6.1, 6.12), a suite (bookworm, trixie, sid, ...), or a whole\n"
		"release (6.1.0-56-cloud-amd64). -cloud behind the first two takes the small\n"
		"kernel for virtual machines, which boots fastest; -rt the real-time one.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

#define HELP_OPTION "  -h, --help          show this help\n"
#define HELP_NAME                                                             \
	"\n"                                                                  \
	"NAME is a series (6.1, 6.12), a suite (bookworm, trixie, sid, ...), or a whole\n" \
	"release (6.1.0-56-cloud-amd64). -cloud behind the first two takes the small\n" \
	"kernel for virtual machines, which boots fastest; -rt the real-time one.\n"

static const char list_help[] =
	"  lkm kernel list            what is at hand\n"
	"\n"
	"usage: lkm kernel list [--json]\n"
	"\n"
	"      --json          for a program\n"
	HELP_OPTION
	"\n"
	"Kernels come from this system (/boot, /lib/modules, /usr/src) and from your\n"
	"cache, where 'get' and 'build' put a kernel and its headers without root.\n";

static const char show_help[] =
	"  lkm kernel show 6.12       what loading a module there depends on\n"
	"\n"
	"usage: lkm kernel show [NAME] [--json]\n"
	"\n"
	"      --json          for a program\n"
	HELP_OPTION
	"\n"
	"It reads the kernel's image and modules, and runs nothing: exports, keys,\n"
	"options, and which checks its loader has.\n"
	HELP_NAME;

static const char get_help[] =
	"  lkm kernel get             fetch this distribution's newest small kernel\n"
	"  lkm kernel get 6.12-cloud  fetch that series, wherever it is\n"
	"\n"
	"usage: lkm kernel get [NAME] [--arch ARCH] [-q]\n"
	"\n"
	"      --arch ARCH     a kernel of another processor (arm64), without headers,\n"
	"                      for 'lkm check -k' and its folder\n"
	"  -q, --quiet         only errors\n"
	HELP_OPTION
	HELP_NAME;

static const char build_help[] =
	"  lkm kernel build minimal   build a tiny one of your own, in a few minutes\n"
	"\n"
	"usage: lkm kernel build [minimal] [--source PATH] [--again] [-j N] [-q] [--json]\n"
	"       lkm kernel build [minimal] --print-config\n"
	"\n"
	"      --source PATH   of this kernel source, a folder or a tarball; without it\n"
	"                      the distribution's own is fetched\n"
	"      --again         even if it is here\n"
	"  -j, --jobs N        compilers at once\n"
	"  -q, --quiet         only errors\n"
	"      --print-config  show the configuration, and why it is so\n"
	"      --json          for a program\n"
	HELP_OPTION
	"\n"
	"The kernel's only module is ikconfig (configs.ko): to see lsmod start empty, to\n"
	"read the source of what runs, to prove what 'lkm adopt' made. '-k minimal' names\n"
	"it. There is no other one to build: 'minimal' may be left out.\n";

static const char rm_help[] =
	"  lkm kernel rm 6.12-cloud   remove what was fetched or built\n"
	"\n"
	"usage: lkm kernel rm [--arch ARCH] NAME... | --all\n"
	"\n"
	"      --arch ARCH     a kernel of another processor (arm64)\n"
	"      --all           all that were fetched or built\n"
	HELP_OPTION
	HELP_NAME;

static void size_text(uint64_t n, char *buf, size_t len)
{
	if (n)
		(void)snprintf(buf, len, "%.0f MB", (double)n / 1e6);
	else
		(void)snprintf(buf, len, "-");
}

static const char *origin_word(const struct build_kernel *k)
{
	return k->built ? "built" :
	       k->origin == BUILD_CACHED ? "fetched" : "installed";
}

static const char *image_word(const struct build_kernel *k)
{
	return !k->image[0] ? "-" : k->image_readable ? "yes" : "unreadable";
}

/* Says once what can be done about images that only root may read. */
static void explain_unreadable(const struct build_kernels *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct build_kernel *k = &l->v[i];

		if (!k->image[0] || k->image_readable)
			continue;
		(void)printf("\n%s: only root may read it, so it cannot be tried.\n"
			     "  'lkm kernel get' fetches one that you can read; or open this one:\n"
			     "  sudo setfacl -m u:$USER:r %s    (or: sudo chmod a+r)\n",
			     k->image, k->image);
		return;
	}
}

static int list_text(const struct build_kernels *l)
{
	char size[32];
	int w = 8;

	if (!l->n) {
		/* stdout stays empty: scripts ask for that. */
		(void)fputs("no kernel is at hand\n"
			    "  fix: 'lkm kernel get' fetches one, without root\n",
			    stderr);
		return UI_YES;
	}
	for (size_t i = 0; i < l->n; i++)
		if ((int)strlen(l->v[i].release) > w)
			w = (int)strlen(l->v[i].release);
	(void)printf("%s%-*s  %-9s  %-10s  %-7s  %-7s  %s%s\n",
		     ui_colour(stdout, UI_BOLD), w, "RELEASE", "ORIGIN",
		     "IMAGE", "MODULES", "HEADERS", "SIZE",
		     ui_colour(stdout, UI_PLAIN));
	for (size_t i = 0; i < l->n; i++) {
		const struct build_kernel *k = &l->v[i];

		size_text(build_kernel_disk_bytes(k), size, sizeof(size));
		(void)printf("%-*s  %-9s  %-10s  %-7s  %-7s  %s\n", w,
			     k->release,
			     origin_word(k),
			     image_word(k), k->modules[0] ? "yes" : "-",
			     k->headers[0] ? "yes" : "-", size);
	}
	explain_unreadable(l);
	return UI_YES;
}

static void set_path(json_t *o, const char *key, const char *path)
{
	(void)json_object_set_new(o, key,
				  *path ? json_string(path) : json_null());
}

static json_t *kernel_json(const struct build_kernel *k)
{
	json_t *o = json_object();

	set_path(o, "release", k->release);
	set_path(o, "arch", k->arch);
	set_path(o, "origin",
		 origin_word(k));
	set_path(o, "image", k->image);
	(void)json_object_set_new(o, "image_readable",
				  json_boolean(k->image_readable));
	set_path(o, "modules", k->modules);
	set_path(o, "headers", k->headers);
	set_path(o, "config", k->config);
	set_path(o, "package", k->package);
	set_path(o, "suite", k->suite);

	uint64_t bytes = build_kernel_disk_bytes(k);

	(void)json_object_set_new(o, "disk_bytes",
				  json_integer((json_int_t)bytes));
	return o;
}

static int print_json(json_t *o)
{
	int r = json_dumpf(o, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);

	(void)putchar('\n');
	json_decref(o);
	return r < 0 ? UI_UNKNOWN : UI_YES;
}

static int cmd_list(int argc, char **argv)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	struct diag d = { 0 };
	bool json = false;

	for (int i = 1; i < argc; i++) {
		if (!str_eq(argv[i], "--json"))
			return ui_usage("kernel", "list: what is '%s'?",
					argv[i]);
		json = true;
	}
	if (build_kernel_list(&l, &d) < 0)
		return ui_error("kernel", &d);
	if (!json)
		return list_text(&l);

	json_t *a = json_array();

	for (size_t i = 0; i < l.n; i++)
		(void)json_array_append_new(a, kernel_json(&l.v[i]));
	return print_json(a);
}

void lkm_kernel_progress(void *arg, const char *what, int percent)
{
	(void)arg;
	if (percent >= 0)
		ui_progress("%s: %d %%", what, percent);
	else
		ui_progress("%s ...", what);
}

static void depmod_said(void *arg, const char *line)
{
	struct text *t = arg;

	text_addf(t, "%s%s", t->n ? "; " : "", line);
}

/*
 * Packages bring modules without their indexes: those are made when a package
 * is installed, by depmod. `lkm why -k` and `lkm closure` look things up in
 * them. The kernel is of use without, so that this is no reason to fail.
 */
static void write_indexes(const struct build_kernel *k)
{
	const char *const argv[] = { "/proc/self/exe", "depmod", "-b", k->root,
				     k->release, NULL };
	_cleanup_text_ struct text said = { 0 }, index = { 0 };
	struct diag d = { 0 };
	int status = 0;

	text_addf(&index, "%s/modules.dep.bin", k->modules);
	if (!*k->modules || !*k->root || path_exists(text_str(&index)))
		return;
	if (child_run(argv, NULL, depmod_said, &said, &status, &d) < 0)
		(void)fprintf(stderr, "lkm kernel: depmod: %s\n", d.what);
	else if (status)
		(void)fprintf(stderr, "lkm kernel: depmod has failed: %s\n",
			      text_str(&said));
}

static int cmd_get(int argc, char **argv)
{
	static const struct build_progress progress = { lkm_kernel_progress,
							NULL };
	const char *name = NULL, *arch = NULL;
	struct build_kernel k;
	struct diag d = { 0 };
	bool already, quiet = false;

	for (int i = 1; i < argc; i++) {
		if (str_eq(argv[i], "-q") || str_eq(argv[i], "--quiet"))
			quiet = true;
		else if (str_eq(argv[i], "--arch") && i + 1 < argc)
			arch = argv[++i];
		else if (argv[i][0] == '-')
			return ui_usage("kernel", "get: no option '%s'",
					argv[i]);
		else if (name)
			return ui_usage("kernel",
					"get takes one name, found '%s' and '%s'",
					name, argv[i]);
		else
			name = argv[i];
	}
	child_catch_signals();

	int r = build_kernel_get(arch, name, quiet ? NULL : &progress, &k,
				 &already, &d);

	if (r < 0) {
		(void)ui_error("kernel", &d);
		return r == -EINVAL ? UI_USAGE : UI_UNKNOWN;
	}
	ui_progress(NULL);
	write_indexes(&k);
	if (quiet)
		return UI_YES;

	char size[32];

	size_text(build_kernel_disk_bytes(&k), size, sizeof(size));
	(void)printf("%s is %s (%s, %s)\n", k.release,
		     already ? "here already, and the newest" : "here", size,
		     k.root);
	return UI_YES;
}

/* A kernel of the cache, and the saved guests that run it. */
static int remove_named(const char *release, struct diag *d)
{
	uint64_t freed;
	int r = build_kernel_remove(NULL, release, d);

	if (!r)
		r = lab_purge(release, &freed, d);
	if (!r)
		(void)printf("%s is removed\n", release);
	return r;
}

/* Removes what is fetched and goes by @name. */
static int remove_one(const char *name, struct diag *d)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	_cleanup_free_ char *cache = NULL;
	int r = cache_dir("kernels", &cache, d);

	/* Only the cache: an installed kernel of that name is no obstacle. */
	if (!r)
		r = build_kernel_list_in("/nonexistent", cache, &l, d);
	if (r < 0)
		return r;

	const struct build_kernel *k = build_kernel_pick(&l, name);

	if (str_eq(name, BUILD_MINIMAL)) {
		r = build_minimal_forget(d);
		if (r > 0)
			(void)puts("the unfinished build of minimal is removed");
		if (r < 0 || (r && !k))
			return r < 0 ? r : 0;
	}
	return remove_named(k ? path_base(k->root) : name, d);
}

/* Of another processor: by its release. */
static int remove_foreign(const char *arch, const char *release,
			  struct diag *d)
{
	int r = build_kernel_remove(arch, release, d);

	if (!r)
		(void)printf("%s is removed\n", release);
	return r;
}

static int remove_all(struct diag *d)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	_cleanup_free_ char *cache = NULL;
	int r = cache_dir("kernels", &cache, d);

	if (!r)
		r = build_kernel_list_in("/nonexistent", cache, &l, d);
	for (size_t i = 0; !r && i < l.n; i++)
		r = remove_named(path_base(l.v[i].root), d);
	if (!r)
		r = build_minimal_forget(d);
	if (!r && !l.n)
		(void)puts("nothing is fetched");
	return r;
}

static int cmd_rm(int argc, char **argv)
{
	struct diag d = { 0 };
	bool all = false;
	const char *arch = NULL;
	int names = 0;

	for (int i = 1; i < argc; i++) {
		if (str_eq(argv[i], "--all"))
			all = true;
		else if (str_eq(argv[i], "--arch") && i + 1 < argc)
			arch = argv[++i];
		else if (argv[i][0] == '-')
			return ui_usage("kernel", "rm: no option '%s'",
					argv[i]);
		else
			names++;
	}
	if (!names == !all || (all && arch))
		return ui_usage("kernel", "rm takes names, or --all");
	child_catch_signals();
	if (all)
		return remove_all(&d) < 0 ? ui_error("kernel", &d) : UI_YES;
	for (int i = 1; i < argc; i++) {
		if (str_eq(argv[i], "--arch")) {
			i++;
			continue;
		}
		if ((arch ? remove_foreign(arch, argv[i], &d)
			  : remove_one(argv[i], &d)) < 0)
			return ui_error("kernel", &d);
	}
	return UI_YES;
}

/*
 * An empty word is a variable of the user's that is not set: to take it for
 * "any kernel" would remove one that was never named.
 */
static bool empty_word(char **words)
{
	for (; *words; words++)
		if (!**words)
			return true;
	return false;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} subcommands[] = {
	{ "list", cmd_list, list_help },
	{ "show", lkm_kernel_show, show_help },
	{ "get", cmd_get, get_help },
	{ "build", lkm_kernel_build, build_help },
	{ "rm", cmd_rm, rm_help },
};

static int no_such_command(const char *name)
{
	struct near n = near_start(name);

	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		near_try(&n, subcommands[i].name);
	ui_say(stderr, 4,
	       "lkm kernel: no command '%s': it is list, show, get, build or rm",
	       name);
	ui_fix_name(n.found, "lkm kernel --help");
	return UI_USAGE;
}

static bool is_help(const char *word)
{
	return str_eq(word, "--help") || str_eq(word, "-h");
}

int lkm_kernel(int argc, char **argv)
{
	if (argc < 2)
		return help(stderr);
	if (empty_word(argv + 2))
		return ui_usage("kernel", "%s: found an empty word, wanted a name",
				argv[1]);
	if (is_help(argv[1]))
		return help(stdout);
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++) {
		if (!str_eq(argv[1], subcommands[i].name))
			continue;
		for (int j = 2; j < argc; j++) {
			if (!is_help(argv[j]))
				continue;
			(void)fputs(subcommands[i].help, stdout);
			return UI_YES;
		}
		return subcommands[i].run(argc - 1, argv + 1);
	}
	return no_such_command(argv[1]);
}
