/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what src/kern reads; the first one says as what: a kernel
 * image, packed or not; a configuration; a list of the firmware's keys; a
 * block of facts. What is learnt from an image can be asked.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "kern/config.h"
#include "kern/efi_keys.h"
#include "kern/image.h"
#include "kern/learn.h"
#include "kern/says.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void ask(const struct facts *f)
{
	static const char *const lines[] = {
		"", "%s", "Invalid ELF header len %lu", "a: b: c: %d",
		"%s: bad vermagic: kernel tainted.",
		"overflow in relocation type %d val %s",
	};
	struct fact_export e;
	size_t at;

	for (size_t i = 0; facts_record(f, PART_EXPORTS, i, &e, sizeof(e)); i++)
		if (facts_find_export(f, facts_str(f, e.name), &e, &at))
			need(at <= i);
	(void)facts_find_export(f, "", &e, &at);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		(void)says_has(f, lines[i]);
	/* Every line of the image is one that it says. (With '%' they are in
	 * another form than is asked for.) */
	for (size_t i = 0; i < f->part[PART_LINES].n;) {
		const char *s = (const char *)f->part[PART_LINES].p + i;

		if (i < 4096 && !strchr(s, '%'))
			need(says_has(f, s));
		i += strlen(s) + 1;
	}
	(void)facts_btf(f);
}

static void image(struct span in)
{
	_cleanup_draft_ struct facts_draft draft = { 0 };
	_cleanup_ko_ struct ko *ko = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };
	struct diag d = { 0 };
	struct facts f;
	int r = kern_image_open_span("x", in, &ko, &d);

	if (r) {
		need(d.err == -r && d.what[0] && d.where[0]);
		need(r == -EBADMSG || r == -EFBIG || r == -ENOMEM);
		return;
	}
	r = kern_learn(ko, &draft, &d);
	if (r) {
		need(r == -EBADMSG && d.what[0]);
		return;
	}
	need(!facts_pack(&draft, "key", &b, NULL));
	need(!facts_view(bytes_span(&b), &f));
	need(!strcmp(f.key, "key"));
	need(f.part[PART_BTF].n == facts_btf(&f).n);
	ask(&f);
}

static void configuration(struct span in)
{
	struct kern_config c = { 0 };
	struct bytes b = { malloc(in.n + 1), in.n };

	need(b.p != NULL);
	if (in.n)
		memcpy(b.p, in.p, in.n);
	b.p[in.n] = 0;
	need(!kern_config_parse(&b, &c, NULL) && !b.p);
	(void)kern_config_get(&c, "MODULE_SIG");
	(void)kern_config_get(&c, "");
	kern_config_fini(&c);
}

static void firmware(struct span in)
{
	struct efi_keys k = { .rest = in };
	struct span der;
	size_t n = 0;

	while (efi_keys_next(&k, &der))
		need(der.n && der.p >= in.p && der.p + der.n <= in.p + in.n &&
		     n++ < in.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data + 1, size - 1 };
	struct facts f;

	if (!size)
		return 0;
	switch (data[0]) {
	case 0:
		image(in);
		break;
	case 1:
		configuration(in);
		break;
	case 2:
		firmware(in);
		break;
	default:
		if (!facts_view(in, &f))
			ask(&f);
	}
	return 0;
}
