/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The context: a module folder with its configuration, and its indexes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/text.h"
#include "internal.h"

/* @root/lib/modules/RELEASE, or the same in usr/, if that is there only. */
static char *dir_below(const char *root, size_t n, const char *release)
{
	static const char *const usr[] = { "/usr", "" };
	char *s = NULL;

	if (n && root[n - 1] == '/')
		n--;
	for (size_t i = ARRAY_SIZE(usr); i-- > 0;) {
		free(s);
		if (asprintf(&s, "%.*s%s/lib/modules/%s", (int)n, root, usr[i],
			     release) < 0)
			return NULL;
		if (path_is_dir(s))
			return s;
	}
	free(s);
	return NULL;
}

/*
 * The module folder of the running kernel, below the first of the roots that
 * has one. NULL: no memory.
 */
static char *running_dir(void)
{
	const char *root = LKM_MODULE_ROOTS;
	struct utsname u;
	char *s;

	if (uname(&u))
		return NULL;
	for (size_t n; *root; root += n + !!root[n]) {
		n = strcspn(root, ":");
		s = dir_below(root, n, u.release);
		if (s)
			return s;
	}
	return asprintf(&s, "/lib/modules/%s", u.release) < 0 ? NULL : s;
}

/* @dirname, or that of the running kernel, made absolute. NULL: no memory. */
static char *absolute_dir(const char *dirname)
{
	_cleanup_free_ char *cwd = NULL;
	char *s;

	if (!dirname)
		return running_dir();
	if (dirname[0] == '/')
		return strdup(dirname);
	cwd = getcwd(NULL, 0);
	if (!cwd || asprintf(&s, "%s/%s", cwd, dirname) < 0)
		return NULL;
	return s;
}

KMOD_EXPORT struct kmod_ctx *kmod_new(const char *dirname,
				      const char *const *config_paths)
{
	struct kmod_ctx *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return NULL;
	ctx->refs = 1;
	ctx->prio = log_default_prio();
	ctx->log = log_to_stderr;
	ctx->dirname = absolute_dir(dirname);
	ctx->world = (struct plan_world){
		.conf = &ctx->conf, .say = log_room, .arg = ctx,
	};

	struct conf_from from = {
		.paths = config_paths,
		.folder = ctx->dirname,
		.cmdline = "/proc/cmdline",
		.say = log_room,
		.arg = ctx,
	};

	if (!ctx->dirname || conf_read(&from, &ctx->conf, NULL))
		return kmod_unref(ctx);
	return ctx;
}

KMOD_EXPORT struct kmod_ctx *kmod_ref(struct kmod_ctx *ctx)
{
	if (ctx)
		ctx->refs++;
	return ctx;
}

KMOD_EXPORT struct kmod_ctx *kmod_unref(struct kmod_ctx *ctx)
{
	if (!ctx || --ctx->refs > 0)
		return ctx;
	(void)idx_dir_close(ctx->world.dir);
	conf_fini(&ctx->conf);
	free(ctx->dirname);
	free(ctx);
	return NULL;
}

KMOD_EXPORT void *kmod_get_userdata(const struct kmod_ctx *ctx)
{
	return ctx ? (void *)(uintptr_t)ctx->userdata : NULL;
}

KMOD_EXPORT void kmod_set_userdata(struct kmod_ctx *ctx, const void *userdata)
{
	if (ctx)
		ctx->userdata = userdata;
}

KMOD_EXPORT const char *kmod_get_dirname(const struct kmod_ctx *ctx)
{
	return ctx ? ctx->dirname : NULL;
}

/* -------------------------------------------------------------- resources */

static struct stamp stamp_file(const struct kmod_ctx *ctx, const char *name)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	if (idx_dir_file(ctx->world.dir, name, &path) || stat(path, &st))
		return (struct stamp){ 0 };
	return (struct stamp){ st.st_dev, st.st_ino, st.st_mtim, st.st_size };
}

/* Where an index is missing or empty, its text is read (index/dir.h). */
static struct stamp stamp_of(const struct kmod_ctx *ctx, enum idx_file f)
{
	static const char *const texts[IDX_FILES] = {
		[IDX_DEP] = "modules.dep",
		[IDX_ALIAS] = "modules.alias",
		[IDX_SYMBOL] = "modules.symbols",
		[IDX_BUILTIN] = "modules.builtin",
		[IDX_BUILTIN_ALIAS] = "modules.builtin.modinfo",
	};
	struct stamp s = stamp_file(ctx, idx_file_name(f));

	return s.size ? s : stamp_file(ctx, texts[f]);
}

static bool same_stamp(const struct stamp *x, const struct stamp *y)
{
	return x->dev == y->dev && x->ino == y->ino && x->size == y->size &&
	       x->time.tv_sec == y->time.tv_sec &&
	       x->time.tv_nsec == y->time.tv_nsec;
}

static bool indexes_changed(const struct kmod_ctx *ctx)
{
	for (unsigned f = 0; f < IDX_FILES; f++) {
		struct stamp now = stamp_of(ctx, f);

		if (!same_stamp(&now, &ctx->stamps[f]))
			return true;
	}
	return false;
}

static void close_dir(struct kmod_ctx *ctx)
{
	ctx->world.dir = idx_dir_close(ctx->world.dir);
}

static int open_dir(struct kmod_ctx *ctx)
{
	int r = idx_dir_open(ctx->dirname, &ctx->world.dir, NULL);

	for (unsigned f = 0; !r && f < IDX_FILES; f++)
		ctx->stamps[f] = stamp_of(ctx, f);
	return r;
}

const struct plan_world *ctx_world(struct kmod_ctx *ctx)
{
	if (ctx->world.dir && !ctx->loaded && !ctx->busy &&
	    indexes_changed(ctx))
		close_dir(ctx);
	if (!ctx->world.dir && open_dir(ctx))
		return NULL;
	return &ctx->world;
}

KMOD_EXPORT void kmod_unload_resources(struct kmod_ctx *ctx)
{
	if (!ctx)
		return;
	ctx->loaded = false;
	if (!ctx->busy)
		close_dir(ctx);
}

/* kmod's numbers: a file that is empty or damaged is -EINVAL. */
static int load_one(struct kmod_ctx *ctx, enum idx_file f)
{
	const struct idx_bin *b;
	int r = idx_dir_bin(ctx->world.dir, f, &b, NULL);

	if (r && f == IDX_BUILTIN_ALIAS && r != -ENOMEM)
		return 0;
	return r == -ENODATA || r == -EBADMSG ? -EINVAL : r;
}

KMOD_EXPORT int kmod_load_resources(struct kmod_ctx *ctx)
{
	int r = 0;

	if (!ctx)
		return -ENOENT;
	if (ctx->loaded)
		return 0;
	if (!ctx_world(ctx))
		return -ENOMEM;
	for (unsigned f = 0; !r && f < IDX_FILES; f++)
		r = load_one(ctx, f);
	if (r)
		kmod_unload_resources(ctx);
	else
		ctx->loaded = true;
	return r;
}

static bool conf_changed(const struct kmod_ctx *ctx)
{
	for (size_t i = 0; i < ctx->conf.n_paths; i++) {
		const struct conf_path *p = &ctx->conf.paths[i];
		struct stat st;

		if (stat(p->path, &st) ||
		    p->stamp != (uint64_t)st.st_mtim.tv_sec * 1000000000U +
					(uint64_t)st.st_mtim.tv_nsec)
			return true;
	}
	return false;
}

KMOD_EXPORT int kmod_validate_resources(struct kmod_ctx *ctx)
{
	if (!ctx || conf_changed(ctx))
		return KMOD_RESOURCES_MUST_RECREATE;
	if (ctx->loaded && indexes_changed(ctx))
		return KMOD_RESOURCES_MUST_RELOAD;
	return KMOD_RESOURCES_OK;
}

/* ------------------------------------------------------------------- dump */

struct dump {
	const char *prefix;
	struct text text;
};

static int dump_line(void *arg, const char *key, const struct idx_value *v)
{
	struct dump *d = arg;

	text_addf(&d->text, "%s%s %s\n", d->prefix, key, v->value);
	return d->text.failed ? -ENOMEM : 0;
}

KMOD_EXPORT int kmod_dump_index(struct kmod_ctx *ctx, enum kmod_index type,
				int fd)
{
	static const struct {
		enum idx_file file;
		const char *prefix;
	} of[] = {
		[KMOD_INDEX_MODULES_DEP] = { IDX_DEP, "" },
		[KMOD_INDEX_MODULES_ALIAS] = { IDX_ALIAS, "alias " },
		[KMOD_INDEX_MODULES_SYMBOL] = { IDX_SYMBOL, "alias " },
		[KMOD_INDEX_MODULES_BUILTIN_ALIAS] = { IDX_BUILTIN_ALIAS, "" },
		[KMOD_INDEX_MODULES_BUILTIN] = { IDX_BUILTIN, "" },
	};
	const struct idx_bin *b;

	if (!ctx)
		return -ENOSYS;
	if ((size_t)type >= ARRAY_SIZE(of))
		return -ENOENT;
	if (!ctx_world(ctx) ||
	    idx_dir_bin(ctx->world.dir, of[type].file, &b, NULL))
		return -ENOSYS;

	struct dump d = { .prefix = of[type].prefix };
	int r = idx_bin_each(b, dump_line, &d, NULL);

	/* What stands before the damage is good. */
	if (d.text.n)
		(void)!fd_write_all(fd, d.text.p, d.text.n);
	text_fini(&d.text);
	return r == -ENOMEM ? r : 0;
}
