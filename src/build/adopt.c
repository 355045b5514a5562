// SPDX-License-Identifier: GPL-2.0-or-later
/* An out-of-tree module into a kernel's source tree: see adopt.h. */
#include "build/adopt.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "build/adopt_text.h"
#include "build/adopt_version.h"
#include "build/ktree.h"

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

void adopt_plan_fini(struct adopt_plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->files[i].path);
		free(p->files[i].old);
		free(p->files[i].text);
	}
	free(p->files);
	free(p->at);
	adopt_module_fini(&p->module);
	adopt_git_close(&p->git);
	strv_fini(&p->notes);
	text_fini(&p->message);
	text_fini(&p->patch);
	*p = (struct adopt_plan){ 0 };
}

void adopt_verdict_fini(struct adopt_verdict *v)
{
	strv_fini(&v->messages);
	*v = (struct adopt_verdict){ 0 };
}

/* A file of the plan; takes both texts over. */
static int add_file(struct adopt_plan *p, const char *path, char *old,
		    char *text, struct diag *d)
{
	struct adopt_file *v = reallocarray(p->files, p->n + 1, sizeof(*v));

	if (v)
		p->files = v;
	if (!v || !text || !(v[p->n].path = strdup(path))) {
		free(old);
		free(text);
		return no_memory(d);
	}
	v[p->n].old = old;
	v[p->n++].text = text;
	return 0;
}

static char *take_text(struct text *t)
{
	char *s = t->failed ? NULL : t->p;

	if (s)
		t->p = NULL;
	return s;
}

/* The text of a file of the tree; *@ret NULL if there is none. */
static int read_tree(const struct adopt_plan *p, const char *rel, char **ret,
		     struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	int r;

	*ret = NULL;
	if (asprintf(&path, "%s/%s", p->git.tree, rel) < 0) {
		path = NULL;
		return no_memory(d);
	}
	if (!path_exists(path))
		return 0;
	r = file_read_regular(path, 4 << 20, &b, d);
	if (!r)
		*ret = (char *)take_ptr(b.p);
	return r;
}

/* ----------------------------------------------------------------- names */

static int take_config(struct adopt_plan *p, const char *said, struct diag *d)
{
	const char *s = said ? said : p->module.name;
	size_t n = 0;

	if (said && str_starts(said, "CONFIG_"))
		s += 7;
	for (; *s && n < sizeof(p->config) - 1; s++) {
		bool ok = isalnum((unsigned char)*s) || *s == '_';

		if (said && (!ok || islower((unsigned char)*s)))
			break;
		p->config[n++] = ok ? (char)toupper((unsigned char)*s) : '_';
	}
	p->config[n] = 0;
	if (n && !*s && !isdigit((unsigned char)p->config[0]))
		return 0;
	return diag_fail_hint(d, EINVAL, "use capital letters, digits and '_': --config MY_DRIVER",
			      "no option can be called '%s'",
			      said ? said : p->config);
}

/* Behind the tree's own path in an absolute one; @said if it is none. */
static const char *inside(const char *tree, const char *said, char **real)
{
	_cleanup_free_ char *top = *said == '/' ? realpath(tree, NULL) : NULL;
	size_t n = top ? strlen(top) : 0;

	*real = top ? realpath(said, NULL) : NULL;
	return *real && !strncmp(*real, top, n) && (*real)[n] == '/' ?
		       *real + n + 1 : said;
}

/* "./drivers//misc/" -> "drivers/misc"; nothing that leads out. */
static int take_at(struct adopt_plan *p, const char *tree, const char *said,
		   struct diag *d)
{
	_cleanup_free_ char *real = NULL;
	_cleanup_text_ struct text t = { 0 };
	const char *rel = inside(tree, said, &real);

	for (const char *s = rel; *s;) {
		size_t n = strcspn(s, "/");

		if (n == 2 && !memcmp(s, "..", 2))
			return diag_fail_hint(d, EINVAL,
					      "name a folder of the tree, such as drivers/misc",
					      "'%s' leads out of the tree",
					      said);
		if (n && !(n == 1 && *s == '.')) {
			text_add(&t, t.n ? "/" : "");
			text_add_bytes(&t, s, n);
		}
		s += n + (s[n] == '/');
	}
	if (*rel == '/' || !t.n)
		return diag_fail_hint(d, EINVAL,
				      "name a folder of the tree, such as drivers/misc",
				      "'%s' is no folder inside of the tree",
				      said);
	p->at = take_text(&t);
	return p->at ? 0 : no_memory(d);
}

/* ------------------------------------------------------------ the option */

/* Looks through every Kconfig file. Return: 1 found (told), 0, -errno. */
static int find_option(const char *tree, const char *rel, const char *config,
		       unsigned depth, struct diag *d)
{
	_cleanup_free_ char *dir = NULL;
	int r = 0;

	if (asprintf(&dir, "%s/%s", tree, rel) < 0) {
		dir = NULL;
		return no_memory(d);
	}

	DIR *dp = depth ? opendir(dir) : NULL;

	if (!dp)
		return 0;
	if (child_interrupted())
		r = diag_fail(d, EINTR, "interrupted");
	for (struct dirent *e; !r && (e = readdir(dp));) {
		_cleanup_bytes_ struct bytes b = { 0 };
		_cleanup_free_ char *name = NULL, *path = NULL;

		if (e->d_name[0] == '.')
			continue;
		if (asprintf(&name, "%s%s%s", rel, *rel ? "/" : "",
			     e->d_name) < 0 ||
		    asprintf(&path, "%s/%s", tree, name) < 0) {
			r = no_memory(d);
			break;
		}
		if (e->d_type == DT_DIR ||
		    (e->d_type == DT_UNKNOWN && path_is_dir(path))) {
			r = find_option(tree, name, config, depth - 1, d);
			continue;
		}
		if (!str_starts(e->d_name, "Kconfig") ||
		    file_read_regular(path, 4 << 20, &b, NULL) < 0 ||
		    !adopt_kconfig_has((char *)b.p, config))
			continue;
		diag_fail(d, EEXIST, "the option CONFIG_%s is there already",
			  config);
		diag_hint(d, "'--config NAME' gives it another name");
		diag_in(d, "%s", name);
		r = 1;
	}
	(void)closedir(dp);
	return r;
}

static int check_option(const struct adopt_plan *p, struct diag *d)
{
	int r = find_option(p->git.tree, "", p->config, 24, d);

	return r == 1 ? -EEXIST : r;
}

/* --------------------------------------------------------------- depends */

/* What a header is about, where its users are of no use without it. */
static const struct {
	const char *header, *option;
} needs[] = {
	{ "linux/pci.h", "PCI" },
	{ "linux/usb.h", "USB" },
	{ "linux/i2c.h", "I2C" },
	{ "linux/spi/spi.h", "SPI" },
	{ "linux/input.h", "INPUT" },
	{ "linux/netdevice.h", "NET" },
	{ "linux/skbuff.h", "NET" },
	{ "net/sock.h", "NET" },
	{ "linux/netfilter.h", "NETFILTER" },
	{ "linux/blkdev.h", "BLOCK" },
	{ "linux/blk-mq.h", "BLOCK" },
	{ "linux/kprobes.h", "KPROBES" },
	{ "linux/acpi.h", "ACPI" },
	{ "linux/proc_fs.h", "PROC_FS" },
	{ "linux/debugfs.h", "DEBUG_FS" },
	{ "crypto/internal/hash.h", "CRYPTO" },
	{ "crypto/internal/skcipher.h", "CRYPTO" },
	{ "crypto/hash.h", "CRYPTO" },
	{ "linux/virtio.h", "VIRTIO" },
};

static int take_depends(struct adopt_plan *p, const char *said, struct diag *d)
{
	size_t n = 0;

	if (said) {
		if (strchr(said, '\n'))
			return diag_fail(d, EINVAL, "--depends takes one line");
		(void)snprintf(p->depends, sizeof(p->depends), "%s", said);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		char word[32];

		(void)snprintf(word, sizeof(word), "%s", needs[i].option);
		if (!strv_has(&p->module.includes, needs[i].header) ||
		    (n && strstr(p->depends, word)) ||
		    n + strlen(word) + 5 > sizeof(p->depends))
			continue;
		n += (size_t)snprintf(p->depends + n, sizeof(p->depends) - n,
				      "%s%s", n ? " && " : "", word);
		if (strv_addf(&p->notes, "depends on %s, because <%s> is included; '--depends EXPRESSION' says otherwise",
			      word, needs[i].header) < 0)
			return no_memory(d);
	}
	return 0;
}

static void take_prompt(const struct adopt_plan *p, const char *said,
			char *buf, size_t n)
{
	const char *s = said ? said : p->module.description;

	if (*s)
		(void)snprintf(buf, n, "%.*s", (int)strcspn(s, "\n"), s);
	else
		(void)snprintf(buf, n, "The module %s", p->module.name);
	while (*buf && strchr(". ", buf[strlen(buf) - 1]))
		buf[strlen(buf) - 1] = 0;
}

/* --------------------------------------------------------------- sources */

static bool has_spdx(const char *text)
{
	const char *end = strchrnul(text, '\n');
	const char *at = strstr(text, "SPDX-License-Identifier:");

	/* In the first two lines: scripts have another one first. */
	if (*end)
		end = strchrnul(end + 1, '\n');
	return at && at < end;
}

/* As it comes into the tree: with an SPDX line, and for its version. */
static int source_text(struct adopt_plan *p, const char *rel,
		       const char *content, char **ret, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	const char *spdx = adopt_licence_spdx(p->module.licence);
	bool c = str_ends(rel, ".c");
	unsigned n;

	if (!has_spdx(content)) {
		if (!spdx) {
			diag_fail(d, EINVAL,
				  "has no SPDX-License-Identifier, and MODULE_LICENSE(\"%s\") does not tell which licences exactly are meant",
				  p->module.licence);
			diag_hint(d, "write into its first line, for instance: %s",
				  c ? "// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause" :
				      "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */");
			return diag_in(d, "%s", rel);
		}
		text_addf(&t, c ? "// SPDX-License-Identifier: %s\n" :
				  "/* SPDX-License-Identifier: %s */\n",
			  spdx);
		if (strv_addf(&p->notes, "%s gets the line 'SPDX-License-Identifier: %s', from MODULE_LICENSE(\"%s\")",
			      rel, spdx, p->module.licence) < 0)
			return no_memory(d);
	}
	n = adopt_version_resolve(content, adopt_version_code(p->version), &t);
	if (n && strv_addf(&p->notes, "%s: %u condition%s on LINUX_VERSION_CODE decided for Linux %s; read the comments there",
			   rel, n, n == 1 ? "" : "s", p->version) < 0)
		return no_memory(d);
	if (t.n && t.p[t.n - 1] != '\n')
		text_add(&t, "\n");
	*ret = take_text(&t);
	return *ret ? 0 : no_memory(d);
}

static int place_source(struct adopt_plan *p, const char *dir, const char *rel,
			struct diag *d)
{
	diag_spare(d);

	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *from = NULL, *to = NULL;
	char *text = NULL;
	int r;

	if (asprintf(&from, "%s/%s", p->module.dir, rel) < 0 ||
	    asprintf(&to, "%s/%s", dir, rel) < 0)
		return no_memory(d);
	r = file_read_regular(from, 4 << 20, &b, d);
	if (r < 0)
		return r;
	if (memchr(b.p, 0, b.n)) {
		diag_fail(d, EINVAL, "is no text: it holds a zero byte");
		return diag_in(d, "%s", from);
	}
	r = source_text(p, rel, (const char *)b.p, &text, d);
	return r ? r : add_file(p, to, NULL, text, d);
}

/* Nobody asks for the version any more: nobody needs it. */
static int drop_version(struct adopt_plan *p, size_t first, struct diag *d)
{
	for (size_t i = first; i < p->n; i++)
		if (adopt_version_spoken(p->files[i].text))
			return 0;
	for (size_t i = first; i < p->n; i++) {
		_cleanup_text_ struct text t = { 0 };
		char *text;

		adopt_version_drop_include(p->files[i].text, &t);
		text = take_text(&t);
		if (!text)
			return no_memory(d);
		free(p->files[i].text);
		p->files[i].text = text;
	}
	return 0;
}

static int place_sources(struct adopt_plan *p, const char *dir, struct diag *d)
{
	size_t first = p->n;
	int r = 0;

	for (size_t i = 0; !r && i < p->module.parts.n; i++)
		r = place_source(p, dir, p->module.parts.v[i], d);
	for (size_t i = 0; !r && i < p->module.headers.n; i++)
		r = place_source(p, dir, p->module.headers.v[i], d);
	return r ? r : drop_version(p, first, d);
}

static int note_others(struct adopt_plan *p, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < p->module.others.n && i < 6; i++)
		text_addf(&t, "%s%s", i ? ", " : "", p->module.others.v[i]);
	if (p->module.others.n > 6)
		text_addf(&t, " and %zu more", p->module.others.n - 6);
	if (t.failed || (t.n && strv_addf(&p->notes, "left where they are: %s",
					  t.p) < 0))
		return no_memory(d);
	return 0;
}

/* ----------------------------------------------------------------- place */

static int not_a_place(const struct adopt_plan *p, const char *file,
		       struct diag *d)
{
	diag_fail(d, EINVAL, "has no %s, so nothing can be added there", file);
	diag_hint(d, "name a folder of the tree that has both, such as drivers/misc");
	return diag_in(d, "%s", p->at);
}

/* The Makefile of the folder: kbuild reads Kbuild first. */
static int find_makefile(struct adopt_plan *p, char **path, char **text,
			 struct diag *d)
{
	static const char *const names[] = { "Kbuild", "Makefile" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		int r;

		free(take_ptr(*path));
		if (asprintf(path, "%s/%s", p->at, names[i]) < 0) {
			*path = NULL;
			return no_memory(d);
		}
		r = read_tree(p, *path, text, d);
		if (r || *text)
			return r;
	}
	return not_a_place(p, "Makefile", d);
}

/* git keeps the link, not what is behind it, which may be out of the tree. */
static int check_no_link(const struct adopt_plan *p, struct diag *d)
{
	_cleanup_free_ char *path = NULL, *real = NULL;

	if (asprintf(&path, "%s/%s", p->git.tree, p->at) < 0) {
		path = NULL;
		return no_memory(d);
	}
	real = realpath(path, NULL);
	if (!real || str_eq(real, path))
		return 0;
	diag_fail(d, EINVAL, "there is a symbolic link in this path; it leads to %s",
		  real);
	diag_hint(d, "name the folder itself");
	diag_in(d, "%s", p->at);
	return -EINVAL;
}

/* Files of another system's, or git was told to make them so. */
static int check_lines(const char *path, const char *text, struct diag *d)
{
	if (!strstr(text, "\r\n"))
		return 0;
	diag_fail(d, EINVAL, "its lines end in CR LF, wanted LF as everywhere in the kernel");
	diag_hint(d, "'git config core.autocrlf false' and check the tree out anew; or convert the file, and commit that first");
	diag_in(d, "%s", path);
	return -EINVAL;
}

static int check_free(const struct adopt_plan *p, const char *rel,
		      struct diag *d)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", p->git.tree, rel) < 0) {
		path = NULL;
		return no_memory(d);
	}
	if (!path_exists(path))
		return 0;
	diag_fail(d, EEXIST, "is there already");
	diag_hint(d, "rename the module, or choose another folder with --at");
	return diag_in(d, "%s", rel);
}

/* The folder's Makefile and Kconfig as they will be. */
static int extend(struct adopt_plan *p, const char *entry, bool own,
		  struct diag *d)
{
	_cleanup_text_ struct text k = { 0 }, m = { 0 };
	_cleanup_free_ char *kpath = NULL, *mpath = NULL, *sub = NULL;
	_cleanup_free_ char *what = NULL;
	char *kold = NULL, *mold = NULL;
	int r;

	if (asprintf(&kpath, "%s/Kconfig", p->at) < 0 ||
	    asprintf(&sub, "%s/%s/Kconfig", p->at, p->module.name) < 0 ||
	    asprintf(&what, "%s%s", p->module.name, own ? "/" : ".o") < 0)
		return no_memory(d);
	r = read_tree(p, kpath, &kold, d);
	if (!r && !kold)
		r = not_a_place(p, "Kconfig", d);
	if (!r)
		r = check_lines(kpath, kold, d);
	if (r < 0) {
		free(kold);
		return r;
	}
	if (own)
		adopt_kconfig_source(kold, sub, &k);
	else
		adopt_kconfig_add(kold, entry, &k);
	r = add_file(p, kpath, kold, take_text(&k), d);
	if (!r)
		r = find_makefile(p, &mpath, &mold, d);
	if (!r)
		r = check_lines(mpath, mold, d);
	if (r < 0) {
		free(mold);
		return r;
	}
	adopt_makefile_add(mold, p->config, what, &m);
	return add_file(p, mpath, mold, take_text(&m), d);
}

/*
 * Linux kernel commit b1992c3772e6 ("kbuild: use $(src) instead of
 * $(srctree)/$(src) for source directory") (in v6.10)
 */
static int src_is_relative(struct adopt_plan *p, bool *ret, struct diag *d)
{
	_cleanup_free_ char *text = NULL;
	int r = read_tree(p, "scripts/Makefile.build", &text, d);

	*ret = !r && text && strstr(text, "\nsrc := $(obj)\n");
	return r;
}

/* The Kconfig file and the Makefile of a folder of the module's own. */
static int own_folder(struct adopt_plan *p, const char *dir, const char *entry,
		      struct diag *d)
{
	_cleanup_text_ struct text k = { 0 }, m = { 0 };
	_cleanup_free_ char *kpath = NULL, *mpath = NULL;
	bool relative;
	int r;

	if (asprintf(&kpath, "%s/Kconfig", dir) < 0 ||
	    asprintf(&mpath, "%s/Makefile", dir) < 0)
		return no_memory(d);
	text_addf(&k, "# SPDX-License-Identifier: GPL-2.0-only\n%s", entry);
	r = src_is_relative(p, &relative, d);
	adopt_makefile_own(&p->module, p->config, relative, &m);
	if (!r)
		r = add_file(p, kpath, NULL, take_text(&k), d);
	return r ? r : add_file(p, mpath, NULL, take_text(&m), d);
}

static int place(struct adopt_plan *p, const char *entry, struct diag *d)
{
	_cleanup_free_ char *dir = NULL, *target = NULL;
	bool own = !adopt_module_single(&p->module);
	int r;

	if (asprintf(&dir, own ? "%s/%s" : "%s", p->at, p->module.name) < 0 ||
	    asprintf(&target, own ? "%s" : "%s/%s.c", own ? dir : p->at,
		     p->module.name) < 0)
		return no_memory(d);
	r = check_no_link(p, d);
	if (!r)
		r = extend(p, entry, own, d);
	if (!r)
		r = check_free(p, target, d);
	if (!r && own)
		r = own_folder(p, dir, entry, d);
	if (!r)
		r = place_sources(p, dir, d);
	return r ? r : note_others(p, d);
}

/* --------------------------------------------------------------- message */

/* Words in lines of at most 72 columns. */
static void wrap_line(struct text *t, const char *words)
{
	size_t column = 0;

	for (const char *s = words; *(s += strspn(s, " \n\t"));) {
		size_t n = strcspn(s, " \n\t");

		if (column && column + 1 + n > 72) {
			text_add(t, "\n");
			column = 0;
		}
		text_addf(t, "%s%.*s", column ? " " : "", (int)n, s);
		column += n + (column != 0);
		s += n;
	}
	text_add(t, "\n");
}

static void make_message(struct adopt_plan *p, const struct adopt_request *q)
{
	struct text *t = &p->message;
	_cleanup_text_ struct text body = { 0 };
	const char *what = p->module.description;

	if (q->message) {
		text_add(t, q->message);
		if (t->n && t->p[t->n - 1] != '\n')
			text_add(t, "\n");
	} else {
		text_addf(t, "%s: add the module %s\n\n", path_base(p->at),
			  p->module.name);
		if (*what)
			text_addf(&body, "%s%s ", what,
				  strchr(".!?", what[strlen(what) - 1]) ?
					  "" : ".");
		text_addf(&body, "It was built outside of the tree so far; CONFIG_%s makes it part of the kernel or a module.",
			  p->config);
		wrap_line(t, text_str(&body));
	}
	if (!q->no_signoff && !strstr(text_str(t), "Signed-off-by: "))
		text_addf(t, "\nSigned-off-by: %s\n", p->git.ident);
	if (body.failed)
		t->failed = true;
}

/* ------------------------------------------------------------------ plan */

static int plan(struct adopt_plan *p, const struct adopt_request *q,
		bool *fault, struct diag *d)
{
	_cleanup_text_ struct text entry = { 0 };
	char prompt[256];
	int r = build_ktree_version(q->tree, p->version, sizeof(p->version),
				    d);

	if (!r)
		r = take_at(p, q->tree, q->at, d);
	if (!r) {
		r = adopt_module_read(q->source, &p->module, d);
		*fault = r == -EINVAL;
	}
	if (!r)
		r = take_config(p, q->config, d);
	if (!r)
		r = adopt_git_open(q->tree, q->dry_run, &p->git, d);
	if (!r)
		r = check_option(p, d);
	if (!r)
		r = take_depends(p, q->depends, d);
	if (r < 0)
		return r;
	take_prompt(p, q->prompt, prompt, sizeof(prompt));
	adopt_kconfig_entry(&p->module, p->config, prompt, p->depends, &entry);
	if (entry.failed)
		return no_memory(d);
	r = place(p, text_str(&entry), d);
	if (r < 0)
		return r;
	make_message(p, q);
	if (p->message.failed)
		return no_memory(d);
	return adopt_git_commit(&p->git, p->files, p->n, text_str(&p->message),
				&p->patch, d);
}

int adopt_plan(const struct adopt_request *q, struct adopt_plan *ret,
	       bool *fault, struct diag *d)
{
	diag_spare(d);

	_cleanup_adopt_plan_ struct adopt_plan p = { 0 };
	int r;

	*fault = false;
	r = plan(&p, q, fault, d);
	if (r < 0)
		return r;
	*ret = p;
	p = (struct adopt_plan){ 0 };
	return 0;
}

int adopt_take(struct adopt_plan *p, struct diag *d)
{
	return adopt_git_take(&p->git, p->files, p->n, text_str(&p->message),
			      d);
}

/* ------------------------------------------------------------ checkpatch */

struct heard {
	struct adopt_verdict *v;
	char last[256];
	bool total, failed;
};

/* "drivers/misc/a.c:3: ERROR:SPACING: ..." and "total: 1 errors, ..." */
static void on_line(void *arg, const char *line)
{
	struct heard *h = arg;
	struct adopt_verdict *v = h->v;

	if (sscanf(line, "total: %u errors, %u warnings,", &v->errors,
		   &v->warnings) == 2) {
		h->total = true;
		return;
	}
	if (strstr(line, "ERROR:") || strstr(line, "WARNING:") ||
	    strstr(line, "CHECK:"))
		h->failed |= strv_add(&v->messages, line) < 0;
	else if (*line)
		(void)snprintf(h->last, sizeof(h->last), "%s", line);
}

static unsigned added_lines(const char *patch)
{
	unsigned n = 0;

	for (const char *s = patch; s && *s; s = strchr(s, '\n')) {
		s += *s == '\n';
		n += *s == '+' && !str_starts(s, "+++ ");
	}
	return n;
}

/* Prefers the words of the script's own interpreter. */
static int broke(const struct heard *h, int status, struct diag *d)
{
	diag_fail(d, EIO, "scripts/checkpatch.pl ended with status %d and no verdict: %s",
		  status, h->last[0] ? h->last : "it does not say why");
	return diag_hint(d, "it needs the whole perl (Debian: the package perl, not only perl-base); '--no-checkpatch' does without");
}

int adopt_check(const struct adopt_plan *p, struct adopt_verdict *ret,
		struct diag *d)
{
	diag_spare(d);

	_cleanup_adopt_verdict_ struct adopt_verdict v = { 0 };
	_cleanup_free_ char *perl = child_which("perl"), *script = NULL;
	_cleanup_free_ char *root = NULL, *patch = NULL;
	struct heard h = { .v = &v };
	int status, r;

	if (!perl)
		return diag_fail_hint(d, ENOENT, "install the package perl; '--no-checkpatch' does without",
				      "perl is not installed, and it runs scripts/checkpatch.pl");
	if (asprintf(&script, "%s/scripts/checkpatch.pl", p->git.tree) < 0 ||
	    asprintf(&root, "--root=%s", p->git.tree) < 0 ||
	    asprintf(&patch, "%s/0001.patch", p->git.tmp) < 0)
		return no_memory(d);
	if (!path_exists(script)) {
		diag_fail(d, ENOENT, "the tree has no scripts/checkpatch.pl");
		diag_hint(d, "'--no-checkpatch' does without");
		return diag_in(d, "%s", p->git.tree);
	}
	r = file_write(patch, text_str(&p->patch), p->patch.n, 0600, d);
	if (r < 0)
		return r;

	const char *const argv[] = {
		"perl", script, root, "--no-color", "--terse", "--showfile",
		"--show-types", "--ignore", "FILE_PATH_CHANGES",
		strstr(text_str(&p->message), "Signed-off-by: ") ?
			"--signoff" : "--no-signoff",
		patch, NULL
	};
	const char *const env[] = { "LC_ALL=C", NULL };
	const struct child_setup s = { .cwd = p->git.tree, .env = env,
				       .no_input = true };

	r = child_run(argv, &s, on_line, &h, &status, d);
	if (r < 0)
		return r;
	if (h.failed)
		return no_memory(d);
	/*
	 * With --terse it says nothing of what it accepts; helpers of its own
	 * may say that they lack something.
	 */
	if (!h.total && (status || v.messages.n))
		return broke(&h, status, d);
	v.lines = added_lines(text_str(&p->patch));
	*ret = v;
	v = (struct adopt_verdict){ 0 };
	return 0;
}
