// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_top: takes from two; one symbol is for GPL only, one in a namespace. */
#include "chain.h"

CHAIN_INIT(chain_two() + chain_gpl() + chain_ns());
CHAIN_IMPORT_NS;
MODULE_LICENSE("GPL");
