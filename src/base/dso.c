/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Libraries on demand: see dso.h. Never linked into a static program. */
#undef LKM_STATIC
#include "base/dso.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

static int load(struct dso *l, struct diag *d)
{
	void *lib = dlopen(l->soname, RTLD_NOW | RTLD_LOCAL);

	if (!lib) {
		diag_fail(d, ENOPKG, "the library %s cannot be loaded: %s",
			  l->soname, dlerror());
		diag_hint(
			d,
			"install the package that has %s (Debian: 'apt install %s')",
			l->soname, l->package);
		return -ENOPKG;
	}
	for (const struct dso_fn *f = l->fns; f->name; f++) {
		void *p = dlsym(lib, f->name);

		if (!p) {
			(void)dlclose(lib);
			diag_fail(d, ENOPKG,
				  "the library %s has no function %s",
				  l->soname, f->name);
			diag_hint(d, "install a newer %s", l->package);
			return -ENOPKG;
		}
		/* The way POSIX lets an object pointer become a function's. */
		memcpy(f->slot, &p, sizeof(p));
	}
	return 0;
}

int dso_need(struct dso *l, struct diag *d)
{
	int r = 0;

	if (__atomic_load_n(&l->ready, __ATOMIC_ACQUIRE))
		return 0;
	(void)pthread_mutex_lock(&l->lock);
	if (!l->ready) {
		r = load(l, d);
		__atomic_store_n(&l->ready, !r, __ATOMIC_RELEASE);
	}
	(void)pthread_mutex_unlock(&l->lock);
	return r;
}

