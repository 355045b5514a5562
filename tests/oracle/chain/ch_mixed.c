// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_mixed: takes what is for GPL only, and from one that is not. */
#include "chain.h"

CHAIN_INIT(chain_shut() + chain_gpl());
MODULE_LICENSE("GPL");
