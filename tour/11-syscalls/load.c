// SPDX-License-Identifier: GPL-2.0-or-later
/* load FILE [PARAMETERS]: what insmod comes down to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;

	if (fd < 0 || syscall(SYS_finit_module, fd, argc > 2 ? argv[2] : "", 0)) {
		printf("load: errno %d, %s\n", errno, strerror(errno));
		return 1;
	}
	return 0;
}
