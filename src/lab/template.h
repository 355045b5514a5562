/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: template - a booted guest, saved once and resumed for each run
 *
 *   templates/KEY/meta    what it was made from, what the files look like
 *   templates/KEY/state   devices (0.3 MB), with its hash in meta
 *   templates/KEY/ram     memory; pages of zeros are holes
 *
 * KEY is a hash over everything that went in: kernel image, guest program,
 * QEMU, accelerator, memory, processors, kernel parameters. A template is
 * used only if meta says the same words, all three files are ours, ram is the
 * very file that was written (inode, size, change time) on this boot of the
 * host, and state has its hash. Anything else is removed and made anew.
 *
 * One template is made at a time (a lock on the folder); resuming needs no
 * lock, because QEMU holds the files open and maps ram privately.
 */
#ifndef LKM_LAB_TEMPLATE_H
#define LKM_LAB_TEMPLATE_H

#include "lab/lab.h"

struct lab_template {
	int ram_fd;
	int state_fd;
};

void lab_template_close(struct lab_template *t);
#define _cleanup_template_ _cleanup_(lab_template_close)

/**
 * lab_template_open() - an intact template, if there is one
 *
 * Return: 0; -ENOENT: none, or what there was could not be trusted, or there
 * can be none.
 */
_must_check_ int lab_template_open(const struct lab_config *c, bool kvm,
				   struct lab_template *ret);

/**
 * lab_template_make() - boot a guest and save it
 * @boot_ms: how long it may take until the guest is ready
 * @unsaved: set to true if all went well but the cache could not take it (no
 *           room, not writable): a cold run is still possible
 *
 * Does nothing if somebody else made the same one while we waited for the
 * lock. On any failure nothing is left of it.
 *
 * Return: 0; -ETIME: not ready in time; with @unsaved, the errno of mkdir(2) or
 * write(2); else as lab_machine_start().
 */
_must_check_ int lab_template_make(const struct lab_config *c, bool kvm,
				   unsigned boot_ms, bool *unsaved,
				   struct diag *d);

/* Removes the one of this configuration, because it did not work. */
void lab_template_drop(const struct lab_config *c, bool kvm);

#endif
