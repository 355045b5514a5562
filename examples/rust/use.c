// SPDX-License-Identifier: GPL-2.0-or-later
/* Texts go in, numbers come out; in between is Rust. */
#include "../use.h"

#define DIR "/sys/module/rust_words/parameters/"

static void counts(const char *text, const char *words, const char *longest)
{
	ok(!spit(DIR "text", text), "the text '%s'", text);
	same(slurp(DIR "words"), words, "has %s words", words);
	same(slurp(DIR "longest"), longest, "of at most %s letters", longest);
}

int main(void)
{
	same(slurp(DIR "words"), "3", "at first there are three words");
	counts("one", "1", "3");
	counts("  two   words ", "2", "5");
	counts("a\tb\tcde f", "4", "3");
	counts(" ", "0", "0");
	return done();
}
