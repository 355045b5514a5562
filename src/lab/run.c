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
#include "lab/boot.h"
#include "lab/machine.h"
#include "lab/report.h"
#include "lab/template.h"

enum {
	BOOT_MS = 60000,     /* a slow emulated boot on a busy machine       */
	KVM_PROBE_MS = 2500, /* a healthy KVM boot needs 300                 */
	RESUME_MS = 10000,   /* from resume to the first record              */
	GRACE_MS = 1500,     /* the guest's own deadline comes first         */
	OTHER_STAGE_MS = 8000,
	NMI_MS = 2000,
	MODULES_MAX = 64,    /* the guest has no room for more               */
};

struct run {
	const struct lab_config *c;
	const struct lab_request *q;
	struct lab_win win;
	struct lab_machine m;
	struct lab_result *res;
	struct lab_report report;
};

/* ------------------------------------------------------------- request */

struct writer {
	uint8_t *at;
	uint64_t left;
	bool full;
};

static void put_record(struct writer *w, enum lab_tag tag, const char *name,
		       int64_t arg, struct span data)
{
	struct lab_rec rec = { .tag = tag,
			       .name_len = (uint32_t)strlen(name),
			       .arg = arg,
			       .data_len = data.n };
	uint64_t size = lab_rec_size(rec.name_len, rec.data_len);

	if (size > w->left) {
		w->full = true;
		return;
	}
	memcpy(w->at, &rec, sizeof(rec));
	memcpy(w->at + sizeof(rec), name, rec.name_len);
	if (data.n)
		memcpy(w->at + sizeof(rec) + rec.name_len, data.p, data.n);
	w->at += size;
	w->left -= size;
}

static void put_text(struct writer *w, enum lab_tag tag, const char *name,
		     const char *text)
{
	put_record(w, tag, name, 0,
		   (struct span){ (const uint8_t *)text, strlen(text) + 1 });
}

static void put_option(struct writer *w, const char *name, unsigned value)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", value);
	put_text(w, LAB_OPTION, name, text);
}

/* Parameters, NUL, image: written in place, for the image may be large. */
static void put_image(struct writer *w, struct lab_rec rec, const char *name,
		      const char *with, struct span image)
{
	size_t params = strlen(with) + 1;

	rec.name_len = (uint32_t)strlen(name);
	rec.data_len = params + image.n;

	uint64_t size = lab_rec_size(rec.name_len, rec.data_len);
	uint8_t *p = w->at;

	if (size > w->left) {
		w->full = true;
		return;
	}
	p = (uint8_t *)mempcpy(p, &rec, sizeof(rec));
	p = (uint8_t *)mempcpy(p, name, rec.name_len);
	p = (uint8_t *)mempcpy(p, with, params);
	if (image.n)
		memcpy(p, image.p, image.n);
	w->at += size;
	w->left -= size;
}

static void put_module(struct writer *w, const struct lab_module *m)
{
	put_image(w,
		  (struct lab_rec){ .tag = m->dep ? LAB_DEP : LAB_SUBJECT },
		  m->name, m->params, m->image);
}

static void put_case(struct writer *w, const struct lab_case *c)
{
	put_image(w, (struct lab_rec){ .tag = LAB_CASE, .arg = c->how },
		  "", c->params, c->image);
}

static void put_test(struct writer *w, const struct lab_request *q)
{
	_cleanup_text_ struct text args = { 0 };

	for (size_t i = 0; i < q->n_test_args; i++)
		text_add_bytes(&args, q->test_args[i],
			       strlen(q->test_args[i]) + 1);
	put_record(w, LAB_TEST, q->test, 0,
		   (struct span){ (const uint8_t *)args.p, args.n });
}

/* Lays out the window. */
static int put_request(struct run *r, struct diag *d)
{
	const struct lab_request *q = r->q;
	struct lab_window *win = r->win.p;
	struct writer w = { .at = (uint8_t *)win + LAB_REQ_OFF,
			    .left = LAB_WINDOW_SIZE - LAB_REQ_OFF -
				    LAB_OUT_MAX };
	uint64_t room = w.left;

	if (q->n_modules > MODULES_MAX)
		return diag_fail(d, EFBIG,
				 "found %zu modules with those that they need, wanted at most %d",
				 q->n_modules, MODULES_MAX);
	put_option(&w, "rounds", q->rounds);
	put_option(&w, "timeout_ms", q->timeout_ms);
	put_option(&w, "settle_ms", q->settle_ms);
	for (size_t i = 0; i < q->n_files; i++)
		put_record(&w, LAB_FILE, q->files[i].guest_path,
			   q->files[i].mode, q->files[i].data);
	for (size_t i = 0; i < q->n_modules; i++)
		put_module(&w, &q->modules[i]);
	for (size_t i = 0; i < q->n_cases; i++)
		put_case(&w, &q->cases[i]);
	if (q->test)
		put_test(&w, q);
	if (w.full)
		return diag_fail(d, EFBIG,
				 "modules and files together are larger than %llu MiB, the room that the guest has for them",
				 (unsigned long long)(room >> 20));
	win->magic = LAB_MAGIC;
	win->req_len = room - w.left;
	win->out_off = LAB_WINDOW_SIZE - LAB_OUT_MAX;
	win->out_cap = LAB_OUT_MAX;
	win->out_len = 0;
	atomic_thread_fence(memory_order_release);
	win->go = 1;
	return 0;
}

/* -------------------------------------------------------------- report */

/* Reads what the guest has appended. It may have written anything. */
static int take_report(struct run *r, struct diag *d)
{
	uint64_t len = r->win.p->out_len;
	const struct span area = { (const uint8_t *)r->win.p +
					   LAB_WINDOW_SIZE - LAB_OUT_MAX,
				   LAB_OUT_MAX };

	atomic_thread_fence(memory_order_acquire);
	return lab_report_take(&r->report, area, len, r->res, d);
}

/* The machine runs from now on. */
static void start_clock(struct run *r)
{
	r->report.started_us = r->report.heard_us = lab_now_us();
}

/* ------------------------------------------------------------ converse */

/* A guest that always has one more word to say must end, too. */
static uint64_t last_deadline(const struct run *r)
{
	const struct lab_request *q = r->q;
	uint64_t step = (uint64_t)q->timeout_ms + q->settle_ms + GRACE_MS;
	uint64_t round = (2 * q->n_modules + 1) * step + 2 * OTHER_STAGE_MS;

	return r->report.started_us / 1000 + RESUME_MS +
	       (q->rounds + 1ULL) * round + q->n_cases * step;
}

static uint64_t stage_deadline(const struct run *r)
{
	const char *s = r->res->stage;
	unsigned ms = OTHER_STAGE_MS;

	if (!r->res->ready_ms)
		return r->report.started_us / 1000 + RESUME_MS;
	if (str_eq(s, "deps") || str_eq(s, "insert") || str_eq(s, "use") ||
	    str_eq(s, "remove") || str_eq(s, "case"))
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
static int ask_by_nmi(struct run *r, struct diag *d)
{
	uint64_t until = lab_now_ms() + NMI_MS;

	lab_machine_nmi(&r->m);
	while (!r->m.qmp.shutdown && !r->m.qmp.closed && lab_now_ms() < until) {
		int e = lab_machine_poll(&r->m, until, d);

		if (e < 0)
			return e;
	}
	return 0;
}

/* Return: 0 with res->end set; -ENOMEM; -EINTR. */
static int converse(struct run *r, struct diag *d)
{
	bool asked = false;

	for (;;) {
		int e = lab_machine_poll(&r->m, stage_deadline(r), d);

		if (!e)
			e = take_report(r, d);
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
		if (lab_now_ms() >= stage_deadline(r)) {
			r->res->end = LAB_SILENT;
			return ask_by_nmi(r, d);
		}
	}
}

/* ---------------------------------------------------------------- ways */

static int run_cold(struct run *r, bool kvm, unsigned boot_ms, struct diag *d)
{
	const struct lab_start s = { .c = r->c, .kvm = kvm,
				     .win_fd = r->win.fd, .ram_fd = -1 };
	int e;

	if (r->c->progress)
		r->c->progress(r->c->progress_arg, "booting the kernel");
	start_clock(r);
	e = lab_machine_start(&r->m, &s, d);
	if (!e)
		e = lab_boot_wait(&r->m, r->c, boot_ms, d);
	if (!e) {
		start_clock(r);
		e = converse(r, d);
	}
	return e;
}

/* Return: -EAGAIN if the template proved bad before the run began. */
static int run_warm(struct run *r, bool kvm, struct diag *d)
{
	_cleanup_template_ struct lab_template t = { -1, -1 };
	int e = lab_template_open(r->c, kvm, &t);

	if (e < 0)
		return -EAGAIN;

	const struct lab_start s = { .c = r->c, .kvm = kvm,
				     .win_fd = r->win.fd, .ram_fd = t.ram_fd,
				     .incoming = true, .state_fd = t.state_fd };

	start_clock(r);
	e = lab_machine_start(&r->m, &s, d);
	if (e < 0)
		return e;
	e = converse(r, d);
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
static int run_with_template(struct run *r, bool kvm, unsigned boot_ms,
			     struct diag *d)
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

static int run_by(struct run *r, bool kvm, unsigned boot_ms, struct diag *d)
{
	return r->c->cold || r->c->n_devices ?
		       run_cold(r, kvm, boot_ms, d) :
		       run_with_template(r, kvm, boot_ms, d);
}

/* Starts the guest's side over, after a failed start. */
static int reset(struct run *r, struct diag *d)
{
	lab_machine_end(&r->m);
	r->m = LAB_MACHINE_NONE;
	lab_win_close(&r->win);
	r->report = (struct lab_report){ 0 };
	r->res->n_facts = 0;
	r->res->facts = NULL;
	r->res->ready_ms = 0;

	int e = lab_win_open(&r->win, d);

	return e ? e : put_request(r, d);
}

static int run_auto(struct run *r, struct diag *d)
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

static int run_engine(struct run *r, struct diag *d)
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

/* QEMU is gone, and the guest did not ask for it: nobody's verdict. */
static int died(struct run *r, struct diag *d)
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

int lab_run(const struct lab_config *c, const struct lab_request *q,
	    struct lab_result *ret, struct diag *d)
{
	uint64_t start = lab_now_ms();
	struct lab_config mine = *c;
	_cleanup_lab_result_ struct lab_result res = {
		.stage = "start", .engine_why = "", .note = ""
	};
	struct run r = { .c = &mine, .q = q, .res = &res,
			 .win = { .fd = -1 }, .m = LAB_MACHINE_NONE };

	if (!mine.memory_mib)
		mine.memory_mib = LAB_MEMORY_MIB;
	if (!mine.cpus)
		mine.cpus = 1;

	int e = lab_win_open(&r.win, d);

	if (!e)
		e = put_request(&r, d);
	if (!e)
		e = run_engine(&r, d);
	if (!e && res.end == LAB_DIED)
		e = died(&r, d);
	if (!e) {
		res.release = arena_strdup(&res.arena, c->release);
		res.console = arena_strndup(&res.arena,
					    text_str(&r.m.console),
					    r.m.console.n);
		e = res.console && res.release ? 0 : diag_fail(d, ENOMEM, "out of memory");
	}
	lab_machine_end(&r.m);
	lab_win_close(&r.win);
	if (e < 0)
		return e;
	res.total_ms = (unsigned)(lab_now_ms() - start);
	*ret = res;
	res = (struct lab_result){ 0 };
	return 0;
}

void lab_result_fini(struct lab_result *r)
{
	arena_fini(&r->arena);
	*r = (struct lab_result){ 0 };
}
