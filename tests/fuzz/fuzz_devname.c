/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a line of modules.devname: nothing gets out of /dev. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "index/devname.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

static bool inside(struct span part, struct span all)
{
	return part.p >= all.p && part.p + part.n <= all.p + all.n;
}

/* Is @s a part of the path @p? */
static bool has_part(struct span p, const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i + n <= p.n; i++)
		if (!memcmp(p.p + i, s, n) && (!i || p.p[i - 1] == '/') &&
		    (i + n == p.n || p.p[i + n] == '/'))
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = { data, size };
	struct idx_devname e;
	struct diag d = { 0 };

	if (idx_devname_parse(s, &e, &d)) {
		need(!d.err == (size && *data == '#'));
		return 0;
	}
	need(inside(e.module, s) && inside(e.device, s) &&
	     inside(e.folder, e.device));
	need(e.module.n && e.device.n && *e.device.p != '/');
	need(!has_part(e.device, "..") && !has_part(e.device, ""));
	need((e.kind == 'c' || e.kind == 'b') && e.major < 4096 &&
	     e.minor < 1048576);
	return 0;
}
