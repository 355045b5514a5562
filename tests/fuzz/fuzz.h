/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libFuzzer calls, and so does replay.c. */
#ifndef LKM_TESTS_FUZZ_FUZZ_H
#define LKM_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
