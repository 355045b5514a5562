// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * read_twice: two processes, one after the other, read a file that was opened
 * once: read_twice /proc/NAME. "again" behind it: each opens it itself.
 *
 * Exit status: 0 both could read; 1 one could not, or was killed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int read_from(int fd)
{
	char buf[256];

	return fd < 0 || read(fd, buf, sizeof(buf)) < 0;
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "";
	int fd = argc > 2 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	int bad = 0;

	for (int i = 0; i < 2; i++) {
		int status = 1;
		pid_t pid = fork();

		if (pid == 0)
			_exit(read_from(argc > 2 ? open(path, O_RDONLY) : fd));
		if (pid < 0 || waitpid(pid, &status, 0) < 0 || status)
			bad = 1;
	}
	return bad;
}
