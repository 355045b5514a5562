/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Insert, and the log that came with it. What the kernel says about a refusal
 * is looked up in the table of reasons (src/rules/reason.h).
 */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/errname.h"
#include "lab/judge.h"
#include "live/taint.h"
#include "rules/reason.h"

/* The kernel's lines of a stage as the table of reasons wants them. */
static size_t kernel_lines(struct judge *j, const char *stage, int round,
			   const char ***ret)
{
	struct log_line *l;
	size_t n = judge_log(j, stage, round, &l), m = 0;
	const char **v = arena_array(&j->v->arena, n + 1, sizeof(*v));

	for (size_t i = 0; v && i < n; i++)
		if (l[i].kernel)
			v[m++] = l[i].text;
	*ret = v;
	return v ? m : 0;
}

static const char *explain(struct judge *j, const char *text,
			   const struct rule_match *m,
			   const struct rule_subject *about)
{
	_cleanup_text_ struct text t = { 0 };

	rule_explain(text, m, about, &t);
	return judge_printf(j, "%s", text_str(&t));
}

/* "count (int), name (charp)", or that there are none. */
static const char *parameters_of(struct judge *j, const struct lab_subject *s)
{
	_cleanup_text_ struct text t = { 0 };
	struct ko_param *v;
	size_t n;

	if (ko_params(s->ko, &j->v->arena, &v, &n) < 0 || !n)
		return judge_printf(j, "%s has no parameters", s->ko->name);
	for (size_t i = 0; i < n; i++)
		text_addf(&t, "%s%s%s%s%s", i ? ", " : "", v[i].name,
			  v[i].type ? " (" : "", v[i].type ? v[i].type : "",
			  v[i].type ? ")" : "");
	return judge_printf(j, "%s has: %s", s->ko->name, text_str(&t));
}

/*
 * The table of reasons advises the owner of a running kernel. In a guest that
 * is gone by then some of it would lead astray. NULL: the table is right.
 */
static const char *guest_fix(struct judge *j, const struct lab_subject *s,
			     const char *reason, bool by_init)
{
	if (by_init)
		return "the log below is all that it said; look at where init returns this number";
	if (str_starts(reason, "load.param"))
		return parameters_of(j, s);
	if (str_starts(reason, "load.vermagic") ||
	    str_starts(reason, "load.symbol.crc") ||
	    str_starts(reason, "load.crc"))
		return judge_printf(j, "build it for this kernel ('lkm build --kernel %s'), or try it in its own ('lkm kernel list')",
				    j->r->release);
	if (str_starts(reason, "load.symbol.unknown"))
		return judge_printf(j, "give the module that exports it along: 'lkm try %s OTHER.ko'",
				    s->path);
	return NULL;
}

/* A module that was built for another kernel than it is tried in. */
static void add_origin(struct judge *j, struct strs *l,
		       const struct lab_subject *s)
{
	const char *magic = ko_modinfo(s->ko, "vermagic");
	size_t n = magic ? strcspn(magic, " ") : 0;

	if (n && j->r->release && (strncmp(magic, j->r->release, n) ||
				   j->r->release[n]))
		strs_addf(j, l, "built for %.*s, tried in %s", (int)n, magic,
			  j->r->release);
}

static void refused(struct judge *j, const struct lab_subject *s, int round,
		    int err)
{
	const char **lines;
	const struct rule_subject about = { .module = s->ko->name,
					    .file = s->path, .err = err };
	struct rule_question q = { .op = RULE_LOAD, .err = err };
	struct rule_match m = { 0 };
	struct strs shown = { 0 };

	q.n_lines = kernel_lines(j, "insert", round, &lines);
	q.lines = lines;

	enum judge_init ran = judge_init_ran(j, round, s->ko->name);

	if (ran == JUDGE_INIT_RAN)
		q.facts |= RULE_INIT_RAN;

	const struct rule_reason *why = rule_reason(&q, &m);
	bool by_init = ran == JUDGE_INIT_UNKNOWN ? why->by == RULE_BY_INIT :
						   ran == JUDGE_INIT_RAN;
	struct lab_finding *f =
		judge_find(j, LAB_INSERT, round,
			   by_init ? "insert.init-error" : "insert.refused");

	f->what = judge_printf(j, "%s: %s: %s", s->ko->name,
			       by_init ? "init failed" :
					 "the kernel refused to load it",
			       err_text(err).s);
	f->why = explain(j, why->why, &m, &about);
	f->fix = guest_fix(j, s, why->id, by_init);
	if (!f->fix)
		f->fix = explain(j, why->fix, &m, &about);
	if (m.line)
		strs_addf(j, &shown, "%s", m.line);
	add_origin(j, &shown, s);
	f->lines = shown.v;
	f->n_lines = shown.n;
}

static void killed(struct judge *j, const struct lab_subject *s, int round,
		   bool by_kill)
{
	struct lab_finding *f =
		judge_find(j, LAB_INSERT, round, "insert.killed");

	f->what = judge_printf(j, "%s: the kernel killed the loading process (%s)",
			       s->ko->name,
			       by_kill ? "SIGKILL" : "SIGSEGV");
	f->why = "the module's init went wrong in kernel mode; see health";
	f->fix = "mend what health names";
}

/* "/proc/modules" as it was after insert. */
static const struct live_module *listed(struct judge *j,
					const struct lab_subject *s, int round,
					const char **ret_line)
{
	const struct lab_fact *f = judge_fact(j, "insert", round, "modules");
	struct live_module *m = arena_alloc(&j->v->arena, sizeof(*m));

	if (!f || !m)
		return NULL;

	char *copy = arena_strdup(&j->v->arena, (const char *)f->data.p);
	char *save = NULL;

	for (char *l = copy ? strtok_r(copy, "\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\n", &save)) {
		struct span line = { (const uint8_t *)l, strlen(l) };

		if (live_module_parse(line, &j->v->arena, m, NULL) == 0 &&
		    live_name_eq(m->name, s->ko->name)) {
			*ret_line = l;
			return m;
		}
	}
	return NULL;
}

static void hidden(struct judge *j, const struct lab_subject *s, int round)
{
	struct lab_finding *f =
		judge_find(j, LAB_INSERT, round, "insert.not-listed");

	f->what = judge_printf(j, "%s: loaded, but not in /proc/modules",
			       s->ko->name);
	f->why = "a module that takes itself off the kernel's list cannot be removed, and hides like a rootkit";
	f->fix = "leave THIS_MODULE->list alone";
}

static void explain_taints(struct judge *j, struct strs *l,
			   const struct live_module *m)
{
	for (const char *c = m->taints; *c; c++) {
		const struct live_taint *t = live_taint_by_letter(*c);

		if (t)
			strs_addf(j, l, "taint %c: %s%s", *c, t->means,
				  t->harmless ? " (harmless here)" : "");
	}
}

/* Lines "name value" of /sys/module/NAME; sections stay out. */
static void add_sysfs(struct judge *j, struct strs *l,
		      const struct lab_subject *s, int round)
{
	const struct lab_fact *f =
		judge_fact_of(j, "insert", round, "sysfs", s->ko->name);
	char *save = NULL;

	if (!f)
		return;

	char *copy = arena_strdup(&j->v->arena, (const char *)f->data.p);
	_cleanup_text_ struct text t = { 0 };

	for (char *w = copy ? strtok_r(copy, "\n", &save) : NULL; w;
	     w = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(w, ' ');

		if (str_starts(w, "sections/") || str_starts(w, "holders/") ||
		    !value)
			continue;
		*value = '=';
		text_addf(&t, " %s", w);
	}
	strs_addf(j, l, "/sys/module/%s:%s", s->ko->name, text_str(&t));
}

static void add_symbols(struct judge *j, struct strs *l,
			const struct lab_subject *s, int round)
{
	const struct lab_fact *f =
		judge_fact_of(j, "insert", round, "kallsyms", s->ko->name);
	char *save = NULL;
	enum { SHOWN = 4 };
	size_t n = 0;

	if (!f)
		return;

	char *copy = arena_strdup(&j->v->arena, (const char *)f->data.p);

	for (char *w = copy ? strtok_r(copy, "\n", &save) : NULL; w;
	     w = strtok_r(NULL, "\n", &save)) {
		char *type = strchr(w, ' ');

		/* Functions only, by their own names. */
		if (!type || (type[1] != 't' && type[1] != 'T') ||
		    strstr(w, " __pfx_") || strstr(w, "cleanup_module") ||
		    strstr(w, "init_module"))
			continue;
		for (char *tab = w; (tab = strchr(tab, '\t'));)
			*tab = ' ';
		if (n++ < SHOWN)
			strs_addf(j, l, "/proc/kallsyms: %s", w);
	}
	if (n > SHOWN)
		strs_addf(j, l, "/proc/kallsyms: and %zu more functions",
			  n - SHOWN);
}

static void loaded(struct judge *j, struct strs *l,
		   const struct lab_subject *s, int round)
{
	const char *line = NULL;
	const struct live_module *m = listed(j, s, round, &line);

	if (!m) {
		if (judge_fact(j, "insert", round, "modules"))
			hidden(j, s, round);
		return;
	}
	strs_addf(j, l, "/proc/modules: %s", line);
	explain_taints(j, l, m);
	add_sysfs(j, l, s, round);
	add_symbols(j, l, s, round);
}

/* The parameters of the module that a log line begins with. */
static const char *parameters_named(struct judge *j, const char *line)
{
	for (size_t i = 0; i < j->n_subjects; i++) {
		const struct lab_subject *s = &j->subjects[i];
		size_t n = strlen(s->ko->name);

		if (!strncmp(line, s->ko->name, n) && line[n] == ':')
			return parameters_of(j, s);
	}
	return "'modinfo -p FILE' lists the parameters that a module has";
}

/* Names given on the command line that the module does not have. */
static void unknown_parameters(struct judge *j, int round)
{
	struct log_line *l;
	size_t n = judge_log(j, "insert", round, &l);

	for (size_t i = 0; i < n; i++) {
		const char *at = strstr(l[i].text, ": unknown parameter '");

		if (!at || !l[i].kernel || !str_ends(at, "' ignored"))
			continue;

		struct lab_finding *f = judge_find(
			j, LAB_INSERT, round, "insert.unknown-parameter");
		struct strs shown = { 0 };

		strs_add(j, &shown, l[i].text);
		f->what = judge_printf(j, "the module has no parameter %.*s",
				       (int)(strlen(at + 20) - 8), at + 20);
		f->why = "the kernel loads the module all the same and only remarks on it in the log";
		f->fix = parameters_named(j, l[i].text);
		f->lines = shown.v;
		f->n_lines = shown.n;
	}
}

/*
 * do_init_module: 'mod'->init suspiciously returned 5, it should ...
 * mod: init suspiciously returned 5, it should ...               since 7.0
 * The newer words tell of "-EEXIST: Overriding with -EBUSY", too.
 */
static bool says_positive(const char *text)
{
	const char *p = strstr(text, "init suspiciously returned ");

	return p && isdigit((unsigned char)
				    p[strlen("init suspiciously returned ")]);
}

/* init returned a positive number: the kernel grumbles, and loads it. */
static void positive_return(struct judge *j, int round)
{
	struct log_line *l;
	size_t n = judge_log(j, "insert", round, &l);

	for (size_t i = 0; i < n; i++) {
		if (!l[i].kernel || !says_positive(l[i].text))
			continue;

		struct lab_finding *f = judge_find(j, LAB_INSERT, round,
						   "insert.init-positive");
		struct strs shown = { 0 };

		strs_add(j, &shown, l[i].text);
		f->what = "init returned a positive number";
		f->why = "init returns 0 or a negative errno; the kernel takes this for success, though it was perhaps meant as failure";
		f->fix = "return 0, or -EINVAL and the like";
		f->lines = shown.v;
		f->n_lines = shown.n;
	}
}

static void insert_one(struct judge *j, struct strs *l,
		       const struct lab_subject *s, int round)
{
	const char *name = s->ko->name;
	const struct lab_fact *f =
		judge_fact_of(j, "insert", round, "errno", name);
	const struct lab_fact *hang =
		judge_fact_of(j, "insert", round, "hang", name);
	const struct lab_fault *stuck =
		f || j->insert_failed[0] ? NULL : judge_stuck(j, "insert");

	if (hang || stuck) {
		struct lab_finding *h =
			judge_find(j, LAB_INSERT, round, "insert.hang");

		h->what = judge_printf(j, "%s: init does not return within %u ms",
				       name, j->q->timeout_ms);
		if (hang)
			judge_hang(j, h, hang);
		else
			judge_tell_stuck(j, h, stuck);
	} else if (!f) {
		return;
	} else if (f->arg == 0) {
		loaded(j, l, s, round);
		return;
	} else if (f->arg < 0) {
		killed(j, s, round, f->arg == -SIGKILL);
	} else {
		refused(j, s, round, (int)f->arg);
	}
	j->insert_failed[round > 1] = true;
}

void judge_insert(struct judge *j)
{
	struct lab_stage *st = &j->v->stage[LAB_INSERT];
	struct strs l = { 0 };

	for (size_t i = 0; i < j->n_subjects; i++) {
		const struct lab_subject *s = &j->subjects[i];

		if (s->dep) {
			const struct lab_fact *f = judge_fact_of(
				j, NULL, 0, "dep", s->ko->name);

			strs_addf(j, &l, "needed: %s (%s)", s->ko->name,
				  !f	  ? "not loaded" :
				  !f->arg ? "loaded first" :
					    strerror((int)f->arg));
			continue;
		}
		insert_one(j, &l, s, 1);
	}
	unknown_parameters(j, 1);
	positive_return(j, 1);
	st->lines = l.v;
	st->n_lines = l.n;
	st->summary = j->insert_failed[0] ? "" : "loaded";
	if (j->r->end != LAB_COMPLETE && str_eq(j->r->stage, "insert") &&
	    j->r->round == 1 && !j->insert_failed[0]) {
		j->insert_failed[0] = true;
		st->grade = LAB_FAIL;
		st->summary = "did not come to an end; see health";
	}
}

/* What the loader itself remarks on every module like this one. */
static bool is_loader_note(const struct log_line *l)
{
	struct rule_match m;
	const struct rule_reason *note =
		l->kernel ? rule_note(l->text, &m) : NULL;

	return note && note->kind == RULE_NOTE;
}

/*
 * Registers are printed once more behind the end of a report. A module may be
 * called "note" or "CPU", so what follows has to be the kernel's, too.
 */
static bool is_register(const char *text)
{
	static const char *const names[] = { "RIP: ", "RSP: ", "RAX: ", "RDX: ",
					     "RBP: ", "R10: ", "R13: ", "FS:  ",
					     "CS:  ", "CR2: ", "PKRU: " };
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_starts(text, names[i]))
			return strspn(text + strlen(names[i]), hex) >= 4;
	if (str_starts(text, "Code: "))
		return strspn(text + strlen("Code: "), hex) == 2 ||
		       strstr(text, "opcode bytes") || strstr(text, "RIP value");
	return str_starts(text, "note: ") && strstr(text, "] exited with ");
}

/* A report of distress, from its first to its last line: health shows it. */
static bool is_distress(const struct log_line *l, bool *inside)
{
	static const char *const begin[] = {
		"------------[ cut here ]", "BUG: ", "Oops", "INFO: task ",
		"general protection fault", "stack guard page", "rcu: INFO",
		"==========================", "watchdog: BUG",
	};
	bool was = *inside;

	if (!l->kernel)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(begin); i++)
		*inside |= str_starts(l->text, begin[i]);
	if (str_starts(l->text, "---[ end trace")) {
		*inside = false;
		return true;
	}
	return was || *inside || is_register(l->text);
}

/* What our own looking around makes the kernel say, and stack dumps. */
static bool is_ours(const struct log_line *l)
{
	static const char *const starts[] = { "Hardware name: ",
					      "Call Trace:", " <TASK>",
					      " </TASK>", "Tainted: ",
					      "Uhhuh. NMI" };

	if (!l->kernel)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (str_starts(l->text, starts[i]))
			return true;
	if (str_starts(l->text, "CPU: ") && strstr(l->text, " PID: "))
		return true;
	return strstr(l->text, ": drop_caches: ") ||
	       (l->text[0] == ' ' && strstr(l->text, "+0x"));
}

void judge_log_stage(struct judge *j)
{
	bool distress = false;

	struct lab_stage *st = &j->v->stage[LAB_LOG];
	struct strs shown = { 0 };
	struct log_line *l;
	size_t n = judge_log(j, NULL, 1, &l), own = 0;
	int64_t lost = 0;
	enum { SHOWN = 12 };

	for (size_t i = 0; i < n; i++) {
		if (is_loader_note(&l[i]) || is_distress(&l[i], &distress) ||
		    is_ours(&l[i]))
			continue;
		if (own++ < SHOWN)
			strs_addf(j, &shown, "<%u> %s", l[i].level, l[i].text);
	}
	if (own > SHOWN)
		strs_addf(j, &shown, "and %zu more lines", own - SHOWN);
	for (size_t i = 0; i < j->r->n_facts; i++)
		if (str_eq(j->r->facts[i].name, "log"))
			lost += j->r->facts[i].arg;
	if (lost) {
		struct lab_finding *f =
			judge_find(j, LAB_LOG, 0, "log.flood");

		f->what = "it writes more into the kernel's log than the log can hold";
		f->why = judge_printf(j, "records were overwritten before they could be read (%lld gaps); on a real machine the messages of others are lost too",
				      (long long)lost);
		f->fix = "use pr_debug(), pr_*_ratelimited() or pr_*_once()";
	}
	st->lines = shown.v;
	st->n_lines = shown.n;
	st->summary = judge_printf(j, own == 1 ? "%zu line" : "%zu lines", own);
	if (!own && !lost)
		st->summary = "the module wrote nothing";
}

/* What a test that speaks TAP says of itself: the first that went wrong. */
static const char *first_bad(struct judge *j, const struct lab_stage *st)
{
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < st->n_lines; i++)
		if (str_starts(st->lines[i], "not ok ") &&
		    !strstr(st->lines[i], "# TODO") && !n++)
			first = st->lines[i];
	return !first ? "" :
	       n == 1 ? judge_printf(j, ": %s", first) :
			judge_printf(j, ": %s, and %zu more", first, n - 1);
}

static struct lab_finding *test_hangs(struct judge *j)
{
	struct lab_finding *f = judge_find(j, LAB_USE, 1, "use.hang");

	f->what = judge_printf(j, "the test does not end within %u s",
			       j->q->timeout_ms / 1000);
	return f;
}

void judge_use(struct judge *j)
{
	struct lab_stage *st = &j->v->stage[LAB_USE];
	const struct lab_fact *t = judge_fact(j, "use", 1, "test");
	const struct lab_fact *hang = judge_fact(j, "use", 1, "hang test");
	const struct lab_fault *stuck = judge_stuck(j, "use");
	struct strs shown = { 0 };
	char *save = NULL;

	if (!j->q->test) {
		st->grade = LAB_NOT_ASKED;
		st->summary = "no test given (--test PROGRAM)";
		return;
	}
	st->summary = "";
	if (stuck) {
		judge_tell_stuck(j, test_hangs(j), stuck);
		return;
	}
	if (!t) {
		st->grade = LAB_NOT_REACHED;
		return;
	}

	char *copy = arena_strdup(&j->v->arena, (const char *)t->data.p);

	for (char *l = copy ? strtok_r(copy, "\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\n", &save))
		strs_add(j, &shown, l);
	st->lines = shown.v;
	st->n_lines = shown.n;
	if (t->arg == 0) {
		st->summary = "the test passed";
		return;
	}
	/* Meson's and automake's number for "cannot be told here". */
	if (t->arg == LAB_TEST_SKIP && !hang) {
		const char *last = shown.n ? shown.v[shown.n - 1] :
					     "the test says that it cannot tell here";
		const char *skip = strstr(last, "# SKIP ");

		st->grade = LAB_NOT_KNOWN;
		st->summary = skip ? skip + strlen("# SKIP ") : last;
		return;
	}

	if (hang) {
		judge_hang(j, test_hangs(j), hang);
		return;
	}

	struct lab_finding *f = judge_find(j, LAB_USE, 1, "use.failed");

	if (t->arg > 128) {
		f->what = judge_printf(j, "the test was ended by signal %d",
				       (int)t->arg - 128);
	} else {
		f->what = judge_printf(j, "the test exits with status %d%s",
				       (int)t->arg, first_bad(j, st));
	}
}
