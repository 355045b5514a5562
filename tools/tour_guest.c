/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm tour: the throw-away kernel of a step.
 *
 * What the guest gets: the files of the step's folder as /root/FILE, lkm's own
 * stand-ins for kmod's tools in /usr/local/bin, the programs that a block
 * brings, and those of the kernel's modules that it names.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include "base/child.h"
#include "base/file.h"
#include "ko/ko.h"
#include "lkm_try.h"
#include "tour_run.h"
#include "ui.h"

enum { FILE_MAX = 32 << 20, COMMAND_MS = 40000, TREE_MODULES_MAX = 64 };

/* ---------------------------------------------------------------- files */

/* Whether the guest has this very file; from now on it has. */
static bool was_sent(struct tour_place *p, const char *path,
		     const struct stat *st)
{
	_cleanup_free_ char *id = NULL;

	if (asprintf(&id, "%s %jd %jd.%09ld", path, (intmax_t)st->st_size,
		     (intmax_t)st->st_mtim.tv_sec, st->st_mtim.tv_nsec) < 0) {
		id = NULL;
		return false;
	}
	if (strv_has(&p->sent, id))
		return true;
	(void)!strv_add(&p->sent, id);
	return false;
}

static int send_file(struct tour_place *p, struct try_files *files,
		     const char *host, const char *guest, struct diag *d)
{
	struct diag why = { 0 };
	struct stat st;

	if (stat(host, &st) < 0 || was_sent(p, host, &st))
		return 0;

	int r = try_files_load(files, host, guest, &why);

	/* A program for another processor: it is there, and will not run. */
	if (r < 0 && r != -ENOEXEC && d && !d->err)
		*d = why;
	return r == -ENOEXEC ? 0 : r;
}

static int is_plain(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int send_folder(struct tour_place *p, struct try_files *files,
		       struct diag *d)
{
	struct dirent **v = NULL;
	int n = scandir(p->folder, &v, is_plain, alphasort), r = 0;

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *host = NULL, *guest = NULL;
		struct stat st;

		if (asprintf(&host, "%s/%s", p->folder, v[i]->d_name) < 0 ||
		    asprintf(&guest, "/root/%s", v[i]->d_name) < 0)
			r = diag_fail(d, ENOMEM, "out of memory");
		if (!r && lstat(host, &st) == 0 && S_ISREG(st.st_mode) &&
		    st.st_size <= FILE_MAX)
			r = send_file(p, files, host, guest, d);
		free(v[i]);
	}
	free(v);
	return r;
}

/* Calls @fn for each word of "a,b,c". */
static int each_word(struct tour_place *p, struct try_files *files,
		     const char *list,
		     int (*fn)(struct tour_place *p, struct try_files *files,
			       const char *word, struct diag *d),
		     struct diag *d)
{
	int r = 0;

	while (list && *list && !r) {
		size_t n = strcspn(list, ",");
		_cleanup_free_ char *word = strndup(list, n);

		r = word ? fn(p, files, word, d) :
			   diag_fail(d, ENOMEM, "out of memory");
		list += n + (list[n] == ',');
	}
	return r;
}

static int bring(struct tour_place *p, struct try_files *files,
		 const char *name, struct diag *d)
{
	_cleanup_free_ char *host = child_which(name), *guest = NULL;

	if (!host)
		return diag_fail(d, ENOENT,
				 "the program '%s' is not installed here, and the lesson takes it into the throw-away kernel",
				 name);
	if (asprintf(&guest, "/usr/local/bin/%s", name) < 0) {
		guest = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	return send_file(p, files, host, guest, d);
}

/* -------------------------------------------------------------- modules */

/* Below /lib/modules, as in the kernel's own tree, but never compressed. */
static int send_module(struct tour_place *p, struct try_files *files,
		       const char *path, const struct ko *ko, struct diag *d)
{
	_cleanup_free_ char *guest = NULL;
	size_t root = strlen(p->guest.modules);
	const char *ko_at = strstr(path_base(path), ".ko");
	struct span image = ko_image(ko);
	uint8_t *copy = malloc(image.n + 1);

	if (!copy || !ko_at ||
	    asprintf(&guest, "/lib/modules/%s%.*s.ko", p->guest.release,
		     (int)(ko_at - path - (ptrdiff_t)root), path + root) < 0 ||
	    try_files_add(files, guest, 0644, image, d) < 0) {
		free(copy);
		return diag_fail(d, ENOMEM, "out of memory");
	}
	memcpy(copy, image.p, image.n);
	files->owned[files->n - 1] = (struct bytes){ copy, image.n };
	files->v[files->n - 1].data = (struct span){ copy, image.n };
	return 0;
}

/* A module, and what it needs: the list grows while it is walked. */
static int send_with_needs(struct tour_place *p, struct try_files *files,
			   const char *name, struct diag *d)
{
	_cleanup_strv_ struct strv todo = { 0 };
	int r = strv_add(&todo, name);

	for (size_t i = 0; i < todo.n && i < TREE_MODULES_MAX && !r; i++) {
		_cleanup_free_ char *path = NULL;
		_cleanup_ko_ struct ko *ko = NULL;
		_cleanup_strv_ struct strv needs = { 0 };

		r = build_kernel_module_path(&p->guest, todo.v[i], &path, d);
		if (!r)
			r = ko_open_module(path, &ko, d);
		if (!r)
			r = send_module(p, files, path, ko, d);
		if (!r)
			r = ko_depends(ko, &needs);
		for (size_t j = 0; j < needs.n && !r; j++)
			if (!strv_has(&todo, needs.v[j]))
				r = strv_add(&todo, needs.v[j]);
	}
	return r;
}

static int send_builtin(struct tour_place *p, struct try_files *files,
			struct diag *d)
{
	static const char *const names[] = { "modules.builtin",
					     "modules.builtin.modinfo",
					     "modules.order" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !r; i++) {
		_cleanup_free_ char *host = NULL, *guest = NULL;

		if (asprintf(&host, "%s/%s", p->guest.modules, names[i]) < 0 ||
		    asprintf(&guest, "/lib/modules/%s/%s", p->guest.release,
			     names[i]) < 0)
			r = diag_fail(d, ENOMEM, "out of memory");
		else
			r = send_file(p, files, host, guest, d);
	}
	return r;
}

/* -------------------------------------------------------------- machine */

static int step(struct tour_place *p, const struct try_files *files,
		const char *command, struct lab_result *ret, struct diag *d)
{
	_cleanup_free_ char *line = NULL;

	if (asprintf(&line, "[ ! -e /etc/profile ] || . /etc/profile; %s", command) < 0) {
		line = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}

	const struct lab_command c = { line };
	const struct lab_request q = {
		.files = files ? files->v : NULL,
		.n_files = files ? files->n : 0,
		.commands = &c,
		.n_commands = 1,
		.timeout_ms = COMMAND_MS,
	};

	return lab_session_step(p->session, &q, ret, d);
}

/* What nobody need see: the names of the stand-ins, the indexes. */
static int prepare(struct tour_place *p, const struct try_files *files,
		   bool modules, struct diag *d)
{
	/* A busybox shell would take its own of these, whatever PATH says. */
	static const char links[] =
		"cd /usr/local/bin && mkdir -p /lib/modules/$(uname -r) && for n in depmod insmod kmod lsmod modinfo modprobe rmmod; do ln -sf lkm-dropin $n; echo \"$n() { /usr/local/bin/$n \\\"\\$@\\\"; }\"; done >/etc/profile";
	_cleanup_lab_result_ struct lab_result res = { 0 };
	_cleanup_text_ struct text command = { 0 };

	text_add(&command, links);
	if (modules)
		text_add(&command, "; /usr/local/bin/depmod");
	return step(p, files, text_str(&command), &res, d);
}

static void progress(void *arg, const char *what)
{
	(void)arg;
	ui_progress("%s ...", what);
}

static int start(struct tour_place *p, struct diag *d)
{
	const struct lab_config c = {
		.release = p->guest.release,
		.image = p->guest.image,
		.append = p->append,
		.engine = p->engine,
		.progress = progress,
	};
	int r;

	if (!p->guest.image_readable) {
		diag_fail(d, EACCES, "there is no image of kernel %s that you may read",
			  p->guest.release);
		return diag_hint(d, "'lkm kernel get' fetches one");
	}
	r = lab_session_open(&c, &p->session, d);
	ui_progress(NULL);
	return r;
}

static bool same_guest(const struct tour_place *p, const char *append,
		       const struct build_kernel *k)
{
	return p->session && str_eq(p->append, append) &&
	       str_eq(p->guest.release, k->release);
}

int tour_guest_enter(struct tour_place *p, const struct tour_block *b,
		     struct diag *d)
{
	diag_spare(d);

	_cleanup_(try_files_fini) struct try_files files = { 0 };
	const char *name = b ? tour_attr(b, "kernel") : NULL;
	const char *append = b ? tour_attr(b, "append") : NULL;
	const char *modules = b ? tour_attr(b, "modules") : NULL;
	struct build_kernel k = p->kernel;
	int r = name ? build_kernel_find(name, &k, d) : 0;

	append = append ? append : "";
	if (r < 0)
		return r;

	bool fresh = !same_guest(p, append, &k) ||
		     (b && tour_attr(b, "fresh"));

	if (fresh) {
		tour_place_leave(p);
		p->guest = k;
		p->append = strdup(append);
		r = p->append ? start(p, d) :
				diag_fail(d, ENOMEM, "out of memory");
	}
	if (!r && fresh)
		r = send_file(p, &files, p->stand_ins,
			      "/usr/local/bin/lkm-dropin", d);
	if (!r)
		r = send_folder(p, &files, d);
	if (!r && b)
		r = each_word(p, &files, tour_attr(b, "bring"), bring, d);
	if (!r && fresh)
		r = send_builtin(p, &files, d);
	if (!r && modules)
		r = each_word(p, &files, modules, send_with_needs, d);
	if (!r && (fresh || files.n))
		r = prepare(p, &files, modules, d);
	return r;
}

/* ------------------------------------------------------------- commands */

static const char *how_it_ended(const struct lab_result *res)
{
	switch (res->end) {
	case LAB_REBOOT:
		return "it reset itself";
	case LAB_PANIC:
		return "it panicked";
	case LAB_POWEROFF:
		return "it switched itself off";
	default:
		return "it does not answer any more";
	}
}

static const char *with_line_end(struct arena *a, const char *s, size_t n)
{
	return n && s[n - 1] != '\n' ? arena_printf(a, "%.*s\n", (int)n, s) :
				       arena_strndup(a, s, n);
}

int tour_guest_run(struct tour_place *p, struct tour_done *ret,
		   const char *command, struct tour_said *said,
		   struct diag *d)
{
	_cleanup_lab_result_ struct lab_result res = { 0 };
	int r = step(p, NULL, command, &res, d);

	if (r < 0)
		return r;
	*said = (struct tour_said){ .command = command, .output = "",
				    .status = -1 };
	for (size_t i = 0; i < res.n_facts; i++) {
		const struct lab_fact *f = &res.facts[i];

		if (!str_eq(f->name, "test"))
			continue;
		said->status = (int)f->arg;
		said->output = with_line_end(
			&ret->arena, (const char *)f->data.p, f->data.n);
	}
	if (res.end != LAB_COMPLETE) {
		ret->ended = how_it_ended(&res);
		said->output = with_line_end(&ret->arena, res.console,
					     strlen(res.console));
		tour_place_leave(p);
	}
	return said->output ? 0 : diag_fail(d, ENOMEM, "out of memory");
}

/* ---------------------------------------------------------------- shell */

/* Every key goes to the guest, Ctrl-C as well. */
static bool raw_terminal(struct termios *before)
{
	struct termios t;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, before) < 0)
		return false;
	t = *before;
	cfmakeraw(&t);
	return tcsetattr(STDIN_FILENO, TCSADRAIN, &t) == 0;
}

int tour_guest_shell(struct tour_place *p, struct diag *d)
{
	_cleanup_lab_result_ struct lab_result res = { 0 };
	struct winsize size = { 0 };
	struct termios before;

	if (isatty(STDIN_FILENO) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		size = (struct winsize){ .ws_row = 24, .ws_col = 80 };

	const struct lab_request q = { .rows = size.ws_row,
				       .columns = size.ws_col };

	(void)fflush(stdout);

	bool raw = raw_terminal(&before);
	int r = lab_session_shell(p->session, STDIN_FILENO, STDOUT_FILENO, &q,
				  &res, d);

	if (raw)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	if (!r && res.end != LAB_COMPLETE) {
		(void)printf("\nThe throw-away kernel is gone: %s.\n",
			     how_it_ended(&res));
		tour_place_leave(p);
	}
	return r;
}
