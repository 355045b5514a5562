// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rust_words: a module that is half in Rust, for kernels that know nothing of
 * Rust.
 *
 * The half in C does what needs the kernel's headers, and hands plain memory
 * to the half in Rust (rust_words_count.rs), which does the work. So the two
 * agree on nothing but numbers and addresses, and no support in the kernel is
 * needed. Modules all in Rust need a kernel with CONFIG_RUST, and what
 * belongs to it in its headers; most distributions have not got that yet.
 *
 *	cd /sys/module/rust_words/parameters
 *	echo "two words" >text
 *	cat words
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/types.h>

#include "rust_words.h"

static char *text = "no text yet";
module_param(text, charp, 0644);
MODULE_PARM_DESC(text, "a text, whose words are counted");

/* The kernel holds the parameters' lock: the text stays while it is read. */
static int rust_words_get_count(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%zu\n",
			  rust_words_count((const u8 *)text, strlen(text)));
}

static int rust_words_get_longest(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%zu\n",
			  rust_words_longest((const u8 *)text, strlen(text)));
}

static const struct kernel_param_ops rust_words_count_ops = {
	.get = rust_words_get_count,
};

static const struct kernel_param_ops rust_words_longest_ops = {
	.get = rust_words_get_longest,
};

module_param_cb(words, &rust_words_count_ops, NULL, 0444);
MODULE_PARM_DESC(words, "how many words the text has");
module_param_cb(longest, &rust_words_longest_ops, NULL, 0444);
MODULE_PARM_DESC(longest, "how long the longest of them is");

static int __init rust_words_init(void)
{
	return 0;
}

static void __exit rust_words_exit(void)
{
}

module_init(rust_words_init);
module_exit(rust_words_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Counts words, in Rust");
