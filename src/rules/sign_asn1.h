/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: sign_asn1 - a message read as the kernel's ASN.1 decoder reads it
 *
 * The kernel compiles a grammar into a program, which a small machine runs
 * over the bytes. What it accepts is neither DER nor all of BER, and where it
 * stops decides which lines were printed before; so this is such a machine,
 * and the program is written down (sign_pkcs7.c).
 *
 * The bytes are nested containers. A step looks at the element that is next in
 * the innermost one: an identifier, a length of one to three bytes or an
 * indefinite one, content.
 *
 *	STEP_MATCH	the next element must be a @tag, or
 *	 + STEP_ANY	anything, or
 *	 + STEP_SKIP	the step is left out if it is another one or the
 *			container is at its end
 *	 + STEP_COND	it is left out if an alternative before it was there
 *	 + STEP_CALL	@call gets its content
 *	 + STEP_JUMP	go on at @to, up to its STEP_RETURN
 *	STEP_END	the container must be at its end; + STEP_CALL
 *	 + STEP_OF	or go on at @to with what is left
 *	STEP_FAIL	one of the alternatives must have been there
 *	STEP_ACT	@call gets what was last entered or left
 *	 + STEP_MAYBE	if the last optional one was there
 *
 * A tag with ASN1_CONS makes a container of what it matches, and the element's
 * own bit of that kind does not matter.
 *
 * Kernel: asn1_ber_decoder(), lib/asn1_decoder.c; scripts/asn1_compiler.c.
 */
#ifndef LKM_RULES_SIGN_ASN1_H
#define LKM_RULES_SIGN_ASN1_H

#include <stdint.h>

#include "base/span.h"

#define ASN1_CONS 0x20u

enum step_what {
	STEP_DONE,
	STEP_MATCH,
	STEP_END,
	STEP_FAIL,
	STEP_ACT,
	STEP_RETURN,
	STEP_KIND = 0x0f,
	STEP_ANY = 0x10,
	STEP_SKIP = 0x20,
	STEP_COND = 0x40,
	STEP_CALL = 0x80,
	STEP_JUMP = 0x100,
	STEP_OF = 0x200,
	STEP_MAYBE = 0x400,
};

/* Return: 0 or -errno, which ends it. */
typedef int step_fn_call(void *context, uint8_t tag, struct span value);

struct asn1_step {
	unsigned what; /* of enum step_what */
	uint8_t tag;
	const struct asn1_step *to;
	step_fn_call *call;
};

/**
 * asn1_decode() - run @program over @data
 *
 * Return: 0; -EMSGSIZE: more than 65,535 bytes; -EBADMSG: they do not fit; as
 * a call.
 */
int asn1_decode(const struct asn1_step *program, void *context,
		struct span data);

#endif
