/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of signatures: see efi_keys.h. */
#include "kern/efi_keys.h"

#define LIST_HEAD 28
#define OWNER 16

static const uint8_t x509[16] = { 0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94,
				  0xa7, 0x4a, 0x87, 0xb5, 0xab, 0x15,
				  0x5c, 0x2b, 0xf0, 0x72 };

/* Opens the next list; one of another type has no signatures for us. */
static bool next_list(struct efi_keys *k)
{
	uint64_t size, head, each;
	struct span list;

	if (!span_uint(k->rest, 16, 4, false, &size) ||
	    !span_uint(k->rest, 20, 4, false, &head) ||
	    !span_uint(k->rest, 24, 4, false, &each) || size < LIST_HEAD ||
	    head > size - LIST_HEAD || each <= OWNER ||
	    !span_sub(k->rest, 0, size, &list))
		return false;
	k->in_list = (struct span){ 0 };
	k->each = each;
	if (!memcmp(list.p, x509, sizeof(x509)))
		(void)span_sub(list, LIST_HEAD + head, size - LIST_HEAD - head,
			       &k->in_list);
	k->rest.p += size;
	k->rest.n -= (size_t)size;
	return true;
}

bool efi_keys_next(struct efi_keys *k, struct span *ret_der)
{
	while (!k->each || k->in_list.n < k->each)
		if (!next_list(k))
			return false;
	(void)span_sub(k->in_list, OWNER, k->each - OWNER, ret_der);
	k->in_list.p += k->each;
	k->in_list.n -= (size_t)k->each;
	return true;
}
