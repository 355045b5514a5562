/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who keeps a module from being unloaded, told to people: see dropin_ui.h. */
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"
#include "dropin_ui.h"
#include "live/holders.h"
#include "live/sysfs.h"

void dropin_say_holders(const char *name)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_holders l;
	struct live_sysfs s;

	if (!live_sysfs_read("", name, &a, &s, NULL))
		for (size_t i = 0; i < s.n_holders; i++) {
			_cleanup_text_ struct text t = { 0 };

			text_addf(&t, "the module %s", s.holders[i]);
			dropin_say("held by", text_str(&t));
		}
	if (live_holders_find("", name, &a, &l, NULL))
		return;
	for (size_t i = 0; i < l.n; i++) {
		const struct live_holder *h = &l.v[i];
		_cleanup_text_ struct text t = { 0 };

		if (h->kind == LIVE_HOLDER_FILE)
			text_addf(&t, "%s (process %d) has %s open (device %u:%u)",
				  h->comm, (int)h->pid, h->path, h->major,
				  h->minor);
		else if (h->kind == LIVE_HOLDER_MOUNT)
			text_addf(&t, "a file system of its type is mounted at %s",
				  h->path);
		else
			text_addf(&t, "the network interface %s", h->path);
		dropin_say("held by", text_str(&t));
	}
}
