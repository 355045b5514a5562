/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm tour: the lesson, on this machine and in a throw-away kernel.
 *
 *   arguments --> lesson (src/tour) --> place (tour_run.h) --> show or tell
 */
#include "lkm_tour.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "json_out.h"
#include "near.h"
#include "ui.h"

static int help(FILE *f)
{
	(void)fputs(
		"  lkm tour                    go on where you were\n"
		"  lkm tour --list             all steps, and how far you are\n"
		"  lkm tour lsmod              that step\n"
		"  lkm tour check              judge what you did for the step's exercise\n"
		"  lkm tour --run              all of it without a question, every claim checked\n"
		"\n"
		"usage: lkm tour [OPTION...] [STEP]\n"
		"       lkm tour hint|check|solution|reset [STEP]\n"
		"       lkm tour --run [OPTION...] [STEP...]\n"
		"       lkm tour --html DIR [OPTION...]\n"
		"\n"
		"The lesson: what a kernel module is, why and how to write one. Its commands are\n"
		"run as you read, on this machine or in a throw-away kernel; none needs root.\n"
		"STEP is a name or a number of --list; without it, the step that was shown last.\n"
		"\n"
		"  hint              the next hint for the step's exercise\n"
		"  check             judge your files for it\n"
		"  solution          the solution, or the answer to the step's question\n"
		"  reset             put your files of the step aside, and begin it anew\n"
		"\n"
		"  -l, --list        all steps: done, read (the exercise is open), or new\n"
		"  -n, --next        leave this step and show the next\n"
		"      --keep        a shell in the throw-away kernel, with the step's files; it\n"
		"                    ends with 'exit' or Ctrl-D\n"
		"      --run         every step, or those named; no questions, nothing is kept\n"
		"      --html DIR    the lesson with what its commands said here, as web pages\n"
		"  -k, --kernel K    build for it and try in it ('lkm kernel list')\n"
		"      --engine E    auto, tcg (emulation) or kvm\n"
		"      --json        --list or --run for programs\n"
		"  -q, --quiet       --run: only what is wrong or skipped, and the count; --html:\n"
		"                    no line for each step\n"
		"  -v, --verbose     check: with all that its commands said\n"
		"  -h, --help        show this help\n"
		"\n"
		"Exit status: 0 yes; 1 no: a claim of the lesson is false, an exercise not\n"
		"solved; 2 wrong usage; 3 something is missing or broke: it says what.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

enum { OPT_KEEP = 256, OPT_RUN, OPT_HTML, OPT_ENGINE, OPT_JSON };

static const struct option longs[] = {
	{ "list", no_argument, NULL, 'l' },
	{ "next", no_argument, NULL, 'n' },
	{ "keep", no_argument, NULL, OPT_KEEP },
	{ "run", no_argument, NULL, OPT_RUN },
	{ "html", required_argument, NULL, OPT_HTML },
	{ "kernel", required_argument, NULL, 'k' },
	{ "engine", required_argument, NULL, OPT_ENGINE },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int take_option(struct tour_options *o, int c)
{
	switch (c) {
	case 'l':
		o->list = true;
		return 0;
	case 'n':
		o->next = true;
		return 0;
	case OPT_KEEP:
		o->keep = true;
		return 0;
	case OPT_RUN:
		o->run = true;
		return 0;
	case OPT_HTML:
		if (!*optarg)
			return ui_usage("tour", "--html wants a folder, found ''");
		o->html = optarg;
		return 0;
	case 'k':
		if (!*optarg)
			return ui_no_kernel("tour");
		o->kernel = optarg;
		return 0;
	case OPT_ENGINE:
		if (lab_engine_named(optarg, &o->engine))
			return 0;
		return ui_usage("tour",
				"--engine is auto, tcg or kvm, not '%s'",
				optarg);
	case OPT_JSON:
		o->json = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	default:
		return UI_USAGE;
	}
}

/* What does not go together. */
static int check_options(const struct tour_options *o)
{
	if (o->list + o->next + o->keep + o->run + !!o->html > 1)
		return ui_usage("tour", "of --list, --next, --keep, --run and --html only one can be");
	if (o->json && !o->list && !o->run)
		return ui_usage("tour", "--json goes with --list or --run");
	if (o->verbose && !(o->words.n && str_eq(o->words.v[0], "check")))
		return ui_usage("tour", "-v goes with check");
	if (o->words.n && (o->list || o->next || o->html))
		return ui_usage("tour", "'%s' is one word too many",
				o->words.v[0]);
	return 0;
}

/* Return: 0, or what to exit with (-1: help was shown). */
static int parse(int argc, char **argv, struct tour_options *o)
{
	int c, r = 0;

	optind = 0;
	opterr = 0;
	while (!r &&
	       (c = getopt_long(argc, argv, ":lnk:qvh", longs, NULL)) != -1) {
		if (c == 'h')
			return help(stdout) - 1;
		if (c == '?')
			return ui_no_option("tour", argv[optind - 1], longs);
		if (c == ':')
			return ui_usage("tour", "'%s' wants a value",
					argv[optind - 1]);
		r = take_option(o, c);
	}
	for (int i = optind; !r && i < argc; i++)
		r = strv_add(&o->words, argv[i]) < 0 ? UI_UNKNOWN : 0;
	return r ? r : check_options(o);
}

/* --------------------------------------------------------------- lesson */

/*
 * Beside the source tree's build, then where it was installed. LKM_TOUR names
 * another one.
 */
static int open_lesson(struct tour_lesson *ret, struct diag *d)
{
	char exe[4096], path[4200];
	const char *own = getenv("LKM_TOUR");
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	_cleanup_bytes_ struct bytes noted = { 0 };
	char *slash;

	if (own && *own)
		return tour_lesson_open(own, ret, d);
	exe[n > 0 ? n : 0] = 0;
	slash = strrchr(exe, '/');
	if (slash)
		*slash = 0;
	/* A build has a note there that says where its source is. */
	(void)snprintf(path, sizeof(path), "%s/../tour/tour.path", exe);
	if (file_read_regular(path, sizeof(exe) - 1, &noted, NULL) == 0)
		return tour_lesson_open(str_strip((char *)noted.p), ret, d);
	(void)snprintf(path, sizeof(path), "%s/../share/lkm/tour", exe);
	return tour_lesson_open(path_is_dir(path) ? path :
						    LKM_DATADIR "/lkm/tour",
				ret, d);
}

static const char *const verbs[] = { "hint", "check", "solution", "reset" };

/* What is neither a step nor, where that can be, a verb. */
static int no_such_step(const struct tour_lesson *l, const char *name,
			bool verb_too)
{
	struct near n = near_start(name);

	for (size_t i = 0; i < l->n; i++) {
		near_try(&n, l->v[i].name);
		near_try(&n, l->v[i].name + 3);
	}
	for (size_t i = 0; verb_too && i < ARRAY_SIZE(verbs); i++)
		near_try(&n, verbs[i]);
	near_try(&n, "exercise");
	ui_say(stderr, 4, "lkm tour: no step '%s'", name);
	if (str_eq(n.found, "exercise"))
		ui_fix("it stands at the end of its step; 'lkm tour check' judges it, 'lkm tour --list' shows all steps");
	else
		ui_fix_name(n.found, "lkm tour --list");
	return UI_USAGE;
}

/* Two words, and the first is neither a verb nor a step. */
static int no_such_verb(const char *name)
{
	struct near n = near_start(name);

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		near_try(&n, verbs[i]);
	ui_say(stderr, 4, "lkm tour: no command '%s'", name);
	if (*n.found)
		ui_fix_name(n.found, "lkm tour --help");
	else
		ui_fix("it is hint, check, solution or reset, and then the STEP");
	return UI_USAGE;
}

/* ------------------------------------------------------------ which one */

static size_t index_of(const struct tour_lesson *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].name, name))
			return i;
	return l->n;
}

/* Where to go on: this step if it was not read to its end, else the next. */
static const struct tour_step *go_on(const struct tour_options *o,
				     const struct tour_lesson *l,
				     struct tour_progress *p)
{
	size_t i = index_of(l, p->current);
	struct tour_progress_step *mine;

	if (i == l->n)
		return &l->v[0];
	mine = tour_progress_of(p, p->current);
	if (!o->next && mine && mine->mark == TOUR_NEW)
		return &l->v[i];
	return i + 1 < l->n ? &l->v[i + 1] : NULL;
}

/* ----------------------------------------------------------------- list */

static const char *mark_word(enum tour_mark m)
{
	static const char *const words[] = { "new", "read", "done" };

	return words[m];
}

static void list_json(const struct tour_lesson *l, struct tour_progress *p)
{
	struct jout j = { .f = stdout };

	jout_array(&j, NULL);
	for (size_t i = 0; i < l->n; i++) {
		const struct tour_step *s = &l->v[i];
		struct tour_progress_step *mine = tour_progress_of(p, s->name);

		jout_object(&j, NULL);
		jout_uint(&j, "number", i + 1);
		jout_str(&j, "name", s->name);
		jout_str(&j, "title", s->title);
		jout_bool(&j, "exercise", tour_has(s, TOUR_CHECK));
		jout_str(&j, "progress", mark_word(mine ? mine->mark :
							  TOUR_NEW));
		jout_bool(&j, "current", str_eq(p->current, s->name));
		jout_end(&j);
	}
	jout_end(&j);
	(void)!jout_finish(&j);
}

/* "> 12 [x] NAME            TITLE"; where that is too narrow, in two rows. */
static void list_step(char here, size_t number, char mark,
		      const struct tour_step *s)
{
	enum { COLUMN = 25, DEEP = 9 };
	size_t room = tour_room(stdout);
	bool below = room && room < 60;
	size_t column = below ? DEEP : COLUMN;

	(void)printf("%c %2zu [%c] ", here, number, mark);
	if (below)
		(void)printf("%s\n%*s", s->name + 3, DEEP, "");
	else
		(void)printf("%-15s ", s->name + 3);
	ui_put_within(stdout, s->title, column, column, room);
	(void)putchar('\n');
}

static int list(const struct tour_options *o, const struct tour_lesson *l,
		struct tour_progress *p)
{
	static const char marks[] = { ' ', '-', 'x' };
	bool open = false;

	if (o->json) {
		list_json(l, p);
		return UI_YES;
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct tour_step *s = &l->v[i];
		struct tour_progress_step *mine = tour_progress_of(p, s->name);
		enum tour_mark m = mine ? mine->mark : TOUR_NEW;

		open |= m == TOUR_READ;
		list_step(str_eq(p->current, s->name) ? '>' : ' ', i + 1,
			  marks[m], s);
	}
	(void)fputs("\n[x] done", stdout);
	(void)fputs(open ? "   [-] read, its exercise is open\n\n" : "\n\n",
		    stdout);
	tour_say_next(l, go_on(o, l, p), p);
	return UI_YES;
}

/* ------------------------------------------------------------- one step */

/* "  lkm tour NAME      TITLE" */
static void say_step(const struct tour_step *s)
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "lkm tour %s", s->name + 3);
	tour_print_next(stdout, text_str(&t), s->title);
}

static int at_the_end(const struct tour_lesson *l, struct tour_progress *p)
{
	bool open = false;

	(void)puts("You have come to the end of the lesson.");
	for (size_t i = 0; i < l->n; i++) {
		struct tour_progress_step *mine =
			tour_progress_of(p, l->v[i].name);

		if (!mine || mine->mark == TOUR_DONE)
			continue;
		if (!open)
			(void)puts("\nNot done yet:");
		open = true;
		say_step(&l->v[i]);
	}
	(void)putchar('\n');
	tour_say_next(l, NULL, p);
	return UI_YES;
}

static void footer(const struct tour_lesson *l, const struct tour_step *s,
		   const struct tour_place *p)
{
	const struct tour_step *next = tour_step_behind(l, s);
	bool exercise = tour_has(s, TOUR_CHECK);
	bool files = tour_has(s, TOUR_SOURCE) || tour_has(s, TOUR_RUN);

	(void)printf("%sNext%s\n", ui_colour(stdout, UI_BOLD),
		     ui_colour(stdout, UI_PLAIN));
	if (exercise || files)
		tour_print_cd(p->folder, exercise ? "" : "the step's files, to try things");
	if (exercise)
		tour_print_next(stdout, "lkm tour check",
				"judge your file there; or: hint, solution, reset");
	else if (tour_has(s, TOUR_ANSWER))
		tour_print_next(stdout, "lkm tour solution", "the answer");
	if (next)
		say_step(next);
	else
		tour_print_next(stdout, "lkm tour --list", "all steps");
	if (tour_has(s, TOUR_GUEST))
		tour_print_next(stdout, "lkm tour --keep",
				"a shell in the throw-away kernel, to try things");
}

/* Remembers that the step was shown, and whether to its end. */
static int note(struct tour_progress *p, const struct tour_step *s, bool whole,
		struct diag *d)
{
	struct tour_progress_step *mine = tour_progress_of(p, s->name);

	(void)snprintf(p->current, sizeof(p->current), "%s", s->name);
	if (mine && whole && mine->mark != TOUR_DONE)
		mine->mark = tour_has(s, TOUR_CHECK) ? TOUR_READ : TOUR_DONE;
	return tour_progress_save(p, d);
}

static int interrupted_or(int r, const struct tour_step *s,
			  const struct diag *d)
{
	if (child_interrupted()) {
		tour_say(stderr, 4,
			 "lkm tour: interrupted; 'lkm tour %s' begins this step again",
			 s->name + 3);
		return 128 + child_interrupted();
	}
	if (r == -ECANCELED && !d->err) {
		tour_say(stdout, 6,
			 "Next: lkm tour %s   (from its start)",
			 s->name + 3);
		return UI_YES;
	}
	return ui_error("tour", d);
}

static int show(const struct tour_lesson *l, const struct tour_step *s,
		struct tour_place *place, struct tour_progress *p)
{
	_cleanup_free_ char *folder = NULL;
	struct diag d = { 0 };
	int r = tour_step_folder(s, &folder, &d);

	if (!r)
		r = tour_place_enter(place, s, folder, &d);
	if (!r)
		r = note(p, s, false, &d);
	if (!r)
		r = tour_show(l, s, place, &d);
	if (!r)
		r = note(p, s, true, &d);
	if (r < 0)
		return interrupted_or(r, s, &d);
	footer(l, s, place);
	return UI_YES;
}

static int keep(const struct tour_step *s, struct tour_place *place)
{
	_cleanup_free_ char *folder = NULL;
	struct diag d = { 0 };
	int r = tour_step_folder(s, &folder, &d);

	if (!r)
		r = tour_place_enter(place, s, folder, &d);
	/* As the step's first guest block has it. */
	for (size_t i = 0; i < s->n && !r && !place->session; i++)
		if (s->blocks[i].kind == TOUR_GUEST &&
		    !tour_attr(&s->blocks[i], "needs"))
			r = tour_guest_enter(place, &s->blocks[i], &d);
	if (!r && !place->session)
		r = tour_guest_enter(place, NULL, &d);
	if (!r) {
		tour_say(stdout, 0, "A shell in Linux %s. The files of %s are here; what has to be built is built before, outside. 'exit' or Ctrl-D ends it.",
			 place->guest.release, s->name);
		r = tour_guest_shell(place, &d);
	}
	return r < 0 ? interrupted_or(r, s, &d) : UI_YES;
}

/* ------------------------------------------------------------- commands */

static bool is_verb(const char *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (str_eq(w, verbs[i]))
			return true;
	return false;
}

static int do_verb(const struct tour_options *o, const struct tour_lesson *l,
		   const char *verb, const struct tour_step *s,
		   struct tour_progress *p)
{
	_cleanup_(tour_place_fini) struct tour_place place = { 0 };
	struct diag d = { 0 };

	if (str_eq(verb, "hint"))
		return tour_hint(s, p);
	if (str_eq(verb, "solution"))
		return tour_solution(l, s, p);
	if (str_eq(verb, "reset"))
		return tour_reset(s);
	if (tour_place_open(o->kernel, &place, &d) < 0)
		return ui_error("tour", &d);
	place.engine = o->engine;
	return tour_check(l, s, &place, p, o->verbose);
}

static int with_place(const struct tour_options *o,
		      const struct tour_lesson *l, const struct tour_step *s,
		      struct tour_progress *p)
{
	_cleanup_(tour_place_fini) struct tour_place place = { 0 };
	struct diag d = { 0 };

	if (tour_place_open(o->kernel, &place, &d) < 0)
		return ui_error("tour", &d);
	place.engine = o->engine;
	if (o->run)
		return tour_run_all(o, &place, l, &o->words);
	if (o->html)
		return tour_write_html(o, &place, l);
	return o->keep ? keep(s, &place) : show(l, s, &place, p);
}

/* The step that the words name, else the one that was shown last. */
static int work(const struct tour_options *o, const struct tour_lesson *l,
		struct tour_progress *p)
{
	const char *verb = o->words.n && is_verb(o->words.v[0]) ?
				   o->words.v[0] : NULL;
	size_t named = verb ? 1 : 0;
	const struct tour_step *s = NULL;

	if (o->words.n == 2 && !verb && !tour_lesson_find(l, o->words.v[0]))
		return no_such_verb(o->words.v[0]);
	if (o->words.n > named + 1)
		return ui_usage("tour", "'%s' is one word too many",
				o->words.v[named + 1]);
	if (o->words.n > named) {
		s = tour_lesson_find(l, o->words.v[named]);
		if (!s)
			return no_such_step(l, o->words.v[named],
					    !verb);
	} else if (verb || o->keep) {
		s = tour_lesson_find(l, p->current[0] ? p->current : "1");
		s = s ? s : &l->v[0];
	} else {
		s = go_on(o, l, p);
		if (!s)
			return at_the_end(l, p);
	}
	return verb ? do_verb(o, l, verb, s, p) : with_place(o, l, s, p);
}

static int run_named(const struct tour_options *o, const struct tour_lesson *l)
{
	for (size_t i = 0; i < o->words.n; i++)
		if (!tour_lesson_find(l, o->words.v[i]))
			return no_such_step(l, o->words.v[i], false);
	return with_place(o, l, NULL, NULL);
}

int lkm_tour(int argc, char **argv)
{
	_cleanup_lesson_ struct tour_lesson l = { 0 };
	struct tour_options o = { 0 };
	struct tour_progress p = { 0 };
	struct diag d = { 0 };
	int r = parse(argc, argv, &o);

	child_catch_signals();
	if (r < 0)
		r = UI_YES;
	else if (r > 0)
		;
	else if (open_lesson(&l, &d) < 0)
		r = ui_error("tour", &d);
	else if (o.run || o.html)
		r = run_named(&o, &l);
	else if (tour_progress_load(&p, &d) < 0)
		r = ui_error("tour", &d);
	else
		r = o.list ? list(&o, &l, &p) : work(&o, &l, &p);
	strv_fini(&o.words);
	return r;
}
