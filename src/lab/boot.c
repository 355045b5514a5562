/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for a guest, and whether KVM can be trusted.
 *
 * That /dev/kvm opens proves nothing: inside other virtual machines it may
 * answer every question and yet never run a stock kernel. So KVM is used only
 * after a boot under it was seen to finish on this boot of the host; the
 * verdict is kept in the cache, one line "BOOT-ID yes|no".
 */
#include "lab/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"

/* The panic, or else the last line of the console that says something. */
static const char *last_words(const struct text *console, char *buf, size_t n)
{
	_cleanup_free_ char *copy = strdup(text_str(console));
	char *save = NULL;

	const char *panic = strstr(text_str(console), "Kernel panic");

	buf[0] = 0;
	if (panic) {
		(void)snprintf(buf, n, "%.*s", (int)strcspn(panic, "\r\n"),
			       panic);
		return buf;
	}
	for (char *l = copy ? strtok_r(copy, "\r\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\r\n", &save))
		if (*str_strip(l))
			(void)snprintf(buf, n, "%s", str_strip(l));
	return buf[0] ? buf : "nothing";
}

/* Not a bell, and not a word on the console. */
static bool is_silent(const struct lab_machine *m)
{
	return !m->init_ms && !m->console.n;
}

static int not_in_time(const struct lab_machine *m, const struct lab_config *c,
		       unsigned boot_ms, struct diag *d)
{
	unsigned s = (boot_ms + 999) / 1000;
	char words[300];

	if (is_silent(m)) {
		diag_fail(d, ETIME,
			  "kernel %s gave no sign within %u s, of which QEMU had the processor for %u",
			  c->release, s, lab_machine_cpu_ms(m) / 1000);
		return diag_hint(d, "run it again when this machine has less to do; if it stays so, try '--memory 512', or another kernel ('lkm kernel list')");
	}
	diag_fail(d, ETIME,
		  "kernel %s did not boot within %u s; its last words: %s",
		  c->release, s,
		  last_words(&m->console, words, sizeof(words)));
	return diag_hint(d, "try '--memory 512', or another kernel ('lkm kernel list')");
}

static int wait_for(struct lab_machine *m, const struct lab_config *c,
		    unsigned boot_ms, struct diag *d)
{
	uint64_t until = clock_ms() + boot_ms;
	char words[300];

	for (;;) {
		int r = lab_machine_poll(m, until, d);

		if (r < 0 || m->ready)
			return r;
		if (m->broken || m->qmp.closed)
			break;
		if (clock_ms() >= until)
			return not_in_time(m, c, boot_ms, d);
	}
	diag_fail(d, m->broken ? ENOTSUP : EIO,
		  "kernel %s cannot run our process 1; its last words: %s",
		  c->release, last_words(&m->console, words, sizeof(words)));
	return diag_hint(d, "try '--memory 512', or another kernel ('lkm kernel list')");
}

static int start_and_wait(struct lab_machine *m, const struct lab_start *s,
			  unsigned boot_ms, struct diag *d)
{
	int r = lab_machine_start(m, s, d);

	return r ? r : wait_for(m, s->c, boot_ms, d);
}

/* A machine begins with zeros in its memory, which take no room when saved. */
static int clear_memory(const struct lab_start *s, struct diag *d)
{
	struct stat st;

	if (s->ram_fd < 0 || (fstat(s->ram_fd, &st) == 0 &&
			      ftruncate(s->ram_fd, 0) == 0 &&
			      ftruncate(s->ram_fd, st.st_size) == 0))
		return 0;
	return diag_fail(d, errno, "cannot clear the guest's memory: %s",
			 strerror(errno));
}

int lab_boot(struct lab_machine *m, const struct lab_start *s,
	     unsigned boot_ms, struct diag *d)
{
	diag_spare(d);

	int r = start_and_wait(m, s, boot_ms, d);

	if (r != -ETIME || s->kvm || !m->pid || !is_silent(m))
		return r;
	if (s->c->progress)
		s->c->progress(s->c->progress_arg,
			       "no sign of the kernel: booting it once more");
	lab_machine_end(m);
	*m = LAB_MACHINE_NONE;
	*d = (struct diag){ 0 };
	r = clear_memory(s, d);
	if (!r)
		r = start_and_wait(m, s, boot_ms, d);
	return r == -ETIME ? diag_in(d, "the second time") : r;
}

const char *lab_boot_id(void)
{
	static char id[64];
	_cleanup_bytes_ struct bytes b = { 0 };

	if (!id[0] && file_read_regular("/proc/sys/kernel/random/boot_id",
					 sizeof(id) - 1, &b, NULL) == 0) {
		(void)snprintf(id, sizeof(id), "%s", (char *)b.p);
		id[strcspn(id, "\n")] = 0;
	}
	return id;
}

bool lab_kvm_possible(const char **why_not)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		*why_not = errno == ENOENT ? "there is no /dev/kvm" :
					     "/dev/kvm may not be opened";
		return false;
	}
	(void)close(fd);
	if (path_exists("/sys/module/kvm_pvm") &&
	    !path_exists("/sys/module/kvm_intel") &&
	    !path_exists("/sys/module/kvm_amd")) {
		*why_not = "/dev/kvm is kvm_pvm's, which does not run stock kernels";
		return false;
	}
	return true;
}

static char *verdict_path(void)
{
	_cleanup_free_ char *dir = NULL;
	char *path = NULL;

	if (cache_dir("", &dir, NULL) < 0 ||
	    asprintf(&path, "%s/kvm", dir) < 0)
		return NULL;
	return path;
}

int lab_kvm_known(void)
{
	_cleanup_free_ char *path = verdict_path();
	_cleanup_bytes_ struct bytes b = { 0 };
	char want[96];

	if (!path || file_read_regular(path, 4096, &b, NULL) < 0)
		return -1;
	(void)snprintf(want, sizeof(want), "%s yes\n", lab_boot_id());
	if (str_eq((char *)b.p, want))
		return 1;
	(void)snprintf(want, sizeof(want), "%s no\n", lab_boot_id());
	return str_eq((char *)b.p, want) ? 0 : -1;
}

void lab_kvm_remember(bool works)
{
	_cleanup_free_ char *path = verdict_path();
	char line[96];
	int n = snprintf(line, sizeof(line), "%s %s\n", lab_boot_id(),
			 works ? "yes" : "no");

	if (path)
		(void)!file_write(path, line, (size_t)n, 0600, NULL);
}
