/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the exercisers of the examples share: TAP, and small files.
 *
 *	int main(void)
 *	{
 *		int fd = open("/dev/chardev", O_RDWR);
 *
 *		must(fd >= 0, "open /dev/chardev");
 *		ok(read(fd, buf, 5) == 5, "five bytes come");
 *		fails(read(fd, NULL, 5), EFAULT, "a bad pointer");
 *		return done();
 *	}
 *
 * A line for each thing that is proved, "ok 1 - five bytes come" or "not ok",
 * and "1..N" at the end: the Test Anything Protocol. What failed is told with
 * errno, as it, or the call before it, left it.
 */
#ifndef EXAMPLES_USE_H
#define EXAMPLES_USE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int use_count, use_failed, use_now;

/* One line of the report. */
#define use_say(good, err, ...)                                         \
	do {                                                            \
		use_begin(good);                                        \
		printf(__VA_ARGS__);                                    \
		use_end(err);                                           \
	} while (0)

static inline void use_begin(int good)
{
	use_now = good;
	use_failed += !good;
	printf("%sok %d - ", good ? "" : "not ", ++use_count);
}

static inline void use_end(int err)
{
	if (!use_now && err)
		printf(" (errno %d, %s)", err, strerror(err));
	printf("\n");
	fflush(stdout);
}

/* Is it so? */
#define ok(cond, ...)                                                   \
	({                                                              \
		int use_before = errno, use_good;                       \
									\
		errno = 0;                                              \
		use_good = !!(cond);                                    \
		use_say(use_good, errno ? errno : use_before,           \
			__VA_ARGS__);                                   \
		use_good;                                               \
	})

/* The same, and without it there is no sense in going on. */
#define must(cond, ...)                                                 \
	do {                                                            \
		if (!ok(cond, __VA_ARGS__))                             \
			exit(done());                                   \
	} while (0)

/* A system call that must fail (return -1), and with which errno. */
#define fails(call, wanted, ...)                                        \
	({                                                              \
		int use_err, use_good;                                  \
									\
		errno = 0;                                              \
		use_good = (call) == -1 && errno == (wanted);           \
		use_err = errno;                                        \
		use_say(use_good, use_err, __VA_ARGS__);                \
		use_good;                                               \
	})

/* Two strings; what was found is told if they differ. */
#define same(found, wanted, ...)                                        \
	({                                                              \
		const char *use_f = (found), *use_w = (wanted);         \
		int use_good = use_f && !strcmp(use_f, use_w);          \
									\
		use_say(use_good, 0, __VA_ARGS__);                      \
		if (!use_good)                                          \
			printf("# found '%s', wanted '%s'\n",           \
			       use_f ? use_f : "nothing", use_w);       \
		use_good;                                               \
	})

/* The end: the plan, and the exit status. */
static inline int done(void)
{
	printf("1..%d\n", use_count);
	return use_failed || !use_count;
}

/* This machine cannot show it: no failure, but counted. */
#define skip_all(...)                                                   \
	do {                                                            \
		printf("1..0 # SKIP ");                                 \
		printf(__VA_ARGS__);                                    \
		printf("\n");                                           \
		exit(77);                                               \
	} while (0)

/*
 * What a file of /proc or /sys holds, without the last newline; NULL if it
 * cannot be read. Good until the fourth call from now.
 */
static inline char *slurp(const char *path)
{
	static char bufs[4][65536];
	static unsigned int turn;
	char *buf = bufs[turn++ % 4];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n, got = 0;

	if (fd < 0)
		return NULL;
	while ((n = read(fd, buf + got, sizeof(bufs[0]) - 1 - got)) > 0)
		got += n;
	close(fd);
	if (n < 0)
		return NULL;
	if (got && buf[got - 1] == '\n')
		got--;
	buf[got] = 0;
	return buf;
}

/* Writes a text into a file that exists. 0, or -1 with errno. */
static inline int spit(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -1;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = errno ? errno : EIO;
	close(fd);
	errno = err;
	return err ? -1 : 0;
}

/* Asks for up to five seconds. What becomes true by and by is not slept for. */
static inline int wait_for(int (*there)(void *arg), void *arg)
{
	for (int i = 0; i < 500; i++) {
		if (there(arg))
			return 1;
		usleep(10000);
	}
	return 0;
}

#endif
