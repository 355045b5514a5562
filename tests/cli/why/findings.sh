# SPDX-License-Identifier: GPL-2.0-or-later
# What lkm try finds, by its ids; and the reports of the kernel that they are
# made from.
set +e
ok() { # name; judges the last status
	[ $? = 0 ] && echo "ok - $1" || {
		sed 's/^/# /' out
		echo "not ok - $1"
	}
}
lab=$SRCDIR/src/lab
stages='build|file|insert|log|use|remove|health|leftovers|memory|again'

# Every id that the sources can print, and no other.
"$SRCDIR/tests/findings-made" "$SRCDIR" >made
"$LKM" why --list >list
grep -E "^($stages)\.[a-z-]+$" list | sort >known
diff made known >out && [ "$(wc -l <made)" -gt 60 ]
ok 'all findings, and no other'
while read -r id; do
	"$LKM" why "$id" >out 2>&1 && [ "$(sed -n 1p out)" = "$id" ] &&
		grep -q '^  seen     .' out && grep -q '^  why      .' out &&
		grep -q '^  fix      .' out
	ok "$id"
done <made
"$LKM" check --rules | cut -f1 >rules
{ cat rules known && grep '^E' list; } | sort | uniq -u >out
sort list | uniq -d >>out
grep -qx ENOEXEC list && grep -qx load.vermagic list
ok 'the list has rules and errnos'
"$LKM" why --list x >out 2>&1
[ $? = 2 ]
ok 'the list of something'

answers() { # ID LINE [WORDS]
	"$LKM" why "$2" >out 2>&1 && [ "$(sed -n 1p out)" = "$1" ] &&
		[ "$(grep -c '^  why ' out)" = 1 ] && grep -q "${3:-.}" out
}
asked() { # ID LINE [WORDS]: what the kernel says, with any time in front
	for before in '' '[   12.345678] ' '[   12.345678][  T123] ' \
		'[Sat Nov 28 10:51:50 2026] ' '[Sat Nov  8 10:51:50 2026] ' \
		'2026-11-28T10:51:50,123456+00:00 ' '<3>[    1.000000] ' \
		'Nov 28 10:51:50 host kernel: [   12.345678] '; do
		answers "$1" "$before$2" "${3:-}" || break
	done
	answers "$1" "$before$2" "${3:-}"
	ok "$before$2"
}
asked health.atomic 'BUG: scheduling while atomic: insmod/123/0x00000002' \
	'^  says     the kernel$'
asked health.atomic \
	'BUG: sleeping function called from invalid context at mm/slab.h:1' GFP_
asked health.bug "usercopy: Kernel memory overwrite attempt detected to SLUB object 'kmalloc-32' (offset 0, size 64)!" \
	copy_from_user
asked health.bug 'list_add corruption. prev->next should be next (a), but was b.' \
	list_del
asked health.bug 'list_del corruption, a->next is LIST_POISON1 (dead000000000100)'
asked health.bug 'BUG: spinlock bad magic on CPU#0, insmod/123' spin_lock_init
asked health.bug 'invalid opcode: 0000 [#1] PREEMPT SMP NOPTI'
asked health.oops 'Oops: 0002 [#1] PREEMPT SMP NOPTI'
asked health.oops 'general protection fault: 0000 [#1] SMP' 'freed'
asked health.oops 'Oops: general protection fault, probably for non-canonical address 0x6b6b6b6b6b6b6b6b: 0000 [#1] SMP'
asked health.oops 'divide error: 0000 [#1] PREEMPT SMP' divisor
asked health.oops 'BUG: KASAN: null-ptr-deref in f+0x1/0x2 [m]'
asked damage.null 'BUG: kernel NULL pointer dereference, address: 0000000000000000'
asked damage.gp 'general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] SMP'
asked damage.warn 'WARNING: CPU: 0 PID: 78 at /tmp/f.c:14 f+0x11/0x1000 [m]'
asked health.warn 'WARNING: f.c:14 at f+0x11/0x1000 [m], CPU#0: insmod/78'
asked health.warn 'refcount_t: underflow; use-after-free.' 'once more'
asked health.warn 'UBSAN: array-index-out-of-bounds in /tmp/x.c:1:2' index
asked health.warn 'WARNING: possible circular locking dependency detected' order
asked health.warn 'BUG: KCSAN: data-race in f [m] / g [m]' lock
asked health.irqs-off 'initcall f+0x0/0x10 [m] returned with disabled interrupts '
asked health.preempt-count 'initcall f+0x0/0x10 [m] returned with preemption imbalance '
asked health.soft-lockup 'watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [insmod:123]'
asked health.hung-task 'INFO: task insmod:123 blocked for more than 120 seconds.'
asked health.rcu-stall 'rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:'
asked health.panic 'Kernel panic - not syncing: Fatal exception'
asked health.oom 'cat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0'
asked memory.slub 'BUG: KASAN: slab-out-of-bounds in f+0x1/0x2 [m]' 'outside the object'
asked memory.slub 'BUG: KASAN: use-after-free in f+0x1/0x2 [m]' 'use after free'
asked memory.slub 'BUG kmalloc-32 (Tainted: G    B      O ): Right Redzone overwritten' \
	'past the end'
# A time is no part of what the other rules know, either.
asked load.symbol.unknown 'x: Unknown symbol y (err -2)'

# Every line that opens a report for lkm try is known: "start" x "has" y.
sed -n '/ words\[\] = {/,/^};/{s/, NULL,.*/, "",/;s/{ NULL,/{ "",/;s/^	{ "\([^"]*\)", "\([^"]*\)",.*/\1x\2y/p}' \
	"$lab/fault_words.c" >openers
while read -r line; do
	"$LKM" why "$line" >out 2>&1
	ok "opener: $line"
done <openers
[ "$(wc -l <openers)" -gt 60 ]
ok openers

# A whole report: each fault once, and nothing of the lines that follow it.
cat >report <<'END'
[   10.000001] refcount_t: underflow; use-after-free.
[   10.000003] ------------[ cut here ]------------
[   10.000004] BUG: KASAN: use-after-free in f+0x1/0x2 [m]
[   10.000005] Oops: 0002 [#1] PREEMPT SMP NOPTI
[   10.000006] CPU: 0 PID: 78 Comm: insmod Tainted: G           O       6.1.0 #1
[   10.000007] Hardware name: QEMU Standard PC
[   10.000008] RIP: 0010:f+0x1d/0x47 [m]
[   10.000009] Code: c7 c7 88
[   10.000010] RSP: 0018:ffffc90000597de8 EFLAGS: 00000246
[   10.000011] Call Trace:
[   10.000012]  <TASK>
[   10.000013]  hello_init+0x1/0x2 [hello]
[   10.000014] Modules linked in: hello(O+)
[   10.000015] ---[ end trace 0000000000000000 ]---
[   10.000016] Kernel panic - not syncing: Fatal exception
END
"$LKM" why "$(cat report)" >out 2>&1
grep '^[a-z]' out | tr '\n' ' ' >told
echo health.warn memory.slub health.panic | tr '\n' ' ' | cmp -s told -
ok 'a report'

near() { # asked, what must be there
	"$LKM" why "$1" >out 2>&1
	[ $? = 1 ] && grep -qF "no finding of 'lkm try' is called '$1'" out &&
		grep -qF "$2" out
	ok "near $1"
}
near health.foo 'near: health.'
near leftovers.prc 'near: leftovers.proc'
near memory.what 'near: memory.leak, memory.leak-once, memory.slub'
"$LKM" why --json memory.leak >out 2>&1 && grep -q '"seen": "' out &&
	grep -q '"rule": "memory.leak"' out
ok json
