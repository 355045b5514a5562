/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ELF notes: { u32 namesz, descsz, type; name; desc }, each padded to 4. */
#include <elf.h>
#include <string.h>

#include "ko/internal.h"

/* The note at @off; advances it. False: no more, or damaged. */
static bool next_note(const struct ko *ko, struct span s, uint64_t *off,
		      struct span *name, uint64_t *type, struct span *desc)
{
	uint64_t at = *off, nn, dn;

	if (!span_uint(s, at, 4, ko->be, &nn) ||
	    !span_uint(s, at + 4, 4, ko->be, &dn) ||
	    !span_uint(s, at + 8, 4, ko->be, type) ||
	    !span_sub(s, at + 12, nn, name))
		return false;
	at += 12 + ((nn + 3) & ~UINT64_C(3));
	if (!span_sub(s, at, dn, desc))
		return false;
	*off = at + ((dn + 3) & ~UINT64_C(3));
	return true;
}

bool ko_build_id(const struct ko *ko, struct span *ret)
{
	struct span name, desc;
	uint64_t type;

	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		if (s.type != SHT_NOTE)
			continue;
		for (uint64_t off = 0;
		     next_note(ko, s.bytes, &off, &name, &type, &desc);) {
			if (type != NT_GNU_BUILD_ID || name.n != 4 ||
			    memcmp(name.p, "GNU", 4) || !desc.n)
				continue;
			*ret = desc;
			return true;
		}
	}
	return false;
}
