// SPDX-License-Identifier: GPL-2.0-or-later
/* One list of words, seen in /proc, /sys and debugfs. */
#include <sys/wait.h>

#include "../use.h"

#define PROC "/proc/seqfiles"
#define SYS "/sys/kernel/seqfiles/"
#define DUMP "/sys/kernel/debug/seqfiles/dump"

static int command(const char *verb, const char *word, int number)
{
	char line[80];

	if (word)
		snprintf(line, sizeof(line), "%s %s%.0d\n", verb, word, number);
	else
		snprintf(line, sizeof(line), "%s\n", verb);
	return spit(PROC, line);
}

/* Lines of a file that is read a few bytes at a time. */
static int lines_by(size_t step)
{
	char buf[4096];
	int fd = open(PROC, O_RDONLY), lines = 0;
	ssize_t n;

	while ((n = read(fd, buf, step)) > 0)
		for (ssize_t i = 0; i < n; i++)
			lines += buf[i] == '\n';
	close(fd);
	return n ? -1 : lines;
}

static void three_places(void)
{
	same(slurp(PROC), "", "the list is empty");
	same(slurp(SYS "count"), "0", "/sys counts none");
	ok(!command("add", "one", 0) && !command("add", "three", 0) &&
	   !command("add", "two", 0), "three words are added");
	same(slurp(PROC), "one\nthree\ntwo", "/proc has them in order");
	same(slurp(SYS "count"), "3", "/sys counts them");
	same(slurp(SYS "longest"), "three", "and knows the longest");
	same(slurp(DUMP), "0 3 one\n1 5 three\n2 3 two", "debugfs shows more");
	ok(!command("del", "three", 0), "one is taken out");
	same(slurp(PROC), "one\ntwo", "and gone");
	same(slurp(SYS "longest"), "one", "the longest is another now");
}

static void refused(void)
{
	fails(command("add", "one", 0), EEXIST, "no word twice");
	fails(command("del", "four", 0), ENOENT, "nothing that is not there");
	fails(command("eat", "one", 0), EINVAL, "no unknown command");
	fails(command("add", NULL, 0), EINVAL, "nothing to add");
	fails(command("add", "a-word-that-is-much-too-long-for-it", 0), EINVAL,
	      "too long a word");
	fails(spit(SYS "count", "7"), EACCES, "what is only shown");
	same(slurp(PROC), "one\ntwo", "nothing of it has changed the list");
}

/* More than seq_file's buffer, and read in pieces of any size. */
static void long_list(void)
{
	int bad = 0;

	for (int i = 1; i <= 1000; i++)
		bad |= command("add", "word", i);
	ok(!bad, "a thousand more");
	same(slurp(SYS "count"), "1002", "/sys counts them all");
	ok(lines_by(4096) == 1002, "/proc shows them all");
	ok(lines_by(7) == 1002, "and in small pieces, too");
}

/* While it is read it changes: the reader must come to an end. */
static void while_it_changes(void)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		for (int i = 1; i <= 1000; i++)
			command("del", "word", i);
		_exit(0);
	}
	for (int i = 0; i < 5; i++)
		if (lines_by(100) < 0)
			status = 1;
	ok(!status, "it can be read while words go");
	waitpid(pid, &status, 0);
	same(slurp(PROC), "one\ntwo", "the first two are left");
	ok(!command("clear", NULL, 0), "all is cleared");
	same(slurp(SYS "count"), "0", "nothing is left");
	ok(!command("add", "last", 0), "removing the module frees what is there");
}

int main(void)
{
	three_places();
	refused();
	long_list();
	while_it_changes();
	return done();
}
