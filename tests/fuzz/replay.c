/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzzer without libFuzzer: hands it every input of the corpus, as a plain
 * test. `replay KIND` says how many in TAP; `replay KIND DIR` writes the whole
 * ones to files instead, for libFuzzer to start from.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "corpus.h"
#include "fuzz.h"

struct count {
	size_t n;
	const char *dir;
};

static void replay(void *arg, struct span s)
{
	struct count *c = arg;

	(void)LLVMFuzzerTestOneInput(s.p, s.n);
	c->n++;
}

static void save(void *arg, struct span s)
{
	struct count *c = arg;
	_cleanup_free_ char *path = NULL;
	struct diag d = { 0 };

	if (asprintf(&path, "%s/seed-%zu", c->dir, c->n++) < 0)
		abort();
	if (file_write(path, s.p, s.n, 0644, &d) < 0) {
		(void)fprintf(stderr, "%s: %s\n", d.where, d.what);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct count c = { .dir = argc > 2 ? argv[2] : NULL };

	if (argc < 2 ||
	    !corpus_each(argv[1], c.dir, c.dir ? save : replay, &c)) {
		(void)fprintf(stderr, "usage: %s KIND [DIR]\n", argv[0]);
		return 2;
	}
	(void)printf("ok 1 - %zu inputs of %s\n1..1\n", c.n, argv[1]);
	return 0;
}
