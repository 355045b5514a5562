/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mkkern FILE: writes the kernel image that mkkern.h describes. */
#include <stdio.h>

#include "mkkern.h"

int main(int argc, char **argv)
{
	_cleanup_bytes_ struct bytes b = mkkern_build(&(struct mkkern){ 0 });
	struct diag d = { 0 };

	if (argc != 2 || !b.p) {
		(void)fputs("usage: mkkern FILE\n", stderr);
		return 2;
	}
	if (file_write(argv[1], b.p, b.n, 0644, &d) < 0) {
		(void)fprintf(stderr, "mkkern: %s: %s\n", d.where, d.what);
		return 1;
	}
	return 0;
}
