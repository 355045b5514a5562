/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tools that stand in for kmod's have in common. */
#include "dropin.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int dropin_version(void)
{
	(void)puts("kmod version 30");
	(void)puts("+ZSTD +XZ +ZLIB +LIBCRYPTO -EXPERIMENTAL");
	return 0;
}

bool dropin_output_lost(void)
{
	struct stat st;

	if (!fflush(stdout) && !ferror(stdout))
		return false;
	return !fstat(STDOUT_FILENO, &st) && !S_ISFIFO(st.st_mode) &&
	       !S_ISSOCK(st.st_mode);
}
