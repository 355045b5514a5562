// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oracle_params: a parameter of every type and form, and an init that returns
 * what it is told to.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static int ret;
module_param(ret, int, 0);

static unsigned char p_byte;
module_param(p_byte, byte, 0644);
static short p_short;
module_param(p_short, short, 0444);
static unsigned short p_ushort;
module_param(p_ushort, ushort, 0);
static int p_int;
module_param(p_int, int, 0600);
static unsigned int p_uint;
module_param(p_uint, uint, 0644);
static long p_long;
module_param(p_long, long, 0644);
static unsigned long p_ulong;
module_param(p_ulong, ulong, 0644);
static unsigned long long p_ullong;
module_param(p_ullong, ullong, 0644);
#ifdef param_check_hexint
static unsigned int p_hexint;
module_param(p_hexint, hexint, 0644);
#endif
static bool p_bool;
module_param(p_bool, bool, 0644);
static bool p_invbool;
module_param(p_invbool, invbool, 0644);
static int p_bint;
module_param(p_bint, bint, 0644);
static char *p_charp = "text";
module_param(p_charp, charp, 0444);
static char p_string[16] = "text";
module_param_string(p_string, p_string, sizeof(p_string), 0644);

static int p_ints[4], n_ints;
module_param_array(p_ints, int, &n_ints, 0444);
static char *p_texts[4];
module_param_array(p_texts, charp, NULL, 0444);
static bool p_bools[3];
module_param_array(p_bools, bool, NULL, 0);
static unsigned char p_bytes[8];
module_param_array(p_bytes, byte, NULL, 0644);

static int p_unsafe;
module_param_unsafe(p_unsafe, int, 0644);
static int p_hw;
module_param_hw(p_hw, int, ioport, 0444);
static int p_other;
module_param_named(p_renamed, p_other, int, 0444);

static int __init oracle_params_init(void)
{
	return ret;
}
module_init(oracle_params_init);

static void __exit oracle_params_exit(void)
{
}
module_exit(oracle_params_exit);

MODULE_DESCRIPTION("oracle: parameters");
MODULE_VERSION("1.0");
MODULE_LICENSE("GPL");
