// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list_corrupt: init adds one entry to a list twice.
 *
 * A judge must say: failed while inserting: list_add corruption.
 */
#include <linux/init.h>
#include <linux/list.h>
#include <linux/module.h>

static LIST_HEAD(head);
static LIST_HEAD(entry);

static int __init list_corrupt_init(void)
{
	list_add(&entry, &head);
	list_add(&entry, &head);
	return 0;
}
module_init(list_corrupt_init);

static void __exit list_corrupt_exit(void)
{
	list_del(&entry);
}
module_exit(list_corrupt_exit);

MODULE_DESCRIPTION("bad on purpose: list_corrupt");
MODULE_LICENSE("GPL");
