/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of reasons: every row has a line (or, where the kernel is silent,
 * an errno with facts) that leads to it, and to nothing else.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/reason.h"

/* One per row. Lines are those of a real kernel, or made by its format. */
static const struct {
	const char *id;
	int err;
	unsigned facts;
	const char *line;
} cases[] = {
	{ "load.none", ENOSYS, RULE_NO_MODULES, NULL },
	{ "load.cap", EPERM, RULE_NO_CAP | RULE_MODULES_DISABLED, NULL },
	{ "load.userns", EPERM, RULE_USER_NS, NULL },
	{ "load.disabled", EPERM, RULE_MODULES_DISABLED, NULL },
	{ "load.flags", EINVAL, RULE_FLAGS_ODD, NULL },
	{ "load.blacklist", EPERM, RULE_MODULES_DISABLED,
	  "Module hello is blacklisted" },
	{ "load.ns.module", EPERM, 0,
	  "foo: module tries to import module namespace: module:bar" },
	{ "load.sig.lockdown", EPERM, 0,
	  "Lockdown: insmod: unsigned module loading is restricted; see man kernel_lockdown.7" },
	{ "load.sig.unsigned", EKEYREJECTED, 0,
	  "Loading of unsigned module is rejected" },
	{ "load.sig.nokey", EKEYREJECTED, RULE_SIGNED,
	  "Loading of module with unavailable key is rejected" },
	{ "load.sig.crypto", EKEYREJECTED, RULE_SIGNED,
	  "Loading of module with unsupported crypto is rejected" },
	{ "load.sig.blacklist", EKEYREJECTED, 0,
	  "Module hash 0011aaff is blacklisted" },
	{ "load.sig.pkcs7.type", EKEYREJECTED, 0,
	  "PKCS7: Invalid module sig (not pkcs7-data)" },
	{ "load.sig.pkcs7.kind", EINVAL, 0,
	  "PKCS7: Only support pkcs7_signedData type" },
	{ "load.sig.pkcs7.version", EINVAL, 0,
	  "PKCS7: Unsupported SignedData version" },
	{ "load.sig.pkcs7.content", EINVAL, 0,
	  "PKCS7: Unsupported data type 106" },
	{ "load.sig.pkcs7.signer", EINVAL, 0,
	  "PKCS7: Unsupported SignerInfo version" },
	{ "load.sig.pkcs7.mismatch", EBADMSG, 0,
	  "PKCS7: SignedData-SignerInfo version mismatch" },
	{ "load.sig.pkcs7.attrs.missing", EBADMSG, 0,
	  "PKCS7: Missing required AuthAttr" },
	{ "load.sig.pkcs7.attrs.twice", EKEYREJECTED, 0,
	  "PKCS7: Repeated/multivalue AuthAttrs not permitted" },
	{ "load.sig.pkcs7.attrs.mixed", EINVAL, 0,
	  "PKCS7: Inconsistently supplied authAttrs" },
	{ "load.sig.pkcs7.attrs.type", EBADMSG, 0,
	  "PKCS7: Mismatch between global data type (19) and sinfo 0 (98)" },
	{ "load.sig.pkcs7.attrs.caps", EKEYREJECTED, 0,
	  "PKCS7: S/MIME Caps only allowed with Authenticode" },
	{ "load.sig.pkcs7.attrs.foreign", EKEYREJECTED, 0,
	  "PKCS7: Authenticode AuthAttrs only allowed with Authenticode" },
	{ "load.sig.pkcs7.attrs.none", EBADMSG, 0,
	  "PKCS7: Authenticode requires AuthAttrs" },
	{ "load.sig.pkcs7.attrs", EKEYREJECTED, 0,
	  "PKCS7: Invalid module sig (has authattrs)" },
	{ "load.sig.pkcs7.attached", EBADMSG, 0,
	  "PKCS#7 signature with non-detached data" },
	{ "load.sig.params", EBADMSG, 0,
	  "module: PKCS#7 signature info has unexpected non-zero params" },
	{ "load.sig.rejected", EKEYREJECTED, 0, NULL },
	{ "load.sig.broken", EBADMSG, 0, NULL },
	{ "load.sig.nokey.old", ENOKEY, 0, NULL },
	{ "load.ima", EACCES, 0,
	  "ima: impossible to appraise a module without a file descriptor. sig_enforce kernel parameter might help" },
	{ "load.lsm.acces", EACCES, 0, NULL },
	{ "load.perm", EPERM, 0, NULL },
	{ "load.file.empty", EINVAL, RULE_FILE_EMPTY, NULL },
	{ "load.file.odd", EINVAL, RULE_FILE_ODD, NULL },
	{ "load.fd", EBADF, 0, NULL },
	{ "load.fault", EFAULT, 0, NULL },
	{ "load.file.busy", ETXTBSY, 0, NULL },
	{ "load.file.big", EFBIG, 0, NULL },
	{ "load.init.short", ENOEXEC, RULE_FILE_SHORT, NULL },
	{ "load.file.io", EIO, 0, NULL },
	{ "load.gz.magic", EINVAL, 0, "not a gzip compressed module" },
	{ "load.xz.magic", EINVAL, 0, "not an xz compressed module" },
	{ "load.zstd.magic", EINVAL, 0, "not a zstd compressed module" },
	{ "load.decompress.check", EINVAL, RULE_FILE_KIND,
	  "decompression failed with status 6" },
	{ "load.decompress", EINVAL, 0, "decompression failed with status 6" },
	{ "load.decompress.init", EINVAL, 0,
	  "failed to initialize decompressor: -12" },
	{ "load.decompress.none", EOPNOTSUPP, 0, NULL },

	{ "load.elf.short", ENOEXEC, 0, "Invalid ELF header len 11" },
	{ "load.elf.magic.kind", ENOEXEC, RULE_FILE_KIND,
	  "Invalid ELF header magic: != \x7f" "ELF" },
	{ "load.elf.magic", ENOEXEC, 0,
	  "Invalid ELF header magic: != \x7f" "ELF" },
	{ "load.elf.type", ENOEXEC, 0, "Invalid ELF header type: 3 != 1" },
	{ "load.elf.arch.kind", ENOEXEC, RULE_FILE_KIND,
	  "Invalid architecture in ELF header: 183" },
	{ "load.elf.arch", ENOEXEC, 0,
	  "Invalid architecture in ELF header: 183" },
	{ "load.elf.shentsize.32", ENOEXEC, RULE_FILE_32,
	  "Invalid ELF section header size" },
	{ "load.elf.shentsize", ENOEXEC, 0, "Invalid ELF section header size" },
	{ "load.elf.shoff", ENOEXEC, 0, "Invalid ELF section header overflow" },
	{ "load.elf.shstrndx", ENOEXEC, 0,
	  "Invalid ELF section name index: 99 || e_shstrndx (99) >= e_shnum (30)" },
	{ "load.elf.shstrtab.bounds", ENOEXEC, 0,
	  "Invalid ELF section hdr(type 3)" },
	{ "load.elf.shstrtab.empty", ENOEXEC, 0, "empty section name table" },
	{ "load.elf.shstrtab.nul", ENOEXEC, 0,
	  "ELF Spec violation: section name table isn't null terminated" },
	{ "load.elf.shstrtab.type", ENOEXEC, 0,
	  "Invalid ELF section name table type: 1" },
	{ "load.elf.section0", ENOEXEC, 0,
	  "ELF Spec violation: section 0 type(1)!=SH_NULL or non-zero len or addr" },
	{ "load.elf.symtab.link", ENOEXEC, 0,
	  "Invalid ELF sh_link!=SHN_UNDEF(0) or (sh_link(0) >= hdr->e_shnum(30)" },
	{ "load.elf.strtab.type", ENOEXEC, 0,
	  "Invalid ELF symbol string table type: 1" },
	{ "load.elf.strtab.empty", ENOEXEC, 0, "empty symbol string table" },
	{ "load.elf.strtab.first", ENOEXEC, 0,
	  "symbol string table missing leading NUL" },
	{ "load.elf.strtab.nul", ENOEXEC, 0,
	  "symbol string table isn't NUL terminated" },
	{ "load.elf.symbol.name", ENOEXEC, 0,
	  "symbol name out of bounds in string table" },
	{ "load.elf.section.bounds", ENOEXEC, 0,
	  "Invalid ELF section in module (section 4 type 1)" },
	{ "load.elf.section.name", ENOEXEC, 0,
	  "Invalid ELF section name in module (section 4 type 1)" },
	{ "load.elf.modinfo.many", ENOEXEC, 0,
	  "Only one .modinfo section must exist." },
	{ "load.elf.any", ENOEXEC, 0, "Module has invalid ELF structures" },
	{ "load.this_module.one", ENOEXEC, 0,
	  "module hello: Only one .gnu.linkonce.this_module section must exist." },
	{ "load.this_module.one.new", ENOEXEC, 0,
	  "module hello: Exactly one .gnu.linkonce.this_module section must exist." },
	{ "load.this_module.nobits", ENOEXEC, 0,
	  "module hello: .gnu.linkonce.this_module section must have a size set" },
	{ "load.this_module.alloc", ENOEXEC, 0,
	  "module hello: .gnu.linkonce.this_module must occupy memory during process execution" },
	{ "load.this_module.size", ENOEXEC, 0,
	  "module hello: .gnu.linkonce.this_module section size must match the kernel's built struct module size at run time" },
	{ "load.this_module.none", ENOEXEC, 0,
	  "(missing .modinfo section or name field): No module found in object" },
	{ "load.stripped", ENOEXEC, 0,
	  "hello: module has no symbols (stripped?)" },
	{ "load.vermagic.kernel", ENOEXEC, RULE_OTHER_KERNEL,
	  "hello: version magic '6.1.0-1-amd64 SMP mod_unload ' should be '6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions '" },
	{ "load.vermagic", ENOEXEC, 0,
	  "hello: version magic '6.1.0-1-amd64 SMP mod_unload ' should be '6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions '" },
	{ "load.vermagic.none", ENOEXEC, RULE_NO_VERMAGIC, NULL },
	{ "load.livepatch.off", ENOEXEC, 0,
	  "lp: module is marked as livepatch module, but livepatch support is disabled" },
	{ "load.wx", ENOEXEC, 0,
	  "hello: section .text (index 2) has invalid WRITE|EXEC flags" },
	{ "load.plt", ENOEXEC, 0, "hello: module PLT section(s) missing" },
	{ "load.plt.symtab", ENOEXEC, 0, "hello: module symtab section missing" },
	{ "load.percpu", ENOMEM, 0,
	  "hello: Could not allocate 65536 bytes percpu data" },
	{ "load.ctors", EINVAL, 0, "hello: has both .ctors and .init_array." },
	{ "load.mem", ENOMEM, 0, NULL },
	{ "load.loaded", EEXIST, RULE_LOADED, NULL },
	{ "load.loading", EBUSY, RULE_NOT_LIVE, NULL },
	{ "load.interrupted", EINTR, 0, NULL },
	{ "load.format", ENOEXEC, 0, NULL },

	{ "load.crc.layout.kernel", ENOEXEC, RULE_OTHER_KERNEL,
	  "hello: disagrees about version of symbol module_layout" },
	{ "load.crc.layout", ENOEXEC, 0,
	  "hello: disagrees about version of symbol module_layout" },
	{ "load.crc.layout.none", ENOEXEC, 0,
	  "hello: no symbol version for module_layout" },
	{ "load.crc", EINVAL, 0,
	  "hello: disagrees about version of symbol _printk" },
	{ "load.crc.none", EINVAL, 0,
	  "hello: no symbol version for base_value" },
	{ "load.crc.force", EINVAL, RULE_NO_FORCE, NULL },
	{ "load.crc.ext.pair", ENOEXEC, 0,
	  "extended version crc+name presence does not match" },
	{ "load.crc.ext.count", ENOEXEC, 0,
	  "more extended version crcs than names" },
	{ "load.ns", EINVAL, 0,
	  "hello: module uses symbol (dma_buf_get) from namespace DMA_BUF, but does not import it." },
	{ "load.gpl.mixed", ENOENT, 0,
	  "a: module using GPL-only symbols uses symbols base_value from proprietary module base." },
	{ "load.gpl.mixed.old", ENOENT, 0,
	  "a: module using GPL-only symbols uses symbols from proprietary module b." },
	{ "load.symbol.busy", EBUSY, 0,
	  "hello: gave up waiting for init of module slow." },
	{ "load.symbol.unknown.gpl", ENOENT, RULE_SYMBOL_GPL,
	  "user_mod: Unknown symbol base_value (err -2)" },
	{ "load.symbol.unknown.owned", ENOENT, RULE_SYMBOL_OWNED,
	  "user_mod: Unknown symbol base_value (err -2)" },
	{ "load.symbol.unknown.nobody", ENOENT, RULE_SYMBOL_NOBODY,
	  "user_mod: Unknown symbol base_value (err -2)" },
	{ "load.symbol.unknown", ENOENT, 0,
	  "user_mod: Unknown symbol base_value (err -2)" },
	{ "load.symbol.refused", EINVAL, 0,
	  "user_mod: Unknown symbol base_value (err -22)" },
	{ "load.symbol.wait", EBUSY, 0,
	  "user_mod: Unknown symbol base_value (err -16)" },
	{ "load.symbol.section", ENOEXEC, 0,
	  "hello: Symbol x has an invalid section index 99 (max 30)" },
	{ "load.symbol.common", ENOEXEC, 0,
	  "hello: please compile with -fno-common" },
	{ "load.symbol.duplicate", ENOEXEC, 0,
	  "hello: exports duplicate symbol kfree (owned by kernel)" },
	{ "load.symbol.flags", ENOEXEC, 0,
	  "hello: no flags for exported symbols" },
	{ "load.exports.crc", ENOEXEC, RULE_NO_FORCE, NULL },
	{ "load.rel", ENOEXEC, 0, "module hello: REL relocation unsupported" },
	{ "load.rela.arm64.type", ENOEXEC, 0,
	  "Modules: module hello: unsupported RELA relocation: 311" },
	{ "load.rela.arm64.overflow", ENOEXEC, 0,
	  "Modules: module hello: overflow in relocation type 283 val ffff80000123abcd" },
	{ "load.plt.full", ENOEXEC, RULE_PLT_FULL, NULL },
	{ "load.ftrace.section", ENOEXEC, RULE_NO_TRAMPOLINE, NULL },
	{ "load.alternatives", ENOEXEC, 0,
	  "Modules: module hello: error occurred when applying alternatives" },
	{ "load.rela.type", ENOEXEC, 0,
	  "module: hello: Unknown rela relocation: 9" },
	{ "load.rela.nonzero", ENOEXEC, 0,
	  "module: x86/modules: Skipping invalid relocation target, existing value is nonzero for type 1, loc 00000000c5e8a2f0, val ffffffffc0400010" },
	{ "load.rela.nonzero.6.3", ENOEXEC, 0,
	  "module: x86/modules: Invalid relocation target, existing value is nonzero for type 2, loc 00000000f3b1a2c3, val ffffffffc0401234" },
	{ "load.rela.nonzero.new", ENOEXEC, 0,
	  "module: x86/modules: Invalid relocation target, existing value is nonzero for sec 3, idx 4, type 1, loc ffff, val ffffffffc0400010" },
	{ "load.rela.overflow", ENOEXEC, 0,
	  "module: overflow in relocation type 10 val ffffffffc0400010" },
	{ "load.rela.mcmodel", ENOEXEC, 0,
	  "module: `hello' likely not compiled with -mcmodel=kernel" },
	{ "load.livepatch.section", EINVAL, 0,
	  "livepatch: section .klp.rela has an incorrectly formatted name" },
	{ "load.livepatch.symbol", EINVAL, 0,
	  "livepatch: symbol x has an incorrectly formatted name" },
	{ "load.livepatch.mark", EINVAL, 0,
	  "livepatch: symbol x is not marked as a livepatch symbol" },
	{ "load.livepatch.mark.new", EINVAL, 0,
	  "livepatch: symbol x at rela sec 3 idx 0 is not marked as a livepatch symbol" },
	{ "load.livepatch.vmlinux", EINVAL, 0,
	  "livepatch: vmlinux.ko: invalid module name" },
	{ "load.livepatch.module", EINVAL, 0,
	  "livepatch: module x is not marked as a livepatch module" },
	{ "load.symbol", ENOENT, 0, NULL },

	{ "load.param.lockdown", EPERM, 0,
	  "Lockdown: insmod: unsafe module parameters is restricted; see man kernel_lockdown.7" },
	{ "load.param.string", ENOSPC, 0, "who: string parameter too long" },
	{ "load.param.copystring", ENOSPC, 0,
	  "who: string doesn't fit in 15 chars." },
	{ "load.param.array.most.found", EINVAL, RULE_PARAM_TYPE,
	  "v: can only take 3 arguments" },
	{ "load.param.array.most", EINVAL, 0, "v: can only take 3 arguments" },
	{ "load.param.array.least", EINVAL, 0,
	  "v: needs at least 2 arguments" },
	{ "load.param.large", ENOSPC, 0,
	  "hello: `aaaa' too large for parameter `who'" },
	{ "load.param.unknown", ENOENT, 0, "hello: Unknown parameter `x'" },
	{ "load.param.range.type", ERANGE, RULE_PARAM_TYPE,
	  "hello: `300' invalid for parameter `b'" },
	{ "load.param.range", ERANGE, 0,
	  "hello: `300' invalid for parameter `b'" },
	{ "load.param.perm", EPERM, 0, "hello: `1' invalid for parameter `b'" },
	{ "load.param.invalid.type", EINVAL, RULE_PARAM_TYPE,
	  "hello: `abc' invalid for parameter `times'" },
	{ "load.param.invalid", EINVAL, 0,
	  "hello: `abc' invalid for parameter `times'" },
	{ "load.btf", EINVAL, 0, "failed to validate module [hello] BTF: -22" },
	{ "load.staticcall", EINVAL, 0,
	  "Failed to fixup __raw_static_call() usage at: hello_init" },
	{ "load.staticcall.mem", ENOMEM, 0,
	  "Failed to allocate memory for static calls" },
	{ "load.builtin.log", EINVAL, 0, "printk: module is already loaded" },
	{ "load.name.empty", EINVAL, RULE_NAMELESS, NULL },
	{ "load.sysfs.duplicate", EEXIST, 0,
	  "sysfs: cannot create duplicate filename '/class/hello'" },
	{ "load.builtin", EINVAL, RULE_BUILTIN, NULL },
	{ "load.init.eexist.new", EBUSY, 0,
	  "hello: init suspiciously returned -EEXIST: Overriding with -EBUSY" },
	{ "load.init.eexist", EEXIST, 0, NULL },
	{ "load.init.enodev", ENODEV, 0, NULL },
	{ "load.init.enxio", ENXIO, 0, NULL },
	{ "load.init.ebusy", EBUSY, 0, NULL },
	{ "load.init.defer", 517, 0, NULL },
	{ "load.init.enotsupp", 524, 0, NULL },
	{ "load.init.etimedout", ETIMEDOUT, 0, NULL },
	{ "load.init.enoent", ENOENT, RULE_INIT_RAN, NULL },
	{ "load.init.einval", EINVAL, RULE_INIT_RAN | RULE_LOADED, NULL },
	{ "load.einval", EINVAL, 0, NULL },
	{ "load.init", 600, 0, NULL },

	{ "unload.none", ENOSYS, 0, NULL },
	{ "unload.builtin", ENOENT, RULE_BUILTIN, NULL },
	{ "unload.unknown", ENOENT, RULE_NOT_LOADED, NULL },
	{ "unload.cap", EPERM, RULE_NO_CAP, NULL },
	{ "unload.userns", EPERM, RULE_USER_NS, NULL },
	{ "unload.disabled", EPERM, RULE_MODULES_DISABLED, NULL },
	{ "unload.perm", EPERM, 0, NULL },
	{ "unload.holders", EAGAIN, RULE_HOLDERS, NULL },
	{ "unload.used", EAGAIN, 0, NULL },
	{ "unload.permanent", EBUSY, RULE_PERMANENT, NULL },
	{ "unload.state", EBUSY, RULE_NOT_LIVE | RULE_PERMANENT, NULL },
	{ "unload.busy", EBUSY, 0, NULL },
	{ "unload.interrupted", EINTR, 0, NULL },
	{ "unload", 600, 0, NULL },

	{ "note.outoftree", 0, 0,
	  "hello: loading out-of-tree module taints kernel." },
	{ "note.unsigned", 0, 0,
	  "hello: module verification failed: signature and/or required key missing - tainting kernel" },
	{ "note.license", 0, 0,
	  "hello: module license 'Proprietary' taints kernel." },
	{ "note.license.name", 0, 0,
	  "driverloader: module license taints kernel." },
	{ "note.lockdep", 0, 0, "Disabling lock debugging due to kernel taint" },
	{ "note.inherit", 0, 0,
	  "a: module uses symbols x from proprietary module b, inheriting taint." },
	{ "note.inherit.old", 0, 0,
	  "a: module uses symbols from proprietary module b, inheriting taint." },
	{ "note.ns", 0, 0,
	  "a: module uses symbol (x) from namespace N, but does not import it." },
	{ "note.staging", 0, 0,
	  "vt6656: module is from the staging directory, the quality is unknown, you have been warned." },
	{ "note.test", 0, 0, "kunit: loading test module taints kernel." },
	{ "note.livepatch", 0, 0, "lp: tainting kernel with TAINT_LIVEPATCH" },
	{ "note.retpoline", 0, 0,
	  "hello: loading module not compiled with retpoline compiler." },
	{ "note.spectre", 0, 0,
	  "Spectre V2 : System may be vulnerable to spectre v2" },
	{ "note.force.vermagic", 0, 0, "hello: bad vermagic: kernel tainted." },
	{ "note.force.exports", 0, 0,
	  "hello: no versions for exported symbols: kernel tainted." },
	{ "note.force.symbol", 0, 0, "hello: _printk: kernel tainted." },
	{ "note.crc.none", 0, 0, "hello: no symbol version for base_value" },
	{ "note.crc.ext.none", 0, 0,
	  "hello: no extended symbol version for base_value" },
	{ "note.btf", 0, 0, "failed to validate module [hello] BTF: -22" },
	{ "note.btf.new", 0, 0,
	  "Kernel module BTF mismatch detected, BTF debug info may be unavailable for some modules" },
	{ "note.bpf", 0, 0, "BPF: Invalid magic" },
	{ "note.param.unknown", 0, 0, "hello: unknown parameter 'x' ignored" },
	{ "note.param.dashes", 0, 0,
	  "hello: parameters 'a b' after `--' ignored" },
	{ "note.param.unsafe", 0, 0,
	  "Setting dangerous option fire - tainting kernel" },
	{ "note.param.obsolete", 0, 0, "hello: Ignoring obsolete parameters" },
	{ "note.percpu.align", 0, 0, "hello: per-cpu alignment 8192 > 4096" },
	{ "note.sig.hash", 0, 0, "Unsupported digest algo: 98" },
	{ "note.sig.algo", 0, 0, "Unsupported pkey algo: 98" },
	{ "note.sig.oid", 0, 0, "PKCS7: Unknown OID: [43] 1.2.840.113549" },
	{ "note.sig.attached", 0, 0, "PKCS7: Data already supplied" },
	{ "note.trace.taint", 0, 0,
	  "foo: module has bad taint, not creating trace events" },
	{ "note.execmem", 0, 0, "execmem: unable to allocate memory" },
	{ "note.exports.obsolete", 0, 0,
	  "hello: ignoring obsolete section __ksymtab_gpl" },
	{ "note.table.warn", 0, 0,
	  "missing return thunk: init_module+0x5/0x10-0x0: e9 00 00 00 00" },
	{ "note.sig.type", 0, 0,
	  "module: not signed with expected PKCS#7 message" },
	{ "note.init.positive", 0, 0,
	  "do_init_module: 'hello'->init suspiciously returned 5, it should follow 0/-E convention\ndo_init_module: loading module anyway..." },
	{ "note.init.positive.new", 0, 0,
	  "hello: init suspiciously returned 5, it should follow 0/-E convention" },
	{ "note.init.anyway", 0, 0, "do_init_module: loading module anyway..." },
	{ "damage.null", 0, 0,
	  "BUG: kernel NULL pointer dereference, address: 0000000000000008" },
	{ "damage.fault", 0, 0,
	  "BUG: unable to handle page fault for address: ffffffffc0401000" },
	{ "damage.gp", 0, 0,
	  "general protection fault, probably for non-canonical address 0x6b6b6b6b6b6b6b6b: 0000 [#1] PREEMPT SMP PTI" },
	{ "damage.bug", 0, 0, "kernel BUG at mm/slub.c:435!" },
	{ "damage.warn", 0, 0,
	  "WARNING: CPU: 0 PID: 99 at /tmp/hello.c:12 hello_init+0x5/0x1000 [hello]" },
};

static const struct rule_reason *row_of(const char *id)
{
	const struct rule_reason *row;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		if (!strcmp(row->id, id))
			return row;
	fail_msg("no row %s", id);
	return NULL;
}

/* The same line may stand for a shorter, later row: these and no others. */
static bool may_shadow(const char *first, const char *later)
{
	return (!strcmp(later, "note.force.symbol") &&
		!strncmp(first, "note.force.", 11)) ||
	       (!strcmp(later, "load.livepatch.mark") &&
		!strcmp(first, "load.livepatch.mark.new"));
}

/* Does any other row claim this line, for this errno? */
static void claims_alone(const struct rule_reason *row, const char *line)
{
	const struct rule_reason *other;
	struct rule_match m;

	for (size_t i = 0; (other = rule_reason_at(i)); i++) {
		bool same_kind = (other->kind == RULE_REFUSES) ==
				 (row->kind == RULE_REFUSES);

		if (other == row || !same_kind || other->op != row->op ||
		    rule_is_detail(other) != rule_is_detail(row) ||
		    other->facts != row->facts ||
		    other->err != row->err || may_shadow(row->id, other->id))
			continue;
		if (rule_match_line(other, line, &m))
			fail_msg("%s also matches the line of %s", other->id,
				 row->id);
	}
}

static void every_case_leads_to_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct rule_reason *row = row_of(cases[i].id);
		const struct rule_reason *found;
		struct rule_question q = {
			.op = row->op, .err = cases[i].err,
			.facts = cases[i].facts,
			.lines = &cases[i].line, .n_lines = !!cases[i].line,
		};
		struct rule_match m = { 0 };

		assert_int_equal(!row->log, !cases[i].line);
		if (row->kind == RULE_REFUSES)
			found = rule_reason(&q, &m);
		else
			found = rule_note(cases[i].line, &m);
		if (found != row)
			fail_msg("%s led to %s", row->id,
				 found ? found->id : "nothing");
		assert_ptr_equal(m.reason, row);
		if (cases[i].line)
			claims_alone(row, cases[i].line);
	}
}

static size_t cases_of(const char *id)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		n += !strcmp(cases[i].id, id);
	return n;
}

static void every_row_has_its_case(void **state)
{
	const struct rule_reason *row;

	(void)state;
	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		if (cases_of(row->id) != (row->kind != RULE_STRAYS))
			fail_msg("%s: %zu cases", row->id, cases_of(row->id));
}

/* A text that names init as a culprit belongs to a row that says so. */
static void culprit_is_named(const struct rule_reason *row)
{
	bool named = strstr(row->why, "own init function") ||
		     strstr(row->why, "module's init function returned");

	if (row->kind == RULE_REFUSES && named &&
	    row->by == RULE_BY_KERNEL)
		fail_msg("%s: who said no?", row->id);
	if (row->by != RULE_BY_KERNEL)
		assert_non_null(strstr(row->why, "init function"));
}

/* Every "{...}" of a text is a place of the row's format, or a known word. */
static void places_exist(const struct rule_reason *row, const char *text)
{
	struct rule_match m = { 0 };
	struct rule_subject about = { .module = "MOD", .file = "FILE", .err = 1 };
	_cleanup_text_ struct text out = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (!strcmp(cases[i].id, row->id) && cases[i].line)
			assert_true(rule_match_line(row, cases[i].line, &m));
	rule_explain(text, &m, &about, &out);
	if (strpbrk(text_str(&out), "{}"))
		fail_msg("%s: a place is left: %s", row->id, text_str(&out));
	for (char c = (char)('1' + (char)m.n_places); c <= '9'; c++) {
		char place[] = { '{', c, '}', 0 };

		if (strstr(text, place))
			fail_msg("%s: its line has no place %c", row->id, c);
	}
}

static void every_row_is_complete(void **state)
{
	const struct rule_reason *row;

	(void)state;
	for (size_t i = 0; (row = rule_reason_at(i)); i++) {
		assert_true(row->id && *row->id && row->kernel && row->why &&
			    row->fix);
		assert_true(row->why[strlen(row->why) - 1] != '.');
		assert_true(row->fix[strlen(row->fix) - 1] != '.');
		if (row->kind != RULE_REFUSES)
			assert_true(!row->err && !row->facts);
		/* Of what strays nobody knows a line. */
		assert_true(row->kind == RULE_REFUSES ||
			    !row->log == (row->kind == RULE_STRAYS));
		culprit_is_named(row);
		if (row->kind == RULE_STRAYS)
			continue;
		places_exist(row, row->why);
		places_exist(row, row->fix);
	}
}

static void text_is(const struct span s, const char *wanted)
{
	assert_int_equal(s.n, strlen(wanted));
	assert_memory_equal(s.p, wanted, s.n);
}

static void loggers_prefixes_are_skipped(void **state)
{
	static const char *const lines[] = {
		"hello: version magic 'A' should be 'B'",
		"hello: version magic 'A' should be 'B'\n",
		"[   12.345678] hello: version magic 'A' should be 'B'",
		"[   12.345678][    T1] hello: version magic 'A' should be 'B'",
		"<3>[   12.345678] hello: version magic 'A' should be 'B'\r\n",
		"kernel: hello: version magic 'A' should be 'B'",
		"Nov 23 09:45:57 vm kernel: [  1.0] hello: version magic 'A' should be 'B'",
		"[Mon Nov 23 09:45:57 2026] hello: version magic 'A' should be 'B'",
		"[Mon Nov  2 09:45:57 2026] hello: version magic 'A' should be 'B'",
		"<3>[Mon Nov  2 09:45:57 2026] hello: version magic 'A' should be 'B'",
		"2026-11-23T09:45:57,123456+00:00 hello: version magic 'A' should be 'B'",
		"module: hello: version magic 'A' should be 'B'",
	};
	const struct rule_reason *row = row_of("load.vermagic");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct rule_match m;

		assert_true(rule_match_line(row, lines[i], &m));
		assert_int_equal(m.n_places, 3);
		text_is(m.place[0], "hello");
		text_is(m.place[1], "A");
		text_is(m.place[2], "B");
		assert_int_equal(strncmp(m.line, "hello: ", 7), 0);
	}
}

static void near_misses_do_not_match(void **state)
{
	static const struct {
		const char *id, *line;
	} miss[] = {
		{ "load.vermagic", "" },
		{ "load.vermagic", "hello: version magic 'A' should be 'B" },
		{ "load.vermagic", "hello: version magic 'A' should be 'B' !" },
		{ "load.elf.short", "Invalid ELF header len eleven" },
		{ "load.elf.short", "Invalid ELF header len" },
		{ "load.elf.short", "xInvalid ELF header len 11" },
		{ "load.elf.shentsize", "Invalid ELF section header sizes" },
		{ "load.symbol.unknown", "a: Unknown symbol b (err -22)" },
		{ "load.symbol.unknown", "[" },
		{ "load.symbol.unknown", "<3" },
		{ "load.symbol.unknown", "<3>" },
		{ "load.symbol.unknown", "module: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(miss); i++) {
		struct rule_match m;

		if (rule_match_line(row_of(miss[i].id), miss[i].line, &m))
			fail_msg("%s matches: %s", miss[i].id, miss[i].line);
	}
}

static void a_huge_line_is_no_trouble(void **state)
{
	const struct rule_reason *row;
	struct rule_match m;
	size_t n = 1 << 20;
	char *line = malloc(n + 1);

	(void)state;
	assert_non_null(line);
	memset(line, ':', n);
	line[n] = '\0';
	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		assert_false(rule_match_line(row, line, &m));
	free(line);
}

static void the_telling_line_wins(void **state)
{
	static const char *const lines[] = {
		"hello: loading out-of-tree module taints kernel.",
		"hello: disagrees about version of symbol foo",
		"hello: Unknown symbol foo (err -22)",
	};
	struct rule_question q = {
		.op = RULE_LOAD, .err = EINVAL, .lines = lines, .n_lines = 3,
	};
	struct rule_match m;

	(void)state;
	assert_string_equal(rule_reason(&q, &m)->id, "load.crc");
	assert_string_equal(m.line, lines[1]);
	q.n_lines = 1;
	assert_string_equal(rule_reason(&q, &m)->id, "load.einval");
	assert_null(m.line);
	q.facts = RULE_INIT_RAN;
	q.err = EPERM;
	assert_string_equal(rule_reason(&q, &m)->id, "load.init");
	q.err = ENODEV;
	assert_string_equal(rule_reason(&q, &m)->id, "load.init.enodev");
	q.facts = 0;
	q.op = RULE_UNLOAD;
	assert_string_equal(rule_reason(&q, &m)->id, "unload");
}

static void explanations_are_filled_in(void **state)
{
	struct rule_match m = { 0 };
	struct rule_subject about = { .module = "hello", .file = "./hello.ko",
				      .err = ENODEV,
				      .word[RULE_BUILT] = "6.1" };
	_cleanup_text_ struct text out = { 0 };

	(void)state;
	m.place[0] = (struct span){ (const uint8_t *)"abc", 3 };
	m.n_places = 1;
	rule_explain("{1} {2} {module} {file} {errno} {built} {kernel} {x} {", &m, &about,
		     &out);
	assert_string_equal(text_str(&out),
			    "abc ? hello ./hello.ko ENODEV (19, No such device) 6.1 this kernel {x} {");
	text_fini(&out);

	struct rule_subject nobody = { 0 };

	rule_explain("{module} {file}", &m, &nobody, &out);
	assert_string_equal(text_str(&out), "MODULE FILE.ko");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_leads_to_its_row),
		cmocka_unit_test(every_row_has_its_case),
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(loggers_prefixes_are_skipped),
		cmocka_unit_test(near_misses_do_not_match),
		cmocka_unit_test(a_huge_line_is_no_trouble),
		cmocka_unit_test(the_telling_line_wins),
		cmocka_unit_test(explanations_are_filled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
