/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm why, asked about nothing: the last refusal that the kernel's log tells
 * of. For a symbol the log has two lines, the cause and then the symbol, so
 * the line before counts, too, if it is a refusal.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "live/kmsg.h"
#include "rules/reason.h"
#include "ui.h"
#include "why_text.h"

/* No log is larger that a kernel keeps. */
#define LOG_MAX_BYTES ((size_t)64 << 20)

struct last {
	struct text lines; /* the refusal, and what stood right before */
	bool before;	   /* the line before was one */
	size_t n;	   /* lines looked at */
};

static bool refuses(const char *line)
{
	const struct rule_reason *row;
	struct rule_match m;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		if (row->kind == RULE_REFUSES && rule_match_line(row, line, &m))
			return true;
	return false;
}

static void look(struct last *l, const char *line)
{
	bool now = refuses(line);

	if (now && !l->before)
		l->lines.n = 0;
	if (now)
		text_addf(&l->lines, "%s\n", line);
	l->before = now;
	l->n++;
}

static int read_kmsg(struct last *l, struct diag *d)
{
	_cleanup_kmsg_ struct live_kmsg_reader log = { 0 };
	int r = live_kmsg_open(&log, NULL, LIVE_KMSG_OLDEST, d);

	while (!r) {
		_cleanup_arena_ struct arena a = { 0 };
		struct live_kmsg k;

		r = live_kmsg_next(&log, &a, &k, d);
		if (r != 1)
			return r;
		r = 0;
		if (!k.facility)
			look(l, k.text);
	}
	diag_hint(d, "'sudo lkm why', or 'sudo dmesg | lkm why --log -'");
	return r;
}

static int read_text(struct last *l, const char *path, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	char *save = NULL;
	int r = str_eq(path, "-")
			? file_read_fd(STDIN_FILENO, "standard input",
				       LOG_MAX_BYTES, &b, d)
			: file_read(path, LOG_MAX_BYTES, &b, d);

	if (r)
		return r;
	/* A NUL would hide what is behind it. */
	for (size_t i = 0; i < b.n; i++)
		if (!b.p[i])
			b.p[i] = ' ';
	for (char *line = strtok_r((char *)b.p, "\r\n", &save); line;
	     line = strtok_r(NULL, "\r\n", &save))
		look(l, line);
	return 0;
}

int why_last(const char *log, const struct why_form *form)
{
	struct last l = { 0 };
	struct diag d = { 0 };
	int r = log ? read_text(&l, log, &d) : read_kmsg(&l, &d);
	int status = UI_NO;

	if (!r && l.lines.failed)
		r = diag_fail(&d, ENOMEM, "out of memory");
	if (r)
		status = ui_error("why", &d);
	else if (l.lines.n)
		status = why_text(text_str(&l.lines), form);
	else {
		(void)diag_fail_hint(
			&d, ENOENT,
			"a refusal without a line in the log is told by its errno: 'lkm why ERRNO'; a file is asked about with 'lkm check FILE'",
			"no refusal of a module is in the %zu lines of %s", l.n,
			log ? log : "the kernel's log");
		(void)ui_error("why", &d);
	}
	text_fini(&l.lines);
	return status;
}
