/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: files that travel into the guest. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "lab/program.h"
#include "lkm_try.h"

enum { FILE_MAX = 200 << 20 };

static bool has(const struct try_files *t, const char *guest_path)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i].guest_path, guest_path))
			return true;
	return false;
}

int try_files_add(struct try_files *t, const char *guest_path, unsigned mode,
		  struct span data, struct diag *d)
{
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 16;
		struct lab_file *v = reallocarray(t->v, cap, sizeof(*v));

		if (!v)
			return diag_fail(d, ENOMEM, "out of memory");
		t->v = v;

		struct bytes *b = reallocarray(t->owned, cap, sizeof(*b));

		if (!b)
			return diag_fail(d, ENOMEM, "out of memory");
		t->owned = b;
		t->cap = cap;
	}
	if (strv_add(&t->paths, guest_path) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	t->owned[t->n] = (struct bytes){ 0 };
	t->v[t->n++] = (struct lab_file){ .guest_path =
						  t->paths.v[t->paths.n - 1],
					  .mode = mode,
					  .data = data };
	return 0;
}

static int load_one(struct try_files *t, const char *host_path,
		    const char *guest_path, struct diag *d)
{
	struct bytes b = { 0 };
	struct stat st;

	if (has(t, guest_path))
		return 0;

	int r = file_read_regular(host_path, FILE_MAX, &b, d);

	if (r < 0)
		return r;

	unsigned mode = stat(host_path, &st) == 0 ? st.st_mode & 0777 : 0644;

	r = try_files_add(t, guest_path, mode, bytes_span(&b), d);
	if (r < 0)
		bytes_fini(&b);
	else
		t->owned[t->n - 1] = b;
	return r;
}

/* A pipe or a device would never end, or take what is not ours. */
static int look_at(const char *path, struct stat *st, struct diag *d)
{
	int err = 0;

	if (stat(path, st) < 0) {
		err = errno;
		diag_fail(d, err, "%s", strerror(err));
		diag_hint(d, "look at the path: it is that of a file here, also for a program of this system ('command -v NAME' tells where it is)");
	} else if (!S_ISREG(st->st_mode)) {
		err = S_ISDIR(st->st_mode) ? EISDIR : EINVAL;
		diag_fail(d, err, "found %s, wanted a file",
			  S_ISDIR(st->st_mode) ? "a folder" :
						 "a device or a pipe");
	}
	diag_in(d, "%s", path);
	return -err;
}

/* What is no program would not become one by chmod. */
static int not_executable(const char *path, struct diag *d)
{
	_cleanup_strv_ struct strv needs = { 0 };
	_cleanup_free_ char *word = str_word(path);
	struct diag no = { 0 };

	if (lab_program_needs(path, &needs, &no) == -ENOEXEC) {
		*d = no;
		return -ENOEXEC;
	}
	diag_fail(d, EACCES, "the test may not be executed");
	diag_in(d, "%s", path);
	diag_hint(d, "'chmod +x %s'", word ? word : "FILE");
	return -EACCES;
}

int try_files_load_test(struct try_files *t, const char *host_path,
			const char *guest_path, struct diag *d)
{
	struct stat st;
	int r = look_at(host_path, &st, d);

	if (!r && !(st.st_mode & 0111))
		r = not_executable(host_path, d);
	return r ? r : try_files_load(t, host_path, guest_path, d);
}

int try_files_load(struct try_files *t, const char *host_path,
		   const char *guest_path, struct diag *d)
{
	_cleanup_strv_ struct strv needs = { 0 };
	struct stat st;
	int r = look_at(host_path, &st, d);

	if (!r)
		r = load_one(t, host_path, guest_path, d);
	/* A program brings its libraries and its interpreter along. */
	if (r < 0 || !(st.st_mode & 0111))
		return r;
	r = lab_program_needs(host_path, &needs, d);
	for (size_t i = 0; i < needs.n && !r; i++)
		r = load_one(t, needs.v[i], needs.v[i], d);
	return r;
}

void try_files_fini(struct try_files *t)
{
	for (size_t i = 0; i < t->n; i++)
		bytes_fini(&t->owned[i]);
	free(t->owned);
	free(t->v);
	strv_fini(&t->paths);
	*t = (struct try_files){ 0 };
}
