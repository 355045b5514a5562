/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: taint - what the kernel's taint letters mean
 *
 * The kernel remembers for ever, until the next boot, that something happened
 * which makes its developers doubt a bug report. As a number it stands in
 * /proc/sys/kernel/tainted; per module as letters in /proc/modules "(OE)" and
 * /sys/module/NAME/taint.
 */
#ifndef LKM_LIVE_TAINT_H
#define LKM_LIVE_TAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"

struct live_taint {
	unsigned bit;
	char letter;
	bool harmless; /* says where a module comes from, not that it broke */
	const char *name;
	const char *means; /* one sentence                                 */
};

/* In bit order; live_taints[i].bit == i. Kernel: kernel/panic.c. */
extern const struct live_taint live_taints[];
extern const size_t n_live_taints;

/* NULL: no such letter. */
const struct live_taint *live_taint_by_letter(char letter) _pure_;

/*
 * Letters of a mask in bit order: "OE". Bits without a letter are left out.
 * A buffer of LIVE_TAINT_LETTERS always suffices. Return: @buf.
 */
#define LIVE_TAINT_LETTERS 65
char *live_taint_letters(uint64_t mask, char buf[LIVE_TAINT_LETTERS]);

/**
 * live_taint_mask() - the mask of a letter string
 * @letters: "OE", "(POE)", "OE+"; parentheses, '+', '-' and white space add
 *           nothing; 'G' (the absence of 'P') neither
 *
 * Return: 0; -EINVAL if it holds anything else.
 */
_must_check_ int live_taint_mask(const char *letters, uint64_t *ret,
				 struct diag *d);

/**
 * live_taint_read() - taints of the running kernel
 * @root: "" for this machine; a folder that holds proc/ in tests
 *
 * Return: 0; the errno of open(2) or read(2); -EBADMSG: not a number.
 */
_must_check_ int live_taint_read(const char *root, uint64_t *ret,
				 struct diag *d);

#endif
