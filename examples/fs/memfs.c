// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memfs: a file system that lies in memory, and can be written.
 *
 *	mount -t memfs none /mnt
 *	mount -t memfs -o inodes=100,mode=700 none /mnt
 *
 * The kernel's VFS keeps what it knows of any file system in three kinds of
 * object: a super block for each mounted instance, an inode for each file or
 * folder, a dentry for each name. A file system fills them from its disk and
 * writes them back. This one has no disk: the objects themselves are all that
 * there is. So they must stay in memory until they are deleted, which others'
 * need not; of names see memfs_keep(), of data see memfs_new_inode().
 *
 * What a file system need not do itself, the kernel has ready: functions that
 * begin with simple_ for names in memory, with generic_file_ for data in the
 * page cache.
 *
 *	lkm try examples/fs
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/statfs.h>
#include <linux/version.h>

enum {
	MEMFS_MAGIC = 0x6d656d66, /* statfs(2) tells it: "memf" */
	MEMFS_INODES = 4096, /* how many there may be, if no one says */
};

/* What each mounted instance has of its own: super_block::s_fs_info. */
struct memfs {
	atomic_long_t inodes; /* that there are */
	unsigned int max_inodes;
	umode_t mode; /* of the root folder */
};

static struct memfs *memfs_of(struct super_block *sb)
{
	return sb->s_fs_info;
}

/* ------------------------------------------------------- what changed */

/*
 * Whose user numbers count, if a mount maps them: nobody says before Linux
 * 5.12, a user namespace says from then on, a struct mnt_idmap since 6.3.
 * MEMFS_MAP is a first parameter, MEMFS_PASS hands it on.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 12, 0)
#define MEMFS_MAP
#define MEMFS_PASS
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define MEMFS_MAP struct user_namespace *map,
#define MEMFS_PASS map,
#else
#define MEMFS_MAP struct mnt_idmap *map,
#define MEMFS_PASS map,
#endif

/* Since 6.15, mkdir may answer with another dentry than it was given. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define MEMFS_MKDIR_RETURNS int
#define MEMFS_MKDIR_RETURN(err) (err)
#else
#define MEMFS_MKDIR_RETURNS struct dentry *
#define MEMFS_MKDIR_RETURN(err) ERR_PTR(err)
#endif

/* Since 6.6, the times of an inode are set by functions only. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
static void memfs_touch(struct inode *inode)
{
	inode->i_mtime = current_time(inode);
	inode->i_ctime = inode->i_mtime;
}

static void memfs_new_times(struct inode *inode)
{
	memfs_touch(inode);
	inode->i_atime = inode->i_mtime;
}
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static void memfs_touch(struct inode *inode)
{
	inode->i_mtime = inode_set_ctime_current(inode);
}

static void memfs_new_times(struct inode *inode)
{
	memfs_touch(inode);
	inode->i_atime = inode->i_mtime;
}
#else
static void memfs_touch(struct inode *inode)
{
	inode_set_mtime_to_ts(inode, inode_set_ctime_current(inode));
}

static void memfs_new_times(struct inode *inode)
{
	simple_inode_init_ts(inode);
}
#endif

/*
 * A dentry that nobody uses may be forgotten, for a disk has the name, too.
 * Not here: each name counts as used once until it is deleted; simple_unlink()
 * gives that back, and unmounting does for all that are left. Since 6.19 the
 * kernel marks such names instead.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
static void memfs_keep(struct dentry *dentry, struct inode *inode)
{
	d_instantiate(dentry, inode);
	dget(dentry);
}

#define memfs_drop_super kill_litter_super
#else
#define memfs_keep d_make_persistent
#define memfs_drop_super kill_anon_super
#endif

/* Inodes are not worth keeping when the last name and user is gone. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define inode_just_drop generic_delete_inode
#endif

/* Since 5.18 the page cache speaks of folios, and has these ready. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
static int memfs_dirty_page(struct page *page)
{
	/* Nothing will be written back, so there is no one to tell. */
	return !TestSetPageDirty(page);
}

static const struct address_space_operations ram_aops = {
	.readpage = simple_readpage,
	.write_begin = simple_write_begin,
	.write_end = simple_write_end,
	.set_page_dirty = memfs_dirty_page,
};
#endif

/* The old one waits for pages in a way that has been improved since 6.5. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define filemap_splice_read generic_file_splice_read
#endif

/* --------------------------------------------------------------- files */

static const struct file_operations memfs_file_ops = {
	.llseek = generic_file_llseek,
	.read_iter = generic_file_read_iter,
	.write_iter = generic_file_write_iter,
	.mmap = generic_file_mmap,
	.splice_read = filemap_splice_read,
	.splice_write = iter_file_splice_write,
	.fsync = noop_fsync, /* memory is all there is: nothing to do */
};

static const struct inode_operations memfs_file_inode_ops = {
	.setattr = simple_setattr, /* chmod, chown, truncate, utime */
	.getattr = simple_getattr, /* stat */
};

/* ------------------------------------------------------------- folders */

static const struct inode_operations memfs_dir_inode_ops;

/* Takes one of the instance's inodes, if there are any left. */
static bool memfs_may_add(struct memfs *fs)
{
	if (atomic_long_inc_return(&fs->inodes) <= fs->max_inodes)
		return true;
	atomic_long_dec(&fs->inodes);
	return false;
}

/* An inode for a file, folder or symbolic link; or ERR_PTR(). */
static struct inode *memfs_new_inode(MEMFS_MAP struct super_block *sb,
				     const struct inode *dir, umode_t mode)
{
	struct inode *inode;

	if (!memfs_may_add(memfs_of(sb)))
		return ERR_PTR(-ENOSPC);
	inode = new_inode(sb);
	if (!inode) {
		atomic_long_dec(&memfs_of(sb)->inodes);
		return ERR_PTR(-ENOMEM);
	}

	inode->i_ino = get_next_ino();
	/* Owner and group: the caller's, or the folder's if it is setgid. */
	inode_init_owner(MEMFS_PASS inode, dir, mode);
	memfs_new_times(inode);

	/* Nobody may take the pages away to make room: there is no copy. */
	inode->i_mapping->a_ops = &ram_aops;
	mapping_set_gfp_mask(inode->i_mapping, GFP_HIGHUSER);
	mapping_set_unevictable(inode->i_mapping);

	switch (mode & S_IFMT) {
	case S_IFREG:
		inode->i_op = &memfs_file_inode_ops;
		inode->i_fop = &memfs_file_ops;
		break;
	case S_IFDIR:
		inode->i_op = &memfs_dir_inode_ops;
		inode->i_fop = &simple_dir_operations;
		inc_nlink(inode); /* its own "." */
		break;
	case S_IFLNK:
		inode->i_op = &page_symlink_inode_operations;
		inode_nohighmem(inode);
		break;
	}
	return inode;
}

/* An inode, and its name in a folder. */
static int memfs_make(MEMFS_MAP struct inode *dir, struct dentry *dentry,
		      umode_t mode)
{
	struct inode *inode = memfs_new_inode(MEMFS_PASS dir->i_sb, dir, mode);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (S_ISDIR(mode))
		inc_nlink(dir); /* the new one's ".." */
	memfs_touch(dir);
	memfs_keep(dentry, inode);
	return 0;
}

static int memfs_create(MEMFS_MAP struct inode *dir, struct dentry *dentry,
			umode_t mode, bool excl)
{
	return memfs_make(MEMFS_PASS dir, dentry, mode | S_IFREG);
}

static MEMFS_MKDIR_RETURNS memfs_mkdir(MEMFS_MAP struct inode *dir,
				       struct dentry *dentry, umode_t mode)
{
	int err = memfs_make(MEMFS_PASS dir, dentry, mode | S_IFDIR);

	return MEMFS_MKDIR_RETURN(err);
}

/* A symbolic link is a file whose text is where it leads. */
static int memfs_symlink(MEMFS_MAP struct inode *dir, struct dentry *dentry,
			 const char *target)
{
	struct inode *inode = memfs_new_inode(MEMFS_PASS dir->i_sb, dir,
					      S_IFLNK | 0777);
	int err;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	err = page_symlink(inode, target, strlen(target) + 1);
	if (err) {
		iput(inode);
		return err;
	}
	memfs_touch(dir);
	memfs_keep(dentry, inode);
	return 0;
}

static const struct inode_operations memfs_dir_inode_ops = {
	.lookup = simple_lookup, /* what is not in memory is not there */
	.create = memfs_create,
	.mkdir = memfs_mkdir,
	.symlink = memfs_symlink,
	.link = simple_link,
	.unlink = simple_unlink,
	.rmdir = simple_rmdir,
	.rename = simple_rename,
	.setattr = simple_setattr,
	.getattr = simple_getattr,
};

/* ------------------------------------------------------ the super block */

/* df(1): blocks it does not count, inodes it does. */
static int memfs_statfs(struct dentry *dentry, struct kstatfs *st)
{
	struct memfs *fs = memfs_of(dentry->d_sb);
	long used = atomic_long_read(&fs->inodes);
	int err = simple_statfs(dentry, st);

	st->f_files = fs->max_inodes;
	/* For a moment, memfs_may_add() counts one too many. */
	st->f_ffree = max_t(long, (long)fs->max_inodes - used, 0);
	return err;
}

/* The last name and the last user of an inode are gone. */
static void memfs_evict_inode(struct inode *inode)
{
	truncate_inode_pages_final(&inode->i_data);
	clear_inode(inode);
	atomic_long_dec(&memfs_of(inode->i_sb)->inodes);
}

/* /proc/mounts: the options that would make this instance again. */
static int memfs_show_options(struct seq_file *m, struct dentry *root)
{
	struct memfs *fs = memfs_of(root->d_sb);

	seq_printf(m, ",inodes=%u,mode=%o", fs->max_inodes, fs->mode);
	return 0;
}

static const struct super_operations memfs_super_ops = {
	.statfs = memfs_statfs,
	.show_options = memfs_show_options,
	.drop_inode = inode_just_drop,
	.evict_inode = memfs_evict_inode,
};

static struct inode *memfs_root(struct super_block *sb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 12, 0)
	return memfs_new_inode(sb, NULL, S_IFDIR | memfs_of(sb)->mode);
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	return memfs_new_inode(&init_user_ns, sb, NULL,
			       S_IFDIR | memfs_of(sb)->mode);
#else
	return memfs_new_inode(&nop_mnt_idmap, sb, NULL,
			       S_IFDIR | memfs_of(sb)->mode);
#endif
}

/* Whatever this leaves half done, memfs_kill_super() tidies up. */
static int memfs_fill_super(struct super_block *sb, struct fs_context *fc)
{
	struct inode *inode;

	sb->s_magic = MEMFS_MAGIC;
	sb->s_op = &memfs_super_ops;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_blocksize = PAGE_SIZE;
	sb->s_blocksize_bits = PAGE_SHIFT;
	sb->s_time_gran = 1; /* nanoseconds */

	inode = memfs_root(sb);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	sb->s_root = d_make_root(inode); /* takes the inode, even if it fails */
	return sb->s_root ? 0 : -ENOMEM;
}

static void memfs_kill_super(struct super_block *sb)
{
	struct memfs *fs = memfs_of(sb);

	memfs_drop_super(sb);
	kfree(fs);
}

/* --------------------------------------------------------------- mounting */

enum { MEMFS_OPT_INODES, MEMFS_OPT_MODE };

static const struct fs_parameter_spec memfs_options[] = {
	fsparam_u32("inodes", MEMFS_OPT_INODES),
	fsparam_u32oct("mode", MEMFS_OPT_MODE),
	{}
};

/* Called for each option; what it does not know, the kernel refuses. */
static int memfs_option(struct fs_context *fc, struct fs_parameter *param)
{
	struct memfs *fs = fc->s_fs_info;
	struct fs_parse_result result;
	int opt = fs_parse(fc, memfs_options, param, &result);

	switch (opt) {
	case MEMFS_OPT_INODES:
		if (!result.uint_32)
			return invalf(fc, KBUILD_MODNAME
				      ": inodes=0: the root folder is one");
		fs->max_inodes = result.uint_32;
		return 0;
	case MEMFS_OPT_MODE:
		fs->mode = result.uint_32 & 07777;
		return 0;
	default:
		return opt; /* the errno of fs_parse() */
	}
}

/* nodev: there is no device beneath, so each mount is an instance. */
static int memfs_get_tree(struct fs_context *fc)
{
	return get_tree_nodev(fc, memfs_fill_super);
}

/* If a super block was made, it has taken s_fs_info, and this is NULL. */
static void memfs_free_context(struct fs_context *fc)
{
	kfree(fc->s_fs_info);
}

static const struct fs_context_operations memfs_context_ops = {
	.parse_param = memfs_option,
	.get_tree = memfs_get_tree,
	.free = memfs_free_context,
};

/* Someone begins to mount: by mount(2), or step by step by fsopen(2). */
static int memfs_init_context(struct fs_context *fc)
{
	struct memfs *fs = kzalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs)
		return -ENOMEM;
	fs->max_inodes = MEMFS_INODES;
	fs->mode = 0755;
	fc->s_fs_info = fs;
	fc->ops = &memfs_context_ops;
	return 0;
}

/* owner: as long as one is mounted, the module cannot go. */
static struct file_system_type memfs_type = {
	.owner = THIS_MODULE,
	.name = KBUILD_MODNAME,
	.init_fs_context = memfs_init_context,
	.parameters = memfs_options,
	.kill_sb = memfs_kill_super,
};

static int __init memfs_init(void)
{
	return register_filesystem(&memfs_type);
}

static void __exit memfs_exit(void)
{
	unregister_filesystem(&memfs_type);
}

module_init(memfs_init);
module_exit(memfs_exit);

/* mount(2) of a type that the kernel does not know asks for "fs-TYPE". */
MODULE_ALIAS_FS(KBUILD_MODNAME);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("A file system in memory");
