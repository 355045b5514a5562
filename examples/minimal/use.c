// SPDX-License-Identifier: GPL-2.0-or-later
/* A module without an exit function is loaded, and there is no way back. */
#include <sys/syscall.h>

#include "../use.h"

/* What rmmod calls. The C library has no function for it. */
static int delete_module(const char *name, unsigned int flags)
{
	return syscall(SYS_delete_module, name, flags);
}

int main(void)
{
	char *line = slurp("/proc/modules");

	must(line, "/proc/modules can be read");
	line = strstr(line, "minimal ");
	must(line, "the module is listed");
	line[strcspn(line, "\n")] = 0;
	ok(strstr(line, " [permanent], Live "), "it is permanent, and alive");
	fails(delete_module("minimal", O_NONBLOCK), EBUSY,
	      "its removal is refused: EBUSY, not EAGAIN, which is 'in use'");
	same(slurp("/sys/module/minimal/initstate"), "live",
	     "the attempt has not hurt it");
	return done();
}
