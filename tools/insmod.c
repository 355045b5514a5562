/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insmod: put one module file into the kernel. Options, messages and exit
 * status are kmod's. When the kernel refuses, a person at a terminal is also
 * told what the kernel logged, why, and what to do.
 *
 * The way in: a raw file, and one whose compression the kernel knows, goes by
 * file descriptor; anything else is decompressed here and goes from memory.
 */
#include "insmod.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "dropin.h"
#include "dropin_ui.h"
#include "ko/ko.h"
#include "live/load.h"
#include "live/modules.h"
#include "live/policy.h"

enum { OPT_FORCE_VERMAGIC = 256, OPT_FORCE_MODVERSION };

static const struct option long_options[] = {
	{ "force", no_argument, NULL, 'f' },
	{ "force-modversion", no_argument, NULL, OPT_FORCE_MODVERSION },
	{ "force-vermagic", no_argument, NULL, OPT_FORCE_VERMAGIC },
	{ "syslog", no_argument, NULL, 's' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int help(void)
{
	(void)fputs(
		"  insmod ./hello.ko times=3     put hello.ko into the kernel\n"
		"\n"
		"usage: insmod [OPTION...] FILE [PARAMETER=VALUE...]\n"
		"\n"
		"  -f, --force             both of the following; it may crash the machine\n"
		"      --force-modversion  do not compare versions of symbols\n"
		"      --force-vermagic    do not compare the kernel it was built for\n"
		"  -s, --syslog            messages to syslog instead of stderr\n"
		"  -v, --verbose           more messages: what the kernel logged, why, fix\n"
		"  -V, --version           show version\n"
		"  -h, --help              show this help\n",
		stdout);
	return 0;
}

/* The words behind the file name, with blanks between them. */
static void join(char **argv, struct text *ret)
{
	for (size_t i = 0; argv[i]; i++)
		text_addf(ret, "%s%s", i ? " " : "", argv[i]);
}

/* What the magic bytes say; KO_RAW for all else. -EINVAL: too short. */
static int compression_of(int fd, enum ko_compression *ret, struct diag *d)
{
	static const struct {
		const char *magic;
		size_t n;
		enum ko_compression is;
	} known[] = {
		{ "\x28\xb5\x2f\xfd", 4, KO_ZSTD },
		{ "\xfd" "7zXZ", 6, KO_XZ },
		{ "\x1f\x8b", 2, KO_GZIP },
	};
	char buf[6];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n < 0)
		return diag_fail(d, errno, "cannot read: %s", strerror(errno));
	if (lseek(fd, 0, SEEK_SET) < 0)
		return diag_fail(d, EINVAL,
				 "a pipe or terminal, wanted a regular file");
	if (n < (ssize_t)sizeof(buf)) {
		(void)diag_fail(d, EINVAL, "the file has only %zd bytes", n);
		return diag_hint(d, "copy or build it again; a full disk leaves such files ('df')");
	}
	*ret = KO_RAW;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!memcmp(buf, known[i].magic, known[i].n))
			*ret = known[i].is;
	return 0;
}

static bool kernel_reads(enum ko_compression c)
{
	static const char *const name[] = {
		[KO_GZIP] = "gzip", [KO_XZ] = "xz", [KO_ZSTD] = "zstd",
	};
	struct live_policy p;

	if (c == KO_RAW)
		return true;
	live_policy_read("", &p);
	return str_eq(p.compression, name[c]);
}

/* Errors of our own reading, in the words that kmod's have. */
static int as_kmod(int r)
{
	return r == -EBADMSG ? -EINVAL : r;
}

static int insert_from_memory(int fd, const char *path, const char *params,
			      unsigned flags, bool *asked, struct diag *d)
{
	_cleanup_ko_ struct ko *ko = NULL;
	int r = ko_open_fd(fd, path, &ko, d);

	if (r)
		return as_kmod(r);
	*asked = true;
	if (flags)
		return live_insert_memfd(ko_image(ko), params, flags, d);
	return live_insert_bytes(ko_image(ko), params, d);
}

/* @asked: it was the kernel that said no. */
static int insert(const char *path, const char *params, unsigned flags,
		  bool *asked, struct diag *d)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum ko_compression c = KO_RAW;

	if (fd < 0)
		return diag_fail(d, errno, "cannot open: %s", strerror(errno));

	int r = compression_of(fd, &c, d);

	if (r)
		return r;
	if (kernel_reads(c)) {
		struct diag kernel = { 0 };

		*asked = true;
		r = live_insert_fd(fd, params,
				   flags | (c == KO_RAW ? 0 : LIVE_COMPRESSED),
				   &kernel);
		/* ENOSYS: before 3.8, or in some sandboxes; without force. */
		if (r != -ENOSYS || flags)
			return r;
	}
	return insert_from_memory(fd, path, params, flags, asked, d);
}

/* Facts about the file and its name; @name: what the module is called. */
static unsigned file_facts(const char *path, char name[KO_NAME_MAX])
{
	_cleanup_ko_ struct ko *ko = NULL;
	struct stat st;

	if (stat(path, &st))
		return 0;
	if (!S_ISREG(st.st_mode))
		return RULE_FILE_ODD;
	if (!st.st_size)
		return RULE_FILE_EMPTY;
	if (ko_open(path, &ko, NULL))
		return 0;
	memcpy(name, ko->name, KO_NAME_MAX);
	return dropin_module_facts(name);
}

static void explain(struct dropin_mark *m, int err, bool asked,
		    const char *path, const struct diag *d)
{
	char name[KO_NAME_MAX] = "";

	if (!m->wanted)
		return;
	if (!asked) {
		dropin_say("why", d->what);
		if (d->hint[0])
			dropin_say("fix", d->hint);
		return;
	}

	unsigned facts = file_facts(path, name);

	dropin_explain(m, RULE_LOAD, err, facts, *name ? name : NULL, path);
}

/* insmod takes a file, modprobe a name: the commonest mix-up. */
static int no_file(const struct dropin_ui *ui, const char *path, int err)
{
	_cleanup_text_ struct text t = { 0 };

	dropin_log(ui, LOG_ERR, "could not load module %s: %s", path,
		   strerror(err));
	if (!dropin_explains(ui))
		return 1;
	if (err == ENOENT && *path && !strchr(path, '/') &&
	    !str_ends(path, ".ko")) {
		dropin_say("why", "insmod takes the path of a module file, and there is none of this name here");
		text_addf(&t, "'modprobe %s' finds an installed module by its name",
			  path);
		dropin_say("fix", text_str(&t));
	}
	return 1;
}

static int load(const struct dropin_ui *ui, const char *path,
		const char *params, unsigned flags)
{
	_cleanup_mark_ struct dropin_mark mark = { 0 };
	struct diag d = { 0 };
	struct stat st;
	bool asked = false;

	if (stat(path, &st))
		return no_file(ui, path, errno);
	dropin_mark(&mark, ui);

	int r = insert(path, params, flags, &asked, &d);

	if (!r) {
		if (ui->level >= LOG_NOTICE)
			dropin_notes(&mark, NULL);
		return 0;
	}
	dropin_log(ui, LOG_ERR, "could not insert module %s: %s", path,
		   dropin_load_error(-r));
	explain(&mark, -r, asked, path, &d);
	return 1;
}

int insmod_main(int argc, char **argv)
{
	struct dropin_ui ui = { .tool = "insmod", .level = LOG_ERR };
	_cleanup_text_ struct text params = { 0 };
	unsigned flags = 0;
	int c;

	while ((c = getopt_long(argc, argv, "fsvVh", long_options, NULL)) !=
	       -1) {
		switch (c) {
		case 'f':
			flags |= LIVE_IGNORE_MODVERSIONS | LIVE_IGNORE_VERMAGIC;
			break;
		case OPT_FORCE_MODVERSION:
			flags |= LIVE_IGNORE_MODVERSIONS;
			break;
		case OPT_FORCE_VERMAGIC:
			flags |= LIVE_IGNORE_VERMAGIC;
			break;
		case 's':
			dropin_to_syslog(&ui);
			break;
		case 'v':
			/* kmod counts from WARNING; ERROR is for silence. */
			ui.level = ui.level < LOG_NOTICE ? LOG_NOTICE :
							   ui.level + 1;
			break;
		case 'V':
			return dropin_version();
		case 'h':
			return help();
		default:
			return 1;
		}
	}

	const char *path = argv[optind];

	if (!path) {
		dropin_log(&ui, LOG_ERR, "missing filename.");
		return 1;
	}
	if (str_eq(path, "-")) {
		dropin_log(&ui, LOG_ERR,
			   "this tool does not support loading from stdin!");
		return 1;
	}
	join(argv + optind + 1, &params);
	if (params.failed) {
		dropin_log(&ui, LOG_ERR, "out of memory");
		return 1;
	}
	return load(&ui, path, text_str(&params), flags);
}
