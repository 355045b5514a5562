/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: fault - the kernel's reports of its own distress, taken apart
 *
 * From records of /dev/kmsg and from the text of the console (which has
 * "[    1.234567] " in front, and is all there is when the guest died).
 */
#ifndef LKM_LAB_FAULT_H
#define LKM_LAB_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

enum { LAB_FAULTS_MAX = 64 };

enum lab_fault_kind {
	LAB_FAULT_OOPS,       /* null pointer, page fault, protection, divide */
	LAB_FAULT_BUG,        /* BUG(), list corruption                       */
	LAB_FAULT_WARN,
	LAB_FAULT_ATOMIC,     /* scheduling while atomic                      */
	LAB_FAULT_IRQ_OFF,    /* init returned with interrupts disabled       */
	LAB_FAULT_PREEMPT,    /* ... with preemption imbalance; also a worker, a
			       * system call; also both: a lock is held      */
	LAB_FAULT_SLUB,       /* BUG kmalloc-128: ..., KASAN, KFENCE          */
	LAB_FAULT_SOFT_LOCKUP, /* also hard ones, also of a workqueue         */
	LAB_FAULT_RCU_STALL,
	LAB_FAULT_HUNG_TASK,
	LAB_FAULT_PANIC,
	LAB_FAULT_NMI,        /* our own question: where are you?             */
	LAB_FAULT_OOM,
	LAB_FAULT_HALT,       /* "reboot: System halted"                      */
	LAB_FAULT_POWEROFF,   /* "reboot: Power down"                         */
};

struct lab_frame {
	uint64_t address;     /* 0 if it was given as a symbol                */
	const char *function; /* NULL if it was given as a number             */
	uint64_t offset, size;/* function+offset/size                         */
	const char *module;   /* NULL: the kernel itself                      */
};

struct lab_fault {
	enum lab_fault_kind kind;
	/* The kernel's line that names it: the text of a WARN(), if it has one,
	 * and the WARNING line is the detail then. */
	const char *what;
	const char *detail;   /* "First byte 0x78 instead of 0x6b"; NULL     */
	const char *task;     /* "init/78", "Workqueue: events f"; NULL       */
	struct lab_frame at;  /* RIP, or where WARN and BUG stand       */
	bool has_at;
	uint64_t address;     /* of the access that failed, in an oops        */
	bool has_address;
	struct lab_frame *stack; /* without frames marked '?'               */
	size_t n_stack;
	/* The innermost frame inside a module. An address without a name is in
	 * a module that is gone, or whose init failed. */
	struct lab_frame in_module;
	bool has_in_module;
	/* of SLUB reports */
	struct lab_frame allocated, freed;
	bool has_allocated, has_freed;
	const char *source;   /* "oops.c:12" from WARN and BUG lines; NULL     */
	bool irqs_on;         /* an NMI came while interrupts could come, too */
	/* Of PREEMPT: a system call had left it so, whose frames are gone. */
	bool by_syscall;
};

/**
 * lab_faults_kmsg() - from raw /dev/kmsg records, as the guest reports them
 * lab_faults_console() - from console text
 *
 * One fault may be reported in many lines; each fault appears once. The first
 * is the cause, later ones are often its consequences: a panic after an oops
 * is a fault of its own. No more than LAB_FAULTS_MAX are told, but for those
 * that end a machine. A log without faults
 * gives zero of them. Lines that a program wrote are no reports: records of
 * another facility, console lines without a time.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int lab_faults_kmsg(struct span log, struct arena *a,
				 struct lab_fault **ret, size_t *ret_n,
				 struct diag *d);
_must_check_ int lab_faults_console(const char *text, struct arena *a,
				    struct lab_fault **ret, size_t *ret_n,
				    struct diag *d);

/* Do two reports tell of one fault, that came twice? Their places are the same
 * then, and their texts but for numbers. */
bool lab_faults_same(const struct lab_fault *a, const struct lab_fault *b);

/* "oops", "bug", "warn", "atomic", "irqs-off", "preempt-count", "slub",
 * "soft-lockup", "rcu-stall", "hung-task", "panic", "nmi", "oom", "halt" */
const char *lab_fault_name(enum lab_fault_kind k);

/* "use after free", "write past the end", "double free", ... of a SLUB
 * report, from its own words; NULL if it is not one. */
const char *lab_fault_slub_meaning(const struct lab_fault *f);

#endif
