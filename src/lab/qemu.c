/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's program, its open files and its arguments: see qemu.h. */
#include "lab/qemu.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/child.h"
#include "base/file.h"
#include "build/distro.h"
#include "lab/initramfs.h"
#include "lab/tsc.h"

static int foreign_qemu(const struct lab_arch *a, char **ret, struct diag *d)
{
	*ret = child_which(a->qemu);
	return *ret ? 0
		    : diag_fail(d, ENOENT,
				"QEMU is not installed for this processor (no %s in PATH)",
				a->qemu);
}

int lab_qemu_path(const struct lab_config *c, char **ret, struct diag *d)
{
	diag_spare(d);

	if (c->arch)
		return foreign_qemu(c->arch, ret, d);

	static const char *const names[] = { "qemu-system-x86_64",
					     "/usr/libexec/qemu-kvm",
					     "/usr/bin/qemu-kvm" };
	const char *own = getenv("LKM_QEMU");

	if (own && *own) {
		*ret = child_which(own);
		if (*ret)
			return 0;
		diag_fail(d, ENOENT, "LKM_QEMU names '%s', which is no program",
			  own);
		diag_hint(d, "set LKM_QEMU to the path of a qemu-system-x86_64, or unset it");
		return -ENOENT;
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		*ret = child_which(names[i]);
		if (*ret)
			return 0;
	}

	struct build_distro distro;
	char cmd[256];

	diag_fail(d, ENOENT, "QEMU is not installed (no qemu-system-x86_64 in PATH), and it is the machine that modules are tried in");
	build_distro_read("", &distro);
	build_distro_command(&distro, BUILD_NEED_QEMU, NULL, cmd, sizeof(cmd));
	diag_hint(d, "%s", cmd);
	return -ENOENT;
}

/* Kernel parameters: silent, one answer to each question, dies quickly. */
static const char kernel_parameters[] =
	"console=ttyS0 quiet loglevel=3 panic=-1 "
	"acpi_no_memhotplug swiotlb=noforce numa=off nokaslr "
	"no_timer_check tsc=reliable printk.devkmsg=on "
	"preempt=full slub_debug=FZPU cryptomgr.notests random.trust_cpu=on";

/* Not in a machine of KVM's, which has a clock of its own. */
static const char tsc_parameter[] = " tsc_early_khz=%u";

static const char *const common_options[] = {
	"-nodefaults", "-no-user-config",
	"-no-reboot",  "-display",
	"none",	       NULL,
};

static const char pc_machine[] = "pc,memory-backend=ram,usb=off,hpet=off";

/*
 * With devices of the user's: the firmware of pc computes how their interrupts
 * are routed, by a program of some thousand steps for each that is enabled.
 * Traced, and with every allocation checked, that takes half a minute.
 */
static const char q35_machine[] = "q35,memory-backend=ram,usb=off,hpet=off";

static const char *parameters(const struct lab_config *c)
{
	return c->arch ? c->arch->parameters : kernel_parameters;
}

static const char *machine_type(const struct lab_config *c)
{
	return c->arch	    ? c->arch->machine :
	       c->n_devices || c->n_trust ? q35_machine :
			      pc_machine;
}

static uint64_t add_hash(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = h * 31 + (unsigned char)*s;
	return h;
}

uint64_t lab_qemu_version(const struct lab_config *c)
{
	uint64_t h = add_hash(LAB_WINDOW_SIZE, parameters(c));

	if (!c->arch)
		h = add_hash(h, tsc_parameter);
	for (size_t i = 0; common_options[i]; i++)
		h = add_hash(h, common_options[i]);
	h = add_hash(h, machine_type(c));
	return c->arch ? add_hash(h, c->arch->cpu) : h;
}

/*
 * The user's words for the kernel. One that is locked down from the start does
 * not show the window to the guest's process 1, so that does it, later. What
 * is behind a second "--" process 1 does not get to see.
 */
static void add_words(struct text *t, const char *s, bool lockdown)
{
	static const char blanks[] = " \t\n";

	for (size_t n; s && *s; s += n) {
		s += strspn(s, blanks);
		n = strcspn(s, blanks);
		if (n == 2 && str_starts(s, "--"))
			continue;
		if (n && str_starts(s, "lockdown=") == lockdown)
			text_addf(t, " %.*s", (int)n, s);
	}
}

static void append_line(struct text *t, const struct lab_config *c, bool kvm)
{
	unsigned khz = c->arch || kvm ? 0 : lab_tsc_khz();

	text_add(t, parameters(c));
	if (khz)
		text_addf(t, tsc_parameter, khz);
	add_words(t, c->append, false);
	/* At 0: the guest has to look for the device. */
	text_addf(t, " -- " LAB_WINDOW_WORD "0x%llx,%llu",
		  c->arch ? 0 : (unsigned long long)LAB_WINDOW_ADDR,
		  (unsigned long long)LAB_WINDOW_SIZE);
	add_words(t, c->append, true);
}

static int add_memory(struct strv *a, const struct lab_start *s)
{
	unsigned mib = s->c->memory_mib;
	int r = s->c->arch
			? strv_addf(a, "%uM", mib)
			: strv_addf(a, "%uM,slots=1,maxmem=%uM", mib,
				    mib + (unsigned)(LAB_WINDOW_SIZE >> 20) +
					    1024);

	if (!r)
		r = strv_add(a, "-object");
	if (!r && s->ram_fd >= 0)
		r = strv_addf(a,
			      "memory-backend-file,id=ram,size=%uM,mem-path=/proc/self/fd/%d,share=%s",
			      mib, s->ram_fd, s->ram_shared ? "on" : "off");
	else if (!r)
		r = strv_addf(a, "memory-backend-ram,id=ram,size=%uM", mib);
	if (!r)
		r = strv_add(a, "-object");
	if (!r)
		r = strv_addf(a,
			      "memory-backend-file,id=win,size=%llu,mem-path=/proc/self/fd/%d,share=on",
			      (unsigned long long)LAB_WINDOW_SIZE, s->win_fd);
	if (!r)
		r = strv_add(a, "-device");
	if (!r && s->c->arch)
		return strv_add(a, "ivshmem-plain,memdev=win,master=on");
	if (!r)
		r = strv_addf(a, "pc-dimm,id=dwin,memdev=win,addr=0x%llx",
			      (unsigned long long)LAB_WINDOW_ADDR);
	return r;
}

static int add_channel(struct strv *a, const char *id, int fd,
		       const char *option, const char *value)
{
	int r = strv_add(a, "-chardev");

	if (!r)
		r = strv_addf(a, "socket,id=%s,fd=%d", id, fd);
	if (!r)
		r = strv_add(a, option);
	return r ? r : strv_add(a, value);
}

static int add_devices(struct strv *a, const struct lab_config *c)
{
	int r = 0;

	for (size_t i = 0; i < c->n_devices && !r; i++) {
		r = strv_add(a, "-device");
		if (!r)
			r = strv_add(a, c->devices[i]);
	}
	return r;
}

static int add_all(struct strv *a, const char *const *words)
{
	int r = 0;

	for (size_t i = 0; words[i] && !r; i++)
		r = strv_add(a, words[i]);
	return r;
}

/* The processor's first words are a UEFI's, in whose flash keys are. */
static int add_firmware(struct strv *a, const struct lab_config *c, int flash)
{
	int r;

	if (flash < 0)
		return 0;
	r = strv_add(a, "-drive");
	if (!r)
		r = strv_addf(a,
			      "if=pflash,unit=0,format=raw,readonly=on,file=%s",
			      c->firmware.code);
	if (!r)
		r = strv_add(a, "-drive");
	return r ? r : strv_addf(a,
				 "if=pflash,unit=1,format=raw,file=/proc/self/fd/%d",
				 flash);
}

int lab_qemu_command(struct strv *a, const char *qemu,
		     const struct lab_start *s,
		     const struct lab_qemu_files *f)
{
	const char *const cpu_kvm[] = { "-accel", "kvm", "-cpu", "host", NULL };
	const char *const cpu_tcg[] = { "-accel", "tcg,tb-size=32", "-cpu",
					s->c->arch ? s->c->arch->cpu
						   : "max,la57=off",
					NULL };
	_cleanup_text_ struct text line = { 0 };
	int r = strv_add(a, qemu);

	if (!r)
		r = add_all(a, common_options);
	if (!r)
		r = strv_add(a, "-M");
	if (!r)
		r = strv_add(a, machine_type(s->c));
	if (!r)
		r = add_all(a, s->kvm ? cpu_kvm : cpu_tcg);
	if (!r)
		r = strv_add(a, "-smp");
	if (!r)
		r = strv_addf(a, "%u", s->c->cpus);
	if (!r)
		r = strv_add(a, "-m");
	if (!r)
		r = add_memory(a, s);
	if (!r)
		r = add_channel(a, "q", f->theirs[0], "-mon", "chardev=q,mode=control");
	if (!r)
		r = add_channel(a, "b", f->theirs[1], "-device",
				s->c->arch ? "pci-serial,chardev=b"
					   : "isa-debugcon,iobase=0xe9,chardev=b");
	if (!r)
		r = add_channel(a, "s", f->theirs[2], "-serial", "chardev:s");
	if (!r)
		r = add_devices(a, s->c);
	if (!r)
		r = add_firmware(a, s->c, f->flash);
	if (r || s->incoming)
		return r ? r : add_all(a, (const char *const[]){
						  "-incoming", "defer", NULL });
	append_line(&line, s->c, s->kvm);
	r = add_all(a, (const char *const[]){ "-kernel", s->c->image,
					      "-append", text_str(&line),
					      "-initrd", NULL });
	return r ? r : strv_addf(a, "/proc/self/fd/%d", f->initrd);
}

/* ------------------------------------------------------------ its files */

static void close_one(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void lab_qemu_files_close(struct lab_qemu_files *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(f->ours); i++)
		close_one(&f->ours[i]);
	for (size_t i = 0; i < ARRAY_SIZE(f->theirs); i++)
		close_one(&f->theirs[i]);
	close_one(&f->initrd);
	close_one(&f->flash);
}

/* A memory file. Return: fd or -errno. */
static int memory_file(const char *name, const void *p, size_t n,
		       struct diag *d)
{
	_cleanup_close_ int fd = memfd_create(name, MFD_CLOEXEC);
	int r;

	if (fd < 0)
		return diag_fail(d, errno, "cannot make a memory file: %s",
				 strerror(errno));
	r = fd_write_all(fd, p, n);
	if (r < 0)
		return diag_fail(d, -r, "cannot fill a memory file: %s",
				 strerror(-r));
	return take_fd(fd);
}

static int initrd_open(struct lab_qemu_files *f, const struct lab_arch *arch,
		       struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	int r = arch ? lab_initramfs_of(arch->guest, &t, d)
		     : lab_initramfs(&t, d);

	if (!r)
		f->initrd = r = memory_file("lkm-initrd", t.p, t.n, d);
	return r < 0 ? r : 0;
}

static int channels_open(struct lab_qemu_files *f, struct diag *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(f->ours); i++) {
		int sv[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
			return diag_fail(d, errno, "cannot make a socket: %s",
					 strerror(errno));
		f->ours[i] = sv[0];
		f->theirs[i] = sv[1];
	}
	return 0;
}

static int flash_open(struct lab_qemu_files *f, const struct lab_config *c,
		      struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = lab_firmware_store(&c->firmware, c->trust, c->n_trust, &b, d);

	if (!r)
		f->flash = r = memory_file("lkm-flash", b.p, b.n, d);
	return r < 0 ? r : 0;
}

int lab_qemu_files_open(struct lab_qemu_files *f, const struct lab_start *s,
			struct diag *d)
{
	int r = channels_open(f, d);

	if (!r && s->c->n_trust)
		r = flash_open(f, s->c, d);
	return r || s->incoming ? r : initrd_open(f, s->c->arch, d);
}
