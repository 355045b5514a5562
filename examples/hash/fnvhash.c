// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fnvhash: two hash functions for the kernel's crypto layer.
 *
 * FNV-1a is by Fowler, Noll and Vo: for each byte, XOR it into the state, then
 * multiply by a prime. It is good for hash tables, and no protection against
 * anybody: that makes it a good example, for nobody will take it for security.
 *
 * Whoever asks the kernel for "fnv1a-32" gets it from here: other parts of the
 * kernel by crypto_alloc_shash(), programs by sockets of the family AF_ALG.
 * /proc/crypto lists it.
 *
 *	lkm try examples/hash
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <crypto/internal/hash.h>
#include <linux/module.h>
#include <linux/version.h>

/* Since Linux 6.12 this is no matter of the processor's any more. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

#define FNVHASH_BASIS_32 0x811c9dc5U
#define FNVHASH_PRIME_32 0x01000193U
#define FNVHASH_BASIS_64 0xcbf29ce484222325ULL
#define FNVHASH_PRIME_64 0x00000100000001b3ULL

/*
 * The crypto layer keeps a state for each hash that is being made (.descsize
 * says how large), and copies it when somebody wants to go on in two ways. So
 * nothing may be kept anywhere else.
 */
static int fnvhash_init_32(struct shash_desc *desc)
{
	u32 *state = shash_desc_ctx(desc);

	*state = FNVHASH_BASIS_32;
	return 0;
}

/* Called any number of times, with pieces of any length. */
static int fnvhash_update_32(struct shash_desc *desc, const u8 *data,
			     unsigned int len)
{
	u32 *state = shash_desc_ctx(desc), hash = *state;

	while (len--)
		hash = (hash ^ *data++) * FNVHASH_PRIME_32;
	*state = hash;
	return 0;
}

/* Where the result goes need not be aligned. */
static int fnvhash_final_32(struct shash_desc *desc, u8 *out)
{
	u32 *state = shash_desc_ctx(desc);

	put_unaligned_be32(*state, out);
	return 0;
}

static int fnvhash_init_64(struct shash_desc *desc)
{
	u64 *state = shash_desc_ctx(desc);

	*state = FNVHASH_BASIS_64;
	return 0;
}

static int fnvhash_update_64(struct shash_desc *desc, const u8 *data,
			     unsigned int len)
{
	u64 *state = shash_desc_ctx(desc), hash = *state;

	while (len--)
		hash = (hash ^ *data++) * FNVHASH_PRIME_64;
	*state = hash;
	return 0;
}

static int fnvhash_final_64(struct shash_desc *desc, u8 *out)
{
	u64 *state = shash_desc_ctx(desc);

	put_unaligned_be64(*state, out);
	return 0;
}

/*
 * cra_name is what people ask for, cra_driver_name what this one is called. Of
 * several with the same name the one with the highest priority is taken.
 */
static struct shash_alg fnvhash_algs[] = {
	{
		.init = fnvhash_init_32,
		.update = fnvhash_update_32,
		.final = fnvhash_final_32,
		.descsize = sizeof(u32),
		.digestsize = sizeof(u32),
		.base = {
			.cra_name = "fnv1a-32",
			.cra_driver_name = "fnv1a-32-" KBUILD_MODNAME,
			.cra_priority = 100,
			.cra_blocksize = 1,
			.cra_module = THIS_MODULE,
		},
	},
	{
		.init = fnvhash_init_64,
		.update = fnvhash_update_64,
		.final = fnvhash_final_64,
		.descsize = sizeof(u64),
		.digestsize = sizeof(u64),
		.base = {
			.cra_name = "fnv1a-64",
			.cra_driver_name = "fnv1a-64-" KBUILD_MODNAME,
			.cra_priority = 100,
			.cra_blocksize = 1,
			.cra_module = THIS_MODULE,
		},
	},
};

/*
 * The kernel tests each algorithm with known results before anybody may use it.
 * It knows none for these, and says so: "alg: No test for fnv1a-32".
 */
static int __init fnvhash_init(void)
{
	return crypto_register_shashes(fnvhash_algs, ARRAY_SIZE(fnvhash_algs));
}

/* As long as somebody has one of them, the module cannot go. */
static void __exit fnvhash_exit(void)
{
	crypto_unregister_shashes(fnvhash_algs, ARRAY_SIZE(fnvhash_algs));
}

module_init(fnvhash_init);
module_exit(fnvhash_exit);

/* Asked for an algorithm that it does not have, the kernel loads this. */
MODULE_ALIAS_CRYPTO("fnv1a-32");
MODULE_ALIAS_CRYPTO("fnv1a-64");
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("The hash functions FNV-1a, of 32 and 64 bits");
