/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: kmsg - the kernel's log, record by record
 *
 *	4,1234,5678901,-;hello: version magic 'A' should be 'B'
 *	 SUBSYSTEM=module
 *	| |    |       |
 *	| |    |       '-- flag, then perhaps more fields (caller=T1), then ';'
 *	| |    '-- microseconds since boot
 *	| '-- sequence number, never used twice
 *	'-- facility * 8 + level
 *
 * Bytes that are not printable ASCII stand as \xNN. Lines that begin with a
 * blank are the record's dictionary. Documentation/ABI/testing/dev-kmsg.
 */
#ifndef LKM_LIVE_KMSG_H
#define LKM_LIVE_KMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

/* More than any kernel puts into one record (8 KiB since 4.x). */
#define LIVE_KMSG_MAX 16384

struct live_kmsg {
	unsigned level;    /* 0 emergency ... 7 debug                       */
	unsigned facility; /* 0: the kernel itself; else written by a user  */
	uint64_t seq;
	uint64_t usec;
	char flag;         /* '-'; 'c' and '+': fragments of a line (< 5.10) */
	char *text;        /* unescaped, may hold '\n'; "\x00" stays escaped */
	char *dict;        /* unescaped "KEY=value" lines; "" if none       */
};

/**
 * live_kmsg_parse() - one record
 * @rec: as read(2) gave it; may come from a guest
 * @a:   holds the texts
 *
 * Return: 0; -EBADMSG: no record, the diagnostic says which field; -ENOMEM.
 */
_must_check_ int live_kmsg_parse(struct span rec, struct arena *a,
				 struct live_kmsg *ret, struct diag *d);

/* Of "KEY=value" lines the value of @key, in @a; NULL: none or no memory. */
const char *live_kmsg_dict(const struct live_kmsg *k, const char *key,
			   struct arena *a);

/* Reads the log. Zero it to start; free with live_kmsg_close(). */
struct live_kmsg_reader {
	int fd;
	bool is_open;
	bool has_seq;
	uint64_t next_seq; /* of the record expected next, if has_seq         */
	uint64_t lost;     /* records overwritten before we came; at least    */
	/* read(2), or what a test puts in its place */
	ssize_t (*read)(int fd, void *buf, size_t n);
};

enum live_kmsg_from {
	LIVE_KMSG_OLDEST, /* everything that is still there            */
	LIVE_KMSG_END,    /* only what comes from now on: a mark       */
};

/**
 * live_kmsg_open() - open the log without ever waiting for it
 * @path: NULL: /dev/kmsg
 *
 * Return: 0; -EPERM or -EACCES: kernel.dmesg_restrict or the file's mode does
 *         not let this user read it; -ENOENT: no such device node.
 */
_must_check_ int live_kmsg_open(struct live_kmsg_reader *r, const char *path,
				enum live_kmsg_from from, struct diag *d);
void live_kmsg_close(struct live_kmsg_reader *r);
#define _cleanup_kmsg_ _cleanup_(live_kmsg_close)

/**
 * live_kmsg_next() - the next record
 * @a:   holds its texts
 * @ret: set only when 1 is returned
 *
 * Records that were overwritten before they could be read are counted in
 * @r->lost, and reading goes on with the oldest that is left.
 *
 * Return: 1; 0: no more for now; -EBADMSG: not a log; -ENOMEM; the errno of
 *         read(2).
 */
_must_check_ int live_kmsg_next(struct live_kmsg_reader *r, struct arena *a,
				struct live_kmsg *ret, struct diag *d);

/**
 * live_kmsg_skip_past() - go behind the record whose text is @marker
 *
 * Return: 1: the next record is the one after it; 0: it never came, all is
 *         read; as live_kmsg_next().
 */
_must_check_ int live_kmsg_skip_past(struct live_kmsg_reader *r,
				     const char *marker, struct arena *a,
				     struct diag *d);

/**
 * live_kmsg_write() - a line of our own, as a marker
 * @path: NULL: /dev/kmsg
 *
 * Return: 0; the errno of open(2) or write(2).
 */
_must_check_ int live_kmsg_write(const char *path, const char *line,
				 struct diag *d);

#endif
