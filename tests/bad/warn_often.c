// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * warn_often: init trips one WARN() three times, with another number in its
 * text each time, and another one in between.
 *
 * A judge must say: failed while inserting: a WARNING at bad/warn_often.c,
 * told once and not for each time (two rounds: six times).
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/module.h>

static int __init warn_often_init(void)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		WARN(1, "warn_often: %u, 0x%x\n", i, 0xbad0 + i);
		WARN(i == 1, "warn_often: in between\n");
	}
	return 0;
}
module_init(warn_often_init);

static void __exit warn_often_exit(void)
{
}
module_exit(warn_often_exit);

MODULE_DESCRIPTION("bad on purpose: warn_often");
MODULE_LICENSE("GPL");
