/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/live: /proc/modules, taints, kernel log records, /sys/module. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/errname.h"
#include "base/file.h"
#include "base/text.h"
#include "live/holders.h"
#include "live/kmsg.h"
#include "live/load.h"
#include "live/modules.h"
#include "live/policy.h"
#include "live/sysfs.h"
#include "live/taint.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static void errors_have_names(void **state)
{
	(void)state;
	assert_string_equal(err_name(129), "EKEYREJECTED");
	assert_string_equal(err_name(517), "EPROBE_DEFER");
	assert_null(err_name(0));
	assert_null(err_name(-1));
	assert_null(err_name(600));
	assert_int_equal(err_number("EKEYREJECTED"), 129);
	assert_int_equal(err_number("EPROBE_DEFER"), 517);
	assert_int_equal(err_number("EWOULDBLOCK"), EAGAIN);
	assert_int_equal(err_number("EOPNOTSUPP"), EOPNOTSUPP);
	assert_int_equal(err_number("EDEADLOCK"), EDEADLK);
	assert_int_equal(err_number("ENOSUCHTHING"), 0);
	assert_int_equal(err_number(""), 0);
	for (int e = 1; e < 600; e++)
		if (err_name(e))
			assert_int_equal(err_number(err_name(e)), e);
	assert_string_equal(err_text(8).s, "ENOEXEC (8, Exec format error)");
	assert_string_equal(err_text(600).s, "error 600");
}

static void line_of_proc_modules(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_module m;

	(void)state;
	assert_int_equal(live_module_parse(text("base_mod 16384 2 b,a,[permanent], Loading 0xffffffffc0400000 (POE+)\n"), &a, &m, NULL), 0);
	assert_string_equal(m.name, "base_mod");
	assert_int_equal(m.size, 16384);
	assert_int_equal(m.refcnt, 2);
	assert_true(m.counted && m.permanent && m.coming && !m.going);
	assert_int_equal(m.state, LIVE_LOADING);
	assert_int_equal(m.address, 0xffffffffc0400000);
	assert_string_equal(m.taints, "POE");
	assert_int_equal(m.n_users, 2);
	assert_string_equal(m.users[0], "b");
	assert_string_equal(m.users[1], "a");

	assert_int_equal(live_module_parse(text("x 1 - - Live 0x0"), &a, &m, NULL), 0);
	assert_false(m.counted || m.permanent);
	assert_int_equal(m.refcnt, -1);
	assert_int_equal(m.n_users, 0);
	assert_string_equal(m.taints, "");

	assert_int_equal(live_module_parse(text("x 1 -2 - Unloading 0x0 (-)"), &a, &m, NULL), 0);
	assert_true(m.counted && m.going);
	assert_int_equal(m.refcnt, -2);
	assert_int_equal(m.state, LIVE_UNLOADING);
}

static void bad_lines_of_proc_modules(void **state)
{
	static const char *const bad[] = {
		"", "x", "x 1", "x 1 0", "x 1 0 -", "x 1 0 - Live",
		"x y 0 - Live 0x0", "x 1 z - Live 0x0", "x 1 0 a Live 0x0",
		"x 1 0 a,b Live 0x0", "x 1 0 ,, Live 0x0", "x 1 0 - live 0x0",
		"x 1 0 - Live 0xg", "x 1 0 - Live 0x0 OE", "x 1 0 - Live 0x0 (z)",
		"x 1 0 - Live 0x0 (", "x 1 0 - Live 0x10000000000000000",
		"x -1 0 - Live 0x0", "x 99999999999999999999 0 - Live 0x0",
		"x 1 4294967296 - Live 0x0", "x\x01y 1 0 - Live 0x0",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 1 0 - Live 0x0",
		"x 1 0 - Live 0x0 (OOOOOOOOOOOOOOOOOOOOOOOOOOOOO)",
	};
	_cleanup_arena_ struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct live_module m;
		struct diag d = { 0 };

		if (live_module_parse(text(bad[i]), &a, &m, &d) != -EBADMSG)
			fail_msg("taken for a module: %s", bad[i]);
		assert_non_null(strstr(d.what, "wanted"));
	}
}

static void whole_proc_modules(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_modules l;
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(live_modules_parse(text("a_b 1 0 - Live 0x0\nc 2 0 - Live 0x0"), &a, &l, NULL), 0);
	assert_int_equal(l.n, 2);
	assert_ptr_equal(live_modules_find(&l, "a-b"), &l.v[0]);
	assert_null(live_modules_find(&l, "a"));
	assert_null(live_modules_find(&l, "a_bc"));
	assert_int_equal(live_modules_parse(text("a 1 0 - Live 0x0\n\n"), &a, &l, &d), -EBADMSG);
	assert_string_equal(d.where, "line 2");
	assert_int_equal(live_modules_parse(text(""), &a, &l, NULL), 0);
	assert_int_equal(l.n, 0);

	struct arena small = { .limit = 512 };
	struct diag e = { 0 };

	assert_int_equal(live_modules_parse(text("\n\n\n\n\n\n\n\n\n\n\n\n"), &small, &l, &e), -ENOMEM);
	arena_fini(&small);
}

static void taint_letters_and_masks(void **state)
{
	char buf[LIVE_TAINT_LETTERS];
	uint64_t mask = 0;

	(void)state;
	for (size_t i = 0; i < n_live_taints; i++) {
		assert_int_equal(live_taints[i].bit, i);
		assert_ptr_equal(live_taint_by_letter(live_taints[i].letter),
				 &live_taints[i]);
	}
	assert_string_equal(live_taint_letters(12288, buf), "OE");
	assert_string_equal(live_taint_letters(0, buf), "");
	assert_string_equal(live_taint_letters(UINT64_MAX, buf),
			    "PFSRMBUDAWCIOELKXTNJ");
	assert_int_equal(live_taint_mask("(POE+)", &mask, NULL), 0);
	assert_int_equal(mask, 12289);
	assert_int_equal(live_taint_mask("G", &mask, NULL), 0);
	assert_int_equal(mask, 0);
	assert_int_equal(live_taint_mask("Oz", &mask, NULL), -EINVAL);
}

static void kmsg_record(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_kmsg k;

	(void)state;
	assert_int_equal(live_kmsg_parse(text("12,34,5678,-,caller=T1;a\\x5cb\\x0ac\\x00d\\xq1;e\n SUBSYSTEM=mod\\x41\n DEVICE=+x:y\n"), &a, &k, NULL), 0);
	assert_int_equal(k.level, 4);
	assert_int_equal(k.facility, 1);
	assert_int_equal(k.seq, 34);
	assert_int_equal(k.usec, 5678);
	assert_int_equal(k.flag, '-');
	assert_string_equal(k.text, "a\\b\nc\\x00d\\xq1;e");
	assert_string_equal(live_kmsg_dict(&k, "SUBSYSTEM", &a), "modA");
	assert_string_equal(live_kmsg_dict(&k, "DEVICE", &a), "+x:y");
	assert_null(live_kmsg_dict(&k, "SUB", &a));
	assert_int_equal(live_kmsg_parse(text("6,0,0,c;"), &a, &k, NULL), 0);
	assert_string_equal(k.text, "");
	assert_string_equal(k.dict, "");
}

static void kmsg_bad_records(void **state)
{
	static const char *const bad[] = {
		"", ";", "6", "6,", "6,1", "6,1,", "6,1,2", "6,1,2,", "6,1,2;x",
		"6,1,2,;x", "x,1,2,-;x", "6,-1,2,-;x", "6,1,2,-x", "6,1,2,-\n;x",
		"99999999999,1,2,-;x", "6,99999999999999999999,2,-;x",
		"6,1,2,-;x\nno blank\n", "6,1,2,-;x\n\n",
	};
	_cleanup_arena_ struct arena a = { 0 };
	struct live_kmsg k;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (live_kmsg_parse(text(bad[i]), &a, &k, NULL) != -EBADMSG)
			fail_msg("taken for a record: %s", bad[i]);
}

/* A socket gives one packet per read, as /dev/kmsg gives one record. */
static int sockets[2];
static bool overrun;

static ssize_t read_or_overrun(int fd, void *buf, size_t n)
{
	if (overrun) {
		overrun = false;
		errno = EPIPE;
		return -1;
	}
	return read(fd, buf, n);
}

static void open_sockets(void)
{
	int type = SOCK_SEQPACKET | SOCK_NONBLOCK;

	assert_int_equal(socketpair(AF_UNIX, type, 0, sockets), 0);
}

static void send_record(const char *s)
{
	assert_int_equal(send(sockets[1], s, strlen(s), 0), strlen(s));
}

static void kmsg_reader_counts_lost(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_kmsg k;

	(void)state;
	open_sockets();

	struct live_kmsg_reader r = {
		.fd = sockets[0], .is_open = true, .read = read_or_overrun,
	};

	assert_int_equal(live_kmsg_next(&r, &a, &k, NULL), 0);
	send_record("6,7,0,-;old");
	send_record("6,8,0,-;mark");
	send_record("6,9,0,-;new");
	assert_int_equal(live_kmsg_skip_past(&r, "mark", &a, NULL), 1);
	assert_int_equal(live_kmsg_next(&r, &a, &k, NULL), 1);
	assert_string_equal(k.text, "new");
	assert_int_equal(r.lost, 0);
	overrun = true;
	send_record("6,15,0,-;after");
	assert_int_equal(live_kmsg_next(&r, &a, &k, NULL), 1);
	assert_string_equal(k.text, "after");
	assert_int_equal(r.lost, 5);
	send_record("no record");
	assert_int_equal(live_kmsg_next(&r, &a, &k, NULL), -EBADMSG);
	assert_int_equal(live_kmsg_skip_past(&r, "never", &a, NULL), 0);
	live_kmsg_close(&r);
	(void)close(sockets[1]);
}

static void kmsg_lost_before_the_first(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_kmsg k;

	(void)state;
	open_sockets();

	_cleanup_kmsg_ struct live_kmsg_reader r = {
		.fd = sockets[0], .is_open = true, .read = read_or_overrun,
	};

	overrun = true;
	send_record("6,15,0,-;x");
	assert_int_equal(live_kmsg_next(&r, &a, &k, NULL), 1);
	assert_int_equal(r.lost, 1);
	(void)close(sockets[1]);
	assert_int_equal(live_kmsg_next(&r, &a, &k, NULL), 0);
}

static void put(const char *root, const char *path, const char *content)
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "%s/%s", root, path);
	*strrchr(t.p, '/') = '\0';
	assert_int_equal(dir_make(t.p, NULL), 0);
	t.p[strlen(t.p)] = '/';
	assert_int_equal(file_write(t.p, content, strlen(content), 0644, NULL),
			 0);
}

static int make_root(void **state)
{
	char *root = NULL;

	if (dir_temp("live", &root, NULL))
		return -1;
	*state = root;
	put(root, "proc/modules", "hello 16384 1 b,a, Live 0x0 (OE)\n");
	put(root, "proc/sys/kernel/tainted", "12288\n");
	put(root, "sys/module/hello/initstate", "live\n");
	put(root, "sys/module/hello/refcnt", "1\n");
	put(root, "sys/module/hello/coresize", "16384\n");
	put(root, "sys/module/hello/taint", "OE\n");
	put(root, "sys/module/hello/holders/b/x", "");
	put(root, "sys/module/hello/holders/a/x", "");
	put(root, "sys/module/hello/parameters/who", "you\n");
	put(root, "sys/module/hello/sections/.text", "0x0\n");
	put(root, "sys/module/8250/parameters/nr_uarts", "4\n");
	put(root, "sys/module/odd/initstate", "odd\n");
	put(root, "sys/module/neg/initstate", "going\n");
	put(root, "sys/module/neg/refcnt", "-1\n");
	return 0;
}

static int drop_root(void **state)
{
	int r = tree_remove(*state, NULL);

	free(*state);
	return r;
}

static void sysfs_of_a_module(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_sysfs s;

	assert_int_equal(live_sysfs_read(*state, "hello", &a, &s, NULL), 0);
	assert_int_equal(s.initstate, LIVE_INIT_LIVE);
	assert_int_equal(s.refcnt, 1);
	assert_int_equal(s.coresize, 16384);
	assert_int_equal(s.initsize, 0);
	assert_string_equal(s.taint, "OE");
	assert_string_equal(s.version, "");
	assert_int_equal(s.n_holders, 2);
	assert_true(str_eq(s.holders[0], "a") != str_eq(s.holders[1], "a"));
	assert_true(str_eq(s.holders[0], "b") != str_eq(s.holders[1], "b"));
	assert_int_equal(live_sysfs_read(*state, "8250", &a, &s, NULL), 0);
	assert_int_equal(s.initstate, LIVE_INIT_BUILTIN);
	assert_false(s.counted);
	assert_int_equal(live_sysfs_read(*state, "neg", &a, &s, NULL), 0);
	assert_int_equal(s.initstate, LIVE_INIT_GOING);
	assert_true(s.counted);
	assert_int_equal(s.refcnt, -1);
}

static void sysfs_for_lists(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_usage u;

	assert_int_equal(live_sysfs_usage(*state, "hello", &a, &u, NULL), 0);
	assert_int_equal(u.coresize, 16384);
	assert_true(u.counted);
	assert_int_equal(u.refcnt, 1);
	assert_int_equal(u.n_holders, 2);
	assert_int_equal(live_sysfs_usage(*state, "8250", &a, &u, NULL),
			 -ENOENT);
	assert_int_equal(live_sysfs_usage(*state, "none", &a, &u, NULL),
			 -ENOENT);
}

static void sysfs_that_is_not_there(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_sysfs s;

	assert_int_equal(live_sysfs_read(*state, "none", &a, &s, NULL), -ENOENT);
	assert_int_equal(live_sysfs_read(*state, "odd", &a, &s, NULL), -EBADMSG);
	assert_int_equal(live_sysfs_read(*state, "..", &a, &s, NULL), -EINVAL);
	assert_int_equal(live_sysfs_read(*state, "a/b", &a, &s, NULL), -EINVAL);
	assert_int_equal(live_sysfs_read(*state, "", &a, &s, NULL), -EINVAL);
}

static int attrs(const char *root, const char *name, const char *dir,
		 struct arena *a, struct live_attrs *ret)
{
	return live_sysfs_attrs(root, name, dir, a, ret, NULL);
}

static void sysfs_attributes(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_attrs l;

	assert_int_equal(attrs(*state, "hello", "parameters", &a, &l), 0);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].name, "who");
	assert_string_equal(l.v[0].value, "you");
	assert_int_equal(attrs(*state, "hello", "notes", &a, &l), 0);
	assert_int_equal(l.n, 0);
	assert_int_equal(attrs(*state, "none", "notes", &a, &l), -ENOENT);
}

static void files_of_proc(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_modules l;
	uint64_t mask = 0;

	assert_int_equal(live_modules_read(*state, &a, &l, NULL), 0);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].users[0], "b");
	assert_int_equal(live_taint_read(*state, &mask, NULL), 0);
	assert_int_equal(mask, 12288);

	struct diag d = { 0 };

	assert_int_equal(live_modules_read("/nonexistent", &a, &l, &d), -ENOENT);
	assert_non_null(strstr(d.hint, "no module support"));
}

static void policy_of_a_machine(void **state)
{
	struct live_policy p;

	live_policy_read("/nonexistent", &p);
	assert_int_equal(p.cap_sys_module, LIVE_UNKNOWN);
	assert_int_equal(p.user_ns, LIVE_UNKNOWN);
	assert_int_equal(p.modules_disabled, LIVE_UNKNOWN);
	assert_int_equal(p.lockdown, LIVE_LOCKDOWN_UNKNOWN);
	assert_false(p.has_modules);
	assert_string_equal(p.compression, "");

	put(*state, "proc/self/status",
	    "Name:\tx\nCapEff:\t000001ffffffffff\n");
	put(*state, "proc/self/uid_map",
	    "         0          0 4294967295\n");
	put(*state, "proc/sys/kernel/modules_disabled", "0\n");
	put(*state, "sys/kernel/security/lockdown",
	    "none [integrity] confidentiality\n");
	put(*state, "sys/module/module/parameters/sig_enforce", "Y\n");
	put(*state, "sys/module/compression", "zstd\n");
	live_policy_read(*state, &p);
	assert_int_equal(p.cap_sys_module, LIVE_YES);
	assert_int_equal(p.user_ns, LIVE_NO);
	assert_int_equal(p.modules_disabled, LIVE_NO);
	assert_int_equal(p.lockdown, LIVE_LOCKDOWN_INTEGRITY);
	assert_int_equal(p.sig_enforce, LIVE_YES);
	assert_int_equal(p.secure_boot, LIVE_UNKNOWN);
	assert_true(p.has_modules);
	assert_string_equal(p.compression, "zstd");

	put(*state, "proc/self/status", "CapEff:\t1\nCapEff:\t0\n");
	put(*state, "proc/self/uid_map", "0 1000 1\n");
	put(*state, "proc/sys/kernel/modules_disabled", "1\n");
	live_policy_read(*state, &p);
	assert_int_equal(p.cap_sys_module, LIVE_NO);
	assert_int_equal(p.user_ns, LIVE_YES);
	assert_int_equal(p.modules_disabled, LIVE_YES);
}

static void holders_of_a_module(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_holders l;

	put(*state, "proc/self/mountinfo",
	    "1 2 0:3 / /mnt rw,x master:1 - hello none rw\n"
	    "1 2 0:4 / /other rw - hell none rw\nbroken - hello\n - hello\n");
	assert_int_equal(live_holders_find(*state, "hello", &a, &l, NULL), 0);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].kind, LIVE_HOLDER_MOUNT);
	assert_string_equal(l.v[0].path, "/mnt");
	assert_int_equal(live_holders_find(*state, "a/b", &a, &l, NULL),
			 -EINVAL);
}

static void calls_that_the_kernel_refuses(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_true(live_insert_fd(-1, "", 0, &d) < 0);
	assert_true(d.err > 0);
	assert_true(live_insert_bytes((struct span){ 0 }, "", NULL) < 0);
	assert_true(live_remove("lkm_no_such_module", LIVE_NO_WAIT, NULL) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_have_names),
		cmocka_unit_test(line_of_proc_modules),
		cmocka_unit_test(bad_lines_of_proc_modules),
		cmocka_unit_test(whole_proc_modules),
		cmocka_unit_test(taint_letters_and_masks),
		cmocka_unit_test(kmsg_record),
		cmocka_unit_test(kmsg_bad_records),
		cmocka_unit_test(kmsg_reader_counts_lost),
		cmocka_unit_test(kmsg_lost_before_the_first),
		cmocka_unit_test(sysfs_of_a_module),
		cmocka_unit_test(sysfs_for_lists),
		cmocka_unit_test(sysfs_that_is_not_there),
		cmocka_unit_test(sysfs_attributes),
		cmocka_unit_test(files_of_proc),
		cmocka_unit_test(policy_of_a_machine),
		cmocka_unit_test(holders_of_a_module),
		cmocka_unit_test(calls_that_the_kernel_refuses),
	};

	return cmocka_run_group_tests(tests, make_root, drop_root);
}
