/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: devname - the lines of modules.devname
 *
 *	fuse fuse c10:229
 *	snd_seq snd/seq c116:1
 *
 * Module, device below /dev, kind, numbers. Whoever has root make such nodes
 * acts on what a module file claimed, so the text is not trusted: a device
 * outside of /dev, or with bytes that no device has, is refused.
 */
#ifndef LKM_INDEX_DEVNAME_H
#define LKM_INDEX_DEVNAME_H

#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

struct idx_devname {
	struct span module;
	struct span device; /* "snd/seq"                                    */
	struct span folder; /* "snd"; empty if the device is in /dev itself  */
	char kind;	    /* 'c' or 'b'                                   */
	uint32_t major;	    /* at most 4095: 12 bits                        */
	uint32_t minor;	    /* at most 1048575: 20 bits                     */
};

/**
 * idx_devname_parse() - one line, without its line end
 * @line: borrowed, and so are the parts of @ret
 * @ret:  set only on success
 *
 * Words behind the third are ignored, as kmod does it.
 *
 * Return: 0; -ENODATA: a comment (no diagnostic); -EBADMSG: no such line.
 */
_must_check_ int idx_devname_parse(struct span line, struct idx_devname *ret,
				   struct diag *d);

#endif
