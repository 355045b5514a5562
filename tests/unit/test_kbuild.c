// SPDX-License-Identifier: GPL-2.0-or-later
/* src/build: staging sources, choosing a compiler, reading what make says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "build/compiler.h"
#include "build/messages.h"
#include "build/output.h"
#include "build/stage.h"

/*
 * What gcc 12, modpost and make say, building for Debian's kernels 5.10, 6.1,
 * 6.12 and 7.2; where only the name differs, with another name. Every rule has
 * its line.
 */
static const struct {
	const char *id, *text;
} said[] = {
	{ "outside.disk-full",
	  "error writing to /tmp/ccdhl2y1.s: No space left on device" },
	{ "outside.unreadable", "/home/a/x.h: Permission denied" },
	{ "outside.glibc",
	  "./tools/objtool/objtool: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./tools/objtool/objtool)" },
	{ "outside.pahole", "/bin/sh: 1: pahole: not found" },
	{ "outside.tool-missing", "/bin/sh: 1: gcc-12: not found" },
	{ "outside.headers-unprepared",
	  "  ERROR: Kernel configuration is invalid." },
	{ "outside.common-headers",
	  "No rule to make target '/usr/src/linux-headers-6.1.0-56-common/Makefile'.  Stop." },
	{ "outside.option",
	  "unrecognized command-line option '-fmin-function-alignment=16'; did you mean '-flimit-function-alignment'?" },
	{ "outside.compiler-killed",
	  "Killed signal terminated program cc1" },
	{ "harmless.compiler-differs",
	  "the compiler differs from the one used to build the kernel" },
	{ "harmless.no-pahole",
	  "Skipping BTF generation due to unavailability of pahole" },
	{ "harmless.no-btf",
	  "Skipping BTF generation for hello.ko due to unavailability of vmlinux" },
	{ "harmless.pahole-differs",
	  "pahole version differs from the one used to build the kernel" },
	{ "harmless.no-symvers",
	  "Symbol version dump \"Module.symvers\" is missing." },
	{ "harmless.counted-by",
	  "'counted_by' attribute directive ignored [-Wattributes]" },
	{ "modpost.licence-missing", "missing MODULE_LICENSE() in nolic.o" },
	{ "modpost.description-missing",
	  "missing MODULE_DESCRIPTION() in nodesc.o" },
	{ "modpost.gpl-only",
	  "GPL-incompatible module prop.ko uses GPL-only symbol '__class_create'" },
	{ "modpost.namespace",
	  "module ns uses symbol dma_buf_put from namespace DMA_BUF, but does not import it." },
	{ "modpost.kallsyms", "\"kallsyms_lookup_name\" [kas.ko] undefined!" },
	{ "modpost.sys-call-table", "\"sys_call_table\" [sct2.ko] undefined!" },
	{ "modpost.division", "\"__udivdi3\" [d.ko] undefined!" },
	{ "modpost.floating-point", "\"__muldf3\" [f.ko] undefined!" },
	{ "modpost.libc-print", "\"puts\" [undef.ko] undefined!" },
	{ "modpost.libc-print", "\"printf\" [undef.ko] undefined!" },
	{ "modpost.libc-memory", "\"malloc\" [undef.ko] undefined!" },
	{ "modpost.libc-memory", "\"free\" [undef.ko] undefined!" },
	{ "modpost.libc-sleep", "\"usleep\" [undef.ko] undefined!" },
	{ "modpost.libc-number", "\"atoi\" [undef.ko] undefined!" },
	{ "modpost.libc", "\"strerror\" [undef.ko] undefined!" },
	{ "modpost.libc", "\"pthread_create\" [undef.ko] undefined!" },
	{ "modpost.undefined", "\"my_free\" [undef.ko] undefined!" },
	{ "modpost.undefined", "\"nosuch\" [undef.ko] undefined!" },
	{ "modpost.exported-twice",
	  "expk: '__kmalloc' exported twice. Previous export was in vmlinux" },
	{ "modpost.section-mismatch",
	  "secmm.o: section mismatch in reference: f (section: .text) -> x (section: .init.data)" },
	{ "link.double-init",
	  "two/b.c:4: multiple definition of `init_module'; two/a.o:two/a.c:4: first defined here" },
	{ "link.double",
	  "ld: dbl/b.o:dbl/b.c:2: multiple definition of `twice'; dbl/a.o:dbl/a.c:2: first defined here" },
	{ "make.spaces",
	  "missing separator (did you mean TAB instead of 8 spaces?).  Stop." },
	{ "make.separator", "missing separator.  Stop." },
	{ "make.same-name",
	  "Circular same/foo.o <- same/foo.o dependency dropped." },
	{ "make.multiple-modules",
	  "building multiple external modules is not supported.  Stop." },
	{ "make.no-source",
	  "No rule to make target 'nosrc/fooo.o', needed by 'nosrc/'.  Stop." },
	{ "make.no-target",
	  "No rule to make target 'nosuch.h', needed by 'nt/t.o'.  Stop." },
	{ "make.no-module", "no module was built: obj-m names none" },
	{ "c.libc-header", "stdio.h: No such file or directory" },
	{ "c.libc-header", "stdlib.h: No such file or directory" },
	{ "c.libc-header", "string.h: No such file or directory" },
	{ "c.libc-header", "stdint.h: No such file or directory" },
	{ "c.libc-header", "unistd.h: No such file or directory" },
	{ "c.printf",
	  "implicit declaration of function 'printf' [-Werror=implicit-function-declaration]" },
	{ "c.malloc",
	  "implicit declaration of function 'malloc' [-Werror=implicit-function-declaration]" },
	{ "c.sleep",
	  "implicit declaration of function 'sleep'; did you mean 'fsleep'? [-Werror=implicit-function-declaration]" },
	{ "c.floating-point", "SSE register return with SSE disabled" },
	{ "api.class_create",
	  "too many arguments to function 'class_create'" },
	{ "api.class_create",
	  "passing argument 1 of 'class_create' from incompatible pointer type [-Werror=incompatible-pointer-types]" },
	{ "api.class_create",
	  "macro \"class_create\" requires 2 arguments, but only 1 given" },
	{ "api.proc_ops",
	  "passing argument 4 of 'proc_create' from incompatible pointer type [-Werror=incompatible-pointer-types]" },
	{ "api.proc_ops",
	  "passing argument 4 of 'proc_create_data' from incompatible pointer type [-Werror=incompatible-pointer-types]" },
	{ "api.PDE_DATA",
	  "implicit declaration of function 'PDE_DATA'; did you mean 'NODE_DATA'? [-Werror=implicit-function-declaration]" },
	{ "api.complete_and_exit",
	  "implicit declaration of function 'complete_and_exit' [-Werror=implicit-function-declaration]" },
	{ "api.task-state",
	  "'struct task_struct' has no member named 'state'; did you mean 'stats'?" },
	{ "api.mmap_sem",
	  "'struct mm_struct' has no member named 'mmap_sem'; did you mean 'mmap_base'?" },
	{ "api.vm_flags", "assignment of read-only member 'vm_flags'" },
	{ "api.platform-remove",
	  "initialization of 'void (*)(struct platform_device *)' from incompatible pointer type 'int (*)(struct platform_device *)' [-Werror=incompatible-pointer-types]" },
	{ "api.i2c-remove",
	  "initialization of 'void (*)(struct i2c_client *)' from incompatible pointer type 'int (*)(struct i2c_client *)' [-Werror=incompatible-pointer-types]" },
	{ "api.i2c-probe",
	  "initialization of 'int (*)(struct i2c_client *)' from incompatible pointer type 'int (*)(struct i2c_client *, const struct i2c_device_id *)' [-Werror=incompatible-pointer-types]" },
	{ "api.spi-remove",
	  "initialization of 'void (*)(struct spi_device *)' from incompatible pointer type 'int (*)(struct spi_device *)' [-Werror=incompatible-pointer-types]" },
	{ "api.class-devnode",
	  "assignment to 'char * (*)(const struct device *, umode_t *)' {aka 'char * (*)(const struct device *, short unsigned int *)'} from incompatible pointer type 'char * (*)(struct device *, umode_t *)' {aka 'char * (*)(struct device *, short unsigned int *)'} [-Werror=incompatible-pointer-types]" },
	{ "api.uevent",
	  "initialization of 'int (*)(const struct device *, struct kobj_uevent_env *)' from incompatible pointer type 'int (*)(struct device *, struct kobj_uevent_env *)' [-Werror=incompatible-pointer-types]" },
	{ "api.bus-match",
	  "initialization of 'int (*)(struct device *, const struct device_driver *)' from incompatible pointer type 'int (*)(struct device *, struct device_driver *)' [-Werror=incompatible-pointer-types]" },
	{ "api.access_ok",
	  "macro \"access_ok\" passed 3 arguments, but takes just 2" },
	{ "api.access_ok",
	  "'VERIFY_WRITE' undeclared (first use in this function)" },
	{ "api.DECLARE_TASKLET",
	  "macro \"DECLARE_TASKLET\" passed 3 arguments, but takes just 2" },
	{ "api.get_user_pages",
	  "too many arguments to function 'get_user_pages'" },
	{ "api.netif_napi_add",
	  "too many arguments to function 'netif_napi_add'" },
	{ "api.setup_timer",
	  "implicit declaration of function 'setup_timer'; did you mean 'del_timer'? [-Werror=implicit-function-declaration]" },
	{ "api.del_timer",
	  "implicit declaration of function 'del_timer_sync'; did you mean 'dev_mc_sync'? [-Werror=implicit-function-declaration]" },
	{ "api.from_timer",
	  "implicit declaration of function 'from_timer'; did you mean 'mod_timer'? [-Werror=implicit-function-declaration]" },
	{ "api.hrtimer_init",
	  "implicit declaration of function 'hrtimer_init'; did you mean 'hrtimers_init'? [-Werror=implicit-function-declaration]" },
	{ "api.strlcpy",
	  "implicit declaration of function 'strlcpy'; did you mean 'strcpy'? [-Werror=implicit-function-declaration]" },
	{ "api.no_llseek",
	  "'no_llseek' undeclared here (not in a function); did you mean 'noop_llseek'?" },
	{ "api.unaligned", "asm/unaligned.h: No such file or directory" },
	{ "api.MODULE_IMPORT_NS", "in expansion of macro 'MODULE_IMPORT_NS'" },
	{ "api.do_gettimeofday",
	  "implicit declaration of function 'do_gettimeofday'; did you mean 'do_settimeofday64'? [-Werror=implicit-function-declaration]" },
	{ "api.set_fs",
	  "implicit declaration of function 'set_fs'; did you mean 'sget_fc'? [-Werror=implicit-function-declaration]" },
	{ "api.ioremap_nocache",
	  "implicit declaration of function 'ioremap_nocache'; did you mean 'ioremap_cache'? [-Werror=implicit-function-declaration]" },
	{ "api.pci_dma",
	  "implicit declaration of function 'pci_alloc_consistent' [-Werror=implicit-function-declaration]" },
	{ "api.ioctl", "'struct file_operations' has no member named 'ioctl'" },
	{ "c.need-slab",
	  "implicit declaration of function 'kmalloc' [-Werror=implicit-function-declaration]" },
	{ "c.need-vmalloc",
	  "implicit declaration of function 'vmalloc'; did you mean 'kvmalloc'? [-Werror=implicit-function-declaration]" },
	{ "c.need-uaccess",
	  "implicit declaration of function 'copy_to_user' [-Werror=implicit-function-declaration]" },
	{ "c.need-delay",
	  "implicit declaration of function 'msleep' [-Werror=implicit-function-declaration]" },
	{ "c.need-kthread",
	  "implicit declaration of function 'kthread_run' [-Werror=implicit-function-declaration]" },
	{ "c.need-proc",
	  "implicit declaration of function 'proc_create' [-Werror=implicit-function-declaration]" },
	{ "c.need-device",
	  "implicit declaration of function 'class_create'; did you mean 'vfs_create'? [-Werror=implicit-function-declaration]" },
	{ "c.need-cdev",
	  "implicit declaration of function 'cdev_init' [-Werror=implicit-function-declaration]" },
	{ "c.need-fs",
	  "implicit declaration of function 'register_chrdev' [-Werror=implicit-function-declaration]" },
	{ "c.implicit",
	  "implicit declaration of function 'undefined_thing' [-Werror=implicit-function-declaration]" },
	{ "c.missing-prototype",
	  "no previous prototype for 'f' [-Wmissing-prototypes]" },
	{ "c.overflow-write",
	  "call to '__write_overflow' declared with attribute error: detected write beyond size of object (1st parameter)" },
	{ "c.overflow-write",
	  "call to '__write_overflow_field' declared with attribute warning: detected write beyond size of field (1st parameter); maybe use struct_group()? [-Wattribute-warning]" },
	{ "c.overflow-write",
	  "call to '__bad_copy_to' declared with attribute error: copy destination size is too small" },
	{ "c.overflow-read",
	  "call to '__read_overflow2' declared with attribute error: detected read beyond size of object (2nd parameter)" },
	{ "c.overflow-read",
	  "call to '__bad_copy_from' declared with attribute error: copy source size is too small" },
	{ "c.semicolon", "expected ';' before '}' token" },
	{ "c.semicolon", "expected ',' or ';' before 'return'" },
	{ "c.semicolon", "expected ',' or ';' at end of input" },
	{ "c.semicolon",
	  "expected '=', ',', ';', 'asm' or '__attribute__' before 'static'" },
	{ "c.semicolon", "expected expression before '{' token" },
	{ "c.semicolon",
	  "called object is not a function or function pointer" },
	{ "c.semicolon",
	  "called object 'a' is not a function or function pointer" },
	{ "c.frame-size",
	  "the frame size of 20008 bytes is larger than 2048 bytes [-Wframe-larger-than=]" },
	{ "c.vla", "ISO C90 forbids variable length array 'b' [-Wvla]" },
	{ "c.declaration",
	  "ISO C90 forbids mixed declarations and code [-Wdeclaration-after-statement]" },
	{ "c.double-init", "redefinition of '__inittest'" },
	{ "c.init-type",
	  "returning 'void (*)(void)' from a function with incompatible return type 'initcall_t' {aka 'int (*)(void)'} [-Werror=incompatible-pointer-types]" },
	{ "c.exit-type",
	  "returning 'int (*)(void)' from a function with incompatible return type 'exitcall_t' {aka 'void (*)(void)'} [-Werror=incompatible-pointer-types]" },
	{ "ld.object", "ld: cannot find ./b.o: No such file or directory" },
	{ "c.include", "linux/nosuch.h: No such file or directory" },
};

static void every_line_finds_its_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		const struct build_rule *r = build_rule_for(said[i].text);

		if (!r || !str_eq(r->id, said[i].id))
			fail_msg("'%s' finds %s, wanted %s", said[i].text,
				 r ? r->id : "no rule", said[i].id);
	}
	assert_null(build_rule_for("'x' undeclared (first use in this function)"));
	assert_null(build_rule_for(""));
}

static void every_rule_is_found_and_helps(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_build_rules; i++) {
		const struct build_rule *r = &build_rules[i];
		bool found = false;

		for (size_t j = 0; j < ARRAY_SIZE(said); j++)
			found |= build_rule_for(said[j].text) == r;
		if (!found)
			fail_msg("no line finds %s (%s)", r->id, r->pattern);
		assert_true(r->why && r->why[0]);
		assert_int_equal(!r->fix, r->verdict == BUILD_HARMLESS);
	}
}

/* A stage that looks like one of `lkm build "my dir/a.c"`. */
static void stage_like(struct build_stage *s)
{
	*s = (struct build_stage){ .dir = strdup("/p"),
				   .module = strdup("/p/t/m") };
	assert_int_equal(strv_add(&s->map.from, "/p/t/m/a.c"), 0);
	assert_int_equal(strv_add(&s->map.to, "my dir/a.c"), 0);
	assert_int_equal(strv_add(&s->map.from, "/p/i/0"), 0);
	assert_int_equal(strv_add(&s->map.to, "my dir"), 0);
}

static void done_with(struct build_output *o, struct build_stage *s)
{
	build_output_fini(o);
	strv_fini(&s->map.from);
	strv_fini(&s->map.to);
	free(s->dir);
	free(s->module);
}

static void feed(struct build_output *o, const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	char *save = NULL;

	for (char *s = strtok_r(copy, "\n", &save); s;
	     s = strtok_r(NULL, "\n", &save))
		build_output_line(o, s);
	build_output_end(o);
	assert_false(o->failed);
}

static void messages_get_the_users_paths(void **state)
{
	struct build_stage s;
	struct build_output o = { .stage = &s };

	(void)state;
	stage_like(&s);
	feed(&o, "make[1]: Entering directory '/p/t/m'\n"
		 "  CC [M]  /p/t/m/a.o\n"
		 "In file included from /p/t/m/a.c:3:\n"
		 "/p/i/0/a.h: In function 'helper':\n"
		 "/p/i/0/a.h:1:42: error: 'y' undeclared (first use in this function)\n"
		 "    1 | static inline int helper(int x) { return y; }\n"
		 "      |                                          ^\n"
		 "/p/i/0/a.h:1:42: note: each undeclared identifier is reported only once\n"
		 "a.c:7:9: warning: unused variable 'c' [-Wunused-variable]\n"
		 "    7 |         int c;\n"
		 "cc1: some warnings being treated as errors\n"
		 "make[2]: *** [/k/scripts/Makefile.build:294: /p/t/m/a.o] Error 1\n"
		 "make: *** [Makefile:236: __sub-make] Error 2\n");
	assert_int_equal(o.messages.n, 2);
	assert_int_equal(o.messages.v[0].kind, BUILD_ERROR);
	assert_string_equal(o.messages.v[0].file, "my dir/a.h");
	assert_int_equal(o.messages.v[0].line, 1);
	assert_int_equal(o.messages.v[0].column, 42);
	assert_string_equal(o.messages.v[0].text,
			    "'y' undeclared (first use in this function)");
	assert_string_equal(
		o.messages.v[0].block,
		"In file included from my dir/a.c:3:\n"
		"my dir/a.h: In function 'helper':\n"
		"my dir/a.h:1:42: error: 'y' undeclared (first use in this function)\n"
		"    1 | static inline int helper(int x) { return y; }\n"
		"      |                                          ^\n"
		"my dir/a.h:1:42: note: each undeclared identifier is reported only once\n");
	assert_int_equal(o.messages.v[1].kind, BUILD_WARNING);
	assert_string_equal(o.messages.v[1].file, "my dir/a.c");
	assert_string_equal(text_str(&o.tail), "");
	assert_string_equal(o.step, "CC a.o");
	done_with(&o, &s);
}

/* Its messages begin without a place. */
static void errors_of_rustc(void **state)
{
	struct build_stage s;
	struct build_output o = { .stage = &s };

	(void)state;
	stage_like(&s);
	feed(&o, "error: rustup could not choose a version of rustc\n"
		 "error[E0308]: mismatched types\n"
		 "  --> /p/t/m/a.rs:48:20\n"
		 "   |\n"
		 "48 | pub fn x() -> u8 { \"a\" }\n"
		 "   |                    ^^^\n");
	assert_int_equal(o.messages.n, 2);
	assert_int_equal(o.messages.v[0].kind, BUILD_ERROR);
	assert_string_equal(o.messages.v[0].text,
			    "rustup could not choose a version of rustc");
	assert_string_equal(o.messages.v[1].text, "[E0308]: mismatched types");
	assert_non_null(strstr(o.messages.v[1].block, "\n48 | pub fn"));
	assert_non_null(strstr(o.messages.v[1].block, "^^^"));
	done_with(&o, &s);
}

/* Linux 5.10 says FATAL where later ones say ERROR. */
static void modpost_that_stops_at_once(void **state)
{
	struct build_stage s;
	struct build_output o = { .stage = &s };

	(void)state;
	stage_like(&s);
	feed(&o, "FATAL: modpost: GPL-incompatible module a.ko uses GPL-only symbol 'x'\n"
		 "FATAL: modpost: parse error in symbol dump file\n"
		 "make: *** [Makefile:1804: modules] Error 2\n");
	assert_int_equal(o.messages.n, 1);
	assert_int_equal(o.messages.v[0].kind, BUILD_ERROR);
	assert_string_equal(o.messages.v[0].rule->id, "modpost.gpl-only");
	assert_string_equal(text_str(&o.tail),
			    "FATAL: modpost: parse error in symbol dump file\n");
	done_with(&o, &s);
}

static void harmless_words_become_one_note(void **state)
{
	struct build_stage s;
	struct build_output o = { .stage = &s };

	(void)state;
	stage_like(&s);
	feed(&o, "warning: the compiler differs from the one used to build the kernel\n"
		 "  The kernel was built by: gcc-14\n"
		 "  You are using:           gcc-12\n"
		 "Skipping BTF generation for /p/t/m/a.ko due to unavailability of vmlinux\n"
		 "Skipping BTF generation for /p/t/m/b.ko due to unavailability of vmlinux\n"
		 "ERROR: modpost: \"nosuch\" [/p/t/m/a.ko] undefined!\n"
		 "something that nobody knows in /p/t/m/a.c\n");
	assert_int_equal(o.messages.n, 3);
	assert_int_equal(o.messages.v[0].kind, BUILD_NOTE);
	assert_int_equal(o.messages.v[1].kind, BUILD_NOTE);
	assert_string_equal(
		o.messages.v[1].text,
		"Skipping BTF generation for a.ko due to unavailability of vmlinux");
	assert_int_equal(o.messages.v[2].kind, BUILD_ERROR);
	assert_string_equal(o.messages.v[2].text, "\"nosuch\" [a.ko] undefined!");
	assert_string_equal(o.messages.v[2].rule->id, "modpost.undefined");
	assert_string_equal(text_str(&o.tail),
			    "something that nobody knows in my dir/a.c\n");
	done_with(&o, &s);
}

static void macros_tell_what_their_errors_do_not(void **state)
{
	struct build_stage s;
	struct build_output o = { .stage = &s };

	(void)state;
	stage_like(&s);
	feed(&o, "a.c:20:18: error: expected ',' or ';' before 'DMA_BUF'\n"
		 "   20 | MODULE_IMPORT_NS(DMA_BUF);\n"
		 "/k/include/linux/moduleparam.h:27:61: note: in definition of macro '__MODULE_INFO'\n"
		 "a.c:20:1: note: in expansion of macro 'MODULE_IMPORT_NS'\n"
		 "Makefile:3: *** missing separator (did you mean TAB instead of 8 spaces?).  Stop.\n");
	assert_int_equal(o.messages.n, 2);
	assert_string_equal(o.messages.v[0].rule->id, "api.MODULE_IMPORT_NS");
	assert_non_null(strstr(o.messages.v[0].block,
			       "\nmy dir/a.c:20:1: note: in expansion"));
	assert_string_equal(o.messages.v[1].rule->id, "make.spaces");
	assert_int_equal(o.messages.v[1].line, 3);
	done_with(&o, &s);
}

static struct build_message *only_message(struct build_output *o,
					  struct build_stage *s,
					  const struct strv *kernel,
					  const char *text)
{
	*o = (struct build_output){ .stage = s, .kernel = kernel };
	stage_like(s);
	feed(o, text);
	assert_int_equal(o->messages.n, 1);
	return &o->messages.v[0];
}

static void end_output(struct build_output *o, struct build_stage *s)
{
	build_output_fini(o);
	strv_fini(&s->map.from);
	strv_fini(&s->map.to);
	free(s->dir);
	free(s->module);
}

/* What breaks in a header of the kernel is told with the user's line. */
static void the_users_line_is_the_place(void **state)
{
	char k[] = "/k", common[] = "/k-common";
	char *dirs[] = { k, common };
	const struct strv kernel = { .v = dirs, .n = 2 };
	struct build_stage s;
	struct build_output o;
	struct build_message *m;

	(void)state;
	m = only_message(&o, &s, &kernel,
		"In file included from /k-common/include/linux/string.h:306,\n"
		"                 from /p/t/m/a.c:1:\n"
		"In function 'strcpy',\n"
		"    inlined from 'fill' at /k-common/include/linux/x.h:7:8,\n"
		"    inlined from 'u_init' at /p/t/m/a.c:11:64:\n"
		"/k-common/include/linux/fortify-string.h:604:17: error: call to '__write_overflow' declared with attribute error: detected write beyond size of object (1st parameter)\n"
		"  604 |                 __write_overflow();\n");
	assert_string_equal(m->file, "my dir/a.c");
	assert_int_equal(m->line, 11);
	assert_int_equal(m->column, 64);
	assert_string_equal(m->rule->id, "c.overflow-write");
	assert_string_equal(
		m->block,
		"In function 'strcpy',\n"
		"    inlined from 'fill' at <kernel>/include/linux/x.h:7:8,\n"
		"    inlined from 'u_init' at my dir/a.c:11:64:\n"
		"<kernel>/include/linux/fortify-string.h:604:17: error: call to '__write_overflow' declared with attribute error: detected write beyond size of object (1st parameter)\n"
		"  604 |                 __write_overflow();\n");
	end_output(&o, &s);

	m = only_message(&o, &s, &kernel,
		"In function 'strcpy',\n"
		"    inlined from 'fill' at a.c:7:8,\n"
		"    inlined from 'u_init' at a.c:11:64:\n"
		"./include/linux/fortify-string.h:4:1: error: x\n");
	assert_string_equal(m->file, "my dir/a.c");
	assert_int_equal(m->line, 7);
	assert_int_equal(m->column, 8);
	assert_non_null(strstr(m->block, "\n<kernel>/include/linux/fort"));
	end_output(&o, &s);

	m = only_message(&o, &s, &kernel,
		"In file included from /k/include/asm-generic/bug.h:22,\n"
		"                 from /p/t/m/a.c:1:\n"
		"/p/t/m/a.c: In function 's_init':\n"
		"/k/include/linux/printk.h:427:10: error: expected expression before '{' token\n"
		"  427 |         ({      \\\n"
		"/k/include/linux/printk.h:530:9: note: in expansion of macro 'printk'\n"
		"/p/t/m/a.c:5:9: note: in expansion of macro 'pr_info'\n"
		"    5 |         pr_info(\"hello\");\n");
	assert_string_equal(m->file, "my dir/a.c");
	assert_int_equal(m->line, 5);
	assert_int_equal(m->column, 9);
	assert_string_equal(m->rule->id, "c.semicolon");
	assert_true(str_starts(m->block,
			       "my dir/a.c: In function 's_init':\n<kernel>/include/linux/printk.h:427:10: error"));
	end_output(&o, &s);

	/* Nothing names the user's line: the header is the place. */
	m = only_message(&o, &s, &kernel,
		"In file included from /p/t/m/a.c:1:\n"
		"/k/include/linux/x.h:3:1: error: x\n");
	assert_string_equal(m->file, "/k/include/linux/x.h");
	assert_int_equal(m->line, 3);
	assert_string_equal(m->block,
			    "In file included from my dir/a.c:1:\n"
			    "<kernel>/include/linux/x.h:3:1: error: x\n");
	end_output(&o, &s);
}

/* Endless and senseless output is taken without harm, and bounded. */
static void strange_output_is_survived(void **state)
{
	static const char *const odd[] = {
		"", ":", "::", ":::error:", "a:1:", "a:1:1:", "a:1:1: ",
		": error: x", "make[", "make[1]:", "make: ", "ERROR: ",
		"WARNING: ", "/p", "/p/", "/p/t/m", "/p/t/m/", "note: ",
		"x: note: y", " ", "  CC", "  CC ", "ld: : In function '':",
		"from ", "In file included from ", "a: error: ",
		"In function '',", "    inlined from '", "    inlined from '' at",
		"    inlined from 'x' at ", "    inlined from 'x' at a.c:",
		"./include/:1:1: error: x", "./include/x.h:1:1: error: x",
		"a.c:1:1: note: in expansion of macro '",
		"99999999999999:1:1: error: x", "a:999999999999:1: error: x",
	};
	struct build_stage s;
	struct build_output o = { .stage = &s };

	(void)state;
	stage_like(&s);
	for (unsigned i = 0; i < 2000; i++) {
		build_output_line(&o, odd[i % ARRAY_SIZE(odd)]);
		build_output_line(&o, "a.c:1:1: error: again and again");
		build_output_line(&o, "    1 | int x;");
	}
	build_output_end(&o);
	assert_false(o.failed);
	assert_true(o.messages.n <= 300);
	assert_true(o.tail.n < 8192);
	done_with(&o, &s);
}

static void compilers_are_named_by_headers(void **state)
{
	char buf[32];

	(void)state;
	build_compiler_named("override ARCH = x86\nCCACHE = ccache\n"
			     "CC = $(if $(DEBIAN_KERNEL_USE_CCACHE),$(CCACHE)) $(CROSS_COMPILE)gcc-12\n"
			     "ifneq (a,b)\n",
			     buf, sizeof(buf));
	assert_string_equal(buf, "gcc-12");
	build_compiler_named("CCX = gcc-9\n", buf, sizeof(buf));
	assert_string_equal(buf, "");
	build_compiler_named("CC =", buf, sizeof(buf));
	assert_string_equal(buf, "");
	build_compiler_named("", buf, sizeof(buf));
	assert_string_equal(buf, "");
}

static void unknown_options_are_learnt(void **state)
{
	struct build_compiler c = { .other = true, .used = "gcc" };
	struct diag d = { 0 };
	char *dir = NULL;

	(void)state;
	assert_true(build_compiler_learn(
		&c, "gcc: error: unrecognized command-line option '-fmin-function-alignment='; did you mean 'x'?"));
	assert_true(build_compiler_learn(
		&c, "gcc: error: unrecognized command-line option '-fnew-thing'"));
	/* Told again: the script did not help, and no one tries for ever. */
	assert_false(build_compiler_learn(
		&c, "gcc: error: unrecognized command-line option '-fnew-thing'"));
	assert_false(build_compiler_learn(
		&c, "gcc: error: unrecognized command-line option '$(rm -rf)'"));
	assert_false(build_compiler_learn(&c, "hello.c:1:1: error: x"));
	c.other = false;
	assert_false(build_compiler_learn(
		&c, "gcc: error: unrecognized command-line option '-fother'"));
	c.other = true;

	assert_int_equal(dir_temp("test", &dir, &d), 0);
	assert_int_equal(build_compiler_script(&c, dir, &d), 0);

	_cleanup_bytes_ struct bytes b = { 0 };

	assert_int_equal(file_read(c.script, 4096, &b, &d), 0);
	assert_non_null(strstr((char *)b.p,
			       "-fmin-function-alignment=*) a=-falign-functions=${a#*=}"));
	assert_non_null(strstr((char *)b.p, "-fnew-thing) continue"));
	build_compiler_fini(&c);
	assert_int_equal(tree_remove(dir, &d), 0);
	free(dir);
}

static int stage_of(const char *const *paths, size_t n, struct build_stage *s,
		    struct diag *d)
{
	*d = (struct diag){ 0 };
	return build_stage_make(paths, n, s, d);
}

static void touch(const char *path)
{
	assert_int_equal(file_write(path, "", 0, 0644, NULL), 0);
}

static void sources_are_staged(void **state)
{
	struct build_stage s;
	struct diag d = { 0 };
	_cleanup_text_ struct text t = { 0 };
	char *top = NULL;

	(void)state;
	assert_int_equal(dir_temp("my test", &top, &d), 0);
	assert_int_equal(chdir(top), 0);
	assert_int_equal(dir_make("dir one/sub", &d), 0);
	assert_int_equal(dir_make("two", &d), 0);
	assert_int_equal(dir_make("bare", &d), 0);
	touch("dir one/Kbuild");
	touch("dir one/old.o");
	touch("dir one/sub/x.c");
	touch("two/a.c");
	touch("a.c");
	touch("b.c");
	touch("not a name.c");
	touch("done.ko");

	const char *const folder[] = { "dir one/" };
	const char *const both[] = { "a.c", "two" };
	const char *const twice[] = { "a.c", "two/a.c" };
	const char *const name[] = { "not a name.c" };
	const char *const built[] = { "done.ko" };
	const char *const none[] = { "nothing.c" };
	const char *const bare[] = { "bare" };
	const char *const two[] = { "a.c", "b.c" };
	const char *const alone[] = { "two" };

	assert_int_equal(stage_of(folder, 1, &s, &d), 0);
	assert_null(strpbrk(s.module, " :"));
	build_stage_user_path(&s, "sub/x.c", 7, &t);
	assert_string_equal(text_str(&t), "dir one/sub/x.c");
	text_fini(&t);
	text_addf(&t, "%s/sub/x.c", s.module);
	assert_true(path_exists(t.p));
	text_fini(&t);
	text_addf(&t, "%s/old.o", s.module);
	assert_false(path_exists(t.p));
	/* ../two is there, as it is beside the folder. */
	text_fini(&t);
	text_addf(&t, "%s/../two/a.c", s.module);
	assert_true(path_exists(t.p));
	_cleanup_free_ char *dir = strdup(s.dir);

	build_stage_fini(&s);
	assert_false(path_exists(dir));

	assert_int_equal(stage_of(two, 2, &s, &d), 0);
	build_stage_fini(&s);
	assert_int_equal(stage_of(alone, 1, &s, &d), 0);
	build_stage_fini(&s);

	assert_int_equal(stage_of(both, 2, &s, &d), -EINVAL);
	assert_int_equal(stage_of(twice, 2, &s, &d), -EINVAL);
	assert_int_equal(stage_of(name, 1, &s, &d), -EINVAL);
	assert_int_equal(stage_of(built, 1, &s, &d), -EINVAL);
	assert_int_equal(stage_of(bare, 1, &s, &d), -EINVAL);
	assert_true(d.hint[0]);
	assert_int_equal(stage_of(none, 1, &s, &d), -ENOENT);
	assert_int_equal(stage_of(NULL, 0, &s, &d), -EINVAL);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(tree_remove(top, &d), 0);
	free(top);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_finds_its_rule),
		cmocka_unit_test(every_rule_is_found_and_helps),
		cmocka_unit_test(messages_get_the_users_paths),
		cmocka_unit_test(errors_of_rustc),
		cmocka_unit_test(modpost_that_stops_at_once),
		cmocka_unit_test(harmless_words_become_one_note),
		cmocka_unit_test(macros_tell_what_their_errors_do_not),
		cmocka_unit_test(the_users_line_is_the_place),
		cmocka_unit_test(strange_output_is_survived),
		cmocka_unit_test(compilers_are_named_by_headers),
		cmocka_unit_test(unknown_options_are_learnt),
		cmocka_unit_test(sources_are_staged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
