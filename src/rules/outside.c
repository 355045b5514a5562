// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the tools around modules say: see outside.h. The special stands before
 * the general.
 */
#include "rules/outside.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/text.h"

const struct rule_outside rule_outsides[] = {
	/* Building. */
	{ "outside.headers", "*/lib/modules/*/build: No such file or directory*",
	  "make",
	  "the headers of that kernel are not installed, or an upgrade has removed them together with the kernel that still runs",
	  "install them (Debian, Ubuntu: 'apt install linux-headers-$(uname -r)'; Fedora: 'dnf install kernel-devel-$(uname -r)'; Arch: 'pacman -S linux-headers'); after an upgrade reboot first; 'lkm kernel get' fetches a kernel with headers without root" },
	{ "outside.headers", "*No rule to make target 'modules'*", "make",
	  "there is a folder for the kernel's headers, but no kernel source in it",
	  "install the headers package of this kernel again; 'lkm kernel list' shows for which kernels headers are at hand" },
	{ "outside.path", "*source directory cannot contain spaces or colons*",
	  "make", "the kernel's build system cannot work below a folder with a blank or a colon in its name",
	  "'lkm build' can: it builds in a folder of its own; or move the source" },
	{ "outside.path", "*building multiple external modules is not supported*",
	  "make", "the path of the source has a blank in it, so that make sees two",
	  "'lkm build' can: it builds in a folder of its own; or move the source" },
	{ "outside.rust", "*rust/target.json* does not exist*", "rustc",
	  "the kernel was built without CONFIG_RUST, or its headers lack what Rust modules need",
	  "take a kernel that has it: 'grep CONFIG_RUST= /boot/config-*'" },
	{ "outside.rust", "*can't find crate for *core*", "rustc",
	  "the kernel was built without CONFIG_RUST, or by another rustc than the one that is here",
	  "take a kernel that has it: 'grep CONFIG_RUST= /boot/config-*', and the very rustc that its config names" },
	{ "outside.compiler", "*gcc*: not found*", "make",
	  "the compiler that built the kernel is not installed under that name",
	  "install it, or say 'make CC=gcc'; 'lkm build' does so" },

	/* The tools cannot be found, the log cannot be read. */
	{ "outside.sbin", "*insmod: *not found", "the shell",
	  "the tools for modules are in /sbin, which is not in your PATH",
	  "run it as root ('sudo TOOL ...'), or by its path: /sbin/insmod, /sbin/modprobe" },
	{ "outside.sbin", "*modprobe: not found", "the shell",
	  "the tools for modules are in /sbin, which is not in your PATH",
	  "run it as root ('sudo TOOL ...'), or by its path: /sbin/insmod, /sbin/modprobe" },
	{ "outside.sbin", "*modprobe: command not found", "the shell",
	  "the tools for modules are in /sbin, which is not in your PATH",
	  "run it as root ('sudo TOOL ...'), or by its path: /sbin/insmod, /sbin/modprobe" },
	{ "outside.dmesg", "dmesg: read kernel buffer failed: *", "dmesg",
	  "this system lets only root read the kernel's log (kernel.dmesg_restrict=1)",
	  "'sudo dmesg | tail'; 'lkm try FILE.ko' shows the log without root" },

	/* Names and places. */
	{ "outside.no-modules", "*Module * not found in directory /lib/modules/*", "modprobe",
	  "modprobe looks a name up in the index of that folder, and there is no such module: its file is elsewhere, depmod has not run since it came, it has another name, or an upgrade has removed the running kernel's modules",
	  "'lkm why NAME' tells which; a file in this folder: 'sudo insmod ./NAME.ko'; one that was just installed: 'sudo depmod'; after an upgrade: reboot" },
	{ "outside.no-file", "*insmod: ERROR: could not load module *: No such file or directory",
	  "insmod", "insmod wants the path of a file, and there is none there",
	  "a module of the kernel's own is loaded by its name: 'sudo modprobe NAME'; one that was just built: 'sudo insmod ./NAME.ko'" },
	{ "outside.no-folder", "*could not open directory */lib/modules/*: No such file or directory", "depmod",
	  "there is no folder of modules for that kernel release",
	  "'ls /lib/modules' shows for which there is one; in a container, or on WSL, the running kernel's is not there at all: 'lkm try' needs none" },
	{ "outside.no-folder", "*could not open moddep file*", "modprobe",
	  "the index of that folder is not there: depmod never ran on it",
	  "'sudo depmod' for the running kernel, 'sudo depmod VERSION' for another" },

	/* Taking out. */
	{ "outside.in-use.modules", "*Module * is in use by: *", "rmmod",
	  "the modules that are named behind it use its symbols",
	  "remove those first, or all in the right order: 'sudo modprobe -r NAME'" },
	{ "outside.in-use", "*Module * is in use*", "rmmod",
	  "somebody holds it: an open device file, a mounted file system, a socket, a network interface that is up",
	  "'lkm rmmod -v NAME' looks for who it is; close that, then remove it" },
	{ "outside.builtin", "*Module * is builtin*", "rmmod",
	  "it is part of the kernel image, so that it cannot be removed",
	  "build a kernel with it as a module (=m); its parameters go on the kernel's command line" },
	{ "outside.not-loaded", "*Module * is not currently loaded*", "rmmod",
	  "no module of that name is loaded; '-' and '_' are the same, upper and lower case are not",
	  "'lsmod' lists what is loaded" },
	{ "outside.not-in-kernel", "*Module * is not in kernel*", "modprobe",
	  "no module of that name is loaded; '-' and '_' are the same, upper and lower case are not",
	  "'lsmod' lists what is loaded" },

	/* The process died. */
	{ "outside.killed", "Killed", "the shell",
	  "if this was insmod or rmmod, the module's code has crashed in the kernel (an oops), which ends the process that ran it; the module cannot be removed any more",
	  "'sudo dmesg' shows where; save your work and reboot; 'lkm try FILE.ko' finds it where a crash costs nothing" },
	{ "outside.segfault", "Segmentation fault*", "the shell",
	  "if this was insmod or rmmod, the module's code has crashed in the kernel (an oops), which ends the process that ran it; the module cannot be removed any more",
	  "'sudo dmesg' shows where; save your work and reboot; 'lkm try FILE.ko' finds it where a crash costs nothing" },

	/* Secure Boot. */
	{ "outside.no-efi", "*EFI variables are not supported on this system*",
	  "mokutil",
	  "this machine was not started by UEFI, so that Secure Boot is not what refuses a module",
	  "look at 'cat /proc/cmdline' for module.sig_enforce or lockdown=, and at 'sudo dmesg | tail'" },
	{ "outside.secure-boot", "*SecureBoot enabled*", "mokutil",
	  "with Secure Boot the kernel is locked down: it loads only modules that are signed with a key that it trusts",
	  "sign the module and enrol the key once ('mokutil --import KEY.der', then reboot), or switch Secure Boot off in the firmware; 'lkm try' is not bound by it" },
};

const size_t n_rule_outsides = ARRAY_SIZE(rule_outsides);

const struct rule_outside *rule_outside_for(const char *line)
{
	for (size_t i = 0; i < n_rule_outsides; i++)
		if (!fnmatch(rule_outsides[i].pattern, line, 0))
			return &rule_outsides[i];
	return NULL;
}

/* Words of kmod's tools that are not strerror(3)'s. */
static const struct {
	const char *words;
	int err;
} own_words[] = {
	{ "Invalid module format", ENOEXEC },
	{ "Unknown symbol in module", ENOENT },
	{ "Unknown symbol in module, or unknown parameter (see dmesg)", ENOENT },
	{ "Invalid parameters", EINVAL },
	{ "Module already in kernel", EEXIST },
	{ "Module has wrong symbol version", ESRCH },
};

/* Do the last words of @line, behind ": " or alone, say this? */
static bool ends_in(const char *line, const char *words)
{
	size_t n = strlen(line), m = strlen(words);

	if (m > n || strcmp(line + n - m, words) != 0)
		return false;
	return m == n || (n - m >= 2 && !strncmp(line + n - m - 2, ": ", 2));
}

int rule_said_errno(const char *line, enum rule_op *op)
{
	*op = strstr(line, "remov") || str_starts(line, "rmmod") ? RULE_UNLOAD
								 : RULE_LOAD;
	for (size_t i = 0; i < ARRAY_SIZE(own_words); i++)
		if (ends_in(line, own_words[i].words))
			return own_words[i].err;
	for (int e = 1; e < 134; e++)
		if (ends_in(line, strerror(e)))
			return e;
	return 0;
}
