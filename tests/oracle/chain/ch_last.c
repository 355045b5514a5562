// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_last: takes from one that has inherited. */
#include "chain.h"

CHAIN_INIT(chain_heir());
MODULE_LICENSE("GPL");
