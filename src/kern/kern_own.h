/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: kern_own - what a struct kern is made of
 *
 * For kern.c, which opens one, and kern_ask.c and kern_types.c, which answer
 * from it. Everybody else goes by kern.h.
 */
#ifndef LKM_KERN_KERN_OWN_H
#define LKM_KERN_KERN_OWN_H

#include <stdatomic.h>

#include "kern/config.h"
#include "kern/folder.h"
#include "kern/kern.h"
#include "kern/provider.h"
#include "kern/store.h"

/* Answers of says_has(), by hash; a question that finds no place is asked
 * again the next time. */
#define MEMO 1024

struct memo {
	_Atomic(uint64_t) v[MEMO]; /* hash with the answer in its low bits */
};

/* What one of the kernel's own modules tells where there is no image. */
struct sample {
	bool known;
	const char *vermagic;
	uint16_t machine;
	bool be, is64;
	uint32_t size;
	struct kern_member name, init, exit; /* size 0: not told */
};

struct kern {
	struct arena a;
	struct kern_block image; /* of the image, or of Module.symvers */
	_Atomic int btf_state;	 /* of kern_btf() */
	_Atomic(struct btf_count *) btf_count; /* NULL: not counted */
	bool has_image, has_exports;
	struct kern_config config;
	bool has_config;
	struct kern_folder *folder;
	struct kern_provider *provider;
	struct sample sample;
	struct kern_key *keys;
	size_t n_keys;
	const char *release, *banner, *vermagic, *missing;
	struct strv unknown;
	struct memo *memo;
};

#endif
