/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a module says about itself, and who signed it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "internal.h"

/* ------------------------------------------------------------------- file */

/* kmod's numbers for what is no ELF file. */
static int no_elf(const struct ko *ko)
{
	static const char magic[] = "\177ELF";
	struct span s = ko->image;

	if (s.n < 6 || (s.n > 16 && !memcmp(s.p, magic, sizeof(magic) - 1)))
		return -EINVAL;
	return -ENOEXEC;
}

int mod_open(const struct kmod_module *mod, struct ko **ret)
{
	const char *path = kmod_module_get_path(mod);
	_cleanup_ko_ struct ko *ko = NULL;

	if (!path)
		return -ENOENT;

	int r = ko_open(path, &ko, NULL);

	/* A damaged stream. */
	if (r == -EBADMSG)
		return str_ends(path, ".zst") ? -ENOEXEC : -EINVAL;
	if (r)
		return r;
	if (!ko->elf)
		return no_elf(ko);
	*ret = take_ptr(ko);
	return 0;
}

/* ------------------------------------------------------------------- info */

struct info {
	const char *value; /* behind the key */
	char key[];
};

static int add(struct kmod_list **l, struct span key, const char *value)
{
	size_t n = strlen(value) + 1;
	struct info *i = malloc(sizeof(*i) + key.n + 1 + n);

	if (!i)
		return -ENOMEM;
	if (key.n)
		memcpy(i->key, key.p, key.n);
	i->key[key.n] = '\0';
	memcpy(i->key + key.n + 1, value, n);
	i->value = i->key + key.n + 1;

	int r = list_append(l, i);

	if (r)
		free(i);
	return r;
}

static int add_str(struct kmod_list **l, const char *key, const char *value)
{
	struct span k = { (const uint8_t *)key, strlen(key) };

	return add(l, k, value);
}

/* "01:02:FE"; after every @line bytes a line end and two tabs. */
static int add_hex(struct kmod_list **l, const char *key, struct span s,
		   size_t line)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < s.n; i++) {
		text_addf(&t, "%02X", s.p[i]);
		if (i + 1 < s.n)
			text_add(&t, ":");
		if (i + 1 < s.n && line && i % line == line - 1)
			text_add(&t, "\n\t\t");
	}
	return t.failed ? -ENOMEM : add_str(l, key, text_str(&t));
}

/* A signature that cannot be read is none, as with kmod. */
static int add_signature(struct kmod_list **l, const struct ko *ko)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_signature s;
	int r = ko_signature(ko, &a, &s, NULL);

	if (r == -ENOPKG) /* libcrypto is not installed */
		s = (struct ko_signature){
			.trailer.id_type = KO_SIG_PKCS7,
			.id = "PKCS#7", .signer = "", .hash = "unknown",
		};
	else if (r)
		return r == -ENOMEM ? r : 0;

	bool old = s.trailer.id_type != KO_SIG_PKCS7;

	if (str_eq(s.id, "unknown") || (!old && s.key_id.p))
		return 0;
	if ((r = add_str(l, "sig_id", s.id)) ||
	    (r = add_str(l, "signer", s.signer)) ||
	    (r = add_hex(l, "sig_key", old ? s.key_id : s.serial, 0)) ||
	    (r = add_str(l, "sig_hashalgo", s.hash)))
		return r;
	return add_hex(l, "signature", s.sig, 20);
}

/* All of a .modinfo. Return: 0; -ENOMEM. */
static int add_all(struct kmod_list **l, const struct ko *ko)
{
	int r = 0;

	for (struct ko_info i = { 0 }; !r && ko_info_next(ko, &i);)
		r = add(l, i.key, i.value);
	return r;
}

static int info_of_file(const struct kmod_module *mod, struct kmod_list **l)
{
	_cleanup_ko_ struct ko *ko = NULL;
	int r = mod_open(mod, &ko);

	if (r)
		return r;
	if (!ko->sh_modinfo)
		return -ENOENT;
	r = add_all(l, ko);
	return r ? r : add_signature(l, ko);
}

/* The same strings, only not in an ELF section. */
static int info_of_builtin(const struct kmod_module *mod, struct kmod_list **l)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	const struct plan_world *w = ctx_world(mod->ctx);
	int r = w ? idx_dir_builtin_info(w->dir, mod->name, &b, NULL) :
		    -ENOMEM;

	if (r)
		return r == -ENODATA ? -ENOSYS : r;

	struct ko ko = { .info = bytes_span(&b) };

	return add_all(l, &ko);
}

static int length(const struct kmod_list *list)
{
	const struct kmod_list *i;
	int n = 0;

	kmod_list_foreach(i, list)
		n++;
	return n;
}

KMOD_EXPORT int kmod_module_get_info(const struct kmod_module *mod,
				     struct kmod_list **list)
{
	struct kmod_list *l = NULL;

	if (!mod || !list)
		return -ENOENT;
	if (*list)
		return -EINVAL;

	int r = mod_builtin(mod) ? info_of_builtin(mod, &l) :
				   info_of_file(mod, &l);

	if (r) {
		kmod_module_info_free_list(l);
		return r;
	}
	*list = l;
	return length(l);
}

KMOD_EXPORT const char *kmod_module_info_get_key(const struct kmod_list *entry)
{
	return entry ? ((struct info *)entry->data)->key : NULL;
}

KMOD_EXPORT const char *
kmod_module_info_get_value(const struct kmod_list *entry)
{
	return entry ? ((struct info *)entry->data)->value : NULL;
}

KMOD_EXPORT void kmod_module_info_free_list(struct kmod_list *list)
{
	list_free(list, free);
}
