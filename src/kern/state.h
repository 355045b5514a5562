/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: state - what a kernel is like at the moment of a load
 *
 * The loader's answer depends on more than the file: what is loaded, what was
 * tainted, what was printed already, what policy holds. The emulator takes
 * this as input and leaves in it what the load changed, so that several
 * modules can be loaded one behind the other.
 */
#ifndef LKM_KERN_STATE_H
#define LKM_KERN_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kern/kern.h"
#include "ko/ko.h"

/* Lines that a kernel prints once per boot. */
enum kern_said {
	KERN_SAID_OOT = 1 << 0,
	KERN_SAID_UNSIGNED = 1 << 1,
	KERN_SAID_PROPRIETARY = 1 << 2,
	KERN_SAID_LIVEPATCH = 1 << 3,
	KERN_SAID_TEST = 1 << 4,
	KERN_SAID_FORCED = 1 << 5,
	KERN_SAID_NO_VERSION = 1 << 6,
	KERN_SAID_BTF = 1 << 7,
};

enum kern_lockdown {
	KERN_LOCKDOWN_NONE,
	KERN_LOCKDOWN_INTEGRITY,
	KERN_LOCKDOWN_CONFIDENTIALITY
};

enum kern_module_state { KERN_LIVE, KERN_COMING, KERN_GOING };

/* A module that is loaded. */
struct kern_loaded {
	const char *name; /* of struct module */
	enum kern_module_state state;
	uint64_t taints;
	const struct kern_export *exports; /* NULL and 0: unknown or none */
	size_t n_exports;
	bool exports_known;
	/* Each export's address is base + value, for relocations. */
	uint64_t base;
};

/* Zeroed: a kernel just booted, no policy, root at the keyboard. */
struct kern_state {
	uint64_t taints; /* of the kernel, 1 << live_taint.bit */
	unsigned said;	 /* of enum kern_said */
	bool no_cap;	 /* the caller lacks CAP_SYS_MODULE */
	bool modules_disabled;
	bool sig_enforce; /* module.sig_enforce=1; CONFIG_..._FORCE besides */
	bool spectre_v2_mitigated; /* the retpoline line is printed */
	bool erratum_843419; /* arm64: it has a Cortex-A53 that has it */
	enum kern_lockdown lockdown;
	const char *blacklist; /* module_blacklist=, "a,b"; NULL: none */

	struct kern_loaded *loaded; /* oldest first */
	size_t n_loaded;
	size_t room; /* so many fit there; fewer than there are: no more do */

	const struct kern_key *keys; /* trusted besides the image's */
	size_t n_keys;
	bool keys_complete; /* nobody else is trusted: no MOK, no db */
};

/**
 * kern_state_more() - one more module that is loaded, the newest
 *
 * In place where @s has room for it; else all are copied into memory of @a, so
 * that others who look at the old list see no change.
 *
 * Return: zeroed, for the caller to fill in; NULL: no memory.
 */
_must_check_ struct kern_loaded *kern_state_more(struct kern_state *s,
						 struct arena *a);

/**
 * kern_state_live() - the state of the running kernel
 * @root: "" for this machine; a folder that holds proc/ and sys/ in tests
 * @a:    memory for its parts
 * @ret:  what cannot be read is left as in a kernel just booted, and told in
 *        @unknown
 * @unknown: what could not be read, a name each; owned by the caller
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int kern_state_live(const char *root, struct kern *k,
				 struct arena *a, struct kern_state *ret,
				 struct strv *unknown, struct diag *d);

#endif
