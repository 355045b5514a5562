// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Process 1 of the peer: inserts /module.ko and ends the machine. QEMU's
 * isa-debug-exit makes (2 * value + 1) its exit status: 1 if the module was
 * inserted, 3 if not, so that a run that did not do the work is seen.
 */
#include <fcntl.h>
#include <sys/io.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	int fd = open("/module.ko", O_RDONLY | O_CLOEXEC);
	long r = fd < 0 ? -1 : syscall(SYS_finit_module, fd, "", 0);

	if (ioperm(0x501, 1, 1) == 0)
		outb(r < 0, 0x501);
	for (;;)
		pause();
}
