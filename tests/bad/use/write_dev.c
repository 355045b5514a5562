// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * write_dev: writes "hello" to a device three times: write_dev /dev/NAME
 *
 * Exit status: 0 all of it was taken; 1 not.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "";
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0) {
		perror(path);
		return 1;
	}
	for (int i = 0; i < 3; i++) {
		if (write(fd, "hello", 5) != 5) {
			perror("write");
			return 1;
		}
	}
	return close(fd) ? 1 : 0;
}
