/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Aliases in plain words. Most are a bus, a colon, and fields of a letter or
 * two with a number behind, or '*' for "whatever":
 *
 *	pci:v00008086d00001572sv*sd*bc*sc*i*
 *	usb:v046DpC52Bd*dc*dsc*dp*ic*isc*ip*in*
 *
 * Which ones is in anatomy_alias_table.c.
 * Names of vendors and devices come from pci.ids and usb.ids, if at hand.
 *
 * Kernel: scripts/mod/file2alias.c.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "rules/anatomy.h"
#include "rules/anatomy_alias.h"

#define VALUE 64

static const char *means(const struct number *v, unsigned long value)
{
	for (; v->means; v++)
		if (v->value == value)
			return v->means;
	return NULL;
}

/* ------------------------------------------------------------------ fields */

struct fields {
	char v[ALIAS_FIELDS][VALUE]; /* "" or "*": whatever */
	const char *rest;	     /* behind the last one */
};

/* The next place where a tag of the list may start. */
static size_t value_length(const char *s, const char *next)
{
	size_t n = 0;

	/* Numbers are upper case, tags are not: a letter ends the value. */
	while (s[n] && (*next ? strncmp(s + n, next, strlen(next)) != 0 : true))
		n++;
	return n;
}

static void take_fields(const struct bus *b, const char *s, struct fields *ret)
{
	*ret = (struct fields){ 0 };
	for (size_t i = 0; i < ALIAS_FIELDS && b->tags[i]; i++) {
		const char *next = i + 1 < ALIAS_FIELDS && b->tags[i + 1]
					   ? b->tags[i + 1]
					   : "";
		size_t n;

		if (!str_starts(s, b->tags[i]))
			break;
		s += strlen(b->tags[i]);
		n = value_length(s, next);
		(void)snprintf(ret->v[i], VALUE, "%.*s",
			       (int)(n < VALUE ? n : VALUE - 1), s);
		s += n;
	}
	ret->rest = s;
}

static bool is_told(const char *v)
{
	return v[0] && !str_eq(v, "*");
}

/* A whole hexadecimal number; patterns are none. */
static bool hex(const char *v, unsigned long *ret)
{
	char *end;

	if (!isxdigit((unsigned char)v[0]))
		return false;
	*ret = strtoul(v, &end, 16);
	return !*end;
}

/* "00008086" -> "8086", lower case; patterns as they are. */
static void add_id(struct text *t, const char *v)
{
	unsigned long x;

	if (!is_told(v))
		text_add(t, "any");
	else if (hex(v, &x) && x <= 0xffffffff)
		text_addf(t, "%04lx", x);
	else
		text_add(t, v);
}

/* ----------------------------------------------------------------- pci.ids */

/* The line that begins with @key after @tabs tabs; ends at one with fewer. */
static struct span find_line(struct span s, const char *key, unsigned tabs)
{
	while (s.n) {
		const uint8_t *nl = memchr(s.p, '\n', s.n);
		size_t n = nl ? (size_t)(nl - s.p) : s.n, in = 0;

		while (in < n && s.p[in] == '\t')
			in++;
		if (in < tabs && n && s.p[0] != '#')
			break;
		if (in == tabs && n - in > strlen(key) + 1 &&
		    !memcmp(s.p + in, key, strlen(key)))
			return s;
		n += nl != NULL;
		s.p += n;
		s.n -= n;
	}
	return (struct span){ 0 };
}

/* Adds what stands behind the number. */
static void add_line_name(struct text *t, struct span line, size_t skip)
{
	while (skip < line.n && (line.p[skip] == ' ' || line.p[skip] == '\t'))
		skip++;
	for (; skip < line.n && line.p[skip] != '\n' && line.p[skip] != '\r';
	     skip++)
		text_add_bytes(t, line.p + skip, 1);
}

static struct span behind(struct span s)
{
	const uint8_t *nl = s.n ? memchr(s.p, '\n', s.n) : NULL;
	size_t n = nl ? (size_t)(nl - s.p) + 1 : s.n;

	return (struct span){ s.p + n, s.n - n };
}

/* " (Intel Corporation Ethernet ...)" */
static void add_names(struct text *t, struct span ids, const char *vendor,
		      const char *device)
{
	unsigned long v, d;
	struct span line;
	char key[16];

	if (!ids.n || !hex(vendor, &v) || v > 0xffff)
		return;
	(void)snprintf(key, sizeof(key), "%04lx ", v);
	line = find_line(ids, key, 0);
	if (!line.n)
		return;
	text_add(t, " (");
	add_line_name(t, line, 4);
	if (hex(device, &d) && d <= 0xffff) {
		(void)snprintf(key, sizeof(key), "%04lx ", d);
		line = find_line(behind(line), key, 1);
		if (line.n) {
			text_add(t, " ");
			add_line_name(t, line, 5);
		}
	}
	text_add(t, ")");
}

/* ------------------------------------------------------------ single buses */

/* "0c" "03" -> class 0x0c03; without the second 0x0c. */
static void add_class(struct text *t, const struct number *names,
		      const char *class, const char *sub)
{
	unsigned long c = 0, s = 0;
	const char *m = NULL;

	text_addf(t, "class %s%s", class, is_told(sub) ? sub : "");
	if (hex(class, &c) && hex(sub, &s))
		m = means(names, c << 8 | s);
	if (!m && hex(class, &c))
		m = means(names, c);
	if (m)
		text_addf(t, " (%s)", m);
}

static void pci(struct text *t, const struct fields *f,
		const struct anat_ids *ids)
{
	bool device = is_told(f->v[0]) || is_told(f->v[1]);

	text_add(t, device ? "PCI device " : "any PCI device");
	if (device) {
		add_id(t, f->v[0]);
		text_add(t, ":");
		add_id(t, f->v[1]);
		add_names(t, ids->pci, f->v[0], f->v[1]);
	}
	if (is_told(f->v[2]) || is_told(f->v[3])) {
		text_add(t, ", made as ");
		add_id(t, f->v[2]);
		text_add(t, ":");
		add_id(t, f->v[3]);
	}
	if (is_told(f->v[4])) {
		text_add(t, device ? ", " : " of ");
		add_class(t, alias_pci_classes, f->v[4], f->v[5]);
	}
}

static void usb(struct text *t, const struct fields *f,
		const struct anat_ids *ids)
{
	bool device = is_told(f->v[0]) || is_told(f->v[1]);

	text_add(t, device ? "USB device " : "any USB device");
	if (device) {
		add_id(t, f->v[0]);
		text_add(t, ":");
		add_id(t, f->v[1]);
		add_names(t, ids->usb, f->v[0], f->v[1]);
	}
	if (is_told(f->v[3])) {
		text_add(t, device ? ", " : " of ");
		add_class(t, alias_usb_classes, f->v[3], "");
	}
	if (is_told(f->v[6])) {
		text_add(t, device ? ", interface " : " with an interface of ");
		add_class(t, alias_usb_classes, f->v[6], "");
	}
}

static void hid(struct text *t, const struct fields *f,
		const struct anat_ids *ids)
{
	unsigned long bus = 0;
	const char *m = hex(f->v[0], &bus) ? means(alias_hid_buses, bus) : NULL;

	text_addf(t, "%s%sHID device ", m ? m : "", m ? " " : "");
	add_id(t, f->v[2]);
	text_add(t, ":");
	add_id(t, f->v[3]);
	add_names(t, bus == 3 ? ids->usb : (struct span){ 0 }, f->v[2],
		  f->v[3]);
}

static void virtio(struct text *t, const struct fields *f,
		   const struct anat_ids *ids _unused_)
{
	unsigned long id = 0;
	const char *m = hex(f->v[0], &id) ? means(alias_virtio_ids, id) : NULL;

	if (m)
		text_addf(t, "virtio %s device", m);
	else
		text_addf(t, "virtio device %s", f->v[0]);
}

/* Any other bus: all that is told, with its name. */
static void by_table(struct text *t, const struct bus *b,
		     const struct fields *f)
{
	text_add(t, b->device);
	for (size_t i = 0, n = 0; i < ALIAS_FIELDS && b->tags[i]; i++)
		if (b->words[i] && is_told(f->v[i]))
			text_addf(t, "%s %s %s", n++ ? "," : "", b->words[i],
				  f->v[i]);
}

/* "dmi:*:svnLENOVO*:pn*X1*:" -> vendor and product */
static void dmi(struct text *t, const char *s)
{
	static const struct {
		const char *tag, *means;
	} tags[] = {
		{ "bvn", "BIOS" },	  { "svn", "maker" },
		{ "pn", "product" },	  { "pvr", "version" },
		{ "rvn", "board maker" }, { "rn", "board" },
		{ "ct", "chassis" },	  { "cvn", "chassis maker" },
	};
	size_t n = 0;

	text_add(t, "computer");
	while (*s) {
		size_t len = strcspn(s, ":");

		while (len && *s == '*') {
			s++;
			len--;
		}
		for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
			size_t k = strlen(tags[i].tag);

			if (len <= k || strncmp(s, tags[i].tag, k) != 0)
				continue;
			text_addf(t, "%s %s ", n++ ? "," : "", tags[i].means);
			text_add_bytes(t, s + k, len - k);
			break;
		}
		s += len + (s[len] == ':');
	}
}

/* "of:N*T*Cfoo,bar", and the same with "C*" behind it: more may follow. */
static void of_node(struct text *t, const struct fields *f)
{
	const char *c = f->v[2];
	size_t n = strlen(c);

	if (str_ends(c, "C*"))
		n -= 2;
	text_add(t, "device tree node");
	if (is_told(f->v[0]))
		text_addf(t, " called %s", f->v[0]);
	if (is_told(f->v[1]))
		text_addf(t, " of type %s", f->v[1]);
	if (n && is_told(c))
		text_addf(t, " \"%.*s\"", (int)n, c);
}

/* ------------------------------------------------------ numbers with dashes */

static bool dashes(struct text *t, const char *s)
{
	unsigned long family, proto;
	const char *m;
	char *end;

	if (!str_starts(s, "net-pf-"))
		return false;
	family = strtoul(s + 7, &end, 10);
	m = means(alias_families, family);
	text_addf(t, "sockets of family %lu", family);
	if (m)
		text_addf(t, " (%s)", m);
	if (!str_starts(end, "-proto-"))
		return true;
	proto = strtoul(end + 7, &end, 10);
	m = family == 16 ? means(alias_netlinks, proto) : NULL;
	text_addf(t, ", protocol %lu", proto);
	if (m)
		text_addf(t, " (%s)", m);
	if (str_starts(end, "-family-"))
		text_addf(t, ", %s", end + 8);
	else if (str_starts(end, "-type-"))
		text_addf(t, ", type %s", end + 6);
	return true;
}

/* "10-200" -> "10:200", "8-*" -> "8, any" */
static void add_major(struct text *t, const char *s)
{
	size_t n = strcspn(s, "-");

	text_addf(t, "%.*s", (int)n, s);
	if (s[n])
		text_addf(t, s[n + 1] == '*' ? ", any" : ":%s", s + n + 1);
}

static bool by_prefix(struct text *t, const char *s)
{
	for (const struct prefix *p = alias_prefixes; p->prefix; p++) {
		size_t n = strlen(p->prefix);

		if (!str_starts(s, p->prefix))
			continue;
		text_add(t, p->what);
		if (str_ends(p->prefix, "-major-")) {
			text_add(t, " ");
			add_major(t, s + n);
			return true;
		}
		if (!str_ends(p->what, "/") && s[n])
			text_add(t, " ");
		text_add(t, s + n);
		if (str_starts(s, "acpi")) /* "PNP0C0A:*" */
			while (t->n &&
			       (t->p[t->n - 1] == '*' || t->p[t->n - 1] == ':'))
				t->p[--t->n] = 0;
		return true;
	}
	return false;
}

static bool scsi(struct text *t, const char *s)
{
	unsigned long type;
	const char *m;

	if (!str_starts(s, "scsi:t-"))
		return false;
	type = strtoul(s + 7, NULL, 0);
	m = type ? means(alias_scsi_types, type) : "disk";
	text_addf(t, "SCSI device of type %#lx", type);
	if (m)
		text_addf(t, " (%s)", m);
	return true;
}

static bool by_bus(struct text *t, const char *s, const struct anat_ids *ids)
{
	static const struct {
		const char *name;
		void (*say)(struct text *t, const struct fields *f,
			    const struct anat_ids *ids);
	} own[] = {
		{ "pci", pci },
		{ "usb", usb },
		{ "hid", hid },
		{ "virtio", virtio },
	};
	struct fields f;

	for (const struct bus *b = alias_buses; b->name; b++) {
		size_t n = strlen(b->name);

		if (!str_starts(s, b->name) || s[n] != ':')
			continue;
		if (str_eq(b->name, "dmi")) {
			dmi(t, s + n + 1);
			return true;
		}
		take_fields(b, s + n + 1, &f);
		for (size_t k = 0; k < ARRAY_SIZE(own); k++)
			if (str_eq(own[k].name, b->name)) {
				own[k].say(t, &f, ids);
				return true;
			}
		if (str_eq(b->name, "of"))
			of_node(t, &f);
		else
			by_table(t, b, &f);
		return true;
	}
	return false;
}

const char *anat_alias(const char *alias, const struct anat_ids *ids,
		       struct arena *a)
{
	_cleanup_text_ struct text t = { 0 };

	if (!dashes(&t, alias) && !scsi(&t, alias) && !by_bus(&t, alias, ids) &&
	    !by_prefix(&t, alias))
		return NULL;
	return t.failed ? NULL : arena_strdup(a, text_str(&t));
}
