// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kvmmem: memory of a module's, as the memory of a virtual machine.
 *
 * KVM makes a guest's memory of whatever a program has mapped. Here that is
 * /dev/kvmmem: what the guest writes is at once in the module's hands, and what
 * the module (or whoever writes to its device) writes is in the guest's. That
 * is how devices of virtual machines get at their data without a copy.
 *
 * There is nothing of KVM in this module: KVM is the kernel's own, driven by a
 * program through /dev/kvm. See use.c, which runs a machine in 100 lines.
 *
 *	lkm try examples/kvm
 *
 * QEMU emulates AMD's SVM, so that KVM runs where no processor helps.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

static unsigned int kilobytes = 64;
module_param(kilobytes, uint, 0444);
MODULE_PARM_DESC(kilobytes, "size of the memory in KiB, 4 to 65536 (default: 64)");

static void *kvmmem_memory;
static size_t kvmmem_size;

/*
 * mmap(2): from now on the pages are in the program's address space, too. KVM
 * will look them up there. The file stays open as long as they are mapped, and
 * so the module stays.
 */
static int kvmmem_mmap(struct file *file, struct vm_area_struct *vma)
{
	/* It sees to it that nothing behind the end is mapped. */
	return remap_vmalloc_range(vma, kvmmem_memory, vma->vm_pgoff);
}

/*
 * The same memory, for those who do not map it. Nothing is locked: the guest
 * would not wait for a lock, either.
 */
static ssize_t kvmmem_read(struct file *file, char __user *buf, size_t len,
			   loff_t *pos)
{
	return simple_read_from_buffer(buf, len, pos, kvmmem_memory,
				       kvmmem_size);
}

static ssize_t kvmmem_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	if (*pos >= kvmmem_size)
		return -ENOSPC;
	return simple_write_to_buffer(kvmmem_memory, kvmmem_size, pos, buf,
				      len);
}

static loff_t kvmmem_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, kvmmem_size);
}

static const struct file_operations kvmmem_ops = {
	.owner = THIS_MODULE,
	.mmap = kvmmem_mmap,
	.read = kvmmem_read,
	.write = kvmmem_write,
	.llseek = kvmmem_llseek,
};

static struct miscdevice kvmmem_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &kvmmem_ops,
	.mode = 0600,
};

static int __init kvmmem_init(void)
{
	int err;

	if (kilobytes < 4 || kilobytes > 65536) {
		pr_err("kilobytes=%u: must be 4 to 65536\n", kilobytes);
		return -EINVAL;
	}
	kvmmem_size = PAGE_ALIGN((size_t)kilobytes << 10);
	/* Whole pages, all zero: programs will see every byte of them. */
	kvmmem_memory = vmalloc_user(kvmmem_size);
	if (!kvmmem_memory)
		return -ENOMEM;
	err = misc_register(&kvmmem_device);
	if (err)
		vfree(kvmmem_memory);
	return err;
}

static void __exit kvmmem_exit(void)
{
	misc_deregister(&kvmmem_device);
	vfree(kvmmem_memory);
}

module_init(kvmmem_init);
module_exit(kvmmem_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("A module's memory, as the memory of a virtual machine");
