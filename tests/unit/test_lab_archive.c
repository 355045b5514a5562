/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab/initramfs: the cpio archive that a kernel unpacks. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "lab/initramfs.h"

struct entry {
	char name[256];
	unsigned mode;
	struct span data;
};

/* Field @i of 13, eight digits each, behind the magic. */
static unsigned field(struct span head, unsigned i)
{
	char digits[9] = "";
	unsigned v;

	memcpy(digits, head.p + 6 + (size_t)i * 8, 8);
	assert_int_equal(strspn(digits, "0123456789ABCDEF"), 8);
	assert_int_equal(sscanf(digits, "%x", &v), 1);
	return v;
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Reads one entry as the kernel does. Return: where the next begins. */
static size_t read_entry(const struct text *t, size_t at, struct entry *e)
{
	struct span all = { (const uint8_t *)t->p, t->n };
	struct span head = { 0 }, name = { 0 };

	assert_int_equal(at % 4, 0);
	assert_true(span_sub(all, at, 110, &head));
	assert_memory_equal(head.p, "070701", 6);
	e->mode = field(head, 1);

	size_t size = field(head, 6), name_size = field(head, 11);

	assert_in_range(name_size, 1, sizeof(e->name));
	assert_true(span_sub(all, at + 110, name_size, &name));
	assert_int_equal(name.p[name_size - 1], 0);
	memcpy(e->name, name.p, name_size);
	at = padded(at + 110 + name_size);
	assert_true(span_sub(all, at, size, &e->data));
	at = padded(at + size);
	assert_true(at <= all.n);
	return at;
}

static void test_sizes(void **state)
{
	static const uint8_t bytes[] = "a\0b\nc\xff\0h";
	static const char *const names[] = { "a", "ab", "abc", "abcd",
					     "lib/abcde" };

	(void)state;
	for (size_t n = 0; n <= 8; n++)
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			_cleanup_text_ struct text t = { 0 };
			struct entry e;
			size_t at;

			cpio_add(&t, names[i], S_IFREG | 0640,
				 (struct span){ bytes, n });
			cpio_end(&t);
			at = read_entry(&t, 0, &e);
			assert_string_equal(e.name, names[i]);
			assert_int_equal(e.mode, S_IFREG | 0640);
			assert_int_equal(e.data.n, n);
			assert_memory_equal(e.data.p, bytes, n);
			at = read_entry(&t, at, &e);
			assert_string_equal(e.name, "TRAILER!!!");
			assert_int_equal(at, t.n);
		}
}

/* All that the guest needs is in it, each name once. */
static void test_whole(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_strv_ struct strv seen = { 0 };
	_cleanup_free_ char *busybox = lab_busybox();
	struct span guest = lab_guest_program();
	struct diag d = { 0 };
	size_t at = 0;
	bool init = false;

	(void)state;
	assert_int_equal(lab_initramfs(&t, &d), 0);
	for (;;) {
		struct entry e;

		at = read_entry(&t, at, &e);
		if (str_eq(e.name, "TRAILER!!!"))
			break;
		assert_false(strv_has(&seen, e.name));
		assert_int_not_equal(e.name[0], '/');
		assert_int_equal(strv_add(&seen, e.name), 0);
		if (!str_eq(e.name, "init"))
			continue;
		init = true;
		assert_int_equal(e.mode, S_IFREG | 0755);
		assert_int_equal(e.data.n, guest.n);
		assert_memory_equal(e.data.p, guest.p, guest.n);
	}
	assert_true(init);
	assert_memory_equal(guest.p, "\177ELF", 4);
	for (const char *const *s = (const char *const[]){
		     "dev", "proc", "sys", "tmp", "root", NULL }; *s; s++)
		assert_true(strv_has(&seen, *s));
	assert_int_equal(strv_has(&seen, "bin/sh"), busybox != NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
