/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What modprobe would do about a name: see why_module.h. */
#include "why_module.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "live/cmdline.h"
#include "plan/run.h"
#include "ui.h"

#define NAME_SIZE 4096
#define INDEX_MAX ((size_t)256 << 20)

/* ------------------------------------------------ the line of an index */

/* Is the text up to @end the path of the module @name? */
static bool is_path_of(const char *p, const char *end, const char *name)
{
	const char *base = p;

	for (; p < end; p++)
		if (*p == '/')
			base = p + 1;
	for (p = base; p < end && *p != '.'; p++, name++)
		if (*name != (*p == '-' ? '_' : *p))
			return false;
	return !*name && p > base;
}

/* "alias PATTERN NAME" */
static bool is_alias_of(char *line, const char *query, const char *name)
{
	char normal[NAME_SIZE], *save = NULL;
	const char *cmd = strtok_r(line, " ", &save);
	const char *pattern = strtok_r(NULL, " ", &save);
	const char *module = strtok_r(NULL, " ", &save);

	if (!cmd || !str_eq(cmd, "alias") || !pattern || !module)
		return false;
	if (conf_normal(module, normal, sizeof(normal)) ||
	    !str_eq(normal, name))
		return false;
	return !conf_normal(pattern, normal, sizeof(normal)) &&
	       !fnmatch(normal, query, 0);
}

static bool fits(const struct why *y, const struct plan_module *m,
		 const char *line)
{
	const char *end = line + strcspn(line, ":");

	if (m->stage == PLAN_DEP || m->stage == PLAN_BUILTIN)
		return is_path_of(line, end, m->name);

	_cleanup_free_ char *copy = strdup(line);

	return copy && is_alias_of(copy, y->query, m->name);
}

/* The text that goes with the index by which a module was found. */
static const char *text_file(enum plan_stage stage)
{
	switch (stage) {
	case PLAN_DEP:
		return "modules.dep";
	case PLAN_SYMBOL:
		return "modules.symbols";
	case PLAN_ALIAS:
		return "modules.alias";
	case PLAN_BUILTIN:
		return "modules.builtin";
	case PLAN_BUILTIN_ALIAS:
		return "modules.builtin.alias.bin";
	default:
		return NULL;
	}
}

/* Without the text the file is all that can be told. */
static int find_place(struct why *y, const struct plan_module *m,
		      struct why_place *ret)
{
	const char *name = text_file(m->stage);
	_cleanup_free_ char *path = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };
	unsigned number = 0;

	if (!name)
		return 0;
	if (idx_dir_file(y->w.dir, name, &path))
		return -ENOMEM;
	ret->file = arena_strdup(&y->a, path);
	if (!ret->file)
		return -ENOMEM;
	if (m->stage == PLAN_BUILTIN_ALIAS ||
	    file_read_regular(path, INDEX_MAX, &b, NULL))
		return 0;

	char *rest = (char *)b.p;

	for (char *line; (line = strsep(&rest, "\n"));) {
		number++;
		if (!fits(y, m, line))
			continue;
		ret->line = number;
		ret->text = arena_strdup(&y->a, line);
		return ret->text ? 0 : -ENOMEM;
	}
	return 0;
}

/* The alias line, or the command, that made a name one. */
static const struct conf_line *find_line(const struct why *y,
					 const struct plan_module *m)
{
	const struct conf *c = y->w.conf;
	const struct conf_line *l = NULL;

	if (m->stage == PLAN_CONF_ALIAS)
		while ((l = conf_next(c, CONF_ALIAS, y->query, l)))
			if (str_eq(l->value, m->name))
				return l;
	if (m->stage == PLAN_COMMAND) {
		l = conf_next(c, CONF_INSTALL, m->name, NULL);
		return l ? l : conf_next(c, CONF_REMOVE, m->name, NULL);
	}
	return NULL;
}

/* ---------------------------------------------------------- the verdict */

static bool is_loaded(const struct why *y, const struct plan_module *m)
{
	int state = y->here ? plan_state(m->builtin, m->name, "") : -ENOENT;

	return state == PLAN_STATE_LIVE;
}

/* Commands that people write in order to keep a module out. */
static bool does_nothing(const char *command)
{
	static const char *const idle[] = { "true", "false", ":" };
	char word[64];
	size_t n;

	command += strspn(command, " \t");
	n = strcspn(command, " \t");
	if (!n || n >= sizeof(word) || strpbrk(command, ";&|`$"))
		return !*command;
	memcpy(word, command, n);
	word[n] = 0;
	for (size_t i = 0; i < ARRAY_SIZE(idle); i++)
		if (str_eq(path_base(word), idle[i]))
			return true;
	return false;
}

static void decide(struct why_module *m, enum why_verdict verdict,
		   const struct conf_line *because)
{
	m->verdict = verdict;
	m->because = because;
}

static const struct conf_line *denies(const struct conf *c, const char *dep)
{
	return conf_denies(c, dep, true);
}

static const struct conf_line *commands(const struct conf *c, const char *dep)
{
	return conf_next(c, CONF_INSTALL, dep, NULL);
}

/* The first dependency that such a line is about. NULL: none. */
static const struct conf_line *
need_with(const struct why *y, struct why_module *m,
	  const struct conf_line *(*find)(const struct conf *, const char *))
{
	for (size_t i = 0; i < m->deps.n; i++) {
		const struct plan_module *dep = &m->deps.v[i];
		const struct conf_line *l;

		if (dep->builtin || is_loaded(y, dep))
			continue;
		l = find(y->w.conf, dep->name);
		if (!l)
			continue;
		m->needs = dep->name;
		return l;
	}
	return NULL;
}

/* What keeps one of its dependencies out keeps it out, and no command is run
 * where one is denied. True: something. */
static bool judge_needs(const struct why *y, struct why_module *m)
{
	const struct conf_line *l = need_with(y, m, denies);

	if (l) {
		decide(m, WHY_NEEDS_DENIED, l);
		return true;
	}
	l = need_with(y, m, commands);
	if (l)
		decide(m, does_nothing(l->value) ? WHY_NEEDS_STOPPED :
						   WHY_NEEDS_COMMAND,
		       l);
	return l;
}

/* The order is that of plan_insert() and plan_run(). */
static int judge(struct why *y, struct why_module *m, struct diag *d)
{
	const struct conf *c = y->w.conf;
	const char *name = m->m->name;
	struct plan_denial no;
	const struct conf_line *l;
	int r = plan_denied(&y->w, m->m, &y->a, &no, d);

	if (r)
		return r;
	l = no.line;
	m->denied_as = no.as;
	if (m->m->builtin && !m->m->path)
		decide(m, WHY_IN_KERNEL, NULL);
	else if (l)
		decide(m, l->kind == CONF_DENY ? WHY_DENIED : WHY_NOT_ALLOWED,
		       l);
	else if (m->m->alias && (l = plan_blacklisted(&y->w, name)))
		decide(m, WHY_BLACKLISTED, l);
	else if (judge_needs(y, m))
		return 0;
	else if ((l = conf_next(c, CONF_INSTALL, name, NULL)))
		decide(m, does_nothing(l->value) ? WHY_STOPPED : WHY_COMMAND,
		       l);
	else if (!m->m->path)
		decide(m, WHY_NO_FILE,
		       m->by && m->by->kind == CONF_ALIAS ? m->by : NULL);
	else if (access(m->m->path, F_OK))
		decide(m, WHY_NO_FILE, NULL);
	return 0;
}

/* modprobe would load it: what the kernel itself was told to refuse. */
static void judge_barred(const struct why *y, struct why_module *m)
{
	if (m->verdict != WHY_LOADS || m->loaded)
		return;
	if (live_blacklisted(y->barred, m->m->name))
		decide(m, WHY_BARRED, NULL);
	for (size_t i = 0; i < m->deps.n && m->verdict == WHY_LOADS; i++) {
		const struct plan_module *dep = &m->deps.v[i];

		if (dep->builtin || is_loaded(y, dep) ||
		    !live_blacklisted(y->barred, dep->name))
			continue;
		m->needs = dep->name;
		decide(m, WHY_NEEDS_BARRED, NULL);
	}
}

/* Each once, of what is there; what they need themselves is not looked at. */
static void add_held(const struct why *y, struct why_module *m,
		     const struct plan_modules *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct plan_module *s = &l->v[i];
		const struct conf_line *c =
			s->path ? conf_denies(y->w.conf, s->name, true) : NULL;
		bool known = false;

		for (size_t k = 0; k < m->n_held; k++)
			known = known || str_eq(m->held[k].name, s->name);
		if (c && !known)
			m->held[m->n_held++] = (struct why_held){ s->name, c };
	}
}

static int find_held(struct why *y, struct why_module *m, struct diag *d)
{
	struct plan_modules pre = { 0 }, post = { 0 };
	int r = plan_softdeps(&y->w, m->m->name, &y->a, &pre, &post, d);

	if (r)
		return r;
	m->held = arena_array(&y->a, pre.n + post.n + 1, sizeof(*m->held));
	if (!m->held)
		return diag_fail(d, ENOMEM, "out of memory");
	add_held(y, m, &pre);
	add_held(y, m, &post);
	return 0;
}

static int one(struct why *y, const struct plan_module *m,
	       struct why_module *ret, struct diag *d)
{
	*ret = (struct why_module){ .m = m, .by = find_line(y, m) };

	int r = find_place(y, m, &ret->at);

	if (r)
		return diag_fail(d, -r, "out of memory");
	r = plan_depends(&y->w, m->name, &y->a, &ret->deps, d);
	if (r)
		return r;
	ret->loaded = is_loaded(y, m);
	r = judge(y, ret, d);
	if (!r)
		judge_barred(y, ret);
	return !r && ret->verdict == WHY_LOADS ? find_held(y, ret, d) : r;
}

/* modprobe takes these for files. */
static bool is_file(const char *asked)
{
	return asked[0] == '/' || str_starts(asked, "./");
}

/* depmod's indexes list files only; a path may lead to anything. Whether it
 * may be read is between it and who asks modprobe for it. */
static int find_file(struct why *y, struct plan_module *ret, struct diag *d)
{
	struct diag no = { 0 };
	int r = file_check_regular(y->asked, SIZE_MAX, &no);

	if (r == -EISDIR || r == -EINVAL) {
		*d = no;
		return r;
	}
	return plan_at_path(&y->w, y->asked, &y->a, ret, d);
}

int why_find(struct why *y, struct diag *d)
{
	struct plan_module file;
	struct plan_modules l = { &file, 1 };
	char normal[NAME_SIZE];
	const struct idx_bin *bin;
	int r;

	/* Where the line cannot be read there is nothing to tell of it. */
	if (y->here && live_cmdline_value("", "module_blacklist", &y->a,
					  &y->barred) == -ENOMEM)
		return diag_fail(d, ENOMEM, "out of memory");
	y->blind = idx_dir_bin(y->w.dir, IDX_DEP, &bin, NULL) != 0;
	if (is_file(y->asked))
		r = find_file(y, &file, d);
	else
		r = plan_lookup(&y->w, y->asked, false, &y->a, &l, d);
	if (r)
		return r;
	if (conf_normal(y->asked, normal, sizeof(normal)))
		normal[0] = 0;
	y->query = arena_strdup(&y->a, normal);
	y->v = arena_array(&y->a, l.n + 1, sizeof(*y->v));

	struct plan_module *copy = arena_array(&y->a, l.n + 1, sizeof(*copy));

	if (!y->query || !y->v || !copy)
		return diag_fail(d, ENOMEM, "out of memory");
	for (; !r && y->n < l.n; y->n++) {
		copy[y->n] = l.v[y->n];
		r = one(y, &copy[y->n], &y->v[y->n], d);
	}
	return r;
}

bool why_concerns(const struct why_module *m, const struct conf_line *l)
{
	switch (l->kind) {
	case CONF_OPTIONS:
		return str_eq(l->key, m->m->name) ||
		       (m->m->alias && str_eq(l->key, m->m->alias));
	case CONF_BLACKLIST:
		return str_eq(l->key, m->m->name);
	case CONF_ALIAS:
		return l == m->by;
	default:
		return !fnmatch(l->key, m->m->name, 0);
	}
}

int why_status(const struct why *y)
{
	bool maybe = !y->n && y->blind;

	for (size_t i = 0; i < y->n; i++) {
		enum why_verdict v = y->v[i].verdict;

		if (v == WHY_LOADS || v == WHY_IN_KERNEL)
			return UI_YES;
		if (v == WHY_COMMAND || v == WHY_NEEDS_COMMAND ||
		    (v == WHY_NO_FILE && y->blind))
			maybe = true;
	}
	return maybe ? UI_UNKNOWN : UI_NO;
}
