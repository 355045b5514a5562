/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What -C names: see config_path.h. */
#include "config_path.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

int config_path(const char *path, struct diag *d)
{
	struct stat st;

	if (!stat(path, &st))
		return 0;
	return diag_fail_hint(d, errno,
			      "-C names a file or a folder: look at the path",
			      "could not read the configuration '%s': %s", path,
			      strerror(errno));
}

void config_paths_tell(const struct dropin_ui *ui, const char *const *paths,
		       size_t n, const char *hint)
{
	struct dropin_ui loud = *ui;

	if (loud.level < LOG_ERR)
		loud.level = LOG_ERR;
	for (size_t i = 0; i < n; i++) {
		struct diag d = { 0 };

		if (!config_path(paths[i], &d))
			continue;
		dropin_log(&loud, LOG_ERR, "%s", d.what);
		if (!dropin_explains(ui))
			continue;
		dropin_say("fix", hint ? hint : d.hint);
	}
}
