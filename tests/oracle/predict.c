/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the emulator of the loader says to the modules of a batch, one line of
 * JSON for each. `lkm check --json` says the same of one file; here thousands
 * are asked, and each in the state that the real kernel was in.
 *
 * Standard input has a line for each case: TAINTS SAID RESET KEEP
 *
 *	TAINTS  of the kernel before
 *	SAID    enum kern_said, of lines that this guest's kernel has printed
 *	RESET   1: a fresh guest, only the deps are loaded
 *	KEEP    1: the real kernel has loaded it, and it stays
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "batch.h"
#include "build/kernel.h"
#include "jline.h"
#include "lab/proto.h"
#include "live/taint.h"
#include "rules/load.h"

struct predict {
	struct kern *k;
	struct arena arena; /* what outlives a case                     */
	struct kern_state fresh; /* with the deps loaded                 */
	struct kern_state now;
};

static bool get_policy(struct kern_state *s, const char *word)
{
	if (str_eq(word, "enforce"))
		s->sig_enforce = true;
	else if (str_eq(word, "lockdown"))
		s->lockdown = KERN_LOCKDOWN_INTEGRITY;
	else if (str_eq(word, "disabled"))
		s->modules_disabled = true;
	else if (str_starts(word, "blacklist="))
		s->blacklist = word + strlen("blacklist=");
	else if (str_eq(word, "mitigated"))
		s->spectre_v2_mitigated = true;
	else
		return false;
	return true;
}

/* ----------------------------------------------------------------- output */

static void put_lines(const struct rule_result *r)
{
	(void)printf(", \"log\": [");
	for (size_t i = 0; i < r->n_lines; i++) {
		(void)printf("%s[%u, ", i ? ", " : "", r->lines[i].level);
		jline_str(stdout, r->lines[i].text);
		(void)printf("]");
	}
	(void)printf("]");
}

static void put_layout(const struct rule_result *r)
{
	(void)printf(", \"live_size\": %llu, \"parts\": [",
		     (unsigned long long)r->live_size);
	for (size_t i = 0; i < r->n_parts; i++)
		(void)printf("%s[\"%s\", %llu, %d]", i ? ", " : "",
			     r->parts[i].name,
			     (unsigned long long)r->parts[i].size,
			     r->parts[i].init);
	(void)printf("], \"sections\": [");
	for (size_t i = 0; i < r->n_sections; i++) {
		const struct rule_section *s = &r->sections[i];

		(void)printf("%s[", i ? ", " : "");
		jline_str(stdout, s->name);
		(void)printf(", %u, %llu, %llu]", s->part,
			     (unsigned long long)s->offset,
			     (unsigned long long)s->size);
	}
	(void)printf("], \"symbols\": [");
	for (size_t i = 0; i < r->n_kallsyms; i++) {
		const struct rule_kallsym *s = &r->kallsyms[i];

		(void)printf("%s[", i ? ", " : "");
		jline_str(stdout, s->name);
		(void)printf(", \"%c\", %d, %llu]", s->letter, (int)s->part,
			     (unsigned long long)s->offset);
	}
	(void)printf("]");
}

/* All rules that have something to say, and those of the lines. */
static void put_rules(const struct rule_result *r)
{
	const char *sep = "";

	(void)printf(", \"rules\": [");
	for (size_t i = 0; i < r->n_findings; i++, sep = ", ")
		(void)printf("%s\"%s\"", sep, r->findings[i].reason->id);
	for (size_t i = 0; i < r->n_lines; i++, sep = ", ")
		(void)printf("%s\"%s\"", sep, r->lines[i].reason->id);
	(void)printf("]");
}

static void put_str(const char *key, const char *s)
{
	if (!s)
		return;
	(void)printf(", \"%s\": ", key);
	jline_str(stdout, s);
}

static void put_result(const char *id, unsigned ms,
		       const struct rule_result *r)
{
	(void)printf("{\"id\": ");
	jline_str(stdout, id);
	(void)printf(", \"ms\": %u", ms);
	put_str("verdict", rule_verdict_name(r->verdict));
	(void)printf(", \"errno\": %d, \"taints\": %llu, \"kernel_taints\": %llu",
		     r->err, (unsigned long long)r->taints,
		     (unsigned long long)r->kernel_taints);
	put_str("name", r->name);
	put_str("step", r->step);
	put_str("unknown", r->unknown);
	if (r->decided) {
		put_str("rule", r->decided->reason ? r->decided->reason->id :
						     "");
		put_str("where", r->decided->where);
		put_str("why", r->decided->why);
	}
	put_lines(r);
	put_rules(r);
	put_layout(r);
	(void)printf("}\n");
	/* If the next one ends us, it is known which one it was. */
	(void)fflush(stdout);
}

/* -------------------------------------------------------------------- work */

static int load_one(struct predict *p, const struct batch_case *c,
		    struct kern_state *s, struct arena *a,
		    struct rule_result *ret, struct diag *d)
{
	/* Only its signature is asked for. */
	const struct ko ko = { .path = "case.ko", .image = c->image };
	const struct rule_request q = {
		.ko = &ko,
		.file = c->image,
		.params = c->params,
		.flags = c->how & LAB_HOW_FLAGS,
		.from_memory = !(c->how & LAB_HOW_FILE),
	};

	return rule_load(p->k, s, &q, a, ret, d);
}

static int load_deps(struct predict *p, const struct batch *b, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; i < b->n && !r; i++) {
		struct rule_result res;

		if (b->v[i].how & BATCH_DEP)
			r = load_one(p, &b->v[i], &p->fresh, &p->arena, &res,
				     d);
	}
	return r;
}

static unsigned ms_since(clock_t start)
{
	return (unsigned)((clock() - start) * 1000 / CLOCKS_PER_SEC);
}

static int predict_one(struct predict *p, const struct batch_case *c,
		       const char *line, struct diag *d)
{
	unsigned long long taints = 0;
	unsigned said = 0, reset = 0, keep = 0;
	struct kern_state s;
	struct rule_result res;
	_cleanup_arena_ struct arena own = { 0 };

	if (sscanf(line, "%llu %u %u %u", &taints, &said, &reset, &keep) != 4)
		return diag_fail(d, EINVAL, "no state for %s", c->id);
	if (reset)
		p->now = p->fresh;
	s = p->now;
	s.taints = taints;
	s.said |= said;

	/* What stays loaded lives as long as the program. */
	clock_t start = clock();
	int r = load_one(p, c, &s, keep ? &p->arena : &own, &res, d);

	if (!r)
		put_result(c->id, ms_since(start), &res);
	if (!r && keep)
		p->now = s;
	return r;
}

static int predict_all(struct predict *p, const struct batch *b, struct diag *d)
{
	int r = load_deps(p, b, d);
	char line[256];

	p->now = p->fresh;
	for (size_t i = 0; i < b->n && !r; i++) {
		if (b->v[i].how & BATCH_DEP)
			continue;
		if (!fgets(line, sizeof(line), stdin))
			return diag_fail(d, EINVAL, "no state for %s",
					 b->v[i].id);
		r = predict_one(p, &b->v[i], line, d);
	}
	return r;
}

static int open_kernel(const char *name, struct kern **ret, struct diag *d)
{
	struct build_kernel k;
	int r = build_kernel_find(name, &k, d);

	if (r < 0)
		return r;

	const struct kern_where w = { .release = k.release,
				      .image = k.image,
				      .modules = k.modules,
				      .config = k.config };

	return kern_open(&w, ret, d);
}

/*
 * Memory and time are bounded by the size of the file, says rule_load(); so
 * this is plenty, and where it does not hold it ends us, not the machine.
 */
static void set_limits(void)
{
#ifndef __SANITIZE_ADDRESS__
	const struct rlimit memory = { 1UL << 31, 1UL << 31 };

	(void)setrlimit(RLIMIT_AS, &memory);
#endif
}

int main(int argc, char **argv)
{
	_cleanup_batch_ struct batch b = { 0 };
	struct predict p = { .fresh.keys_complete = true };
	struct diag d = { 0 };
	const char *kernel = NULL;
	int o;

	while ((o = getopt(argc, argv, "k:p:")) != -1) {
		if (o == 'k')
			kernel = optarg;
		else if (o != 'p' || !get_policy(&p.fresh, optarg))
			return 2;
	}
	if (optind + 1 != argc)
		return 2;

	set_limits();

	int r = open_kernel(kernel, &p.k, &d);

	if (!r)
		r = batch_read(argv[optind], &b, &d);
	if (!r)
		r = predict_all(&p, &b, &d);
	if (r < 0)
		(void)fprintf(stderr, "oracle-predict: %s%s%s\n", d.where,
			      *d.where ? ": " : "", d.what);
	p.k = kern_close(p.k);
	arena_fini(&p.arena);
	return r < 0 ? 3 : 0;
}
