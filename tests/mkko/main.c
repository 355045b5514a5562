/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mkko, the program: see usage() and mkko.h. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkko.h"

#define MAX_LIST 256

static int usage(FILE *f)
{
	(void)fputs(
		"mkko [OPTION...] -o FILE: makes a kernel module from nothing\n"
		"\n"
		"  -o FILE            where to; '-' is standard output\n"
		"  --full             with exports, needs, versions, a signature\n"
		"  --break NAME       then damage one thing; implies --full where needed\n"
		"  --list             what --break knows\n"
		"  --machine NAME     x86_64 by default; '--machine list' lists them\n"
		"  --name NAME        mkko by default\n"
		"  --license TEXT     GPL by default\n"
		"  --vermagic TEXT    of the kernel that it is for\n"
		"  --depends A,B\n"
		"  --info KEY=VALUE   one more string in .modinfo; again and again\n"
		"  --need NAME[=CRC][,weak]\n"
		"                     a symbol that the kernel has to have\n"
		"  --version NAME=CRC an entry in the version table alone\n"
		"  --export NAME[=CRC][,gpl][,ns=NAME]\n"
		"  --form default|abs|old|flags\n"
		"                     how the table of exports is written\n"
		"  --crc plain|ref|abs|none\n"
		"                     how their CRCs are\n"
		"  --versions         write __versions\n"
		"  --ext-versions     write __version_ext_crcs and _names\n"
		"  --tables           with a file_operations and a parameter\n"
		"  --sign pkcs7|keyid|whole|x509|none\n"
		"  --this-module SIZE,INIT,EXIT\n"
		"                     size of the kernel's struct module, and where in it\n"
		"                     the pointers to init and exit are\n",
		f);
	return f == stdout ? 0 : 2;
}

static int fail(const char *what, const char *arg)
{
	(void)fprintf(stderr, "mkko: %s '%s'\n", what, arg);
	return 2;
}

static int pick(const char *const *names, const char *s)
{
	for (int i = 0; names[i]; i++)
		if (str_eq(names[i], s))
			return i;
	return -1;
}

struct lists {
	struct mkko_need needs[MAX_LIST];
	struct mkko_export exports[MAX_LIST];
	const char *info[MAX_LIST + 1];
	size_t n_info;
	struct strv keep; /* strings that the lists point into */
};

/* Cuts "NAME=CRC,word,word" up in place. */
static char *parse_crc(char *s, uint32_t *crc)
{
	char *rest = strchr(s, ',');
	uint64_t v = 0;

	if (rest)
		*rest++ = 0;

	char *eq = strchr(s, '=');

	if (eq) {
		*eq = 0;
		if (!str_to_u64(eq + 1, UINT32_MAX, &v)) {
			(void)fprintf(stderr, "mkko: no CRC: '%s'\n", eq + 1);
			exit(2);
		}
	}
	*crc = (uint32_t)v;
	return rest;
}

static char *keep(struct lists *l, const char *s)
{
	if (strv_add(&l->keep, s) < 0)
		abort();
	return l->keep.v[l->keep.n - 1];
}

static void add_need(struct mkko *m, struct lists *l, const char *arg,
		     bool only_version)
{
	struct mkko_need *n = &l->needs[m->n_needs];
	char *s = keep(l, arg), *rest;

	if (m->n_needs == MAX_LIST)
		exit(fail("too many symbols, at", arg));
	m->n_needs++;
	m->needs = l->needs;
	rest = parse_crc(s, &n->crc);
	n->name = s;
	n->weak = rest && str_eq(rest, "weak");
	n->only_version = only_version;
}

static void add_export(struct mkko *m, struct lists *l, const char *arg)
{
	struct mkko_export *e = &l->exports[m->n_exports];
	char *s = keep(l, arg), *rest;

	if (m->n_exports == MAX_LIST)
		exit(fail("too many symbols, at", arg));
	m->n_exports++;
	m->exports = l->exports;
	rest = parse_crc(s, &e->crc);
	e->name = s;
	while (rest) {
		char *next = strchr(rest, ',');

		if (next)
			*next++ = 0;
		if (str_eq(rest, "gpl"))
			e->gpl = true;
		else if (str_starts(rest, "ns="))
			e->ns = rest + 3;
		else
			exit(fail("no such kind of export:", rest));
		rest = next;
	}
}

static void list_breaks(void)
{
	for (const struct mkko_break *b = mkko_breaks(); b->name; b++)
		(void)printf("%-24s %s\n", b->name, b->what);
}

static void list_machines(void)
{
	for (const char *const *s = mkko_machines(); *s; s++)
		(void)puts(*s);
}

/* Takes what mkko_full has, where nothing was asked for. */
static void fill_up(struct mkko *m)
{
	const struct mkko *f = &mkko_full;

	if (!m->info)
		m->info = f->info;
	if (!m->depends)
		m->depends = f->depends;
	if (!m->n_needs) {
		m->needs = f->needs;
		m->n_needs = f->n_needs;
	}
	if (!m->n_exports) {
		m->exports = f->exports;
		m->n_exports = f->n_exports;
	}
	m->versions = m->ext_versions = true;
	if (m->sign == MKKO_UNSIGNED)
		m->sign = f->sign;
}

static int build(struct mkko *m, const char *brk, struct bytes *b)
{
	int r = mkko_build(m, b);

	if (r < 0)
		return r;
	if (!brk)
		return 0;
	r = mkko_break(b, brk);
	if (r != -ENOENT)
		return r;
	bytes_fini(b);
	fill_up(m);
	r = mkko_build(m, b);
	return r < 0 ? r : mkko_break(b, brk);
}

static int write_out(const char *out, const struct bytes *b)
{
	FILE *f = str_eq(out, "-") ? stdout : fopen(out, "we");

	if (!f)
		return fail("cannot write", out);

	size_t n = fwrite(b->p, 1, b->n, f);
	int r = f == stdout ? fflush(f) : fclose(f);

	return n != b->n || r ? fail("cannot write", out) : 0;
}

enum {
	FULL = 256,
	BREAK,
	LIST,
	MACHINE,
	NAME,
	LICENSE,
	VERMAGIC,
	DEPENDS,
	INFO,
	NEED,
	VERSION,
	EXPORT,
	FORM,
	CRC,
	VERSIONS,
	EXT,
	TABLES,
	SIGN,
	THIS
};

static const struct option options[] = {
	{ "full", 0, NULL, FULL },	   { "break", 1, NULL, BREAK },
	{ "list", 0, NULL, LIST },	   { "machine", 1, NULL, MACHINE },
	{ "name", 1, NULL, NAME },	   { "license", 1, NULL, LICENSE },
	{ "vermagic", 1, NULL, VERMAGIC }, { "depends", 1, NULL, DEPENDS },
	{ "info", 1, NULL, INFO },	   { "need", 1, NULL, NEED },
	{ "version", 1, NULL, VERSION },   { "export", 1, NULL, EXPORT },
	{ "form", 1, NULL, FORM },	   { "crc", 1, NULL, CRC },
	{ "versions", 0, NULL, VERSIONS }, { "ext-versions", 0, NULL, EXT },
	{ "tables", 0, NULL, TABLES },	   { "sign", 1, NULL, SIGN },
	{ "this-module", 1, NULL, THIS },  { "help", 0, NULL, 'h' },
	{ 0 },
};

static const char *const forms[] = { "default", "abs", "old", "flags", NULL };
static const char *const crcs[] = { "plain", "ref", "abs", "none", NULL };
static const char *const signs[] = { "none", "pkcs7", "keyid", "whole", "x509", NULL };

static int choose(const char *const *names)
{
	int i = pick(names, optarg);

	if (i < 0)
		exit(fail("no such choice:", optarg));
	return i;
}

static void set_option(int o, struct mkko *m, struct lists *l, bool *full)
{
	switch (o) {
	case FULL:
		*full = true;
		return;
	case NAME:
		m->name = optarg;
		return;
	case LICENSE:
		m->license = optarg;
		return;
	case VERMAGIC:
		m->vermagic = optarg;
		return;
	case DEPENDS:
		m->depends = optarg;
		return;
	case INFO:
		if (l->n_info == MAX_LIST)
			exit(fail("too many strings, at", optarg));
		l->info[l->n_info++] = optarg;
		m->info = l->info;
		return;
	case NEED:
	case VERSION:
		add_need(m, l, optarg, o == VERSION);
		return;
	case EXPORT:
		add_export(m, l, optarg);
		return;
	case FORM:
		m->form = (enum mkko_form)choose(forms);
		return;
	case CRC:
		m->crc = (enum mkko_crc)choose(crcs);
		return;
	case VERSIONS:
		m->versions = true;
		return;
	case EXT:
		m->ext_versions = true;
		return;
	case TABLES:
		m->tables = true;
		return;
	case SIGN:
		m->sign = (enum mkko_sign)choose(signs);
		return;
	case THIS:
		if (sscanf(optarg, "%u,%u,%u", &m->this_size, &m->this_init,
			   &m->this_exit) != 3)
			exit(fail("wanted SIZE,INIT,EXIT instead of", optarg));
		return;
	default:
		exit(usage(stderr));
	}
}

int main(int argc, char **argv)
{
	static struct lists l;
	struct mkko m = { 0 };
	const char *out = NULL, *brk = NULL;
	bool full = false;

	for (int o; (o = getopt_long(argc, argv, "o:h", options, NULL)) >= 0;) {
		if (o == 'h')
			return usage(stdout);
		if (o == LIST) {
			list_breaks();
			return 0;
		}
		if (o == MACHINE && str_eq(optarg, "list")) {
			list_machines();
			return 0;
		}
		if (o == 'o')
			out = optarg;
		else if (o == BREAK)
			brk = optarg;
		else if (o == MACHINE)
			m.machine = optarg;
		else
			set_option(o, &m, &l, &full);
	}
	if (!out || optind != argc)
		return usage(stderr);
	if (full)
		fill_up(&m);

	_cleanup_bytes_ struct bytes b = { 0 };
	int r = build(&m, brk, &b);

	if (r == -ENOENT)
		return fail("this module has nothing to break at", brk);
	if (r < 0)
		return fail("unknown machine or break, or a name too long:",
			    brk		? brk
			    : m.machine ? m.machine
					: "-");
	r = write_out(out, &b);
	strv_fini(&l.keep);
	return r;
}
