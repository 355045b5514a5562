/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of taints: see taint.h. Mirrors kernel/panic.c. */
#include "live/taint.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"

const struct live_taint live_taints[] = {
	{ 0, 'P', true, "PROPRIETARY_MODULE",
	  "a module whose license is not compatible with the GPL was loaded" },
	{ 1, 'F', false, "FORCED_MODULE",
	  "a module was loaded by force, its version checks switched off or impossible" },
	{ 2, 'S', false, "CPU_OUT_OF_SPEC",
	  "the processor runs outside its specification" },
	{ 3, 'R', false, "FORCED_RMMOD",
	  "a module was unloaded by force, perhaps while in use" },
	{ 4, 'M', false, "MACHINE_CHECK",
	  "the processor reported a machine check exception: look at the hardware" },
	{ 5, 'B', false, "BAD_PAGE",
	  "memory management found a damaged page or a damaged slab object" },
	{ 6, 'U', true, "USER",
	  "user space asked for this taint, or set a dangerous option" },
	{ 7, 'D', false, "DIE",
	  "the kernel has died once already: there was an oops or BUG" },
	{ 8, 'A', false, "OVERRIDDEN_ACPI_TABLE",
	  "an ACPI table of the firmware was replaced by the user's" },
	{ 9, 'W', false, "WARN",
	  "the kernel printed a warning with a stack trace (WARN)" },
	{ 10, 'C', true, "CRAP",
	  "a module from the staging directory was loaded, of unknown quality" },
	{ 11, 'I', true, "FIRMWARE_WORKAROUND",
	  "the kernel works around a severe bug in the firmware" },
	{ 12, 'O', true, "OOT_MODULE",
	  "a module from outside the kernel's own source tree was loaded" },
	{ 13, 'E', true, "UNSIGNED_MODULE",
	  "a module without a valid signature was loaded on a kernel that supports signatures" },
	{ 14, 'L', false, "SOFTLOCKUP",
	  "a processor was stuck in the kernel for too long (soft lockup)" },
	{ 15, 'K', true, "LIVEPATCH",
	  "the running kernel was live patched" },
	{ 16, 'X', true, "AUX",
	  "the distribution marks something of its own with this taint" },
	{ 17, 'T', true, "RANDSTRUCT",
	  "the kernel was built with randomized structure layout" },
	{ 18, 'N', true, "TEST",
	  "an in-kernel test has been run (KUnit or a test module)" },
	{ 19, 'J', false, "FWCTL",
	  "user space used a firmware's debug interface (fwctl)" },
};

const size_t n_live_taints = ARRAY_SIZE(live_taints);

const struct live_taint *live_taint_by_letter(char letter)
{
	for (size_t i = 0; i < n_live_taints; i++)
		if (live_taints[i].letter == letter)
			return &live_taints[i];
	return NULL;
}

char *live_taint_letters(uint64_t mask, char buf[LIVE_TAINT_LETTERS])
{
	size_t n = 0;

	for (size_t i = 0; i < n_live_taints; i++)
		if (mask >> live_taints[i].bit & 1)
			buf[n++] = live_taints[i].letter;
	buf[n] = '\0';
	return buf;
}

static bool adds_nothing(char c)
{
	return c == '(' || c == ')' || c == '+' || c == '-' || c == 'G' ||
	       c == ' ' || c == '\n' || c == '\t';
}

int live_taint_mask(const char *letters, uint64_t *ret, struct diag *d)
{
	uint64_t mask = 0;

	for (const char *p = letters; *p; p++) {
		const struct live_taint *t = live_taint_by_letter(*p);

		if (t)
			mask |= (uint64_t)1 << t->bit;
		else if (!adds_nothing(*p))
			return diag_fail(d, EINVAL,
					 "byte 0x%02x is no taint letter",
					 (unsigned)(unsigned char)*p);
	}
	*ret = mask;
	return 0;
}

int live_taint_read(const char *root, uint64_t *ret, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_text_ struct text path = { 0 };

	text_addf(&path, "%s/proc/sys/kernel/tainted", root);
	if (path.failed)
		return diag_fail(d, ENOMEM, "no memory");

	int r = file_read(text_str(&path), 4096, &b, d);

	if (r)
		return r;
	if (!str_to_u64(str_strip((char *)b.p), UINT64_MAX, ret))
		return diag_fail(d, EBADMSG, "%s: not a number",
				 text_str(&path));
	return 0;
}
