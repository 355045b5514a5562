// SPDX-License-Identifier: GPL-2.0-or-later
/* /dev/chardev, as programs use it, as they should not, and many at once. */
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "../use.h"
#include "chardev.h"

#define DEVICE "/dev/chardev"

static long page;

static int open_it(int flags)
{
	int fd = open(DEVICE, flags | O_CLOEXEC);

	must(fd >= 0, "open " DEVICE);
	return fd;
}

static int can(int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, timeout_ms) == 1 ? p.revents : 0;
}

static void read_and_write(int fd)
{
	char buf[64] = "";

	ok(write(fd, "hello, ", 7) == 7, "seven bytes are written");
	ok(write(fd, "world", 5) == 5, "and five more behind them");
	ok(!lseek(fd, 0, SEEK_SET), "back to the beginning");
	ok(read(fd, buf, 5) == 5 && !memcmp(buf, "hello", 5), "five are read");
	ok(read(fd, buf, 64) == 7 && !memcmp(buf, ", world", 7),
	   "of 64 that are asked for there are seven: a short read");
	ok(pread(fd, buf, 5, 7) == 5 && !memcmp(buf, "world", 5),
	   "five from the middle");
	ok(lseek(fd, -5, SEEK_END) == 7, "positions count from the end, too");
	fails(lseek(fd, -1, SEEK_SET), EINVAL, "none is before the beginning");
	ok(read(fd, buf, 0) == 0, "nothing is asked for, nothing comes");
}

static void several_openers(int fd)
{
	int other = open_it(O_RDONLY);
	struct chardev_state state = { 0 };
	char buf[8] = "";

	lseek(fd, 7, SEEK_SET);
	ok(read(other, buf, 5) == 5 && !memcmp(buf, "hello", 5),
	   "another opener has a position of its own");
	ok(!ioctl(other, CHARDEV_GET_STATE, &state) && state.openers == 2 &&
	   state.length == 12 && state.size == 4 * page && !state.finished,
	   "the state: two openers, twelve bytes");
	fails(write(other, "x", 1), EBADF, "who may only read cannot write");
	fails(ioctl(other, CHARDEV_CLEAR), EBADF, "nor clear it");
	close(other);
	ok(!ioctl(fd, CHARDEV_GET_STATE, &state) && state.openers == 1,
	   "one is gone");
}

static void bad_pointers(int fd)
{
	void *bad = (void *)1;
	char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct chardev_state state = { 0 };

	must(two != MAP_FAILED && !munmap(two + page, page),
	     "a page with nothing behind it");
	lseek(fd, 0, SEEK_SET);
	fails(read(fd, bad, 5), EFAULT, "read to nowhere");
	ok(lseek(fd, 0, SEEK_CUR) == 0, "the position has not moved");
	fails(write(fd, bad, 5), EFAULT, "write from nowhere");
	fails(ioctl(fd, CHARDEV_GET_STATE, bad), EFAULT, "ioctl to nowhere");
	fails(ioctl(fd, _IO('L', 99)), ENOTTY, "an unknown ioctl");
	fails(ioctl(fd, _IOR('M', 1, struct chardev_state), &state), ENOTTY,
	      "an ioctl of another device");
	ok(read(fd, two + page - 3, 12) == 3,
	   "what fits before the hole is read");
	ok(lseek(fd, 0, SEEK_CUR) == 3, "and the position is behind it");
	fails(syscall(SYS_mmap, NULL, 5 * page, PROT_READ, MAP_SHARED, fd, 0),
	      EINVAL, "no mapping is longer than the device");
	munmap(two, page);
}

static void map(int fd)
{
	char *mem = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char buf[8] = "";

	must(mem != MAP_FAILED, "its memory is mapped");
	ok(!memcmp(mem, "hello, world", 12), "what was written is there");
	memcpy(mem, "HELLO", 5);
	ok(pread(fd, buf, 5, 0) == 5 && !memcmp(buf, "HELLO", 5),
	   "what is put there is read");
	ok(pwrite(fd, "h", 1, 0) == 1 && mem[0] == 'h', "and the other way");
	close(fd);
	fails(syscall(SYS_delete_module, "chardev", O_NONBLOCK), EAGAIN,
	      "while it is mapped the module cannot be removed");
	munmap(mem, page);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* What is not there yet: wait, do not wait, be woken, be interrupted. */
static void wait_for_more(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	int fd = open_it(O_RDWR), status;
	char buf[8] = "";
	pid_t pid;

	lseek(fd, 0, SEEK_END);
	ok(!can(fd, POLLIN, 0), "poll: nothing to read at the end");
	ok(can(fd, POLLOUT, 0) == POLLOUT, "poll: there is room to write");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fails(read(fd, buf, 1), EAGAIN, "O_NONBLOCK does not wait");
	fcntl(fd, F_SETFL, 0);

	sigaction(SIGALRM, &sa, NULL);
	/* Again and again: the first may come before read() waits. */
	ualarm(50000, 50000);
	fails(read(fd, buf, 1), EINTR, "a signal ends the waiting");
	ualarm(0, 0);

	pid = fork();
	if (!pid) {
		int other = open(DEVICE, O_WRONLY | O_APPEND);

		usleep(50000);
		_exit(write(other, "more", 4) != 4);
	}
	ok(read(fd, buf, 8) == 4 && !memcmp(buf, "more", 4),
	   "a read waits until somebody writes");
	waitpid(pid, &status, 0);
	ok(!status, "that was another process");

	pid = fork();
	if (!pid) {
		usleep(50000);
		_exit(!!ioctl(fd, CHARDEV_FINISH));
	}
	ok(can(fd, POLLIN, 5000) == POLLIN, "poll is woken");
	ok(read(fd, buf, 8) == 0, "by the end of the file");
	waitpid(pid, &status, 0);
	fails(write(fd, "x", 1), EPIPE, "after that nobody can write");
	ok(!can(fd, POLLOUT, 0), "poll knows");
	close(fd);
}

static void fill(void)
{
	int fd = open_it(O_RDWR);
	char *big = calloc(5, page);

	ok(!ioctl(fd, CHARDEV_CLEAR), "it is cleared");
	ok(pwrite(fd, "x", 1, 3) == 1, "a byte, and three are skipped");
	ok(pread(fd, big, 4, 0) == 4 && !memcmp(big, "\0\0\0x", 4),
	   "those are zeros");
	ok(write(fd, big, 5 * page) == 4 * page,
	   "of five pages four fit in: a short write");
	fails(write(fd, big, 1), ENOSPC, "then it is full");
	ok(!can(fd, POLLOUT, 0), "poll knows");
	ok(lseek(fd, 0, SEEK_END) == 4 * page, "that is its end");
	fails(lseek(fd, 1, SEEK_END), EINVAL, "there is nothing behind it");
	free(big);
	close(fd);
}

/* A quarter of a second of everything, from one of several processes. */
static void hammer(unsigned int seed)
{
	int fd = open(DEVICE, O_RDWR | O_NONBLOCK);
	struct chardev_state state;
	struct timespec t, end;
	char buf[999] = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += 250000000;
	do {
		switch (rand_r(&seed) % 6) {
		case 0:
			ioctl(fd, CHARDEV_CLEAR);
			break;
		case 1:
			ioctl(fd, CHARDEV_GET_STATE, &state);
			break;
		case 2:
			lseek(fd, 0, SEEK_SET);
			break;
		case 3:
			close(fd);
			fd = open(DEVICE, O_RDWR | O_NONBLOCK);
			break;
		case 4:
			(void)!write(fd, buf, sizeof(buf));
			break;
		default:
			(void)!read(fd, buf, sizeof(buf));
		}
		clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_nsec += (t.tv_sec - end.tv_sec) * 1000000000;
	} while (fd >= 0 && t.tv_nsec < end.tv_nsec);
	_exit(fd < 0);
}

static void many_at_once(void)
{
	int bad = 0, status;

	for (int i = 0; i < 4; i++)
		if (!fork())
			hammer(i);
	while (wait(&status) > 0)
		bad |= status;
	ok(!bad, "four processes at once");
}

int main(void)
{
	int fd;

	page = sysconf(_SC_PAGESIZE);
	fd = open_it(O_RDWR);
	read_and_write(fd);
	several_openers(fd);
	bad_pointers(fd);
	map(fd);
	wait_for_more();
	fill();
	many_at_once();
	return done();
}
