/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run: request in, facts out. See lab.h.
 *
 *   lab_run --> warm: template, resume --+--> converse --> collect
 *           \-> cold: boot --------------+
 */
#include "lab/lab.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/clock.h"
#include "lab/boot.h"
#include "lab/machine.h"
#include "lab/run_internal.h"
#include "lab/template.h"

enum {
	BOOT_MS = 60000,     /* a slow emulated boot on a busy machine       */
	KVM_PROBE_MS = 2500, /* a healthy KVM boot needs 300                 */
	RESUME_MS = 10000,   /* from resume to the first record              */
	GRACE_MS = 1500,     /* the guest's own deadline comes first         */
	OTHER_STAGE_MS = 8000,
	NMI_MS = 2000,
};

/* -------------------------------------------------------------- report */

/* It may have written anything. */
int lab_run_take_report(struct lab_run_state *r, struct diag *d)
{
	uint64_t len = r->win.p->out_len;
	const struct span area = { (const uint8_t *)r->win.p +
					   LAB_WINDOW_SIZE - LAB_OUT_MAX,
				   LAB_OUT_MAX };

	atomic_thread_fence(memory_order_acquire);
	return lab_report_take(&r->report, area, len, r->res, d);
}

void lab_run_start_clock(struct lab_run_state *r)
{
	r->report.started_us = r->report.heard_us = clock_us();
}

/* ------------------------------------------------------------ converse */

/* A guest that always has one more word to say must end, too. */
static uint64_t last_deadline(const struct lab_run_state *r)
{
	const struct lab_request *q = r->q;
	uint64_t step = (uint64_t)q->timeout_ms + q->settle_ms + GRACE_MS;
	uint64_t round = (2 * q->n_modules + 1) * step + 2 * OTHER_STAGE_MS;

	return r->report.started_us / 1000 + RESUME_MS +
	       (q->rounds + 1ULL) * round +
	       (q->n_cases + q->n_commands) * step;
}

static uint64_t stage_deadline(const struct lab_run_state *r)
{
	const char *s = r->res->stage;
	unsigned ms = OTHER_STAGE_MS;

	if (!r->res->ready_ms)
		return r->report.started_us / 1000 + RESUME_MS;
	if (str_eq(s, "deps") || str_eq(s, "insert") || str_eq(s, "use") ||
	    str_eq(s, "remove") || str_eq(s, "case") || str_eq(s, "command"))
		ms = r->q->timeout_ms + r->q->settle_ms + GRACE_MS;

	uint64_t soon = r->report.heard_us / 1000 + ms;
	uint64_t last = last_deadline(r);

	return soon < last ? soon : last;
}

static enum lab_end end_of(const struct lab_machine *m)
{
	if (!m->qmp.shutdown)
		return LAB_DIED;
	if (str_eq(m->qmp.reason, "guest-shutdown"))
		return LAB_POWEROFF;
	if (strstr(text_str(&m->console), "Kernel panic"))
		return LAB_PANIC;
	return LAB_REBOOT;
}

/* The guest does not answer: make it say where it is. */
static int ask_by_nmi(struct lab_run_state *r, struct diag *d)
{
	uint64_t until = clock_ms() + NMI_MS;

	lab_machine_nmi(&r->m);
	while (!r->m.qmp.shutdown && !r->m.qmp.closed && clock_ms() < until) {
		int e = lab_machine_poll(&r->m, until, d);

		if (e < 0)
			return e;
	}
	return 0;
}

int lab_run_converse(struct lab_run_state *r, struct diag *d)
{
	bool asked = false;

	for (;;) {
		int e = lab_machine_poll(&r->m, stage_deadline(r), d);

		if (!e)
			e = lab_run_take_report(r, d);
		if (e < 0)
			return e;
		if (r->m.ended) {
			r->res->end = LAB_COMPLETE;
			if (asked || !r->q->look_again ||
			    !r->q->look_again(r->q->look_again_arg, r->q,
					      r->res))
				return 0;
			asked = true;
			r->m.ended = false;
			r->win.p->go = 2;
		}
		if (r->m.qmp.shutdown || r->m.qmp.closed) {
			r->res->end = end_of(&r->m);
			return 0;
		}
		if (clock_ms() >= stage_deadline(r)) {
			r->res->end = LAB_SILENT;
			return ask_by_nmi(r, d);
		}
	}
}

/* ---------------------------------------------------------------- ways */

static int run_cold(struct lab_run_state *r, bool kvm, unsigned boot_ms,
		    struct diag *d)
{
	const struct lab_start s = { .c = r->c, .kvm = kvm,
				     .win_fd = r->win.fd, .ram_fd = -1 };
	int e;

	if (r->c->progress)
		r->c->progress(r->c->progress_arg, "booting the kernel");
	lab_run_start_clock(r);
	e = lab_boot(&r->m, &s, boot_ms, d);
	if (!e) {
		r->res->boot_ms = r->m.init_ms;
		r->res->boot_cpu_ms = r->m.init_cpu_ms;
		lab_run_start_clock(r);
		e = lab_run_converse(r, d);
	}
	return e;
}

/* Return: -EAGAIN if the template proved bad before the run began. */
static int run_warm(struct lab_run_state *r, bool kvm, struct diag *d)
{
	_cleanup_template_ struct lab_template t = { -1, -1 };
	int e = lab_template_open(r->c, kvm, &t);

	if (e < 0)
		return -EAGAIN;

	const struct lab_start s = { .c = r->c, .kvm = kvm,
				     .win_fd = r->win.fd, .ram_fd = t.ram_fd,
				     .incoming = true, .state_fd = t.state_fd };

	lab_run_start_clock(r);
	e = lab_machine_start(&r->m, &s, d);
	if (e < 0)
		return e;
	e = lab_run_converse(r, d);
	if (e == -EINTR)
		return diag_fail(d, EINTR, "interrupted");
	if (e == -ENOMEM)
		return e;
	if (e < 0 || !r->res->ready_ms) {
		lab_machine_end(&r->m);
		return -EAGAIN;
	}
	r->res->warm = true;
	return 0;
}

/* With a template; made first if need be, twice at most. */
static int run_with_template(struct lab_run_state *r, bool kvm,
			     unsigned boot_ms, struct diag *d)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		struct diag save = { 0 };
		bool unsaved = false;
		int e = run_warm(r, kvm, d);

		if (e != -EAGAIN)
			return e;
		if (attempt)
			lab_template_drop(r->c, kvm);
		e = lab_template_make(r->c, kvm, boot_ms, &unsaved, &save);
		if (e < 0 && unsaved) {
			r->res->note = arena_printf(&r->res->arena,
						    "%s: %s; booted anew instead",
						    save.where, save.what);
			return run_cold(r, kvm, boot_ms, d);
		}
		if (e < 0) {
			if (d && !d->err)
				*d = save;
			return e;
		}
	}

	int e = run_warm(r, kvm, d);

	return e == -EAGAIN ? run_cold(r, kvm, boot_ms, d) : e;
}

static int run_by(struct lab_run_state *r, bool kvm, unsigned boot_ms,
		  struct diag *d)
{
	return r->c->cold || r->c->n_devices ?
		       run_cold(r, kvm, boot_ms, d) :
		       run_with_template(r, kvm, boot_ms, d);
}

/* Starts the guest's side over, after a failed start. */
static int reset(struct lab_run_state *r, struct diag *d)
{
	lab_machine_end(&r->m);
	r->m = LAB_MACHINE_NONE;
	lab_win_close(&r->win);
	r->report = (struct lab_report){ 0 };
	r->res->n_facts = 0;
	r->res->facts = NULL;
	r->res->ready_ms = 0;

	int e = lab_win_open(&r->win, d);

	return e ? e : lab_request_write(r->q, r->win.p, d);
}

static int run_auto(struct lab_run_state *r, struct diag *d)
{
	const char *why = "a boot under KVM did not finish on this machine";
	int known = -1;

	if (lab_kvm_possible(&why)) {
		known = lab_kvm_known();
		if (known) {
			struct diag kvm_d = { 0 };
			int e = run_by(r, true, KVM_PROBE_MS, &kvm_d);

			if (!e && known < 0)
				lab_kvm_remember(true);
			r->res->engine = "kvm";
			if (!e || e == -EINTR || e == -ENOMEM) {
				if (d && e)
					*d = kvm_d;
				return e;
			}
			if (e == -ETIME || e == -EIO || e == -ENOTSUP)
				lab_kvm_remember(false);
			e = reset(r, d);
			if (e < 0)
				return e;
		}
	}
	r->res->engine = "tcg";
	r->res->engine_why = why;
	return run_by(r, false, BOOT_MS, d);
}

bool lab_engine_named(const char *name, enum lab_engine *ret)
{
	static const char *const names[] = { [LAB_AUTO] = "auto",
					     [LAB_TCG] = "tcg",
					     [LAB_KVM] = "kvm" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(name, names[i])) {
			*ret = (enum lab_engine)i;
			return true;
		}
	return false;
}

int lab_run_start(struct lab_run_state *r, struct diag *d)
{
	const char *why = NULL;

	switch (r->c->engine) {
	case LAB_TCG:
		r->res->engine = "tcg";
		r->res->engine_why = "asked for";
		return run_by(r, false, BOOT_MS, d);
	case LAB_KVM:
		r->res->engine = "kvm";
		if (!lab_kvm_possible(&why)) {
			diag_fail(d, ENOTSUP, "KVM cannot be used: %s", why);
			return diag_hint(d, "use '--engine tcg', which needs nothing");
		}
		return run_by(r, true, BOOT_MS, d);
	default:
		return run_auto(r, d);
	}
}

int lab_run_died(struct lab_run_state *r, struct diag *d)
{
	enum { NAP_US = 10000, NAPS = 50 };
	siginfo_t si = { 0 };

	/* Its sockets close a moment before it can be waited for. */
	for (int i = 0; r->m.pid && !si.si_pid && i < NAPS; i++) {
		(void)waitid(P_PID, (id_t)r->m.pid, &si,
			     WEXITED | WNOHANG | WNOWAIT);
		if (!si.si_pid)
			(void)usleep(NAP_US);
	}
	diag_fail(d, EIO, "QEMU ended by itself during %s (%s %d)",
		  r->res->stage,
		  si.si_code == CLD_EXITED ? "status" : "signal",
		  si.si_status);
	diag_hint(d, "run it again; if memory is short, close something first ('dmesg' tells whether the kernel killed it)");
	return -EIO;
}

int lab_run_complete(struct lab_config *c, struct diag *d)
{
	if (!c->memory_mib)
		c->memory_mib = c->n_trust ? LAB_MEMORY_UEFI_MIB :
					     LAB_MEMORY_MIB;
	if (!c->cpus)
		c->cpus = 1;
	if (!c->n_trust)
		return 0;
	if (c->arch)
		return diag_fail(d, ENOTSUP, "keys can be enrolled in a machine of x86-64 only");
	return lab_firmware_find("", &c->firmware, d);
}

int lab_run(const struct lab_config *c, const struct lab_request *q,
	    struct lab_result *ret, struct diag *d)
{
	uint64_t start = clock_ms();
	struct lab_config mine = *c;
	_cleanup_lab_result_ struct lab_result res = {
		.stage = "start", .engine_why = "", .note = ""
	};
	struct lab_run_state r = { .c = &mine, .q = q, .res = &res,
			 .win = { .fd = -1 }, .m = LAB_MACHINE_NONE };

	int e = lab_run_complete(&mine, d);

	if (!e)
		e = lab_win_open(&r.win, d);
	if (!e)
		e = lab_request_write(r.q, r.win.p, d);
	if (!e)
		e = lab_run_start(&r, d);
	if (!e && res.end == LAB_DIED)
		e = lab_run_died(&r, d);
	if (!e) {
		res.release = arena_strdup(&res.arena, c->release);
		res.console = arena_strndup(&res.arena,
					    text_str(&r.m.console),
					    r.m.console.n);
		e = res.console && res.release ? 0 : diag_fail(d, ENOMEM, "out of memory");
	}
	lab_machine_end(&r.m);
	lab_win_close(&r.win);
	lab_firmware_fini(&mine.firmware);
	if (e < 0)
		return e;
	res.total_ms = (unsigned)(clock_ms() - start);
	*ret = res;
	res = (struct lab_result){ 0 };
	return 0;
}

void lab_result_fini(struct lab_result *r)
{
	arena_fini(&r->arena);
	*r = (struct lab_result){ 0 };
}
