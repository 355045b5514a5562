/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: machine - one QEMU process
 *
 * QEMU gets everything as open file descriptors (sockets, memory files), so a
 * machine leaves nothing in the file system, and it dies with us, whatever
 * kills us.
 */
#ifndef LKM_LAB_MACHINE_H
#define LKM_LAB_MACHINE_H

#include <sys/types.h>

#include "lab/lab.h"
#include "lab/proto.h"
#include "lab/qmp.h"

/* The window, host side: a memory file, mapped. */
struct lab_win {
	int fd;
	struct lab_window *p;
};

/* Return: 0; the errno of memfd_create(2), ftruncate(2) or mmap(2). */
_must_check_ int lab_win_open(struct lab_win *ret, struct diag *d);
void lab_win_close(struct lab_win *w);

struct lab_machine {
	pid_t pid;           /* 0: none                                   */
	int bell;
	int serial;
	struct qmp qmp;
	struct text console; /* at most LAB_CONSOLE_MAX                    */
	bool ready;          /* LAB_BELL_READY came                        */
	bool ended;          /* LAB_BELL_END came                          */
	bool broken;         /* LAB_BELL_BROKEN came                       */
	bool rung;           /* some bell since the last lab_machine_poll() */
	uint64_t started_ms;
	unsigned init_ms;    /* from its start to LAB_BELL_INIT; 0: not yet */
	unsigned init_cpu_ms; /* processor time that this took             */
};

#define LAB_CONSOLE_MAX (1U << 20)

/* No process, no channels: what lab_machine_end() leaves. */
#define LAB_MACHINE_NONE                                                      \
	((struct lab_machine){ .bell = -1, .serial = -1, .qmp = { .fd = -1 } })

/* What differs between booting, saving and resuming. */
struct lab_start {
	const struct lab_config *c;
	bool kvm;
	int win_fd;
	int ram_fd;          /* -1: anonymous memory                       */
	bool ram_shared;     /* false: changes stay in this machine         */
	bool incoming;       /* do not boot: go on from state_fd            */
	int state_fd;        /* what lab_machine_save() wrote               */
};

/**
 * lab_machine_start() - start QEMU and shake hands
 *
 * A machine that resumes is not waited for: it speaks up, or it ends.
 *
 * Return: 0; -ENOENT: no QEMU (with the command that installs it); -EIO: it
 * ended at once (its own words in the diag); -EINTR; -ENOMEM.
 */
_must_check_ int lab_machine_start(struct lab_machine *m,
				   const struct lab_start *s, struct diag *d);

/*
 * Waits until a bell rings, the machine ends or @deadline_ms comes, and takes
 * in console and events. Return: 0; -EINTR.
 */
_must_check_ int lab_machine_poll(struct lab_machine *m, uint64_t deadline_ms,
				  struct diag *d);

/* Device state out to @fd; memory is shared and stays. The machine stops. */
_must_check_ int lab_machine_save(struct lab_machine *m, int fd,
				  struct diag *d);

/*
 * A non-maskable interrupt: a kernel with unknown_nmi_panic prints the stack
 * of whatever it is doing to the console, and resets.
 */
void lab_machine_nmi(struct lab_machine *m);

/* How long it had a processor so far. */
unsigned lab_machine_cpu_ms(const struct lab_machine *m);

void lab_machine_end(struct lab_machine *m);

#endif
