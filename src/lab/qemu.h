/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: qemu - which QEMU, with which arguments and open files
 *
 * What machine.h starts. What of it a saved guest depends on is told by
 * lab_qemu_version().
 */
#ifndef LKM_LAB_QEMU_H
#define LKM_LAB_QEMU_H

#include "base/text.h"
#include "lab/machine.h"

/* What QEMU is given, as open files: the ends of its channels (control, bell,
 * serial), and what it boots. -1: none. */
struct lab_qemu_files {
	int ours[3];
	int theirs[3];
	int initrd;
	int flash; /* if keys are enrolled                              */
};

#define LAB_QEMU_FILES_NONE                                                   \
	((struct lab_qemu_files){ { -1, -1, -1 }, { -1, -1, -1 }, -1, -1 })

/*
 * Return: 0; the errno of socketpair(2) or memfd_create(2); as lab_initramfs()
 * and lab_firmware_store().
 */
_must_check_ int lab_qemu_files_open(struct lab_qemu_files *f,
				     const struct lab_start *s,
				     struct diag *d);
void lab_qemu_files_close(struct lab_qemu_files *f);
#define _cleanup_qemu_files_ _cleanup_(lab_qemu_files_close)

/* The arguments of @qemu, itself first. Return: 0; -ENOMEM. */
_must_check_ int lab_qemu_command(struct strv *a, const char *qemu,
				  const struct lab_start *s,
				  const struct lab_qemu_files *f);

/* Changes whenever this program would start QEMU in another way. */
uint64_t lab_qemu_version(const struct lab_config *c) _pure_;

/* Path of QEMU, owned by the caller. -ENOENT with a hint if there is none. */
_must_check_ int lab_qemu_path(const struct lab_config *c, char **ret,
			       struct diag *d);

#endif
