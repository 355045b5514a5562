/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of a run in which all went well, made up, to be spoilt one at a
 * time: two rounds of the module "mod", with a test.
 */
#ifndef LKM_TESTS_LAB_WORLD_H
#define LKM_TESTS_LAB_WORLD_H

#include <string.h>

#include "lab/verdict.h"
#include "mkko.h"

#define WORLD_LIVE "mod 16384 0 - Live 0xffffffffc0201000 (OE)\n"

struct world {
	struct lab_fact v[128];
	struct lab_result r;
	struct lab_request q;
	struct lab_subject s;
};

/* The fact of that name, or a new one. */
static inline struct lab_fact *world_set(struct world *w, const char *stage,
				  int round, const char *name, int64_t arg,
				  const char *data)
{
	size_t i = 0;

	while (i < w->r.n_facts &&
	       !(str_eq(w->v[i].stage, stage) && w->v[i].round == round &&
		 str_eq(w->v[i].name, name)))
		i++;
	if (i == w->r.n_facts)
		w->r.n_facts++;
	w->v[i] = (struct lab_fact){ .stage = stage, .round = round,
				     .name = name, .arg = arg,
				     .data = { (const uint8_t *)data,
					       strlen(data) } };
	return &w->v[i];
}

static inline void world_drop(struct world *w, const char *stage, int round,
		       const char *name)
{
	for (size_t i = 0; i < w->r.n_facts; i++)
		if (str_eq(w->v[i].stage, stage) && w->v[i].round == round &&
		    (!name || str_eq(w->v[i].name, name))) {
			memmove(&w->v[i], &w->v[i + 1],
				(--w->r.n_facts - i) * sizeof(w->v[0]));
			i--;
		}
}

static inline void world_round(struct world *w, int round)
{
	world_set(w, "insert", round, "errno mod", 0, "");
	world_set(w, "insert", round, "sysfs mod", 0,
		  "initstate live\nrefcnt 0\nsections/.text 0xffffffffc0201000\nparameters/count 1\n");
	world_set(w, "insert", round, "kallsyms mod", 0,
		  "ffffffffc0201000 t mod_init\t[mod]\n");
	world_set(w, "insert", round, "modules", 0, WORLD_LIVE);
	world_set(w, "insert", round, "log", 0, "6,1,1,-;mod: hello\n");
	world_set(w, "insert", round, "taint", 0x3000, "");
	world_set(w, "use", round, "test", 0, "well\n");
	world_set(w, "use", round, "modules", 0, WORLD_LIVE);
	world_set(w, "remove", round, "errno mod", 0, "");
	world_set(w, "remove", round, "modules", 0, "");
	world_set(w, "remove", round, "log", 0, "");
	world_set(w, "remove", round, "taint", 0x3000, "");
}

static const char world_names[] = "/dev/null\n/sys/class/mem\nthread: kswapd0\n";
static const char world_tables[] =
	"/proc/devices: 10 misc\n/proc/interrupts:  24:  5  IO-APIC  serial\n";

static inline void world_init(struct world *w, struct ko *ko)
{
	*w = (struct world){ 0 };
	w->s = (struct lab_subject){ .ko = ko, .path = "mod.ko",
				     .params = "" };
	w->q = (struct lab_request){ .test = "/root/test", .rounds = 2,
				     .timeout_ms = 1000 };
	w->r = (struct lab_result){ .facts = w->v, .end = LAB_COMPLETE,
				    .stage = "end", .round = 2,
				    .console = "", .engine = "tcg",
				    .engine_why = "", .note = "" };
	world_set(w, "start", 0, "taint", 0, "");
	world_round(w, 1);
	world_set(w, "after", 1, "names-before", 0, world_names);
	world_set(w, "after", 1, "names", 0, world_names);
	world_set(w, "after", 1, "tables-before", 0, world_tables);
	world_set(w, "after", 1, "tables", 0, world_tables);
	world_round(w, 2);
	world_set(w, "end", 2, "log", 0, "");
	world_set(w, "end", 2, "taint", 0x3000, "");
	world_set(w, "end", 2, "end", 0, "");
}

/* The module that all of it is about. NULL: no memory. */
static inline struct ko *world_module(void)
{
	const struct mkko m = { .name = "mod" };
	struct bytes b = { 0 };
	struct ko *ko = NULL;

	if (mkko_build(&m, &b) < 0 ||
	    ko_open_bytes("mod.ko", &b, &ko, NULL) < 0)
		bytes_fini(&b);
	return ko;
}

#endif
