/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the stand-ins for kmod's tools talk: see dropin_ui.h. */
#include "dropin_ui.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/errname.h"
#include "base/text.h"
#include "dropin.h"
#include "live/modules.h"
#include "live/policy.h"
#include "live/sysfs.h"

/* A burst of log lines is cut here; the first ones tell. */
#define LINES_MAX 256
#define LINES_SHOWN 8

static const char *level_name(int prio)
{
	static const char *const name[] = {
		[LOG_CRIT] = "FATAL",	  [LOG_ERR] = "ERROR",
		[LOG_WARNING] = "WARNING", [LOG_NOTICE] = "NOTICE",
		[LOG_INFO] = "INFO",	  [LOG_DEBUG] = "DEBUG",
	};

	return prio >= LOG_CRIT && prio <= LOG_DEBUG ? name[prio] : "ERROR";
}

void dropin_log(const struct dropin_ui *ui, int prio, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	if (prio > ui->level)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text)
		return;
	if (ui->syslog)
		syslog(prio, "%s: %s", level_name(prio), text);
	else
		(void)fprintf(stderr, "%s: %s: %s\n", ui->tool,
			      level_name(prio), text);
}

void dropin_to_syslog(struct dropin_ui *ui)
{
	ui->syslog = true;
	openlog(ui->tool, LOG_CONS, LOG_DAEMON);
}

int dropin_option(struct dropin_ui *ui, int c, int (*help)(void))
{
	switch (c) {
	case 's':
		dropin_to_syslog(ui);
		return -1;
	case 'v':
		/* kmod counts from WARNING; ERROR is for silence. */
		ui->level = ui->level < LOG_NOTICE ? LOG_NOTICE :
						     ui->level + 1;
		return -1;
	case 'V':
		return dropin_version();
	case 'h':
		return help();
	default:
		dropin_say_usage(ui, NULL);
		return 1;
	}
}

bool dropin_explains(const struct dropin_ui *ui)
{
	if (ui->syslog)
		return false;
	return ui->level >= LOG_NOTICE || isatty(STDERR_FILENO);
}

void dropin_say_usage(const struct dropin_ui *ui, const char *usage)
{
	_cleanup_text_ struct text t = { 0 };

	if (!dropin_explains(ui))
		return;
	if (usage)
		text_addf(&t, "usage: %s; ", usage);
	text_addf(&t, "'%s -h' shows the options", ui->tool);
	dropin_say("fix", text_str(&t));
}

const char *dropin_load_error(int err)
{
	switch (err) {
	case ENOEXEC:
		return "Invalid module format";
	case ENOENT:
		return "Unknown symbol in module";
	case ESRCH:
		return "Module has wrong symbol version";
	case EINVAL:
		return "Invalid parameters";
	default:
		return strerror(err);
	}
}

void dropin_mark(struct dropin_mark *m, const struct dropin_ui *ui)
{
	*m = (struct dropin_mark){ .wanted = dropin_explains(ui) };
	if (!m->wanted)
		return;
	m->err = -live_kmsg_open(&m->kmsg, NULL, LIVE_KMSG_END, NULL);
	m->readable = !m->err;
}

void dropin_mark_fini(struct dropin_mark *m)
{
	live_kmsg_close(&m->kmsg);
}

void dropin_say(const char *label, const char *text)
{
	_cleanup_text_ struct text t = { 0 };

	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '\n')
			text_add(&t, " / ");
		else if (c < ' ' || c == 0x7f)
			text_addf(&t, "\\x%02x", c);
		else
			text_add_bytes(&t, p, 1);
	}
	(void)fprintf(stderr, "  %s: %s\n", label, text_str(&t));
}

/* What the kernel itself logged since the mark. */
static size_t read_lines(struct dropin_mark *m, struct arena *a,
			 const char *lines[LINES_MAX])
{
	size_t n = 0;
	struct live_kmsg k;

	while (m->readable && n < LINES_MAX &&
	       live_kmsg_next(&m->kmsg, a, &k, NULL) == 1)
		if (!k.facility)
			lines[n++] = k.text;
	return n;
}

/*
 * The lines that decided. Else the last ones, if the module itself may have
 * said them: a module need not put its name in front.
 */
static void say_lines(const struct rule_match *m, const char *const *lines,
		      size_t n)
{
	struct rule_match other;
	size_t shown = 0;

	for (size_t i = 0; m->line && i < n && shown < LINES_SHOWN; i++)
		if (rule_match_line(m->reason, lines[i], &other)) {
			dropin_say("kernel", lines[i]);
			shown++;
		}
	for (size_t i = n > LINES_SHOWN ? n - LINES_SHOWN : 0;
	     !m->line && m->reason->by != RULE_BY_KERNEL && i < n; i++) {
		const struct rule_reason *note = rule_note(lines[i], &other);

		if (!note || note->kind != RULE_NOTE)
			dropin_say("kernel", lines[i]);
	}
}

static void say_text(const char *label, const char *text,
		     const struct rule_match *m,
		     const struct rule_subject *about)
{
	_cleanup_text_ struct text t = { 0 };

	rule_explain(text, m, about, &t);
	dropin_say(label, text_str(&t));
}

/* A line "NAME: ..." that the kernel does not say: the module has run. */
static bool has_spoken(const char *line, const char *module)
{
	size_t n = module ? strlen(module) : 0;
	struct rule_match m;

	return n && !strncmp(line, module, n) && line[n] == ':' &&
	       !rule_note(line, &m);
}

/*
 * Did init decide? It did if it has logged something; and the loader never
 * says ENOENT or, of a file with bytes, EINVAL without a line of its own.
 */
static bool init_ran(const struct rule_question *q, bool readable,
		     const char *module)
{
	struct rule_match m;

	if (q->op != RULE_LOAD || !readable || rule_reason(q, &m)->log)
		return false;
	for (size_t i = 0; i < q->n_lines; i++)
		if (has_spoken(q->lines[i], module))
			return true;
	return (q->err == ENOENT || q->err == EINVAL) &&
	       !(q->facts & (RULE_FILE_EMPTY | RULE_FILE_ODD));
}

/* Does the table's row by errno alone leave open which condition it was? */
static bool is_open(const struct rule_match *m)
{
	return !m->line && !m->reason->facts && m->reason->by != RULE_BY_INIT;
}

/*
 * Did the emulator foresee what the kernel did? Where the kernel has spoken, it
 * is right: the same errno is not enough then.
 */
static bool foreseen(const struct dropin_foreseen *f, int err,
		     const struct rule_match *m, bool readable)
{
	struct rule_match other;

	if (!f->why.n || !f->rule.n || err_number(text_str(&f->err)) != err)
		return false;
	for (size_t i = 0; m->line && i < f->log.n; i++)
		if (rule_match_line(m->reason, f->log.v[i], &other))
			return true;
	return !m->line && (!readable || !f->log.n);
}

/* The kernel's checks are passed, and none of those that nobody can see. */
static bool only_init_is_left(const struct dropin_foreseen *f, int err)
{
	return str_eq(text_str(&f->verdict), "loads") && err != EPERM &&
	       err != EACCES && err != ENOMEM && err != EIO && err != EINTR;
}

static void say_foreseen(const struct dropin_foreseen *f, bool readable)
{
	for (size_t i = 0; !readable && i < f->log.n && i < LINES_SHOWN; i++)
		dropin_say("foreseen", f->log.v[i]);
	dropin_say("why", text_str(&f->why));
	dropin_say("fix", text_str(&f->fix));
}

/* errno alone had to tell, and many causes share one. */
static void say_more(const char *file)
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "'lkm check --live %s' goes through all that the kernel's loader checks, and tells which check refuses it",
		  file);
	dropin_say("more", text_str(&t));
}

void dropin_explain(struct dropin_mark *m, int err, unsigned facts,
		    const char *module, const struct dropin_load *load)
{
	if (!m->wanted)
		return;

	_cleanup_arena_ struct arena a = { .limit = (size_t)8 << 20 };
	_cleanup_foreseen_ struct dropin_foreseen f = { 0 };
	const char *lines[LINES_MAX];
	struct rule_subject about = { .module = module, .err = err,
				      .file = load ? load->file : NULL };
	struct rule_question q = {
		.op = load ? RULE_LOAD : RULE_UNLOAD, .err = err,
		.facts = facts | dropin_facts(),
		.lines = lines, .n_lines = read_lines(m, &a, lines),
	};
	struct rule_match match;

	if (init_ran(&q, m->readable, module))
		q.facts |= RULE_INIT_RAN;

	const struct rule_reason *reason = rule_reason(&q, &match);

	if (load && (match.line || is_open(&match)))
		dropin_foresee(load, &f);
	if (is_open(&match) && only_init_is_left(&f, err)) {
		q.facts |= RULE_INIT_RAN;
		reason = rule_reason(&q, &match);
	}
	if (!m->readable && load && !reason->facts)
		(void)fprintf(stderr, "  kernel: (its log cannot be read: %s)\n",
			      strerror(m->err));
	say_lines(&match, lines, q.n_lines);
	if (foreseen(&f, err, &match, m->readable)) {
		say_foreseen(&f, m->readable);
		return;
	}
	say_text("why", reason->why, &match, &about);
	say_text("fix", reason->fix, &match, &about);
	if (load && is_open(&match) && !f.asked)
		say_more(load->file);
}

void dropin_notes(struct dropin_mark *m, const char *module)
{
	if (!m->wanted)
		return;

	_cleanup_arena_ struct arena a = { .limit = (size_t)8 << 20 };
	const char *lines[LINES_MAX];
	size_t n = read_lines(m, &a, lines);
	struct rule_subject about = { .module = module };

	for (size_t i = 0; i < n && i < LINES_SHOWN; i++) {
		struct rule_match match;
		const struct rule_reason *r = rule_note(lines[i], &match);

		dropin_say("kernel", lines[i]);
		if (r)
			say_text(r->kind == RULE_NOTE ? "note" : "why",
				 r->why, &match, &about);
	}
}

unsigned dropin_facts(void)
{
	struct live_policy p;
	unsigned f = 0;

	live_policy_read("", &p);
	if (p.cap_sys_module == LIVE_NO)
		f |= RULE_NO_CAP;
	if (p.user_ns == LIVE_YES)
		f |= RULE_USER_NS;
	if (p.modules_disabled == LIVE_YES)
		f |= RULE_MODULES_DISABLED;
	if (!p.has_modules)
		f |= RULE_NO_MODULES;
	return f;
}

unsigned dropin_module_facts(const char *name)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_modules all;
	struct live_sysfs s;
	unsigned f = 0;

	if (!live_modules_read("", &a, &all, NULL)) {
		const struct live_module *m = live_modules_find(&all, name);

		if (!m)
			f |= RULE_NOT_LOADED;
		else if (m->state != LIVE_LIVE)
			f |= RULE_NOT_LIVE;
		else
			f |= RULE_LOADED;
		if (m && m->permanent)
			f |= RULE_PERMANENT;
		if (m && m->n_users)
			f |= RULE_HOLDERS;
	}
	if (!live_sysfs_read("", name, &a, &s, NULL) &&
	    s.initstate == LIVE_INIT_BUILTIN)
		f |= RULE_BUILTIN;
	return f;
}
