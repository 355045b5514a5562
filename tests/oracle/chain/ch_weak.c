// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_weak: takes what it can do without. */
#include "chain.h"

int chain_one(void) __weak;

CHAIN_INIT(!chain_one || chain_one());
MODULE_LICENSE("GPL");
