/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modinfo: what a module says about itself. Stands in for kmod's: the order of
 * the output, its messages and the exit status are kmod 30's.
 *
 * Fields come in the order of .modinfo, then those of the signature; the
 * parameters are last, the last one first.
 */
#include "modinfo.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/text.h"
#include "dropin.h"
#include "module_folder.h"
#include "dropin_ui.h"
#include "index/dir.h"
#include "ko/ko.h"
#include "modinfo_json.h"
#include "near.h"
#include "plan/plan.h"

struct opts {
	const char *tool;  /* for messages                    */
	const char *field; /* NULL: all                       */
	char sep;	   /* '\n' or NUL                     */
	bool one_form;	   /* with NUL: field=value for all   */
	struct jout *json; /* NULL: text                      */
	bool by_name;	   /* arguments are names of modules  */
	struct idx_dir *dir; /* /lib/modules/RELEASE            */
};

static int usage(void)
{
	(void)fputs(
		"  modinfo ./hello.ko            all that a module file says about itself\n"
		"  modinfo -p hello.ko           its parameters\n"
		"  modinfo -F vermagic hello.ko  the kernel that it was built for\n"
		"\n"
		"usage: modinfo [OPTION...] MODULE...\n"
		"\n"
		"MODULE is a file (.ko, .ko.gz, .ko.xz, .ko.zst), or a name or an alias of a\n"
		"module of the running kernel.\n"
		"\n"
		"  -F, --field FIELD          only this field\n"
		"  -a, --author               only the authors\n"
		"  -d, --description          only the description\n"
		"  -l, --license              only the licence\n"
		"  -p, --parameters           only the parameters, with description and type\n"
		"  -n, --filename             only the path of the file\n"
		"  -0, --null[=all]           NUL after each value instead of a new line; with\n"
		"                             '=all' every value is written as FIELD=VALUE\n"
		"      --json                 for programs: all of it, as JSON\n"
		"  -m, --modname              MODULE is a name: no file, and no alias\n"
		"  -k, --set-version RELEASE  look names up for this kernel\n"
		"  -b, --basedir FOLDER       look names up in FOLDER/lib/modules\n"
		"  -V, --version              show version\n"
		"  -h, --help                 show this help\n",
		stdout);
	return 0;
}

/* One line of all fields. With -0 kmod keeps columns for some of them. */
static void print_column(const struct opts *o, const char *key, int key_n,
			 const char *value)
{
	if (o->one_form) {
		(void)printf("%.*s=%s%c", key_n, key, value, o->sep);
		return;
	}
	/* Past column 15 kmod's padding grows again; printf(3) says why. */
	(void)printf("%.*s:%-*s%s%c", key_n, key, 15 - key_n, "", value,
		     o->sep);
}

static void print_field(const struct opts *o, struct span key,
			const char *value)
{
	const char *k = (const char *)key.p;

	if (o->field) {
		if (span_eq(key, o->field))
			(void)printf("%s%c", value, o->sep);
	} else if (o->sep) {
		print_column(o, k, (int)key.n, value);
	} else {
		(void)printf("%.*s=%s%c", (int)key.n, k, value, o->sep);
	}
}

/* A field that .modinfo does not have. Always as a column. */
static void print_pseudo(const struct opts *o, const char *key,
			 const char *value)
{
	if (!o->field)
		print_column(o, key, (int)strlen(key), value);
	else if (str_eq(o->field, key))
		(void)printf("%s%c", value, o->sep);
}

static void print_param(const struct opts *o, const struct ko_param *p)
{
	const char *label = o->field	? "" :
			    o->one_form ? "parm=" :
					  "parm:           ";

	if (!p->desc && o->field)
		(void)printf("%s: (%s)%c", p->name, p->type, o->sep);
	else if (!p->desc)
		(void)printf("%s%s:%s%c", label, p->name, p->type, o->sep);
	else if (p->type)
		(void)printf("%s%s:%s (%s)%c", label, p->name, p->desc, p->type,
			     o->sep);
	else
		(void)printf("%s%s:%s%c", label, p->name, p->desc, o->sep);
}

/* Says which of them cannot be parameters. */
static void complain(const struct opts *o, const struct ko_info *i)
{
	if (!strchr(i->value, ':'))
		(void)fprintf(
			stderr,
			"%s: ERROR: Found invalid \"%.*s=%s\": missing ':'\n",
			o->tool, (int)i->key.n, (const char *)i->key.p,
			i->value);
}

static bool wants(const struct opts *o, const char *key)
{
	return !o->field || str_eq(o->field, key);
}

/* What stands in .modinfo, but for the parameters. */
static void print_info(const struct opts *o, const struct ko *ko)
{
	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);) {
		bool param = span_eq(i.key, "parm") ||
			     span_eq(i.key, "parmtype");

		if (param && wants(o, "parm"))
			complain(o, &i);
		else if (!param || o->field)
			print_field(o, i.key, i.value);
	}
}

static int print_params(const struct opts *o, const struct ko *ko,
			struct arena *a)
{
	struct ko_param *p;
	size_t n;
	int r = ko_params(ko, a, &p, &n);

	while (!r && n--)
		print_param(o, &p[n]);
	return r;
}

/* "01:02:FE"; after every 20 bytes of a long one a line and two tabs. */
static char *hex(struct arena *a, struct span s, size_t line)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < s.n; i++) {
		text_addf(&t, "%02X", s.p[i]);
		if (i + 1 == s.n)
			break;
		text_add(&t, ":");
		if (line && i % line == line - 1)
			text_add(&t, "\n\t\t");
	}
	return t.failed ? NULL : arena_strdup(a, text_str(&t));
}

static void print_str(const struct opts *o, const char *key, const char *value)
{
	struct span k = { (const uint8_t *)key, strlen(key) };

	print_field(o, k, value);
}

/*
 * A signature that libcrypto has to read where there is none: what a kmod
 * built without it prints. Only who sits at a terminal is told why, once.
 */
static int print_unread(const struct opts *o, const struct diag *d)
{
	static bool told;

	if (!told && isatty(STDERR_FILENO)) {
		(void)fprintf(stderr, "%s: WARNING: signatures are not read\n",
			      o->tool);
		dropin_say("why", d->what);
		dropin_say("fix", d->hint);
	}
	told = true;
	print_str(o, "sig_id", "PKCS#7");
	print_str(o, "signer", "");
	print_str(o, "sig_key", "");
	print_str(o, "sig_hashalgo", "unknown");
	print_str(o, "signature", "");
	return 0;
}

/* kmod is silent about what it cannot read; so are we. */
static int print_signature(const struct opts *o, const struct ko *ko,
			   struct arena *a)
{
	struct ko_signature s;
	struct diag d = { 0 };

	if (o->field && !str_starts(o->field, "sig"))
		return 0;

	int r = ko_signature(ko, a, &s, &d);

	if (r == -ENOPKG)
		return print_unread(o, &d);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	/* kmod 30 does not know of signers named by a key identifier. */
	if (str_eq(s.id, "unknown") ||
	    (s.trailer.id_type == KO_SIG_PKCS7 && s.key_id.p))
		return 0;

	bool old = s.trailer.id_type != KO_SIG_PKCS7;
	char *key = hex(a, old ? s.key_id : s.serial, 0);
	char *sig = hex(a, s.sig, o->one_form ? 0 : 20);

	if (!key || !sig)
		return -ENOMEM;
	print_str(o, "sig_id", s.id);
	print_str(o, "signer", s.signer);
	print_str(o, "sig_key", key);
	print_str(o, "sig_hashalgo", s.hash);
	print_str(o, "signature", sig);
	return 0;
}

static int fail_info(const struct opts *o, const char *name, int err)
{
	(void)fprintf(stderr,
		      "%s: ERROR: could not get modinfo from '%s': %s\n",
		      o->tool, name, strerror(err));
	return -err;
}

/* The errno that kmod has for a file that is no module. */
static int content_errno(const struct ko *ko)
{
	struct span s = ko->image;

	if (ko->elf)
		return ENOENT;
	return s.n > 16 && !memcmp(s.p,
				   "\x7f"
				   "ELF",
				   4)
		       ? EINVAL
	       : s.n < 6 ? EINVAL
			 : ENOEXEC;
}

static int json_file(const struct opts *o, const char *path,
		     const struct ko *ko)
{
	const struct modinfo_subject s = { ko, ko->name, path, o->field };

	return modinfo_json(o->json, &s);
}

/* What is wrong with a file, for those at a terminal. @d: of ko_open(). */
static void say_damage(const struct opts *o, const char *path,
		       const struct diag *d)
{
	const struct dropin_ui ui = { .tool = o->tool, .level = LOG_ERR };
	_cleanup_ko_ struct ko *ko = NULL;
	struct diag more = *d;

	if (!dropin_explains(&ui))
		return;
	/* That takes whatever can be read; this looks if it is a module. */
	if (!more.err && !ko_open_module(path, &ko, &more))
		(void)diag_fail(&more, ENOENT,
				"it has no .modinfo section: an object file, but no module");
	dropin_say("why", more.what);
	if (more.hint[0])
		dropin_say("fix", more.hint);
}

static int show_file(const struct opts *o, const char *path)
{
	_cleanup_ko_ struct ko *ko = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	char name[KO_NAME_MAX];

	if (!o->json && wants(o, "filename"))
		print_pseudo(o, "filename", path);
	if (!o->json && o->field && str_eq(o->field, "filename"))
		return 0;
	ko_name_of_path(path, name);

	struct diag d = { 0 };
	int r = ko_open(path, &ko, &d);

	/* kmod's numbers for a damaged stream. */
	if (r == -EBADMSG)
		r = str_ends(path, ".zst") ? -ENOEXEC : -EINVAL;
	if (!r && !ko->sh_modinfo)
		r = -content_errno(ko);
	if (r < 0) {
		r = fail_info(o, name, -r);
		say_damage(o, path, &d);
		return r;
	}
	if (o->json) {
		r = json_file(o, path, ko);
		return r < 0 ? fail_info(o, name, -r) : 0;
	}
	print_info(o, ko);
	r = print_signature(o, ko, &a);
	if (!r && wants(o, "parm"))
		r = print_params(o, ko, &a);
	return r < 0 ? fail_info(o, name, -r) : 0;
}

static int show_builtin(const struct opts *o, const char *name)
{
	_cleanup_bytes_ struct bytes info = { 0 };
	_cleanup_arena_ struct arena a = { 0 };
	int r;

	if (!o->json) {
		print_pseudo(o, "name", name);
		print_pseudo(o, "filename", "(builtin)");
	}
	if (!o->json && o->field &&
	    (str_eq(o->field, "name") || str_eq(o->field, "filename")))
		return 0;
	r = idx_dir_builtin_info(o->dir, name, &info, NULL);
	if (r == -ENOENT && !o->json)
		return 0;
	if (r == -ENOENT)
		r = 0;
	if (r < 0)
		return fail_info(o, name, r == -ENODATA ? ENOSYS : -r);

	/* The same strings, only not in an ELF section. */
	struct ko ko = { .info = bytes_span(&info) };

	if (o->json) {
		const struct modinfo_subject s = { &ko, name, NULL, o->field };

		r = modinfo_json(o->json, &s);
		return r < 0 ? fail_info(o, name, -r) : 0;
	}
	print_info(o, &ko);
	if (wants(o, "parm"))
		r = print_params(o, &ko, &a);
	return r < 0 ? fail_info(o, name, -r) : 0;
}

static bool is_module_file(const char *path)
{
	static const char *const ends[] = { ".ko", ".ko.gz", ".ko.xz",
					    ".ko.zst" };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(path, ends[i]))
			return stat(path, &st) == 0 && S_ISREG(st.st_mode);
	return false;
}

/* @path with the current folder in front; NULL: no memory, or no folder. */
static char *absolute(const char *path)
{
	_cleanup_free_ char *cwd = NULL;
	char *s = NULL;

	if (path[0] == '/')
		return strdup(path);
	cwd = getcwd(NULL, 0);
	if (!cwd || asprintf(&s, "%s/%s", cwd, path) < 0)
		return NULL;
	return s;
}

static int show_path(const struct opts *o, const char *arg)
{
	_cleanup_free_ char *path = absolute(arg);

	return path ? show_file(o, path) : -ENOMEM;
}

/* It was meant to be a file. */
static void say_path(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		dropin_say("why", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		dropin_say("why", "it is no regular file");
	else
		dropin_say("why", "a file counts as a module if its name ends in .ko, .ko.gz, .ko.xz or .ko.zst");
	dropin_say("fix", "look at the path; a module that is installed is asked for by its name");
}

/* Where it was looked for, for those at a terminal. */
static void say_folder(const struct opts *o, const char *arg)
{
	const struct dropin_ui ui = { .tool = o->tool, .level = LOG_ERR };
	_cleanup_text_ struct text t = { 0 };
	struct near near = near_start(arg);

	if (!dropin_explains(&ui))
		return;
	if (!o->by_name && strchr(arg, '/')) {
		say_path(arg);
		return;
	}
	text_addf(&t, "%s %s",
		  idx_dir_exists(o->dir) ? "it is not in the index of" :
					   "there is no folder",
		  idx_dir_path(o->dir));
	dropin_say("why", text_str(&t));
	dropin_say("fix", "-k names another kernel, -b another root");
	near_module(&near, o->dir);
	if (*near.found) {
		_cleanup_text_ struct text n = { 0 };

		text_addf(&n, "there is a module %s", near.found);
		dropin_say("near", text_str(&n));
	}
}

/* Not found. What is the matter with an index kmod does not tell. */
static int fail_name(const struct opts *o, const char *arg, int r,
		     const struct diag *d)
{
	(void)fprintf(stderr, "%s: ERROR: Module %s%s not found.\n", o->tool,
		      o->by_name ? "name " : "", arg);
	if (r != -EBADMSG) {
		say_folder(o, arg);
		return r < 0 ? r : -ENOENT;
	}

	_cleanup_free_ char *why = NULL;

	if (asprintf(&why, "%s: %s", d->where, d->what) < 0)
		why = NULL;
	dropin_say("why", why ? why : d->what);
	dropin_say("fix", d->hint);
	return r;
}

static int show_name(const struct opts *o, const char *arg)
{
	/* kmod's reads no configuration either. */
	static const struct conf none;
	const struct plan_world w = { .conf = &none, .dir = o->dir };
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules found = { 0 };
	struct diag d = { 0 };
	int r = plan_lookup(&w, arg, o->by_name, &a, &found, &d);

	if (r < 0 || !found.n)
		return fail_name(o, arg, r, &d);
	for (size_t i = 0; i < found.n; i++) {
		const struct plan_module *m = &found.v[i];
		int one = m->path ? show_file(o, m->path)
				  : show_builtin(o, m->name);

		r = r ? r : one;
	}
	return r;
}

/* basedir/lib/modules/release; without the former, where modprobe looks. */
static char *module_dir(const char *basedir, const char *release)
{
	_cleanup_free_ char *dir = NULL;
	struct utsname u;

	if (!release) {
		if (uname(&u) < 0)
			return NULL;
		release = u.release;
	}
	if (!basedir)
		return module_folder(NULL, release);
	if (asprintf(&dir, "%s/lib/modules/%s", basedir, release) < 0) {
		dir = NULL;
		return NULL;
	}
	return absolute(dir);
}

static const struct option options[] = {
	{ "author", no_argument, NULL, 'a' },
	{ "description", no_argument, NULL, 'd' },
	{ "license", no_argument, NULL, 'l' },
	{ "parameters", no_argument, NULL, 'p' },
	{ "filename", no_argument, NULL, 'n' },
	{ "null", optional_argument, NULL, '0' },
	{ "json", no_argument, NULL, 'J' },
	{ "modname", no_argument, NULL, 'm' },
	{ "field", required_argument, NULL, 'F' },
	{ "set-version", required_argument, NULL, 'k' },
	{ "basedir", required_argument, NULL, 'b' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int show_all(const struct opts *o, char **args)
{
	int status = 0;

	for (; *args; args++) {
		int r = !o->by_name && is_module_file(*args)
				? show_path(o, *args)
				: show_name(o, *args);

		if (r < 0)
			status = 1;
	}
	return status;
}

int modinfo_main(int argc, char **argv)
{
	const char *basedir = NULL, *release = NULL;
	struct opts o = { .tool = path_base(argv[0]), .sep = '\n' };
	const struct dropin_ui ui = { .tool = o.tool, .level = LOG_ERR };
	struct jout json = { .f = stdout };

	for (int c; (c = getopt_long(argc, argv, "adlpn0mF:k:b:Vh", options,
				     NULL)) >= 0;) {
		switch (c) {
		case 'a':
			o.field = "author";
			break;
		case 'd':
			o.field = "description";
			break;
		case 'l':
			o.field = "license";
			break;
		case 'p':
			o.field = "parm";
			break;
		case 'n':
			o.field = "filename";
			break;
		case '0':
			o.sep = 0;
			o.one_form = optarg;
			if (!optarg || str_eq(optarg, "all"))
				break;
			(void)fprintf(stderr,
				      "%s: ERROR: --null takes nothing or 'all', not '%s'\n",
				      o.tool, optarg);
			return 1;
		case 'J':
			o.json = &json;
			break;
		case 'm':
			o.by_name = true;
			break;
		case 'F':
			o.field = optarg;
			break;
		case 'k':
			release = optarg;
			break;
		case 'b':
			basedir = optarg;
			break;
		case 'V':
			return dropin_version();
		case 'h':
			return usage();
		default:
			dropin_say_usage(&ui, NULL);
			return 1;
		}
	}
	if (optind >= argc) {
		(void)fprintf(stderr,
			      "%s: ERROR: missing module or filename.\n",
			      o.tool);
		dropin_say_usage(&ui, "modinfo MODULE...");
		return 1;
	}

	_cleanup_free_ char *dir = module_dir(basedir, release);

	if (!dir || idx_dir_open(dir, &o.dir, NULL) < 0) {
		(void)fprintf(stderr, "%s: ERROR: out of memory\n", o.tool);
		return 1;
	}

	if (o.json)
		jout_array(o.json, NULL);

	int status = show_all(&o, argv + optind);

	if (o.json) {
		jout_end(o.json);
		status |= jout_finish(o.json) ? 1 : 0;
	}
	if (dropin_output_lost()) {
		(void)fprintf(stderr,
			      "%s: ERROR: could not write all of the output\n",
			      o.tool);
		status = 1;
	}
	(void)idx_dir_close(o.dir);
	return status;
}
