/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One QEMU process: see machine.h. */
#include "lab/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "lab/qemu.h"

enum { HANDSHAKE_MS = 10000 };

int lab_win_open(struct lab_win *ret, struct diag *d)
{
	_cleanup_close_ int fd = memfd_create("lkm-window", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)LAB_WINDOW_SIZE) < 0)
		return diag_fail(d, errno, "cannot make the shared memory: %s",
				 strerror(errno));

	void *p = mmap(NULL, LAB_WINDOW_SIZE, PROT_READ | PROT_WRITE,
		       MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return diag_fail(d, errno, "cannot map the shared memory: %s",
				 strerror(errno));
	*ret = (struct lab_win){ take_fd(fd), p };
	return 0;
}

void lab_win_close(struct lab_win *w)
{
	if (w->p)
		(void)munmap(w->p, LAB_WINDOW_SIZE);
	if (w->fd >= 0)
		(void)close(w->fd);
	*w = (struct lab_win){ .fd = -1 };
}

/* The first words of QEMU on its standard error, if it ended at once. */
static int explain_exit(struct lab_machine *m, const struct lab_config *c,
			int err_fd, struct diag *d)
{
	char words[400];
	ssize_t n = pread(err_fd, words, sizeof(words) - 1, 0);

	lab_machine_end(m);
	words[n > 0 ? n : 0] = 0;
	words[strcspn(words, "\n")] = 0;
	diag_fail(d, EIO, "QEMU ended at once: %s",
		  words[0] ? words : "without a word");
	if (c->n_devices)
		diag_hint(d, "if a device is at fault: 'qemu-system-x86_64 -device help' lists them all, '-device NAME,help' tells of one");
	diag_hint(d, "see whether 'qemu-system-x86_64 --version' works; LKM_QEMU names another one");
	return -EIO;
}

static int spawn(struct lab_machine *m, const struct lab_start *s,
		 const struct lab_qemu_files *f, int err_fd, struct diag *d)
{
	_cleanup_free_ char *qemu = NULL;
	_cleanup_strv_ struct strv argv = { 0 };
	const int keep[] = { f->theirs[0], f->theirs[1], f->theirs[2],
			     s->win_fd,
			     f->initrd >= 0 ? f->initrd : s->win_fd,
			     f->flash >= 0 ? f->flash : s->win_fd,
			     s->ram_fd >= 0 ? s->ram_fd : s->win_fd,
			     s->incoming ? s->state_fd : s->win_fd, -1 };
	/* Clearing huge pages that it hardly uses cost a tenth of a run. */
	const struct child_setup setup = { .no_input = true,
					   .small_pages = true,
					   .fd_out = err_fd,
					   .fd_err = err_fd,
					   .keep = keep };
	int r = lab_qemu_path(s->c, &qemu, d);

	if (r < 0)
		return r;
	if (lab_qemu_command(&argv, qemu, s, f) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	return child_start((const char *const *)argv.v, &setup, &m->pid, d);
}

/*
 * Few words, and no waiting for answers: QEMU reads its control channel byte
 * by byte, with half a dozen system calls for each. The guest's first record
 * is the answer.
 */
static int resume(struct lab_machine *m, int state_fd, struct diag *d)
{
	char uri[64];
	int r = qmp_send(&m->qmp, "migrate-set-capabilities",
			 "{\"capabilities\":[{\"capability\":\"x-ignore-shared\",\"state\":true}]}",
			 -1, d);

	(void)snprintf(uri, sizeof(uri), "{\"uri\":\"fd:%d\"}", state_fd);
	return r ? r : qmp_send(&m->qmp, "migrate-incoming", uri, -1, d);
}

int lab_machine_start(struct lab_machine *m, const struct lab_start *s,
		      struct diag *d)
{
	_cleanup_qemu_files_ struct lab_qemu_files f =
		LAB_QEMU_FILES_NONE;
	_cleanup_close_ int err_fd = memfd_create("lkm-qemu", MFD_CLOEXEC);
	int r = lab_qemu_files_open(&f, s, d);

	if (r < 0)
		return r;
	m->started_ms = clock_ms();
	r = spawn(m, s, &f, err_fd, d);
	if (r < 0)
		return r;
	m->qmp = (struct qmp){ .fd = take_fd(f.ours[0]) };
	m->bell = take_fd(f.ours[1]);
	m->serial = take_fd(f.ours[2]);
	lab_qemu_files_close(&f);

	r = qmp_send(&m->qmp, "qmp_capabilities", NULL, -1, d);
	if (!r && s->incoming)
		return resume(m, s->state_fd, d);
	if (!r)
		r = qmp_wait(&m->qmp, qmp_idle, clock_ms() + HANDSHAKE_MS, d);
	if (r == -EIO || m->qmp.closed) {
		if (d)
			*d = (struct diag){ 0 };
		return explain_exit(m, s->c, err_fd, d);
	}
	if (r < 0)
		lab_machine_end(m);
	return r;
}

unsigned lab_machine_cpu_ms(const struct lab_machine *m)
{
	struct timespec t = { 0 };
	clockid_t clock;

	if (clock_getcpuclockid(m->pid, &clock) == 0)
		(void)clock_gettime(clock, &t);
	return (unsigned)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* Processor time tells of a boot even while others need the machine. */
static void booted(struct lab_machine *m)
{
	if (m->init_ms)
		return;
	m->init_ms = (unsigned)(clock_ms() - m->started_ms);
	m->init_cpu_ms = lab_machine_cpu_ms(m);
}

static void take_bells(struct lab_machine *m)
{
	char buf[256];
	ssize_t n;

	while ((n = recv(m->bell, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		m->rung = true;
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] == LAB_BELL_INIT)
				booted(m);
			m->ready |= buf[i] == LAB_BELL_READY;
			m->ended |= buf[i] == LAB_BELL_END;
			m->broken |= buf[i] == LAB_BELL_BROKEN;
		}
	}
}

static void take_console(struct lab_machine *m)
{
	char buf[4096];
	ssize_t n;

	while ((n = recv(m->serial, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		if (m->console.n + (size_t)n <= LAB_CONSOLE_MAX)
			text_add_bytes(&m->console, buf, (size_t)n);
}

int lab_machine_poll(struct lab_machine *m, uint64_t deadline_ms,
		     struct diag *d)
{
	uint64_t now = clock_ms();
	struct pollfd p[] = {
		{ .fd = m->bell, .events = POLLIN },
		{ .fd = m->serial, .events = POLLIN },
		{ .fd = m->qmp.fd, .events = POLLIN },
	};

	m->rung = false;
	if (now < deadline_ms)
		(void)poll(p, ARRAY_SIZE(p), (int)(deadline_ms - now));
	if (child_interrupted())
		return diag_fail(d, EINTR, "interrupted");
	take_bells(m);
	take_console(m);
	qmp_read(&m->qmp);
	return 0;
}

int lab_machine_save(struct lab_machine *m, int fd, struct diag *d)
{
	struct qmp *q = &m->qmp;
	int r = qmp_send(q, "migrate-set-capabilities",
			 "{\"capabilities\":[{\"capability\":\"x-ignore-shared\",\"state\":true},"
			 "{\"capability\":\"events\",\"state\":true}]}",
			 -1, d);

	if (!r)
		r = qmp_send(q, "getfd", "{\"fdname\":\"state\"}", fd, d);
	if (!r)
		r = qmp_send(q, "migrate", "{\"uri\":\"fd:state\"}", -1, d);
	if (!r)
		r = qmp_wait(q, qmp_has_migrated, clock_ms() + HANDSHAKE_MS,
			     d);
	return r;
}

void lab_machine_nmi(struct lab_machine *m)
{
	(void)!qmp_send(&m->qmp, "inject-nmi", NULL, -1, NULL);
}

void lab_machine_end(struct lab_machine *m)
{
	if (m->pid)
		child_kill(m->pid);
	m->pid = 0;
	qmp_fini(&m->qmp);
	if (m->bell >= 0)
		(void)close(m->bell);
	if (m->serial >= 0)
		(void)close(m->serial);
	m->bell = m->serial = -1;
	text_fini(&m->console);
}
