// SPDX-License-Identifier: GPL-2.0-or-later
/* src/build: which kernels there are, what they are called, where from. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "build/apt.h"
#include "build/distro.h"
#include "build/fetch.h"
#include "build/kernel.h"
#include "build/name.h"
#include "build/relocate.h"
#include "build/sources.h"

/* A fresh folder, removed by its teardown. */
static int setup(void **state)
{
	char *dir = NULL;

	if (dir_temp("test", &dir, NULL) < 0)
		return -1;
	*state = dir;
	return 0;
}

static int teardown(void **state)
{
	int r = tree_remove(*state, NULL);

	free(*state);
	return r;
}

/* Writes @text to @root/@name, with the folders above it. */
static void put(const char *root, const char *name, const char *text)
{
	char path[4096];
	struct diag d = { 0 };

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	*strrchr(path, '/') = 0;
	assert_int_equal(dir_make(path, &d), 0);
	path[strlen(path)] = '/';
	assert_int_equal(file_write(path, text, strlen(text), 0644, &d), 0);
}

static void put_link(const char *root, const char *name, const char *target)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	assert_int_equal(symlink(target, path), 0);
}

static void assert_text_at(const char *root, const char *name,
			   const char *want)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	assert_int_equal(file_read(path, 1 << 16, &b, NULL), 0);
	assert_string_equal((char *)b.p, want);
}

static void distributions_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum build_family family;
		const char *headers;
	} known[] = {
		{ "PRETTY_NAME=\"Debian 12\"\nID=debian\nVERSION_CODENAME=bookworm\n",
		  BUILD_DEBIAN, "sudo apt-get install linux-headers-R" },
		{ "ID=ubuntu\nID_LIKE=debian\n", BUILD_UBUNTU,
		  "sudo apt-get install linux-headers-R" },
		{ "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", BUILD_UBUNTU,
		  "sudo apt-get install linux-headers-R" },
		{ "ID=fedora\n", BUILD_FEDORA,
		  "sudo dnf install kernel-devel-R" },
		{ "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", BUILD_RHEL,
		  "sudo dnf install kernel-devel-R" },
		{ "ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n",
		  BUILD_SUSE, "sudo zypper install kernel-default-devel" },
		{ "ID=manjaro\nID_LIKE=arch\n", BUILD_ARCH,
		  "sudo pacman -S linux-headers" },
		{ "ID='alpine'\n", BUILD_ALPINE,
		  "doas apk add linux-lts-dev" },
		{ "ID=nobodyknows\n", BUILD_UNKNOWN,
		  "install the headers of kernel R" },
		{ "garbage\n\n=\nID", BUILD_UNKNOWN,
		  "install the headers of kernel R" },
	};
	struct build_distro o;
	char cmd[128];

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		put(*state, "usr/lib/os-release", known[i].text);
		build_distro_read(*state, &o);
		assert_int_equal(o.family, known[i].family);
		build_distro_command(&o, BUILD_NEED_HEADERS, "R", cmd,
				     sizeof(cmd));
		assert_string_equal(cmd, known[i].headers);
	}
	/* /etc comes first. */
	put(*state, "etc/os-release", known[0].text);
	build_distro_read(*state, &o);
	assert_string_equal(o.codename, "bookworm");
	assert_string_equal(o.name, "Debian 12");
	build_distro_read("/nonexistent", &o);
	assert_int_equal(o.family, BUILD_UNKNOWN);
}

static void names_are_taken_apart(void **state)
{
	static const struct {
		const char *name, *release, *series, *suite, *flavour;
	} good[] = {
		{ NULL, "", "", "", "cloud" },
		{ "6.1", "", "6.1", "", "" },
		{ "6.12-cloud", "", "6.12", "", "cloud" },
		{ "6.1-rt", "", "6.1", "", "rt" },
		{ "6.1-amd64", "", "6.1", "", "amd64" },
		{ "sid", "", "", "sid", "" },
		{ "trixie-cloud", "", "", "trixie", "cloud" },
		{ "trixie-backports-cloud", "", "", "trixie-backports",
		  "cloud" },
		{ "bookworm-backports", "", "", "bookworm-backports", "" },
		{ "cloud", "", "", "", "cloud" },
		{ "6.1.0-56-cloud-amd64", "6.1.0-56-cloud-amd64", "", "", "" },
		{ "6.12.117+deb13-cloud-amd64", "6.12.117+deb13-cloud-amd64",
		  "", "", "" },
	};
	static const char *const bad[] = { "foo", "6", "6.", ".1", "6.1 ",
					   "../6.1", "6.1.0/x", "-cloud",
					   "6.1.0;rm", "sidd", "-backports" };
	struct build_name n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(build_name_parse(good[i].name, &n, NULL), 0);
		assert_string_equal(n.release, good[i].release);
		assert_string_equal(n.series, good[i].series);
		assert_string_equal(n.suite, good[i].suite);
		assert_string_equal(n.flavour, good[i].flavour);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct diag d = { 0 };

		assert_int_equal(build_name_parse(bad[i], &n, &d), -EINVAL);
		assert_true(d.hint[0]);
	}
}

static void releases_have_an_order(void **state)
{
	static const char *const rising[] = {
		"4.19.0-27-amd64",	      "5.10.0-9-amd64",
		"5.10.0-46-amd64",	      "6.1.0-9-cloud-amd64",
		"6.1.0-56-cloud-amd64",	      "6.12-rc3-amd64",
		"6.12.9-amd64",		      "6.12.94+deb13-cloud-amd64",
		"6.12.107+deb13-cloud-amd64", "7.2.13~rc1-amd64",
		"7.2.13-amd64",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rising); i++)
		for (size_t j = 0; j < ARRAY_SIZE(rising); j++) {
			int c = build_release_cmp(rising[i], rising[j]);

			assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
		}

	char buf[16];

	build_release_series("6.12.107+deb13-cloud-amd64", buf, sizeof(buf));
	assert_string_equal(buf, "6.12");
	build_release_series("linux", buf, sizeof(buf));
	assert_string_equal(buf, "");
	build_release_flavour("6.1.0-56-cloud-amd64", buf, sizeof(buf));
	assert_string_equal(buf, "cloud");
	build_release_flavour("6.1.0-56-amd64", buf, sizeof(buf));
	assert_string_equal(buf, "");
}

static bool suite_known(const char *name, const char *suite)
{
	const char *suites[8];
	struct build_name n;

	assert_int_equal(build_name_parse(name, &n, NULL), 0);

	size_t k = build_name_suites(&n, suites, ARRAY_SIZE(suites));

	for (size_t i = 0; i < k; i++)
		if (str_eq(suites[i], suite))
			return i == 0 || str_eq(suite, "sid");
	return false;
}

static void series_come_from_suites(void **state)
{
	(void)state;
	assert_true(suite_known("5.10-cloud", "bullseye"));
	assert_true(suite_known("6.12", "trixie"));
	assert_true(suite_known("6.12.107+deb13-cloud-amd64", "trixie"));
	assert_true(suite_known("9.9", "sid"));
	assert_true(suite_known("sid-cloud", "sid"));
	assert_false(suite_known("trixie", "sid"));
}

/* The headers of one release, as far as anybody looks. */
static void put_headers(const char *root, const char *dir)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/Makefile", dir);
	put(root, path, "");
	(void)snprintf(path, sizeof(path), "%s/include/generated/autoconf.h",
		       dir);
	put(root, path, "");
}

static const struct build_kernel *one(const struct build_kernels *l,
				      const char *release)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].release, release))
			return &l->v[i];
	return NULL;
}

static void kernels_are_where_distributions_put_them(void **state)
{
	const char *root = *state;
	_cleanup_kernels_ struct build_kernels l = { 0 };
	const struct build_kernel *k;
	struct diag d = { 0 };

	/* Debian: image and modules, headers in /usr/src. */
	put(root, "boot/vmlinuz-6.1.0-56-amd64", "");
	put(root, "boot/config-6.1.0-56-amd64", "");
	put(root, "lib/modules/6.1.0-56-amd64/modules.order", "");
	put_headers(root, "usr/src/linux-headers-6.1.0-56-amd64");
	put(root, "usr/src/linux-headers-6.1.0-56-common/Makefile", "");
	put_link(root, "lib/modules/6.1.0-56-amd64/build",
		 "/usr/src/linux-headers-6.1.0-56-amd64");
	/* Debian: the headers were removed, the link was not. */
	put(root, "lib/modules/6.1.0-9-amd64/modules.dep", "");
	put_link(root, "lib/modules/6.1.0-9-amd64/build",
		 "/usr/src/linux-headers-6.1.0-9-amd64");
	/* Fedora, Arch: all in one place. */
	put(root, "usr/lib/modules/6.14.2-300.fc42.x86_64/vmlinuz", "");
	put(root, "usr/lib/modules/6.14.2-300.fc42.x86_64/modules.order", "");
	put(root, "usr/lib/modules/6.14.2-300.fc42.x86_64/config", "");
	put_headers(root, "usr/src/kernels/6.14.2-300.fc42.x86_64");
	put(root, "usr/lib/modules/6.15.1-arch1-1/vmlinuz", "");
	put_headers(root, "usr/lib/modules/6.15.1-arch1-1/build");
	/* No kernels at all. */
	put(root, "boot/vmlinuz-linux", "");
	put(root, "boot/vmlinuz-6.1.0-56-amd64.old", "");
	put(root, "lib/modules/extramodules/x", "");

	assert_int_equal(build_kernel_list_in(root, NULL, &l, &d), 0);
	assert_int_equal(l.n, 4);
	assert_string_equal(l.v[0].release, "6.15.1-arch1-1");
	assert_string_equal(l.v[3].release, "6.1.0-9-amd64");

	k = one(&l, "6.1.0-56-amd64");
	assert_true(k->image_readable);
	assert_true(str_ends(k->image, "/boot/vmlinuz-6.1.0-56-amd64"));
	assert_true(str_ends(k->modules, "/lib/modules/6.1.0-56-amd64"));
	assert_true(str_ends(k->headers,
			     "/usr/src/linux-headers-6.1.0-56-amd64"));
	assert_true(str_ends(k->config, "/boot/config-6.1.0-56-amd64"));
	assert_string_equal(k->arch, "x86_64");

	k = one(&l, "6.1.0-9-amd64");
	assert_string_equal(k->headers, "");
	assert_string_equal(k->image, "");
	assert_true(k->modules[0]);

	k = one(&l, "6.14.2-300.fc42.x86_64");
	assert_true(k->image[0] && k->modules[0] && k->config[0]);
	assert_true(str_ends(k->headers,
			     "/usr/src/kernels/6.14.2-300.fc42.x86_64"));

	k = one(&l, "6.15.1-arch1-1");
	assert_true(k->image[0] && k->headers[0]);
	assert_string_equal(k->modules, "");
}

static void put_cached(const char *root, const char *release,
		       const char *suite)
{
	char path[512], note[256];

	(void)snprintf(path, sizeof(path), "cache/%s/boot/vmlinuz-%s", release,
		       release);
	put(root, path, "");
	(void)snprintf(path, sizeof(path),
		       "cache/%s/lib/modules/%s/modules.order", release,
		       release);
	put(root, path, "");
	(void)snprintf(path, sizeof(path), "cache/%s/usr/src/linux-headers-%s",
		       release, release);
	put_headers(root, path);
	(void)snprintf(path, sizeof(path), "cache/%s/%s", release,
		       BUILD_KERNEL_NOTE);
	(void)snprintf(note, sizeof(note), "package=p_1\nsuite=%s\n", suite);
	put(root, path, note);
}

static void names_pick_kernels(void **state)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	const char *root = *state;
	char cache[4096];
	static const struct {
		const char *name, *release;
	} picks[] = {
		/* This distribution's own, then the smallest. */
		{ NULL, "6.1.0-56-cloud-amd64" },
		{ "6.1", "6.1.0-56-amd64" }, /* the full one */
		{ "6.1-cloud", "6.1.0-56-cloud-amd64" },
		{ "6.1-amd64", "6.1.0-56-amd64" },
		{ "6.12", "6.12.117+deb13-cloud-amd64" },
		{ "6.12-amd64", NULL },
		{ "sid", "7.2.13+deb14-cloud-amd64" },
		{ "trixie-cloud", "6.12.117+deb13-cloud-amd64" },
		{ "bullseye", NULL },
		{ "6.1.0-55-amd64", "6.1.0-55-amd64" },
		{ "6.1.0-54-amd64", NULL },
		{ "nonsense", NULL },
	};

	put(root, "etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\n");
	put(root, "boot/vmlinuz-6.1.0-56-amd64", "");
	put(root, "lib/modules/6.1.0-56-amd64/modules.order", "");
	put_headers(root, "usr/src/linux-headers-6.1.0-56-amd64");
	put(root, "lib/modules/6.1.0-55-amd64/modules.order", "");
	put_cached(root, "6.1.0-56-cloud-amd64", "bookworm");
	put_cached(root, "6.12.117+deb13-cloud-amd64", "trixie");
	put_cached(root, "7.2.13+deb14-cloud-amd64", "sid");
	/* Half fetched: never seen. */
	put(root, "cache/.tmp-abcdef/boot/vmlinuz-9.9.9-amd64", "");

	(void)snprintf(cache, sizeof(cache), "%s/cache", root);
	assert_int_equal(build_kernel_list_in(root, cache, &l, NULL), 0);
	assert_int_equal(l.n, 5);
	for (size_t i = 0; i < ARRAY_SIZE(picks); i++) {
		const struct build_kernel *k =
			build_kernel_pick(&l, picks[i].name);

		if (!picks[i].release)
			assert_null(k);
		else
			assert_string_equal(k->release, picks[i].release);
	}
	/* For a compiler the running kernel comes first, if it has headers. */
	assert_string_equal(
		build_kernel_pick_headers(&l, NULL, "6.1.0-56-amd64")->release,
		"6.1.0-56-amd64");
	assert_string_equal(
		build_kernel_pick_headers(&l, NULL, "6.1.0-55-amd64")->release,
		"6.1.0-56-cloud-amd64");
	assert_string_equal(
		build_kernel_pick_headers(&l, "6.1-cloud", "x")->release,
		"6.1.0-56-cloud-amd64");
	assert_string_equal(one(&l, "6.1.0-56-cloud-amd64")->package, "p_1");
	assert_true(build_kernel_disk_bytes(one(&l,
					"6.1.0-56-cloud-amd64")) > 0);
}

static void a_fetched_kernel_that_is_better_stands_in(void **state)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	char cache[4096];

	put(*state, "boot/vmlinuz-6.1.0-56-cloud-amd64", "");
	put_cached(*state, "6.1.0-56-cloud-amd64", "bookworm");
	(void)snprintf(cache, sizeof(cache), "%s/cache", (char *)*state);
	assert_int_equal(build_kernel_list_in(*state, cache, &l, NULL), 0);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].origin, BUILD_CACHED);
}

static void vermagic_finds_the_kernel_it_is_for(void **state)
{
	struct build_kernel k = { 0 };
	struct diag d = { 0 };

	/* Under names that no real machine has. */
	put_cached(*state, "99.1.0-56-cloud-amd64", "bookworm");
	put_cached(*state, "99.1.0-55-amd64", "bookworm");
	put_link(*state, "kernels", "cache");
	assert_int_equal(setenv("LKM_CACHE", *state, 1), 0);

	assert_int_equal(build_kernel_for_vermagic(
		"99.1.0-56-cloud-amd64 SMP preempt mod_unload ", &k, &d), 0);
	assert_string_equal(k.release, "99.1.0-56-cloud-amd64");
	/* The same series and flavour will do, where symbols have versions. */
	assert_int_equal(build_kernel_for_vermagic(
		"99.1.0-54-amd64 SMP mod_unload modversions ", &k, &d), 0);
	assert_string_equal(k.release, "99.1.0-55-amd64");
	assert_int_equal(build_kernel_for_vermagic(
		"99.1.0-54-amd64 SMP mod_unload nomodversions ", &k, &d),
		-ENOENT);
	assert_non_null(strstr(d.hint, "lkm kernel get 99.1.0-54-amd64"));
	assert_int_equal(build_kernel_for_vermagic(
		"99.1.0-54-rt-amd64 SMP modversions ", &k, NULL), -ENOENT);
	assert_int_equal(build_kernel_for_vermagic(
		"99.2.0-54-amd64 SMP modversions ", &k, NULL), -ENOENT);
	assert_int_equal(build_kernel_for_vermagic("", &k, NULL), -ENOENT);
	assert_int_equal(unsetenv("LKM_CACHE"), 0);
}

static void a_folder_names_its_kernel(void **state)
{
	struct build_kernel k = { 0 };
	struct diag d = { 0 };
	char path[4096];

	put_cached(*state, "99.1.0-56-cloud-amd64", "bookworm");
	(void)snprintf(path, sizeof(path), "%s/cache/99.1.0-56-cloud-amd64",
		       (char *)*state);
	assert_int_equal(build_kernel_find(path, &k, &d), 0);
	assert_string_equal(k.release, "99.1.0-56-cloud-amd64");
	assert_string_equal(k.root, path);
	assert_int_equal(build_kernel_for_building(path, &k, &d), 0);
	(void)snprintf(path, sizeof(path), "%s/cache", (char *)*state);
	assert_int_equal(build_kernel_find(path, &k, &d), -ENOENT);
	assert_true(d.hint[0]);
	assert_int_equal(build_kernel_find("/nonexistent/x", &k, NULL),
			 -ENOENT);
}

/* In a child: root becomes somebody else first. Return: an exit status. */
static int sees_an_image_it_cannot_read(void)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
		return 2;
	if (build_kernel_list_in(".", NULL, &l, NULL) < 0 || l.n != 1)
		return 3;
	return l.v[0].image[0] && !l.v[0].image_readable &&
		       !build_kernel_pick(&l, NULL) ? 0 : 4;
}

/* Ubuntu's images are for root alone. */
static void an_unreadable_image_is_no_image(void **state)
{
	int status = -1;

	put(*state, "boot/vmlinuz-6.8.0-45-generic", "");
	put(*state, "lib/modules/6.8.0-45-generic/modules.order", "");
	/* From inside, no folder above has to let the child pass. */
	assert_int_equal(chdir(*state), 0);
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(chmod("boot/vmlinuz-6.8.0-45-generic", 0), 0);

	pid_t pid = fork();

	if (pid == 0)
		_exit(sees_an_image_it_cannot_read());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(chdir("/"), 0);
}

static void modules_are_found_by_name(void **state)
{
	struct build_kernel k = { .release = "6.1.0-1-amd64" };
	struct diag d = { 0 };
	char *path = NULL;

	(void)snprintf(k.modules, sizeof(k.modules), "%s", (char *)*state);
	put(*state, "modules.order",
	    "kernel/a/qemu_fw_cfg.ko\nkernel/a/gone.ko\nkernel/b/zipped.ko\n../../x.ko\n");
	put(*state, "kernel/a/qemu_fw_cfg.ko", "");
	put(*state, "kernel/b/zipped.ko.xz", "");
	put(*state, "modules.dep", "updates/in-dep.ko.zst: kernel/a/gone.ko\n");
	put(*state, "updates/in-dep.ko.zst", "");
	put(*state, "extra/deep/er/walked.ko.gz", "");
	put_link(*state, "loop", ".");

	static const char *const found[][2] = {
		{ "qemu_fw_cfg", "kernel/a/qemu_fw_cfg.ko" },
		{ "qemu-fw-cfg", "kernel/a/qemu_fw_cfg.ko" },
		{ "zipped", "kernel/b/zipped.ko.xz" },
		{ "in_dep", "updates/in-dep.ko.zst" },
		{ "walked", "extra/deep/er/walked.ko.gz" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
		assert_int_equal(build_kernel_module_path(&k, found[i][0],
							  &path, &d), 0);
		assert_true(str_ends(path, found[i][1]));
		free(path);
	}
	path = NULL;
	assert_int_equal(build_kernel_module_path(&k, "gone", &path, &d),
			 -ENOENT);
	assert_int_equal(build_kernel_module_path(&k, "x", &path, &d),
			 -ENOENT);
	assert_null(path);
}

static void sources_keep_what_is_the_distributions(void **state)
{
	_cleanup_sources_ struct build_sources l = { 0 };
	_cleanup_text_ struct text own = { 0 }, sid = { 0 }, trixie = { 0 };
	struct build_distro o = { .family = BUILD_DEBIAN,
				  .codename = "bookworm" };
	struct diag d = { 0 };

	put(*state, "etc/apt/sources.list",
	    "# a comment\n"
	    "deb http://deb.example/debian bookworm main contrib\n"
	    "deb-src http://deb.example/debian bookworm main\n"
	    "deb [arch=amd64 signed-by=/k/docker.gpg] https://download.docker.com/linux/debian bookworm stable\n"
	    "deb [\n"
	    "deb\n");
	put(*state, "etc/apt/sources.list.d/sec.sources",
	    "# stanza\n"
	    "Types: deb deb-src\nURIs: http://deb.example/debian-security/\n"
	    "Suites: bookworm-security\nComponents: main\n"
	    "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n"
	    " -----END PGP PUBLIC KEY BLOCK-----\n"
	    "\n"
	    "Types: deb\nURIs: https://deb.nodesource.com/node_20.x\n"
	    "Suites: nodistro\nComponents: main\n"
	    "\n"
	    "Enabled: no\nTypes: deb\nURIs: http://off.example/debian\n"
	    "Suites: bookworm\nComponents: main\n");
	assert_int_equal(build_sources_read(*state, &l, &d), 0);
	assert_int_equal(l.n, 4);

	assert_int_equal(build_sources_write(&l, &o, NULL, "/k.gpg", &own, &d),
			 0);
	assert_string_equal(
		own.p,
		"Types: deb\nURIs: http://deb.example/debian\nSuites: bookworm\nComponents: main\n\n"
		"Types: deb\nURIs: http://deb.example/debian-security/\nSuites: bookworm-security\nComponents: main\n"
		"Signed-By: -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\n\n");

	assert_int_equal(build_sources_write(&l, &o, "sid", "/k.gpg", &sid,
					     &d), 0);
	assert_string_equal(
		sid.p,
		"Types: deb\nURIs: http://deb.example/debian\nSuites: sid\nComponents: main\nSigned-By: /k.gpg\n\n");

	assert_int_equal(build_sources_write(&l, &o, "trixie", NULL, &trixie,
					     &d), 0);
	assert_non_null(strstr(trixie.p, "Suites: trixie-security\n"));
}

static void no_source_is_told(void **state)
{
	_cleanup_sources_ struct build_sources l = { 0 };
	_cleanup_text_ struct text t = { 0 };
	struct build_distro o = { .family = BUILD_DEBIAN };
	struct diag d = { 0 };

	assert_int_equal(build_sources_read(*state, &l, &d), 0);
	assert_int_equal(build_sources_write(&l, &o, NULL, NULL, &t, &d),
			 -ENOENT);
	assert_true(d.hint[0]);
}

static void packages_of_a_kernel_are_followed(void **state)
{
	static const char text[] =
		"linux-headers-cloud-amd64\n"
		"  Depends: linux-base-cloud-amd64\n"
		"  Depends: linux-headers-7.2-cloud-amd64\n"
		"linux-headers-7.2-cloud-amd64\n"
		"  Depends: linux-base\n"
		"  Depends: linux-headers-7.2-common\n"
		" |Depends: linux-image-7.2-cloud-amd64\n"
		"  Depends: linux-image-7.2-cloud-amd64-unsigned\n"
		"  Depends: linux-kbuild-7.2\n"
		"  Depends: gcc-16\n"
		"linux-image-7.2-cloud-amd64\n"
		"  PreDepends: linux-base\n"
		"  Depends: linux-binary-7.2-cloud-amd64\n"
		"  Depends: linux-headers-7.2-cloud-amd64\n";
	_cleanup_strv_ struct strv want = { 0 }, got = { 0 };
	_cleanup_text_ struct text all = { 0 };

	(void)state;
	assert_int_equal(strv_add(&want, "linux-headers-cloud-amd64"), 0);
	assert_int_equal(strv_add(&want, "linux-image-none"), 0);
	assert_int_equal(build_apt_follow(text, &want, &got), 0);
	for (size_t i = 0; i < got.n; i++)
		text_addf(&all, "%s\n", got.v[i]);
	assert_string_equal(text_str(&all),
			    "linux-headers-cloud-amd64\n"
			    "linux-base-cloud-amd64\n"
			    "linux-headers-7.2-cloud-amd64\n"
			    "linux-headers-7.2-common\n"
			    "linux-image-7.2-cloud-amd64\n"
			    "linux-kbuild-7.2\n"
			    "linux-binary-7.2-cloud-amd64\n");
}

static void unpacked_headers_become_relative(void **state)
{
	const char *root = *state;
	struct diag d = { 0 };
	char target[256] = "", path[4096];

	put(root, "usr/src/linux-headers-7.2-cloud-amd64/Makefile",
	    "KBUILD_OUTPUT=/usr/src/linux-headers-7.2-cloud-amd64\ninclude /usr/src/linux-headers-7.2-common/Makefile\n");
	put(root, "usr/src/linux-headers-7.2-common/Makefile", "all:\n");
	put(root, "usr/lib/modules/7.2-cloud-amd64/modules.order", "");
	put_link(root, "usr/lib/modules/7.2-cloud-amd64/build",
		 "/usr/src/linux-headers-7.2-cloud-amd64");
	put_link(root, "usr/lib/modules/7.2-cloud-amd64/source",
		 "../../../src/linux-headers-7.2-common");
	assert_int_equal(build_relocate(root, &d), 0);
	assert_text_at(root, "usr/src/linux-headers-7.2-cloud-amd64/Makefile",
		       "KBUILD_OUTPUT=$(CURDIR)\ninclude ../linux-headers-7.2-common/Makefile\n");
	assert_text_at(root, "usr/lib/modules/7.2-cloud-amd64/build/Makefile",
		       "KBUILD_OUTPUT=$(CURDIR)\ninclude ../linux-headers-7.2-common/Makefile\n");
	assert_text_at(root, "lib/modules/7.2-cloud-amd64/source/Makefile",
		       "all:\n");
	(void)snprintf(path, sizeof(path),
		       "%s/usr/lib/modules/7.2-cloud-amd64/build", root);
	assert_true(readlink(path, target, sizeof(target) - 1) > 0);
	assert_string_equal(target,
			    "../../../../usr/src/linux-headers-7.2-cloud-amd64");
}

/* @makefile is that of the headers; @want is behind their folder. */
static void assert_common(const char *root, const char *makefile,
			  const char *want)
{
	_cleanup_free_ char *got = NULL, *wanted = NULL;
	struct build_kernel k = { 0 };
	struct diag d = { 0 };

	put(root, "src/headers/Makefile", makefile);
	(void)snprintf(k.headers, sizeof(k.headers), "%s/src/headers", root);
	assert_int_equal(build_kernel_common_headers(&k, &got, &d), 0);
	assert_true(asprintf(&wanted, "%s%s", *want == '=' ? "" : k.headers,
			     want + (*want == '=')) > 0);
	assert_string_equal(got, wanted);
}

static void the_other_half_of_headers_is_found(void **state)
{
	assert_common(*state, "include ../common/Makefile\n", "/../common");
	assert_common(*state,
		      "KBUILD_OUTPUT=$(CURDIR)\ninclude ../common/Makefile\n",
		      "/../common");
	assert_common(*state, "\ninclude /usr/src/common/Makefile",
		      "=/usr/src/common");
	/* A whole source, and what is none of both. */
	assert_common(*state, "include scripts/Makefile.include\nall:\n", "");
	assert_common(*state, "include ../Makefile\n", "/..");
	assert_common(*state, "include /Makefile\n", "");
	assert_common(*state, "include ../x/Makefile.inc\n", "");
	assert_common(*state, "", "");
}

static void tools_for_a_newer_libc_are_known(void **state)
{
	const char *tool = "usr/lib/linux-kbuild-9/scripts/mod/modpost";
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", (char *)*state, tool);
	put(*state, tool, "\177ELF....GLIBC_2.2.5....GLIBC_2.17....");
	assert_int_equal(chmod(path, 0755), 0);
	assert_false(build_tools_need_libc(*state));
	put(*state, tool, "\177ELF....GLIBC_2.17....GLIBC_2.999....");
	assert_int_equal(chmod(path, 0755), 0);
	assert_true(build_tools_need_libc(*state));
	/* A script is no program that is linked with anything. */
	put(*state, tool, "#!/bin/sh\n# GLIBC_2.999\n");
	assert_int_equal(chmod(path, 0755), 0);
	assert_false(build_tools_need_libc(*state));
}

static void only_fetched_kernels_are_removed(void **state)
{
	struct diag d = { 0 };

	assert_int_equal(setenv("LKM_CACHE", *state, 1), 0);
	put(*state, "kernels/6.1.0-1-amd64/boot/vmlinuz-6.1.0-1-amd64", "");
	put(*state, "kernels/.tmp-killed/boot/vmlinuz-6.1.0-1-amd64", "");
	put(*state, "precious", "");
	assert_int_equal(build_kernel_remove(NULL, "../precious", &d), -ENOENT);
	assert_int_equal(build_kernel_remove("../x", "6.1", NULL), -EINVAL);
	assert_int_equal(build_kernel_remove("arm64", "6.1", NULL), -ENOENT);
	assert_int_equal(build_kernel_remove(NULL, ".tmp-killed", NULL), -ENOENT);
	assert_int_equal(build_kernel_remove(NULL, "6.1.0-2-amd64", NULL), -ENOENT);
	assert_int_equal(build_kernel_remove(NULL, "6.1.0-1-amd64", NULL), 0);

	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/kernels/6.1.0-1-amd64",
		       (char *)*state);
	assert_false(path_exists(path));
	/* What a killed run left is swept away. */
	(void)snprintf(path, sizeof(path), "%s/kernels/.tmp-killed",
		       (char *)*state);
	assert_false(path_exists(path));
	assert_text_at(*state, "precious", "");
	assert_int_equal(unsetenv("LKM_CACHE"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(distributions_are_told_apart),
		TEST(names_are_taken_apart),
		TEST(releases_have_an_order),
		TEST(series_come_from_suites),
		TEST(kernels_are_where_distributions_put_them),
		TEST(names_pick_kernels),
		TEST(a_fetched_kernel_that_is_better_stands_in),
		TEST(vermagic_finds_the_kernel_it_is_for),
		TEST(a_folder_names_its_kernel),
		TEST(an_unreadable_image_is_no_image),
		TEST(modules_are_found_by_name),
		TEST(sources_keep_what_is_the_distributions),
		TEST(no_source_is_told),
		TEST(packages_of_a_kernel_are_followed),
		TEST(unpacked_headers_become_relative),
		TEST(the_other_half_of_headers_is_found),
		TEST(tools_for_a_newer_libc_are_known),
		TEST(only_fetched_kernels_are_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
