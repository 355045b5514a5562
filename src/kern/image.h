/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: image - from the file that boots to the ELF image in it
 *
 *	vmlinux                                   ELF: used as it is
 *	vmlinux.gz, .xz, .zst ...                 one compressed stream
 *	bzImage     "HdrS" at 0x202               x86: payload_offset, _length
 *	EFI zboot   "zimg" at 4                   arm64, riscv, loongarch
 *	UKI         PE with a section ".linux"    one of the above in it
 *
 * What comes out need not be ELF: arm64's Image is bare memory. Messages,
 * certificates and the banner can be found in that, too.
 *
 * Kernel: Documentation/arch/x86/boot.rst,
 * drivers/firmware/efi/libstub/zboot-header.S.
 */
#ifndef LKM_KERN_IMAGE_H
#define LKM_KERN_IMAGE_H

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/span.h"
#include "ko/ko.h"

/* No kernel is larger, unpacked: -EFBIG. */
#define KERN_IMAGE_MAX ((size_t)1 << 30)

/**
 * kern_image_open() - read an image and unpack it
 * @ret: its sections if it is ELF (->elf), else only bytes; ko_close() it
 *
 * Return: 0, whatever comes out; the errno of open(2) or read(2); -EBADMSG if
 * it is cut short or damaged; -ENOPKG if the library that unpacks it is not
 * installed; -EFBIG; -ENOMEM.
 */
_must_check_ int kern_image_open(const char *path, struct ko **ret,
				 struct diag *d);

/* The same from bytes in memory, which must outlive @ret. */
_must_check_ int kern_image_open_span(const char *path, struct span bytes,
				      struct ko **ret, struct diag *d);

#endif
