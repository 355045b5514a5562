// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A virtual machine by the kernel's own KVM, with the module's memory. Its code
 * goes in by write(2) on the module's device, its results come by read(2).
 */
#define _GNU_SOURCE
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../use.h"

#define DEV "/dev/kvmmem"

enum { SIZE = 64 << 10, NUMBERS = 0x1000, SUM = 0x2000, PORT = 0x10 };

struct machine {
	int vm, cpu;
	struct kvm_run *run; /* what KVM tells about the last exit */
	size_t run_size;
};

static unsigned int at(int fd, int address)
{
	unsigned char b[2];

	if (pread(fd, b, 2, address) != 2)
		return ~0U;
	return b[0] | (unsigned int)b[1] << 8;
}

static int put(int fd, int address, unsigned int v)
{
	unsigned char b[2] = { (unsigned char)v, (unsigned char)(v >> 8) };

	return pwrite(fd, b, 2, address) == 2 ? 0 : -1;
}

/* The processor begins at address 0, in 16-bit mode, as after power on. */
static int begin_at_zero(int cpu)
{
	struct kvm_sregs s;
	struct kvm_regs r = { .rflags = 2, .rsp = SIZE };

	if (ioctl(cpu, KVM_GET_SREGS, &s))
		return -1;
	s.cs.base = 0;
	s.cs.selector = 0;
	return ioctl(cpu, KVM_SET_SREGS, &s) || ioctl(cpu, KVM_SET_REGS, &r) ?
		       -1 : 0;
}

static void make_machine(int kvm, void *memory, struct machine *m)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = SIZE,
		.userspace_addr = (unsigned long)memory,
	};

	m->vm = ioctl(kvm, KVM_CREATE_VM, 0);
	must(m->vm >= 0, "make a machine");
	must(!ioctl(m->vm, KVM_SET_USER_MEMORY_REGION, &region),
	     "give it the module's memory");
	m->cpu = ioctl(m->vm, KVM_CREATE_VCPU, 0);
	must(m->cpu >= 0, "give it a processor");
	m->run_size = (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	m->run = mmap(NULL, m->run_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		      m->cpu, 0);
	must(m->run != MAP_FAILED, "map what it tells");
	must(!begin_at_zero(m->cpu), "let it begin at address 0");
}

/* Up to the next exit; its reason, or -1. */
static int go(struct machine *m)
{
	return ioctl(m->cpu, KVM_RUN, 0) ? -1 : (int)m->run->exit_reason;
}

static int at_port(struct machine *m)
{
	return go(m) == KVM_EXIT_IO && m->run->io.port == PORT &&
	       m->run->io.direction == KVM_EXIT_IO_OUT;
}

static void guest_runs(int fd, struct machine *m)
{
	/*
	 * again: mov ax,[0x1000]; add ax,[0x1002]; mov [0x2000],ax;
	 * out 0x10,al; jmp again
	 */
	static const char adds[] =
		"\xa1\0\x10\3\6\2\x10\xa3\0\x20\xe6\x10\xeb\xf2";
	/* mov ax,0x9000; mov ds,ax; mov [8],al; hlt */
	static const char far_away[] = "\xb8\0\x90\x8e\xd8\xa2\x8\0\xf4";

	must(pwrite(fd, adds, sizeof(adds) - 1, 0) == sizeof(adds) - 1,
	     "write its code to the module");
	ok(!put(fd, NUMBERS, 40) && !put(fd, NUMBERS + 2, 2),
	   "and two numbers");
	ok(at_port(m), "it runs, until it comes to a port");
	ok(at(fd, SUM) == 42, "the module has their sum");
	ok(!put(fd, NUMBERS, 999) && at_port(m) && at(fd, SUM) == 1001,
	   "other numbers, another turn: another sum");

	/* Between two turns the host may change anything, its code, too. */
	ok(pwrite(fd, far_away, sizeof(far_away) - 1, 0) ==
	   sizeof(far_away) - 1 && !begin_at_zero(m->cpu),
	   "give it other code");
	ok(go(m) == KVM_EXIT_MMIO && m->run->mmio.phys_addr == 0x90008 &&
	   m->run->mmio.is_write, "memory that it does not have: a device's");
	ok(go(m) == KVM_EXIT_HLT, "it halts");
}

static void memory_alone(int fd)
{
	char c = 'x';

	ok(at(fd, 0) == 0 && at(fd, SIZE - 2) == 0, "it is empty at first");
	ok(lseek(fd, 0, SEEK_END) == SIZE && read(fd, &c, 1) == 0,
	   "64 KiB, and then the end");
	fails(write(fd, &c, 1), ENOSPC, "nothing goes behind it");
	fails(lseek(fd, SIZE + 1, SEEK_SET), EINVAL, "nor does lseek()");
	fails(pwrite(fd, NULL, 1, 0), EFAULT, "a bad pointer");
	ok(mmap(NULL, SIZE + 4096, PROT_READ, MAP_SHARED, fd, 0) ==
	   MAP_FAILED, "no more can be mapped than there is");
}

static int try_remove(void)
{
	return (int)syscall(SYS_delete_module, "kvmmem", O_NONBLOCK);
}

int main(void)
{
	int kvm = open("/dev/kvm", O_RDWR), fd = open(DEV, O_RDWR);
	struct machine m;
	char *memory;

	if (kvm < 0)
		skip_all("no /dev/kvm: KVM finds no AMD processor");
	must(fd >= 0, "open " DEV);
	ok(ioctl(kvm, KVM_GET_API_VERSION, 0) == 12, "KVM speaks version 12");
	memory_alone(fd);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(memory != MAP_FAILED, "map " DEV);
	make_machine(kvm, memory, &m);
	guest_runs(fd, &m);
	ok(memory[0] == '\xb8', "all is seen where it is mapped, too");

	close(fd);
	fails(try_remove(), EAGAIN, "no removing while it is mapped");
	munmap(memory, SIZE);
	ok(!begin_at_zero(m.cpu) && go(&m) == -1 && errno == EFAULT,
	   "without its memory, the machine cannot run");
	munmap(m.run, m.run_size);
	close(m.cpu);
	close(m.vm);
	close(kvm);
	return done();
}
