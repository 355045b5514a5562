// SPDX-License-Identifier: GPL-2.0-or-later
//! The Rust half of rust_words: it counts the words of a text.
//!
//! Only `core` is there: no files, no threads, no heap. And nothing may panic,
//! for there is nobody to tell: code that could panic would need a function
//! that the kernel has not got, and the build would say so. `text[0]` could;
//! iterators cannot.

#![no_std]

/// The words of a text, whatever stands between them.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|c| c.is_ascii_whitespace())
        .filter(|word| !word.is_empty())
}

/// What C hands over is an address and a length.
///
/// # Safety
///
/// There must be `len` bytes at `text`, and nobody may change them meanwhile.
unsafe fn from_c<'a>(text: *const u8, len: usize) -> &'a [u8] {
    core::slice::from_raw_parts(text, len)
}

/// How many words there are. See `rust_words_main.c` for the other side.
///
/// # Safety
///
/// As `from_c()`.
#[no_mangle]
pub unsafe extern "C" fn rust_words_count(text: *const u8, len: usize) -> usize {
    words(from_c(text, len)).count()
}

/// How long the longest of them is.
///
/// # Safety
///
/// As `from_c()`.
#[no_mangle]
pub unsafe extern "C" fn rust_words_longest(text: *const u8, len: usize) -> usize {
    words(from_c(text, len))
        .map(|word| word.len())
        .max()
        .unwrap_or(0)
}
