// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * one_time: makes the kernel set up something that the kernel keeps.
 *
 * The first user of hmac(sha256) makes the crypto API build that algorithm
 * from its parts and list it in /proc/crypto for good. That memory was asked
 * for in the first load by this module, and is not its fault; later loads
 * cost nothing.
 *
 * A judge must say: passed; at most a note about the first round.
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>

static int __init one_time_init(void)
{
	struct crypto_shash *h = crypto_alloc_shash("hmac(sha256)", 0, 0);

	if (IS_ERR(h))
		return PTR_ERR(h);
	crypto_free_shash(h);
	return 0;
}
module_init(one_time_init);

static void __exit one_time_exit(void)
{
}
module_exit(one_time_exit);

MODULE_DESCRIPTION("control: one_time, nothing wrong");
MODULE_LICENSE("GPL");
