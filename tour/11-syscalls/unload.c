// SPDX-License-Identifier: GPL-2.0-or-later
/* unload NAME: what rmmod comes down to. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	/* TODO: delete_module(2) of argv[1], and say why if it fails */
	printf("unload: errno %d, %s\n", errno, strerror(errno));
	return argc > 1 ? 1 : 2;
}
