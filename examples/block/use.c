// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A disk is proved by what disks are for: sectors, partitions, a file system.
 * The file system is made here, by hand: the second extended one of 1993, in
 * its simplest form, which the kernel's ext4 driver mounts to this day.
 */
#define _GNU_SOURCE
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "../use.h"

#define DEV "/dev/ramdisk"
#define BAD "/sys/module/ramdisk/parameters/bad_sector"
#define MNT "/root/mnt"

enum { SECTOR = 512, BLOCK = 1024, SIZE = 8 << 20 };

static int try_remove(void)
{
	return (int)syscall(SYS_delete_module, "ramdisk", O_NONBLOCK);
}

/* The page cache forgets what it knows, so that the disk is asked again. */
static void forget(int fd)
{
	fsync(fd);
	ioctl(fd, BLKFLSBUF, 0);
}

static void plain_sectors(int fd)
{
	static char in[3 * SECTOR], out[3 * SECTOR];
	unsigned long long bytes = 0;
	int sector = 0;

	ok(!ioctl(fd, BLKGETSIZE64, &bytes) && bytes == SIZE, "8 MiB large");
	ok(!ioctl(fd, BLKSSZGET, &sector) && sector == SECTOR,
	   "in sectors of 512 bytes");
	ok(pread(fd, in, SECTOR, 0) == SECTOR && !in[0] &&
	   !memcmp(in, in + 1, SECTOR - 1), "all zero at first");

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7 + i / SECTOR);
	ok(pwrite(fd, out, sizeof(out), 5 * SECTOR) == sizeof(out) &&
	   !fsync(fd), "three sectors are written");
	forget(fd);
	ok(pread(fd, in, sizeof(in), 5 * SECTOR) == sizeof(in) &&
	   !memcmp(in, out, sizeof(in)), "and read back");
	ok(pwrite(fd, out, SECTOR, SIZE - SECTOR) == SECTOR && !fsync(fd),
	   "the last sector is one");
	ok(pread(fd, in, SECTOR, SIZE) == 0, "after it is the end");
	fails(pwrite(fd, out, SECTOR, SIZE), ENOSPC, "nothing goes behind it");
}

static void bad_sector(int fd)
{
	char *buf = aligned_alloc(4096, 4096); /* O_DIRECT wants it */
	int direct = open(DEV, O_RDWR | O_DIRECT);

	must(direct >= 0, "open it past the page cache (O_DIRECT)");
	forget(fd);
	must(!spit(BAD, "1000\n"), "break sector 1000");
	fails(pread(direct, buf, SECTOR, 1000 * SECTOR), ENODATA,
	      "it cannot be read");
	fails(pwrite(direct, buf, SECTOR, 1000 * SECTOR), ENODATA,
	      "nor written");
	fails(pread(direct, buf, 4096, 996 * SECTOR), ENODATA,
	      "nor can a page that it is part of");
	ok(pread(direct, buf, SECTOR, 999 * SECTOR) == SECTOR &&
	   pread(direct, buf, SECTOR, 1001 * SECTOR) == SECTOR,
	   "its neighbours can");
	fails(pread(fd, buf, SECTOR, 1000 * SECTOR), EIO,
	      "through the page cache it is EIO");
	must(!spit(BAD, "-1\n"), "repair it");
	ok(pread(fd, buf, SECTOR, 1000 * SECTOR) == SECTOR,
	   "it can be read again");
	close(direct);
	free(buf);
}

static void put16(unsigned char *p, unsigned int v)
{
	p[0] = (unsigned char)v;
	p[1] = (unsigned char)(v >> 8);
}

static void put32(unsigned char *p, unsigned int v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

/* The old table of four partitions at the end of sector 0; this has one. */
static void one_partition(int fd)
{
	static unsigned char mbr[SECTOR];
	unsigned char *entry = mbr + 446;
	unsigned long long bytes = 0;
	int part;

	entry[4] = 0x83; /* its type: Linux */
	put32(entry + 8, 2048); /* its first sector */
	put32(entry + 12, 4096); /* how many it has */
	put16(mbr + 510, 0xaa55);
	must(pwrite(fd, mbr, SECTOR, 0) == SECTOR && !fsync(fd),
	     "write a partition table");
	ok(!ioctl(fd, BLKRRPART), "the kernel reads it");
	part = open(DEV "1", O_RDWR);
	ok(part >= 0, DEV "1 is there");
	ok(!ioctl(part, BLKGETSIZE64, &bytes) && bytes == 4096 * SECTOR,
	   "and 2 MiB large");
	close(part);

	memset(mbr, 0, sizeof(mbr));
	must(pwrite(fd, mbr, SECTOR, 0) == SECTOR && !fsync(fd) &&
	     !ioctl(fd, BLKRRPART), "erase the table");
	ok(access(DEV "1", F_OK) && errno == ENOENT, DEV "1 is gone");
}

/* Where things are, in blocks of 1 KiB, and how many there are. */
enum {
	SUPER = 1, GROUP = 2, BLOCK_MAP = 3, INODE_MAP = 4, INODES = 5,
	ROOT_DIR = 21, BLOCKS = SIZE / BLOCK, N_INODES = 128,
	RESERVED_INODES = 10, ROOT = 2, /* inode of "/" */
};

static void super_block(unsigned char *p)
{
	put32(p, N_INODES);
	put32(p + 4, BLOCKS);
	put32(p + 12, BLOCKS - ROOT_DIR - 1); /* free blocks */
	put32(p + 16, N_INODES - RESERVED_INODES); /* free inodes */
	put32(p + 20, 1); /* the first block that counts */
	put32(p + 32, 8192); /* blocks of a group: there is one group */
	put32(p + 36, 8192);
	put32(p + 40, N_INODES);
	put16(p + 54, 0xffff); /* mounts before a check is due: any */
	put16(p + 56, 0xef53); /* "I am an ext file system" */
	put16(p + 58, 1); /* cleanly unmounted */
	put16(p + 60, 1); /* on errors: continue */
}

static void group(unsigned char *p)
{
	put32(p, BLOCK_MAP);
	put32(p + 4, INODE_MAP);
	put32(p + 8, INODES);
	put16(p + 12, BLOCKS - ROOT_DIR - 1);
	put16(p + 14, N_INODES - RESERVED_INODES);
	put16(p + 16, 1); /* folders */
}

static void set_bits(unsigned char *map, int from, int to)
{
	for (int i = from; i < to; i++)
		map[i / 8] |= (unsigned char)(1 << i % 8);
}

static void root_folder(unsigned char *inode, unsigned char *dir)
{
	put16(inode, S_IFDIR | 0755);
	put32(inode + 4, BLOCK);
	put16(inode + 26, 2); /* links: "." and ".." */
	put32(inode + 28, BLOCK / SECTOR);
	put32(inode + 40, ROOT_DIR);

	put32(dir, ROOT);
	put16(dir + 4, 12); /* length of this entry */
	put16(dir + 6, 1); /* length of its name */
	dir[8] = '.';
	put32(dir + 12, ROOT);
	put16(dir + 16, BLOCK - 12);
	put16(dir + 18, 2);
	memcpy(dir + 20, "..", 2);
}

static void make_file_system(int fd)
{
	static unsigned char img[(ROOT_DIR + 1) * BLOCK];

	super_block(img + SUPER * BLOCK);
	group(img + GROUP * BLOCK);
	/* Bit 0 is block 1. What is behind the end counts as used. */
	set_bits(img + BLOCK_MAP * BLOCK, 0, ROOT_DIR);
	set_bits(img + BLOCK_MAP * BLOCK, BLOCKS - 1, 8192);
	set_bits(img + INODE_MAP * BLOCK, 0, RESERVED_INODES);
	set_bits(img + INODE_MAP * BLOCK, N_INODES, 8192);
	root_folder(img + INODES * BLOCK + (ROOT - 1) * 128,
		    img + ROOT_DIR * BLOCK);
	must(pwrite(fd, img, sizeof(img), 0) == sizeof(img) && !fsync(fd),
	     "make a file system");
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);

	if (fd < 0)
		return -1;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    fsync(fd)) {
		close(fd);
		return -1;
	}
	return close(fd);
}

static void file_system(void)
{
	static char big[300000], back[sizeof(big)];
	int fd;

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)('a' + i % 23);
	mkdir(MNT, 0700);
	must(!mount(DEV, MNT, "ext4", 0, NULL), "mount it");
	ok(!mkdir(MNT "/dir", 0755), "make a folder");
	ok(!write_file(MNT "/dir/word", "kept\n"), "write a file");
	fd = open(MNT "/big", O_RDWR | O_CREAT, 0600);
	ok(write(fd, big, sizeof(big)) == sizeof(big) && !fsync(fd),
	   "write a larger one");
	fails(umount(MNT), EBUSY, "no unmounting while a file is open");
	close(fd);
	fails(try_remove(), EAGAIN, "no removing while it is mounted");
	must(!umount(MNT), "unmount it");

	must(!mount(DEV, MNT, "ext4", MS_RDONLY, NULL), "mount it again");
	same(slurp(MNT "/dir/word"), "kept", "the file is there");
	fd = open(MNT "/big", O_RDONLY);
	ok(read(fd, back, sizeof(back)) == sizeof(back) &&
	   !memcmp(big, back, sizeof(big)), "so is the larger one");
	close(fd);
	fails(open(MNT "/new", O_WRONLY | O_CREAT, 0600), EROFS,
	      "read-only is read-only");
	must(!umount(MNT), "unmount it");
	rmdir(MNT);
}

int main(void)
{
	int fd = open(DEV, O_RDWR);

	must(fd >= 0, "open " DEV);
	plain_sectors(fd);
	bad_sector(fd);
	one_partition(fd);
	make_file_system(fd);
	close(fd);
	file_system();
	return done();
}
