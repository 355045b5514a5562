/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives the modules of a batch to a real kernel in a throw-away machine, and
 * prints what it answers, one line of JSON for each.
 *
 * Hundreds go through one guest. Where one of them ends or damages the guest,
 * a fresh one goes on behind it. A kernel prints some lines once per boot, so
 * each answer tells which guest gave it ("boot") and its taints before; the
 * answers of one guest stand in its order.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "batch.h"
#include "build/kernel.h"
#include "jline.h"
#include "lab/lab.h"
#include "lab/proto.h"
#include "live/kmsg.h"

enum {
	PER_BOOT = 1000,
	TIMEOUT_MS = 8000,
	MEMORY_MIB = 512, /* a large .bss is to fail for its own reasons */
	/* The room of a window, less what the report takes. */
	BYTES_MAX = 180 << 20,
};

struct rig {
	struct lab_config c;
	struct lab_arch arch; /* of a foreign kernel */
	struct batch batch;
	struct lab_file file[8]; /* written in each guest first */
	size_t n_files;
	size_t per_boot;
	bool one_guest; /* what it has not tried is left */
	unsigned boot;
	FILE *out;
};

/* What is known of a case while its facts are walked. */
struct answer {
	bool begun, has_errno, has_module, has_removed, damaged, hang;
	int64_t err, taint[3], removed;
	unsigned n_taints;
	int sig; /* killed by it */
	struct span module, sections, symbols;
	struct text log[2]; /* of the load, of the removal */
};

static void answer_fini(struct answer *a)
{
	text_fini(&a->log[0]);
	text_fini(&a->log[1]);
}

/* ------------------------------------------------------------------ facts */

static void add_record(struct text *t, struct span rec)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_kmsg k;
	char *buf = NULL;
	size_t n = 0;

	if (live_kmsg_parse(rec, &a, &k, NULL) < 0 || k.facility)
		return;

	FILE *f = open_memstream(&buf, &n);

	if (!f)
		return;
	(void)fprintf(f, "%s[%u, ", t->n ? ", " : "", k.level);
	jline_str(f, k.text);
	(void)fprintf(f, "]");
	(void)fclose(f);
	text_add_bytes(t, buf, n);
	free(buf);
}

/* Records as read(2) gave them; lines of a dictionary begin with a blank. */
static void add_log(struct text *t, struct span log)
{
	size_t from = 0;

	for (size_t i = 0; i < log.n; i++) {
		if (log.p[i] != '\n' ||
		    (i + 1 < log.n && log.p[i + 1] == ' '))
			continue;
		add_record(t, (struct span){ log.p + from, i + 1 - from });
		from = i + 1;
	}
}

static void take_fact(struct answer *a, const struct lab_fact *f)
{
	bool over = a->has_errno || a->sig || a->hang;

	if (str_eq(f->name, "taint")) {
		if (a->n_taints < ARRAY_SIZE(a->taint))
			a->taint[a->n_taints++] = f->arg;
	} else if (str_eq(f->name, "errno")) {
		a->has_errno = true;
		a->err = f->arg;
	} else if (str_starts(f->name, "errno ")) {
		a->sig = (int)-f->arg;
	} else if (str_starts(f->name, "hang ")) {
		a->hang = true;
	} else if (str_eq(f->name, "log")) {
		if (over)
			add_log(&a->log[a->has_removed || a->has_module],
				f->data);
	} else if (str_eq(f->name, "module")) {
		a->has_module = true;
		a->module = f->data;
	} else if (str_eq(f->name, "sections")) {
		a->sections = f->data;
	} else if (str_eq(f->name, "symbols")) {
		a->symbols = f->data;
	} else if (str_eq(f->name, "removed")) {
		a->has_removed = true;
		a->removed = f->arg;
	} else if (str_eq(f->name, "damaged")) {
		a->damaged = true;
	}
}

/* ----------------------------------------------------------------- output */

/* The lines of a text as an array. */
static void put_lines(FILE *f, const char *key, struct span s)
{
	const char *sep = "";

	(void)fprintf(f, ", \"%s\": [", key);
	while (s.n) {
		const uint8_t *nl = memchr(s.p, '\n', s.n);
		size_t n = nl ? (size_t)(nl - s.p) : s.n;

		(void)fputs(sep, f);
		jline_span(f, (struct span){ s.p, n });
		sep = ", ";
		n += nl != NULL;
		s = (struct span){ s.p + n, s.n - n };
	}
	(void)fputc(']', f);
}

static const char *end_name(enum lab_end e)
{
	static const char *const names[] = {
		[LAB_COMPLETE] = "complete", [LAB_REBOOT] = "reboot",
		[LAB_PANIC] = "panic",	     [LAB_POWEROFF] = "poweroff",
		[LAB_SILENT] = "silent",     [LAB_DIED] = "died",
	};

	return names[e];
}

/* What the call did not come back from. */
static const char *phase(const struct answer *a)
{
	if (!a->has_errno)
		return "insert";
	if (a->err)
		return "";
	return a->has_module ? "remove" : "look";
}

static void put_answer(const struct rig *r, const char *id, unsigned nth,
		       const struct answer *a, const struct lab_result *res,
		       bool last)
{
	FILE *f = r->out;
	bool died = last && res->end != LAB_COMPLETE;

	(void)fprintf(f, "{\"id\": ");
	jline_str(f, id);
	(void)fprintf(f, ", \"boot\": %u, \"nth\": %u, \"taint\": %lld",
		      r->boot, nth, (long long)a->taint[0]);
	if (a->has_errno)
		(void)fprintf(f, ", \"errno\": %lld", (long long)a->err);
	if (a->n_taints > 1)
		(void)fprintf(f, ", \"taint_after\": %lld",
			      (long long)a->taint[1]);
	(void)fprintf(f, ", \"log\": [%s]", text_str(&a->log[0]));
	if (a->has_module) {
		(void)fprintf(f, ", \"module\": ");
		jline_span(f, a->module);
		put_lines(f, "sections", a->sections);
		put_lines(f, "symbols", a->symbols);
	}
	if (a->has_removed)
		(void)fprintf(f, ", \"removed\": %lld, \"log_removed\": [%s]",
			      (long long)a->removed, text_str(&a->log[1]));
	if (a->damaged)
		(void)fprintf(f, ", \"damaged\": true");
	if (a->sig || a->hang || died)
		(void)fprintf(f, ", \"lost_in\": \"%s\", \"lost\": \"%s\"",
			      phase(a),
			      a->sig	? "killed" :
			      a->hang	? "hang" :
					  end_name(res->end));
	if (died)
		put_lines(f, "console",
			  (struct span){ (const uint8_t *)res->console,
					 strlen(res->console) });
	(void)fputs("}\n", f);
}

/* What is known of modules that stayed. */
static void put_kept(const struct rig *r, const struct lab_result *res)
{
	FILE *f = r->out;

	for (size_t i = 0; i < res->n_facts; i++) {
		const struct lab_fact *x = &res->facts[i];

		if (!str_eq(x->stage, "kept"))
			continue;
		(void)fprintf(f, "{\"kept\": \"%s\", \"boot\": %u", x->name,
			      r->boot);
		put_lines(f, "lines", x->data);
		(void)fputs("}\n", f);
	}
}

/* ------------------------------------------------------------------- runs */

/* Prints the answers. Return: how many of the cases were tried. */
static size_t put_answers(const struct rig *r,
			  const struct batch_case *const *v, size_t n,
			  const struct lab_result *res)
{
	size_t done = 0;

	for (size_t i = 0; i < res->n_facts;) {
		int round = res->facts[i].round;
		struct answer a = { 0 };

		if (!str_eq(res->facts[i].stage, "case") || round < 0 ||
		    (size_t)round >= n) {
			i++;
			continue;
		}
		for (; i < res->n_facts && res->facts[i].round == round &&
		       str_eq(res->facts[i].stage, "case");
		     i++)
			take_fact(&a, &res->facts[i]);
		done = (size_t)round + 1;
		put_answer(r, v[round]->id, (unsigned)round, &a, res,
			   i == res->n_facts);
		answer_fini(&a);
	}
	put_kept(r, res);
	return done;
}

/* The next cases, behind those that each guest needs. */
struct part {
	struct lab_module *deps;
	size_t n_deps;
	struct lab_case *cases;
	const struct batch_case **from;
	size_t n;
	size_t next; /* in the batch */
};

static void part_fini(struct part *p)
{
	free(p->deps);
	free(p->cases);
	free(p->from);
}

static int part_take(const struct rig *r, size_t at, size_t max,
		     struct part *p)
{
	size_t bytes = 0, all = r->batch.n + 1;

	*p = (struct part){ .deps = calloc(all, sizeof(*p->deps)),
			    .cases = calloc(all, sizeof(*p->cases)),
			    .from = calloc(all, sizeof(*p->from)) };
	if (!p->deps || !p->cases || !p->from)
		return -ENOMEM;
	for (p->next = 0; p->next < r->batch.n && p->n < max; p->next++) {
		const struct batch_case *c = &r->batch.v[p->next];

		if (c->how & BATCH_DEP) {
			p->deps[p->n_deps++] = (struct lab_module){
				c->id, c->image, c->params, true
			};
			continue;
		}
		if (p->next < at)
			continue;
		if (p->n && c->how & BATCH_FRESH)
			break;
		bytes += c->image.n;
		if (p->n && bytes > BYTES_MAX)
			break;
		p->from[p->n] = c;
		p->cases[p->n++] = (struct lab_case){ c->image, c->params,
						      c->how };
	}
	return 0;
}

/* One guest. *at moves behind what was tried. */
static int run_some(struct rig *r, size_t *at, size_t max, struct diag *d)
{
	_cleanup_(part_fini) struct part p = { 0 };
	_cleanup_lab_result_ struct lab_result res = { 0 };
	int e = part_take(r, *at, max, &p);

	if (e < 0)
		return diag_fail(d, -e, "out of memory");
	if (!p.n) {
		*at = r->batch.n;
		return 0;
	}

	const struct lab_request q = { .files = r->file,
				       .n_files = r->n_files,
				       .modules = p.deps,
				       .n_modules = p.n_deps,
				       .cases = p.cases,
				       .n_cases = p.n,
				       .rounds = 0,
				       .timeout_ms = TIMEOUT_MS };

	e = lab_run(&r->c, &q, &res, d);
	if (e < 0)
		return e;

	size_t done = put_answers(r, p.from, p.n, &res);

	if (!done)
		return diag_fail(d, EIO, "the guest tried none of %zu modules",
				 p.n);
	*at = done == p.n ? p.next :
			    (size_t)(p.from[done - 1] - r->batch.v) + 1;
	if (r->one_guest)
		*at = r->batch.n;
	r->boot++;
	(void)fflush(r->out);
	return 0;
}

/*
 * A case may end the emulator itself. Then each is given a guest of its own
 * until it is found.
 */
static int run_all(struct rig *r, struct diag *d)
{
	size_t at = 0, careful = 0;

	while (at < r->batch.n) {
		struct diag mine = { 0 };
		int e = run_some(r, &at, careful ? 1 : r->per_boot, &mine);

		if (e == -EIO && !careful) {
			careful = at + r->per_boot;
			continue;
		}
		if (e == -EIO) {
			(void)fprintf(r->out, "{\"id\": ");
			jline_str(r->out, r->batch.v[at].id);
			(void)fprintf(r->out, ", \"boot\": %u, \"lost_in\": \"insert\", \"lost\": \"emulator\"}\n",
				      r->boot++);
			at++;
			e = 0;
		}
		if (e < 0) {
			*d = mine;
			return e;
		}
		if (at >= careful)
			careful = 0;
	}
	return 0;
}

/* ------------------------------------------------------------ command line */

static int usage(void)
{
	(void)fputs("usage: oracle-rig [-k KERNEL] [-a PARAMETERS] [-m MIB] [-n PER_BOOT] [-s] [-g GUEST] [-w PATH=TEXT]... BATCH\n",
		    stderr);
	return 2;
}

/* "/sys/kernel/security/lockdown=integrity" */
static bool add_file(struct rig *r, char *arg)
{
	char *eq = strchr(arg, '=');

	if (!eq || r->n_files == ARRAY_SIZE(r->file))
		return false;
	*eq = 0;
	r->file[r->n_files++] = (struct lab_file){
		arg, 0600, { (uint8_t *)eq + 1, strlen(eq + 1) }
	};
	return true;
}

static int fail(const struct diag *d)
{
	(void)fprintf(stderr, "oracle-rig: %s%s%s\n", d->where,
		      *d->where ? ": " : "", d->what);
	if (*d->hint)
		(void)fprintf(stderr, "hint: %s\n", d->hint);
	return child_interrupted() ? 128 + child_interrupted() : 3;
}

/* Our process 1 for a kernel of another processor is not in this program. */
static int set_arch(struct rig *r, const struct build_kernel *k,
		    const char *guest, struct diag *d)
{
	if (!str_eq(k->arch, "aarch64"))
		return 0;
	if (!guest)
		return diag_fail(d, EINVAL, "%s is for %s: -g GUEST is missing",
				 k->release, k->arch);
	r->arch = lab_arm64;
	r->arch.guest = guest;
	r->c.arch = &r->arch;
	r->c.engine = LAB_TCG;
	return 0;
}

int main(int argc, char **argv)
{
	struct build_kernel k;
	const char *kernel = NULL, *guest = NULL;
	struct rig r = { .per_boot = PER_BOOT,
			 .c.memory_mib = MEMORY_MIB,
			 .out = stdout };
	struct diag d = { 0 };
	int o;

	while ((o = getopt(argc, argv, "k:a:m:n:sw:g:")) != -1) {
		if (o == 'k')
			kernel = optarg;
		else if (o == 'a')
			r.c.append = optarg;
		else if (o == 'm')
			r.c.memory_mib = (unsigned)strtoul(optarg, NULL, 10);
		else if (o == 'n')
			r.per_boot = strtoul(optarg, NULL, 10);
		else if (o == 's')
			r.one_guest = true;
		else if (o == 'g')
			guest = optarg;
		else if (o != 'w' || !add_file(&r, optarg))
			return usage();
	}
	if (optind + 1 != argc || !r.per_boot)
		return usage();
	child_catch_signals();

	int e = build_kernel_find(kernel, &k, &d);

	if (!e)
		e = batch_read(argv[optind], &r.batch, &d);
	if (!e)
		e = set_arch(&r, &k, guest, &d);
	r.c.release = k.release;
	r.c.image = k.image;
	if (!e)
		e = run_all(&r, &d);
	batch_fini(&r.batch);
	return e < 0 ? fail(&d) : 0;
}
