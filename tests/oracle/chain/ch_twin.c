// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_twin: exports what a patched copy exports as chain_one. */
#include "chain.h"

int chain_0ne(void)
{
	return 5;
}
EXPORT_SYMBOL(chain_0ne);

CHAIN_INIT(1);
MODULE_LICENSE("GPL");
