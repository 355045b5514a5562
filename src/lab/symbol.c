/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an address in the guest to function, file and line: see symbol.h. */
#include "lab/symbol.h"

#include <errno.h>

int lab_symbols_open(const struct ko *ko, struct lab_symbols **ret,
		     struct diag *d)
{
	(void)ko, (void)ret;
	return diag_fail(d, ENOSYS, "lines are not read yet");
}

struct lab_symbols *lab_symbols_close(struct lab_symbols *s)
{
	(void)s;
	return NULL;
}

int lab_symbols_function(struct lab_symbols *s, const char *function,
			 uint64_t offset, bool is_return, struct arena *a,
			 struct lab_place *ret, struct diag *d)
{
	(void)s, (void)function, (void)offset, (void)is_return, (void)a;
	(void)ret, (void)d;
	return 0;
}

int lab_symbols_address(struct lab_symbols *s, uint64_t address,
			const struct lab_section_at *at, size_t n,
			bool is_return, struct arena *a, struct lab_place *ret,
			struct diag *d)
{
	(void)s, (void)address, (void)at, (void)n, (void)is_return, (void)a;
	(void)ret, (void)d;
	return 0;
}
