/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The certificates of --trust, as lkm check and lkm try take them. */
#ifndef LKM_TOOLS_TRUST_H
#define LKM_TOOLS_TRUST_H

#include "base/arena.h"
#include "base/text.h"
#include "build/kernel.h"
#include "kern/state.h"

struct trust {
	struct kern_key *keys; /* as the emulated loader takes them          */
	struct span *certs;    /* as a firmware does: the same bytes          */
	size_t n;
};

/**
 * trust_read() - certificates from files in DER or PEM
 * @ret: lives in @a; @files must, too
 *
 * Return: 0; as file_read_regular() and cert_read(); -ENOMEM.
 */
_must_check_ int trust_read(const struct strv *files, struct arena *a,
			    struct trust *ret, struct diag *d);

/**
 * trust_enrollable() - can @k be told of them by a machine's firmware?
 *
 * Return: 0, also if its configuration is not known; -ENOTSUP.
 */
_must_check_ int trust_enrollable(const struct build_kernel *k,
				  struct diag *d);

#endif
