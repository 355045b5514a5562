// SPDX-License-Identifier: GPL-2.0-or-later
/* Which distribution this is, and what it calls things: see distro.h. */
#include "build/distro.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

/* ID and the words of ID_LIKE, most telling first. */
static const struct {
	const char *id;
	enum build_family family;
} families[] = {
	{ "ubuntu", BUILD_UBUNTU },   { "debian", BUILD_DEBIAN },
	{ "rhel", BUILD_RHEL },       { "centos", BUILD_RHEL },
	{ "rocky", BUILD_RHEL },      { "almalinux", BUILD_RHEL },
	{ "ol", BUILD_RHEL },         { "amzn", BUILD_FEDORA },
	{ "fedora", BUILD_FEDORA },   { "suse", BUILD_SUSE },
	{ "opensuse", BUILD_SUSE },   { "sles", BUILD_SUSE },
	{ "arch", BUILD_ARCH },       { "archlinux", BUILD_ARCH },
	{ "alpine", BUILD_ALPINE },
};

/* The value of one line, without its quotes; cut to what fits. */
static void take_value(const char *v, char *buf, size_t n)
{
	size_t len = strlen(v);

	if (len >= 2 && (*v == '"' || *v == '\'') && v[len - 1] == *v) {
		v++;
		len -= 2;
	}
	(void)snprintf(buf, n, "%.*s", (int)len, v);
}

static enum build_family family_of(const char *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		size_t n = strlen(families[i].id);

		for (const char *s = words; (s = strstr(s, families[i].id));
		     s++) {
			bool start = s == words || s[-1] == ' ';

			/* opensuse-leap and opensuse-tumbleweed are suse. */
			if (start && (!s[n] || s[n] == ' ' || s[n] == '-'))
				return families[i].family;
		}
	}
	return BUILD_UNKNOWN;
}

void build_distro_read(const char *root, struct build_distro *ret)
{
	static const char *const files[] = { "/etc/os-release",
					     "/usr/lib/os-release" };
	_cleanup_bytes_ struct bytes b = { 0 };
	char like[128] = "", path[4200];

	*ret = (struct build_distro){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(files) && !b.p; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", root, files[i]);
		(void)!file_read_regular(path, 1 << 16, &b, NULL);
	}
	for (char *s = (char *)b.p, *end; s && *s; s = end) {
		end = strchrnul(s, '\n');
		if (*end)
			*end++ = 0;
		if (str_starts(s, "ID="))
			take_value(s + 3, ret->id, sizeof(ret->id));
		else if (str_starts(s, "ID_LIKE="))
			take_value(s + 8, like, sizeof(like));
		else if (str_starts(s, "VERSION_CODENAME="))
			take_value(s + 17, ret->codename,
				   sizeof(ret->codename));
		else if (str_starts(s, "PRETTY_NAME="))
			take_value(s + 12, ret->name, sizeof(ret->name));
	}
	ret->family = family_of(ret->id);
	if (ret->family == BUILD_UNKNOWN)
		ret->family = family_of(like);
}

/* "%s" is the release; a row without an entry has no such command. */
static const char *const commands[][7] = {
	[BUILD_DEBIAN] = { "sudo apt-get install linux-headers-%s",
			   "sudo apt-get install linux-image-amd64 linux-headers-amd64",
			   "sudo apt-get install gcc make",
			   "sudo apt-get install qemu-system-x86",
			   "sudo apt-get install libelf-dev",
			   "sudo apt-get install gcc make flex bison bc perl xz-utils lz4 libelf-dev",
			   "sudo apt-get install ovmf" },
	[BUILD_UBUNTU] = { "sudo apt-get install linux-headers-%s",
			   "sudo apt-get install linux-image-generic linux-headers-generic",
			   "sudo apt-get install gcc make",
			   "sudo apt-get install qemu-system-x86",
			   "sudo apt-get install libelf-dev",
			   "sudo apt-get install gcc make flex bison bc perl xz-utils lz4 libelf-dev",
			   "sudo apt-get install ovmf" },
	[BUILD_FEDORA] = { "sudo dnf install kernel-devel-%s",
			   "sudo dnf install kernel-core kernel-devel",
			   "sudo dnf install gcc make",
			   "sudo dnf install qemu-system-x86-core",
			   "sudo dnf install elfutils-libelf-devel",
			   "sudo dnf install gcc make flex bison bc perl xz lz4 elfutils-libelf-devel",
			   "sudo dnf install edk2-ovmf" },
	[BUILD_RHEL] = { "sudo dnf install kernel-devel-%s",
			 "sudo dnf install kernel-core kernel-devel",
			 "sudo dnf install gcc make",
			 "sudo dnf install qemu-kvm",
			 "sudo dnf install elfutils-libelf-devel",
			 "sudo dnf install gcc make flex bison bc perl xz lz4 elfutils-libelf-devel",
			 "sudo dnf install edk2-ovmf" },
	[BUILD_SUSE] = { "sudo zypper install kernel-default-devel",
			 "sudo zypper install kernel-default kernel-default-devel",
			 "sudo zypper install gcc make",
			 "sudo zypper install qemu-x86",
			 "sudo zypper install libelf-devel",
			 "sudo zypper install gcc make flex bison bc perl xz lz4 libelf-devel",
			 "sudo zypper install qemu-ovmf-x86_64" },
	[BUILD_ARCH] = { "sudo pacman -S linux-headers",
			 "sudo pacman -S linux linux-headers",
			 "sudo pacman -S gcc make",
			 "sudo pacman -S qemu-system-x86",
			 "sudo pacman -S libelf",
			 "sudo pacman -S gcc make flex bison bc perl xz lz4 libelf",
			 "sudo pacman -S edk2-ovmf" },
	[BUILD_ALPINE] = { "doas apk add linux-lts-dev",
			   "doas apk add linux-lts linux-lts-dev",
			   "doas apk add build-base",
			   "doas apk add qemu-system-x86_64",
			   "doas apk add elfutils-dev",
			   "doas apk add build-base flex bison bc perl xz lz4 elfutils-dev",
			   "doas apk add ovmf" },
};

static const char *const words[] = {
	[BUILD_NEED_HEADERS] = "install the headers of kernel %s",
	[BUILD_NEED_KERNEL] = "install a kernel and its headers",
	[BUILD_NEED_COMPILER] = "install gcc and make",
	[BUILD_NEED_QEMU] = "install QEMU (qemu-system-x86_64)",
	[BUILD_NEED_LIBELF] = "install libelf's development files",
	[BUILD_NEED_KERNEL_TOOLS] = "install gcc, make, flex, bison, bc, perl, xz, lz4 and libelf's development files",
	[BUILD_NEED_UEFI] = "install OVMF, EDK II's UEFI for QEMU",
};

void build_distro_command(const struct build_distro *o, enum build_need need,
			  const char *release, char *buf, size_t n)
{
	const char *f = words[need];

	if ((size_t)o->family < ARRAY_SIZE(commands) &&
	    commands[o->family][need])
		f = commands[o->family][need];

	const char *at = strstr(f, "%s");

	if (!at)
		(void)snprintf(buf, n, "%s", f);
	else
		(void)snprintf(buf, n, "%.*s%s%s", (int)(at - f), f,
			       release ? release : "$(uname -r)", at + 2);
}
