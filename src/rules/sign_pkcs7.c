/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PKCS#7 message behind a signed module. The program below is the grammar
 * of crypto/asymmetric_keys/pkcs7.asn1, element by element; what is called on
 * the way notes and refuses as the kernel does at that very place.
 *
 *	SEQUENCE { kind, [0] { SEQUENCE { version, SET { hash... },
 *		SEQUENCE { type, [0] { data } }, [0] { certificate... },
 *		[1] { revoked... }, SET { SEQUENCE { version, who, hash,
 *		[0] { attribute... }, algorithm, value } ... } } } }
 *
 * Kernel: crypto/asymmetric_keys/pkcs7_parser.c.
 */
#include <errno.h>

#include "kern/cert.h"
#include "rules/sign.h"
#include "rules/sign_asn1.h"

struct parse {
	struct run *r;
	struct span sig;
	struct sign_message m;
	enum oid last;	   /* the name that was read last */
	uint8_t version;   /* of the message */
	bool by_key_id;	   /* the signer names the key, not a certificate */
	struct span serial, issuer, key_id;
	struct sign_signer s; /* the one that is being read */
	unsigned attrs;	      /* that it has, 1 << enum oid */
	bool refused;	      /* ... and it is noted why */
};

static int refuse(struct parse *p, int err, const char *id)
{
	(void)run_refuse_err(p->r, err, id, PLACES(NULL), NULL);
	p->refused = true;
	return -err;
}

/* How the kernel writes what it does not like: its own number. */
static const char *number_of(struct parse *p, enum oid o)
{
	return o == OID_UNKNOWN ? run_text(p->r, "%u", oid_count(p->r)) : "?";
}

static const char *number(struct parse *p)
{
	return number_of(p, p->last);
}

static int note_oid(void *context, uint8_t tag _unused_, struct span v)
{
	struct parse *p = context;
	char text[OID_TEXT];

	p->last = oid_find(p->r, v);
	if (p->last != OID_UNKNOWN)
		return 0;
	oid_text(v, text);
	run_say(p->r, "note.sig.oid",
		PLACES(run_text(p->r, "%zu", (size_t)(v.p - p->sig.p)), text));
	return 0;
}

static int check_kind(void *context, uint8_t tag _unused_,
		      struct span v _unused_)
{
	struct parse *p = context;

	return p->last == OID_SIGNED_DATA
		       ? 0
		       : refuse(p, EINVAL, "load.sig.pkcs7.kind");
}

static int note_version(void *context, uint8_t tag _unused_, struct span v)
{
	struct parse *p = context;

	if (v.n != 1 || (v.p[0] != 1 && v.p[0] != 3))
		return refuse(p, EINVAL, "load.sig.pkcs7.version");
	p->version = v.p[0];
	return 0;
}

static int note_type(void *context, uint8_t tag _unused_,
		     struct span v _unused_)
{
	struct parse *p = context;

	if (p->last != OID_DATA && p->last != OID_MS_INDIRECT) {
		(void)run_refuse(p->r, "load.sig.pkcs7.content",
				 PLACES(number(p)), NULL);
		p->refused = true;
		return -EINVAL;
	}
	p->m.type = p->last;
	return 0;
}

static int note_data(void *context, uint8_t tag _unused_,
		     struct span v _unused_)
{
	((struct parse *)context)->m.attached = true;
	return 0;
}

/* Modules are signed without: only that it can be read is asked here. */
static int take_cert(void *context, uint8_t tag, struct span v)
{
	struct parse *p = context;
	struct cert c;
	/* With its header, which has one to three bytes of length. */
	size_t head = v.n < 0x80 ? 2 : v.n < 0x100 ? 3 : 4;
	struct span whole;

	if (tag != 0x30 ||
	    !span_sub(p->sig, (size_t)(v.p - p->sig.p) - head, v.n + head,
		      &whole))
		return -EBADMSG;
	return cert_read(whole, &c, NULL) == -EBADMSG ? -EBADMSG : 0;
}

static int signer_version(void *context, uint8_t tag _unused_, struct span v)
{
	struct parse *p = context;

	if (v.n != 1 || (v.p[0] != 1 && v.p[0] != 3))
		return refuse(p, EINVAL, "load.sig.pkcs7.signer");
	p->by_key_id = v.p[0] == 3;
	if (p->by_key_id == (p->version == 1))
		return refuse(p, EBADMSG, "load.sig.pkcs7.mismatch");
	return 0;
}

static int note_issuer(void *context, uint8_t tag _unused_, struct span v)
{
	((struct parse *)context)->issuer = v;
	return 0;
}

static int note_serial(void *context, uint8_t tag _unused_, struct span v)
{
	((struct parse *)context)->serial = v;
	return 0;
}

static int note_key_id(void *context, uint8_t tag _unused_, struct span v)
{
	((struct parse *)context)->key_id = v;
	return 0;
}

static int note_hash(void *context, uint8_t tag _unused_,
		     struct span v _unused_)
{
	struct parse *p = context;

	if (p->last < OID_MD4) {
		run_remark(p->r, "note.sig.hash", PLACES(number(p)), NULL);
		return -ENOPKG;
	}
	p->s.hash = p->last;
	return 0;
}

static int note_algo(void *context, uint8_t tag _unused_,
		     struct span v _unused_)
{
	struct parse *p = context;
	/* Its name was known before it could be used. */
	bool ecdsa = p->last == OID_ECDSA &&
		     !run_release_before(p->r, 5, 13);

	if (!ecdsa && p->last != OID_RSA && p->last != OID_GOST_KEY &&
	    p->last != OID_SM2 && p->last != OID_MLDSA) {
		run_remark(p->r, "note.sig.algo", PLACES(number(p)), NULL);
		return -ENOPKG;
	}
	p->s.algo = p->last;
	return 0;
}

/* A signer has its number only when it has been read: the kernel writes 0. */
static int other_type(struct parse *p, enum oid type)
{
	(void)run_refuse(p->r, "load.sig.pkcs7.attrs.type",
			 PLACES(number_of(p, p->m.type), "0",
				number_of(p, type)),
			 NULL);
	p->refused = true;
	return -EBADMSG;
}

/* Attributes do not pass on modules anyway; which refusal is first counts. */
static int note_attr(void *context, uint8_t tag, struct span v)
{
	struct parse *p = context;
	unsigned bit;

	switch (p->last) {
	case OID_CONTENT_TYPE:
	case OID_MESSAGE_DIGEST:
	case OID_SIGNING_TIME:
	case OID_SMIME_CAPS:
	case OID_MS_STATEMENT:
	case OID_MS_OPUS:
		bit = 1u << p->last;
		break;
	default:
		return 0;
	}
	if (p->attrs & bit)
		return refuse(p, EKEYREJECTED, "load.sig.pkcs7.attrs.twice");
	p->attrs |= bit;
	if (p->last == OID_CONTENT_TYPE && oid_find(p->r, v) != p->m.type)
		return other_type(p, oid_find(p->r, v));
	if (p->last == OID_MESSAGE_DIGEST && tag != 0x04)
		return -EBADMSG;
	if (p->last > OID_SIGNING_TIME && p->m.type != OID_MS_INDIRECT)
		return refuse(p, EKEYREJECTED,
			      p->last == OID_SMIME_CAPS ?
				      "load.sig.pkcs7.attrs.caps" :
				      "load.sig.pkcs7.attrs.foreign");
	return 0;
}

static int note_attrs(void *context, uint8_t tag _unused_,
		      struct span v _unused_)
{
	struct parse *p = context;
	unsigned want = 1u << OID_CONTENT_TYPE | 1u << OID_MESSAGE_DIGEST;

	if ((p->attrs & want) != want)
		return refuse(p, EBADMSG, "load.sig.pkcs7.attrs.missing");
	p->s.attrs = true;
	return 0;
}

static int note_value(void *context, uint8_t tag _unused_, struct span v)
{
	((struct parse *)context)->s.value = v;
	return 0;
}

static int note_signer(void *context, uint8_t tag _unused_,
		       struct span v _unused_)
{
	struct parse *p = context;
	struct sign_signer *list;

	if (p->m.type == OID_MS_INDIRECT && !p->s.attrs)
		return refuse(p, EBADMSG, "load.sig.pkcs7.attrs.none");
	list = arena_more(p->r->a, p->m.signers, p->m.n_signers,
			  sizeof(*list));
	if (!list) {
		p->r->oom = true;
		return -ENOMEM;
	}
	p->s.id[0] = p->by_key_id ? p->key_id : p->serial;
	p->s.id[1] = p->by_key_id ? (struct span){ 0 } : p->issuer;
	list[p->m.n_signers++] = p->s;
	p->m.signers = list;
	p->s = (struct sign_signer){ 0 };
	p->attrs = 0;
	return 0;
}

/* ------------------------------------------------------------- the program */

enum {
	INTEGER = 0x02,
	STRING = 0x04,
	OID = 0x06,
	SEQUENCE = 0x30,
	SET = 0x31,
	TAG0 = 0x80, /* [0], and so on */
	TAGS0 = 0xa0, /* the same, a container */
	TAGS1,
	TAGS2,
	TAGS3,
};

#define NEXT(t) { STEP_MATCH, (t), NULL, NULL }
#define NEXT_CALL(t, fn) { STEP_MATCH | STEP_CALL, (t), NULL, (fn) }
#define NEXT_ANY { STEP_MATCH | STEP_ANY, 0, NULL, NULL }
#define NEXT_ANY_CALL(fn) { STEP_MATCH | STEP_ANY | STEP_CALL, 0, NULL, (fn) }
#define MAYBE_ANY { STEP_MATCH | STEP_ANY | STEP_SKIP, 0, NULL, NULL }
#define INTO(t, steps) { STEP_MATCH | STEP_JUMP, (t), (steps), NULL }
#define MAYBE_INTO(t, steps) \
	{ STEP_MATCH | STEP_JUMP | STEP_SKIP, (t), (steps), NULL }
#define OR_INTO(t, steps) \
	{ STEP_MATCH | STEP_JUMP | STEP_SKIP | STEP_COND, (t), (steps), NULL }
#define OR_FAIL { STEP_FAIL, 0, NULL, NULL }
#define CLOSE { STEP_END, 0, NULL, NULL }
#define CLOSE_OF(first) { STEP_END | STEP_OF, 0, (first), NULL }
#define CLOSE_CALL(fn) { STEP_END | STEP_CALL, 0, NULL, (fn) }
#define CALL(fn) { STEP_ACT, 0, NULL, (fn) }
#define CALL_MAYBE(fn) { STEP_ACT | STEP_MAYBE, 0, NULL, (fn) }
#define BACK { STEP_RETURN, 0, NULL, NULL }

/* A hash: its name, and what nobody looks at. */
static const struct asn1_step hash_steps[] = {
	NEXT_CALL(OID, note_oid), MAYBE_ANY, CLOSE, BACK
};

static const struct asn1_step hashes_steps[] = {
	INTO(SEQUENCE, hash_steps), CLOSE_OF(hashes_steps), BACK
};

static const struct asn1_step data_steps[] = {
	NEXT_ANY_CALL(note_data), CLOSE, BACK
};

/* Either of two kinds, which are the same thing here. */
static const struct asn1_step certs_set_steps[] = {
	{ STEP_MATCH | STEP_ANY | STEP_CALL | STEP_SKIP, 0, NULL, take_cert },
	{ STEP_MATCH | STEP_ANY | STEP_CALL | STEP_SKIP | STEP_COND, 0, NULL,
	  take_cert },
	OR_FAIL, CLOSE_OF(certs_set_steps), BACK
};

static const struct asn1_step certs_steps[] = {
	NEXT_ANY_CALL(take_cert), CLOSE_OF(certs_steps), BACK
};

static const struct asn1_step revoked_steps[] = {
	INTO(SEQUENCE, certs_steps), CLOSE_OF(revoked_steps), BACK
};

static const struct asn1_step who_steps[] = {
	NEXT(SEQUENCE),				    /* the issuer's name: */
	NEXT(SET),				    /* its parts */
	NEXT(SEQUENCE),				    /* what it is, its text */
	NEXT_CALL(OID, note_oid), NEXT_ANY, CLOSE,
	CLOSE_OF(&who_steps[2]), CLOSE_OF(&who_steps[1]),
	CALL(note_issuer),
	NEXT(INTEGER), CALL(note_serial), CLOSE, BACK
};

static const struct asn1_step attr_steps[] = {
	NEXT_CALL(OID, note_oid), NEXT(SET), NEXT_ANY_CALL(note_attr),
	CLOSE_OF(&attr_steps[2]), CLOSE, BACK
};

static const struct asn1_step attrs_steps[] = {
	INTO(SEQUENCE, attr_steps), CLOSE_OF(attrs_steps), BACK
};

static const struct asn1_step attrs_list_steps[] = {
	NEXT(SEQUENCE), INTO(SEQUENCE, attr_steps),
	CLOSE_OF(&attrs_list_steps[1]), CLOSE, BACK
};

/* Attributes that are not signed. */
static const struct asn1_step loose_steps[] = {
	NEXT(OID), NEXT(SET), NEXT_ANY, CLOSE_OF(&loose_steps[2]), CLOSE, BACK
};

static const struct asn1_step looses_steps[] = {
	INTO(SEQUENCE, loose_steps), CLOSE_OF(looses_steps), BACK
};

static const struct asn1_step signer_steps[] = {
	NEXT_CALL(INTEGER, signer_version),
	MAYBE_INTO(SEQUENCE, who_steps),
	{ STEP_MATCH | STEP_SKIP | STEP_COND | STEP_CALL, TAG0, NULL,
	  note_key_id },
	OR_FAIL,
	INTO(SEQUENCE, hash_steps), CALL(note_hash),
	MAYBE_INTO(TAGS0, attrs_steps), CALL_MAYBE(note_attrs),
	OR_INTO(TAGS2, attrs_list_steps),
	NEXT(SEQUENCE), NEXT_CALL(OID, note_oid), MAYBE_ANY, CLOSE,
	CALL(note_algo),
	NEXT_CALL(STRING, note_value),
	MAYBE_INTO(TAGS1, looses_steps), OR_INTO(TAGS3, looses_steps),
	CLOSE_CALL(note_signer), BACK
};

static const struct asn1_step signers_steps[] = {
	INTO(SEQUENCE, signer_steps), CLOSE_OF(signers_steps), BACK
};

static const struct asn1_step signed_steps[] = {
	NEXT(SEQUENCE),
	NEXT_CALL(INTEGER, note_version),
	MAYBE_INTO(SET, hashes_steps), OR_INTO(SEQUENCE, hashes_steps), OR_FAIL,
	NEXT(SEQUENCE), NEXT_CALL(OID, note_oid),
	{ STEP_ACT, 0, NULL, note_oid }, /* once more: its line comes twice */
	MAYBE_INTO(TAGS0, data_steps), CLOSE, CALL(note_type),
	MAYBE_INTO(TAGS0, certs_set_steps), OR_INTO(TAGS2, certs_steps),
	MAYBE_INTO(TAGS1, revoked_steps), OR_INTO(TAGS3, revoked_steps),
	MAYBE_INTO(SET, signers_steps), OR_INTO(SEQUENCE, signers_steps),
	OR_FAIL, CLOSE,
	CLOSE, BACK
};

static const struct asn1_step message_steps[] = {
	NEXT(SEQUENCE),
	NEXT_CALL(OID, note_oid), CALL(check_kind),
	MAYBE_INTO(TAGS0, signed_steps), CLOSE,
	{ STEP_DONE, 0, NULL, NULL }
};

/* pkcs7_check_authattrs(): all signers have attributes, or none. */
static bool alike(const struct sign_message *m)
{
	for (size_t i = 1; i < m->n_signers; i++)
		if (m->signers[i].attrs != m->signers[0].attrs)
			return false;
	return m->n_signers;
}

enum sign_verdict sign_parse(struct run *r, struct span sig,
			     struct sign_message *ret)
{
	struct parse p = { .r = r, .sig = sig };
	int err = asn1_decode(message_steps, &p, sig);

	if (!err && !alike(&p.m))
		err = refuse(&p, EINVAL, "load.sig.pkcs7.attrs.mixed");
	if (p.refused)
		return SIGN_REFUSED;
	switch (-err) {
	case 0:
		*ret = p.m;
		return SIGN_OK;
	case ENOPKG:
		return SIGN_NO_PACKAGE;
	case EBADMSG:
		return SIGN_BROKEN;
	default:
		(void)run_refuse_err(r, -err, "load.sig.broken", PLACES(NULL),
				     NULL);
		return SIGN_REFUSED;
	}
}
