/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words with which the kernel's reports begin, 5.10 to 6.19. A line has to
 * begin with them: modules write "my driver: BUG in firmware", too.
 *
 * x86: arch/x86/mm/fault.c, arch/x86/kernel/dumpstack.c; else kernel/panic.c,
 * kernel/sched/core.c, mm/slub.c, kernel/watchdog.c, kernel/rcu/tree_stall.h.
 */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "lab/fault_scan.h"

#define OOPS LAB_FAULT_OOPS, WORDS_OPEN
#define BUG LAB_FAULT_BUG, WORDS_OPEN
#define WARN LAB_FAULT_WARN, WORDS_OPEN
#define SLUB LAB_FAULT_SLUB, WORDS_OPEN
#define ATOMIC LAB_FAULT_ATOMIC, WORDS_OPEN
#define LOCKUP LAB_FAULT_SOFT_LOCKUP, WORDS_OPEN
#define STALL LAB_FAULT_RCU_STALL, WORDS_OPEN
#define HUNG LAB_FAULT_HUNG_TASK, WORDS_OPEN
#define OOM LAB_FAULT_OOM, WORDS_OPEN
#define BUG_HEAD LAB_FAULT_BUG, WORDS_HEAD

/* The first that fits counts. */
static const struct fault_words words[] = {
	{ "BUG: kernel NULL pointer dereference", NULL, OOPS },
	{ "BUG: unable to handle ", NULL, OOPS },
	{ "BUG: ", " stack guard page was hit at ", OOPS },
	{ "BUG: stack guard page was hit at ", NULL, OOPS },
	{ "Unable to handle kernel ", NULL, OOPS }, /* arm64 */
	{ "traps: PANIC: double fault", NULL, OOPS },
	{ "PANIC: double fault", NULL, OOPS },
	{ "kernel tried to execute NX-protected page", NULL, LAB_FAULT_OOPS,
	  WORDS_HEAD },
	{ "unable to execute userspace code (SMEP?)", NULL, LAB_FAULT_OOPS,
	  WORDS_HEAD },

	{ "BUG: scheduling while atomic: ", NULL, ATOMIC },
	{ "BUG: sleeping function called from invalid context ", NULL, ATOMIC },
	{ "BUG: workqueue leaked ", NULL, LAB_FAULT_PREEMPT, WORDS_OPEN },
	{ "BUG: using ", " in preemptible [", WARN },

	{ "BUG: KASAN: null-ptr-deref ", NULL, OOPS },
	{ "BUG: KASAN: wild-memory-access ", NULL, OOPS },
	{ "BUG: KASAN: user-memory-access ", NULL, OOPS },
	{ "BUG: KASAN: ", NULL, SLUB },
	{ "BUG: KFENCE: ", NULL, SLUB },
	{ "BUG: KMSAN: ", NULL, WARN },
	{ "BUG: KCSAN: ", NULL, WARN },
	{ "BUG ", " (Tainted: ", SLUB },
	{ "BUG ", " (Not tainted", SLUB },
	{ "[", " overwritten] 0x", LAB_FAULT_SLUB, WORDS_HEAD }, /* 6.12 */

	{ "watchdog: BUG: soft lockup", NULL, LOCKUP },
	{ "BUG: soft lockup", NULL, LOCKUP },
	{ "BUG: workqueue lockup", NULL, LOCKUP },
	{ "watchdog: ", "detected hard LOCKUP", LOCKUP },
	{ "Watchdog detected hard LOCKUP", NULL, LOCKUP },
	{ "rcu: INFO: ", "stall", STALL },
	{ "INFO: rcu_", "stall", STALL },
	{ "INFO: task ", " for more than ", HUNG },
	{ "unregister_netdevice: waiting for ", " to become free", HUNG },

	{ "BUG: Bad page ", NULL, BUG },
	{ "BUG: Bad rss-counter ", NULL, BUG },
	{ "BUG: non-zero ", "pgtables_bytes", BUG },
	{ "BUG: spinlock ", NULL, BUG },
	{ "BUG: rwlock ", NULL, BUG },
	{ "list_add corruption", NULL, BUG_HEAD },
	{ "list_add double add", NULL, BUG_HEAD },
	{ "list_del corruption", NULL, BUG_HEAD },
	{ "usercopy: Kernel memory ", NULL, BUG_HEAD },
	{ "detected buffer overflow in ", NULL, BUG_HEAD },
	{ "CFI failure at ", NULL, BUG_HEAD },
	{ "Missing ENDBR: ", NULL, BUG_HEAD },
	{ "traps: Missing ENDBR: ", NULL, BUG_HEAD },

	{ "UBSAN: ", NULL, WARN },
	{ "WARNING: possible ", " detected", WARN },
	{ "WARNING: inconsistent lock state", NULL, WARN },
	{ "WARNING: bad unlock balance detected", NULL, WARN },
	{ "WARNING: suspicious RCU usage", NULL, WARN },
	{ "WARNING: lock held when returning to user space", NULL, WARN },
	{ "WARNING: held lock freed", NULL, WARN },
	{ "INFO: trying to register non-static key", NULL, WARN },
	{ "sysfs: cannot create duplicate filename ", NULL, WARN },
	{ "kmem_cache_destroy ", "Slab cache still has objects", WARN },
	{ "kobject: ", "something is seriously wrong", WARN },
	{ "irq ", ": nobody cared", WARN },
	{ "unchecked MSR access error: ", NULL, WARN },
	{ "Trying to free nonexistent resource <", NULL, WARN },
	{ "resource: Trying to free nonexistent resource <", NULL, WARN },
	{ NULL, ": page allocation failure: order:", WARN },

	{ NULL, " invoked oom-killer: gfp_mask=", OOM },
	{ "Out of memory: Kill", " process ", OOM },
	{ "Out of memory and no killable processes", NULL, OOM },

	{ "Kernel panic - not syncing: NMI: Not continuing", NULL,
	  LAB_FAULT_NMI, WORDS_OPEN },
	{ "Kernel panic - not syncing: ", NULL, LAB_FAULT_PANIC, WORDS_OPEN },
	{ "Uhhuh. NMI received for unknown reason ", NULL, LAB_FAULT_NMI,
	  WORDS_OPEN },
	{ "reboot: System halted", NULL, LAB_FAULT_HALT, WORDS_OPEN },
	{ "reboot: Power down", NULL, LAB_FAULT_POWEROFF, WORDS_OPEN },
};

const struct fault_words *fault_words_find(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const struct fault_words *w = &words[i];

		if (w->start && !str_starts(line, w->start))
			continue;
		if (w->has && !strstr(line, w->has))
			continue;
		return w;
	}
	return NULL;
}

/* "...: 0002 [#1] ..." : error code in hex, number of the oops. */
bool fault_is_die(const char *line)
{
	const char *p = strstr(line, " [#");

	if (!p || !isdigit((unsigned char)p[3]))
		return false;

	const char *end = p + 3;

	while (isdigit((unsigned char)*end))
		end++;
	if (*end != ']')
		return false;

	const char *code = p;

	while (code > line && isxdigit((unsigned char)code[-1]))
		code--;
	return p - code >= 4 && code - line > 2 && code[-1] == ' ' &&
	       code[-2] == ':';
}

enum lab_fault_kind fault_warn_kind(const char *text)
{
	const struct fault_words *w = fault_words_find(text);

	if (w && w->kind == LAB_FAULT_BUG)
		return LAB_FAULT_BUG;
	/* Both stand there if a lock of the irqsave kind is held. */
	if (str_starts(text, "initcall ") && strstr(text, " returned with ")) {
		if (strstr(text, "preemption imbalance"))
			return LAB_FAULT_PREEMPT;
		if (strstr(text, "disabled interrupts"))
			return LAB_FAULT_IRQ_OFF;
	}
	if (str_starts(text, "timer: ") && strstr(text, " preempt leak: "))
		return LAB_FAULT_PREEMPT;
	return LAB_FAULT_WARN;
}
