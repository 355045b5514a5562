// SPDX-License-Identifier: GPL-2.0-or-later
/* Guests that do something right, and guests that try what they must not. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../use.h"

#define DEV "/dev/svmguest"
#define LIMIT "/sys/module/svmguest/parameters/limit_ms"

/* Code for a guest; its bytes as a string. */
#define RUNS(fd, code) runs(fd, code, sizeof(code) - 1)

/* What became of it; "" if it did not run. */
static const char *runs(int fd, const char *code, size_t len)
{
	static char report[256];
	ssize_t n = -1;

	if (write(fd, code, len) == (ssize_t)len)
		n = pread(fd, report, sizeof(report) - 1, 0);
	report[n > 0 ? n : 0] = 0;
	return report;
}

static int begins(const char *report, const char *with)
{
	if (!strncmp(report, with, strlen(with)))
		return 1;
	printf("# found '%.*s'\n", (int)strcspn(report, "\n"), report);
	return 0;
}

static void do_right(int fd)
{
	/* mov ax,6; mov bx,7; mul bx; hlt */
	ok(begins(RUNS(fd, "\xb8\6\0\xbb\7\0\xf7\xe3\xf4"),
		  "exit=hlt ax=002a bx=0007"), "six times seven");
	/* mov cx,100; again: add ax,cx; loop again; hlt */
	ok(begins(RUNS(fd, "\xb9\x64\0\1\xc8\xe2\xfc\xf4"),
		  "exit=hlt ax=13ba bx=0000 cx=0000"), "1 + 2 + ... + 100");
	/* mov word [0x3ffe],0xbeef; mov si,0x3ffe; lodsw; push ax; */
	/* pop di; hlt */
	ok(begins(RUNS(fd, "\xc7\6\xfe\x3f\xef\xbe\xbe\xfe\x3f\xad\x50\x5f\xf4"),
		  "exit=hlt ax=beef bx=0000 cx=0000 dx=0000 si=4000 di=beef"),
	   "memory up to its end, and a stack");
	/* mov ax,[0x2000]; hlt */
	ok(begins(RUNS(fd, "\xa1\0\x20\xf4"), "exit=hlt ax=0000"),
	   "it is empty when a guest begins");
	/* mov bp,[0]; mov dx,0x1234; mov gs,dx; mov ax,gs; hlt */
	ok(begins(RUNS(fd, "\x8b\x2e\0\0\xba\x34\x12\x8e\xea\x8c\xe8\xf4"),
		  "exit=hlt ax=1234"), "segment registers are its own");
}

static void do_wrong(int fd)
{
	/* mov ax,[0x4000]; hlt */
	ok(begins(RUNS(fd, "\xa1\0\x40\xf4"), "exit=memory address=0x4000"),
	   "memory that it does not have");
	/* mov ax,0x9000; mov ds,ax; mov [0],ax */
	ok(begins(RUNS(fd, "\xb8\0\x90\x8e\xd8\xa3\0\0"),
		  "exit=memory address=0x90000"), "far away, too");
	/* in al,0x60 */
	ok(begins(RUNS(fd, "\xe4\x60"), "exit=io port=0x60"), "a port");
	/* mov ecx,0xc0000080; rdmsr */
	ok(begins(RUNS(fd, "\x66\xb9\x80\0\0\xc0\x0f\x32"),
		  "exit=other code=0x7c"), "a model-specific register");
	/* mov eax,1; mov cr0,eax */
	ok(begins(RUNS(fd, "\x66\xb8\1\0\0\0\x0f\x22\xc0"),
		  "exit=other code=0x10 "), "a control register");
	/* fld1 */
	ok(begins(RUNS(fd, "\xd9\xe8"), "exit=exception vector=7"),
	   "the FPU, which it does not have");
	/* ud2 */
	ok(begins(RUNS(fd, "\x0f\x0b"), "exit=exception vector=6"),
	   "no instruction");
	/* xor ax,ax; div al */
	ok(begins(RUNS(fd, "\x31\xc0\xf6\xf0"), "exit=exception vector=0"),
	   "a division by zero");
	/* vmrun */
	ok(!strncmp(RUNS(fd, "\x0f\1\xd8"), "exit=", 5) &&
	   strncmp(RUNS(fd, "\x0f\1\xd8"), "exit=hlt", 8),
	   "a virtual machine of its own");
}

/* It switches interrupts off and runs for ever: the host must not care. */
static void endless(int fd)
{
	static const char code[] = "\xfa\x40\xeb\xfd"; /* cli; inc ax; jmp */
	int status;
	pid_t child;

	ok(begins(RUNS(fd, code), "exit=time"), "its time is up some time");
	must(!spit(LIMIT, "60000\n"), "give them a minute");
	child = fork();
	if (!child) {
		int own = open(DEV, O_RDWR);

		_exit(write(own, code, sizeof(code) - 1) > 0);
	}
	usleep(50000);
	ok(!kill(child, SIGKILL) && waitpid(child, &status, 0) == child &&
	   WIFSIGNALED(status), "it can be killed meanwhile");
	must(!spit(LIMIT, "200\n"), "give them less again");
}

static void bad_calls(int fd)
{
	static char big[16385];
	int other = open(DEV, O_RDWR);
	char c;

	ok(other >= 0 && read(other, &c, 1) == 0,
	   "another guest has not run yet");
	fails(write(fd, big, sizeof(big)), EFBIG, "code that is too long");
	fails(write(fd, (void *)8, 8), EFAULT, "a bad pointer");
	ok(RUNS(fd, "\xf4") && read(other, &c, 1) == 0,
	   "each file has its own guest");
	fails(syscall(SYS_delete_module, "svmguest", O_NONBLOCK), EAGAIN,
	      "no removing while one is open");
	close(other);
}

/* A model-specific register of the host, by the kernel's module msr. */
static unsigned long long host_msr(unsigned int msr)
{
	unsigned long long v = ~0ULL;
	int fd = open("/dev/cpu/0/msr", O_RDONLY);

	if (fd >= 0 && pread(fd, &v, sizeof(v), msr) != sizeof(v))
		v = ~0ULL;
	close(fd);
	return v;
}

/* EFER's bit 12 switches SVM on, VM_HSAVE_PA is where the host is kept. */
static void host_is_as_before(void)
{
	ok(!(host_msr(0xc0000080) >> 12 & 1), "SVM is off");
	ok(!host_msr(0xc0010117), "and the host's page not in use");
}

int main(void)
{
	int fd = open(DEV, O_RDWR);

	must(fd >= 0, "open " DEV);
	host_is_as_before();
	do_right(fd);
	do_wrong(fd);
	endless(fd);
	bad_calls(fd);
	do_right(fd);
	host_is_as_before();
	close(fd);
	return done();
}
