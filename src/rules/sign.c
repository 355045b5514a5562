/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The appended signature, which is looked at before the file is known to be
 * ELF at all. Only "there is none", "unknown algorithm" and "unknown key" are
 * matters of policy; every other error refuses the module everywhere.
 *
 * Kernel: module_sig_check(), kernel/module/signing.c; mod_check_sig(),
 * kernel/module_signature.c. The message is for sign_pkcs7.c and sign_verify.c.
 */
#include <endian.h>
#include <errno.h>

#include "live/load.h"
#include "rules/run.h"
#include "rules/sign.h"

#define MARKER_LEN (sizeof(KO_SIG_MARKER) - 1)
#define INFO_LEN 12 /* struct module_signature */

static bool has_marker(const struct run *r)
{
	bool forced = !r->q->from_memory &&
		      r->q->flags &
			      (LIVE_IGNORE_MODVERSIONS | LIVE_IGNORE_VERMAGIC);

	return !forced && r->len > MARKER_LEN &&
	       !memcmp(r->file.p + r->len - MARKER_LEN, KO_SIG_MARKER,
		       MARKER_LEN);
}

static bool broken(struct run *r)
{
	return run_refuse(r, "load.sig.broken", PLACES(NULL), NULL);
}

/* mod_check_sig(): the twelve bytes. *@verdict as of sign_verify(). */
static bool info_ok(struct run *r, enum sign_verdict *verdict,
		    struct span *ret_sig)
{
	struct span info;
	uint64_t n = 0;

	if (r->len <= INFO_LEN ||
	    !span_sub(r->file, r->len - INFO_LEN, INFO_LEN, &info))
		return broken(r);
	/* The size is big-endian, whatever the machine. */
	(void)span_uint(info, 8, 4, true, &n);
	if (n >= r->len - INFO_LEN)
		return broken(r);
	if (info.p[2] != KO_SIG_PKCS7) {
		run_remark(r, "note.sig.type", PLACES("module"), NULL);
		*verdict = SIGN_NO_PACKAGE;
		return true;
	}
	for (size_t i = 0; i < 8; i++)
		if (i != 2 && info.p[i])
			return run_refuse(r, "load.sig.params", PLACES(NULL),
					  NULL);
	r->len -= n + INFO_LEN;
	return span_sub(r->file, r->len, n, ret_sig);
}

/* A finding for each verdict that refuses; true: a matter of policy. */
static bool judge(struct run *r, enum sign_verdict v)
{
	static const char *const rows[] = {
		[SIGN_BROKEN] = "load.sig.broken",
		[SIGN_ATTACHED] = "load.sig.pkcs7.attached",
		[SIGN_TYPE] = "load.sig.pkcs7.type",
		[SIGN_ATTRS] = "load.sig.pkcs7.attrs",
		[SIGN_REJECTED] = "load.sig.rejected",
	};

	if (v >= ARRAY_SIZE(rows) || !rows[v])
		return true;
	if (v == SIGN_ATTACHED)
		run_say(r, "note.sig.attached", PLACES(NULL));
	return run_refuse(r, rows[v], PLACES(NULL), NULL);
}

/* Nothing, or nothing that this kernel can check, or by a stranger. */
static bool policy(struct run *r, enum sign_verdict v)
{
	bool enforce = r->s->sig_enforce || r->has.sig_force == KERN_YES;

	if (enforce)
		return run_refuse(r,
				  v == SIGN_NONE	 ? "load.sig.unsigned"
				  : v == SIGN_NO_PACKAGE ? "load.sig.crypto"
							 : "load.sig.nokey",
				  PLACES(NULL), NULL);
	if (r->s->lockdown >= KERN_LOCKDOWN_INTEGRITY)
		return run_refuse(r, "load.sig.lockdown", PLACES("insmod"),
				  NULL);
	return true;
}

/* The keys: of the image, and those that were added. */
static bool keys_of(struct run *r, struct sign_keys *ret)
{
	enum kern_known known = kern_keys(r->k, &ret->image, &ret->n_image);

	ret->more = r->s->keys;
	ret->n_more = r->s->n_keys;
	return known != KERN_UNKNOWN;
}

/*
 * A kernel of distributions asks once more for the firmware's keys, from the
 * start, where its own do not fit. It is told by another change, made with it.
 */
static bool twice(const struct run *r)
{
	return kern_says(r->k, "Module hash %*phN is blacklisted") ==
		       KERN_YES &&
	       kern_option(r->k, "INTEGRITY_PLATFORM_KEYRING") != KERN_OPT_N;
}

bool run_signature(struct run *r)
{
	struct sign_keys keys = { 0 };
	struct sign_message m = { 0 };
	enum sign_verdict v = SIGN_NONE;
	struct span sig = { 0 };

	if (!run_is(r, r->has.sig, "CONFIG_MODULE_SIG", false))
		return true;
	if (!has_marker(r))
		return policy(r, SIGN_NONE);
	r->len -= MARKER_LEN;

	bool known = keys_of(r, &keys);

	v = SIGN_OK;
	if (!info_ok(r, &v, &sig))
		return false;
	if (v == SIGN_OK)
		v = sign_parse(r, sig, &m);
	if (v == SIGN_OK)
		v = sign_verify(r, &m,
				(struct span){ r->file.p, (size_t)r->len },
				&keys);
	if (v == SIGN_REFUSED)
		return false;
	if (v == SIGN_NO_KEY && twice(r))
		(void)sign_parse(r, sig, &m);
	if (v == SIGN_OK) {
		r->sig_ok = true;
		return true;
	}
	if (v == SIGN_NO_KEY && (!known || !r->s->keys_complete))
		run_unknown(r, "whether the kernel trusts the signer");
	if (v == SIGN_UNKNOWN) {
		r->sig_ok = true;
		return true;
	}
	return judge(r, v) && policy(r, v);
}
