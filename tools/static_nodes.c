/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmod static-nodes: the devices of modules.devname of the running kernel, for
 * people, for systemd-tmpfiles, or as they are. systemd runs it at every boot
 * and then makes the nodes: opening one loads its module.
 */
#include "kmod.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "index/devname.h"
#include "index/dir.h"
#include "module_folder.h"

/* That of all of Debian's modules has 1 kB. */
#define LIMIT ((size_t)16 << 20)

static int usage(void)
{
	(void)fputs(
		"  kmod static-nodes -f tmpfiles -o /run/tmpfiles.d/static-nodes.conf\n"
		"                        what systemd does with it at every boot\n"
		"\n"
		"usage: kmod static-nodes [OPTION...]\n"
		"\n"
		"  -f, --format=FORMAT   human (default), tmpfiles or devname\n"
		"  -o, --output=FILE     into this file; missing folders are made\n"
		"  -h, --help            show this help\n"
		"\n"
		"human     for people; no program should read it\n"
		"tmpfiles  lines for systemd-tmpfiles, see tmpfiles.d(5)\n"
		"devname   the lines of modules.devname\n",
		stdout);
	return 0;
}

static int len(struct span s)
{
	return (int)s.n;
}

static const char *str(struct span s)
{
	return (const char *)s.p;
}

static void as_human(FILE *f, const struct idx_devname *e)
{
	(void)fprintf(f,
		      "Module: %.*s\n"
		      "\tDevice node: /dev/%.*s\n"
		      "\t\tType: %s device\n"
		      "\t\tMajor: %u\n"
		      "\t\tMinor: %u\n",
		      len(e->module), str(e->module), len(e->device),
		      str(e->device), e->kind == 'c' ? "character" : "block",
		      e->major, e->minor);
}

static void as_tmpfiles(FILE *f, const struct idx_devname *e)
{
	if (e->folder.n)
		(void)fprintf(f, "d /dev/%.*s 0755 - - -\n", len(e->folder),
			      str(e->folder));
	(void)fprintf(f, "%c! /dev/%.*s 0600 - - - %u:%u\n", e->kind,
		      len(e->device), str(e->device), e->major, e->minor);
}

static void as_devname(FILE *f, const struct idx_devname *e)
{
	(void)fprintf(f, "%.*s %.*s %c%u:%u\n", len(e->module), str(e->module),
		      len(e->device), str(e->device), e->kind, e->major,
		      e->minor);
}

typedef void format_fn(FILE *f, const struct idx_devname *e);

static format_fn *find_format(const char *name)
{
	static const struct {
		const char *name;
		format_fn *fn;
	} formats[] = { { "human", as_human },
			{ "tmpfiles", as_tmpfiles },
			{ "devname", as_devname } };

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (str_eq(name, formats[i].name))
			return formats[i].fn;
	return NULL;
}

/* The start of it, fit for a terminal. */
static void complain(struct span line)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < line.n && t.n < 256; i++)
		if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] >= 0x7f)
			text_addf(&t, "\\x%02x", line.p[i]);
		else
			text_add_bytes(&t, line.p + i, 1);
	(void)fprintf(stderr, "Error: invalid devname entry: %s\n",
		      text_str(&t));
}

/* Return: the exit status. A line that is none spoils it, not the others. */
static int convert(struct span s, format_fn *format, FILE *f)
{
	int status = 0;

	while (s.n) {
		const uint8_t *end = memchr(s.p, '\n', s.n);
		size_t n = end ? (size_t)(end - s.p) : s.n;
		struct span line = { s.p, n };
		struct idx_devname e;
		int r = idx_devname_parse(line, &e, NULL);

		if (!r)
			format(f, &e);
		if (r == -EBADMSG) {
			complain(line);
			status = 1;
		}
		n += end != NULL;
		s = (struct span){ s.p + n, s.n - n };
	}
	return status;
}

/* The folders above it. Return: 0, or an errno after saying so. */
static int make_parents(const char *path)
{
	_cleanup_free_ char *dir = strdup(path);
	int r = -ENOMEM;

	if (dir) {
		dir[path_base(dir) - dir] = '\0';
		r = *dir ? dir_make(dir, NULL) : 0;
	}
	if (r)
		(void)fprintf(stderr,
			      "Error: could not create parent directory for %s - %s.\n",
			      path, strerror(-r));
	return -r;
}

static int write_file(struct span s, format_fn *format, const char *path)
{
	_cleanup_fclose_ FILE *f = NULL;

	if (make_parents(path))
		return 1;
	f = fopen(path, "we");
	if (!f) {
		(void)fprintf(stderr, "Error: could not create %s - %m\n",
			      path);
		return 1;
	}

	int status = convert(s, format, f);
	bool bad = fflush(f) || ferror(f);

	if (bad)
		(void)fprintf(stderr, "Error: could not write %s - %m\n", path);
	return bad ? 1 : status;
}

/* Where modules.devname of the running kernel is now. */
static int find_file(char **ret)
{
	_cleanup_free_ char *folder = module_folder_here();
	_cleanup_idx_dir_ struct idx_dir *dir = NULL;
	int r = folder ? idx_dir_open(folder, &dir, NULL) : -ENOMEM;

	return r ? r : idx_dir_file(dir, "modules.devname", ret);
}

static int run(format_fn *format, const char *output)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	int r = find_file(&path);

	if (!r)
		r = file_read(path, LIMIT, &b, NULL);
	if (r == -ENOENT) {
		(void)fprintf(stderr, "Warning: %s not found - ignoring\n",
			      path);
		return 0;
	}
	if (r) {
		(void)fprintf(stderr, "Error: could not open %s - %s\n",
			      path ? path : "modules.devname", strerror(-r));
		return 1;
	}
	if (output)
		return write_file(bytes_span(&b), format, output);
	r = convert(bytes_span(&b), format, stdout);
	return fflush(stdout) || ferror(stdout) ? 1 : r;
}

int static_nodes_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	format_fn *format = as_human;
	const char *output = NULL;

	for (int c; (c = getopt_long(argc, argv, "o:f:h", options, NULL)) >= 0;)
		switch (c) {
		case 'o':
			output = optarg;
			break;
		case 'f':
			format = find_format(optarg);
			if (format)
				break;
			(void)fprintf(stderr, "Unknown format: '%s'.\n", optarg);
			(void)usage();
			return 1;
		case 'h':
			return usage();
		default:
			return 1;
		}
	return run(format, output);
}
