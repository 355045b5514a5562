// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

MODULE_DESCRIPTION("Says good morning and good night");
MODULE_LICENSE("GPL");
