/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saved guests: see template.h. */
#include "lab/template.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "lab/boot.h"
#include "lab/initramfs.h"
#include "lab/machine.h"
#include "lab/qemu.h"
#include "guest_image.h"

enum { PAGE = 4096, STATE_MAX = 64 << 20, META_MAX = 16 << 10 };

/* All templates together; the ones not used for longest go first. */
static const uint64_t CACHE_MAX = 1ULL << 30;

void lab_template_close(struct lab_template *t)
{
	if (t->ram_fd >= 0)
		(void)close(t->ram_fd);
	if (t->state_fd >= 0)
		(void)close(t->state_fd);
	*t = (struct lab_template){ -1, -1 };
}

/* FNV-1a, eight bytes at a time: finds damage, resists nobody. */
static uint64_t hash_bytes(uint64_t h, struct span s)
{
	uint64_t w;

	for (; s.n >= 8; s.p += 8, s.n -= 8) {
		memcpy(&w, s.p, 8);
		h = (h ^ w) * 0x100000001b3ULL;
		h ^= h >> 29;
	}
	for (; s.n; s.p++, s.n--)
		h = (h ^ *s.p) * 0x100000001b3ULL;
	return h;
}

#define HASH_START 0xcbf29ce484222325ULL

static int add_file_id(struct text *t, const char *what, const char *path,
		       struct diag *d)
{
	diag_spare(d);

	struct stat st;

	if (stat(path, &st) < 0) {
		diag_fail(d, errno, "cannot look at it: %s", strerror(errno));
		return diag_in(d, "%s", path);
	}
	text_addf(t, "%s %s %ju %jd %jd.%09ld\n", what, path,
		  (uintmax_t)st.st_ino, (intmax_t)st.st_size,
		  (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	return 0;
}

/* A firmware, and the keys in it. */
static int add_firmware(struct text *t, const struct lab_config *c,
			struct diag *d)
{
	int r = add_file_id(t, "firmware", c->firmware.code, d);

	if (!r)
		r = add_file_id(t, "variables", c->firmware.vars, d);
	for (size_t i = 0; i < c->n_trust; i++)
		text_addf(t, "trust %016" PRIx64 " %zu\n",
			  hash_bytes(HASH_START, c->trust[i]), c->trust[i].n);
	return r;
}

/* Everything that goes into a guest, in words. */
static int describe(const struct lab_config *c, bool kvm, struct text *t,
		    struct diag *d)
{
	_cleanup_free_ char *qemu = NULL;
	_cleanup_free_ char *busybox = lab_busybox();
	int r = lab_qemu_path(c, &qemu, d);

	if (r < 0)
		return r;
	text_addf(t, "lkm-template " LKM_VERSION "\nhost-boot %s\nrelease %s\n",
		  lab_boot_id(), c->release);
	text_addf(t, "accel %s\nmemory %u\ncpus %u\nappend %s\n",
		  kvm ? "kvm" : "tcg", c->memory_mib, c->cpus,
		  c->append ? c->append : "");
	text_addf(t, "guest %s\n", LKM_GUEST_SHA256);
	text_addf(t, "parameters %016" PRIx64 "\n", lab_qemu_version(c));
	r = add_file_id(t, "image", c->image, d);
	if (!r)
		r = add_file_id(t, "qemu", qemu, d);
	if (!r && busybox && !c->arch)
		r = add_file_id(t, "busybox", busybox, d);
	if (!r && c->arch)
		r = add_file_id(t, "guest", c->arch->guest, d);
	if (!r && c->n_trust)
		r = add_firmware(t, c, d);
	if (!r && t->failed)
		r = diag_fail(d, ENOMEM, "out of memory");
	return r;
}

/* Where it lies: folder of all templates, name of this one. */
struct place {
	char *root;
	char name[160];
	struct text words;
};

static void place_fini(struct place *p)
{
	free(p->root);
	text_fini(&p->words);
}

static int place_find(const struct lab_config *c, bool kvm, struct place *p,
		      struct diag *d)
{
	int r = describe(c, kvm, &p->words, d);

	if (!r)
		r = cache_dir("templates", &p->root, d);
	if (r < 0)
		return r;

	struct span s = { (const uint8_t *)p->words.p, p->words.n };

	(void)snprintf(p->name, sizeof(p->name), "%s-%016" PRIx64, c->release,
		       hash_bytes(HASH_START, s));
	return 0;
}

static int open_in(const struct place *p, const char *file, struct stat *st)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s/%s", p->root, p->name, file) < 0) {
		path = NULL;
		return -ENOMEM;
	}

	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -errno;
	if (fstat(fd, st) < 0 || !S_ISREG(st->st_mode) ||
	    st->st_uid != geteuid() || (st->st_mode & 077))
		return -EACCES;
	return take_fd(fd);
}

/* The lines of meta that depend on the files as they were written. */
static void describe_files(struct text *t, const struct stat *ram,
			   uint64_t state_hash)
{
	text_addf(t, "ram %ju %jd %jd.%09ld\nstate %016" PRIx64 "\n",
		  (uintmax_t)ram->st_ino, (intmax_t)ram->st_size,
		  (intmax_t)ram->st_ctim.tv_sec, ram->st_ctim.tv_nsec,
		  state_hash);
}

int lab_template_open(const struct lab_config *c, bool kvm,
		      struct lab_template *ret)
{
	_cleanup_(place_fini) struct place p = { 0 };
	_cleanup_bytes_ struct bytes meta = { 0 }, state = { 0 };
	struct stat st, ram_st;

	/* Why there is none is told by lab_template_make(). */
	if (place_find(c, kvm, &p, NULL) < 0)
		return -ENOENT;

	_cleanup_close_ int meta_fd = open_in(&p, "meta", &st);
	_cleanup_close_ int state_fd = open_in(&p, "state", &st);
	_cleanup_close_ int ram_fd = open_in(&p, "ram", &ram_st);

	if (meta_fd < 0 || state_fd < 0 || ram_fd < 0 ||
	    file_read_fd(meta_fd, "meta", META_MAX, &meta, NULL) < 0 ||
	    file_read_fd(state_fd, "state", STATE_MAX, &state, NULL) < 0)
		return -ENOENT;
	describe_files(&p.words, &ram_st,
		       hash_bytes(HASH_START, bytes_span(&state)));
	if (p.words.failed || !str_eq((char *)meta.p, p.words.p))
		return -ENOENT;
	(void)futimens(meta_fd, NULL); /* used now: see make_room() */
	if (lseek(state_fd, 0, SEEK_SET) < 0)
		return -ENOENT;
	*ret = (struct lab_template){ take_fd(ram_fd), take_fd(state_fd) };
	return 0;
}

static int fail_save(struct diag *d, int err, const char *path)
{
	diag_spare(d);

	diag_fail(d, err, "cannot save the booted guest: %s", strerror(err));
	diag_in(d, "%s", path);
	return diag_hint(d, "make room, run 'lkm try --purge', or set LKM_CACHE to another folder");
}

/* Writes memory as a sparse file. Return: 0 or -errno. */
static int write_sparse(int fd, struct span ram)
{
	static const uint8_t zero[PAGE];

	if (ftruncate(fd, (off_t)ram.n) < 0)
		return -errno;
	for (size_t off = 0, end; off < ram.n; off = end) {
		end = off + PAGE;
		if (!memcmp(ram.p + off, zero, PAGE))
			continue;
		while (end < ram.n && memcmp(ram.p + end, zero, PAGE))
			end += PAGE;
		for (size_t at = off; at < end;) {
			ssize_t n = pwrite(fd, ram.p + at, end - at,
					   (off_t)at);

			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return -errno;
			at += (size_t)n;
		}
	}
	return 0;
}

static int create_in(const char *dir, const char *file)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, file) < 0) {
		path = NULL;
		return -ENOMEM;
	}

	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

/* The three files of a template into the folder @dir. 0 or -errno. */
static int write_files(const char *dir, struct text *words, struct span ram,
		       struct span state)
{
	_cleanup_close_ int ram_fd = create_in(dir, "ram");
	_cleanup_close_ int state_fd = create_in(dir, "state");
	_cleanup_close_ int meta_fd = create_in(dir, "meta");
	struct stat st;

	if (ram_fd < 0 || state_fd < 0 || meta_fd < 0)
		return ram_fd < 0 ? ram_fd : state_fd < 0 ? state_fd : meta_fd;

	int r = write_sparse(ram_fd, ram);

	if (!r)
		r = fd_write_all(state_fd, state.p, state.n);
	if (r < 0)
		return r;
	if (fstat(ram_fd, &st) < 0)
		return -errno;
	describe_files(words, &st, hash_bytes(HASH_START, state));
	return words->failed ? -ENOMEM :
			       fd_write_all(meta_fd, words->p, words->n);
}

/* Into a folder of its own, which then gets its name at once. */
static int store(struct place *p, struct span ram, struct span state,
		 struct diag *d)
{
	_cleanup_free_ char *tmp = NULL, *path = NULL;

	if (asprintf(&tmp, "%s/tmp.XXXXXX", p->root) < 0 ||
	    asprintf(&path, "%s/%s", p->root, p->name) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	if (!mkdtemp(tmp))
		return fail_save(d, errno, tmp);

	int r = write_files(tmp, &p->words, ram, state);

	if (!r)
		r = tree_remove(path, NULL);
	if (!r && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)!tree_remove(tmp, NULL);
		return fail_save(d, -r, path);
	}
	return 0;
}

/* Boots into memory files, so that QEMU never meets a full disk. */
static int boot_and_store(const struct lab_config *c, bool kvm,
			  unsigned boot_ms, struct place *p, bool *unsaved,
			  struct diag *d)
{
	_cleanup_close_ int ram_fd = memfd_create("lkm-ram", MFD_CLOEXEC);
	_cleanup_close_ int state_fd = memfd_create("lkm-state", MFD_CLOEXEC);
	_cleanup_(lab_win_close) struct lab_win win = { .fd = -1 };
	_cleanup_(lab_machine_end) struct lab_machine m = LAB_MACHINE_NONE;
	_cleanup_bytes_ struct bytes state = { 0 };
	size_t size = (size_t)c->memory_mib << 20;

	if (ram_fd < 0 || state_fd < 0 || ftruncate(ram_fd, (off_t)size) < 0)
		return diag_fail(d, errno, "cannot make a memory file: %s",
				 strerror(errno));

	int r = lab_win_open(&win, d);
	const struct lab_start s = { .c = c, .kvm = kvm, .win_fd = win.fd,
				     .ram_fd = ram_fd, .ram_shared = true };

	if (!r)
		r = lab_boot(&m, &s, boot_ms, d);
	if (!r)
		r = lab_machine_save(&m, state_fd, d);
	if (!r && lseek(state_fd, 0, SEEK_SET) < 0)
		r = -errno;
	if (!r)
		r = file_read_fd(state_fd, "state", STATE_MAX, &state, d);
	if (r < 0)
		return r;

	void *ram = mmap(NULL, size, PROT_READ, MAP_SHARED, ram_fd, 0);

	if (ram == MAP_FAILED)
		return diag_fail(d, errno, "cannot map the guest's memory: %s",
				 strerror(errno));
	r = store(p, (struct span){ ram, size }, bytes_span(&state), d);
	*unsaved = r < 0;
	(void)munmap(ram, size);
	return r;
}

/* Half-made folders of a process that was killed. Only under the lock. */
static void sweep(const char *root)
{
	DIR *dp = opendir(root);

	for (struct dirent *e; dp && (e = readdir(dp));) {
		_cleanup_free_ char *path = NULL;

		if (!str_starts(e->d_name, "tmp."))
			continue;
		if (asprintf(&path, "%s/%s", root, e->d_name) < 0)
			path = NULL;
		else
			(void)!tree_remove(path, NULL);
	}
	if (dp)
		(void)closedir(dp);
}

/* The template that was used longest ago; false if there is none. */
static bool oldest(const char *root, const char *keep, char **ret)
{
	DIR *dp = opendir(root);
	struct timespec best = { 0 };
	char *found = NULL;

	for (struct dirent *e; dp && (e = readdir(dp));) {
		_cleanup_free_ char *meta = NULL;
		struct stat st;

		if (str_dot(e->d_name) || str_eq(e->d_name, keep))
			continue;
		if (asprintf(&meta, "%s/%s/meta", root, e->d_name) < 0) {
			meta = NULL;
			break;
		}
		if (stat(meta, &st) < 0)
			st = (struct stat){ 0 };
		if (found && (st.st_mtim.tv_sec > best.tv_sec ||
			      (st.st_mtim.tv_sec == best.tv_sec &&
			       st.st_mtim.tv_nsec >= best.tv_nsec)))
			continue;
		best = st.st_mtim;
		free(found);
		found = strndup(meta, strlen(meta) - strlen("/meta"));
	}
	if (dp)
		(void)closedir(dp);
	*ret = found;
	return found;
}

static void make_room(const char *root, const char *keep)
{
	char *path;

	while (tree_disk_bytes(root) > CACHE_MAX && oldest(root, keep, &path)) {
		int r = tree_remove(path, NULL);

		free(path);
		if (r < 0)
			return;
	}
}

/* A descriptor that holds the lock, or -errno. */
static int lock(const char *root, const struct lab_config *c, struct diag *d)
{
	_cleanup_close_ int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fail_save(d, errno, root);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return take_fd(fd);
	if (c->progress)
		c->progress(c->progress_arg,
			    "waiting for another lkm that boots a kernel");
	while (flock(fd, LOCK_EX) < 0) {
		if (errno != EINTR)
			return fail_save(d, errno, root);
		if (child_interrupted())
			return diag_fail(d, EINTR, "interrupted");
	}
	return take_fd(fd);
}

int lab_template_make(const struct lab_config *c, bool kvm, unsigned boot_ms,
		      bool *unsaved, struct diag *d)
{
	_cleanup_(place_fini) struct place p = { 0 };
	_cleanup_template_ struct lab_template have = { -1, -1 };
	int r = place_find(c, kvm, &p, d);

	if (r < 0) {
		*unsaved = p.words.n && !p.root;
		return r;
	}

	_cleanup_close_ int held = lock(p.root, c, d);

	if (held < 0) {
		*unsaved = held != -EINTR;
		return held;
	}
	if (lab_template_open(c, kvm, &have) == 0)
		return 0;
	sweep(p.root);
	if (c->progress)
		c->progress(c->progress_arg, "booting the kernel once");
	r = boot_and_store(c, kvm, boot_ms, &p, unsaved, d);
	if (!r)
		make_room(p.root, p.name);
	return r;
}

void lab_template_drop(const struct lab_config *c, bool kvm)
{
	_cleanup_(place_fini) struct place p = { 0 };
	_cleanup_free_ char *path = NULL;

	if (place_find(c, kvm, &p, NULL) < 0)
		return;
	if (asprintf(&path, "%s/%s", p.root, p.name) < 0)
		path = NULL;
	else
		(void)!tree_remove(path, NULL);
}

int lab_purge(const char *release, uint64_t *freed, struct diag *d)
{
	_cleanup_free_ char *root = NULL;
	uint64_t sum = 0;
	int r = cache_dir("templates", &root, d);

	if (r < 0)
		return r;

	DIR *dp = opendir(root);

	for (struct dirent *e; dp && !r && (e = readdir(dp));) {
		_cleanup_free_ char *path = NULL;
		size_t n = release ? strlen(release) : 0;

		/* NAME is RELEASE-HASH; a hash has no dash. */
		if (str_dot(e->d_name) ||
		    (release && (strncmp(e->d_name, release, n) ||
				 e->d_name[n] != '-' ||
				 strchr(e->d_name + n + 1, '-'))))
			continue;
		if (asprintf(&path, "%s/%s", root, e->d_name) < 0) {
			path = NULL;
			r = diag_fail(d, ENOMEM, "out of memory");
			break;
		}
		sum += tree_disk_bytes(path);
		r = tree_remove(path, d);
	}
	if (dp)
		(void)closedir(dp);
	if (freed)
		*freed = sum;
	return r;
}
