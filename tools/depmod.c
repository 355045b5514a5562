/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * depmod: make the files by which modprobe finds modules. Options, messages
 * and texts are kmod's; the set is written whole or not at all.
 */
#include "depmod.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jobs.h"
#include "base/text.h"
#include "conf/depmod_conf.h"
#include "config_path.h"
#include "index/ahead.h"
#include "index/cache.h"
#include "index/emit.h"
#include "index/facts.h"
#include "index/ksyms.h"
#include "index/learn.h"
#include "index/scan.h"
#include "index/write.h"

/* @base as it is, made absolute; "" for none. 0 or -ENOMEM. */
static int absolute(const char *base, struct text *ret)
{
	_cleanup_free_ char *cwd = NULL;

	if (!base)
		return 0;
	if (*base != '/') {
		cwd = getcwd(NULL, 0);
		if (!cwd)
			return -errno;
		text_addf(ret, "%s/", cwd);
	}
	text_add(ret, base);
	return ret->failed ? -ENOMEM : 0;
}

/* BASE/lib/modules/VERSION */
static int folder_of(const struct depmod_opts *o, const char *base,
		     struct text *ret)
{
	int r = absolute(base, ret);

	text_addf(ret, "/%s/%s", o->moduledir ? o->moduledir : "lib/modules",
		  o->version);
	return r < 0 ? r : ret->failed ? -ENOMEM : 0;
}

/* One run. */
struct run {
	const struct depmod_opts *o;
	struct depmod_report report;
	struct depmod_result res;
	struct idx_tell tell;
	struct depmod_conf conf;
	struct text folder, output;
	struct idx_sources src;
	struct idx_cache cache; /* of the run before                       */
	struct diag cache_d;	/* why there is none                       */
	bool asked;		/* whether there is one                    */
	int scanned;		/* status of scan()                        */
	int64_t began_ns;
	struct idx_learned learned;
	struct idx_graph graph;
	struct bytes symvers, map;
	struct idx_ahead ahead;
	uint32_t wanted; /* of idx_outputs, bit by bit                     */
	struct idx_write write;
	bool writing;
};

static void run_fini(struct run *r)
{
	if (r->writing)
		idx_write_close(&r->write);
	idx_ahead_stop(&r->ahead);
	idx_graph_fini(&r->graph);
	bytes_fini(&r->symvers);
	bytes_fini(&r->map);
	idx_learned_fini(&r->learned);
	idx_cache_fini(&r->cache);
	idx_sources_fini(&r->src);
	depmod_conf_fini(&r->conf);
	depmod_report_fini(&r->report);
	text_fini(&r->folder);
	text_fini(&r->output);
}

/* Keeps an error that ends the run, for --json. The first one counts. */
static void keep_error(struct run *r, const struct diag *d)
{
	if (!r->res.error.err)
		r->res.error = *d;
}

/* Prints an error that ends the run. Return: 1 */
static int failed(struct run *r, int prio, const struct diag *d)
{
	keep_error(r, d);
	dropin_log(&r->o->ui, prio, "%s", d->what);
	if (d->hint[0] && dropin_explains(&r->o->ui))
		dropin_say("fix", d->hint);
	return 1;
}

static void say_conf(void *arg, int prio, const char *text)
{
	struct run *r = arg;

	dropin_log(&r->o->ui, prio, "%s", text);
	if (prio <= LOG_WARNING)
		(void)strv_add(&r->report.complaints, text);
}

static void hint_conf(void *arg, const char *text)
{
	const struct run *r = arg;

	if (dropin_explains(&r->o->ui))
		dropin_say("fix", text);
}

static int read_conf(struct run *r)
{
	const struct depmod_opts *o = r->o;
	struct depmod_conf_from from = {
		.paths = o->n_config ? o->config : NULL,
		.version = o->version,
		.say = say_conf,
		.hint = hint_conf,
		.arg = r,
	};
	struct diag d = { 0 };

	config_paths_tell(&o->ui, o->config, o->n_config, NULL);
	for (size_t i = 0; i < o->n_config; i++) {
		struct diag gone = { 0 };

		if (config_path(o->config[i], &gone))
			(void)strv_add(&r->report.complaints, gone.what);
	}
	return depmod_conf_read(&from, &r->conf, &d) < 0
		       ? failed(r, LOG_CRIT, &d)
		       : 0;
}

/* Waits for another depmod of the same folder. */
static int open_output(struct run *r)
{
	const char *path = text_str(&r->output);
	struct diag d = { 0 };
	int e;

	if (r->o->outdir && dir_make(path, &d) < 0) {
		keep_error(r, &d);
		dropin_log(&r->o->ui, LOG_CRIT, "%s: %s", d.where, d.what);
		return 1;
	}
	e = idx_write_open(path, false, &r->write, &d);
	if (e == -EWOULDBLOCK) {
		if (dropin_explains(&r->o->ui))
			dropin_say("note", "waiting for another depmod");
		e = idx_write_open(path, true, &r->write, &d);
	}
	/* Where there is no folder the search for modules says so. */
	if (e == -ENOENT && !r->o->outdir)
		return 0;
	if (e < 0)
		return failed(r, LOG_CRIT, &d);
	r->writing = true;
	r->res.finished_other = r->write.finished_other;
	return 0;
}

static int scan(struct run *r)
{
	const char *folder = text_str(&r->folder);
	struct diag d = { 0 };
	int e;

	if (r->o->files)
		return idx_scan_files(folder, r->o->files, &r->tell, &r->src,
				      &d) < 0
			       ? failed(r, LOG_CRIT, &d)
			       : 0;
	e = idx_scan(folder, &r->conf, &r->tell, &r->src, &d);
	if (!e)
		return 0;
	dropin_log(&r->o->ui, LOG_ERR, "%s", d.what);
	dropin_log(&r->o->ui, LOG_CRIT, "could not search modules: %s",
		   strerror(-e));
	if (e == -ENOENT)
		diag_hint(&d, "%s", r->o->basedir || r->o->moduledir ?
			"look which folders there are: VERSION is the name of one of them" :
			"'ls /lib/modules' shows the kernels that have modules: 'depmod VERSION'; -b DIR names another root");
	keep_error(r, &d);
	if (d.hint[0] && dropin_explains(&r->o->ui))
		dropin_say("fix", d.hint);
	return 1;
}

/* Does modules.dep name just these modules, and is it newer than they are? */
static bool up_to_date(const struct run *r)
{
	_cleanup_text_ struct text path = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	struct stat st;
	size_t i = 0;

	text_addf(&path, "%s/modules.dep", text_str(&r->output));
	if (path.failed || stat(path.p, &st) < 0 ||
	    file_read_regular(path.p, (size_t)256 << 20, &b, NULL) < 0)
		return false;

	int64_t made = (int64_t)st.st_mtim.tv_sec * 1000000000 +
		       st.st_mtim.tv_nsec;

	for (const char *p = (const char *)b.p, *end = p + b.n; p < end; i++) {
		const char *next = memchr(p, '\n', (size_t)(end - p));
		const struct idx_source *f = &r->src.v[i];
		size_t n;

		if (!next || i >= r->src.n || f->mtime_ns > made)
			return false;
		n = strlen(f->rel);
		if ((size_t)(next - p) <= n || memcmp(p, f->rel, n) ||
		    p[n] != ':')
			return false;
		p = next + 1;
	}
	return i == r->src.n;
}

static void tell_broken(struct run *r)
{
	for (size_t i = 0; i < r->src.n; i++) {
		struct idx_fact f;
		size_t at = 0;

		if (!idx_fact_next(r->src.v[i].facts, &at, &f) ||
		    f.kind != IDX_BROKEN)
			continue;
		idx_tell(&r->tell, (struct idx_event){
					   .kind = IDX_EV_BROKEN,
					   .name = r->src.v[i].path,
					   .other = f.text,
					   .err = (int)f.number,
				   });
	}
}

static void cache_path(const struct run *r, struct text *ret)
{
	text_addf(ret, "%s/" IDX_CACHE_NAME, text_str(&r->output));
}

/* What the run before learnt. */
static void read_cache(void *arg)
{
	_cleanup_text_ struct text path = { 0 };
	struct run *r = arg;

	r->asked = true;
	cache_path(r, &path);
	if (path.failed)
		diag_fail(&r->cache_d, ENOMEM, "out of memory");
	else if (idx_cache_read(path.p, &r->cache, &r->cache_d) < 0)
		r->cache = (struct idx_cache){ 0 };
}

/* Is it so large that it is worth a thread? */
static bool cache_is_large(const struct run *r)
{
	_cleanup_text_ struct text path = { 0 };
	struct stat st;

	cache_path(r, &path);
	return !path.failed && !stat(path.p, &st) && st.st_size >= 256 << 10;
}

static void scan_job(void *arg)
{
	struct run *r = arg;

	r->scanned = scan(r);
}

/* Finds the modules, while another thread reads what is known of them. */
static int scan_and_read(struct run *r)
{
	const struct job jobs[] = { { scan_job, r }, { read_cache, r } };

	if (r->o->full || r->conf.no_facts || r->o->quick ||
	    jobs_processors() == 1 || !cache_is_large(r))
		return scan(r);
	jobs_run(jobs, ARRAY_SIZE(jobs));
	return r->scanned;
}

/* Takes from it what is known of modules that have not changed since. */
static int use_cache(struct run *r, size_t *ret_known)
{
	*ret_known = 0;
	if (!r->o->full && !r->conf.no_facts && !r->asked)
		read_cache(r);
	if (r->cache_d.err)
		dropin_log(&r->o->ui, LOG_INFO, "%s; %s", r->cache_d.what,
			   "every module is read");
	return r->cache.n ? idx_cache_use(&r->cache, &r->src, ret_known, NULL) :
			    0;
}

static int learn(struct run *r)
{
	struct idx_learn_opts lo = { .progress = depmod_progress,
				     .arg = &r->report };
	struct diag d = { 0 };
	size_t known = 0;
	int e = use_cache(r, &known);

	if (!e)
		e = idx_learn(&r->src, &lo, &r->learned, &d);
	depmod_progress_end(&r->report);
	r->res.modules = r->src.n;
	r->res.read = r->src.n - known;
	if (e < 0)
		return failed(r, LOG_CRIT, &d);
	tell_broken(r);
	return 0;
}

static int add_ksyms(struct run *r, const char *path, enum idx_ksyms_kind kind,
		     struct bytes *keep, struct diag *d)
{
	if (!path)
		return 0;

	int e = idx_ksyms_add(&r->graph, path, kind, r->o->prefix, keep, NULL);

	return e < 0 ? diag_fail(d, -e, "could not load %s: %s", path,
				 strerror(-e))
		     : 0;
}

/* Else thousands of symbols are unknown, and nobody says why. */
static void note_empty(const struct run *r, const char *path,
		       const char *wanted)
{
	_cleanup_text_ struct text t = { 0 };

	if (!path || r->graph.n_exports > IDX_KSYMS_MADE_UP ||
	    !dropin_explains(&r->o->ui))
		return;
	text_addf(&t, "%s names no symbol of the kernel: there is no line in it that is %s",
		  path, wanted);
	dropin_say("note", text_str(&t));
}

/* The kernel's symbols, before kmod looks for modules, too. */
static int read_ksyms(struct run *r)
{
	const struct depmod_opts *o = r->o;
	struct diag d = { 0 };
	int e;

	r->graph.tell = &r->tell;
	r->graph.unknown = o->errsyms && (o->symvers || o->map);
	r->graph.crcs = o->errsyms && o->symvers;
	r->graph.needs = o->ui.level > LOG_WARNING;
	e = add_ksyms(r, o->map, IDX_SYSTEM_MAP, &r->map, &d);
	note_empty(r, o->map, "a line of System.map with __ksymtab_");
	if (!e)
		e = add_ksyms(r, o->symvers, IDX_SYMVERS, &r->symvers, &d);
	note_empty(r, o->symvers, "a line of Module.symvers about vmlinux");
	return e < 0 ? failed(r, LOG_CRIT, &d) : 0;
}

static int link_modules(struct run *r)
{
	struct diag d = { 0 };
	int e = idx_graph_link(&r->graph, &r->src, &d);

	for (uint32_t i = 0; i < r->graph.n_exports; i++)
		r->res.symbols += r->graph.exports[i].owner != IDX_KERNEL;
	if (e == -ELOOP) {
		keep_error(r, &d);
		return 1;
	}
	if (e < 0)
		return failed(r, LOG_CRIT, &d);
	idx_ahead_linked(&r->ahead);
	return 0;
}

/* No store, and none that is there may stay: it would grow old. */
static bool without_facts(const struct run *r)
{
	return r->o->no_facts || r->conf.no_facts;
}

/*
 * A tree elsewhere (-b, -o) is mostly one that is made once: a package, or the
 * image that dracut or initramfs-tools put together, which the kernel unpacks
 * into memory. There, only a store that somebody put there is kept up.
 */
static bool keeps_cache(const struct run *r)
{
	_cleanup_text_ struct text path = { 0 };

	if (without_facts(r))
		return false;
	if (!r->o->outdir && (!r->o->basedir || str_eq(r->o->basedir, "/")))
		return true;
	text_addf(&path, "%s/" IDX_CACHE_NAME, text_str(&r->output));
	return !path.failed && access(path.p, F_OK) == 0;
}

/* Is output @i to be made? The store is not if nothing is new in it. */
static bool wants(const struct run *r, unsigned i)
{
	const struct idx_output *out = &idx_outputs[i];

	if (r->o->show)
		return out->text;
	return !out->optional ||
	       (keeps_cache(r) && (r->res.read || r->cache.n != r->src.n));
}

static int begin_to_make(struct run *r)
{
	const struct idx_emit e = { .src = &r->src,
				    .graph = &r->graph,
				    .began_ns = r->began_ns,
				    .inputs = text_str(&r->folder),
				    .tell = &r->tell };
	struct diag d = { 0 };

	for (unsigned i = 0; i < idx_n_outputs; i++)
		r->wanted |= (uint32_t)wants(r, i) << i;
	return idx_ahead_start(&e, r->wanted, &r->ahead, &d) < 0 ?
		       failed(r, LOG_CRIT, &d) :
		       0;
}

/* Is the file of this name in the output folder another one? */
static bool differs(const struct run *r, const char *name, struct span now)
{
	_cleanup_text_ struct text path = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };

	text_addf(&path, "%s/%s", text_str(&r->output), name);
	return path.failed || file_read_regular(path.p, now.n, &b, NULL) < 0 ||
	       b.n != now.n || (b.n && memcmp(b.p, now.p, b.n));
}

static int put_file(struct run *r, const struct idx_output *out,
		    const struct bytes *b, struct diag *d)
{
	if (out->optional)
		return idx_write_optional(&r->write, out->name, bytes_span(b),
					  d);
	if (r->o->json)
		r->res.files[r->res.n_files++] = (struct depmod_file){
			out->name, b->n, differs(r, out->name, bytes_span(b))
		};
	if (!r->o->show)
		return idx_write_file(&r->write, out->name, bytes_span(b), d);
	if (!r->o->json && b->n)
		(void)fwrite(b->p, 1, b->n, stdout);
	return 0;
}

/* The indexes are there. What was to make the next run faster may not be. */
static void tell_cache(struct run *r)
{
	const struct diag *d = &r->write.left_out;

	if (without_facts(r) &&
	    unlinkat(r->write.fd, IDX_CACHE_NAME, 0) < 0 && errno != ENOENT)
		dropin_log(&r->o->ui, LOG_WARNING,
			   "could not remove '" IDX_CACHE_NAME "' in %s: %s",
			   text_str(&r->output), strerror(errno));
	if (!d->err)
		return;
	dropin_log(&r->o->ui, LOG_WARNING, "%s", d->what);
	if (!dropin_explains(&r->o->ui))
		return;
	dropin_say("note", "the indexes are complete without it; the next depmod reads more modules again");
	if (d->hint[0])
		dropin_say("fix", d->hint);
}

/* 0; -EINTR: a signal waits, and what was written so far has to go. */
static int go_on(const struct run *r, struct diag *d)
{
	return !r->o->show && depmod_told_to_end() ?
		       diag_fail(d, EINTR, "ended by a signal; nothing was changed") :
		       0;
}

static int write_all(struct run *r)
{
	struct diag d = { 0 };
	int err = 0;

	if (!r->o->show)
		depmod_hold_signals();
	for (unsigned i = 0; !err && i < idx_n_outputs; i++) {
		_cleanup_bytes_ struct bytes b = { 0 };

		if (!(r->wanted >> i & 1))
			continue;
		err = idx_ahead_take(&r->ahead, i, &b, &d);
		if (!err)
			err = put_file(r, &idx_outputs[i], &b, &d);
		if (!err)
			err = go_on(r, &d);
	}
	if (!err && !r->o->show)
		err = idx_write_commit(&r->write, &d);
	/* Of that the signal tells. */
	if (err == -EINTR)
		keep_error(r, &d);
	else if (err < 0)
		(void)failed(r, LOG_ERR, &d);
	if (err < 0)
		return 1;
	if (!r->o->show)
		tell_cache(r);
	r->res.written = !r->o->show;
	return 0;
}

static int steps(struct run *r)
{
	int status = read_conf(r);

	if (!status)
		status = read_ksyms(r);
	if (!status && !r->o->show)
		status = open_output(r);
	if (!status)
		status = scan_and_read(r);
	if (status)
		return status;
	if (r->o->quick && up_to_date(r)) {
		r->res.up_to_date = true;
		return 0;
	}
	status = learn(r);
	if (!status)
		status = begin_to_make(r);
	if (!status)
		status = link_modules(r);
	return status ? status : write_all(r);
}

static int64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Where it reads and writes. */
static int settle(struct run *r)
{
	const struct depmod_opts *o = r->o;
	struct diag d = { 0 };
	int e = folder_of(o, o->basedir, &r->folder);

	if (!e)
		e = folder_of(o, o->outdir ? o->outdir : o->basedir,
			      &r->output);
	if (!e)
		return 0;
	diag_fail(&d, -e, "could not tell where %s is",
		  o->basedir ? o->basedir : "/");
	return failed(r, LOG_CRIT, &d);
}

static int run(const struct depmod_opts *o)
{
	_cleanup_(run_fini) struct run r = { .o = o };

	depmod_report_init(&r.report, o);
	r.began_ns = now_ns();
	r.tell = (struct idx_tell){ depmod_tell, &r.report };
	r.res.status = settle(&r);
	r.res.folder = text_str(&r.folder);
	r.res.output = text_str(&r.output);
	if (!r.res.status)
		r.res.status = steps(&r);
	if (o->json && depmod_json(&r.report, &r.res) < 0)
		return 1;
	if (fflush(stdout) || ferror(stdout)) {
		dropin_log(&o->ui, LOG_ERR, "could not write the output: %s",
			   strerror(errno));
		return 1;
	}
	return r.res.status;
}

int depmod_main(int argc, char **argv)
{
	_cleanup_free_ const char **config =
		calloc((size_t)argc + 1, sizeof(*config));
	struct depmod_opts o = { .ui = { .tool = "depmod",
					 .level = LOG_WARNING },
				 .config = config };
	struct utsname u;
	int status;

	if (!config || uname(&u))
		return 1;
	/* Large modules, decompressed, are given back when they are read. */
	(void)mallopt(M_MMAP_THRESHOLD, 2 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 4 << 20);
	status = depmod_parse(&o, argc, argv, u.release);
	if (status < 0)
		status = run(&o);
	depmod_release_signals();
	return status;
}
