/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/lab/firmware: which UEFI, and a db in its store of variables. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "lab/firmware.h"

/* ---------------------------------------------------------- a store, made */

enum { VOLUME = 72, STORE = 1024, FIRST = VOLUME + 28, ALL = VOLUME + STORE };

static const char nv_volume[] =
	"\x8d\x2b\xf1\xff\x96\x76\x8b\x4c\xa9\x85\x27\x47\x07\x5b\x4f\x50";
static const char auth_store[] =
	"\x78\x2c\xf3\xaa\x7b\x94\x9a\x43\xa1\x80\x2e\x14\x4e\xc3\x77\x92";
static const char security[] =
	"\xcb\xb2\x19\xd7\x3a\x3d\x96\x45\xa3\xbc\xda\xd0\x0e\x67\x65\x6f";
static const char x509[] =
	"\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0\x72";

static void put(uint8_t *p, uint64_t v, unsigned width)
{
	for (unsigned i = 0; i < width; i++, v >>= 8)
		p[i] = (uint8_t)v;
}

static struct bytes make_store(void)
{
	struct bytes b = { malloc(ALL), ALL };

	assert_non_null(b.p);
	memset(b.p, 0xff, ALL);
	memset(b.p, 0, FIRST);
	memcpy(b.p + 16, nv_volume, 16);
	put(b.p + 48, VOLUME, 2);
	memcpy(b.p + VOLUME, auth_store, 16);
	put(b.p + VOLUME + 16, STORE, 4);
	b.p[VOLUME + 20] = 0x5a;
	b.p[VOLUME + 21] = 0xfe;
	return b;
}

/* A variable "xx", of @size bytes. Return: where the next one goes. */
static size_t put_variable(struct bytes *b, size_t at, size_t size)
{
	memset(b->p + at, 0, 60 + 6 + size);
	put(b->p + at, 0x55aa, 2);
	b->p[at + 2] = 0x3f;
	put(b->p + at + 36, 6, 4);
	put(b->p + at + 40, size, 4);
	memcpy(b->p + at + 60, "x\0x\0\0\0", 6);
	return (at + 60 + 6 + size + 3) & ~(size_t)3;
}

static uint64_t get(const uint8_t *p, unsigned width)
{
	uint64_t v = 0;

	while (width--)
		v = v << 8 | p[width];
	return v;
}

#define CERT(text) ((struct span){ (const uint8_t *)(text), sizeof(text) - 1 })

static const struct span two[] = { CERT("one certificate"), CERT("another") };

/* ---------------------------------------------------------------- to enrol */

/* Field by field, as UEFI's specification has them. */
static void test_enrol(void **state)
{
	struct bytes b = make_store();
	size_t at = put_variable(&b, FIRST, 13);
	const uint8_t *v = b.p + at, *list = v + 66;

	(void)state;
	assert_int_equal(lab_firmware_enrol(&b, two, 2, NULL), 0);
	assert_int_equal(get(v, 2), 0x55aa);
	assert_int_equal(v[2], 0x3f);
	assert_int_equal(get(v + 4, 4), 0x27);
	assert_int_equal(get(v + 36, 4), 6);
	assert_int_equal(get(v + 40, 4), 2 * 44 + two[0].n + two[1].n);
	assert_memory_equal(v + 44, security, 16);
	assert_memory_equal(v + 60, "d\0b\0\0\0", 6);
	for (size_t i = 0; i < 2; i++) {
		size_t n = two[i].n;

		assert_memory_equal(list, x509, 16);
		assert_int_equal(get(list + 16, 4), 44 + n);
		assert_int_equal(get(list + 20, 4), 0);
		assert_int_equal(get(list + 24, 4), 16 + n);
		assert_memory_equal(list + 44, two[i].p, n);
		list += 44 + n;
	}
	assert_int_equal(*list, 0xff);
	bytes_fini(&b);
}

/* A second db would be another's: the first one counts. */
static void test_enrol_twice(void **state)
{
	struct bytes b = make_store();

	(void)state;
	assert_int_equal(lab_firmware_enrol(&b, two, 1, NULL), 0);
	assert_int_equal(lab_firmware_enrol(&b, two, 1, NULL), -EEXIST);
	b.p[FIRST + 2] = 0x3c; /* it was deleted */
	assert_int_equal(lab_firmware_enrol(&b, two, 1, NULL), 0);
	bytes_fini(&b);
}

static void test_enrol_full(void **state)
{
	/* So long that it ends where a variable may begin. */
	const struct span one = CERT("14 bytes of it");
	const size_t db = 60 + 6 + 44 + one.n;
	struct bytes b = make_store(), before;

	(void)state;
	/* To the last byte, and one byte too many. */
	(void)put_variable(&b, FIRST, ALL - FIRST - db - 66);
	assert_int_equal(lab_firmware_enrol(&b, &one, 1, NULL), 0);
	bytes_fini(&b);
	b = make_store();
	(void)put_variable(&b, FIRST, ALL - FIRST - db - 66 + 1);
	before = make_store();
	memcpy(before.p, b.p, ALL);
	assert_int_equal(lab_firmware_enrol(&b, &one, 1, NULL), -ENOSPC);
	assert_memory_equal(b.p, before.p, ALL);
	bytes_fini(&before);
	bytes_fini(&b);
}

/* What is cut, and what tells wrong sizes, is refused or harmless. */
static void test_enrol_damaged(void **state)
{
	static const uint8_t values[] = { 0, 0x7f, 0xff };

	(void)state;
	for (size_t n = 0; n < ALL; n++) {
		struct bytes b = make_store();

		/* A copy of just that length: reading on is seen. */
		struct bytes cut = { malloc(n ? n : 1), n };

		memcpy(cut.p, b.p, n);
		assert_int_equal(lab_firmware_enrol(&cut, two, 2, NULL),
				 -EBADMSG);
		bytes_fini(&cut);
		bytes_fini(&b);
	}
	for (size_t at = 0; at < FIRST + 66; at++)
		for (size_t i = 0; i < sizeof(values); i++) {
			struct bytes b = make_store();

			(void)put_variable(&b, FIRST, 13);
			b.p[at] = values[i];
			(void)!lab_firmware_enrol(&b, two, 2, NULL);
			bytes_fini(&b);
		}

	struct bytes b = make_store();

	(void)put_variable(&b, FIRST, 13);
	put(b.p + FIRST + 40, 0xffffffff, 4);
	assert_int_equal(lab_firmware_enrol(&b, two, 2, NULL), -EBADMSG);
	bytes_fini(&b);
}

/* ----------------------------------------------------------- which of them */

static char root[] = "/tmp/lkm-test-firmware-XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	for (char *s = path + strlen(root) + 1; (s = strchr(s, '/')); s++) {
		*s = 0;
		(void)mkdir(path, 0755);
		*s = '/';
	}
	assert_int_equal(file_write(path, text, strlen(text), 0644, NULL), 0);
}

/* A description: of @code, with one feature; "%s" as in QEMU's own. */
static void describe(const char *name, const char *code, const char *feature,
		     const char *machine, const char *format)
{
	char text[1024];

	(void)snprintf(
		text, sizeof(text),
		"{\"interface-types\": [\"bios\", \"uefi\"],"
		" \"mapping\": {\"device\": \"flash\","
		"  \"executable\": {\"filename\": \"%s\", \"format\": \"%s\"},"
		"  \"nvram-template\": {\"filename\": \"/v.fd\", \"format\": \"raw\"}},"
		" \"targets\": [{\"architecture\": \"aarch64\", \"machines\": [\"virt-*\"]},"
		"  {\"architecture\": \"x86_64\", \"machines\": [\"pc-i440fx-*\", \"%s\"]}],"
		" \"features\": [\"acpi-s3\", \"%s\"]}",
		code, format, machine, feature);
	write_file(name, text);
}

static void finds(const char *code)
{
	struct lab_firmware f = { 0 };
	struct diag d = { 0 };
	int r = lab_firmware_find(root, &f, &d);

	if (!code) {
		assert_int_equal(r, -ENOENT);
		assert_true(d.hint[0]);
		return;
	}
	assert_int_equal(r, 0);
	assert_string_equal(f.code + strlen(root), code);
	assert_string_equal(f.vars + strlen(root), "/v.fd");
	lab_firmware_fini(&f);
}

#define USR "usr/share/qemu/firmware/"
#define ETC "etc/qemu/firmware/"
#define OWN "own/qemu/firmware/"

static void test_find(void **state)
{
	char own[64];

	(void)state;
	assert_non_null(mkdtemp(root));
	(void)snprintf(own, sizeof(own), "%s/own", root);
	assert_int_equal(setenv("XDG_CONFIG_HOME", own, 1), 0);
	finds(NULL);
	write_file("v.fd", "");
	write_file("a.fd", "");
	write_file("b.fd", "");
	write_file("c,d.fd", "");
	/* What does not fit, whatever comes first by name. */
	describe(USR "10.json", "/a.fd", "secure-boot", "pc-q35-*", "raw");
	describe(USR "11.json", "/a.fd", "requires-smm", "pc-q35-*", "raw");
	describe(USR "12.json", "/a.fd", "enrolled-keys", "pc-q35-*", "raw");
	describe(USR "13.json", "/a.fd", "x", "microvm", "raw");
	describe(USR "14.json", "/a.fd", "x", "pc-q35-*", "qcow2");
	describe(USR "15.json", "/gone.fd", "x", "pc-q35-*", "raw");
	describe(USR "16.json", "/c,d.fd", "x", "pc-q35-*", "raw");
	describe(USR "17.txt", "/a.fd", "x", "pc-q35-*", "raw");
	write_file(USR "18.json", "{");
	write_file(USR "19.json", "[1, {\"mapping\": 3}]");
	finds(NULL);
	describe(USR "30.json", "/a.fd", "x", "pc-q35-*", "raw");
	finds("/a.fd");
	/* By name, whatever the folder. */
	describe(ETC "40.json", "/b.fd", "x", "pc-q35-*", "raw");
	finds("/a.fd");
	describe(ETC "20.json", "/b.fd", "x", "pc-q35-*", "raw");
	finds("/b.fd");
	/* One's own hides what has its name. */
	write_file(OWN "20.json", "{}");
	finds("/a.fd");
	describe(OWN "30.json", "/b.fd", "x", "pc-q35-*", "raw");
	finds("/b.fd");
	assert_int_equal(tree_remove(root, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enrol),
		cmocka_unit_test(test_enrol_twice),
		cmocka_unit_test(test_enrol_full),
		cmocka_unit_test(test_enrol_damaged),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
