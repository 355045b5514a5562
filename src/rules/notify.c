/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is told of a module that comes, and follows the tables it brings along:
 * jump labels, static calls, trace events. By then its code and constants are
 * read-only, and all of these write.
 *
 * Kernel: jump_label_add_module(), kernel/jump_label.c;
 * static_call_add_module(), kernel/static_call_inline.c;
 * trace_module_add_events(), kernel/trace/trace_events.c.
 */
#include <elf.h>
#include <errno.h>

#include "rules/run.h"

#define JUMP 16	 /* struct jump_entry: code, target, key */
#define JUMP_KEY 8
#define CALL 8 /* struct static_call_site: code, key */
#define CALL_KEY 4
#define FLAGS UINT64_C(3) /* in the low bits of a key */

/* Whole entries only, and no more than there is memory for. */
static uint64_t entries(const struct run *r, uint32_t sec, uint64_t entry)
{
	const struct run_sec *s = &r->sec[sec];
	uint64_t part = sec && s->part >= 0 ? r->r->parts[s->part].size : 0;

	return s->size > part ? 0 : s->size / entry;
}

/* A key is changed when it gets its first user. */
static bool key_ok(struct run *r, uint64_t key)
{
	return run_in_writable(r, key) ||
	       (run_mapped(r, key) && !space_find(&r->space, key));
}

/* Each entry is sorted, marked and then patched. */
static bool jumps_ok(struct run *r)
{
	uint32_t sec = run_find_sec(r, "__jump_table");
	uint64_t n = entries(r, sec, JUMP);

	if (n && !run_in_writable(r, r->sec[sec].addr))
		return run_stray_entry(r, sec, 0);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = r->sec[sec].addr + i * JUMP, key = at + JUMP_KEY;

		key = (key + run_word(r, key, 8)) & ~FLAGS;
		if (!run_in_text(r, run_relative(r, at)) || !key_ok(r, key))
			return run_stray_entry(r, sec, i);
	}
	return true;
}

/* The nearest name in front, as "%ps" has it. */
static const char *nearest(struct run *r, uint64_t addr)
{
	struct run_symbol y, best = { .name = "?" };

	for (uint64_t i = 1; i < r->n_sym && run_symbol(r, i, &y); i++)
		if (y.name && *y.name && y.shndx && y.value <= addr &&
		    y.value > best.value && run_symbol_kept(r, i, &y))
			best = y;
	return run_text(r, "%s [%s]", best.name, r->mod_name);
}

static uint64_t call_key(struct run *r, uint64_t at)
{
	return run_relative(r, at + CALL_KEY) & ~FLAGS;
}

/* One whose key is code is looked up, and no code of a module is found. */
static bool calls_found(struct run *r, uint32_t sec, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = r->sec[sec].addr + i * CALL;

		if (!run_in_text(r, call_key(r, at)))
			continue;
		(void)run_refuse(r, "load.staticcall",
				 PLACES(nearest(r, run_relative(r, at))),
				 run_where(r, sec));
		run_say(r, "load.staticcall.mem", PLACES(NULL));
		return false;
	}
	return true;
}

static bool calls_ok(struct run *r)
{
	uint32_t sec = run_find_sec(r, ".static_call_sites");
	uint64_t n = entries(r, sec, CALL);

	if (r->machine != EM_X86_64) /* no other has them */
		return true;

	if (kern_says(r->k, "Failed to fixup __raw_static_call() usage at: %ps") !=
		    KERN_NO &&
	    !calls_found(r, sec, n))
		return false;
	if (n && !run_in_writable(r, r->sec[sec].addr))
		return run_stray_entry(r, sec, 0);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = r->sec[sec].addr + i * CALL;

		if (!run_in_text(r, run_relative(r, at)) ||
		    !key_ok(r, call_key(r, at)))
			return run_stray_entry(r, sec, i);
	}
	return true;
}

/* Those of a module that is not trusted are left; others are followed. */
static bool events_ok(struct run *r)
{
	const uint64_t harmless = 1 << TAINT_O | 1 << TAINT_C | 1 << TAINT_E |
				  1 << TAINT_N;
	uint32_t sec = run_find_sec(r, "_ftrace_events");
	uint64_t n = entries(r, sec, 8);

	if (n && r->r->taints & ~harmless) {
		run_remark(r, "note.trace.taint", PLACES(r->mod_name), NULL);
		return true;
	}
	for (uint64_t i = 0; i < n; i++) {
		uint64_t call = run_word(r, r->sec[sec].addr + i * 8, 8);

		if (!run_in_writable(r, call))
			return run_stray_entry(r, sec, i);
	}
	return true;
}

bool run_notifiers(struct run *r)
{
	return jumps_ok(r) && calls_ok(r) && events_ok(r);
}
