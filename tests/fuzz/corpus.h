/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: corpus - inputs for the fuzzers, made when they are needed
 *
 * Valid modules of every machine, each named damage, every kind of
 * compression and signature, words of a kernel, recorded logs, reports of a
 * guest; the same cut off at every 64th part, and with bits flipped by a
 * generator of fixed seed. The same inputs in every run.
 */
#ifndef LKM_TESTS_FUZZ_CORPUS_H
#define LKM_TESTS_FUZZ_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

typedef void corpus_fn(void *arg, struct span input);

/*
 * Calls @fn for each input of @kind: "ko", "facts", "anatomy", "decompress",
 * "signature", "live", "fault", "trace", "report", "verdict", "devname", "tour",
 * "conf", "project", "kern", "rules" or "libkmod".
 * @seeds: only what is whole, without cuts and flips. Return: false if there
 * is no such kind.
 */
bool corpus_each(const char *kind, bool seeds, corpus_fn *fn, void *arg);

#endif
