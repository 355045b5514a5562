/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in Rust. It must say the same there and here: nobody checks. */
#ifndef RUST_WORDS_H
#define RUST_WORDS_H

#include <linux/types.h>

size_t rust_words_count(const u8 *text, size_t len);
size_t rust_words_longest(const u8 *text, size_t len);

#endif
