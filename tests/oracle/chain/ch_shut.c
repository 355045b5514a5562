// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_shut: not free. */
#include "chain.h"

int chain_shut(void)
{
	return 4;
}
EXPORT_SYMBOL(chain_shut);

CHAIN_INIT(1);
MODULE_LICENSE("Proprietary");
