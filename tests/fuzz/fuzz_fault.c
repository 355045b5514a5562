/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a kernel log: records of /dev/kmsg, and console text. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "lab/fault.h"

/* More would mean that a log can fill our memory. */
enum { MOST_FAULTS = 100, MOST_FRAMES = 100, LONGEST = 4096 };

static void look_at(const char *s)
{
	if (s && strlen(s) > LONGEST)
		abort();
}

static void look_at_frame(const struct lab_frame *f)
{
	if (f->function && !f->function[0])
		abort();
}

static void look(const struct lab_fault *f, size_t n)
{
	if (n > MOST_FAULTS)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (!f[i].what || f[i].n_stack > MOST_FRAMES)
			abort();
		look_at(f[i].what);
		look_at(f[i].detail);
		look_at(f[i].task);
		look_at(f[i].source);
		look_at(lab_fault_name(f[i].kind));
		look_at(lab_fault_slub_meaning(&f[i]));
		look_at_frame(&f[i].at);
		for (size_t k = 0; k < f[i].n_stack; k++)
			look_at_frame(&f[i].stack[k]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_free_ char *text = malloc(size + 1);
	struct lab_fault *f;
	size_t n;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (!lab_faults_kmsg((struct span){ data, size }, &a, &f, &n, NULL))
		look(f, n);
	if (!lab_faults_console(text, &a, &f, &n, NULL))
		look(f, n);
	return 0;
}
