/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/rules/anatomy*: what a module file is made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "kern/kern.h"
#include "mkkern.h"
#include "mkko.h"
#include "rules/anatomy.h"
#include "rules/anatomy_fit.h"
#include "rules/anatomy_type.h"

static const struct mkkern plain_kernel;

static struct ko *module(const struct mkko *m)
{
	struct bytes b = { 0 };
	struct ko *ko = NULL;

	assert_int_equal(mkko_build(m, &b), 0);
	assert_int_equal(ko_open_bytes("mkko.ko", &b, &ko, NULL), 0);
	return ko;
}

static struct kern *kernel(void)
{
	_cleanup_free_ char *top = NULL, *path = NULL;
	_cleanup_bytes_ struct bytes b = mkkern_build(&plain_kernel);
	struct kern_where w = { .no_cache = true };
	struct kern *k = NULL;

	assert_int_equal(dir_temp("test", &top, NULL), 0);
	assert_true(asprintf(&path, "%s/vmlinux", top) > 0);
	assert_int_equal(file_write(path, b.p, b.n, 0644, NULL), 0);
	w.image = path;
	assert_int_equal(kern_open(&w, &k, NULL), 0);
	assert_int_equal(tree_remove(top, NULL), 0);
	return k;
}

/* ------------------------------------------------------------ entry points */

/* Of any machine, without a kernel: by the symbol's name. */
static void test_entries_by_name(void **state _unused_)
{
	for (const char *const *s = mkko_machines(); *s; s++) {
		struct mkko m = { .machine = *s, .tables = true };
		_cleanup_ko_ struct ko *ko = module(&m);
		_cleanup_arena_ struct arena a = { 0 };
		struct anat_tables t;

		assert_int_equal(anat_tables(ko, NULL, &a, &t, NULL), 0);
		assert_string_equal(t.init, "init_module");
		assert_string_equal(t.exit, "cleanup_module");
		assert_int_equal(t.n, 1);
		assert_string_equal(t.v[0].name, "mkko_fops");
		assert_string_equal(t.v[0].section, ".data");
		assert_string_equal(t.v[0].type, "file_operations");
		assert_int_equal(t.v[0].how, ANAT_NAME);
		assert_int_equal(t.v[0].n_entries, 1);
		assert_string_equal(t.v[0].entries[0].function, "mkko_open");
		assert_null(t.v[0].entries[0].member);
	}
}

static void check_members(const struct anat_object *o)
{
	assert_string_equal(o->type, "file_operations");
	assert_int_equal(o->n_entries, 2);
	assert_string_equal(o->entries[0].member, "open");
	assert_string_equal(o->entries[0].function, "mkko_open");
	assert_string_equal(o->entries[0].when, "the file is opened");
	assert_false(o->entries[0].imported);
	assert_string_equal(o->entries[1].member, "llseek");
	assert_string_equal(o->entries[1].function, "noop_llseek");
	assert_true(o->entries[1].imported);
}

/* With a kernel's types: members have names. */
static void test_entries_with_kernel(void **state _unused_)
{
	_cleanup_bytes_ struct bytes btf = mkkern_module_btf(&plain_kernel);
	struct mkko m = { .tables = true, .vermagic = "1.2.3 SMP " };
	_cleanup_kern_ struct kern *k = kernel();

	for (int same = 0; same < 2; same++) {
		_cleanup_arena_ struct arena a = { 0 };
		struct anat_tables t;

		if (same) {
			m.vermagic = MKKERN_VERMAGIC;
			m.btf = bytes_span(&btf);
		}

		_cleanup_ko_ struct ko *ko = module(&m);

		assert_int_equal(anat_tables(ko, k, &a, &t, NULL), 0);
		assert_int_equal(t.n, 1);
		assert_int_equal(t.v[0].how, same ? ANAT_PROTOTYPE : ANAT_NAME);
		check_members(&t.v[0]);
	}
}

static void test_names(void **state _unused_)
{
	assert_string_equal(fit_by_name("my_fops"), "file_operations");
	assert_string_equal(fit_by_name("fops.3"), "file_operations");
	assert_string_equal(fit_by_name("dev_attr_state"), "device_attribute");
	assert_string_equal(fit_by_name("__tracepoint_x"), "tracepoint");
	assert_null(fit_by_name("something"));
	assert_null(fit_by_name(""));
}

/* ----------------------------------------------------------------- layouts */

static void test_layout(void **state _unused_)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct layout l = { .name = "x", .size = 32 };
	const struct layout_member *m;
	uint32_t up = layout_add(&l, &a,
				 &(struct layout_member){ .name = "driver",
							  .kind = LAYOUT_INNER,
							  .size = 32 });

	assert_int_equal(up, 1);
	(void)layout_add(&l, &a,
			 &(struct layout_member){ .name = "pm",
						  .kind = LAYOUT_POINTER,
						  .offset = 8,
						  .size = 8,
						  .up = up });
	(void)layout_add(&l, &a,
			 &(struct layout_member){ .name = "go",
						  .kind = LAYOUT_FUNCTION,
						  .offset = 8,
						  .size = 8,
						  .up = up,
						  .proto = 5 });
	up = layout_add(&l, &a,
			&(struct layout_member){ .name = "v",
						 .kind = LAYOUT_INNER,
						 .offset = 16,
						 .size = 16 });
	(void)layout_add(&l, &a,
			 &(struct layout_member){ .kind = LAYOUT_FUNCTION,
						  .offset = 24,
						  .size = 8,
						  .up = up,
						  .index = 1 });
	m = layout_at(&l, 8, 8, false, 0);
	assert_string_equal(layout_path(&l, m, &a), "driver.pm");
	m = layout_at(&l, 8, 8, true, 5);
	assert_string_equal(layout_path(&l, m, &a), "driver.go");
	m = layout_at(&l, 24, 8, true, 0);
	assert_string_equal(layout_path(&l, m, &a), "v[1]");
	assert_null(layout_at(&l, 12, 8, true, 0));
	assert_null(layout_at(&l, 8, 4, true, 0));
}

/* -------------------------------------------------------------- parameters */

static void test_params(void **state _unused_)
{
	static const char *const info[] = { "parm=mkko_count:how many",
					    "parmtype=mkko_count:int",
					    "parm=other:not there", NULL };

	for (const char *const *s = mkko_machines(); *s; s++) {
		struct mkko m = { .machine = *s, .tables = true, .info = info };
		_cleanup_ko_ struct ko *ko = module(&m);
		_cleanup_arena_ struct arena a = { 0 };
		struct anat_param *p;
		size_t n;

		assert_int_equal(anat_params(ko, &a, &p, &n), 0);
		assert_int_equal(n, 2);
		assert_string_equal(p[0].name, "mkko_count");
		assert_string_equal(p[0].type, "int");
		assert_string_equal(p[0].desc, "how many");
		assert_string_equal(p[0].dflt, "7");
		assert_true(p[0].has_perm);
		assert_int_equal(p[0].perm, 0644);
		assert_false(p[0].unsafe);
		assert_null(p[0].set);
		assert_string_equal(p[1].name, "other");
		assert_null(p[1].type);
		assert_null(p[1].dflt);
	}
}

/* ------------------------------------------------------------------- needs */

static void test_needs(void **state _unused_)
{
	static const struct mkko_need needs[] = {
		{ "nobody_has_it", 0, false, false },
		{ "noop_llseek", 0, true, false },
	};
	struct mkko m = { .needs = needs, .n_needs = ARRAY_SIZE(needs) };
	_cleanup_ko_ struct ko *ko = module(&m);
	_cleanup_kern_ struct kern *k = kernel();
	_cleanup_arena_ struct arena a = { 0 };
	struct anat_need *v;
	size_t n;

	assert_int_equal(anat_needs(ko, NULL, &a, &v, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(v[0].provided, KERN_UNKNOWN);
	assert_true(v[1].weak);
	assert_int_equal(anat_needs(ko, k, &a, &v, &n, NULL), 0);
	assert_int_not_equal(v[0].provided, KERN_YES);
}

/* ----------------------------------------------------------------- aliases */

static const char pci_ids[] = "# a list\n"
			      "1af4  Red Hat, Inc.\n"
			      "\t1000  Virtio network device\n"
			      "8086  Intel Corporation\n"
			      "\t1572  Ethernet Controller X710\n"
			      "\t\t8086 0000  Ethernet Adapter\n"
			      "C 02  Network controller\n";

static const struct {
	const char *alias, *means;
} aliases[] = {
	{ "pci:v00008086d00001572sv*sd*bc*sc*i*",
	  "PCI device 8086:1572 (Intel Corporation Ethernet Controller X710)" },
	{ "pci:v00008086d*sv*sd*bc02sc00i*",
	  "PCI device 8086:any (Intel Corporation), class 0200 (Ethernet controller)" },
	{ "pci:v*d*sv*sd*bc01sc08i02*",
	  "any PCI device of class 0108 (NVMe drive)" },
	{ "pci:v00001234d00005678sv00001AF4sd00000001bc*sc*i*",
	  "PCI device 1234:5678, made as 1af4:0001" },
	{ "usb:v046DpC52Bd*dc*dsc*dp*ic*isc*ip*in*", "USB device 046d:c52b" },
	{ "usb:v*p*d*dc*dsc*dp*ic08isc06ip50in*",
	  "any USB device with an interface of class 08 (storage)" },
	{ "usb:v12D1p*d*dc*dsc*dp*icFFisc01ip31in*",
	  "USB device 12d1:any, interface class FF (vendor's own)" },
	{ "hid:b0003g*v0000046Dp0000C52B", "USB HID device 046d:c52b" },
	{ "virtio:d00000001v*", "virtio network device" },
	{ "virtio:d00000FFFv*", "virtio device 00000FFF" },
	{ "of:N*T*Carm,pl011", "device tree node \"arm,pl011\"" },
	{ "of:N*T*Carm,pl011C*", "device tree node \"arm,pl011\"" },
	{ "acpi*:PNP0C0A:*", "ACPI device PNP0C0A" },
	{ "dmi:*:svnLENOVO*:pnX1*:", "computer maker LENOVO*, product X1*" },
	{ "platform:gpio-leds", "platform device gpio-leds" },
	{ "i2c:lm75", "I2C device lm75" },
	{ "fs-ext4", "file system ext4" },
	{ "net-pf-10", "sockets of family 10 (AF_INET6)" },
	{ "net-pf-16-proto-4-type-2",
	  "sockets of family 16 (AF_NETLINK), protocol 4 (sock_diag), type 2" },
	{ "net-pf-16-proto-16-family-nl80211",
	  "sockets of family 16 (AF_NETLINK), protocol 16 (generic), nl80211" },
	{ "char-major-10-200", "character device 10:200" },
	{ "block-major-8-*", "block device 8, any" },
	{ "devname:net/tun", "device file /dev/net/tun" },
	{ "crypto-sha256", "crypto algorithm sha256" },
	{ "scsi:t-0x05*", "SCSI device of type 0x5 (CD, DVD)" },
	{ "serio:ty06pr*id*ex*", "serial input device type 06" },
	{ "pci:", "any PCI device" },
	{ "pci:v", "any PCI device" },
	{ "usb:v", "any USB device" },
	{ "of:", "device tree node" },
	{ "dmi:", "computer" },
	{ "what-is-this", NULL },
	{ "", NULL },
};

static void test_aliases(void **state _unused_)
{
	const struct anat_ids ids = {
		.pci = { (const uint8_t *)pci_ids, sizeof(pci_ids) - 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		_cleanup_arena_ struct arena a = { 0 };
		const char *s = anat_alias(aliases[i].alias, &ids, &a);

		if (aliases[i].means) {
			assert_non_null(s);
			assert_string_equal(s, aliases[i].means);
		} else {
			assert_null(s);
		}
	}
}

/* ------------------------------------------------------------------- words */

static void test_words(void **state _unused_)
{
	assert_string_equal(anat_section(".text"), "code");
	assert_string_equal(anat_section("__ksymtab_gpl"),
			    "exports for GPL modules only");
	assert_string_equal(anat_section(".rodata.str1.8"), "texts");
	assert_null(anat_section("mine"));
	assert_null(anat_section(""));
	assert_string_equal(anat_when("pci_driver", "probe"),
			    "a device for it is found");
	assert_string_equal(anat_when("x_driver", "driver.remove"),
			    "the device goes, or the driver");
	assert_null(anat_when("pci_driver", "name"));
	assert_true(anat_gpl("Dual MIT/GPL"));
	assert_false(anat_gpl("GPL v2+"));
	assert_false(anat_gpl(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries_by_name),
		cmocka_unit_test(test_entries_with_kernel),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
