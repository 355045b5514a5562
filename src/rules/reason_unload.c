/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reasons, part five: a module that cannot be taken out. The kernel logs
 * nothing about that. Mirrors delete_module() in kernel/module/main.c.
 */
#include <errno.h>

#include "rules/reason_table.h"

#define DELETE "delete_module, kernel/module/main.c"

const struct rule_reason rule_unload_rows[] = {
	{ .id = "unload.none", .op = RULE_UNLOAD, .err = ENOSYS,
	  .kernel = DELETE,
	  .why = "this kernel cannot unload modules (CONFIG_MODULE_UNLOAD is off), or has none at all",
	  .fix = "reboot; 'lkm try' loads and unloads in a throw-away kernel" },
	{ .id = "unload.builtin", .op = RULE_UNLOAD, .err = ENOENT,
	  .facts = RULE_BUILTIN, .kernel = DELETE,
	  .why = "{module} is part of this kernel (built in), not a module: it can not be taken out",
	  .fix = "unbind its device instead (/sys/bus/*/drivers/*/unbind), or use a kernel that has it as a module" },
	{ .id = "unload.unknown", .op = RULE_UNLOAD, .err = ENOENT,
	  .kernel = DELETE,
	  .why = "no module called {module} is loaded; a module's name is not always its file's name",
	  .fix = "'lsmod' lists what is loaded" },
	{ .id = "unload.cap", .op = RULE_UNLOAD, .err = EPERM,
	  .facts = RULE_NO_CAP, .kernel = DELETE,
	  .why = "unloading a module needs root (the capability CAP_SYS_MODULE), which this process does not have",
	  .fix = "put 'sudo' in front" },
	{ .id = "unload.userns", .op = RULE_UNLOAD, .err = EPERM,
	  .facts = RULE_USER_NS, .kernel = DELETE,
	  .why = "this process is root only inside a container (user namespace), and modules belong to the host's kernel",
	  .fix = "unload it on the host" },
	{ .id = "unload.disabled", .op = RULE_UNLOAD, .err = EPERM,
	  .facts = RULE_MODULES_DISABLED, .kernel = DELETE,
	  .why = "loading and unloading were switched off until the next boot (kernel.modules_disabled is 1)",
	  .fix = "reboot; find who sets it: 'grep -r modules_disabled /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d'" },
	{ .id = "unload.perm", .op = RULE_UNLOAD, .err = EPERM,
	  .kernel = DELETE,
	  .why = "something forbids the system call: a seccomp filter of a container or service, most likely",
	  .fix = "'grep Seccomp /proc/self/status' (2: there is a filter); unload it on the host" },
	{ .id = "unload.holders", .op = RULE_UNLOAD, .err = EAGAIN,
	  .facts = RULE_HOLDERS, .kernel = DELETE,
	  .why = "other modules use symbols of {module}",
	  .fix = "unload those first, or all at once with 'modprobe -r' on the last of them" },
	{ .id = "unload.used", .op = RULE_UNLOAD, .err = EAGAIN,
	  .kernel = DELETE,
	  .why = "{module} is in use: by an open file of its device, a mount of its file system, a network interface that is up, or code that took a reference and never gave it back",
	  .fix = "close what uses it: 'lsof /dev/...', 'umount', 'ip link set ... down'; a reference that was lost stays until reboot" },
	{ .id = "unload.state", .op = RULE_UNLOAD, .err = EBUSY,
	  .facts = RULE_NOT_LIVE, .kernel = DELETE,
	  .why = "{module} is still being loaded or already being unloaded, or got stuck in it (an oops in its init or exit function)",
	  .fix = "wait, and look again: 'grep {module} /proc/modules'; after an oops only a reboot helps" },
	{ .id = "unload.permanent", .op = RULE_UNLOAD, .err = EBUSY,
	  .facts = RULE_PERMANENT, .kernel = DELETE,
	  .why = "{module} has an init but no exit function, so it is [permanent]: the kernel can not know how to undo what it did",
	  .fix = "give it a module_exit() function; this one stays until reboot (CONFIG_MODULE_FORCE_UNLOAD and 'rmmod -f' would take it out, with whatever it registered left dangling)" },
	{ .id = "unload.busy", .op = RULE_UNLOAD, .err = EBUSY,
	  .kernel = DELETE,
	  .why = "{module} has an init but no exit function, or is in the middle of being loaded or unloaded",
	  .fix = "'grep {module} /proc/modules' shows [permanent], Loading or Unloading" },
	{ .id = "unload.interrupted", .op = RULE_UNLOAD, .err = EINTR,
	  .kernel = DELETE,
	  .why = "a signal came while the kernel waited for its turn",
	  .fix = "try again" },
	{ .id = "unload", .op = RULE_UNLOAD,
	  .kernel = DELETE,
	  .why = "the kernel says {errno}",
	  .fix = "look for a line of it: 'dmesg | tail'" },
};

const size_t n_rule_unload_rows = ARRAY_SIZE(rule_unload_rows);
