// SPDX-License-Identifier: GPL-2.0-or-later
/* Two modules, one of which uses the other: both sides of it. */
#include <sys/stat.h>
#include <sys/syscall.h>

#include "../use.h"

#define TICKET "/sys/module/raffle_user/parameters/ticket"

static int delete_module(const char *name, unsigned int flags)
{
	return syscall(SYS_delete_module, name, flags);
}

/* A field of a module's line in /proc/modules, counted from 1; or NULL. */
static const char *field(const char *module, int number)
{
	char *line, *word = NULL;

	for (line = strtok(slurp("/proc/modules"), "\n"); line;
	     line = strtok(NULL, "\n"))
		if (!strncmp(line, module, strlen(module)) &&
		    line[strlen(module)] == ' ')
			break;
	for (; line && number; number--)
		word = strtok(word ? NULL : line, " ");
	return word;
}

int main(void)
{
	struct stat st;

	same(slurp(TICKET), "1", "init has drawn a ticket of the other module");
	ok(!spit(TICKET, "\n"), "one more");
	same(slurp(TICKET), "2", "it is another");

	same(field("raffle_base", 4), "raffle_user,",
	     "field 4 of /proc/modules: who uses it");
	same(field("raffle_base", 3), "1", "field 3: by how many it is used");
	same(field("raffle_user", 4), "-", "nobody uses the user");
	ok(!stat("/sys/module/raffle_base/holders/raffle_user", &st),
	   "/sys names the user as well");
	fails(delete_module("raffle_base", O_NONBLOCK), EAGAIN,
	      "what is used cannot be removed");

	ok(!spit(TICKET, "\n"), "one more after that");
	same(slurp(TICKET), "3", "the attempt has not hurt");
	return done();
}
