// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rfc8439: the cipher ChaCha20 (RFC 8439) for the kernel's crypto layer.
 *
 * The kernel has it already, faster. This is a second implementation under the
 * same name, "chacha20", with a lower priority: who asks for the name gets the
 * kernel's if that is loaded, who asks for "chacha20-rfc8439" gets this. Because
 * of the name, the kernel tests it with its own known results when it is
 * registered; /proc/crypto tells how that went.
 *
 * ChaCha20 makes an endless stream of bytes from a key and a nonce (a number
 * that must never come again with the same key). To encrypt is to XOR the
 * stream to the text; to decrypt is to do it again.
 *
 *	lkm try examples/cipher
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <crypto/internal/skcipher.h>
#include <linux/bitops.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/version.h>

/* Since Linux 6.12 this is no matter of the processor's any more. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

/* In bytes. The IV is what the RFC calls block counter and nonce: 4 and 12. */
#define RFC8439_KEY 32
#define RFC8439_IV 16
#define RFC8439_BLOCK 64

/* The 16 words of the RFC's state: constants, key, block counter, nonce. */
struct rfc8439_state {
	u32 word[16];
};

/* What is kept for each user of the cipher: the key, as words. */
struct rfc8439_key {
	u32 word[8];
};

static void rfc8439_quarter(u32 *a, u32 *b, u32 *c, u32 *d)
{
	*a += *b;
	*d = rol32(*d ^ *a, 16);
	*c += *d;
	*b = rol32(*b ^ *c, 12);
	*a += *b;
	*d = rol32(*d ^ *a, 8);
	*c += *d;
	*b = rol32(*b ^ *c, 7);
}

/* The next 64 bytes of the stream. The counter goes one up. */
static void rfc8439_block(struct rfc8439_state *s, u8 *stream)
{
	struct rfc8439_state t = *s;
	u32 *x = t.word;
	int i;

	for (i = 0; i < 10; i++) {
		/* The columns, then the diagonals. */
		rfc8439_quarter(&x[0], &x[4], &x[8], &x[12]);
		rfc8439_quarter(&x[1], &x[5], &x[9], &x[13]);
		rfc8439_quarter(&x[2], &x[6], &x[10], &x[14]);
		rfc8439_quarter(&x[3], &x[7], &x[11], &x[15]);
		rfc8439_quarter(&x[0], &x[5], &x[10], &x[15]);
		rfc8439_quarter(&x[1], &x[6], &x[11], &x[12]);
		rfc8439_quarter(&x[2], &x[7], &x[8], &x[13]);
		rfc8439_quarter(&x[3], &x[4], &x[9], &x[14]);
	}
	for (i = 0; i < 16; i++)
		put_unaligned_le32(x[i] + s->word[i], stream + 4 * i);
	s->word[12]++;

	/* Secrets do not stay on the stack, whatever the compiler thinks. */
	memzero_explicit(&t, sizeof(t));
}

static void rfc8439_start(struct rfc8439_state *s,
			  const struct rfc8439_key *key, const u8 *iv)
{
	int i;

	/* "expand 32-byte k" */
	s->word[0] = 0x61707865;
	s->word[1] = 0x3320646e;
	s->word[2] = 0x79622d32;
	s->word[3] = 0x6b206574;
	for (i = 0; i < 8; i++)
		s->word[4 + i] = key->word[i];
	for (i = 0; i < 4; i++)
		s->word[12 + i] = get_unaligned_le32(iv + 4 * i);
}

/*
 * Source and destination may be the same memory. Only the last piece of a
 * request may be no whole number of blocks: the rest of its block is lost.
 */
static void rfc8439_xor(struct rfc8439_state *s, u8 *to, const u8 *from,
			unsigned int len)
{
	u8 stream[RFC8439_BLOCK];
	unsigned int i, n;

	while (len) {
		n = min_t(unsigned int, len, sizeof(stream));
		rfc8439_block(s, stream);
		for (i = 0; i < n; i++)
			to[i] = from[i] ^ stream[i];
		to += n;
		from += n;
		len -= n;
	}
	memzero_explicit(stream, sizeof(stream));
}

static int rfc8439_set_key(struct crypto_skcipher *tfm, const u8 *key,
			   unsigned int len)
{
	struct rfc8439_key *k = crypto_skcipher_ctx(tfm);
	int i;

	if (len != RFC8439_KEY)
		return -EINVAL;
	for (i = 0; i < 8; i++)
		k->word[i] = get_unaligned_le32(key + 4 * i);
	return 0;
}

/*
 * A request: text that lies in any number of pieces of any length, and where
 * the result goes, likewise. A walk goes through both and finds, turn by turn,
 * what lies in one piece in both; it copies where a block would be torn.
 */
static int rfc8439_crypt(struct skcipher_request *req)
{
	struct crypto_skcipher *tfm = crypto_skcipher_reqtfm(req);
	struct rfc8439_state s;
	struct skcipher_walk walk;
	unsigned int n;
	int err;

	err = skcipher_walk_virt(&walk, req, false);
	rfc8439_start(&s, crypto_skcipher_ctx(tfm), req->iv);
	while (walk.nbytes) {
		n = walk.nbytes;
		if (n < walk.total) /* there is more: whole blocks only */
			n = round_down(n, RFC8439_BLOCK);
		rfc8439_xor(&s, walk.dst.virt.addr, walk.src.virt.addr, n);
		err = skcipher_walk_done(&walk, walk.nbytes - n);
	}

	/* Who goes on with the same IV goes on in the stream. */
	if (!err)
		put_unaligned_le32(s.word[12], req->iv);
	memzero_explicit(&s, sizeof(s));
	return err;
}

static struct skcipher_alg rfc8439_alg = {
	.setkey = rfc8439_set_key,
	.encrypt = rfc8439_crypt,
	.decrypt = rfc8439_crypt,
	.min_keysize = RFC8439_KEY,
	.max_keysize = RFC8439_KEY,
	.ivsize = RFC8439_IV,
	.chunksize = RFC8439_BLOCK,
	.base = {
		.cra_name = "chacha20",
		.cra_driver_name = "chacha20-" KBUILD_MODNAME,
		.cra_priority = 50, /* the kernel's have 100 and more */
		.cra_blocksize = 1, /* a text may have any length */
		.cra_ctxsize = sizeof(struct rfc8439_key),
		.cra_module = THIS_MODULE,
	},
};

static int __init rfc8439_init(void)
{
	return crypto_register_skcipher(&rfc8439_alg);
}

/* As long as somebody has one, the module cannot go. */
static void __exit rfc8439_exit(void)
{
	crypto_unregister_skcipher(&rfc8439_alg);
}

module_init(rfc8439_init);
module_exit(rfc8439_exit);

/* Asked for an algorithm that it does not have, the kernel loads this. */
MODULE_ALIAS_CRYPTO("chacha20-" KBUILD_MODNAME);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("The cipher ChaCha20");
