/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rmmod: take modules out of the kernel. Options, messages and exit status
 * are kmod's: what can be seen to be impossible is refused before the kernel
 * is asked. A person at a terminal is also told who holds the module.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "dropin_ui.h"
#include "index/dir.h"
#include "insmod.h"
#include "live/load.h"
#include "live/sysfs.h"
#include "module_folder.h"

static const struct option long_options[] = {
	{ "force", no_argument, NULL, 'f' },
	{ "syslog", no_argument, NULL, 's' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int help(void)
{
	(void)fputs(
		"  rmmod hello     take the module hello out of the kernel\n"
		"\n"
		"usage: rmmod [OPTION...] MODULE...\n"
		"\n"
		"  -f, --force     take it out even if it is in use; it may crash the machine,\n"
		"                  and most kernels do not allow it\n"
		"  -s, --syslog    messages to syslog instead of stderr\n"
		"  -v, --verbose   more messages: who holds it, why, fix\n"
		"  -V, --version   show version\n"
		"  -h, --help      show this help\n",
		stdout);
	return 0;
}

/*
 * The module that an argument means: a name as typed, or the name of the file
 * if there is such a file (kmod's rule). Up to the first dot, '-' as '_'.
 */
static void name_of(const char *arg, struct text *ret)
{
	struct stat st;

	if (!stat(arg, &st))
		arg = path_base(arg);
	for (const char *p = arg; *p && *p != '.'; p++)
		text_add_bytes(ret, *p == '-' ? "_" : p, 1);
}

/* Does the index of what is in the running kernel list it? */
static bool is_builtin(const char *name)
{
	_cleanup_free_ char *folder = module_folder_here();
	_cleanup_idx_dir_ struct idx_dir *dir = NULL;
	const struct idx_bin *b;
	char key[LIVE_NAME_MAX];
	const char *value;

	return folder && live_name_normal(name, key) &&
	       !idx_dir_open(folder, &dir, NULL) &&
	       !idx_dir_bin(dir, IDX_BUILTIN, &b, NULL) &&
	       !idx_bin_get(b, key, &value, NULL);
}

/* kmod's rule may surprise in a folder that has a file of that name. */
static void say_file(const char *arg, const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	struct stat st;

	if (strchr(arg, '/') || stat(arg, &st))
		return;
	text_addf(&t, "there is a file '%s' in this folder: the module called like it, %s, was meant",
		  arg, name);
	dropin_say("note", text_str(&t));
}

/*
 * After the refusal's own line. @arg: as typed. @err: what the kernel said, or
 * would say.
 */
static void explain(const struct dropin_ui *ui, struct dropin_mark *m,
		    const char *arg, const char *name, int err)
{
	unsigned facts;

	if (!dropin_explains(ui))
		return;
	m->wanted = true;
	facts = dropin_module_facts(name);

	/* Half-loaded modules hold themselves. */
	if (err == EAGAIN && facts & RULE_NOT_LIVE)
		err = EBUSY;
	if (facts & RULE_BUILTIN)
		err = ENOENT;
	if (err == EAGAIN)
		dropin_say_holders(name);
	if (facts & RULE_NOT_LOADED)
		say_file(arg, name);
	dropin_explain(m, err, facts, name, NULL);
}

/* "a b" */
static void join(const char *const *v, size_t n, struct text *ret)
{
	for (size_t i = 0; i < n; i++)
		text_addf(ret, "%s%s", i ? " " : "", v[i]);
}

/*
 * A count that is missing: of a kernel that counts none, or of a module that
 * was half gone when @before was read?
 */
static bool went_away(const char *name, const struct live_sysfs *before)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_sysfs now;

	if (live_sysfs_read("", name, &a, &now, NULL))
		return true;
	return now.counted || now.initstate != before->initstate;
}

/*
 * What kmod asks before it asks the kernel. Return: 0: go on; else an errno
 * that fits, the message is printed.
 */
static int precheck(const struct dropin_ui *ui, const char *name)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_text_ struct text users = { 0 };
	struct live_sysfs s;
	struct diag d = { 0 };

	if (is_builtin(name)) {
		dropin_log(ui, LOG_ERR, "Module %s is builtin.", name);
		return ENOENT;
	}

	int r = live_sysfs_read("", name, &a, &s, &d);

	if (r == -ENOENT || r == -EINVAL ||
	    (!r && !s.counted && went_away(name, &s))) {
		dropin_log(ui, LOG_ERR, "Module %s is not currently loaded",
			   name);
		return ENOENT;
	}
	if (r) {
		dropin_log(ui, LOG_ERR, "could not use module %s: %s", name,
			   d.what);
		return -r;
	}
	if (s.n_holders) {
		join(s.holders, s.n_holders, &users);
		dropin_log(ui, LOG_ERR, "Module %s is in use by: %s", name,
			   text_str(&users));
		return EAGAIN;
	}
	if (!s.counted) {
		dropin_log(ui, LOG_ERR, "Module unloading is not supported");
		return ENOSYS;
	}
	if (s.refcnt > 0)
		dropin_log(ui, LOG_ERR, "Module %s is in use", name);

	/* kmod says nothing of a negative count, and gives up all the same. */
	return s.refcnt ? EAGAIN : 0;
}

static int remove_one(const struct dropin_ui *ui, const char *arg, bool force)
{
	_cleanup_mark_ struct dropin_mark mark = { 0 };
	_cleanup_text_ struct text name = { 0 };
	unsigned flags = LIVE_NO_WAIT | (force ? LIVE_FORCE : 0);

	name_of(arg, &name);
	if (name.failed || !name.n) {
		dropin_log(ui, LOG_ERR, "could not use module %s: %s", arg,
			   strerror(name.failed ? ENOMEM : ENOENT));
		return 1;
	}

	int err = force ? 0 : precheck(ui, text_str(&name));

	if (!err) {
		dropin_mark(&mark, ui);
		err = -live_remove(text_str(&name), flags, NULL);
		if (!err)
			return 0;
		dropin_log(ui, LOG_ERR, "could not remove module %s: %s", arg,
			   strerror(err));
	}
	explain(ui, &mark, arg, text_str(&name), err);
	return 1;
}

int rmmod_main(int argc, char **argv)
{
	struct dropin_ui ui = { .tool = "rmmod", .level = LOG_ERR };
	bool force = false;
	int status = -1;

	for (int c; status < 0 && (c = getopt_long(argc, argv, "fsvVh",
						   long_options, NULL)) != -1;)
		if (c == 'f')
			force = true;
		else
			status = dropin_option(&ui, c, help);
	if (status >= 0)
		return status;
	if (!argv[optind]) {
		dropin_log(&ui, LOG_ERR, "missing module name.");
		dropin_say_usage(&ui, "rmmod MODULE...");
		return 1;
	}
	status = 0;
	for (int i = optind; argv[i]; i++)
		status |= remove_one(&ui, argv[i], force);
	return status;
}
