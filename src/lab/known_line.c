/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From one line of the kernel's log to the finding that it makes. What opens a
 * report is in fault_words.c; here stand lines of a report that say more than
 * its kind, and those that stand inside of one.
 */
#include "lab/known.h"

#include <string.h>

#include "base/macros.h"
#include "base/text.h"
#include "lab/fault_scan.h"

/* The first that fits counts. No why and no fix: those of the finding. */
static const struct said {
	const char *start; /* of the line                                   */
	const char *has;   /* and somewhere in it; NULL: whatever           */
	const char *id;
	const char *why, *fix;
} lines[] = {
	{ "BUG: kernel NULL pointer", NULL, "health.oops",
	  "code used a pointer that is NULL, or a member of a structure at NULL",
	  "the line 'RIP:' names function and offset: test the pointer there, and what kmalloc() and the like return" },
	{ "Unable to handle kernel NULL pointer", NULL, "health.oops",
	  "code used a pointer that is NULL, or a member of a structure at NULL",
	  "the line 'pc :' names function and offset: test the pointer there, and what kmalloc() and the like return" },
	{ "general protection fault", NULL, "health.oops",
	  "code used a pointer that cannot be one: mostly memory that was freed (0x6b6b... is its poison), or overwritten",
	  "the line 'RIP:' names function and offset: who freed or overwrote what the pointer was read from?" },
	{ "divide error", NULL, "health.oops",
	  "code divided by zero, or the result does not fit",
	  "the line 'RIP:' names function and offset: test the divisor" },
	{ "invalid opcode: ", NULL, "health.bug", NULL, NULL },
	{ "Oops", NULL, "health.oops", NULL, NULL },
	{ "Internal error: ", NULL, "health.oops", NULL, NULL }, /* arm64 */
	{ "kernel BUG at ", NULL, "health.bug", NULL, NULL },
	{ "stack-protector: ", NULL, "health.panic",
	  "a function wrote past the end of an array on its stack",
	  "the line names the function: compare the sizes of its local arrays with what is written" },
	{ "Kernel panic - not syncing: stack-protector", NULL, "health.panic",
	  "a function wrote past the end of an array on its stack",
	  "the line names the function: compare the sizes of its local arrays with what is written" },

	{ "list_", "corruption", "health.bug",
	  "the neighbours of a list entry do not point at it: it was freed while on the list, added twice, or changed by two at once without a lock",
	  "list_del() before an entry is freed, one lock around all that touches the list" },
	{ "list_add double add", NULL, "health.bug",
	  "the entry is on the list already",
	  "list_del() it first, or list_move() it" },
	{ "usercopy: Kernel memory ", NULL, "health.bug",
	  "copy_from_user() or copy_to_user() was about to go past the end of the kernel's object, or into one that is not for users: it was stopped",
	  "check the length that the user gave against the size of the buffer before the copy, or use simple_read_from_buffer() and its like" },
	{ "detected buffer overflow in ", NULL, "health.bug",
	  "strcpy(), memcpy() or the like was about to write past the end of an object whose size the compiler knows",
	  "compare the length with the size of the target; strscpy() takes the size" },
	{ "memcpy: detected field-spanning ", NULL, "health.warn",
	  "the copy goes past the end of the member that it was given, into its neighbours",
	  "copy members one by one, or make a struct_group() of those that belong together" },
	{ "refcount_t: ", "underflow", "health.warn",
	  "a reference was given back once more than it was taken: somebody uses freed memory now, or will",
	  "find the path that puts a reference that it did not get" },
	{ "refcount_t: ", "use-after-free", "health.warn",
	  "a reference was taken on an object whose count was 0 already: it is freed, or is being so",
	  "hold a reference from the lookup on, or use refcount_inc_not_zero()" },
	{ "refcount_t: ", NULL, "health.warn",
	  "references are taken and never given back, until the count is full",
	  "find the path that gets a reference and does not put it" },
	{ "UBSAN: array-index-out-of-bounds", NULL, "health.warn",
	  "an array was indexed past its end, or below its start; the next line names index and type",
	  "check the index before the access" },
	{ "UBSAN: shift-out-of-bounds", NULL, "health.warn",
	  "a number was shifted by more than it has bits, or by a negative count",
	  "check the count before the shift" },
	{ "UBSAN: ", NULL, "health.warn",
	  "the C language says nothing of what this code does: the compiler may make of it what it likes",
	  "the line names file and line: mend the expression there" },
	{ "ODEBUG: ", NULL, "health.warn",
	  "a timer, work item or other object was freed while in use, used before it was set up, or set up twice",
	  "cancel it (cancel_work_sync(), timer_delete_sync()) before its memory is freed; set it up once" },
	{ "DEBUG_LOCKS_WARN_ON", NULL, "health.warn",
	  "a lock is used that was not set up, was freed, or is not held by who unlocks it",
	  "mutex_init() or spin_lock_init() first; unlock only what the same path has locked" },
	{ "INFO: trying to register non-static key", NULL, "health.warn",
	  "a lock is used that was not set up",
	  "call mutex_init() or spin_lock_init() before its first use" },
	{ "WARNING: possible circular locking dependency", NULL, "health.warn",
	  "two locks are taken in one order here and in the other there: two processors at once wait for each other for ever",
	  "take them in the same order everywhere" },
	{ "WARNING: possible recursive locking", NULL, "health.warn",
	  "a lock is taken by who holds it, or another of its kind: it may wait for itself",
	  "take it once only" },
	{ "WARNING: inconsistent lock state", NULL, "health.warn",
	  "a lock is taken in an interrupt, and elsewhere with interrupts on: the interrupt may come while it is held, and waits for ever",
	  "use spin_lock_irqsave() everywhere outside of the interrupt" },
	{ "WARNING: suspicious RCU usage", NULL, "health.warn",
	  "a pointer that RCU guards is read outside of a read-side section",
	  "put rcu_read_lock() around it, or hold the lock of those that write" },
	{ "WARNING: bad unlock balance", NULL, "health.warn",
	  "a lock is given back that nobody holds",
	  "unlock only what the same path has locked" },
	{ "BUG: spinlock bad magic", NULL, "health.bug",
	  "a spinlock is used that was not set up, or whose memory was freed",
	  "call spin_lock_init() before its first use" },
	{ "BUG: KCSAN: ", NULL, "health.warn",
	  "two processors use the same memory at once, one of them writes, and no lock keeps them apart",
	  "guard it with a lock; READ_ONCE() and WRITE_ONCE() where a torn value does no harm" },
	{ "BUG: KMSAN: ", NULL, "health.warn",
	  "memory is used that nobody has written to",
	  "set it first: kzalloc(), or '= {}' for what is on the stack" },
	{ "BUG: using ", " in preemptible [", "health.warn",
	  "the number of the processor, or what is its own, is used where the task may move to another",
	  "get_cpu() and put_cpu(), or this_cpu_*() for single values" },
	{ "BUG: scheduling while atomic: ", NULL, "health.atomic",
	  "the code slept (a mutex, msleep(), GFP_KERNEL, copy_from_user()) while it holds a spinlock, has preemption off, or runs in an interrupt: a real machine can lock up. Behind the task and its number the line has the count of what is held",
	  "use GFP_ATOMIC, mdelay(), or a mutex instead of the spinlock; unlock before what sleeps" },
	{ "BUG: sleeping function called from invalid", NULL, "health.atomic",
	  "a function that may sleep was called with a spinlock held, with interrupts or preemption off, or in an interrupt: a real machine can lock up. The line names the function's file; the stack has the caller",
	  "use GFP_ATOMIC, mdelay(), or a mutex instead of the spinlock; unlock before what sleeps" },
	{ "kmem_cache_destroy ", "still has objects", "health.warn",
	  "a cache is to go, and objects of it were not freed",
	  "kmem_cache_free() all of them first; rcu_barrier() if RCU frees them" },
	{ "irq ", ": nobody cared", "health.warn",
	  "an interrupt comes again and again, and no handler says that it was for it: the kernel has switched it off",
	  "return IRQ_HANDLED for those of your device, and quiet the device in the handler" },
	{ "sysfs: cannot create duplicate ", NULL, "health.warn",
	  "something of that name is in /sys already: left from before, or registered twice",
	  "unregister in exit; give each a name of its own" },
	{ "kobject: ", "something is seriously wrong", "health.warn",
	  "a kobject was set up twice without an end in between",
	  "use a fresh one, and kobject_put() the old" },
	{ "unregister_netdevice: waiting for ", NULL, "health.hung-task",
	  "somebody holds a reference on the network device (dev_hold()) and does not give it back",
	  "dev_put() on every path" },
};

static bool fits(const struct said *s, const char *line)
{
	return str_starts(line, s->start) && (!s->has || strstr(line, s->has));
}

/* What has no words of its own in fault_words.c. */
static bool kind_of(const char *line, enum lab_fault_kind *ret)
{
	const struct fault_words *w = fault_words_find(line);

	*ret = w ? w->kind :
	       fault_is_die(line) ? LAB_FAULT_OOPS :
				    fault_warn_kind(line);
	return w || *ret != LAB_FAULT_WARN ||
	       (str_starts(line, "WARNING: ") && strstr(line, "CPU"));
}

/* Its kind only, as lkm try takes it. */
static bool by_kind(const char *line, struct lab_known *ret)
{
	struct lab_fault f = { .what = line };
	_cleanup_text_ struct text id = { 0 };
	const struct lab_known *known;
	const char *slub;

	if (!kind_of(line, &f.kind))
		return false;
	text_addf(&id, "%s.%s", f.kind == LAB_FAULT_SLUB ? "memory" : "health",
		  lab_fault_name(f.kind));
	known = lab_known(text_str(&id));
	slub = lab_fault_slub_meaning(&f);
	if (known)
		*ret = *known;
	if (known && slub)
		ret->what = slub;
	return known;
}

bool lab_known_line(const char *line, struct lab_known *ret)
{
	static const char oops[] = "Oops: ";
	/* Newer kernels put it before what older ones begin with. */
	const char *bare = line + (str_starts(line, oops) ? strlen(oops) : 0);

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const struct said *s = &lines[i];

		if (!fits(s, line) && !fits(s, bare))
			continue;
		*ret = *lab_known(s->id);
		ret->why = s->why ? s->why : ret->why;
		ret->fix = s->fix ? s->fix : ret->fix;
		return true;
	}
	return by_kind(line, ret);
}
