/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: efi_keys - certificates in the firmware's lists of signatures
 *
 *	list     type (16) | size | header size | size of each (4 each)
 *	         | header | signatures
 *	each     owner (16) | data
 *
 * Of the types only X.509 is of interest; hashes forbid what is started by
 * the firmware, not modules.
 *
 * Format: UEFI specification, EFI_SIGNATURE_LIST.
 */
#ifndef LKM_KERN_EFI_KEYS_H
#define LKM_KERN_EFI_KEYS_H

#include <stdbool.h>

#include "base/span.h"

/* Zero it, set @rest. */
struct efi_keys {
	struct span rest;    /* lists to come */
	struct span in_list; /* signatures to come in this one */
	uint64_t each;	     /* bytes of one; 0: none */
};

/* The next certificate. False: no more, or damage. */
bool efi_keys_next(struct efi_keys *k, struct span *ret_der);

#endif
