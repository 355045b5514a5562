// SPDX-License-Identifier: GPL-2.0-or-later
/* A fresh project from an example: see scaffold.h. */
#include "build/scaffold.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "build/project.h"
#include "build/rename.h"

enum { SOURCE_MAX = 1 << 20, FILES_MAX = 64 };

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

/* --------------------------------------------------------------- names */

/*
 * Words that a compiler or the build takes for something else. (linux, unix
 * and i386 are macros of gcc's; use.c is the test.)
 */
static const char *const taken[] = {
	"auto", "break", "case", "char", "const", "continue", "default", "do",
	"double", "else", "enum", "extern", "float", "for", "goto", "if",
	"inline", "int", "long", "register", "restrict", "return", "short",
	"signed", "sizeof", "static", "struct", "switch", "typedef", "union",
	"unsigned", "void", "volatile", "while", "asm", "typeof", "bool",
	"linux", "unix", "i386", "use", "module", "main", "current", "init",
	"exit", "kernel", "vmlinux",
};

int build_scaffold_name(const char *name, struct diag *d)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t n = strspn(name, letters);

	if (n)
		n += strspn(name + n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
	if (!n || name[n])
		return diag_fail_hint(d, EINVAL,
				      strchr(name, '-') ? "write '_' for '-': it is a part of C names, too" :
							  "a short word in small letters is best",
				      "no module can be called '%s': wanted a letter, then letters, digits and '_'",
				      name);
	if (n > BUILD_SCAFFOLD_NAME_MAX)
		return diag_fail_hint(d, EINVAL,
				      "a short word in small letters is best",
				      "'%s' is too long for a name: found %zu letters, wanted at most %d",
				      name, n, BUILD_SCAFFOLD_NAME_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
		if (str_eq(name, taken[i]))
			return diag_fail_hint(d, EINVAL, "take another name",
					      "'%s' means something else to the compiler or the build",
					      name);
	return 0;
}

/* --------------------------------------------------------------- files */

/* One project on its way. */
struct scaffold {
	const char *example, *name, *old, *folder;
	char *temp;          /* where it is made                         */
	bool shares;         /* its test includes "../use.h"              */
	struct strv *modules;
	struct diag *d;
};

/* Where it is made is nobody's business: it is told by its place to be. */
static int write_text(struct scaffold *s, const char *file,
		      const struct text *t)
{
	_cleanup_free_ char *path = NULL;
	int r;

	if (t->failed || asprintf(&path, "%s/%s", s->temp, file) < 0) {
		path = NULL;
		return no_memory(s->d);
	}
	r = file_write(path, text_str(t), t->n, 0644, NULL);
	if (r < 0) {
		diag_fail(s->d, -r, "cannot write: %s", strerror(-r));
		if (r == -ENOSPC || r == -EDQUOT)
			diag_hint(s->d, "free some disk space, or --output another folder");
		diag_in(s->d, "%s/%s", s->folder, file);
	}
	return r;
}

static const char *const author[] = {
	"MODULE_AUTHOR(\"The lkm authors\")",
	"MODULE_AUTHOR(\"Your Name <you@example.org>\")",
};

static const char *const shared[] = { "\"../use.h\"", "\"use.h\"" };

/* Puts pair[1] for pair[0], once. Return: whether it was there. */
static bool replace(struct text *t, const char *const pair[2])
{
	char *at = t->n ? strstr(t->p, pair[0]) : NULL;
	struct text new = { 0 };

	if (!at)
		return false;
	text_add_bytes(&new, t->p, (size_t)(at - t->p));
	text_add(&new, pair[1]);
	text_add(&new, at + strlen(pair[0]));
	text_fini(t);
	*t = new;
	return true;
}

/* "obj-m := a.o b.o": what is made. */
static int find_modules(struct scaffold *s, const char *kbuild)
{
	for (const char *line = kbuild; line; line = strchr(line, '\n')) {
		size_t n;

		line += *line == '\n';
		n = strcspn(line, "\n");
		if (!str_starts(line, "obj-m"))
			continue;
		for (const char *p = line; p < line + n;) {
			size_t word = strcspn(p, " \t\n");

			if (word > 2 && !strncmp(p + word - 2, ".o", 2) &&
			    strv_addf(s->modules, "%.*s", (int)word - 2, p) < 0)
				return no_memory(s->d);
			p += word + 1;
		}
	}
	return 0;
}

/* "lkm try examples/chardev" is "lkm try ." in the project itself. */
static int leave_gallery(const struct scaffold *s, struct text *t)
{
	_cleanup_free_ char *there = NULL;

	if (asprintf(&there, "lkm try examples/%s", path_base(s->example)) < 0) {
		there = NULL;
		return no_memory(s->d);
	}

	const char *const pair[] = { there, "lkm try ." };

	while (replace(t, pair))
		;
	return 0;
}

static int take_file(struct scaffold *s, const char *path, const char *file)
{
	bool is_c = str_ends(file, ".c") || str_ends(file, ".h");
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_text_ struct text from = { 0 }, body = { 0 }, to = { 0 };
	int r = file_read_regular(path, SOURCE_MAX, &b, s->d);

	if (r < 0)
		return r;
	text_add_bytes(&from, b.p, b.n);
	r = leave_gallery(s, &from);
	if (r < 0)
		return r;
	(is_c ? build_rename_c : build_rename)(text_str(&from), from.n, s->old,
					       s->name, &body);
	build_rename(file, strlen(file), s->old, s->name, &to);
	(void)replace(&body, author);
	s->shares |= replace(&body, shared);
	if (from.failed || to.failed)
		return no_memory(s->d);
	r = write_text(s, text_str(&to), &body);
	if (!r && str_eq(file, "Kbuild"))
		r = find_modules(s, text_str(&body));
	return r;
}

/* What is no source: hidden, or left by a build in the example itself. */
static bool is_source(const char *name)
{
	static const char *const ends[] = { ".c", ".h", ".rs", ".S", ".conf" };

	if (name[0] == '.' || str_ends(name, ".mod.c"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return str_eq(name, "Kbuild");
}

static int unreadable(struct scaffold *s, int err)
{
	diag_fail(s->d, err, "cannot read the folder: %s", strerror(err));
	diag_in(s->d, "%s", s->example);
	return -err;
}

static int take_all(struct scaffold *s)
{
	DIR *dp = opendir(s->example);
	unsigned left = FILES_MAX;
	int more = 0, r = 0;

	if (!dp)
		return unreadable(s, errno);
	for (struct dirent *e;
	     !r && left && (more = dir_next(dp, &e)) > 0;) {
		_cleanup_free_ char *path = NULL;

		if (!is_source(e->d_name))
			continue;
		left--;
		if (asprintf(&path, "%s/%s", s->example, e->d_name) < 0) {
			path = NULL;
			r = no_memory(s->d);
			break;
		}
		r = take_file(s, path, e->d_name);
	}
	(void)closedir(dp);
	return r || more >= 0 ? r : unreadable(s, -more);
}

static int take_shared(struct scaffold *s)
{
	_cleanup_free_ char *from = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_text_ struct text t = { 0 };
	int r;

	if (!s->shares)
		return 0;
	if (asprintf(&from, "%s/../use.h", s->example) < 0) {
		from = NULL;
		return no_memory(s->d);
	}
	r = file_read_regular(from, SOURCE_MAX, &b, s->d);
	if (r < 0)
		return r;
	text_add_bytes(&t, b.p, b.n);
	return write_text(s, "use.h", &t);
}

/* ---------------------------------------------------- what is added to it */

static const char makefile[] =
	"# SPDX-License-Identifier: GPL-2.0-or-later\n"
	"#\n"
	"# A module that 'lkm new' has made. What to do next:\n"
	"#\n"
	"#   lkm try .       build it, run it with its test (use.c) in a throw-away kernel\n"
	"#   make            build it for the running kernel; KVER=... for another\n"
	"#   make install    where modprobe finds it; as root\n"
	"#   make check      lkm try .\n"
	"#   make clean\n"
	"#   dkms add . && dkms install @/0.1    have it built for each new kernel\n"
	"#\n"
	"# Kbuild says what the module is made of; this file only calls for it. The\n"
	"# running kernel's headers must be installed; 'lkm build .' can do without.\n"
	"\n"
	"KVER ?= $(shell uname -r)\n"
	"KDIR ?= /lib/modules/$(KVER)/build\n"
	"LKM ?= lkm\n"
	"\n"
	"# Where the kernel's modules have BTF, pahole writes it. Without it they load, too.\n"
	"BTF := $(if $(shell command -v pahole 2>/dev/null),,CONFIG_DEBUG_INFO_BTF_MODULES=)\n"
	"\n"
	"all:\n"
	"\t$(MAKE) -C $(KDIR) M=$(CURDIR) $(BTF) modules\n"
	"\n"
	"# INSTALL_MOD_PATH=DIR installs below another root.\n"
	"install: all\n"
	"\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules_install\n"
	"\tdepmod $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) $(KVER)\n"
	"\n"
	"check:\n"
	"\t$(LKM) try $(LKM_TRY_FLAGS) .\n"
	"\n"
	"# No headers are needed for that.\n"
	"clean:\n"
	"\tfind . -name .git -prune -o -type f \\( -name '*.o' -o -name '*.ko' -o \\\n"
	"\t\t-name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' -o -name '.*.d' -o \\\n"
	"\t\t-name '*.order' -o -name Module.symvers \\) -exec rm -f {} +\n"
	"\n"
	".PHONY: all install check clean\n";

static const char gitignore[] = "*.o\n*.ko\n*.mod\n*.mod.c\n.*.cmd\n"
				"*.order\nModule.symvers\n";

/* The text, with the project's name for each '@'. */
static void fill_in(struct text *t, const char *text, const char *name)
{
	for (; *text; text++)
		if (*text == '@')
			text_add(t, name);
		else
			text_add_bytes(t, text, 1);
}

static void dkms_conf(const struct scaffold *s, struct text *t)
{
	fill_in(t,
		"# dkms.conf of @: see dkms(8)\n"
		"PACKAGE_NAME=\"@\"\n"
		"PACKAGE_VERSION=\"0.1\"\n"
		"MAKE[0]=\"make KVER=$kernelver KDIR=$kernel_source_dir\"\n"
		"CLEAN=\"make KVER=$kernelver KDIR=$kernel_source_dir clean\"\n",
		s->name);
	for (size_t i = 0; i < s->modules->n; i++)
		text_addf(t,
			  "BUILT_MODULE_NAME[%zu]=\"%s\"\n"
			  "DEST_MODULE_LOCATION[%zu]=\"/updates/dkms\"\n",
			  i, s->modules->v[i], i);
	text_add(t, "AUTOINSTALL=\"yes\"\n");
}

static int add_rest(struct scaffold *s)
{
	_cleanup_text_ struct text make = { 0 }, dkms = { 0 }, git = { 0 };
	int r;

	fill_in(&make, makefile, s->name);
	dkms_conf(s, &dkms);
	text_add(&git, gitignore);
	r = write_text(s, "Makefile", &make);
	if (!r)
		r = write_text(s, "dkms.conf", &dkms);
	return r ? r : write_text(s, ".gitignore", &git);
}

/* ------------------------------------------------------------ its place */

static int exists(const char *folder, struct diag *d)
{
	diag_fail(d, EEXIST, "is there already, and stays as it is");
	diag_hint(d, "take another name, or --output another folder");
	diag_in(d, "%s", folder);
	return -EEXIST;
}

/* A folder beside the one that is wanted, to be renamed. */
static int make_temp(struct scaffold *s, const char *folder)
{
	const char *base = path_base(folder);
	struct stat st;
	int err;

	if (lstat(folder, &st) == 0)
		return exists(folder, s->d);
	if (asprintf(&s->temp, "%.*s.%s.XXXXXX", (int)(base - folder), folder,
		     base) < 0) {
		s->temp = NULL;
		return no_memory(s->d);
	}
	if (mkdtemp(s->temp))
		return chmod(s->temp, 0755) < 0 ? -errno : 0;
	err = errno;
	free(s->temp);
	s->temp = NULL;
	diag_fail(s->d, err, "cannot make a folder there: %s", strerror(err));
	diag_hint(s->d, "%s",
		  err == ENOSPC || err == EDQUOT ?
			  "free some disk space, or --output another folder" :
		  err == ENOENT ?
			  "make the folder that it is to be in, or --output another" :
			  "--output a folder that you may write");
	diag_in(s->d, "%s", folder);
	return -err;
}

static int put_in_place(struct scaffold *s, const char *folder)
{
	int err;

	if (child_interrupted())
		return diag_fail(s->d, EINTR, "interrupted");
	if (renameat2(AT_FDCWD, s->temp, AT_FDCWD, folder,
		      RENAME_NOREPLACE) == 0)
		return 0;
	/* A file system that cannot do that: look, then do. */
	if (errno == EINVAL && !path_exists(folder) &&
	    rename(s->temp, folder) == 0)
		return 0;
	err = errno;
	if (err == EEXIST || path_exists(folder))
		return exists(folder, s->d);
	diag_fail(s->d, err, "cannot put it there: %s", strerror(err));
	diag_in(s->d, "%s", folder);
	return -err;
}

int build_scaffold(const char *example, const char *name, const char *folder,
		   struct strv *modules, struct diag *d)
{
	diag_spare(d);

	_cleanup_project_ struct build_project p = { 0 };
	struct scaffold s = { .example = example, .name = name,
			      .folder = folder, .modules = modules, .d = d };
	int r = build_project_read(example, &p, d);

	if (r == -ENOENT)
		return diag_fail(d, ENOENT, "%s is no example: it has no %s",
				 example, BUILD_PROJECT_FILE);
	if (!r)
		r = build_scaffold_name(name, d);
	if (r < 0)
		return r;
	s.old = p.name ? p.name : path_base(example);
	r = make_temp(&s, folder);
	if (!r)
		r = take_all(&s);
	if (!r)
		r = take_shared(&s);
	if (!r)
		r = add_rest(&s);
	if (!r)
		r = put_in_place(&s, folder);
	if (r < 0 && s.temp)
		(void)!tree_remove(s.temp, NULL);
	free(s.temp);
	return r;
}
