/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reasons, part three: symbols, their versions and licenses, relocations.
 * Mirrors simplify_symbols() and resolve_symbol() in kernel/module/main.c,
 * kernel/module/version.c and arch/x86/kernel/module.c.
 *
 * A symbol that fails is named twice in the log: first the reason, if it is
 * more than "not found", then "Unknown symbol X (err -N)". The reasons stand
 * first here, too.
 */
#include <errno.h>

#include "rules/reason_table.h"

#define RESOLVE "resolve_symbol, kernel/module/main.c"
#define SIMPLIFY "simplify_symbols, kernel/module/main.c"
#define RELOCATE "apply_relocate_add, arch/x86/kernel/module.c"
#define REBUILD "build it against the kernel that runs: 'lkm build' on the source's folder ('uname -r' names it); after a kernel update, reboot first"
#define TOOLCHAIN "build it again from clean with the compiler that built the kernel ('cat /proc/version'), and do not strip it"

const struct rule_reason rule_symbol_rows[] = {
	/* versions */
	{ .id = "load.crc.layout", .err = ENOEXEC,
	  .log = "%s: disagrees about version of symbol module_layout",
	  .kernel = "check_modstruct_version, kernel/module/version.c",
	  .why = "{1} was built with other kernel options or another kernel source than the one that runs, even if the release has the same name",
	  .fix = REBUILD "; headers and Module.symvers must come from the very package of that kernel" },
	{ .id = "load.crc.layout.none", .err = ENOEXEC,
	  .log = "%s: no symbol version for module_layout",
	  .kernel = "check_version, kernel/module/version.c",
	  .why = "the module's list of symbol versions lacks the entry that describes the kernel as a whole: it was built without the kernel's Module.symvers",
	  .fix = "install the headers package of this kernel (it brings Module.symvers) and build again" },
	{ .id = "load.crc", .err = EINVAL,
	  .log = "%s: disagrees about version of symbol %s",
	  .kernel = "check_version, kernel/module/version.c",
	  .why = "{2} looks different in the kernel that runs (its arguments or structures changed) from what {1} was built for",
	  .fix = REBUILD "; if another module exports {2}, build against that one's Module.symvers (KBUILD_EXTRA_SYMBOLS)" },
	{ .id = "load.crc.none", .err = EINVAL,
	  .log = "%s: no symbol version for %s",
	  .kernel = "check_version, kernel/module/version.c (distributions refuse, mainline only warns)",
	  .why = "the module carries no version of {2}: it was built without the Module.symvers that lists it",
	  .fix = "build again with Module.symvers of this kernel, and with KBUILD_EXTRA_SYMBOLS= for symbols of your other modules; 'modprobe --dump-modversions {file}' shows what it has" },
	{ .id = "load.crc.ext.pair", .err = ENOEXEC,
	  .log = "extended version crc+name presence does not match",
	  .kernel = "elf_validity_cache_index_versions, kernel/module/main.c (since 6.14)",
	  .why = "of the two sections with long symbol versions one is missing: the file was edited or damaged",
	  .fix = REBUILD },
	{ .id = "load.crc.ext.count", .err = ENOEXEC,
	  .log = "more extended version crcs than names",
	  .kernel = "elf_validity_cache_index_versions, kernel/module/main.c (since 6.14)",
	  .why = "the list of long symbol versions is cut short: the file was edited or damaged",
	  .fix = REBUILD },

	/* who may use it */
	{ .id = "load.ns", .err = EINVAL,
	  .log = "%s: module uses symbol (%s) from namespace %s, but does not import it.",
	  .kernel = "verify_namespace_is_imported, kernel/module/main.c",
	  .why = "{2} is exported to those only who import the namespace {3}, and {1} does not",
	  .fix = "add MODULE_IMPORT_NS({3}); to the source (MODULE_IMPORT_NS(\"{3}\"); since 6.13) and build again" },
	{ .id = "load.gpl.mixed", .err = ENOENT,
	  .log = "%s: module using GPL-only symbols uses symbols %s from proprietary module %s.",
	  .kernel = "inherit_taint, kernel/module/main.c",
	  .why = "{1} uses GPL-only symbols of the kernel and also symbols of {3}, which is proprietary: the kernel does not let a module do both",
	  .fix = "do without one of the two; the license of {3} decides" },
	{ .id = "load.symbol.busy", .err = EBUSY,
	  .log = "%s: gave up waiting for init of module %s.",
	  .kernel = "resolve_symbol_wait, kernel/module/main.c",
	  .why = "{1} needs {2}, whose init function has not returned for 30 seconds",
	  .fix = "see what {2} waits for: 'dmesg | tail -50'; 'grep {2} /proc/modules' shows Loading" },

	/* not found, or refused for a reason above */
	{ .id = "load.symbol.unknown", .err = ENOENT,
	  .log = "%s: Unknown symbol %s (err -2)",
	  .kernel = SIMPLIFY,
	  .why = "no one exports {2}: the module that does is not loaded (insmod loads no dependencies), this kernel does not export it, or it is for GPL modules only and {1} declares another license",
	  .fix = "load what it depends on first ('modinfo -F depends {file}', or 'modprobe' instead of insmod); 'grep -w {2} /proc/kallsyms' shows whether the kernel has it; check MODULE_LICENSE(\"GPL\")" },
	{ .id = "load.symbol.refused", .err = EINVAL,
	  .log = "%s: Unknown symbol %s (err -22)",
	  .kernel = SIMPLIFY,
	  .why = "{2} exists, but not in the version that {1} was built for, or in a namespace that {1} does not import",
	  .fix = REBUILD },
	{ .id = "load.symbol.wait", .err = EBUSY,
	  .log = "%s: Unknown symbol %s (err -16)",
	  .kernel = SIMPLIFY,
	  .why = "{2} belongs to a module whose init function has not returned",
	  .fix = "see which module in /proc/modules says Loading, and what 'dmesg' says of it" },
	{ .id = "load.symbol.section", .err = ENOEXEC,
	  .log = "%s: Symbol %s has an invalid section index %u (max %u)",
	  .kernel = SIMPLIFY,
	  .why = "the symbol {2} says that it lives in section {3}, and there are only {4}: the file is damaged or was stripped by a tool that does not know modules",
	  .fix = TOOLCHAIN },
	{ .id = "load.symbol.common", .err = ENOEXEC,
	  .log = "%s: please compile with -fno-common",
	  .kernel = SIMPLIFY,
	  .why = "the module has a global variable without a definite place (a C 'common' symbol)",
	  .fix = "build it with the kernel's build system, which says -fno-common, and give the variable a value in exactly one file" },
	{ .id = "load.symbol.duplicate", .err = ENOEXEC,
	  .log = "%s: exports duplicate symbol %s (owned by %s)",
	  .kernel = "verify_exported_symbols, kernel/module/main.c",
	  .why = "{1} exports {2}, which {3} exports already",
	  .fix = "unload {3} if it is another version of the same, or give the symbol another name; 'kernel' as the owner means that it is built in" },
	{ .id = "load.symbol.flags", .err = ENOEXEC,
	  .log = "%s: no flags for exported symbols",
	  .kernel = "check_export_symbol_sections, kernel/module/main.c (since 7.0)",
	  .why = "{1} exports symbols the way modules for older kernels do",
	  .fix = REBUILD },

	/* relocations */
	{ .id = "load.rel", .err = ENOEXEC, .log = "module %s: REL relocation unsupported",
	  .kernel = "apply_relocate, include/linux/moduleloader.h",
	  .why = "the file has relocations of a kind (REL) that this processor's kernel does not use: it was built for another architecture or by a strange linker",
	  .fix = TOOLCHAIN },
	{ .id = "load.rela.type", .err = ENOEXEC, .log = "%s: Unknown rela relocation: %llu",
	  .kernel = RELOCATE,
	  .why = "the compiler used a relocation (type {2}) that the kernel does not know, as it does for position independent code",
	  .fix = "build it with the kernel's build system, without -fPIC and -mcmodel of your own; " TOOLCHAIN },
	{ .id = "load.rela.nonzero", .err = ENOEXEC,
	  .log = "x86/modules: Skipping invalid relocation target, existing value is nonzero for type %d, loc %p, val %Lx",
	  .kernel = RELOCATE,
	  .why = "a place that has to be filled in is not empty: the file was already linked, wrongly stripped, or made by an unfit linker",
	  .fix = TOOLCHAIN },
	{ .id = "load.rela.nonzero.new", .err = ENOEXEC,
	  .log = "x86/modules: Invalid relocation target, existing value is nonzero for sec %u, idx %u, type %d, loc %lx, val %llx",
	  .kernel = RELOCATE,
	  .why = "a place in section {1} that has to be filled in is not empty: the file was already linked, wrongly stripped, or made by an unfit linker",
	  .fix = TOOLCHAIN },
	{ .id = "load.rela.overflow", .err = ENOEXEC,
	  .log = "overflow in relocation type %d val %s",
	  .kernel = RELOCATE,
	  .why = "an address does not fit where the code wants to put it: it was compiled for another memory model than the kernel's",
	  .fix = "build it with the kernel's build system, which says -mcmodel=kernel" },
	{ .id = "load.rela.mcmodel", .err = ENOEXEC,
	  .log = "`%s' likely not compiled with -mcmodel=kernel",
	  .kernel = RELOCATE,
	  .why = "an address does not fit where the code wants to put it: {1} was compiled for another memory model than the kernel's",
	  .fix = "build it with the kernel's build system, which says -mcmodel=kernel" },

	/* live patches */
	{ .id = "load.livepatch.section", .err = EINVAL,
	  .log = "livepatch: section %s has an incorrectly formatted name",
	  .kernel = "klp_apply_section_relocs, kernel/livepatch/core.c",
	  .why = "a relocation section of the live patch is not called .klp.rela.OBJECT.SECTION",
	  .fix = "build the patch again with its tool (kpatch-build, klp-build)" },
	{ .id = "load.livepatch.symbol", .err = EINVAL,
	  .log = "livepatch: symbol %s has an incorrectly formatted name",
	  .kernel = "klp_resolve_symbols, kernel/livepatch/core.c",
	  .why = "the live patch's symbol {1} is not called .klp.sym.OBJECT.NAME,POSITION",
	  .fix = "build the patch again with its tool (kpatch-build, klp-build)" },
	{ .id = "load.livepatch.mark", .err = EINVAL,
	  .log = "livepatch: symbol %s is not marked as a livepatch symbol",
	  .kernel = "klp_resolve_symbols, kernel/livepatch/core.c",
	  .why = "the live patch's symbol {1} lacks the mark of one (section index SHN_LIVEPATCH)",
	  .fix = "build the patch again with its tool (kpatch-build, klp-build)" },
	{ .id = "load.livepatch.vmlinux", .err = EINVAL,
	  .log = "livepatch: vmlinux.ko: invalid module name",
	  .kernel = "klp_module_coming, kernel/livepatch/core.c",
	  .why = "a module cannot be called vmlinux where live patching exists: that name means the kernel itself",
	  .fix = "give the module another name" },
	{ .id = "load.livepatch.module", .err = EINVAL,
	  .log = "livepatch: module %s is not marked as a livepatch module",
	  .kernel = "klp_enable_patch, kernel/livepatch/core.c",
	  .why = "{1} calls klp_enable_patch() without MODULE_INFO(livepatch, \"Y\")",
	  .fix = "add MODULE_INFO(livepatch, \"Y\"); to the source" },

	/* without a line */
	{ .id = "load.symbol", .by = RULE_BY_EITHER, .err = ENOENT,
	  .kernel = SIMPLIFY,
	  .why = "no line about an unknown symbol could be read in the kernel's log: either the log is not readable here, or the module's own init function returned ENOENT, for example for a file or device that it did not find",
	  .fix = "look yourself: 'sudo dmesg | tail'; 'lkm try {file}' says the same without root" },
};

const size_t n_rule_symbol_rows = ARRAY_SIZE(rule_symbol_rows);
