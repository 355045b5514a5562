// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * read_dev: prints what a device or file has to say: read_dev /dev/NAME
 *
 * Exit status: 0 it said something; 1 it did not.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[256];
	ssize_t n;

	if (fd < 0) {
		perror(path);
		return 1;
	}
	n = read(fd, buf, sizeof(buf));
	if (n <= 0) {
		perror("read");
		return 1;
	}
	fwrite(buf, 1, (size_t)n, stdout);
	return close(fd) ? 1 : 0;
}
