/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a test program needs: see program.h. */
#include "lab/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "base/span.h"
#include "lab/initramfs.h"

enum { HEAD_MAX = 64 << 10 };

/* The first bytes of a file. */
static int read_head(const char *path, struct bytes *ret, struct diag *d)
{
	diag_spare(d);

	/* Opening a pipe must not wait for somebody to write into it. */
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		diag_fail(d, errno, "cannot open: %s", strerror(errno));
		return diag_in(d, "%s", path);
	}

	uint8_t *p = calloc(1, HEAD_MAX + 1);
	ssize_t n = p ? read(fd, p, HEAD_MAX) : -1;

	if (n < 0) {
		int err = p ? errno : ENOMEM;

		free(p);
		diag_fail(d, err, "cannot read: %s", strerror(err));
		diag_in(d, "%s", path);
		return -err;
	}
	*ret = (struct bytes){ p, (size_t)n };
	return 0;
}

/* The path in PT_INTERP of a 64-bit program, NULL if it has none. */
static const char *elf_interpreter(struct span f)
{
	uint64_t phoff, phentsize, phnum;

	if (!span_uint(f, offsetof(Elf64_Ehdr, e_phoff), 8, false, &phoff) ||
	    !span_uint(f, offsetof(Elf64_Ehdr, e_phentsize), 2, false,
		       &phentsize) ||
	    !span_uint(f, offsetof(Elf64_Ehdr, e_phnum), 2, false, &phnum) ||
	    phoff > f.n)
		return NULL;
	for (uint64_t i = 0; i < phnum; i++) {
		uint64_t at = phoff + i * phentsize, type, off;

		if (!span_uint(f, at + offsetof(Elf64_Phdr, p_type), 4, false,
			       &type) ||
		    !span_uint(f, at + offsetof(Elf64_Phdr, p_offset), 8,
			       false, &off))
			return NULL;
		if (type == PT_INTERP)
			return span_str(f, off);
	}
	return NULL;
}

/* Of the throw-away machine: x86-64. */
static bool is_elf64(struct span f)
{
	uint64_t machine;

	return f.n > EI_DATA && !memcmp(f.p, ELFMAG, SELFMAG) &&
	       f.p[EI_CLASS] == ELFCLASS64 && f.p[EI_DATA] == ELFDATA2LSB &&
	       span_uint(f, offsetof(Elf64_Ehdr, e_machine), 2, false,
			 &machine) &&
	       machine == EM_X86_64;
}

bool lab_is_static(const char *path)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	return read_head(path, &b, NULL) == 0 && is_elf64(bytes_span(&b)) &&
	       !elf_interpreter(bytes_span(&b));
}

struct needs {
	struct strv *paths;
	char missing[256];
	char last[256]; /* line: why, if it failed otherwise */
};

/* A line of `ld.so --list`: "libc.so.6 => /lib/.../libc.so.6 (0x...)". */
static void take_library(void *arg, const char *line)
{
	struct needs *n = arg;
	const char *path = strchr(line, '/');

	(void)snprintf(n->last, sizeof(n->last), "%s", line);
	if (strstr(line, "not found")) {
		(void)snprintf(n->missing, sizeof(n->missing), "%s", line);
		return;
	}
	if (!path)
		return;

	_cleanup_free_ char *p = strndup(path, strcspn(path, " "));

	if (p && !strv_has(n->paths, p))
		(void)!strv_add(n->paths, p);
}

static int dynamic_needs(const char *path, const char *interp,
			 struct strv *ret, struct diag *d)
{
	_cleanup_free_ char *file = NULL;
	struct needs n = { .paths = ret };
	int status = 0;
	int r = strv_add(ret, interp);

	/* Without a '/' it would be looked for where libraries are. */
	if (asprintf(&file, "%s%s", strchr(path, '/') ? "" : "./", path) < 0) {
		file = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}

	const char *const argv[] = { interp, "--list", file, NULL };

	if (!r)
		r = child_run(argv, NULL, take_library, &n, &status, d);
	if (r < 0 || (!status && !n.missing[0]))
		return r;
	if (n.missing[0])
		diag_fail(d, ENOENT, "a library that it needs is missing: %s",
			  str_strip(n.missing));
	else
		diag_fail(d, ENOENT, "%s cannot tell its libraries: %s", interp,
			  n.last[0] ? str_strip(n.last) : "it does not say why");
	diag_in(d, "%s", path);
	diag_hint(d, "install the library, or link the program with -static");
	return -ENOENT;
}

/* "#!/bin/sh -e": the interpreter, found in the guest or carried into it. */
static int script_needs(const char *path, struct bytes *head, struct strv *ret,
			struct diag *d)
{
	char *line = (char *)head->p + 2;
	_cleanup_free_ char *busybox = lab_busybox();

	line[strcspn(line, "\n")] = 0;
	line = str_strip(line);
	line[strcspn(line, " \t")] = 0;
	if (!*line) {
		diag_fail(d, ENOEXEC, "its first line '#!' names no interpreter");
		diag_in(d, "%s", path);
		return -ENOEXEC;
	}
	if (busybox && (str_eq(line, "/bin/sh") || str_eq(line, "/bin/ash")))
		return 0;
	if (!path_exists(line)) {
		diag_fail(d, ENOENT, "its interpreter '%s' does not exist here",
			  line);
		diag_in(d, "%s", path);
		diag_hint(d, "name one that is installed here in its first line: it travels into the guest");
		return -ENOENT;
	}
	if (str_eq(line, "/bin/sh")) {
		diag_fail(d, ENOENT,
			  "a shell script needs a static busybox to run in the guest, and there is none");
		diag_in(d, "%s", path);
		diag_hint(d, "install the package busybox-static (Fedora, Arch: busybox)");
		return -ENOENT;
	}

	int r = strv_add(ret, line);

	return r < 0 ? r : lab_program_needs(line, ret, d);
}

/* What a script looks like whose first line was forgotten. */
static bool is_text(struct span f)
{
	return f.n && !memchr(f.p, 0, f.n);
}

int lab_program_needs(const char *path, struct strv *ret, struct diag *d)
{
	diag_spare(d);

	_cleanup_bytes_ struct bytes head = { 0 };
	int r = read_head(path, &head, d);

	if (r < 0)
		return r;
	if (head.n > 2 && head.p[0] == '#' && head.p[1] == '!')
		return script_needs(path, &head, ret, d);
	if (!is_elf64(bytes_span(&head))) {
		diag_fail(d, ENOEXEC,
			  "neither a 64-bit x86 program nor a script that starts with '#!'");
		diag_in(d, "%s", path);
		diag_hint(d, is_text(bytes_span(&head)) ?
				     "begin a script with the line '#!/bin/sh'; C source is compiled if its name ends in .c" :
				     "the guest is an x86_64: compile the program for it");
		return -ENOEXEC;
	}

	const char *interp = elf_interpreter(bytes_span(&head));

	return interp ? dynamic_needs(path, interp, ret, d) : 0;
}
