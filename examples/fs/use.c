// SPDX-License-Identifier: GPL-2.0-or-later
/* A file system is proved by files: as any program would use them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "../use.h"

#define TYPE "memfs"
#define A "/root/a"
#define B "/root/b"

static int try_remove(void)
{
	return (int)syscall(SYS_delete_module, TYPE, O_NONBLOCK);
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0640);

	if (fd < 0)
		return -1;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
		close(fd);
		return -1;
	}
	return close(fd);
}

static int count_names(const char *dir)
{
	DIR *dp = opendir(dir);
	int n = 0;

	if (!dp)
		return -1;
	while (readdir(dp))
		n++;
	closedir(dp);
	return n - 2; /* "." and ".." */
}

static unsigned int links(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (unsigned int)st.st_nlink;
}

static void mounting(void)
{
	char *types = slurp("/proc/filesystems");

	ok(types && strstr(types, "nodev\t" TYPE),
	   "/proc/filesystems has it");
	mkdir(A, 0700);
	mkdir(B, 0700);
	fails(mount("none", A, TYPE, 0, "colour=green"), EINVAL,
	      "an option that it does not know is refused");
	fails(mount("none", A, TYPE, 0, "inodes=0"), EINVAL,
	      "so is a value that makes no sense");
	fails(mount("none", A, TYPE, 0, "mode=9"), EINVAL,
	      "and one that is no number");
	must(!mount("none", A, TYPE, 0, "mode=750"), "mount it");
	must(!mount("none", B, TYPE, 0, "inodes=4"), "mount another");
	ok(strstr(slurp("/proc/mounts"),
		  B " " TYPE " rw,relatime,inodes=4,mode=755"),
	   "/proc/mounts tells how");
	fails(try_remove(), EAGAIN, "no removing while it is mounted");
}

static void plain_files(void)
{
	static char zero[10], in[10];
	struct stat st;
	int fd;

	ok(!stat(A, &st) && (st.st_mode & 07777) == 0750 && st.st_nlink == 2,
	   "the root folder is as wanted");
	ok(!write_file(A "/word", "hello\n"), "create and write a file");
	same(slurp(A "/word"), "hello", "read it");
	ok(!stat(A "/word", &st) && st.st_size == 6 &&
	   st.st_mode == (S_IFREG | 0640), "stat() tells size and mode");
	fails(write_file(A "/word", "x"), EEXIST, "create it again");
	fails(open(A "/nothing", O_RDONLY), ENOENT, "open what is not there");

	fd = open(A "/word", O_RDWR | O_APPEND);
	ok(write(fd, "world\n", 6) == 6, "append to it");
	close(fd);
	same(slurp(A "/word"), "hello\nworld", "both are there");
	ok(!truncate(A "/word", 3), "make it shorter");
	same(slurp(A "/word"), "hel", "the rest is gone");

	fd = open(A "/holes", O_RDWR | O_CREAT, 0600);
	ok(pwrite(fd, "end", 3, 100000) == 3 && !fsync(fd),
	   "write far behind the end");
	ok(pread(fd, in, sizeof(in), 50000) == sizeof(in) &&
	   !memcmp(in, zero, sizeof(in)), "what lies between is zero");
	fails(pwrite(fd, zero, sizeof(zero), -1), EINVAL, "a bad offset");
	fails(write(fd, NULL, 5), EFAULT, "a bad pointer");
	close(fd);
	ok(!unlink(A "/holes"), "delete it");
	fails(access(A "/holes", F_OK), ENOENT, "it is gone");
}

static void shared_memory(void)
{
	int fd = open(A "/map", O_RDWR | O_CREAT, 0600);
	char *p;

	ok(!ftruncate(fd, 8192), "a file of two pages");
	p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(p != MAP_FAILED, "map it");
	strcpy(p + 4096, "mapped\n");
	close(fd);
	munmap(p, 8192);
	ok(slurp(A "/map") && !strcmp(slurp(A "/map") + 4096, "mapped\n"),
	   "what was written to memory is in the file");
	ok(!unlink(A "/map"), "delete it");
}

/* A deleted file lives on while it is open. */
static void deleted_but_open(void)
{
	int fd = open(A "/brief", O_RDWR | O_CREAT, 0600);
	char buf[5] = "";

	ok(write(fd, "still", 5) == 5 && !unlink(A "/brief"),
	   "delete an open file");
	ok(pread(fd, buf, 5, 0) == 5 && !memcmp(buf, "still", 5),
	   "it can still be read");
	close(fd);
}

static void folders(void)
{
	ok(!mkdir(A "/dir", 0755) && links(A) == 3, "make a folder");
	ok(!write_file(A "/dir/inner", "in\n"), "and a file in it");
	fails(rmdir(A "/dir"), ENOTEMPTY, "it is not empty");
	fails(unlink(A "/dir"), EISDIR, "and no file");
	fails(rmdir(A "/word"), ENOTDIR, "nor is a file a folder");
	ok(count_names(A) == 2 && count_names(A "/dir") == 1,
	   "readdir() lists them");

	ok(!rename(A "/dir/inner", A "/outer"), "rename across folders");
	ok(access(A "/dir/inner", F_OK) == -1 && !access(A "/outer", F_OK),
	   "it is where it should be");
	ok(!rename(A "/outer", A "/word"), "rename over another");
	same(slurp(A "/word"), "in", "which is replaced");
	ok(count_names(A) == 2, "one name is less");
	ok(!rename(A "/dir", A "/folder") && !rmdir(A "/folder") &&
	   links(A) == 2, "rename and delete the folder");
	fails(rename(A "/word", B "/word"), EXDEV,
	      "another instance is another file system");
}

static void several_names(void)
{
	ok(!link(A "/word", A "/again") && links(A "/word") == 2,
	   "a second name of a file");
	ok(!unlink(A "/word") && links(A "/again") == 1, "delete the first");
	same(slurp(A "/again"), "in", "it is there by the second");
	ok(!symlink("again", A "/arrow"), "a symbolic link");
	same(slurp(A "/arrow"), "in", "leads there");
	ok(!unlink(A "/arrow") && !unlink(A "/again"), "delete both");
}

static void limits(void)
{
	struct statfs st;

	ok(!statfs(B, &st) && st.f_type == 0x6d656d66 && st.f_files == 4 &&
	   st.f_ffree == 3, "statfs() tells type and inodes");
	ok(!write_file(B "/1", "1") && !write_file(B "/2", "2") &&
	   !mkdir(B "/3", 0755), "use up all inodes");
	ok(!statfs(B, &st) && st.f_ffree == 0, "none is left");
	fails(write_file(B "/4", "4"), ENOSPC, "no further file");
	fails(mkdir(B "/4", 0755), ENOSPC, "no further folder");
	fails(symlink("1", B "/4"), ENOSPC, "no further link");
	ok(!link(B "/1", B "/4"), "a second name needs none");
	ok(!unlink(B "/2") && !statfs(B, &st) && st.f_ffree == 1,
	   "what is deleted is free again");
	ok(!write_file(B "/5", "5"), "and can be used");
	ok(count_names(A) == 0 && count_names(B) == 4,
	   "the two instances are two");
}

int main(void)
{
	int fd;

	mounting();
	plain_files();
	shared_memory();
	deleted_but_open();
	folders();
	several_names();
	limits();

	fd = open(A "/busy", O_RDWR | O_CREAT, 0600);
	fails(umount(A), EBUSY, "no unmounting while a file is open");
	close(fd);
	ok(!umount(A), "unmount it, with a file in it");
	fails(try_remove(), EAGAIN, "the other one still holds the module");
	ok(!umount(B), "unmount the other");
	ok(!mount("none", A, TYPE, 0, NULL) && !count_names(A) && !umount(A),
	   "a new one is empty");
	rmdir(A);
	rmdir(B);
	return done();
}
