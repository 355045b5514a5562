/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who may load what: see policy.h. */
#include "live/policy.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

/* Kernel: include/uapi/linux/capability.h. */
#define CAP_SYS_MODULE_BIT 16

#define SECURE_BOOT \
	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* A small file as text; false: not readable. */
static bool slurp(const char *root, const char *path, struct bytes *ret)
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "%s%s", root, path);
	return !t.failed && !file_read(text_str(&t), 65536, ret, NULL);
}

/* A file that begins with one of two letters. */
static enum live_known yes_no(const char *root, const char *path, char yes,
			      char no)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (!slurp(root, path, &b) || !b.n)
		return LIVE_UNKNOWN;
	return b.p[0] == yes ? LIVE_YES : b.p[0] == no ? LIVE_NO : LIVE_UNKNOWN;
}

static enum live_known capability(const char *root)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (!slurp(root, "/proc/self/status", &b))
		return LIVE_UNKNOWN;

	const char *line = strstr((char *)b.p, "\nCapEff:");

	if (!line)
		return LIVE_UNKNOWN;

	uint64_t mask = strtoull(line + strlen("\nCapEff:"), NULL, 16);

	return mask >> CAP_SYS_MODULE_BIT & 1 ? LIVE_YES : LIVE_NO;
}

/* The host's namespace maps all users to themselves, in one line. */
static enum live_known in_user_ns(const char *root)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (!slurp(root, "/proc/self/uid_map", &b) || !b.n)
		return LIVE_UNKNOWN;

	char *end = (char *)b.p;
	unsigned long long n[3];

	for (size_t i = 0; i < ARRAY_SIZE(n); i++)
		n[i] = strtoull(end, &end, 10);
	return !n[0] && !n[1] && n[2] == UINT32_MAX ? LIVE_NO : LIVE_YES;
}

static enum live_lockdown lockdown(const char *root)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (!slurp(root, "/sys/kernel/security/lockdown", &b))
		return LIVE_LOCKDOWN_UNKNOWN;
	if (strstr((char *)b.p, "[none]"))
		return LIVE_LOCKDOWN_NONE;
	if (strstr((char *)b.p, "[integrity]"))
		return LIVE_LOCKDOWN_INTEGRITY;
	if (strstr((char *)b.p, "[confidentiality]"))
		return LIVE_LOCKDOWN_CONFIDENTIALITY;
	return LIVE_LOCKDOWN_UNKNOWN;
}

/* Four bytes of attributes, then the value. */
static enum live_known secure_boot(const char *root)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (!slurp(root, SECURE_BOOT, &b) || b.n < 5)
		return LIVE_UNKNOWN;
	return b.p[4] ? LIVE_YES : LIVE_NO;
}

static void compression(const char *root, char *ret, size_t cap)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	ret[0] = '\0';
	if (!slurp(root, "/sys/module/compression", &b))
		return;

	const char *name = str_strip((char *)b.p);

	if (strlen(name) < cap)
		memcpy(ret, name, strlen(name) + 1);
}

void live_policy_read(const char *root, struct live_policy *ret)
{
	_cleanup_text_ struct text proc = { 0 };

	text_addf(&proc, "%s/proc/modules", root);
	*ret = (struct live_policy){
		.cap_sys_module = capability(root),
		.user_ns = in_user_ns(root),
		.modules_disabled = yes_no(
			root, "/proc/sys/kernel/modules_disabled", '1', '0'),
		.sig_enforce = yes_no(
			root, "/sys/module/module/parameters/sig_enforce",
			'Y', 'N'),
		.secure_boot = secure_boot(root),
		.lockdown = lockdown(root),
		.has_modules = path_exists(text_str(&proc)),
	};
	compression(root, ret->compression, sizeof(ret->compression));
}
