// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_mid: takes from one, gives to another, has a parameter. */
#include "chain.h"

int chain_two(void)
{
	return chain_one() + 1;
}
EXPORT_SYMBOL(chain_two);

static int depth = 1;
module_param(depth, int, 0644);

CHAIN_INIT(depth);
MODULE_LICENSE("GPL");
