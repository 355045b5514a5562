/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm why, asked about an errno: its causes in groups. What users report most
 * comes first, among the groups and in each. Of many causes each is told once,
 * with what the kernel's log has then.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/errname.h"
#include "base/text.h"
#include "ui.h"
#include "why_text.h"

/*
 * A row is for the rules that it names and no row above it. With a title it
 * begins a group.
 */
static const struct cause {
	const char *title;
	const char *rules; /* pattern of fnmatch(3)                         */
	const char *why;   /* they are one cause, and this tells it; "": the
			    * first of them tells it. NULL: each has its own */
} causes[] = {
	{ "It is not permitted here", "*load.cap" },
	{ NULL, "*load.userns", "" },
	{ NULL, "*load.disabled" },
	{ NULL, "load.blacklist" },
	{ NULL, "load.lsm.acces" },
	{ NULL, "load.ima" },
	{ NULL, "load.none" },

	{ "It has no signature, or none that the kernel trusts", "load.sig.lockdown" },
	{ NULL, "load.sig.unsigned" },
	{ NULL, "load.sig.nokey" },
	{ NULL, "load.sig.rejected" },
	{ NULL, "load.sig.crypto" },
	{ NULL, "load.sig.blacklist" },

	{ "It was built for another kernel", "load.vermagic" },
	{ NULL, "load.crc.layout" },
	{ NULL, "load.this_module.size" },
	{ NULL, "load.crc" },
	{ NULL, "load.symbol.refused" },
	{ NULL, "load.btf" },
	{ NULL, "load.crc.layout.none" },
	{ NULL, "load.crc.none" },
	{ NULL, "load.crc.force" },
	{ NULL, "load.exports.crc" },
	{ NULL, "load.vermagic.none" },
	{ NULL, "load.symbol.flags" },
	{ NULL, "load.livepatch.off" },

	{ "It is no module, or one for another processor", "load.elf.arch" },
	{ NULL, "load.elf.magic" },
	{ NULL, "load.this_module.none" },
	{ NULL, "load.this_module.one*", "" },
	{ NULL, "load.elf.type" },
	{ NULL, "load.elf.modinfo.many" },
	{ NULL, "load.elf.any" },

	{ "A symbol that it needs is not there, or not for it", "load.symbol.unknown" },
	{ NULL, "load.ns*" },
	{ NULL, "load.gpl.mixed*", "" },

	{ "A parameter is wrong", "load.param.unknown" },
	{ NULL, "load.param.invalid" },
	{ NULL, "load.param.*" },

	{ "It was stripped too far, or not built as the kernel is", "load.stripped" },
	{ NULL, "load.symbol.common" },
	{ NULL, "load.rela.nonzero*", "" },
	{ NULL, "load.rela.*type", "" },
	{ NULL, "load.rela.[om]*", "" },
	{ NULL, "load.rel*" },
	{ NULL, "load.wx" },
	{ NULL, "load.this_module.*" },
	{ NULL, "load.plt*" },
	{ NULL, "load.ftrace.section" },
	{ NULL, "load.alternatives" },
	{ NULL, "load.staticcall" },
	{ NULL, "load.ctors" },
	{ NULL, "load.name.empty" },

	{ "A module of its name is there", "load.loaded" },

	{ "Its own init function says it, or the log says nothing", "load.init.ebusy" },
	{ NULL, "load.init.e*" },
	{ NULL, "load.symbol" },
	{ NULL, "load.einval" },
	{ NULL, "load.format" },
	{ NULL, "load.perm" },

	{ "There is no room for it", "load.mem" },
	{ NULL, "load.percpu" },
	{ NULL, "load.staticcall.mem" },

	{ "Another module is in the way, or is waited for", "load.builtin*", "" },
	{ NULL, "load.symbol.duplicate" },
	{ NULL, "load.sysfs.duplicate" },
	{ NULL, "load.symbol.busy" },
	{ NULL, "load.symbol.wait" },
	{ NULL, "load.loading" },

	{ "The file is empty, odd or compressed", "load.file.*" },
	{ NULL, "load.*.magic" },
	{ NULL, "load.decompress*" },
	{ NULL, "load.flags" },

	{ "The signature is damaged, or of another kind", "load.sig.pkcs7*",
	  "the appended signature is damaged, or not of the kind that scripts/sign-file of the kernel headers makes" },
	{ NULL, "load.sig.*" },

	{ "The file is damaged, or was cut short", "load.init.short" },
	{ NULL, "load.elf.*", "the file is damaged, or was cut short" },
	{ NULL, "load.symbol.section" },
	{ NULL, "load.crc.ext*" },

	{ "It is a live patch", "load.livepatch.module" },
	{ NULL, "load.livepatch.mark*", "" },
	{ NULL, "load.livepatch.*" },

	{ "Something else", "load.*" },

	{ "It was to be taken out (rmmod, modprobe -r)", "unload.permanent" },
	{ NULL, "unload*" },
};

/* Of very many the ones that people meet with the files that they have. */
static const char *const usual[] = {
	"load.vermagic",    "load.crc.layout",	   "load.this_module.size",
	"load.elf.arch",    "load.elf.magic",	   "load.this_module.none",
	"load.stripped",    "load.format",	   "load.symbol.duplicate",
	"load.crc",	    "load.symbol.refused", "load.btf",
	"load.ns",	    "load.param.invalid",  "load.init.einval",
	"load.einval",	    "load.file.empty",
};

/* Of more than these only the usual ones are told, if not all are asked for. */
#define MANY_ROWS 20

static bool is_usual(const struct rule_reason *row)
{
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (str_eq(row->id, usual[i]))
			return true;
	return false;
}

static bool names(const struct cause *c, const struct rule_reason *row)
{
	const struct cause *first = causes;

	while (first < c && fnmatch(first->rules, row->id, 0) != 0)
		first++;
	return first == c && fnmatch(c->rules, row->id, 0) == 0;
}

bool why_refuses(const struct rule_reason *row, int err,
		 const enum rule_op *op)
{
	return row->kind == RULE_REFUSES && row->err == err &&
	       !rule_is_detail(row) && (!op || row->op == *op);
}

static void put(const char *what, const char *text)
{
	(void)printf("    %-4s ", what);
	ui_put_folded(stdout, text, 9);
	(void)putchar('\n');
}

static void put_why(const struct rule_reason *row)
{
	const struct rule_match m = why_unsaid(row);
	const struct rule_subject about = { .err = row->err };
	_cleanup_text_ struct text why = { 0 };

	rule_explain(row->why, &m, &about, &why);
	put("why", text_str(&why));
}

static void put_rule(const struct rule_reason *row)
{
	(void)printf("  %s%s%s\n", ui_colour(stdout, UI_BOLD), row->id,
		     ui_colour(stdout, UI_PLAIN));
	put("log", row->log ? row->log : "(nothing)");
}

/* @few: the usual ones only. Return: whether there were any. */
static bool put_cause(const struct cause *c, const char *title, int err,
		      const enum rule_op *op, bool few)
{
	const struct rule_reason *row, *first = NULL;

	for (size_t i = 0; (row = rule_reason_at(i)); i++) {
		if (!why_refuses(row, err, op) || !names(c, row) ||
		    (few && !is_usual(row)))
			continue;
		if (!first && title) {
			(void)putchar('\n');
			ui_say(stdout, 2, "%s:", title);
		}
		first = first ? first : row;
		put_rule(row);
		if (!c->why)
			put_why(row);
	}
	if (first && c->why && *c->why)
		put("why", c->why);
	else if (first && c->why)
		put_why(first);
	return first;
}

void why_each(int err, const enum rule_op *op,
	      void (*tell)(void *arg, const struct rule_reason *row), void *arg)
{
	const struct rule_reason *row;

	for (size_t c = 0; c < ARRAY_SIZE(causes); c++)
		for (size_t i = 0; (row = rule_reason_at(i)); i++)
			if (why_refuses(row, err, op) && names(&causes[c], row))
				tell(arg, row);
}

/* How many are behind it, or of the usual ones. */
static size_t count(int err, const enum rule_op *op, bool few)
{
	const struct rule_reason *row;
	size_t n = 0;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		n += why_refuses(row, err, op) && (!few || is_usual(row));
	return n;
}

void why_causes(int err, const enum rule_op *op, bool all)
{
	size_t n = count(err, op, false);
	bool few = !all && n > MANY_ROWS;
	const char *title = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(causes); i++) {
		title = causes[i].title ? causes[i].title : title;
		if (put_cause(&causes[i], title, err, op, few))
			title = NULL;
	}
	if (!few)
		return;
	(void)putchar('\n');
	ui_say(stdout, 2, "And %zu more, which mostly a damaged or hand-made file meets: 'lkm why -v %s'",
	       n - count(err, op, true), err_name(err));
}
