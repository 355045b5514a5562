// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pci_edu: a driver for a PCI device, with interrupts and DMA.
 *
 * The device is QEMU's "edu", made for learning: it computes factorials, and
 * has some memory that it copies from and to the machine's memory by
 * itself. QEMU has its data sheet: docs/specs/edu.rst. Try it with
 *
 *	lkm try examples/pci
 *
 * /sys/class/misc/pci_edu0/factorial computes (write 5, read 120), and
 * /dev/pci_edu0 is the memory: what is written there goes through the device,
 * and comes back from it when it is read.
 *
 * The device may go while a program has /dev/pci_edu0 open. Then that program
 * is told ENODEV, and struct pci_edu lives until it has closed the file.
 */
#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

/* Its registers, as the data sheet has them: bytes from the start of BAR 0. */
#define PCI_EDU_ID		0x00
#define PCI_EDU_ALIVE		0x04	/* what is written, inverted */
#define PCI_EDU_FACTORIAL	0x08
#define PCI_EDU_STATUS		0x20
#define PCI_EDU_IRQ_STATUS	0x24
#define PCI_EDU_IRQ_ACK		0x64
#define PCI_EDU_DMA_FROM	0x80
#define PCI_EDU_DMA_TO		0x88
#define PCI_EDU_DMA_COUNT	0x90
#define PCI_EDU_DMA_COMMAND	0x98

#define PCI_EDU_STATUS_IRQ	BIT(7)	/* interrupt when computed */
#define PCI_EDU_DMA_START	BIT(0)
#define PCI_EDU_DMA_TO_RAM	BIT(1)	/* else into the device */
#define PCI_EDU_DMA_IRQ		BIT(2)	/* interrupt when copied */

/*
 * Where the device sees its own memory, and how much of it we use: it has 4096
 * bytes, but older QEMUs take the last one for being out of bounds, and end.
 */
#define PCI_EDU_MEMORY		0x40000
#define PCI_EDU_SIZE		4095

/* It has no more address lines than that: 256 MiB. */
#define PCI_EDU_DMA_BITS	28

#define PCI_EDU_TIMEOUT		(5 * HZ)

/* Old interrupts are a wire, shared by devices; new ones are messages. */
static bool intx;
module_param(intx, bool, 0644);
MODULE_PARM_DESC(intx, "use the interrupt line, no message (MSI), from the next probe on");

/* One device. */
struct pci_edu {
	struct kref refs;		/* the driver's, and each open file's */
	struct mutex lock;		/* one job at a time, and of gone */
	bool gone;
	bool stuck;			/* it did not answer: do not trust it */
	struct pci_dev *pdev;
	void __iomem *regs;
	struct completion done;
	atomic_t interrupts;
	u32 result;
	void *buffer;			/* the same memory: for us ... */
	dma_addr_t buffer_dma;		/* ... and as the device sees it */
	int number;
	char name[16];
	struct miscdevice misc;
};

static DEFINE_IDA(pci_edu_numbers);

static void pci_edu_free(struct kref *refs)
{
	kfree(container_of(refs, struct pci_edu, refs));
}

/*
 * Runs when the device interrupts, on top of whatever the processor was doing:
 * it must be short and cannot wait. The line may be shared, so the first
 * question is whether it was this device.
 */
static irqreturn_t pci_edu_interrupt(int irq, void *data)
{
	struct pci_edu *edu = data;
	u32 status = readl(edu->regs + PCI_EDU_IRQ_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, edu->regs + PCI_EDU_IRQ_ACK);
	atomic_inc(&edu->interrupts);
	complete(&edu->done);
	return IRQ_HANDLED;
}

/* Is it there, and in order? Under the lock. */
static int pci_edu_usable(struct pci_edu *edu)
{
	lockdep_assert_held(&edu->lock);
	return edu->gone ? -ENODEV : edu->stuck ? -EIO : 0;
}

/* Waits for the interrupt. One that never comes must not stop us for ever. */
static int pci_edu_wait(struct pci_edu *edu)
{
	if (wait_for_completion_timeout(&edu->done, PCI_EDU_TIMEOUT))
		return 0;
	edu->stuck = true;
	dev_err(&edu->pdev->dev, "the device does not answer\n");
	return -ETIMEDOUT;
}

static int pci_edu_compute(struct pci_edu *edu, u32 n)
{
	int err = pci_edu_usable(edu);

	if (err)
		return err;
	reinit_completion(&edu->done);
	writel(PCI_EDU_STATUS_IRQ, edu->regs + PCI_EDU_STATUS);
	writel(n, edu->regs + PCI_EDU_FACTORIAL);
	err = pci_edu_wait(edu);
	if (!err)
		edu->result = readl(edu->regs + PCI_EDU_FACTORIAL);
	return err;
}

/* Copies between the buffer and the device's memory at an offset. */
static int pci_edu_copy(struct pci_edu *edu, u32 offset, u32 n, bool to_ram)
{
	u32 there = PCI_EDU_MEMORY + offset;
	u32 here = lower_32_bits(edu->buffer_dma);
	u32 command = PCI_EDU_DMA_START | PCI_EDU_DMA_IRQ;

	if (to_ram)
		command |= PCI_EDU_DMA_TO_RAM;
	reinit_completion(&edu->done);
	writel(to_ram ? there : here, edu->regs + PCI_EDU_DMA_FROM);
	writel(to_ram ? here : there, edu->regs + PCI_EDU_DMA_TO);
	writel(n, edu->regs + PCI_EDU_DMA_COUNT);
	/* writel() also sees to it that the buffer's bytes are there first. */
	writel(command, edu->regs + PCI_EDU_DMA_COMMAND);
	return pci_edu_wait(edu);
}

/* ---------------------------------------------------------- /dev/pci_edu */

static int pci_edu_open(struct inode *inode, struct file *file)
{
	/* misc_open() has put the struct miscdevice there. */
	struct pci_edu *edu = container_of(file->private_data, struct pci_edu,
					   misc);

	kref_get(&edu->refs);
	file->private_data = edu;
	return 0;
}

static int pci_edu_release(struct inode *inode, struct file *file)
{
	struct pci_edu *edu = file->private_data;

	kref_put(&edu->refs, pci_edu_free);
	return 0;
}

static ssize_t pci_edu_read(struct file *file, char __user *buf, size_t count,
			    loff_t *pos)
{
	struct pci_edu *edu = file->private_data;
	ssize_t ret;
	size_t n;

	if (*pos >= PCI_EDU_SIZE || !count)
		return 0;
	n = min_t(size_t, count, PCI_EDU_SIZE - *pos);
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	ret = pci_edu_usable(edu);
	if (!ret)
		ret = pci_edu_copy(edu, *pos, n, true);
	if (!ret) {
		n -= copy_to_user(buf, edu->buffer, n);
		ret = n ? n : -EFAULT;
	}
	mutex_unlock(&edu->lock);
	if (ret > 0)
		*pos += ret;
	return ret;
}

static ssize_t pci_edu_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *pos)
{
	struct pci_edu *edu = file->private_data;
	ssize_t ret;
	size_t n;

	if (!count)
		return 0;
	if (*pos >= PCI_EDU_SIZE)
		return -ENOSPC;
	n = min_t(size_t, count, PCI_EDU_SIZE - *pos);
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	ret = pci_edu_usable(edu);
	if (!ret) {
		n -= copy_from_user(edu->buffer, buf, n);
		ret = n ? pci_edu_copy(edu, *pos, n, false) : -EFAULT;
	}
	mutex_unlock(&edu->lock);
	if (ret)
		return ret;
	*pos += n;
	return n;
}

static loff_t pci_edu_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, PCI_EDU_SIZE);
}

static const struct file_operations pci_edu_fops = {
	.owner = THIS_MODULE,
	.open = pci_edu_open,
	.release = pci_edu_release,
	.read = pci_edu_read,
	.write = pci_edu_write,
	.llseek = pci_edu_llseek,
};

/* ------------------------------------------------------- files in /sys */

/* They are those of the misc device, so that they are where it is. */
static struct pci_edu *pci_edu_of(struct device *dev)
{
	return container_of(dev_get_drvdata(dev), struct pci_edu, misc);
}

static ssize_t factorial_show(struct device *dev,
			      struct device_attribute *attr, char *buf)
{
	struct pci_edu *edu = pci_edu_of(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(edu->result));
}

/* What does not fit into 32 bits the device leaves out. */
static ssize_t factorial_store(struct device *dev,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	struct pci_edu *edu = pci_edu_of(dev);
	u32 n;
	int err = kstrtou32(buf, 0, &n);

	if (err)
		return err;
	/* It multiplies one by one, and from 34 on the result is 0. */
	if (n > 34)
		return -ERANGE;
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	err = pci_edu_compute(edu, n);
	mutex_unlock(&edu->lock);
	return err ? err : count;
}
static DEVICE_ATTR_RW(factorial);

static ssize_t interrupts_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	struct pci_edu *edu = pci_edu_of(dev);

	return sysfs_emit(buf, "%d\n", atomic_read(&edu->interrupts));
}
static DEVICE_ATTR_RO(interrupts);

static ssize_t interrupt_kind_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	struct pci_edu *edu = pci_edu_of(dev);

	return sysfs_emit(buf, "%s\n",
			  pci_dev_msi_enabled(edu->pdev) ? "msi" : "intx");
}
static DEVICE_ATTR_RO(interrupt_kind);

static struct attribute *pci_edu_attrs[] = {
	&dev_attr_factorial.attr,
	&dev_attr_interrupts.attr,
	&dev_attr_interrupt_kind.attr,
	NULL
};
ATTRIBUTE_GROUPS(pci_edu);

/* ------------------------------------------------ a device comes, and goes */

/* Is it what it says it is? An answer of all ones is that of an empty slot. */
static int pci_edu_check(struct pci_edu *edu)
{
	u32 id = readl(edu->regs + PCI_EDU_ID);

	writel(0x12345678, edu->regs + PCI_EDU_ALIVE);
	if ((id & 0xffff) != 0xed ||
	    readl(edu->regs + PCI_EDU_ALIVE) != ~0x12345678u) {
		dev_err(&edu->pdev->dev, "no edu device: id %08x\n", id);
		return -ENODEV;
	}
	dev_info(&edu->pdev->dev, "edu device, version %u.%u\n", id >> 24,
		 (id >> 16) & 0xff);
	return 0;
}

/* Interrupts, memory to copy from and to, and leave to do it. */
static int pci_edu_start(struct pci_edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	int err;

	err = dma_set_mask_and_coherent(&pdev->dev,
					DMA_BIT_MASK(PCI_EDU_DMA_BITS));
	if (err)
		return err;
	edu->buffer = dma_alloc_coherent(&pdev->dev, PCI_EDU_SIZE,
					 &edu->buffer_dma, GFP_KERNEL);
	if (!edu->buffer)
		return -ENOMEM;

	/* MSI if there is, else the line. */
	err = pci_alloc_irq_vectors(pdev, 1, 1,
				    intx ? PCI_IRQ_ALL_TYPES & ~(PCI_IRQ_MSI |
							PCI_IRQ_MSIX) :
					   PCI_IRQ_ALL_TYPES);
	if (err < 0)
		goto free_buffer;
	err = request_irq(pci_irq_vector(pdev, 0), pci_edu_interrupt,
			  IRQF_SHARED, edu->name, edu);
	if (err)
		goto free_vectors;

	/* Without it the device may not touch memory, nor send messages. */
	pci_set_master(pdev);
	return 0;

free_vectors:
	pci_free_irq_vectors(pdev);
free_buffer:
	dma_free_coherent(&pdev->dev, PCI_EDU_SIZE, edu->buffer,
			  edu->buffer_dma);
	return err;
}

/* Before its memory is freed the device must have lost its reach for it. */
static void pci_edu_stop(struct pci_edu *edu)
{
	struct pci_dev *pdev = edu->pdev;

	pci_clear_master(pdev);
	free_irq(pci_irq_vector(pdev, 0), edu);
	pci_free_irq_vectors(pdev);
	dma_free_coherent(&pdev->dev, PCI_EDU_SIZE, edu->buffer,
			  edu->buffer_dma);
}

/* Its registers become readable. */
static int pci_edu_map(struct pci_edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	int err = pci_enable_device(pdev);

	if (err)
		return err;
	/* From now on nobody else may have them, and /proc/iomem says so. */
	err = pci_request_regions(pdev, KBUILD_MODNAME);
	if (err)
		goto disable;
	edu->regs = pci_iomap(pdev, 0, 0);
	if (edu->regs)
		return 0;
	err = -ENOMEM;
	pci_release_regions(pdev);
disable:
	pci_disable_device(pdev);
	return err;
}

static void pci_edu_unmap(struct pci_edu *edu)
{
	pci_iounmap(edu->pdev, edu->regs);
	pci_release_regions(edu->pdev);
	pci_disable_device(edu->pdev);
}

static struct pci_edu *pci_edu_new(struct pci_dev *pdev)
{
	struct pci_edu *edu = kzalloc(sizeof(*edu), GFP_KERNEL);

	if (!edu)
		return NULL;
	kref_init(&edu->refs);
	mutex_init(&edu->lock);
	init_completion(&edu->done);
	edu->pdev = pdev;
	return edu;
}

static int pci_edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct pci_edu *edu = pci_edu_new(pdev);
	int err;

	if (!edu)
		return -ENOMEM;
	/* There may be several: each gets a number. */
	edu->number = ida_alloc(&pci_edu_numbers, GFP_KERNEL);
	if (edu->number < 0) {
		err = edu->number;
		goto put;
	}
	snprintf(edu->name, sizeof(edu->name), "pci_edu%d", edu->number);
	pci_set_drvdata(pdev, edu);

	err = pci_edu_map(edu);
	if (err)
		goto free_number;
	err = pci_edu_check(edu);
	if (err)
		goto unmap;
	err = pci_edu_start(edu);
	if (err)
		goto unmap;

	/* A misc device: a character device with less to write. Last of all. */
	edu->misc.minor = MISC_DYNAMIC_MINOR;
	edu->misc.name = edu->name;
	edu->misc.fops = &pci_edu_fops;
	edu->misc.parent = &pdev->dev;
	edu->misc.groups = pci_edu_groups;
	err = misc_register(&edu->misc);
	if (err)
		goto stop;
	return 0;

stop:
	pci_edu_stop(edu);
unmap:
	pci_edu_unmap(edu);
free_number:
	ida_free(&pci_edu_numbers, edu->number);
put:
	kref_put(&edu->refs, pci_edu_free);
	return err;
}

/*
 * After misc_deregister() nobody can open it any more; after the lock was held
 * once nobody who has it open is in the middle of a job.
 */
static void pci_edu_remove(struct pci_dev *pdev)
{
	struct pci_edu *edu = pci_get_drvdata(pdev);

	misc_deregister(&edu->misc);
	mutex_lock(&edu->lock);
	edu->gone = true;
	mutex_unlock(&edu->lock);
	pci_edu_stop(edu);
	pci_edu_unmap(edu);
	ida_free(&pci_edu_numbers, edu->number);
	kref_put(&edu->refs, pci_edu_free);
}

/*
 * Which devices it is for, by the numbers of maker and model. They go into the
 * module's aliases, too, by which it is found and loaded for a new device.
 */
static const struct pci_device_id pci_edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, pci_edu_ids);

static struct pci_driver pci_edu_driver = {
	.name = "pci_edu",
	.id_table = pci_edu_ids,
	.probe = pci_edu_probe,
	.remove = pci_edu_remove,
};

/* Init and exit that do nothing but register it, and undo that. */
module_pci_driver(pci_edu_driver);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("QEMU's edu device: registers, interrupts and DMA");
