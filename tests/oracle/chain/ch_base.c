// SPDX-License-Identifier: GPL-2.0-or-later
/* ch_base: exports of every kind. */
#include "chain.h"

int chain_one(void)
{
	return 1;
}
EXPORT_SYMBOL(chain_one);

int chain_gpl(void)
{
	return 2;
}
EXPORT_SYMBOL_GPL(chain_gpl);

int chain_ns(void)
{
	return 3;
}
CHAIN_EXPORT_NS(chain_ns);

CHAIN_INIT(1);
MODULE_LICENSE("GPL");
