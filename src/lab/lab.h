/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: lab - throw-away kernels, host side
 *
 * A run gives modules to a stock kernel in an emulated machine and brings back
 * facts. Three layers, each a pair of files:
 *
 *   machine   one QEMU process: start it, talk to it, end it
 *   template  a booted guest, saved once and resumed for each run
 *   run       request in, facts out (this header)
 *
 * What the facts mean is the business of verdict.h.
 */
#ifndef LKM_LAB_LAB_H
#define LKM_LAB_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"
#include "base/text.h"
#include "lab/arch.h"
#include "lab/firmware.h"

enum lab_engine {
	LAB_AUTO, /* KVM where a boot under it was seen to finish   */
	LAB_TCG,  /* QEMU's emulation                               */
	LAB_KVM,
};

/* "auto", "tcg", "kvm". Return: is it one of them? */
_must_check_ bool lab_engine_named(const char *name, enum lab_engine *ret);

/* The machine to run in. */
struct lab_config {
	const char *release;  /* of the kernel                          */
	const char *image;    /* its bzImage                            */
	/* More kernel parameters; may be NULL. lockdown= among them is set by
	 * the guest's process 1, which needs /dev/mem before. */
	const char *append;
	/*
	 * What QEMU's -device takes. Many of its devices (edu is one) cannot
	 * save their state, and do not say so: with any, every run boots anew.
	 */
	const char *const *devices;
	size_t n_devices;
	/* X.509 certificates in DER that are enrolled: see firmware.h. */
	const struct span *trust;
	size_t n_trust;
	/* In which they are; looked for by who takes this. */
	struct lab_firmware firmware;
	enum lab_engine engine;
	unsigned memory_mib;  /* 0: LAB_MEMORY_MIB, or with a UEFI its  */
	unsigned cpus;        /* 0: 1                                   */
	const struct lab_arch *arch; /* NULL: x86-64's PC; see arch.h   */
	bool cold;            /* boot anew, neither use nor make a template */
	/* Called before work that takes seconds; may be NULL. */
	void (*progress)(void *arg, const char *what);
	void *progress_arg;
};

/* A test with this status says that it cannot tell; its last line, why. */
#define LAB_TEST_SKIP 77

#define LAB_MEMORY_MIB 128U
#define LAB_MEMORY_UEFI_LEAST 192U /* it ends in an exception with 128    */
#define LAB_MEMORY_UEFI_MIB 256U
#define LAB_MEMORY_MAX_MIB 3072U

struct lab_file {
	const char *guest_path; /* absolute                             */
	unsigned mode;
	struct span data;
};

struct lab_module {
	const char *name;
	struct span image;      /* decompressed                         */
	const char *params;
	bool dep;               /* needed, not under test               */
};

/* A module of which nothing is wanted but the kernel's answer. */
struct lab_case {
	struct span image;
	const char *params;
	unsigned how;           /* enum lab_how                          */
};

/* A line for the guest's shell; NULL: a shell at the console. */
struct lab_command {
	const char *line;
};

struct lab_result;

struct lab_request {
	const struct lab_file *files;
	size_t n_files;
	const struct lab_module *modules; /* in the order of loading     */
	size_t n_modules;
	const char *test;       /* guest path; NULL: none                */
	const char *const *test_args;
	size_t n_test_args;
	bool permanent;         /* a module without exit is no fault     */
	bool sees_no_locks;     /* CONFIG_PREEMPT_COUNT is off: the kernel
				 * does not notice one that is left held,
				 * nor who sleeps with it                */
	unsigned rounds;
	unsigned timeout_ms;    /* for each insert, test and remove      */
	unsigned settle_ms;
	/*
	 * Instead of rounds, but behind modules that are deps: each of these
	 * is loaded, looked at, and removed. See proto.h.
	 */
	const struct lab_case *cases;
	size_t n_cases;
	/* Instead of all that, by session.h only. */
	const struct lab_command *commands;
	size_t n_commands;
	bool session;
	unsigned rows, columns; /* of the terminal at the console         */
	/*
	 * Asked when the run went through: should the guest look once more,
	 * half a second later, at what is still allocated? May be NULL.
	 */
	bool (*look_again)(void *arg, const struct lab_request *q,
			   const struct lab_result *so_far);
	void *look_again_arg;
};

/* How the guest ended. */
enum lab_end {
	LAB_COMPLETE,  /* the report is whole                           */
	LAB_REBOOT,    /* it reset itself                               */
	LAB_PANIC,     /* it reset itself after a panic                 */
	LAB_POWEROFF,  /* it switched itself off                        */
	LAB_SILENT,    /* no answer within the deadline                 */
	LAB_DIED,      /* QEMU itself ended                             */
};

struct lab_fact {
	const char *stage;  /* "start", "insert", "use", "remove", "after" */
	int round;
	const char *name;
	int64_t arg;
	struct span data;   /* NUL-terminated one past the end           */
	unsigned at_us;     /* since the machine ran, as the host saw it */
};

struct lab_result {
	struct arena arena; /* everything below lives here               */
	struct lab_fact *facts;
	size_t n_facts;
	enum lab_end end;
	const char *release; /* of the kernel                            */
	const char *stage;  /* the last one that began                   */
	int round;
	const char *console; /* what the kernel wrote to its console     */
	const char *engine; /* "tcg" or "kvm"                            */
	const char *engine_why; /* why not KVM; "" if it is              */
	const char *note;   /* e.g. the template could not be saved; ""  */
	bool warm;          /* resumed from a template                   */
	unsigned ready_ms;  /* from the start of QEMU to the first record */
	unsigned total_ms;
	/* Of a machine that booted for this run, until process 1; else 0. */
	unsigned boot_ms, boot_cpu_ms;
};

/**
 * lab_run() - one run in a throw-away kernel
 * @c:   the machine
 * @q:   what to do in it
 * @ret: set only on success; free with lab_result_fini()
 *
 * A guest that dies or hangs is a result, not an error.
 *
 * Return: 0;
 *   -ENOENT   no QEMU, no kernel image, no UEFI to enrol keys in
 *   -EACCES   the image may not be read
 *   -EFBIG    modules and files do not fit into the window
 *   -ENOTSUP  the guest cannot work (console text in the diag)
 *   -ETIME    the kernel does not boot
 *   -EIO      QEMU cannot be started, or ended by itself
 *   -EINTR    interrupted by a signal; nothing is left behind
 *   -ENOMEM
 */
_must_check_ int lab_run(const struct lab_config *c,
			 const struct lab_request *q, struct lab_result *ret,
			 struct diag *d);

void lab_result_fini(struct lab_result *r);
#define _cleanup_lab_result_ _cleanup_(lab_result_fini)

/**
 * lab_purge() - remove templates
 * @release: only those of this kernel; NULL: all
 * @freed:   bytes given back; may be NULL
 *
 * Runs that use one of them at this moment go on undisturbed.
 */
_must_check_ int lab_purge(const char *release, uint64_t *freed,
			   struct diag *d);

#endif
