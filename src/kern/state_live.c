/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the running kernel: see state.h. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "kern/cert.h"
#include "kern/efi_keys.h"
#include "kern/state.h"
#include "kern/state_exports.h"
#include "live/cmdline.h"
#include "live/modules.h"
#include "live/policy.h"
#include "live/taint.h"

#define FILE_MAX ((size_t)1 << 20)
#define EFI "/sys/firmware/efi"
#define EFIVARS EFI "/efivars/"

/* Bits of the kernel's taints. */
#define TAINT_P (1U << 0)
#define TAINT_F (1U << 1)
#define TAINT_O (1U << 12)
#define TAINT_E (1U << 13)
#define TAINT_K (1U << 15)
#define TAINT_N (1U << 18)

struct reader {
	const char *root;
	struct kern *k;
	struct arena *a;
	struct kern_state *s;
	struct strv *unknown;
	bool failed; /* memory ran out */
};

static void unknown(struct reader *r, const char *what)
{
	if (strv_add(r->unknown, what) < 0)
		r->failed = true;
}

/* Return: 0 or -errno; -ENOMEM is noted. */
static int slurp(struct reader *r, const char *path, struct bytes *ret)
{
	char *full = arena_printf(r->a, "%s%s", r->root, path);
	int err = full ? file_read(full, FILE_MAX, ret, NULL) : -ENOMEM;

	if (err == -ENOMEM)
		r->failed = true;
	return err;
}

/* ---------------------------------------------------------------- taints */

/* Who is tainted has said so. */
static unsigned said(uint64_t taints)
{
	static const struct {
		uint64_t taint;
		enum kern_said said;
	} v[] = {
		{ TAINT_O, KERN_SAID_OOT },	  { TAINT_E, KERN_SAID_UNSIGNED },
		{ TAINT_P, KERN_SAID_PROPRIETARY }, { TAINT_K, KERN_SAID_LIVEPATCH },
		{ TAINT_N, KERN_SAID_TEST },	  { TAINT_F, KERN_SAID_FORCED },
	};
	unsigned is = 0;

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		if (taints & v[i].taint)
			is |= v[i].said;
	return is;
}

static void read_taints(struct reader *r)
{
	if (live_taint_read(r->root, &r->s->taints, NULL) < 0)
		unknown(r, "taints");
	r->s->said = said(r->s->taints);
}

/* ---------------------------------------------------------------- policy */

static bool yes(struct reader *r, enum live_known is, const char *what)
{
	if (is == LIVE_UNKNOWN)
		unknown(r, what);
	return is == LIVE_YES;
}

static void read_lockdown(struct reader *r, const struct live_policy *p)
{
	switch (p->lockdown) {
	case LIVE_LOCKDOWN_INTEGRITY:
		r->s->lockdown = KERN_LOCKDOWN_INTEGRITY;
		break;
	case LIVE_LOCKDOWN_CONFIDENTIALITY:
		r->s->lockdown = KERN_LOCKDOWN_CONFIDENTIALITY;
		break;
	case LIVE_LOCKDOWN_UNKNOWN:
		if (kern_option(r->k, "SECURITY_LOCKDOWN_LSM") != KERN_OPT_N)
			unknown(r, "lockdown");
		break;
	case LIVE_LOCKDOWN_NONE:
		break;
	}
}

/* Kernel: retpoline_module_ok() and spectre_v2_show_state(),
 * arch/x86/kernel/cpu/bugs.c. "Vulnerable: LFENCE" is a mitigation, too. */
static void read_spectre(struct reader *r)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	if (slurp(r, "/sys/devices/system/cpu/vulnerabilities/spectre_v2",
		  &b) < 0)
		return;
	r->s->spectre_v2_mitigated =
		str_starts((const char *)b.p, "Mitigation:") ||
		str_starts((const char *)b.p, "Vulnerable: ");
}

/* A register of a processor's, as "0x00000000410fd034"; 0: not at hand. */
static uint64_t read_register(struct reader *r, unsigned cpu, const char *name)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	char path[128];

	(void)snprintf(path, sizeof(path),
		       "/sys/devices/system/cpu/cpu%u/regs/identification/%s",
		       cpu, name);
	return slurp(r, path, &b) < 0
		       ? 0
		       : strtoull((const char *)b.p, NULL, 16);
}

/* Kernel: erratum_843419_list, arch/arm64/kernel/cpu_errata.c. */
static void read_erratum(struct reader *r)
{
	const uint64_t model = 0xff0ffff0, a53 = 0x410fd030, b53 = 0x420f1000;
	uint64_t midr;

	for (unsigned i = 0; (midr = read_register(r, i, "midr_el1")); i++) {
		uint64_t rev = midr & 0xf;
		bool early = !(midr >> 20 & 0xf);
		bool mended = rev == 4 &&
			      read_register(r, i, "revidr_el1") & 0x100;

		if (early && (((midr & model) == a53 && rev <= 4 && !mended) ||
			      ((midr & model) == b53 && !rev)))
			r->s->erratum_843419 = true;
	}
}

/* NULL: it is not there, or cannot be read: then @what is not known. */
static const char *boot_value(struct reader *r, const char *param,
			      const char *what)
{
	const char *v = NULL;
	int err = live_cmdline_value(r->root, param, r->a, &v);

	if (err == -ENOMEM)
		r->failed = true;
	else if (err && what)
		unknown(r, what);
	return v;
}

static void read_cmdline(struct reader *r, enum live_known sig_enforce)
{
	const char *v;

	r->s->blacklist = boot_value(r, "module_blacklist",
				     "module_blacklist");
	if (sig_enforce != LIVE_UNKNOWN)
		return;
	v = boot_value(r, "module.sig_enforce", NULL);
	r->s->sig_enforce = v && (!*v || strchr("yYtT1", *v));
}

static void read_policy(struct reader *r)
{
	struct live_policy p;

	live_policy_read(r->root, &p);
	r->s->no_cap = p.cap_sys_module == LIVE_NO || p.user_ns == LIVE_YES;
	if (p.cap_sys_module == LIVE_UNKNOWN)
		unknown(r, "capabilities");
	r->s->modules_disabled =
		yes(r, p.modules_disabled, "modules_disabled");
	r->s->sig_enforce = p.sig_enforce == LIVE_YES;
	if (p.sig_enforce == LIVE_UNKNOWN &&
	    kern_option(r->k, "MODULE_SIG") != KERN_OPT_N)
		unknown(r, "sig_enforce");
	read_lockdown(r, &p);
	read_spectre(r);
	read_erratum(r);
	read_cmdline(r, p.sig_enforce);
}

/* -------------------------------------------------------- loaded modules */

static uint64_t taints_of(struct reader *r, const struct live_module *m)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	char *path = arena_printf(r->a, "/sys/module/%s/taint", m->name);
	uint64_t mask = 0;

	if (!path)
		r->failed = true;
	else if (!slurp(r, path, &b) &&
		 !live_taint_mask((const char *)b.p, &mask, NULL))
		return mask;
	return live_taint_mask(m->taints, &mask, NULL) < 0 ? 0 : mask;
}

/* It is none of the kernel's own; false: what it exports is not known. */
static bool exports_in_memory(struct reader *r, const struct kern_loaded *l,
			      struct kern_export **ret, size_t *ret_n)
{
	int err = l->name ? state_exports(r->root, r->k, l->name, l->base,
					  r->a, ret, ret_n)
			  : -ENOMEM;

	if (err == -ENOMEM)
		r->failed = true;
	return !err;
}

static void add_loaded(struct reader *r, const struct live_module *m,
		       struct kern_loaded *ret)
{
	static const enum kern_module_state states[] = {
		[LIVE_LIVE] = KERN_LIVE,
		[LIVE_LOADING] = KERN_COMING,
		[LIVE_UNLOADING] = KERN_GOING,
	};
	struct kern_export *v;
	size_t n;

	*ret = (struct kern_loaded){
		.name = arena_strdup(r->a, m->name),
		.state = states[m->state],
		.taints = taints_of(r, m),
		.base = m->address,
	};
	if (!ret->name)
		r->failed = true;
	if (kern_module_exports(r->k, m->name, r->a, &v, &n) == KERN_YES)
		ret->exports_known = true;
	else
		ret->exports_known = exports_in_memory(r, ret, &v, &n);
	if (ret->exports_known) {
		ret->exports = v;
		ret->n_exports = n;
	}
}

static void read_loaded(struct reader *r)
{
	_cleanup_arena_ struct arena tmp = { 0 };
	struct live_modules l = { 0 };
	int err = live_modules_read(r->root, &tmp, &l, NULL);

	if (err < 0) {
		r->failed |= err == -ENOMEM;
		unknown(r, "loaded modules");
		return;
	}
	r->s->loaded = arena_array(r->a, l.n + 1, sizeof(*r->s->loaded));
	if (!r->s->loaded) {
		r->failed = true;
		return;
	}
	/* The kernel lists the newest first. */
	for (size_t i = l.n; i; i--)
		add_loaded(r, &l.v[i - 1],
			   &r->s->loaded[r->s->n_loaded++]);
}

/* ------------------------------------------------------------------ keys */

static void add_key(struct reader *r, struct kern_key **v, struct span der)
{
	struct cert c;

	if (cert_read(der, &c, NULL) < 0)
		return;

	struct kern_key *grown =
		arena_more(r->a, *v, r->s->n_keys, sizeof(**v));
	char *copy = arena_alloc(r->a, der.n + 1);
	char *subject = arena_strdup(r->a, c.subject);
	char *serial = arena_strdup(r->a, c.serial);

	if (!grown || !copy || !subject || !serial) {
		r->failed = true;
		return;
	}
	memcpy(copy, der.p, der.n);
	*v = grown;
	grown[r->s->n_keys++] = (struct kern_key){
		.der = { (const uint8_t *)copy, der.n },
		.subject = subject,
		.serial = serial,
	};
	r->s->keys = grown;
}

/* Return: is all of this variable known? One that is not there is empty. */
static bool read_variable(struct reader *r, struct kern_key **v,
			  const char *name)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	char *path = arena_printf(r->a, EFIVARS "%s", name);
	struct efi_keys e = { 0 };
	struct span der;

	if (!path) {
		r->failed = true;
		return false;
	}

	int err = slurp(r, path, &b);

	if (err < 0)
		return err == -ENOENT;
	/* Four bytes of attributes stand in front. */
	if (!span_sub(bytes_span(&b), 4, b.n < 4 ? 0 : b.n - 4, &e.rest))
		return false;
	while (efi_keys_next(&e, &der))
		add_key(r, v, der);
	return !e.rest.n;
}

static void read_keys(struct reader *r)
{
	char *efi = arena_printf(r->a, "%s" EFI, r->root);
	char *vars = arena_printf(r->a, "%s" EFIVARS, r->root);
	struct kern_key *v = NULL;

	if (!efi || !vars) {
		r->failed = true;
		return;
	}
	r->s->keys_complete = !path_exists(efi);
	if (r->s->keys_complete)
		return;

	bool mok = read_variable(
		r, &v, "MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23");
	bool db = read_variable(r, &v,
				"db-d719b2cb-3d3a-4596-a3bc-dad00e67656f");

	r->s->keys_complete = mok && db && path_exists(vars);
	if (!r->s->keys_complete)
		unknown(r, "keys of the firmware");
}

struct kern_loaded *kern_state_more(struct kern_state *s, struct arena *a)
{
	if (s->n_loaded >= s->room) {
		struct kern_loaded *v =
			arena_array(a, s->n_loaded + 1, sizeof(*v));

		if (!v)
			return NULL;
		if (s->n_loaded)
			memcpy(v, s->loaded, s->n_loaded * sizeof(*v));
		s->loaded = v;
		s->room = 0;
	}
	s->loaded[s->n_loaded] = (struct kern_loaded){ 0 };
	return &s->loaded[s->n_loaded++];
}

int kern_state_live(const char *root, struct kern *k, struct arena *a,
		    struct kern_state *ret, struct strv *unknown,
		    struct diag *d)
{
	struct kern_state s = { 0 };
	struct reader r = { .root = root,
			    .k = k,
			    .a = a,
			    .s = &s,
			    .unknown = unknown };

	read_taints(&r);
	read_policy(&r);
	read_loaded(&r);
	read_keys(&r);
	if (r.failed)
		return diag_fail(d, ENOMEM, "out of memory");
	*ret = s;
	return 0;
}
