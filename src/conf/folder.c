/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of the module folder, see folder.h. */
#include "conf/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.h"

bool conf_pending_counts(int pending_at, const char *pending, int named_at,
			 const char *named)
{
	struct stat p, n;

	if (fstatat(pending_at, pending, &p, 0) < 0)
		return false;
	if (fstatat(named_at, named, &n, 0) < 0)
		return true;
	return p.st_mtim.tv_sec != n.st_mtim.tv_sec
		       ? p.st_mtim.tv_sec > n.st_mtim.tv_sec
		       : p.st_mtim.tv_nsec >= n.st_mtim.tv_nsec;
}

int conf_folder_file(const char *folder, const char *name, char **ret)
{
	_cleanup_free_ char *named = NULL, *pending = NULL;

	if (asprintf(&named, "%s/%s", folder, name) < 0) {
		named = NULL;
		return -ENOMEM;
	}
	if (asprintf(&pending, "%s/" CONF_PENDING "/%s", folder, name) < 0) {
		pending = NULL;
		return -ENOMEM;
	}
	*ret = conf_pending_counts(AT_FDCWD, pending, AT_FDCWD, named)
		       ? take_ptr(pending)
		       : take_ptr(named);
	return 0;
}
