/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: config - a kernel's .config, by name
 */
#ifndef LKM_KERN_CONFIG_H
#define LKM_KERN_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"

/* Zero it to start; free with kern_config_fini(). */
struct kern_config {
	struct bytes text; /* lines cut into names and values */
	uint32_t *slots;   /* offsets of names, + 1; by hash */
	size_t mask;
};

/**
 * kern_config_parse() - look at a configuration
 * @text: taken over and zeroed, also on failure
 *
 * Return: 0, whatever it says; -ENOMEM.
 */
_must_check_ int kern_config_parse(struct bytes *text,
				   struct kern_config *ret, struct diag *d);
void kern_config_fini(struct kern_config *c);

/*
 * The value of option @name ("MODULE_SIG"): "y", "m", "n", a number, or a
 * string without its quotes; NULL: not a word of it.
 */
const char *kern_config_get(const struct kern_config *c, const char *name);

#endif
