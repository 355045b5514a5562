// SPDX-License-Identifier: GPL-2.0-or-later
/* hold FILE: keep it open for a minute. */
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	return argc < 2 || open(argv[1], O_RDONLY) < 0 || sleep(60);
}
