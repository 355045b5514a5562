// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * chardev: a character device with all that a file can do.
 *
 * /dev/chardev is a piece of memory that fills up. Whoever writes adds to it;
 * whoever reads gets it from the beginning, each at a pace of its own, and at
 * the end of what is there waits for more, until somebody declares it finished.
 *
 * The path of a call: open("/dev/chardev") finds the device's two numbers in
 * the file system, the numbers find the struct cdev, and that has the struct
 * file_operations below. What a program passes is not to be trusted: an address
 * may be wrong, a length may be huge, and several programs may call at once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "chardev.h"

static unsigned int pages = 4;
module_param(pages, uint, 0444);
MODULE_PARM_DESC(pages, "how much fits in, in pages of memory (default: 4)");

#define CHARDEV_PAGES_MAX 1024

/* All that belongs to the device. */
struct chardev {
	struct cdev cdev;
	dev_t number;
	struct class *class;
	struct mutex lock;		/* of data, length and finished */
	wait_queue_head_t changed;	/* there is more, or will be no more */
	atomic_t openers;
	void *data;
	size_t size;
	size_t length;
	bool finished;
};

static struct chardev chardev;

static int chardev_open(struct inode *inode, struct file *file)
{
	/*
	 * The file may keep a pointer for the calls that follow. With one
	 * device for each disk or port this is how to tell them apart.
	 */
	struct chardev *dev = container_of(inode->i_cdev, struct chardev, cdev);

	file->private_data = dev;
	atomic_inc(&dev->openers);
	return 0;
}

/* When the last copy of the descriptor is closed: once for each open. */
static int chardev_release(struct inode *inode, struct file *file)
{
	struct chardev *dev = file->private_data;

	atomic_dec(&dev->openers);
	return 0;
}

/*
 * Is there something to be told at this position? Asked without the lock, as
 * a hint: whoever acts on it takes the lock and looks again.
 */
static bool chardev_readable(struct chardev *dev, loff_t pos)
{
	return pos < READ_ONCE(dev->length) || READ_ONCE(dev->finished);
}

/*
 * Takes the lock when there is something to read at this position. An error of
 * -ERESTARTSYS means that a signal came: the kernel then calls the handler, and
 * either starts the read anew or lets it end with EINTR.
 */
static int chardev_wait(struct chardev *dev, struct file *file, loff_t pos)
{
	for (;;) {
		if (mutex_lock_interruptible(&dev->lock))
			return -ERESTARTSYS;
		if (chardev_readable(dev, pos))
			return 0;
		mutex_unlock(&dev->lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(dev->changed,
					     chardev_readable(dev, pos)))
			return -ERESTARTSYS;
	}
}

/*
 * Fewer bytes than were asked for are no error: the caller asks again. None at
 * all mean the end of the file.
 */
static ssize_t chardev_read(struct file *file, char __user *buf, size_t count,
			    loff_t *pos)
{
	struct chardev *dev = file->private_data;
	size_t n = 0, left = 0;
	int err;

	if (!count)
		return 0;
	err = chardev_wait(dev, file, *pos);
	if (err)
		return err;
	if (*pos < dev->length) {
		n = min_t(size_t, count, dev->length - *pos);
		/* Returns how many bytes it could not copy. */
		left = copy_to_user(buf, dev->data + *pos, n);
	}
	mutex_unlock(&dev->lock);
	if (n && left == n)
		return -EFAULT;
	*pos += n - left;
	return n - left;
}

/* Puts n bytes where they belong: under the lock. */
static ssize_t chardev_put(struct chardev *dev, bool append, const void *from,
			   size_t n, loff_t *pos)
{
	if (append)
		*pos = dev->length;
	if (dev->finished)
		return -EPIPE;
	if (*pos >= dev->size)
		return -ENOSPC;
	n = min_t(size_t, n, dev->size - *pos);
	memcpy(dev->data + *pos, from, n);
	*pos += n;
	WRITE_ONCE(dev->length, max_t(size_t, dev->length, *pos));
	return n;
}

/*
 * Writes at the position, or at the end with O_APPEND. Beyond the end is
 * possible: what is skipped is zeros.
 *
 * The bytes do not go straight to their place, for copy_from_user() fills with
 * zeros what it could not copy, and that must not hit what was there before.
 */
static ssize_t chardev_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *pos)
{
	struct chardev *dev = file->private_data;
	size_t n = min_t(size_t, count, dev->size);
	void *copy;
	ssize_t ret;

	if (!n)
		return 0;
	copy = kvmalloc(n, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	n -= copy_from_user(copy, buf, n);
	if (!n) {
		ret = -EFAULT;
	} else if (mutex_lock_interruptible(&dev->lock)) {
		ret = -ERESTARTSYS;
	} else {
		ret = chardev_put(dev, file->f_flags & O_APPEND, copy, n, pos);
		mutex_unlock(&dev->lock);
	}
	kvfree(copy);
	if (ret > 0)
		wake_up_interruptible(&dev->changed);
	return ret;
}

/* Positions from 0 to the size; SEEK_END counts from what was written. */
static loff_t chardev_llseek(struct file *file, loff_t offset, int whence)
{
	struct chardev *dev = file->private_data;

	return generic_file_llseek_size(file, offset, whence, dev->size,
					READ_ONCE(dev->length));
}

/*
 * For poll(), select() and epoll. It does not wait itself: it names the queue
 * that will be woken, and says what is possible now.
 */
static __poll_t chardev_poll(struct file *file, poll_table *wait)
{
	struct chardev *dev = file->private_data;
	__poll_t can = 0;

	poll_wait(file, &dev->changed, wait);
	if (chardev_readable(dev, file->f_pos))
		can |= EPOLLIN | EPOLLRDNORM;
	if (!READ_ONCE(dev->finished) && file->f_pos < dev->size)
		can |= EPOLLOUT | EPOLLWRNORM;
	return can;
}

static long chardev_get_state(struct chardev *dev, void __user *to)
{
	struct chardev_state state = {
		.size = dev->size,
		.openers = atomic_read(&dev->openers),
	};

	if (mutex_lock_interruptible(&dev->lock))
		return -ERESTARTSYS;
	state.length = dev->length;
	state.finished = dev->finished;
	mutex_unlock(&dev->lock);
	return copy_to_user(to, &state, sizeof(state)) ? -EFAULT : 0;
}

static long chardev_set(struct chardev *dev, bool clear)
{
	if (mutex_lock_interruptible(&dev->lock))
		return -ERESTARTSYS;
	if (clear) {
		memset(dev->data, 0, dev->size);
		WRITE_ONCE(dev->length, 0);
	}
	WRITE_ONCE(dev->finished, !clear);
	mutex_unlock(&dev->lock);
	wake_up_interruptible(&dev->changed);
	return 0;
}

/* What is neither reading nor writing. Unknown numbers are ENOTTY. */
static long chardev_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg)
{
	struct chardev *dev = file->private_data;

	switch (cmd) {
	case CHARDEV_GET_STATE:
		return chardev_get_state(dev, (void __user *)arg);
	case CHARDEV_FINISH:
	case CHARDEV_CLEAR:
		if (!(file->f_mode & FMODE_WRITE))
			return -EBADF;
		return chardev_set(dev, cmd == CHARDEV_CLEAR);
	default:
		return -ENOTTY;
	}
}

/*
 * The same memory in the caller's address space. Here dev->lock must not be
 * taken: the caller holds its own lock of that address space, and a read, which
 * holds dev->lock, may need that one to bring in a page of its buffer.
 */
static int chardev_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct chardev *dev = file->private_data;

	/* Refuses what reaches beyond the end. */
	return remap_vmalloc_range(vma, dev->data, vma->vm_pgoff);
}

/*
 * owner is what keeps the module from being removed while the file is open, or
 * mapped: then rmmod is told EAGAIN, "in use".
 */
static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
	.open = chardev_open,
	.release = chardev_release,
	.read = chardev_read,
	.write = chardev_write,
	.llseek = chardev_llseek,
	.poll = chardev_poll,
	.unlocked_ioctl = chardev_ioctl,
	/* For 32-bit programs on a 64-bit kernel: their pointers are shorter */
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = chardev_mmap,
};

/* Linux 6.4 took the first argument away: the owner. */
static struct class *chardev_class_create(const char *name)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	return class_create(name);
#else
	return class_create(THIS_MODULE, name);
#endif
}

/*
 * Four things are set up, one after the other. If one fails, those before it
 * are undone in the opposite order: the labels at the end read backwards. The
 * device comes last, for from then on programs may call.
 */
static int __init chardev_init(void)
{
	struct chardev *dev = &chardev;
	struct device *node;
	int err;

	if (!pages || pages > CHARDEV_PAGES_MAX) {
		pr_err("pages is %u, and must be from 1 to %u\n", pages,
		       CHARDEV_PAGES_MAX);
		return -EINVAL;
	}
	mutex_init(&dev->lock);
	init_waitqueue_head(&dev->changed);
	dev->size = pages * PAGE_SIZE;

	/* Zeroed, and made so that it may be mapped by programs. */
	dev->data = vmalloc_user(dev->size);
	if (!dev->data)
		return -ENOMEM;

	/* A major number that is free, and one minor number: 0. */
	err = alloc_chrdev_region(&dev->number, 0, 1, KBUILD_MODNAME);
	if (err)
		goto free_data;

	cdev_init(&dev->cdev, &chardev_fops);
	dev->cdev.owner = THIS_MODULE;
	err = cdev_add(&dev->cdev, dev->number, 1);
	if (err)
		goto free_number;

	/* A class, and a device of it: then /dev/chardev makes itself. */
	dev->class = chardev_class_create(KBUILD_MODNAME);
	if (IS_ERR(dev->class)) {
		err = PTR_ERR(dev->class);
		goto delete_cdev;
	}
	node = device_create(dev->class, NULL, dev->number, NULL,
			     KBUILD_MODNAME);
	if (IS_ERR(node)) {
		err = PTR_ERR(node);
		goto destroy_class;
	}
	return 0;

destroy_class:
	class_destroy(dev->class);
delete_cdev:
	cdev_del(&dev->cdev);
free_number:
	unregister_chrdev_region(dev->number, 1);
free_data:
	vfree(dev->data);
	return err;
}

static void __exit chardev_exit(void)
{
	struct chardev *dev = &chardev;

	device_destroy(dev->class, dev->number);
	class_destroy(dev->class);
	cdev_del(&dev->cdev);
	unregister_chrdev_region(dev->number, 1);
	vfree(dev->data);
}

module_init(chardev_init);
module_exit(chardev_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("A character device with all that a file can do");
