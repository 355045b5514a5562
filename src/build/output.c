// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of a build, as messages: see output.h. */
#include "build/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A broken header can make thousands; nobody reads more. */
static const size_t max_messages = 300, max_block = 16384, max_tail = 2048;

void build_messages_fini(struct build_messages *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].file);
		free(l->v[i].text);
		free(l->v[i].block);
	}
	free(l->v);
	*l = (struct build_messages){ 0 };
}

void build_output_fini(struct build_output *o)
{
	build_messages_fini(&o->messages);
	text_fini(&o->context);
	text_fini(&o->tail);
}

const struct build_message *build_message_first(const struct build_messages *l,
						enum build_kind kind)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == kind)
			return &l->v[i];
	return NULL;
}

/* How many bytes of @path name a folder of kernel headers. */
static size_t kernel_part(const struct build_output *o, const char *path,
			  size_t n)
{
	size_t best = 0;

	for (size_t i = 0; o->kernel && i < o->kernel->n; i++) {
		const char *dir = o->kernel->v[i];
		size_t len = strlen(dir);

		if (len > best && len < n && path[len] == '/' &&
		    !memcmp(path, dir, len))
			best = len;
	}
	/* make stands in the headers' folder, and calls it ".". */
	if (n > 2 && (str_starts(path, "./include/") ||
		      str_starts(path, "./arch/")))
		return 1;
	return best;
}

/* A path in a form to be read: the user's own, or <kernel>/include/... */
static void shown_path(const struct build_output *o, const char *path,
		       size_t n, struct text *t)
{
	size_t kernel = kernel_part(o, path, n);

	if (!kernel)
		return build_stage_user_path(o->stage, path, n, t);
	text_add(t, "<kernel>");
	text_add_bytes(t, path + kernel, n - kernel);
}

/*
 * A line with the user's paths. The private folder is one word (it has no
 * space), so a path is what follows up to a character that ends one.
 */
static void map_text(const struct build_output *o, const char *s,
		     struct text *t)
{
	const char *dir = o->stage->dir, *module = o->stage->module;
	const size_t module_len = strlen(module);

	for (const char *at; (at = strstr(s, dir)); s = at) {
		text_add_bytes(t, s, (size_t)(at - s));

		size_t n = strcspn(at, " :'\"`,;)]");
		size_t before = t->n;

		build_stage_user_path(o->stage, at, n, t);
		if (t->failed)
			return;
		/* Products have no user's path: only the name is told. */
		if (t->n - before == n && !memcmp(t->p + before, at, n) &&
		    n > module_len && !memcmp(at, module, module_len)) {
			t->n = before;
			t->p[before] = 0;
			text_add_bytes(t, at + module_len + 1,
				       n - module_len - 1);
		}
		at += n;
	}
	text_add(t, s);
}

/* One more line of a message. */
static void add_line(struct build_output *o, struct build_message *m,
		     const char *line)
{
	_cleanup_text_ struct text t = { 0 };

	if (strlen(m->block) > max_block)
		return;
	text_add(&t, m->block);
	map_text(o, line, &t);
	text_add(&t, "\n");
	if (t.failed) {
		o->failed = true;
		return;
	}
	free(m->block);
	m->block = take_ptr(t.p);
}

/*
 * "FILE:LINE:COLUMN: note: TEXT" goes with the message before it, and so do
 * the lines that say how FILE was included.
 */
static bool is_note(const char *s)
{
	return *s != ' ' && strstr(s, ": note: ") != NULL;
}

static void add_note(struct build_output *o, struct build_message *m,
		     const char *line)
{
	_cleanup_text_ struct text t = { 0 };
	size_t n = strcspn(line, ":");

	if (strlen(m->block) > max_block)
		return text_fini(&o->context);
	text_add(&t, m->block);
	text_add(&t, text_str(&o->context));
	text_fini(&o->context);
	shown_path(o, line, n, &t);
	map_text(o, line + n, &t);
	text_add(&t, "\n");
	if (t.failed) {
		o->failed = true;
		return;
	}
	free(m->block);
	m->block = take_ptr(t.p);
	o->open = true;
}

/* Harmless notes come with every file: one of each is enough. */
static bool told_already(const struct build_output *o,
			 const struct build_rule *rule)
{
	for (size_t i = 0; i < o->messages.n; i++)
		if (rule && o->messages.v[i].rule == rule)
			return true;
	return false;
}

static void add_message(struct build_output *o, enum build_kind kind,
			const char *file, size_t file_len, unsigned line,
			unsigned column, const char *text, const char *whole)
{
	const struct build_rule *rule = build_rule_for(text);
	_cleanup_text_ struct text path = { 0 }, words = { 0 }, block = { 0 };
	bool harmless = rule && rule->verdict == BUILD_HARMLESS;

	o->open = false;
	if (harmless)
		kind = BUILD_NOTE;
	if (o->messages.n >= max_messages ||
	    (harmless && told_already(o, rule))) {
		text_fini(&o->context);
		return;
	}
	if (file_len && kernel_part(o, file, file_len))
		text_add_bytes(&path, file, file_len);
	else if (file_len)
		build_stage_user_path(o->stage, file, file_len, &path);
	map_text(o, text, &words);
	text_add(&block, text_str(&o->context));
	text_fini(&o->context);
	if (file_len && !memcmp(whole, file, file_len)) {
		/* A relative path, too, becomes the user's. */
		shown_path(o, file, file_len, &block);
		map_text(o, whole + file_len, &block);
	} else {
		map_text(o, whole, &block);
	}
	text_add(&block, "\n");

	struct build_message *v = reallocarray(
		o->messages.v, o->messages.n + 1, sizeof(*v));

	if (v)
		o->messages.v = v;
	if (!path.p)
		text_add(&path, "");
	if (!v || path.failed || words.failed || block.failed) {
		o->failed = true;
		return;
	}
	v[o->messages.n++] = (struct build_message){
		.kind = kind,
		.file = path.p ? take_ptr(path.p) : strdup(""),
		.line = line,
		.column = column,
		.text = words.p ? take_ptr(words.p) : strdup(""),
		.block = take_ptr(block.p),
		.rule = rule,
	};
	o->failed |= !v[o->messages.n - 1].file || !v[o->messages.n - 1].text;
	o->open = true;
}

/* "12:" at @s. Return: what follows the colon, or NULL. */
static const char *number(const char *s, unsigned *ret)
{
	size_t n = strspn(s, "0123456789");

	if (!n || n > 8 || s[n] != ':')
		return NULL;
	*ret = (unsigned)strtoul(s, NULL, 10);
	return s + n + 1;
}

static const struct {
	const char *word;
	enum build_kind kind;
} kinds[] = {
	{ " error: ", BUILD_ERROR },
	{ " fatal error: ", BUILD_ERROR },
	{ " warning: ", BUILD_WARNING },
	{ " note: ", BUILD_NOTE },
	{ " *** ", BUILD_ERROR },
};

/*
 * "FILE:LINE:COLUMN: KIND: TEXT", "FILE:LINE: KIND: TEXT", "FILE: KIND: TEXT"
 * of compiler, linker, objtool and make. File names may hold colons: the
 * first place where a kind follows counts.
 */
static bool placed(struct build_output *o, const char *s)
{
	for (const char *colon = s; (colon = strchr(colon, ':')); colon++) {
		unsigned line = 0, column = 0;
		const char *rest = number(colon + 1, &line);
		const char *more = rest ? number(rest, &column) : NULL;

		if (!more)
			column = 0;
		more = more ? more : rest ? rest : colon + 1;
		if (colon == s)
			return false;
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
			if (!str_starts(more, kinds[i].word))
				continue;

			const char *text = more + strlen(kinds[i].word);
			bool tool = !line && !strchr(s, '/') &&
				    !memchr(s, '.', (size_t)(colon - s));

			_cleanup_text_ struct text whole = { 0 };
			int place = (int)(more - s);

			/* make's " *** " is its way to say error. */
			if (more[1] == '*')
				text_addf(&whole, "%.*s error: %s", place, s,
					  text);
			if (whole.failed)
				o->failed = true;
			else
				add_message(o, kinds[i].kind, s,
					    tool ? 0 : (size_t)(colon - s),
					    line, column, text,
					    whole.p ? whole.p : s);
			return true;
		}
		if (rest)
			return false;
	}
	return false;
}

/* "  CC [M]  hello.o" and what make says of its folders. */
static bool chatter(struct build_output *o, const char *s)
{
	static const char *const idle[] = {
		"compilation terminated.", "cc1: some warnings being treated",
		"cc1: all warnings being treated", "make: Entering directory",
		"make: Leaving directory",
	};

	/* "  604 | code" is a line of the source, not a step. */
	size_t tag = str_starts(s, "  ") && s[2] >= 'A' && s[2] <= 'Z' ?
		strspn(s + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") : 0;

	if (tag >= 2 && s[2 + tag] == ' ') {
		const char *what = strrchr(s, ' ');
		const char *base = what ? strrchr(what, '/') : NULL;

		(void)snprintf(o->step, sizeof(o->step), "%.*s %s",
			       (int)strcspn(s + 2, " "), s + 2,
			       base ? base + 1 : what ? what + 1 : "");
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(idle); i++)
		if (str_starts(s, idle[i]))
			return true;
	return str_starts(s, "make[") && (strstr(s, "]: Entering directory") ||
					  strstr(s, "]: Leaving directory") ||
					  strstr(s, "]: Nothing to be done"));
}

/* "make[2]: *** No rule ...", but not "make[2]: *** [x.o] Error 1". */
static bool of_make(struct build_output *o, const char *s)
{
	const char *text;

	if (!str_starts(s, "make[") && !str_starts(s, "make: "))
		return false;
	text = strstr(s, ": ");
	text = text ? text + 2 : s;

	bool stops = str_starts(text, "*** ");

	if (stops)
		text += 4;
	if (*text == '[' || str_starts(text, "Target ") ||
	    str_starts(text, "Deleting ") || str_starts(text, "Waiting "))
		return true;
	add_message(o, stops ? BUILD_ERROR : BUILD_WARNING, NULL, 0, 0, 0,
		    text, text);
	return true;
}

/*
 * "ERROR: modpost: TEXT" and, of old, "ERROR: TEXT". Old kernels' modpost stops
 * at some with "FATAL: modpost: TEXT", but also at what is no source's fault:
 * there only what a rule knows is an error of it.
 */
static bool of_modpost(struct build_output *o, const char *s)
{
	bool fatal = str_starts(s, "FATAL: modpost: ") &&
		     build_rule_for(s + 16);
	bool error = fatal || str_starts(s, "ERROR: ");
	const char *text = s + (error ? 7 : 9);

	if (!error && !str_starts(s, "WARNING: "))
		return false;
	s = text;
	if (str_starts(text, "modpost: "))
		text += 9;
	add_message(o, error ? BUILD_ERROR : BUILD_WARNING, NULL, 0, 0, 0, text,
		    s);
	return true;
}

static bool is_context(const char *s)
{
	return str_starts(s, "In file included from ") ||
	       str_starts(s, "                 from ") ||
	       str_ends(s, ": At top level:") ||
	       (str_starts(s, "In function '") && str_ends(s, "',")) ||
	       str_starts(s, "    inlined from '") ||
	       (strstr(s, ": In function '") && str_ends(s, "':")) ||
	       (strstr(s, ": in function `") && str_ends(s, "':"));
}

/* A context line names a file at its start, which may be a relative one. */
static void add_context(struct build_output *o, const char *s)
{
	bool inlined = str_starts(s, "    inlined from '");
	const char *word = inlined ? "' at " : "from ";
	const char *from = strstr(s, word);
	const char *file = s[0] == ' ' || str_starts(s, "In file") ?
				   (from ? from + strlen(word) : s) : s;
	size_t n = strcspn(file, ":");

	if (o->context.n > max_block)
		return;
	text_add_bytes(&o->context, s, (size_t)(file - s));
	/* "ld: b.o: in function": a program's name is no file's. */
	if (memchr(file, '.', n) || memchr(file, '/', n))
		shown_path(o, file, n, &o->context);
	else
		text_add_bytes(&o->context, file, n);
	map_text(o, file + n, &o->context);
	text_add(&o->context, "\n");
}

static void add_tail(struct build_output *o, const char *s)
{
	if (o->tail.n > max_tail)
		text_fini(&o->tail);
	map_text(o, s, &o->tail);
	text_add(&o->tail, "\n");
}

static void add_bare_error(struct build_output *o, const char *text)
{
	add_message(o, BUILD_ERROR, NULL, 0, 0, 0, text, text);
}

void build_output_line(struct build_output *o, const char *s)
{
	struct build_message *last = o->messages.n ?
		&o->messages.v[o->messages.n - 1] : NULL;

	if (chatter(o, s)) {
		o->open = false;
		return;
	}
	if (is_context(s)) {
		o->open = false;
		return add_context(o, s);
	}
	if (of_make(o, s) || of_modpost(o, s))
		return;
	if (str_starts(s, "warning: "))
		return add_message(o, BUILD_WARNING, NULL, 0, 0, 0, s + 9, s);
	/* rustc's "error: " and "error[E0308]: "; the place is in a line below. */
	if (str_starts(s, "error: ") || str_starts(s, "error["))
		return add_bare_error(o, s + (s[5] == ':' ? 7 : 5));
	if (str_starts(s, "Skipping BTF generation "))
		return add_message(o, BUILD_NOTE, NULL, 0, 0, 0, s, s);
	if (last && is_note(s))
		return add_note(o, last, s);
	if (placed(o, s))
		return;
	/* The caret lines; rustc's begin with the number of the line. */
	if (o->open && last &&
	    (*s == ' ' || str_starts(s + strspn(s, "0123456789"), " | ")))
		return add_line(o, last, s);

	const struct build_rule *rule = build_rule_for(s);

	if (rule)
		return add_bare_error(o, s);
	o->open = false;
	if (*s)
		add_tail(o, s);
}

/*
 * What the text of a message does not tell, the macro may that it comes from:
 * "FILE:LINE:COLUMN: note: in expansion of macro 'MODULE_IMPORT_NS'".
 */
static const struct build_rule *rule_of_macro(const char *block)
{
	static const char mark[] = "note: in expansion of macro '";
	char text[128];

	for (const char *s = block; (s = strstr(s, mark)); s++) {
		const struct build_rule *r;

		(void)snprintf(text, sizeof(text), "%.*s",
			       (int)strcspn(s + 6, "\n"), s + 6);
		r = build_rule_for(text);
		if (r)
			return r;
	}
	return NULL;
}

/*
 * "FILE:LINE:COLUMN" at the start of @s (@n bytes), if FILE is none of the
 * kernel's. Return: how long FILE is, or 0.
 */
static size_t user_place(const struct build_output *o, const char *s, size_t n,
			 unsigned *line, unsigned *column)
{
	size_t file = 0;
	unsigned a;

	while (file < n && s[file] != ':')
		file++;
	if (!file || file == n || *s == '<' || kernel_part(o, s, file))
		return 0;

	const char *rest = number(s + file + 1, &a);

	if (!rest)
		return 0;
	*line = a;
	/* A ',' ends it where a further "inlined from" follows. */
	*column = strspn(rest, "0123456789") < 8 ?
			  (unsigned)strtoul(rest, NULL, 10) : 0;
	return file;
}

/* Where includes and the like end, and the message itself begins. */
static const char *after_includes(const char *block)
{
	while (str_starts(block, "In file included from ") ||
	       str_starts(block, "                 from "))
		block = strchr(block, '\n') + 1;
	return block;
}

/*
 * A message in a header of the kernel is about the line of the user that a
 * macro or an inline function was used in: it becomes the place. How the
 * header came to be included tells nothing then.
 */
static void find_users_line(struct build_output *o, struct build_message *m)
{
	static const char inlined[] = "    inlined from '", at[] = "' at ";
	static const char macro[] = ": note: in expansion of macro '";

	if (!kernel_part(o, m->file, strlen(m->file)))
		return;
	for (const char *s = m->block; *s; s += strcspn(s, "\n"), s += !!*s) {
		size_t n = strcspn(s, "\n"), file;
		const char *place = s;
		char *name;

		if (str_starts(s, inlined)) {
			place = strstr(s, at);
			place = place ? place + strlen(at) : s;
		} else if (!memmem(s, n, macro, strlen(macro))) {
			continue;
		}
		if (place > s + n)
			continue;
		file = user_place(o, place, n - (size_t)(place - s), &m->line,
				  &m->column);
		if (!file)
			continue;
		name = strndup(place, file);
		if (!name) {
			o->failed = true;
			return;
		}
		free(m->file);
		m->file = name;

		const char *rest = after_includes(m->block);

		memmove(m->block, rest, strlen(rest) + 1);
		return;
	}
}

void build_output_end(struct build_output *o)
{
	text_fini(&o->context);
	o->open = false;
	for (size_t i = 0; i < o->messages.n; i++) {
		struct build_message *m = &o->messages.v[i];

		/* A macro that is known says more than a missing ';'. */
		if (!m->rule || str_eq(m->rule->id, "c.semicolon")) {
			const struct build_rule *r = rule_of_macro(m->block);

			m->rule = r ? r : m->rule;
		}
		find_users_line(o, m);
	}
}
