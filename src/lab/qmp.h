/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: qmp - QEMU's control channel (one JSON object per line, both ways)
 *
 * Commands are answered in order. Events in between are noted in the fields.
 */
#ifndef LKM_LAB_QMP_H
#define LKM_LAB_QMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

struct qmp {
	int fd;
	struct text in;
	unsigned sent, answered;
	char error[256];      /* the first error answer                     */
	bool migrated;        /* MIGRATION: completed                        */
	bool migrate_failed;
	bool shutdown;        /* SHUTDOWN was seen                           */
	char reason[32];      /* of it: "guest-reset", "guest-shutdown", ... */
	bool closed;          /* QEMU is gone                                */
};

/*
 * Sends one command: its name and its arguments as JSON text (NULL: none).
 * @fd travels with it if it is not negative. Does not wait.
 */
_must_check_ int qmp_send(struct qmp *q, const char *command,
			  const char *arguments, int fd, struct diag *d);

/* Reads and interprets what has arrived, without waiting. */
void qmp_read(struct qmp *q);

/*
 * qmp_wait() - wait until something is true, at most until @deadline_ms
 *
 * Return: 0; -EIO if a command failed or QEMU is gone; -ETIME; -EINTR.
 */
_must_check_ int qmp_wait(struct qmp *q, bool (*done)(const struct qmp *q),
			  uint64_t deadline_ms, struct diag *d);

/* All that was sent has been answered. */
bool qmp_idle(const struct qmp *q);
bool qmp_has_migrated(const struct qmp *q);

void qmp_fini(struct qmp *q);

#endif
