// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * svmguest: a virtual machine, as small as it can be, by AMD's SVM.
 *
 * A program writes code for a 16-bit processor to /dev/svmguest. The module
 * lets the processor run it as a guest: at full speed, in 16 KiB of memory of
 * its own, unable to reach anything else. It ends when it halts, when it does
 * what only a machine of its own could allow (a port, a control register,
 * memory that it does not have), or when its time is up. What became of it can
 * be read then:
 *
 *	exit=hlt ax=002a bx=0000 cx=0000 dx=0000 si=0000 di=0000 ...
 *
 * Each open file has a guest of its own. KVM is the same idea, and what is
 * missing here: devices, interrupts, several processors, migration. Like KVM's
 * early versions this does nothing against guests that guess secrets from how
 * long things take; so only root may open it.
 *
 * A processor's SVM belongs to one at a time: while KVM has it, write(2) fails
 * with EBUSY.
 *
 * SVM is described in volume 2 of AMD's manual. The one instruction that counts
 * is VMRUN. It loads the guest's registers from a page in memory, the VMCB, and
 * runs it until something happens that the VMCB says is to be intercepted (a
 * #VMEXIT): then it stores them there, with the reason, and the host goes on
 * behind VMRUN.
 *
 *	lkm try examples/svm
 *
 * QEMU emulates SVM, so that no special processor is needed for that.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/msr.h>
#include <asm/svm.h>
#include <asm/trapnr.h>
#include <linux/bitops.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/mem_encrypt.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

static unsigned int limit_ms = 200;
module_param(limit_ms, uint, 0644);
MODULE_PARM_DESC(limit_ms, "milliseconds that a guest may run (default: 200)");

#define SVMGUEST_MEMORY (4 * PAGE_SIZE)
#define SVMGUEST_IO_MAP (3 * PAGE_SIZE) /* a bit for each port, and some */
#define SVMGUEST_MSR_MAP (2 * PAGE_SIZE)

/* The pages that the processor reads and writes by itself. */
enum svmguest_page {
	SVMGUEST_VMCB, /* the guest's state, and what is intercepted */
	SVMGUEST_HSAVE, /* where VMRUN keeps the host's state */
	SVMGUEST_HOST, /* the rest of it, which VMRUN does not keep */
	SVMGUEST_PML4, /* the guest's memory: page tables of four levels */
	SVMGUEST_PDPT,
	SVMGUEST_PD,
	SVMGUEST_PT,
	SVMGUEST_PAGES
};

/* Registers that VMRUN leaves as they are, so that they must be exchanged. */
struct svmguest_regs {
	u64 rbx, rcx, rdx, rsi, rdi, rbp;
};

struct svmguest {
	struct mutex lock; /* one run at a time */
	void *page[SVMGUEST_PAGES];
	void *memory;
	void *io_map;
	void *msr_map;
	struct svmguest_regs regs;
	char report[160];
	size_t report_len;
};

static struct vmcb *svmguest_vmcb(struct svmguest *g)
{
	return g->page[SVMGUEST_VMCB];
}

/* Where something lies for the processor, which may encrypt memory (SME). */
static u64 svmguest_pa(const void *p)
{
	return __sme_pa(p);
}

/* ------------------------------------------------------- what changed */

/* Since Linux 6.16, these two have a "q" for quadword, as the instructions. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define svmguest_rdmsr(msr, val) rdmsrl(msr, val)
#define svmguest_wrmsr(msr, val) wrmsrl(msr, val)
#else
#define svmguest_rdmsr(msr, val) rdmsrq(msr, val)
#define svmguest_wrmsr(msr, val) wrmsrq(msr, val)
#endif

/* In 7.x, a field of the VMCB has got the name that AMD has for it. */
#ifdef SVM_MISC_ENABLE_NP
#define SVMGUEST_ENABLE_NP SVM_MISC_ENABLE_NP
#define nested_ctl misc_ctl
#else
#define SVMGUEST_ENABLE_NP SVM_NESTED_CTL_NP_ENABLE
#endif

/* ------------------------------------------------ the guest's beginning */

/*
 * Everything that would reach beyond memory and registers. What the manual
 * counts as one bit each, from the start of the VMCB.
 */
static const u8 svmguest_intercepts[] = {
	/* The host's own: it must get them. */
	INTERCEPT_INTR, INTERCEPT_NMI, INTERCEPT_SMI, INTERCEPT_INIT,
	/* The guest's end. */
	INTERCEPT_HLT, INTERCEPT_SHUTDOWN,
	/* Tables of segments and interrupts. */
	INTERCEPT_LOAD_IDTR, INTERCEPT_LOAD_GDTR, INTERCEPT_LOAD_LDTR,
	INTERCEPT_LOAD_TR, INTERCEPT_TASK_SWITCH, INTERCEPT_INTn,
	/* The machine: ports, model-specific registers, caches, power. */
	INTERCEPT_IOIO_PROT, INTERCEPT_MSR_PROT, INTERCEPT_INVD,
	INTERCEPT_WBINVD, INTERCEPT_INVLPG, INTERCEPT_RDPMC, INTERCEPT_RSM,
	INTERCEPT_FERR_FREEZE, INTERCEPT_MONITOR, INTERCEPT_MWAIT,
	INTERCEPT_XSETBV,
	/* SVM itself. The processor wants the first one. */
	INTERCEPT_VMRUN, INTERCEPT_VMMCALL, INTERCEPT_VMLOAD, INTERCEPT_VMSAVE,
	INTERCEPT_STGI, INTERCEPT_CLGI, INTERCEPT_SKINIT, INTERCEPT_INVLPGA,
};

static void svmguest_set_intercepts(struct svmguest *g)
{
	struct vmcb_control_area *c = &svmguest_vmcb(g)->control;
	int i;

	c->intercepts[INTERCEPT_CR] = 0xffff0000; /* writing to any */
	c->intercepts[INTERCEPT_DR] = 0xffffffff; /* reading, too */
	c->intercepts[INTERCEPT_EXCEPTION] = 0xffffffff;
	for (i = 0; i < ARRAY_SIZE(svmguest_intercepts); i++) {
		u8 bit = svmguest_intercepts[i];

		c->intercepts[bit / 32] |= BIT(bit % 32);
	}
	/* All ports and all model-specific registers. */
	memset(g->io_map, 0xff, SVMGUEST_IO_MAP);
	memset(g->msr_map, 0xff, SVMGUEST_MSR_MAP);
	c->iopm_base_pa = svmguest_pa(g->io_map);
	c->msrpm_base_pa = svmguest_pa(g->msr_map);
}

/*
 * Nested paging: what the guest takes for physical addresses is translated once
 * more, by tables of ours. They have its 16 KiB and nothing else.
 */
static void svmguest_map_memory(struct svmguest *g)
{
	const u64 flags = _PAGE_PRESENT | _PAGE_RW | _PAGE_USER;
	u64 *pt = g->page[SVMGUEST_PT];
	int level, i;

	for (level = SVMGUEST_PML4; level < SVMGUEST_PT; level++)
		*(u64 *)g->page[level] = svmguest_pa(g->page[level + 1]) |
					 flags;
	for (i = 0; i < SVMGUEST_MEMORY / PAGE_SIZE; i++)
		pt[i] = svmguest_pa(g->memory + i * PAGE_SIZE) | flags;
}

static void svmguest_set_segment(struct vmcb_seg *seg, u16 attrib)
{
	seg->selector = 0;
	seg->attrib = attrib;
	seg->limit = 0xffff;
	seg->base = 0;
}

/* As after power on, but that it begins at address 0, with a stack. */
static void svmguest_reset(struct svmguest *g)
{
	/* Present, and: code or data that may be read; a task; a table. */
	enum { CODE = 0x9b, DATA = 0x93, TASK = 0x8b, TABLE = 0x82 };
	struct vmcb *vmcb = svmguest_vmcb(g);
	struct vmcb_control_area *c = &vmcb->control;
	struct vmcb_save_area *s = &vmcb->save;

	memset(vmcb, 0, sizeof(*vmcb));
	memset(&g->regs, 0, sizeof(g->regs));
	svmguest_set_intercepts(g);
	c->asid = 1; /* whose entries in the TLB are whose; 0 is the host */
	c->tlb_ctl = TLB_CONTROL_FLUSH_ALL_ASID;
	/* Whether an interrupt of the host comes is not the guest's to say. */
	c->int_ctl = V_INTR_MASKING_MASK;
	c->nested_ctl = SVMGUEST_ENABLE_NP;
	c->nested_cr3 = svmguest_pa(g->page[SVMGUEST_PML4]);

	svmguest_set_segment(&s->cs, CODE);
	svmguest_set_segment(&s->ds, DATA);
	svmguest_set_segment(&s->es, DATA);
	svmguest_set_segment(&s->ss, DATA);
	svmguest_set_segment(&s->fs, DATA);
	svmguest_set_segment(&s->gs, DATA);
	svmguest_set_segment(&s->gdtr, 0);
	svmguest_set_segment(&s->idtr, 0);
	svmguest_set_segment(&s->ldtr, TABLE);
	svmguest_set_segment(&s->tr, TASK);
	s->efer = EFER_SVME; /* VMRUN wants it */
	/*
	 * No FPU: its registers are not exchanged, and still the host's. Each
	 * use of them is an exception, and so is each write to CR0.
	 */
	s->cr0 = X86_CR0_ET | X86_CR0_EM | X86_CR0_TS;
	s->g_pat = 0x0007040600070406ULL; /* how memory is cached: as usual */
	s->dr6 = 0xffff0ff0;
	s->dr7 = 0x400;
	s->rflags = X86_EFLAGS_FIXED;
	s->rsp = SVMGUEST_MEMORY;
}

/* ------------------------------------------------------------ the switch */

/*
 * Into the guest and back. VMRUN exchanges most of the state, VMSAVE and VMLOAD
 * do the segment registers (of which the kernel needs GS for everything that
 * belongs to one processor), the rest is done by hand. CLGI and STGI hold back
 * all interrupts meanwhile, even those that cannot be masked: one that came in
 * between would find half of each. With the interrupt flag set, they end the
 * guest's turn instead, and are served after STGI and what follows it.
 *
 * All three take the address of their page in RAX. noinline: so that the names
 * of registers below are not in anyone's way.
 */
static noinline void svmguest_switch(struct svmguest *g)
{
	u64 guest = svmguest_pa(g->page[SVMGUEST_VMCB]);
	u64 host = svmguest_pa(g->page[SVMGUEST_HOST]);
	struct svmguest_regs *regs = &g->regs;

	asm volatile("push %%rbp\n\t"
		     "push %%rdi\n\t" /* regs */
		     "push %%rsi\n\t" /* host */
		     "clgi\n\t"
		     "sti\n\t"
		     "xchg %%rax, %%rsi\n\t"
		     "vmsave\n\t"
		     "mov %%rsi, %%rax\n\t"
		     "vmload\n\t"
		     "mov %c[rbx](%%rdi), %%rbx\n\t"
		     "mov %c[rcx](%%rdi), %%rcx\n\t"
		     "mov %c[rdx](%%rdi), %%rdx\n\t"
		     "mov %c[rsi](%%rdi), %%rsi\n\t"
		     "mov %c[rbp](%%rdi), %%rbp\n\t"
		     "mov %c[rdi](%%rdi), %%rdi\n\t"
		     "vmrun\n\t" /* the guest */
		     "vmsave\n\t"
		     "pop %%rax\n\t" /* host */
		     "vmload\n\t"
		     "xchg %%rdi, (%%rsp)\n\t" /* the guest's, for regs */
		     "mov %%rbx, %c[rbx](%%rdi)\n\t"
		     "mov %%rcx, %c[rcx](%%rdi)\n\t"
		     "mov %%rdx, %c[rdx](%%rdi)\n\t"
		     "mov %%rsi, %c[rsi](%%rdi)\n\t"
		     "mov %%rbp, %c[rbp](%%rdi)\n\t"
		     "pop %%rax\n\t" /* the guest's rdi */
		     "mov %%rax, %c[rdi](%%rdi)\n\t"
		     "cli\n\t"
		     "stgi\n\t"
		     "pop %%rbp\n\t"
		     : "+a"(guest), "+D"(regs), "+S"(host)
		     : [rbx] "i"(offsetof(struct svmguest_regs, rbx)),
		       [rcx] "i"(offsetof(struct svmguest_regs, rcx)),
		       [rdx] "i"(offsetof(struct svmguest_regs, rdx)),
		       [rsi] "i"(offsetof(struct svmguest_regs, rsi)),
		       [rdi] "i"(offsetof(struct svmguest_regs, rdi)),
		       [rbp] "i"(offsetof(struct svmguest_regs, rbp))
		     : "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12",
		       "r13", "r14", "r15", "cc", "memory");
}

static u32 svmguest_exit_code(struct svmguest *g)
{
	return (u32)svmguest_vmcb(g)->control.exit_code;
}

/*
 * A turn of the guest: up to the next #VMEXIT, be it for its own sake or for
 * an interrupt of the host's. With interrupts off, so that it stays on this
 * processor, and nobody (KVM!) comes in between while SVM is on. What is on
 * before and after is each processor's own state: none is left changed.
 */
static int svmguest_turn(struct svmguest *g)
{
	unsigned long flags, dr6, dr7;
	u64 efer, hsave;

	local_irq_save(flags);
	svmguest_rdmsr(MSR_EFER, efer);
	if (efer & EFER_SVME) {
		local_irq_restore(flags);
		return -EBUSY; /* somebody else has SVM */
	}
	svmguest_wrmsr(MSR_EFER, efer | EFER_SVME);
	svmguest_rdmsr(MSR_VM_HSAVE_PA, hsave);
	svmguest_wrmsr(MSR_VM_HSAVE_PA, svmguest_pa(g->page[SVMGUEST_HSAVE]));
	/* A debugger's breakpoints, which #VMEXIT switches off. */
	get_debugreg(dr6, 6);
	get_debugreg(dr7, 7);

	svmguest_switch(g);

	svmguest_wrmsr(MSR_VM_HSAVE_PA, hsave);
	svmguest_wrmsr(MSR_EFER, efer);
	set_debugreg(dr6, 6);
	set_debugreg(dr7, 7);
	/* Broken memory is the host's affair: let its handler know. */
	if (svmguest_exit_code(g) == SVM_EXIT_EXCP_BASE + X86_TRAP_MC)
		asm volatile("int $18");
	local_irq_restore(flags); /* here, interrupts that came are served */
	return 0;
}

/* Turn after turn. 0: it ended; -ETIME: it did not. */
static int svmguest_run(struct svmguest *g)
{
	unsigned long end = jiffies + msecs_to_jiffies(READ_ONCE(limit_ms));

	for (;;) {
		int err = svmguest_turn(g);

		if (err)
			return err;
		switch (svmguest_exit_code(g)) {
		case SVM_EXIT_INTR:
		case SVM_EXIT_NMI:
		case SVM_EXIT_SMI:
		case SVM_EXIT_INIT:
			break;
		default:
			return 0;
		}
		if (signal_pending(current))
			return -EINTR;
		if (time_after_eq(jiffies, end))
			return -ETIME;
		cond_resched();
	}
}

/* -------------------------------------------------------------- the report */

static int svmguest_print_reason(struct svmguest *g, char *buf, size_t size)
{
	struct vmcb_control_area *c = &svmguest_vmcb(g)->control;
	u32 code = svmguest_exit_code(g);

	if (code >= SVM_EXIT_EXCP_BASE && code < SVM_EXIT_EXCP_BASE + 32)
		return scnprintf(buf, size, "exception vector=%u",
				 code - SVM_EXIT_EXCP_BASE);
	switch (code) {
	case SVM_EXIT_HLT:
		return scnprintf(buf, size, "hlt");
	case SVM_EXIT_IOIO:
		return scnprintf(buf, size, "io port=0x%x",
				 (u32)c->exit_info_1 >> 16);
	case SVM_EXIT_NPF:
		return scnprintf(buf, size, "memory address=0x%llx",
				 (u64)c->exit_info_2);
	}
	return scnprintf(buf, size, "other code=0x%x", code);
}

static void svmguest_print(struct svmguest *g, int result)
{
	struct vmcb_save_area *s = &svmguest_vmcb(g)->save;
	struct svmguest_regs *r = &g->regs;
	char *buf = g->report;
	size_t size = sizeof(g->report);
	int n = scnprintf(buf, size, "exit=");

	if (result == -ETIME)
		n += scnprintf(buf + n, size - n, "time");
	else
		n += svmguest_print_reason(g, buf + n, size - n);
	n += scnprintf(buf + n, size - n,
		       " ax=%04x bx=%04x cx=%04x dx=%04x si=%04x di=%04x bp=%04x sp=%04x ip=%04x flags=%04x\n",
		       (u16)s->rax, (u16)r->rbx, (u16)r->rcx, (u16)r->rdx,
		       (u16)r->rsi, (u16)r->rdi, (u16)r->rbp, (u16)s->rsp,
		       (u16)s->rip, (u16)s->rflags);
	g->report_len = n;
}

/* -------------------------------------------------------------- the device */

static void svmguest_free(struct svmguest *g)
{
	int i;

	if (g->memory)
		free_pages_exact(g->memory, SVMGUEST_MEMORY);
	if (g->io_map)
		free_pages_exact(g->io_map, SVMGUEST_IO_MAP);
	if (g->msr_map)
		free_pages_exact(g->msr_map, SVMGUEST_MSR_MAP);
	for (i = 0; i < SVMGUEST_PAGES; i++)
		free_page((unsigned long)g->page[i]); /* 0 is none */
	kfree(g);
}

/* Where more than one page is needed, they must follow one another. */
static int svmguest_alloc(struct svmguest *g)
{
	int i;

	for (i = 0; i < SVMGUEST_PAGES; i++) {
		g->page[i] = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
		if (!g->page[i])
			return -ENOMEM;
	}
	g->memory = alloc_pages_exact(SVMGUEST_MEMORY, GFP_KERNEL_ACCOUNT);
	g->io_map = alloc_pages_exact(SVMGUEST_IO_MAP, GFP_KERNEL_ACCOUNT);
	g->msr_map = alloc_pages_exact(SVMGUEST_MSR_MAP, GFP_KERNEL_ACCOUNT);
	return g->memory && g->io_map && g->msr_map ? 0 : -ENOMEM;
}

static int svmguest_open(struct inode *inode, struct file *file)
{
	struct svmguest *g = kzalloc(sizeof(*g), GFP_KERNEL_ACCOUNT);

	if (!g)
		return -ENOMEM;
	if (svmguest_alloc(g)) {
		svmguest_free(g);
		return -ENOMEM;
	}
	mutex_init(&g->lock);
	svmguest_map_memory(g);
	file->private_data = g;
	return 0;
}

static int svmguest_release(struct inode *inode, struct file *file)
{
	svmguest_free(file->private_data);
	return 0;
}

/* Code for the guest: it runs from its first byte, in memory that is else 0. */
static ssize_t svmguest_write(struct file *file, const char __user *code,
			      size_t len, loff_t *pos)
{
	struct svmguest *g = file->private_data;
	int err;

	if (len > SVMGUEST_MEMORY)
		return -EFBIG;
	if (mutex_lock_interruptible(&g->lock))
		return -EINTR;
	g->report_len = 0;
	memset(g->memory, 0, SVMGUEST_MEMORY);
	err = copy_from_user(g->memory, code, len) ? -EFAULT : 0;
	if (!err) {
		svmguest_reset(g);
		err = svmguest_run(g);
	}
	if (!err || err == -ETIME) {
		svmguest_print(g, err);
		err = 0;
	}
	mutex_unlock(&g->lock);
	return err ? err : len;
}

/* What became of the last one. Nothing, if none has run. */
static ssize_t svmguest_read(struct file *file, char __user *buf, size_t len,
			     loff_t *pos)
{
	struct svmguest *g = file->private_data;
	ssize_t n;

	if (mutex_lock_interruptible(&g->lock))
		return -EINTR;
	n = simple_read_from_buffer(buf, len, pos, g->report, g->report_len);
	mutex_unlock(&g->lock);
	return n;
}

static const struct file_operations svmguest_ops = {
	.owner = THIS_MODULE,
	.open = svmguest_open,
	.release = svmguest_release,
	.read = svmguest_read,
	.write = svmguest_write,
	.llseek = default_llseek,
};

static struct miscdevice svmguest_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &svmguest_ops,
	.mode = 0600,
};

/* What this processor has, and whether the firmware lets us use it. */
static int __init svmguest_possible(void)
{
	u64 vm_cr;

	if (!boot_cpu_has(X86_FEATURE_SVM) || !boot_cpu_has(X86_FEATURE_NPT)) {
		pr_err("this processor has no SVM with nested paging\n");
		return -ENODEV;
	}
	svmguest_rdmsr(MSR_VM_CR, vm_cr);
	if (vm_cr & SVM_VM_CR_SVM_DIS_MASK) {
		pr_err("SVM is switched off in the firmware's setup\n");
		return -ENODEV;
	}
	return 0;
}

static int __init svmguest_init(void)
{
	int err = svmguest_possible();

	return err ? err : misc_register(&svmguest_device);
}

static void __exit svmguest_exit(void)
{
	misc_deregister(&svmguest_device);
}

module_init(svmguest_init);
module_exit(svmguest_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("A very small virtual machine by AMD's SVM");
