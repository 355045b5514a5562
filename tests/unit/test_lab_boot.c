/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * src/lab/boot: a machine that gives no sign is started once more. QEMU is this
 * program itself, which does what the letters in the environment say: of
 * the Nth machine the Nth.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab/boot.h"
#include "lab/lab.h"
#include "lab/proto.h"

enum { BOOT_MS = 50, MIB = 1 << 20 };

#define ACTS "TEST_LAB_BOOT"
#define COUNT "TEST_LAB_BOOT_COUNT"

/* ------------------------------------------------------ what plays QEMU */

/* "socket,id=NAME,fd=NUMBER" among the arguments. */
static int channel(char **argv, const char *name)
{
	char want[32];

	(void)snprintf(want, sizeof(want), "socket,id=%s,fd=", name);
	for (; *argv; argv++)
		if (!strncmp(*argv, want, strlen(want)))
			return (int)strtol(*argv + strlen(want), NULL, 10);
	return -1;
}

/* A byte in the file for each machine that was started. */
static size_t next_machine(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND);
	struct stat st;

	if (write(fd, ".", 1) != 1 || fstat(fd, &st) < 0)
		_exit(3);
	(void)close(fd);
	return (size_t)st.st_size - 1;
}

/* What the guest has to say is there before the first answer. */
static _Noreturn void play(char **argv)
{
	static const char answer[] = "{\"return\": {}}\n", word[] = "word\n";
	int control = channel(argv, "q");
	char act = getenv(ACTS)[next_machine(getenv(COUNT))], c;

	if (act == 'R' || act == 'B')
		(void)!write(channel(argv, "b"), &act, 1);
	if (act == 'w')
		(void)!write(channel(argv, "s"), word, strlen(word));
	while (read(control, &c, 1) == 1)
		if (c == '\n')
			(void)!write(control, answer, strlen(answer));
	_exit(0);
}

/* ---------------------------------------------------------------- tests */

static char count[] = "/tmp/test_lab_boot.XXXXXX";

struct outcome {
	int r;
	off_t machines;
	struct diag d;
};

static struct outcome boot(const char *acts, bool kvm, int ram_fd)
{
	const struct lab_config c = { .release = "1.2.3", .image = "/dev/null",
				      .memory_mib = 1, .cpus = 1 };
	struct lab_win win = { .fd = -1 };
	struct lab_machine m = LAB_MACHINE_NONE;
	struct outcome o = { 0 };
	struct stat st;

	assert_int_equal(setenv(ACTS, acts, 1), 0);
	assert_int_equal(truncate(count, 0), 0);
	assert_int_equal(lab_win_open(&win, &o.d), 0);

	const struct lab_start s = { .c = &c, .kvm = kvm, .win_fd = win.fd,
				     .ram_fd = ram_fd, .ram_shared = true };

	o.r = lab_boot(&m, &s, BOOT_MS, &o.d);
	lab_machine_end(&m);
	lab_win_close(&win);
	assert_int_equal(stat(count, &st), 0);
	o.machines = st.st_size;
	return o;
}

static void test_ready(void **state)
{
	struct outcome o = boot("R", false, -1);

	(void)state;
	assert_int_equal(o.r, 0);
	assert_int_equal(o.machines, 1);
}

static void test_once_more(void **state)
{
	int ram = memfd_create("ram", MFD_CLOEXEC);
	char byte = 'x';

	(void)state;
	assert_int_equal(ftruncate(ram, MIB), 0);
	assert_int_equal(pwrite(ram, &byte, 1, 1000), 1);

	struct outcome o = boot("-R", false, ram);
	struct stat st;

	assert_int_equal(o.r, 0);
	assert_int_equal(o.machines, 2);
	assert_int_equal(o.d.err, 0);
	assert_int_equal(pread(ram, &byte, 1, 1000), 1);
	assert_int_equal(byte, 0);
	assert_int_equal(fstat(ram, &st), 0);
	assert_int_equal(st.st_size, MIB);
	(void)close(ram);
}

static void test_never(void **state)
{
	struct outcome o = boot("--R", false, -1);

	(void)state;
	assert_int_equal(o.r, -ETIME);
	assert_int_equal(o.machines, 2);
	assert_non_null(strstr(o.d.where, "the second time"));
	assert_non_null(strstr(o.d.what, "gave no sign within 1 s"));
	assert_non_null(strstr(o.d.hint, "run it again"));
}

/* Who said something will not say anything else the next time. */
static void test_a_word(void **state)
{
	struct outcome o = boot("wR", false, -1);

	(void)state;
	assert_int_equal(o.r, -ETIME);
	assert_int_equal(o.machines, 1);
	assert_non_null(strstr(o.d.what, "its last words: word"));
	o = boot("BR", false, -1);
	assert_int_equal(o.r, -ENOTSUP);
	assert_int_equal(o.machines, 1);
}

/* There emulation is what is tried next. */
static void test_kvm(void **state)
{
	struct outcome o = boot("-R", true, -1);

	(void)state;
	assert_int_equal(o.r, -ETIME);
	assert_int_equal(o.machines, 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_once_more),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_a_word),
		cmocka_unit_test(test_kvm),
	};
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int fd, r;

	if (argc > 1)
		play(argv);
	fd = mkstemp(count);
	if (n < 0 || fd < 0)
		return 99;
	self[n] = 0;
	(void)close(fd);
	(void)setenv("LKM_QEMU", self, 1);
	(void)setenv(COUNT, count, 1);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(count);
	return r;
}
