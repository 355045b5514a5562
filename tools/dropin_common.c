/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tools that stand in for kmod's have in common. */
#include "dropin.h"

#include <stdio.h>

int dropin_version(void)
{
	(void)puts("kmod version 30");
	(void)puts("+ZSTD +XZ +ZLIB +LIBCRYPTO -EXPERIMENTAL");
	return 0;
}
