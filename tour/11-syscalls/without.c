// SPDX-License-Identifier: GPL-2.0-or-later
/* without N PROGRAM [ARGUMENT...]: run it without capability N, for good. */
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3 || prctl(PR_CAPBSET_DROP, strtoul(argv[1], NULL, 10)))
		return 1;
	execv(argv[2], argv + 2);
	return 127;
}
