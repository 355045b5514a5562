/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The handful of compiler shorthands that the whole tree uses.
 *
 * Resources with an owner get `_cleanup_(fn)`; ownership leaves a variable by
 * take_ptr() or take_fd(), so an early return never needs a goto.
 */
#ifndef LKM_BASE_MACROS_H
#define LKM_BASE_MACROS_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))
#define _must_check_ __attribute__((warn_unused_result))
#define _printf_(f, a) __attribute__((format(printf, f, a)))
#define _pure_ __attribute__((pure))
#define _unused_ __attribute__((unused))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define take_ptr(p)                                                           \
	({                                                                    \
		__typeof__(p) *take_p_ = &(p);                                \
		__typeof__(p) take_v_ = *take_p_;                             \
		*take_p_ = NULL;                                              \
		take_v_;                                                      \
	})

#define take_fd(fd)                                                           \
	({                                                                    \
		int *take_f_ = &(fd);                                         \
		int take_v_ = *take_f_;                                       \
		*take_f_ = -1;                                                \
		take_v_;                                                      \
	})

static inline void free_cleanup(void *p)
{
	free(*(void **)p);
}

static inline void close_cleanup(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void fclose_cleanup(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}

#define _cleanup_free_ _cleanup_(free_cleanup)
#define _cleanup_close_ _cleanup_(close_cleanup)
#define _cleanup_fclose_ _cleanup_(fclose_cleanup)

#endif
