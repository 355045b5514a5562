/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages: to whom the program says, or to stderr. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "internal.h"

static const char *level_name(int prio)
{
	static const char *const names[] = {
		"EMERG",   "ALERT",  "CRITICAL", "ERROR",
		"WARNING", "NOTICE", "INFO",	 "DEBUG",
	};

	if (prio < 0 || (size_t)prio >= ARRAY_SIZE(names))
		return NULL;
	return names[prio];
}

__attribute__((format(printf, 6, 0))) void
log_to_stderr(void *data, int prio, const char *file, int line, const char *fn,
	      const char *format, va_list args)
{
	const char *name = level_name(prio);

	(void)data;
	(void)file;
	(void)line;
	flockfile(stderr);
	if (name)
		(void)fprintf(stderr, "libkmod: %s: %s: ", name, fn);
	else
		(void)fprintf(stderr, "libkmod: L:%d: %s: ", prio, fn);
	(void)vfprintf(stderr, format, args);
	funlockfile(stderr);
}

/* $KMOD_LOG as kmod reads it: any other word is 0. */
int log_default_prio(void)
{
	const char *s = secure_getenv("KMOD_LOG");
	char *end;

	if (!s)
		return LOG_ERR;

	long prio = strtol(s, &end, 10);

	if (!*end || isspace((unsigned char)*end))
		return (int)prio;
	if (str_starts(s, "err"))
		return LOG_ERR;
	if (str_starts(s, "info"))
		return LOG_INFO;
	return str_starts(s, "debug") ? LOG_DEBUG : 0;
}

void log_say(const struct kmod_ctx *ctx, int prio, const char *fn,
	     const char *fmt, ...)
{
	va_list ap;

	if (prio > ctx->prio || !ctx->log)
		return;
	va_start(ap, fmt);
	ctx->log(ctx->log_data, prio, "libkmod", 0, fn, fmt, ap);
	va_end(ap);
}

void log_room(void *ctx, int prio, const char *func, const char *text)
{
	log_say(ctx, prio, func, "%s\n", text);
}

KMOD_EXPORT void kmod_set_log_fn(struct kmod_ctx *ctx,
				 void (*log_fn)(void *log_data, int priority,
						const char *file, int line,
						const char *fn,
						const char *format,
						va_list args),
				 const void *data)
{
	if (!ctx)
		return;
	ctx->log = log_fn;
	ctx->log_data = (void *)(uintptr_t)data;
}

KMOD_EXPORT int kmod_get_log_priority(const struct kmod_ctx *ctx)
{
	return ctx ? ctx->prio : -1;
}

KMOD_EXPORT void kmod_set_log_priority(struct kmod_ctx *ctx, int priority)
{
	if (ctx)
		ctx->prio = priority;
}
