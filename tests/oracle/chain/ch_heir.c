// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_heir: free, but takes from one that is not. */
#include "chain.h"

int chain_heir(void)
{
	return chain_shut();
}
EXPORT_SYMBOL(chain_heir);

CHAIN_INIT(1);
MODULE_LICENSE("GPL");
