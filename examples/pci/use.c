// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver of QEMU's edu device, on the two devices that try.conf has. */
#include "../use.h"

#define DRIVER "/sys/bus/pci/drivers/pci_edu/"
#define INTX "/sys/module/pci_edu/parameters/intx"

enum { SIZE = 4095 };

/* A file of a device's folder. */
static const char *of(int device, const char *name)
{
	static char path[4][64];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[0]), "/sys/class/misc/pci_edu%d/%s",
		 device, name);
	return path[turn];
}

/* Where on the bus a device is: "0000:00:04.0". */
static const char *slot(int device)
{
	static char buf[256];
	ssize_t n = readlink(of(device, "device"), buf, sizeof(buf) - 1);

	buf[n > 0 ? n : 0] = 0;
	return strrchr(buf, '/') ? strrchr(buf, '/') + 1 : buf;
}

static long count(int device)
{
	return atol(slurp(of(device, "interrupts")) ?: "-1");
}

static void factorials(int device, const char *kind)
{
	long before = count(device);

	same(slurp(of(device, "interrupt_kind")), kind, "interrupts: %s", kind);
	ok(!spit(of(device, "factorial"), "5"), "5 is computed");
	same(slurp(of(device, "factorial")), "120", "5! is 120");
	ok(!spit(of(device, "factorial"), "12"), "12 is computed");
	same(slurp(of(device, "factorial")), "479001600", "12! fits in 32 bits");
	ok(!spit(of(device, "factorial"), "13"), "13 is computed");
	same(slurp(of(device, "factorial")), "1932053504",
	     "13! does not: the upper bits are lost");
	ok(count(device) == before + 3, "there was an interrupt for each");
	fails(spit(of(device, "factorial"), "35"), ERANGE, "35 is too much");
	fails(spit(of(device, "factorial"), "five"), EINVAL, "no number");
}

static void copies(int device)
{
	char path[32], out[SIZE], in[SIZE] = "";
	long before = count(device);
	int fd;

	snprintf(path, sizeof(path), "/dev/pci_edu%d", device);
	fd = open(path, O_RDWR);
	must(fd >= 0, "open %s", path);
	for (int i = 0; i < SIZE; i++)
		out[i] = i * 7 + i / 256 + device;
	ok(write(fd, out, SIZE) == SIZE, "the card's memory is filled");
	ok(pread(fd, in, SIZE, 0) == SIZE && !memcmp(in, out, SIZE),
	   "it comes back as it was");
	ok(count(device) == before + 2, "by DMA, with an interrupt for each");
	ok(pwrite(fd, "edu", 3, 100) == 3, "three bytes in the middle");
	memcpy(out + 100, "edu", 3);
	ok(pread(fd, in, 200, 50) == 200 && !memcmp(in, out + 50, 200),
	   "are there, and those around them untouched");
	ok(pread(fd, in, SIZE, SIZE - 10) == 10, "at the end: a short read");
	ok(read(fd, in, 1) == 0, "behind it: the end of the file");
	fails(write(fd, in, 1), ENOSPC, "or no room");
	fails(pread(fd, (void *)1, 10, 0), EFAULT, "read to nowhere");
	fails(pwrite(fd, (void *)1, 10, 0), EFAULT, "write from nowhere");
	close(fd);
}

/* It is taken away from the driver while somebody has it open. */
static void goes_while_open(void)
{
	int fd = open("/dev/pci_edu0", O_RDWR);
	const char *where = slot(0);
	char buf[4];

	must(fd >= 0, "the first one is held open");
	ok(!spit(DRIVER "unbind", where), "and taken from the driver");
	fails(read(fd, buf, 4), ENODEV, "who has it open is told");
	fails(access("/dev/pci_edu0", F_OK), ENOENT, "nobody else can open it");
	ok(!spit(INTX, "1") && !spit(DRIVER "bind", where),
	   "it is given back, to use the interrupt line");
	fails(read(fd, buf, 4), ENODEV, "the old one stays gone");
	close(fd);
}

int main(void)
{
	int n = 0;

	must(!access(DRIVER, F_OK), "the driver is on the bus");
	for (; !access(of(n, "dev"), F_OK); n++) {
		factorials(n, "msi");
		copies(n);
	}
	if (!n)
		skip_all("there is no edu device: lkm try --device edu");
	goes_while_open();
	factorials(0, "intx");
	copies(0);
	return done();
}
