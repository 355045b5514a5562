/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module file, opened by libdw: see dwfl.h. */
#include "rules/dwfl.h"

#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <sys/mman.h>

#include "base/dso.h"
#include "base/file.h"

DSO_FN(dwfl_begin);
DSO_FN(dwfl_end);
DSO_FN(dwfl_module_getelf);
DSO_FN(dwfl_offline_section_address);
DSO_FN(dwfl_report_end);
DSO_FN(dwfl_report_offline);

static struct dso libdw = {
	.soname = "libdw.so.1",
	.package = "libdw1",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(dwfl_begin),
					DSO_ENTRY(dwfl_end),
					DSO_ENTRY(dwfl_module_getelf),
					DSO_ENTRY(dwfl_offline_section_address),
					DSO_ENTRY(dwfl_report_end),
					DSO_ENTRY(dwfl_report_offline),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

DSO_FN(elf_getscn);
DSO_FN(gelf_getshdr);

static struct dso libelf = {
	.soname = "libelf.so.1",
	.package = "libelf1",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(elf_getscn),
					DSO_ENTRY(gelf_getshdr),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

/* The module itself is all there is: nothing is searched or fetched. */
static int no_debuginfo(Dwfl_Module *m _unused_, void **u _unused_,
			const char *name _unused_, Dwarf_Addr base _unused_,
			const char *file _unused_, const char *link _unused_,
			GElf_Word crc _unused_, char **path _unused_)
{
	return -1;
}

/* libdw reads files: the (decompressed) image becomes one without a name. */
static int image_fd(const struct ko *ko)
{
	_cleanup_close_ int fd = memfd_create("module", MFD_CLOEXEC);
	struct span s = ko_image(ko);

	if (fd < 0 || fd_write_all(fd, s.p, s.n) < 0)
		return -1;
	return take_fd(fd);
}

bool dwfl_ko_open(struct dwfl_ko *f, const struct ko *ko)
{
	static Dwfl_Callbacks calls = { .find_debuginfo = no_debuginfo };

	if (dso_need(&libdw, NULL) < 0 || dso_need(&libelf, NULL) < 0)
		return false;

	_cleanup_close_ int fd = image_fd(ko);

	if (fd < 0)
		return false;
	calls.section_address = dso_dwfl_offline_section_address;
	f->dwfl = dso_dwfl_begin(&calls);
	if (!f->dwfl)
		return false;
	f->module = dso_dwfl_report_offline(f->dwfl, ko->name, ko->path, fd);
	if (f->module)
		(void)take_fd(fd); /* it is libdwfl's now */
	(void)dso_dwfl_report_end(f->dwfl, NULL, NULL);
	return f->module;
}

void dwfl_ko_close(struct dwfl_ko *f)
{
	if (f->dwfl)
		dso_dwfl_end(f->dwfl);
	*f = (struct dwfl_ko){ 0 };
}

bool dwfl_ko_section(const struct dwfl_ko *f, uint32_t shndx, uint64_t *ret)
{
	GElf_Addr bias;
	Elf *elf = dso_dwfl_module_getelf(f->module, &bias);
	Elf_Scn *scn = elf ? dso_elf_getscn(elf, shndx) : NULL;
	GElf_Shdr sh;

	if (!scn || !dso_gelf_getshdr(scn, &sh))
		return false;
	*ret = sh.sh_addr + bias;
	return true;
}
