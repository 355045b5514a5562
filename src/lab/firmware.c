/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A UEFI and its variables: see firmware.h. */
#include "lab/firmware.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "build/distro.h"

enum { DESCRIPTION_MAX = 1 << 16, STORE_MAX = 16 << 20 };

void lab_firmware_fini(struct lab_firmware *f)
{
	free(f->code);
	free(f->vars);
	*f = (struct lab_firmware){ 0 };
}

/* --------------------------------------------------- which one: by QEMU */

static bool lists(const json_t *array, const char *word)
{
	size_t i;
	json_t *o;

	json_array_foreach(array, i, o)
		if (json_is_string(o) && str_eq(json_string_value(o), word))
			return true;
	return false;
}

/* For both machines that we start, pc and q35. */
static bool for_our_machines(const json_t *targets)
{
	size_t i;
	json_t *o;

	json_array_foreach(targets, i, o) {
		const char *arch = json_string_value(
			json_object_get(o, "architecture"));

		if (arch && str_eq(arch, "x86_64") &&
		    lists(json_object_get(o, "machines"), "pc-i440fx-*") &&
		    lists(json_object_get(o, "machines"), "pc-q35-*"))
			return true;
	}
	return false;
}

/* One that asks nothing of the kernel, and nothing special of the machine. */
static bool plain(const json_t *features)
{
	return !lists(features, "secure-boot") &&
	       !lists(features, "enrolled-keys") &&
	       !lists(features, "requires-smm");
}

/* The path of a flash's content, if it is raw and there. */
static char *raw_file(const char *root, const json_t *mapping, const char *what)
{
	const json_t *o = json_object_get(mapping, what);
	const char *format = json_string_value(json_object_get(o, "format"));
	const char *name = json_string_value(json_object_get(o, "filename"));
	char *path;

	/* QEMU's options are separated by commas. */
	if (!format || !str_eq(format, "raw") || !name || name[0] != '/' ||
	    strchr(name, ','))
		return NULL;
	if (asprintf(&path, "%s%s", root, name) < 0)
		return NULL;
	if (path_exists(path))
		return path;
	free(path);
	return NULL;
}

/* Does the description @path fit? Then its files. */
static bool fits(const char *root, const char *path, struct lab_firmware *ret)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_firmware_ struct lab_firmware f = { 0 };
	json_t *o, *map;

	if (file_read_regular(path, DESCRIPTION_MAX, &b, NULL) < 0)
		return false;
	o = json_loadb((const char *)b.p, b.n, 0, NULL);
	map = json_object_get(o, "mapping");

	const char *device = json_string_value(json_object_get(map, "device"));

	if (device && str_eq(device, "flash") &&
	    lists(json_object_get(o, "interface-types"), "uefi") &&
	    for_our_machines(json_object_get(o, "targets")) &&
	    plain(json_object_get(o, "features"))) {
		f.code = raw_file(root, map, "executable");
		f.vars = raw_file(root, map, "nvram-template");
	}
	json_decref(o);
	if (!f.code || !f.vars)
		return false;
	*ret = f;
	f = (struct lab_firmware){ 0 };
	return true;
}

/* The folders of descriptions, those that hide others first. */
static int folders(const char *root, struct strv *ret)
{
	const char *own = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int r = 0;

	if (own && own[0] == '/')
		r = strv_addf(ret, "%s/qemu/firmware", own);
	else if (home)
		r = strv_addf(ret, "%s/.config/qemu/firmware", home);
	if (!r)
		r = strv_addf(ret, "%s/etc/qemu/firmware", root);
	return r ? r : strv_addf(ret, "%s/usr/share/qemu/firmware", root);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of all descriptions, each once, in their order. */
static int names_in(const struct strv *dirs, struct strv *ret)
{
	int r = 0;

	for (size_t i = 0; i < dirs->n && !r; i++) {
		DIR *dp = opendir(dirs->v[i]);

		for (struct dirent *e; dp && !r && (e = readdir(dp));)
			if (str_ends(e->d_name, ".json") &&
			    !strv_has(ret, e->d_name))
				r = strv_add(ret, e->d_name);
		if (dp)
			(void)closedir(dp);
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_name);
	return r;
}

/* The first that is there decides, even if it does not fit. */
static bool named(const char *root, const struct strv *dirs, const char *name,
		  struct lab_firmware *ret)
{
	for (size_t i = 0; i < dirs->n; i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", dirs->v[i], name) < 0)
			path = NULL;
		if (path && path_exists(path))
			return fits(root, path, ret);
	}
	return false;
}

int lab_firmware_find(const char *root, struct lab_firmware *ret,
		      struct diag *d)
{
	_cleanup_strv_ struct strv dirs = { 0 }, names = { 0 };
	struct build_distro distro;
	char command[256];

	diag_spare(d);
	if (folders(root, &dirs) < 0 || names_in(&dirs, &names) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	for (size_t i = 0; i < names.n; i++)
		if (named(root, &dirs, names.v[i], ret))
			return 0;
	diag_fail(d, ENOENT, "there is no UEFI for a machine of QEMU's here (OVMF without Secure Boot, as /usr/share/qemu/firmware describes it), and keys are enrolled in one");
	build_distro_read(root, &distro);
	build_distro_command(&distro, BUILD_NEED_UEFI, NULL, command,
			     sizeof(command));
	diag_hint(d, "%s", command);
	return -ENOENT;
}

/* ------------------------------------------------------- its variables */

typedef uint8_t guid[16];

/* EFI_SYSTEM_NV_DATA_FV_GUID, EFI_AUTHENTICATED_VARIABLE_GUID */
static const guid nv_volume = { 0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c,
				0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f,
				0x50 };
static const guid auth_store = { 0x78, 0x2c, 0xf3, 0xaa, 0x7b, 0x94, 0x9a, 0x43,
				 0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3, 0x77,
				 0x92 };
/* EFI_IMAGE_SECURITY_DATABASE_GUID, EFI_CERT_X509_GUID */
static const guid security = { 0xcb, 0xb2, 0x19, 0xd7, 0x3a, 0x3d, 0x96, 0x45,
			       0xa3, 0xbc, 0xda, 0xd0, 0x0e, 0x67, 0x65,
			       0x6f };
static const guid x509 = { 0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a,
			   0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72 };
/* Who enrolled it: we, by a GUID of our own. */
static const guid owner = { 0x5f, 0x0c, 0x1d, 0x6b, 0x3e, 0x92, 0x47, 0x4d,
			    0x8a, 0x6e, 0x6c, 0x6b, 0x6d, 0x74, 0x72, 0x79 };

static const uint8_t db_name[] = { 'd', 0, 'b', 0, 0, 0 };

enum {
	VOLUME_GUID = 16, /* EFI_FIRMWARE_VOLUME_HEADER */
	VOLUME_HEADER_LENGTH = 48,
	STORE_SIZE = 16, /* VARIABLE_STORE_HEADER */
	STORE_FORMAT = 20,
	STORE_STATE = 21,
	STORE_HEADER = 28,
	STORE_FORMATTED = 0x5a,
	STORE_HEALTHY = 0xfe,
	VAR_STATE = 2, /* AUTHENTICATED_VARIABLE_HEADER */
	VAR_NAME_SIZE = 36,
	VAR_DATA_SIZE = 40,
	VAR_GUID = 44,
	VAR_HEADER = 60,
	VAR_START = 0x55aa,
	VAR_ADDED = 0x3f,
	/* NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS and
	 * TIME_BASED_AUTHENTICATED_WRITE_ACCESS, as db has to have */
	DB_ATTRIBUTES = 0x27,
};

static bool has_guid(struct span s, uint64_t off, const guid g)
{
	struct span at;

	return span_sub(s, off, sizeof(guid), &at) &&
	       !memcmp(at.p, g, sizeof(guid));
}

static uint64_t number(struct span s, uint64_t off, unsigned width)
{
	uint64_t v = 0;

	return span_uint(s, off, width, false, &v) ? v : 0;
}

/* The store's part of the volume: its variables begin behind its header. */
static bool find_store(struct span volume, struct span *ret)
{
	uint64_t at = number(volume, VOLUME_HEADER_LENGTH, 2);
	uint64_t size = number(volume, at + STORE_SIZE, 4);

	return has_guid(volume, VOLUME_GUID, nv_volume) &&
	       has_guid(volume, at, auth_store) && size > STORE_HEADER &&
	       number(volume, at + STORE_FORMAT, 1) == STORE_FORMATTED &&
	       number(volume, at + STORE_STATE, 1) == STORE_HEALTHY &&
	       span_sub(volume, at, size, ret);
}

static uint64_t aligned(uint64_t n)
{
	return (n + 3) & ~(uint64_t)3;
}

static bool is_db(struct span store, uint64_t at)
{
	struct span name;

	return number(store, at + VAR_STATE, 1) == VAR_ADDED &&
	       has_guid(store, at + VAR_GUID, security) &&
	       number(store, at + VAR_NAME_SIZE, 4) == sizeof(db_name) &&
	       span_sub(store, at + VAR_HEADER, sizeof(db_name), &name) &&
	       !memcmp(name.p, db_name, sizeof(db_name));
}

/* Where the next variable goes. Return: 0 or an errno of the header's. */
static int find_end(struct span store, uint64_t *ret)
{
	uint64_t at = STORE_HEADER;

	while (number(store, at, 2) == VAR_START) {
		uint64_t size = VAR_HEADER +
				number(store, at + VAR_NAME_SIZE, 4) +
				number(store, at + VAR_DATA_SIZE, 4);

		if (is_db(store, at))
			return -EEXIST;
		if (size > store.n - at)
			return -EBADMSG;
		at = aligned(at + size);
	}
	*ret = at;
	return 0;
}

static void add_number(struct text *t, uint64_t v, unsigned width)
{
	for (unsigned i = 0; i < width; i++, v >>= 8)
		text_add_bytes(t, &(uint8_t){ (uint8_t)v }, 1);
}

/* EFI_SIGNATURE_LISTs of one certificate each: their sizes differ. */
static void add_lists(struct text *t, const struct span *certs, size_t n)
{
	const size_t header = sizeof(guid) + 3 * 4;

	for (size_t i = 0; i < n; i++) {
		size_t one = sizeof(guid) + certs[i].n;

		text_add_bytes(t, x509, sizeof(x509));
		add_number(t, header + one, 4);
		add_number(t, 0, 4);
		add_number(t, one, 4);
		text_add_bytes(t, owner, sizeof(owner));
		text_add_bytes(t, certs[i].p, certs[i].n);
	}
}

static void add_variable(struct text *t, const struct text *data)
{
	const uint8_t never[16] = { 0 }; /* EFI_TIME of the last change */

	add_number(t, VAR_START, 2);
	add_number(t, VAR_ADDED, 1);
	add_number(t, 0, 1);
	add_number(t, DB_ATTRIBUTES, 4);
	add_number(t, 0, 8); /* monotonic count */
	text_add_bytes(t, never, sizeof(never));
	add_number(t, 0, 4); /* index of a public key */
	add_number(t, sizeof(db_name), 4);
	add_number(t, data->n, 4);
	text_add_bytes(t, security, sizeof(security));
	text_add_bytes(t, db_name, sizeof(db_name));
	text_add_bytes(t, data->p, data->n);
}

int lab_firmware_enrol(struct bytes *store, const struct span *certs, size_t n,
		       struct diag *d)
{
	_cleanup_text_ struct text data = { 0 }, variable = { 0 };
	struct span vars;
	uint64_t end = 0;

	if (!find_store(bytes_span(store), &vars))
		return diag_fail(d, EBADMSG, "it is no store of a UEFI's authenticated variables");

	int r = find_end(vars, &end);

	if (r == -EEXIST)
		return diag_fail(d, EEXIST, "this store has a variable db already");
	if (r < 0)
		return diag_fail(d, EBADMSG, "a variable at 0x%llx ends outside of its store",
				 (unsigned long long)end);
	add_lists(&data, certs, n);
	if (!data.failed)
		add_variable(&variable, &data);
	if (data.failed || variable.failed)
		return diag_fail(d, ENOMEM, "out of memory");
	if (end > vars.n || variable.n > vars.n - end)
		return diag_fail(d, ENOSPC, "the certificates (%zu bytes) do not fit into the store of variables",
				 variable.n);
	memcpy(store->p + (vars.p - store->p) + end, variable.p, variable.n);
	return 0;
}

int lab_firmware_store(const struct lab_firmware *f, const struct span *certs,
		       size_t n, struct bytes *ret, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = file_read_regular(f->vars, STORE_MAX, &b, d);

	if (r < 0)
		return r;
	r = lab_firmware_enrol(&b, certs, n, d);
	if (r < 0) {
		diag_in(d, "%s", f->vars);
		return r;
	}
	*ret = b;
	b = (struct bytes){ 0 };
	return 0;
}
