/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What depmod says: kmod's messages, a progress line, JSON. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "depmod.h"
#include "json_out.h"

void depmod_report_init(struct depmod_report *r, const struct depmod_opts *o)
{
	*r = (struct depmod_report){ .o = o };
	(void)clock_gettime(CLOCK_MONOTONIC, &r->start);
}

void depmod_report_fini(struct depmod_report *r)
{
	depmod_progress_end(r);
	idx_events_fini(&r->notes);
	strv_fini(&r->complaints);
}

/* kmod says EINVAL of whatever it cannot decompress. */
static const char *broken_error(int err)
{
	return strerror(err == EBADMSG ? EINVAL : err);
}

static void print_scan(const struct dropin_ui *ui, const struct idx_event *e)
{
	switch (e->kind) {
	case IDX_EV_BAD_LINE:
		/* kmod prints the line's end, too. */
		dropin_log(ui, LOG_ERR, "%s:%zu: invalid line: %s\n", e->name,
			   e->n, e->other);
		break;
	case IDX_EV_DANGLING:
		/* kmod's number of the open folder. */
		dropin_log(ui, LOG_ERR, "fstatat(%zu, %s): %s", e->n + 3,
			   e->name, strerror(e->err));
		break;
	case IDX_EV_FOLDER:
		dropin_log(ui, LOG_ERR, "could not open directory %s: %s",
			   e->name, strerror(e->err));
		break;
	case IDX_EV_NO_FILE:
		dropin_log(ui, LOG_ERR, "unsupported file type %s: %zo",
			   e->name, e->n);
		break;
	case IDX_EV_LOOP:
		dropin_log(ui, LOG_WARNING,
			   "%s is a link to a folder that it is in, left out",
			   e->name);
		break;
	case IDX_EV_CUT_LINE:
		dropin_log(ui, LOG_ERR, "%s:%zu corrupted line misses '\\n'",
			   e->name, e->n);
		break;
	case IDX_EV_DUPLICATE:
		dropin_log(ui, LOG_INFO, "%s is used instead of %s", e->name,
			   e->other);
		break;
	default:
		dropin_log(ui, LOG_WARNING, "could not open %s at %s: %s",
			   e->name, e->other, strerror(e->err));
		break;
	}
}

static void print_link(const struct depmod_opts *o, const struct idx_event *e)
{
	const struct dropin_ui *ui = &o->ui;

	switch (e->kind) {
	case IDX_EV_BROKEN:
		dropin_log(ui, LOG_ERR, "failed to load symbols from %s: %s",
			   e->name, broken_error(e->err));
		if (dropin_explains(ui) && e->other[0])
			dropin_say("why", e->other);
		break;
	case IDX_EV_NEEDS:
		if (!o->json)
			(void)printf("%s needs \"%s\": %s\n", e->name,
				     e->other, e->by);
		break;
	case IDX_EV_UNKNOWN:
		dropin_log(ui, LOG_WARNING, "%s needs unknown symbol %s",
			   e->name, e->other);
		break;
	case IDX_EV_DISAGREES:
		dropin_log(ui, LOG_WARNING,
			   "%s disagrees about version of symbol %s", e->name,
			   e->other);
		break;
	case IDX_EV_CYCLE:
		dropin_log(ui, LOG_ERR, "Cycle detected: %s", e->name);
		break;
	default:
		dropin_log(ui, LOG_ERR,
			   "Found %zu modules in dependency cycles!", e->n);
		break;
	}
}

static void print_emit(const struct dropin_ui *ui, const struct idx_event *e)
{
	switch (e->kind) {
	case IDX_EV_BRACKETS:
		dropin_log(ui, LOG_WARNING, "Unmatched bracket in %s", e->name);
		break;
	case IDX_EV_NON_ASCII:
		dropin_log(ui, LOG_WARNING,
			   "'%s' of %s is not ASCII, left out of the .bin file",
			   e->name, e->other);
		break;
	default:
		dropin_log(
			ui, LOG_ERR,
			"Module '%s' has devname (%s) but lacks major and minor information. Ignoring.",
			e->name, e->other);
		break;
	}
}

void depmod_tell(void *arg, const struct idx_event *e)
{
	struct depmod_report *r = arg;

	depmod_progress_end(r);
	if (e->kind <= IDX_EV_CUT_LINE)
		print_scan(&r->o->ui, e);
	else if (e->kind <= IDX_EV_CYCLES)
		print_link(r->o, e);
	else
		print_emit(&r->o->ui, e);
	if (r->o->json && e->kind != IDX_EV_NEEDS)
		idx_events_keep(&r->notes, e);
}

void depmod_progress(void *arg, size_t done, size_t of)
{
	struct depmod_report *r = arg;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - r->start.tv_sec < 1 + (now.tv_nsec < r->start.tv_nsec))
		return;
	if (!isatty(STDERR_FILENO))
		return;
	(void)fprintf(stderr, "\r\033[Kdepmod: module %zu of %zu", done, of);
	r->progress = true;
}

void depmod_progress_end(struct depmod_report *r)
{
	if (r->progress)
		(void)fputs("\r\033[K", stderr);
	r->progress = false;
}

/* How --json calls an event, and what its strings are. */
static const struct {
	const char *kind, *name, *other;
} words[] = {
	[IDX_EV_BAD_LINE] = { "bad-line", "file", "text" },
	[IDX_EV_DANGLING] = { "dangling-link", "entry", NULL },
	[IDX_EV_FOLDER] = { "unreadable-folder", "path", NULL },
	[IDX_EV_NO_FILE] = { "no-regular-file", "path", NULL },
	[IDX_EV_LOOP] = { "folder-loop", "path", NULL },
	[IDX_EV_DUPLICATE] = { "duplicate", "path", "instead_of" },
	[IDX_EV_NO_INPUT] = { "missing-input", "file", "folder" },
	[IDX_EV_CUT_LINE] = { "cut-line", "file", NULL },
	[IDX_EV_BROKEN] = { "unreadable-module", "path", "why" },
	[IDX_EV_NEEDS] = { "needs", "path", "symbol" },
	[IDX_EV_UNKNOWN] = { "unknown-symbol", "path", "symbol" },
	[IDX_EV_DISAGREES] = { "other-version", "path", "symbol" },
	[IDX_EV_CYCLE] = { "cycle", "modules", NULL },
	[IDX_EV_CYCLES] = { "cycles", NULL, NULL },
	[IDX_EV_BRACKETS] = { "unmatched-bracket", "alias", "module" },
	[IDX_EV_NON_ASCII] = { "not-ascii", "key", "module" },
	[IDX_EV_DEVNAME] = { "devname-without-numbers", "module", "devname" },
};

static void note_json(struct jout *j, const struct idx_event *e)
{
	jout_object(j, NULL);
	jout_str(j, "kind", words[e->kind].kind);
	if (words[e->kind].name)
		jout_str(j, words[e->kind].name, e->name);
	if (words[e->kind].other)
		jout_str(j, words[e->kind].other, e->other);
	if (e->kind == IDX_EV_DANGLING)
		jout_str(j, "folder", e->by);
	if (e->kind == IDX_EV_BAD_LINE || e->kind == IDX_EV_CUT_LINE)
		jout_uint(j, "line", e->n);
	if (e->kind == IDX_EV_CYCLES)
		jout_uint(j, "modules", e->n);
	if (e->err)
		jout_str(j, "error", strerror(e->err));
	jout_end(j);
}

static void files_json(struct jout *j, const struct depmod_result *res)
{
	jout_array(j, "files");
	for (size_t i = 0; i < res->n_files; i++) {
		jout_object(j, NULL);
		jout_str(j, "name", res->files[i].name);
		jout_uint(j, "bytes", res->files[i].bytes);
		jout_bool(j, "changed", res->files[i].changed);
		jout_end(j);
	}
	jout_end(j);
}

int depmod_json(const struct depmod_report *r, const struct depmod_result *res)
{
	struct jout j = { .f = stdout };
	const struct idx_kept *at = NULL;
	const struct idx_event *e;

	jout_object(&j, NULL);
	jout_str(&j, "version", r->o->version);
	jout_str(&j, "folder", res->folder);
	jout_str(&j, "output", res->output);
	jout_bool(&j, "ok", !res->status);
	jout_diag(&j, "error", &res->error);
	jout_bool(&j, "written", res->written);
	jout_bool(&j, "up_to_date", res->up_to_date);
	jout_bool(&j, "finished_interrupted", res->finished_other);
	jout_uint(&j, "modules", res->modules);
	jout_uint(&j, "modules_read", res->read);
	jout_uint(&j, "symbols", res->symbols);
	files_json(&j, res);
	jout_strs(&j, "complaints", (const char *const *)r->complaints.v,
		  r->complaints.n);
	jout_array(&j, "notes");
	while ((e = idx_events_next(&r->notes, &at)))
		note_json(&j, e);
	jout_end(&j);
	jout_end(&j);
	return jout_finish(&j);
}
