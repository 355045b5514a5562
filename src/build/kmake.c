// SPDX-License-Identifier: GPL-2.0-or-later
/* make, in a kernel's source tree of our own: see kmake.h. */
#include "build/kmake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "build/distro.h"

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

void build_kmake_fini(struct build_kmake *m)
{
	if (m->log_fd > 0)
		(void)close(m->log_fd);
	m->log_fd = 0;
}

/* --------------------------------------------------------------- tools */

static void add_missing(struct text *t, const char *what)
{
	text_addf(t, "%s%s", t->n ? ", " : "", what);
}

/* Can a C program use this header? */
static bool has_header(const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *dir = NULL, *path = NULL;
	int status = 1;

	text_addf(&t, "#include <%s>\n", name);
	if (t.failed || dir_temp("probe", &dir, NULL) < 0)
		return false;
	if (asprintf(&path, "%s/probe.c", dir) < 0) {
		path = NULL;
	} else if (file_write(path, t.p, t.n, 0600, NULL) == 0) {
		const char *const argv[] = { "gcc", "-fsyntax-only", path,
					     NULL };
		struct child_setup s = { .no_input = true };
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		s.fd_out = s.fd_err = null;
		if (child_run(argv, &s, NULL, NULL, &status, NULL) < 0)
			status = 1;
		if (null >= 0)
			(void)close(null);
	}
	(void)!tree_remove(dir, NULL);
	return !status;
}

bool build_kmake_splits(const char *path)
{
	return path[strcspn(path, " \t\r\n:#$\\\"'`;&()<>|")];
}

int build_kmake_tools(struct diag *d)
{
	diag_spare(d);

	static const char *const programs[] = {
		"make", "gcc", "ld",   "flex", "bison", "bc",
		"perl", "tar", "gzip", "xz",   "lz4",
	};
	_cleanup_text_ struct text missing = { 0 };
	struct build_distro o;
	char cmd[256];
	bool gcc = true;

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		_cleanup_free_ char *path = child_which(programs[i]);

		if (path)
			continue;
		add_missing(&missing, programs[i]);
		gcc &= !str_eq(programs[i], "gcc");
	}
	if (gcc && !has_header("libelf.h"))
		add_missing(&missing, "libelf.h");
	if (!missing.n)
		return 0;
	build_distro_read("", &o);
	build_distro_command(&o, BUILD_NEED_KERNEL_TOOLS, NULL, cmd,
			     sizeof(cmd));
	diag_fail(d, ENOENT, "building a kernel takes tools that are not installed: %s",
		  text_str(&missing));
	return diag_hint(d, "%s%s%s", str_starts(cmd, "install") ? "" : "'",
			 cmd, str_starts(cmd, "install") ? "" : "'");
}

/* ---------------------------------------------------------------- make */

/* "  CC      kernel/fork.o": a file that is made. */
static bool is_step(const char *line)
{
	return line[0] == ' ' && line[1] == ' ' && line[2] >= 'A' &&
	       line[2] <= 'Z' && strchr(line, '/');
}

static bool is_error(const char *line)
{
	return strstr(line, "error: ") || strstr(line, " Error ") ||
	       strstr(line, "undefined reference") ||
	       strstr(line, "*** ") || str_starts(line, "ERROR: ");
}

static void tell(const struct build_kmake *m)
{
	char text[256];
	unsigned s = (unsigned)((clock_ms() - m->started_ms) / 1000);

	if (!m->progress || !m->progress->fn)
		return;
	(void)snprintf(text, sizeof(text),
		       "%s: %u files of about %u, %u:%02u", m->what, m->made,
		       m->made > m->about ? m->made : m->about, s / 60,
		       s % 60);
	m->progress->fn(m->progress->arg, text, -1);
}

static void on_line(void *arg, const char *line)
{
	struct build_kmake *m = arg;

	if (m->log_fd > 0 && (fd_write_all(m->log_fd, line, strlen(line)) < 0 ||
			      fd_write_all(m->log_fd, "\n", 1) < 0))
		m->disk_full |= errno == ENOSPC;
	if (strstr(line, "No space left on device"))
		m->disk_full = true;
	if (is_step(line)) {
		m->made++;
		tell(m);
	} else {
		/* "*** [...] Error 1" only says that the line before it did. */
		bool stop = strstr(line, "*** ") && m->last[0];

		if (!m->cause[0] && (stop || is_error(line)))
			(void)snprintf(m->cause, sizeof(m->cause), "%s",
				       stop ? m->last : line);
		(void)snprintf(m->last, sizeof(m->last), "%s", line);
	}
}

/* How far an earlier run was: the steps that are in its log. */
static void count_before(struct build_kmake *m)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (file_read_regular(m->log, 64 << 20, &b, NULL) < 0)
		return;
	for (char *s = (char *)b.p, *end; *s; s = end) {
		end = strchrnul(s, '\n');
		if (*end)
			*end++ = 0;
		m->made += is_step(s);
	}
}

static int open_log(struct build_kmake *m, struct diag *d)
{
	diag_spare(d);

	if (m->log_fd > 0)
		return 0;
	count_before(m);
	m->started_ms = clock_ms();
	m->log_fd = open(m->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			 0644);
	if (m->log_fd >= 0)
		return 0;

	int err = errno;

	m->log_fd = 0;
	diag_fail(d, err, "cannot write the log: %s", strerror(err));
	return diag_in(d, "%s", m->log);
}

static int make_failed(const struct build_kmake *m, int status, struct diag *d)
{
	if (m->disk_full) {
		diag_fail(d, ENOSPC, "%s stopped: the disk is full", m->what);
		diag_hint(d, "free some disk space (a build takes about 1 GB) and say it again: it goes on where it was; or set LKM_CACHE to a folder with more");
		return diag_in(d, "%s", m->dir);
	}
	diag_fail(d, ENOEXEC, "%s failed: %s", m->what,
		  m->cause[0] ? m->cause : "make does not say why");
	if (!m->cause[0] && status > 128)
		diag_fail(d, ENOEXEC, "make was ended by signal %d",
			  status - 128);
	return diag_hint(d, "all that make said is in %s", m->log);
}

/* What a user's shell or an outer make would change. */
static const char *const unset[] = {
	"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "GNUMAKEFLAGS",
	"MAKEFILES", "V", "W", "C", "O", "M", "KBUILD_OUTPUT", "ARCH",
	"CROSS_COMPILE", "LLVM", "KCFLAGS", "KCPPFLAGS", "KAFLAGS",
	"KBUILD_EXTMOD", "KBUILD_VERBOSE", "CC", "HOSTCC", "CFLAGS", "LDFLAGS",
	"CDPATH", "GCC_COLORS", "LANGUAGE", "INSTALL_MOD_PATH",
	"KCONFIG_CONFIG", "KCONFIG_ALLCONFIG", "LOCALVERSION", NULL,
};

int build_kmake(struct build_kmake *m, const char *const *words,
		struct diag *d)
{
	diag_spare(d);

	const char *const env[] = { "LC_ALL=C", "LANG=C", "LC_CTYPE=C",
				    "LC_MESSAGES=C", NULL };
	struct child_setup s = { .env = env, .unset = unset, .no_input = true,
				 .keep = m->keep };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	const char *argv[24] = { "make", "-C", m->dir };
	char jobs[16];
	size_t n = 3;
	int status, r = open_log(m, d);

	if (r < 0)
		return r;
	(void)snprintf(jobs, sizeof(jobs), "-j%u",
		       m->jobs ? m->jobs : cpus > 0 ? (unsigned)cpus : 1);
	argv[n++] = jobs;
	argv[n++] = "-Otarget";
	argv[n++] = "--no-print-directory";
	argv[n++] = "ARCH=x86_64";
	/* No '+' behind the version of a tree that is under git. */
	argv[n++] = "LOCALVERSION=";
	argv[n++] = "KBUILD_BUILD_USER=lkm";
	argv[n++] = "KBUILD_BUILD_HOST=lkm";
	for (size_t i = 0; words[i] && n < ARRAY_SIZE(argv) - 1; i++)
		argv[n++] = words[i];
	m->cause[0] = m->last[0] = 0;
	tell(m);
	r = child_run(argv, &s, on_line, m, &status, d);
	if (r < 0 || !status)
		return r;
	return make_failed(m, status, d);
}

/* -------------------------------------------------------------- config */

/* The line "CONFIG_X=..." or "# CONFIG_X is not set" of @name, or NULL. */
static const char *config_line(const char *text, const char *name, size_t n)
{
	for (const char *s = text; (s = strstr(s, name)); s++) {
		bool start = s == text || s[-1] == '\n';
		bool off = s - text >= 2 && s[-1] == ' ' && s[-2] == '#';

		if (start && !strncmp(s, name, n) && s[n] == '=')
			return s;
		if (off && !strncmp(s, name, n) &&
		    str_starts(s + n, " is not set"))
			return s - 2;
	}
	return NULL;
}

/* Does the option of this line of the fragment stand so in the result? */
static bool holds(const char *line, size_t len, const char *result)
{
	const char *at = strstr(line, "CONFIG_");
	char name[96];
	size_t n = strcspn(at, "= \n");

	(void)snprintf(name, sizeof(name), "%.*s", (int)n, at);

	const char *found = config_line(result, name, strlen(name));
	bool off = line[0] == '#' || (len > n && str_starts(at + n, "=n"));

	if (off)
		return !found || found[0] == '#';
	return found && strcspn(found, "\n") == len &&
	       !memcmp(found, line, len);
}

static int check_config(const struct build_kmake *m, const char *fragment,
			const char *name, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/.config", m->dir) < 0) {
		path = NULL;
		return no_memory(d);
	}
	r = file_read_regular(path, 4 << 20, &b, d);
	for (const char *s = fragment; !r && *s;) {
		size_t len = strcspn(s, "\n");
		bool set = str_starts(s, "CONFIG_") ||
			   str_starts(s, "# CONFIG_");

		if (set && !holds(s, len, (char *)b.p)) {
			diag_fail(d, EINVAL,
				  "this kernel cannot be configured so: '%.*s' does not hold",
				  (int)len, s);
			diag_hint(d, "the option is not there, or depends on one that is off: 'make menuconfig' in the source, '/' and its name tell");
			return diag_in(d, "%s", name);
		}
		s += len + (s[len] == '\n');
	}
	return r;
}

int build_kmake_config(struct build_kmake *m, const char *name,
		       const char *fragment, struct diag *d)
{
	diag_spare(d);

	_cleanup_free_ char *path = NULL, *word = NULL;
	int r;

	if (asprintf(&path, "%s/.lkm.config", m->dir) < 0 ||
	    asprintf(&word, "KCONFIG_ALLCONFIG=%s", path) < 0)
		return no_memory(d);
	r = file_write(path, fragment, strlen(fragment), 0644, d);
	if (!r)
		r = build_kmake(m, (const char *const[]){ word, "allnoconfig",
							  NULL }, d);
	return r ? r : check_config(m, fragment, name, d);
}
