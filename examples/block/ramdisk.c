// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ramdisk: a block device whose sectors lie in memory: /dev/ramdisk.
 *
 * A block device answers requests: "read these sectors into those pages". The
 * kernel's block layer (blk-mq) does all the rest. It caches, merges, sorts and
 * queues, reads the partition table, makes /dev/ramdisk1, and lets any file
 * system be mounted on it. What is left for a driver: say how large it is and
 * what it is able to do, then answer one request after the other.
 *
 *	lkm try examples/block
 *
 * To see how programs take a disk that fails, let one sector be broken:
 *
 *	echo 1000 > /sys/module/ramdisk/parameters/bad_sector
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/highmem.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

static unsigned int megabytes = 8;
module_param(megabytes, uint, 0444);
MODULE_PARM_DESC(megabytes, "size of the disk in MiB, 1 to 1024 (default: 8)");

/* 0644: root may write it while the disk is in use; so it is read only once. */
static long bad_sector = -1;
module_param(bad_sector, long, 0644);
MODULE_PARM_DESC(bad_sector, "sector of 512 bytes that is broken (default: -1, none)");

/*
 * Sixteen device numbers: the disk and up to fifteen partitions. Of requests,
 * up to 64 may be on their way at a time.
 */
enum { RAMDISK_MINORS = 16, RAMDISK_DEPTH = 64 };

struct ramdisk {
	struct blk_mq_tag_set tags; /* the pool that requests come from */
	struct gendisk *disk; /* what the rest of the kernel sees */
	u8 *data;
	u64 size;
	int major;
};

/* The only one. Zero at first, so that what was not made is not undone. */
static struct ramdisk ramdisk;

/*
 * One request: sectors that follow each other on the disk, and pieces of
 * memory (segments) that lie anywhere. This runs with interrupts on, but it
 * may not sleep. Nothing is locked: what two requests for the same sector
 * make of it is up to whoever sends both at a time, as with any disk.
 */
static blk_status_t ramdisk_serve(struct ramdisk *rd, struct request *rq)
{
	u64 at = (u64)blk_rq_pos(rq) << SECTOR_SHIFT;
	u64 len = blk_rq_bytes(rq);
	u64 bad = (u64)READ_ONCE(bad_sector) << SECTOR_SHIFT;
	struct req_iterator iter;
	struct bio_vec part;

	/*
	 * No flush and no discard comes, for neither was promised. A new kind
	 * of request must not be taken for a write.
	 */
	if (req_op(rq) != REQ_OP_READ && req_op(rq) != REQ_OP_WRITE)
		return BLK_STS_NOTSUPP;

	/*
	 * The block layer has seen to this. But past the end of data is memory
	 * of somebody else's, so a driver looks, too.
	 */
	if (at > rd->size || len > rd->size - at)
		return BLK_STS_IOERR;

	/* BLK_STS_MEDIUM: told in the log, ENODATA or EIO for the program. */
	if (bad >= at && bad - at < len)
		return BLK_STS_MEDIUM;

	/*
	 * memcpy_to_page(), for a page need not have an address in the kernel:
	 * on 32 bits, most of them get one for a moment only.
	 */
	rq_for_each_segment(part, rq, iter) {
		if (req_op(rq) == REQ_OP_WRITE)
			memcpy_from_page(rd->data + at, part.bv_page,
					 part.bv_offset, part.bv_len);
		else
			memcpy_to_page(part.bv_page, part.bv_offset,
				       rd->data + at, part.bv_len);
		at += part.bv_len;
	}
	return BLK_STS_OK;
}

/*
 * A real driver would tell its device to begin, return, and end the request in
 * its interrupt handler. Memory is quick: it is over at once.
 */
static blk_status_t ramdisk_queue_rq(struct blk_mq_hw_ctx *hctx,
				     const struct blk_mq_queue_data *bd)
{
	struct request *rq = bd->rq;

	blk_mq_start_request(rq);
	blk_mq_end_request(rq, ramdisk_serve(rq->q->queuedata, rq));
	return BLK_STS_OK; /* of the taking over; the request has its own */
}

static const struct blk_mq_ops ramdisk_queue_ops = {
	.queue_rq = ramdisk_queue_rq,
};

/* owner: as long as the disk is open or mounted, the module cannot go. */
static const struct block_device_operations ramdisk_ops = {
	.owner = THIS_MODULE,
};

/*
 * What changed: since Linux 5.14 disk and queue are made in one call, since
 * 5.15 adding a disk may fail (it always could, but did not tell), since 6.9
 * the limits go in as a whole, and are checked.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
static struct gendisk *ramdisk_alloc(struct ramdisk *rd)
{
	struct request_queue *q = blk_mq_init_queue_data(&rd->tags, rd);
	struct gendisk *disk;

	if (IS_ERR(q))
		return ERR_CAST(q);
	disk = alloc_disk(RAMDISK_MINORS);
	if (!disk) {
		blk_cleanup_queue(q);
		return ERR_PTR(-ENOMEM);
	}
	disk->queue = q;
	blk_queue_physical_block_size(q, PAGE_SIZE);
	return disk;
}
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
static struct gendisk *ramdisk_alloc(struct ramdisk *rd)
{
	struct gendisk *disk = blk_mq_alloc_disk(&rd->tags, rd);

	if (!IS_ERR(disk))
		blk_queue_physical_block_size(disk->queue, PAGE_SIZE);
	return disk;
}
#else
static struct gendisk *ramdisk_alloc(struct ramdisk *rd)
{
	/* Any sector can be written; whole pages are what is best. */
	struct queue_limits lim = {
		.logical_block_size = SECTOR_SIZE,
		.physical_block_size = PAGE_SIZE,
	};

	return blk_mq_alloc_disk(&rd->tags, &lim, rd);
}
#endif

static void ramdisk_free(struct gendisk *disk)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
	blk_cleanup_queue(disk->queue);
	put_disk(disk);
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 0, 0)
	blk_cleanup_disk(disk);
#else
	put_disk(disk);
#endif
}

static int ramdisk_publish(struct gendisk *disk)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
	add_disk(disk);
	return 0;
#else
	return add_disk(disk);
#endif
}

static int ramdisk_add_disk(struct ramdisk *rd)
{
	struct gendisk *disk = ramdisk_alloc(rd);
	int err;

	if (IS_ERR(disk))
		return PTR_ERR(disk);

	disk->major = rd->major;
	disk->first_minor = 0;
	disk->minors = RAMDISK_MINORS;
	disk->fops = &ramdisk_ops;
	disk->private_data = rd;
	strscpy(disk->disk_name, KBUILD_MODNAME, sizeof(disk->disk_name));
	set_capacity(disk, rd->size >> SECTOR_SHIFT);

	/*
	 * From here on it is there: the partition table is read before this
	 * returns, so that everything must be ready by now.
	 */
	err = ramdisk_publish(disk);
	if (err) {
		ramdisk_free(disk);
		return err;
	}
	rd->disk = disk;
	return 0;
}

static int ramdisk_add_tags(struct ramdisk *rd)
{
	rd->tags.ops = &ramdisk_queue_ops;
	rd->tags.nr_hw_queues = 1;
	rd->tags.queue_depth = RAMDISK_DEPTH;
	rd->tags.numa_node = NUMA_NO_NODE;
	return blk_mq_alloc_tag_set(&rd->tags);
}

/*
 * One step after the other; if one fails, those before it are undone in
 * reverse. That is what goto is used for in the kernel, and little else.
 */
static int __init ramdisk_init(void)
{
	struct ramdisk *rd = &ramdisk;
	int err;

	if (!megabytes || megabytes > 1024) {
		pr_err("megabytes=%u: must be 1 to 1024\n", megabytes);
		return -EINVAL;
	}

	rd->size = (u64)megabytes << 20;
	rd->data = vzalloc(rd->size);
	if (!rd->data)
		return -ENOMEM;

	/* 0: any major number that is free; /proc/devices tells which. */
	rd->major = register_blkdev(0, KBUILD_MODNAME);
	if (rd->major < 0) {
		err = rd->major;
		goto free_data;
	}

	err = ramdisk_add_tags(rd);
	if (err)
		goto free_major;

	err = ramdisk_add_disk(rd);
	if (err)
		goto free_tags;

	pr_info("%u MiB at major number %d\n", megabytes, rd->major);
	return 0;

free_tags:
	blk_mq_free_tag_set(&rd->tags);
free_major:
	unregister_blkdev(rd->major, KBUILD_MODNAME);
free_data:
	vfree(rd->data);
	return err;
}

static void __exit ramdisk_exit(void)
{
	struct ramdisk *rd = &ramdisk;

	/* After this no new request comes, and those that came are answered. */
	del_gendisk(rd->disk);
	ramdisk_free(rd->disk);
	blk_mq_free_tag_set(&rd->tags);
	unregister_blkdev(rd->major, KBUILD_MODNAME);
	vfree(rd->data);
}

module_init(ramdisk_init);
module_exit(ramdisk_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("A block device in memory, with a sector that can be broken");
