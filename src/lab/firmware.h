/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: firmware - a UEFI in which keys are enrolled
 *
 * A kernel that a UEFI starts takes over the keys of the machine's owner: those
 * of the variable db get into its keyring .platform
 * (security/integrity/platform_certs/load_uefi.c), and the kernels of Debian,
 * Ubuntu, Fedora and their like also load modules that are signed with one of
 * them. Here is such a machine's flash: the UEFI of the distribution (OVMF of
 * EDK II), and behind it a store of variables to which we add db.
 *
 * Secure Boot itself stays off: the kernel need not be signed, and is locked
 * down only if its command line says so.
 */
#ifndef LKM_LAB_FIRMWARE_H
#define LKM_LAB_FIRMWARE_H

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/span.h"

struct lab_firmware {
	char *code; /* path of the program                                */
	char *vars; /* path of the store that a machine's own begins as   */
};

void lab_firmware_fini(struct lab_firmware *f);
#define _cleanup_firmware_ _cleanup_(lab_firmware_fini)

/**
 * lab_firmware_find() - a UEFI for x86-64 without Secure Boot
 * @root: "" for this system, else a folder that is its root
 * @ret:  free with lab_firmware_fini()
 *
 * By QEMU's descriptions (its docs/interop/firmware.json) in
 * $XDG_CONFIG_HOME/qemu/firmware, /etc/qemu/firmware and
 * /usr/share/qemu/firmware: the first by name whose files are there; one in an
 * earlier folder hides those of its name.
 *
 * Return: 0; -ENOENT, with the command that installs one; -ENOMEM.
 */
_must_check_ int lab_firmware_find(const char *root, struct lab_firmware *ret,
				   struct diag *d);

/**
 * lab_firmware_enrol() - add the variable db to a store of variables
 * @store: a firmware volume with a store of authenticated variables
 *         (MdeModulePkg/Include/Guid/VariableFormat.h); changed in place
 * @certs: X.509 certificates in DER
 *
 * Return: 0; -EBADMSG: it is no such store; -EEXIST: it has a db; -ENOSPC: the
 * certificates do not fit. @store is changed only on success.
 */
_must_check_ int lab_firmware_enrol(struct bytes *store,
				    const struct span *certs, size_t n,
				    struct diag *d);

/**
 * lab_firmware_store() - such a store, with them in it
 * @ret: set only on success; free with bytes_fini()
 *
 * Return: as lab_firmware_enrol() and file_read_regular().
 */
_must_check_ int lab_firmware_store(const struct lab_firmware *f,
				    const struct span *certs, size_t n,
				    struct bytes *ret, struct diag *d);

#endif
