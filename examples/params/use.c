// SPDX-License-Identifier: GPL-2.0-or-later
/* Parameters are files in /sys. try.conf says what they were set to. */
#include <sys/stat.h>

#include "../use.h"

#define DIR "/sys/module/knobs/parameters/"

static unsigned int mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_mode & 0777;
}

static void given_on_loading(void)
{
	same(slurp(DIR "count"), "3", "a number");
	same(slurp(DIR "name"), "two words", "a text with a blank in it");
	same(slurp(DIR "loud"), "Y", "a switch, by its name alone");
	same(slurp(DIR "list"), "1,2,3", "a list, as long as it was given");
	same(slurp(DIR "level"), "high", "a word, by functions of its own");
	same(slurp(DIR "sum"), "18", "the module works with them");
}

static void written_later(void)
{
	ok(!spit(DIR "count", "7\n"), "a number is written");
	same(slurp(DIR "count"), "7", "and is there");
	ok(!spit(DIR "name", "somebody"), "a text is written");
	same(slurp(DIR "name"), "somebody", "and is there");
	ok(!spit(DIR "list", "10,-3"), "a list is written");
	same(slurp(DIR "list"), "10,-3", "and is shorter now");
	ok(!spit(DIR "loud", "off"), "a switch is written");
	same(slurp(DIR "loud"), "N", "and is off");
	ok(!spit(DIR "level", "middle\n"), "a word is written");
	same(slurp(DIR "level"), "middle", "and is there");
	same(slurp(DIR "sum"), "49", "the module works with the new ones");
}

static void refused(void)
{
	fails(spit(DIR "count", "many"), EINVAL, "no number");
	fails(spit(DIR "count", "101"), ERANGE, "too large a number");
	fails(spit(DIR "count", "99999999999"), ERANGE, "a huge number");
	fails(spit(DIR "loud", "maybe"), EINVAL, "no yes and no no");
	fails(spit(DIR "list", "1,2,3,4,5"), EINVAL, "too long a list");
	fails(spit(DIR "level", "loud"), EINVAL, "an unknown word");
	same(slurp(DIR "count"), "7", "what was refused has changed nothing");
	same(slurp(DIR "level"), "middle", "here neither");
	ok(mode_of(DIR "sum") == 0444 && mode_of(DIR "count") == 0644,
	   "modes say who may do what");
	fails(spit(DIR "sum", "1"), EACCES, "not even root may write this one");
}

int main(void)
{
	given_on_loading();
	written_later();
	refused();
	return done();
}
