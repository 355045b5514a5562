/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: clock - how long something took, and until when it may
 *
 * The time since some moment, which is the same for all processes. It never
 * jumps, whatever is done to the time of day.
 */
#ifndef LKM_BASE_CLOCK_H
#define LKM_BASE_CLOCK_H

#include <stdint.h>

/* In microseconds, and in milliseconds. */
uint64_t clock_us(void);
uint64_t clock_ms(void);

#endif
