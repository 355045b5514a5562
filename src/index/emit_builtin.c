/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is known of built-in modules, from the two files that the kernel's
 * build makes; and the device nodes that load a module when they are opened.
 * Where one of the two files is missing the index is an empty file, as kmod
 * has it: its readers take that for "unknown".
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index/emit_part.h"
#include "index/facts.h"

#define INPUT_LIMIT ((size_t)256 << 20)

/* 1: there is none, which was told. */
static int read_input(const struct idx_emit *e, const char *name,
		      struct bytes *ret)
{
	_cleanup_text_ struct text path = { 0 };
	int r;

	text_addf(&path, "%s/%s", e->inputs, name);
	r = path.failed ? -ENOMEM :
			  file_read_regular(path.p, INPUT_LIMIT, ret, NULL);
	if (!r || r == -ENOMEM)
		return r;
	idx_tell(e->tell, (struct idx_event){ .kind = IDX_EV_NO_INPUT,
					      .name = name,
					      .other = e->inputs,
					      .err = -r });
	return 1;
}

int idx_make_builtin(const struct idx_emit *e, struct bytes *ret,
		     struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_trie *t = idx_trie_new(&a);
	int r = t ? read_input(e, "modules.builtin", &b) : -ENOMEM;
	char *save = NULL;

	if (r > 0) {
		*ret = (struct bytes){ 0 };
		return 0;
	}
	for (char *l = b.p ? strtok_r((char *)b.p, "\n", &save) : NULL; !r && l;
	     l = strtok_r(NULL, "\n", &save)) {
		char *name = idx_name_of(&a, l);

		r = name ? idx_key(e, t, name, "", 0) : -ENOMEM;
	}
	return r < 0 ? idx_no_memory(d) : idx_trie_bytes(t, ret, d);
}

/* A string "MODULE.alias=PATTERN". */
static int add_builtin_alias(const struct idx_emit *e, struct arena *a,
			     struct idx_trie *t, const char *s)
{
	const char *dot = strchr(s, '.');

	if (!dot || !str_starts(dot, ".alias="))
		return 0;

	char *name = arena_strndup(a, s, (size_t)(dot - s));

	return name ? idx_alias_key(e, a, t, dot + 7, name, 0) : -ENOMEM;
}

int idx_make_builtin_alias(const struct idx_emit *e, struct bytes *ret,
			   struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_trie *t = idx_trie_new(&a);
	int r = t ? read_input(e, "modules.builtin.modinfo", &b) : -ENOMEM;

	if (r > 0) {
		*ret = (struct bytes){ 0 };
		return 0;
	}
	for (size_t at = 0; !r && at < b.n;) {
		const char *s = (const char *)b.p + at;

		r = add_builtin_alias(e, &a, t, s);
		at += strlen(s) + 1;
	}
	return r < 0 ? idx_no_memory(d) : idx_trie_bytes(t, ret, d);
}

/* A device node as the aliases of a module describe it. */
struct node {
	const char *name;
	char type; /* 'c', 'b'; 0: not told                               */
	unsigned major, minor;
};

/* Takes what the alias says of it. True: it is complete. */
static bool take(struct node *n, const char *alias)
{
	unsigned major, minor;
	char type = 0;

	if (str_starts(alias, "devname:")) {
		n->name = alias + strlen("devname:");
		return n->type;
	}
	/* Few of tens of thousands of aliases are worth an sscanf(). */
	if (str_starts(alias, "char-major-") &&
	    sscanf(alias, "char-major-%u-%u", &major, &minor) == 2)
		type = 'c';
	else if (str_starts(alias, "block-major-") &&
		 sscanf(alias, "block-major-%u-%u", &major, &minor) == 2)
		type = 'b';
	if (!type)
		return false;
	n->type = type;
	n->major = major;
	n->minor = minor;
	return n->name;
}

int idx_make_devname(const struct idx_emit *e, struct bytes *ret,
		     struct diag *d)
{
	const struct idx_sources *s = e->src;
	struct text t = { 0 };
	struct idx_fact f;

	for (size_t i = 0; i < s->n; i++) {
		struct node n = { 0 };
		bool whole = false;

		for (size_t at = s->v[i].info;
		     !whole && idx_fact_next(s->v[i].facts, &at, &f);)
			if (f.kind == IDX_NAME_ALIAS)
				whole = take(&n, f.text);
		if (!n.name)
			continue;
		if (!n.type) {
			idx_tell(e->tell,
				 (struct idx_event){ .kind = IDX_EV_DEVNAME,
						     .name = s->v[i].name,
						     .other = n.name });
			continue;
		}
		if (!t.n)
			text_add(
				&t,
				"# Device nodes to trigger on-demand module loading.\n");
		text_addf(&t, "%s %s %c%u:%u\n", s->v[i].name, n.name, n.type,
			  n.major, n.minor);
	}
	return idx_text_done(&t, ret, d);
}
