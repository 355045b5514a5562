// SPDX-License-Identifier: GPL-2.0-or-later
/* unload NAME: what rmmod comes down to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc > 1 && !syscall(SYS_delete_module, argv[1], O_NONBLOCK))
		return 0;
	printf("unload: errno %d, %s\n", errno, strerror(errno));
	return 1;
}
