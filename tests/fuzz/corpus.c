/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inputs for the fuzzers: see corpus.h. */
#include "corpus.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "../unit/fault_logs.h"
#include "../unit/kern_pack.h"
#include "../unit/trace_pages.h"
#include "../unit/lab_world.h"
#include "index/bin_write.h"
#include "lab/proto.h"
#include "mkkern.h"
#include "mkko.h"

#define FLIPS 400

struct run {
	corpus_fn *fn;
	void *arg;
	bool seeds;
	uint64_t seed; /* of the bit flips */
};

/* xorshift64*: any generator would do that is the same everywhere. */
static uint64_t next_random(struct run *r)
{
	r->seed ^= r->seed >> 12;
	r->seed ^= r->seed << 25;
	r->seed ^= r->seed >> 27;
	return r->seed * UINT64_C(0x2545f4914f6cdd1d);
}

/* A copy that ends where the input ends, so that overreads are seen. */
static void give(struct run *r, const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	memcpy(copy, p, n);
	r->fn(r->arg, (struct span){ copy, n });
	free(copy);
}

static void give_cut(struct run *r, const struct bytes *b)
{
	for (size_t i = 0; i < 64; i++)
		give(r, b->p, b->n * i / 64);
}

static void give_flipped(struct run *r, const struct bytes *b)
{
	_cleanup_free_ uint8_t *p = malloc(b->n ? b->n : 1);

	if (!p)
		abort();
	for (unsigned i = 0; b->n && i < FLIPS; i++) {
		memcpy(p, b->p, b->n);
		for (uint64_t k = 1 + next_random(r) % 4; k; k--) {
			uint64_t bit = next_random(r) % (b->n * 8);

			p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		give(r, p, b->n);
	}
}

static void give_all(struct run *r, const struct bytes *b)
{
	give(r, b->p, b->n);
	if (r->seeds)
		return;
	give_cut(r, b);
	give_flipped(r, b);
}

static void make(const struct mkko *m, struct bytes *ret)
{
	if (mkko_build(m, ret) < 0)
		abort();
}

static void modules(struct run *r)
{
	struct mkko m = mkko_full;

	for (const char *const *s = mkko_machines(); *s; s++) {
		_cleanup_bytes_ struct bytes b = { 0 };

		m.machine = *s;
		make(&m, &b);
		give_all(r, &b);
	}
	m.machine = NULL;
	for (int form = 0; form <= MKKO_FORM_FLAGS; form++) {
		for (int crc = 0; crc <= MKKO_CRC_NONE; crc++) {
			_cleanup_bytes_ struct bytes b = { 0 };

			m.form = (enum mkko_form)form;
			m.crc = (enum mkko_crc)crc;
			make(&m, &b);
			give_all(r, &b);
		}
	}
	for (const struct mkko_break *k = mkko_breaks(); k->name; k++) {
		_cleanup_bytes_ struct bytes b = { 0 };

		make(&mkko_full, &b);
		if (mkko_break(&b, k->name) < 0)
			abort();
		give_all(r, &b);
	}
}

/* Compresses @in into @ret, all of it. */
static void pack(int kind, const struct bytes *in, struct bytes *ret)
{
	size_t cap = in->n * 2 + 1024, n = 0;
	uint8_t *p = malloc(cap);
	z_stream z = { .next_in = in->p, .avail_in = (unsigned)in->n };

	if (!p)
		abort();
	z.next_out = p;
	z.avail_out = (unsigned)cap;
	if (kind == 0) {
		if (deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8,
				 Z_DEFAULT_STRATEGY) != Z_OK ||
		    deflate(&z, Z_FINISH) != Z_STREAM_END)
			abort();
		n = cap - z.avail_out;
		(void)deflateEnd(&z);
	} else if (kind == 1) {
		if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, in->p,
					    in->n, p, &n, cap) != LZMA_OK)
			abort();
	} else {
		n = ZSTD_compress(p, cap, in->p, in->n, 3);
		if (ZSTD_isError(n))
			abort();
	}
	*ret = (struct bytes){ p, n };
}

/* Two streams in a row. */
static void twice(const struct bytes *in, struct bytes *ret)
{
	ret->n = in->n * 2;
	ret->p = malloc(ret->n);
	if (!ret->p)
		abort();
	memcpy(ret->p, in->p, in->n);
	memcpy(ret->p + in->n, in->p, in->n);
}

static void streams(struct run *r)
{
	_cleanup_bytes_ struct bytes raw = { 0 };

	make(&mkko_full, &raw);
	for (int kind = 0; kind < 3; kind++) {
		_cleanup_bytes_ struct bytes one = { 0 }, two = { 0 };

		pack(kind, &raw, &one);
		give_all(r, &one);
		twice(&one, &two);
		give_all(r, &two);
	}
}

/* Only what is appended. */
static void signatures(struct run *r)
{
	for (int how = MKKO_PKCS7; how <= MKKO_X509; how++) {
		_cleanup_bytes_ struct bytes plain = { 0 }, full = { 0 };
		struct mkko m = { 0 };

		make(&m, &plain);
		m.sign = (enum mkko_sign)how;
		make(&m, &full);

		struct bytes tail = { full.p + plain.n, full.n - plain.n };

		give_all(r, &tail);
		/* Without marker and trailer: the message alone. */
		tail.n -= 40;
		give_all(r, &tail);
	}
}

/* What a kernel says, well-formed. */
static void words(struct run *r)
{
	static const char *const text[] = {
		"hello 16384 0 - Live 0xffffffffc0400000 (OE)\n"
		"base 20480 2 b,a,[permanent], Loading 0x0000000000000000 (POE+)\n"
		"old 1 -1 - Unloading 0x0 (-)\nnone 1 - - Live 0x0\n",
		"12,34,5678,-,caller=T1;a\\x5cb\\x0ac\\x00d;e\n SUBSYSTEM=m\\x41\n DEVICE=+x:y\n",
		"<3>[   12.345678] module: hello: Unknown rela relocation: 9",
		"Nov 23 09:45:57 vm kernel: [  1.0] a: version magic 'b' should be 'c'",
		"a: exports duplicate symbol b (owned by c)",
		"x: per-cpu alignment 8192 > 4096",
		"Module hash 0011aaff is blacklisted",
		"do_init_module: 'a'->init suspiciously returned 5, it should follow 0/-E convention\ndo_init_module: loading module anyway...",
	};

	for (size_t i = 0; i < ARRAY_SIZE(text); i++) {
		_cleanup_free_ char *copy = strdup(text[i]);
		struct bytes b = { (uint8_t *)copy, strlen(text[i]) };

		if (!copy)
			abort();
		give_all(r, &b);
	}
}

/* Kernel logs. */
static void logs(struct run *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(fault_logs); i++) {
		_cleanup_bytes_ struct bytes b = { .n = strlen(fault_logs[i]) };

		b.p = (uint8_t *)strdup(fault_logs[i]);
		if (!b.p)
			abort();
		give_all(r, &b);
	}
}

/* A page of each kind of event; with the kernel's own layout in front. */
static void traces(struct run *r)
{
	const uint64_t site = UINT64_C(0xffffffffc0201010);
	_cleanup_text_ struct text all = { 0 };
	struct tp t = { .pid = 7 };
	uint8_t length[2];

	tp_module(&t, TP_LOAD, "m");
	for (unsigned id = TP_KMALLOC; id < TP_EXIT; id++) {
		tp_event(&t, id, site, site + 8, site);
		tp_stack(&t, (uint64_t[]){ site, 1, site }, id % 4);
	}
	tp_module(&t, TP_FREE, "m");
	tp_flush(&t);
	give_all(r, &(struct bytes){ (uint8_t *)t.pages.p, t.pages.n });

	text_add_bytes(&all, "\0", 2);
	tp_format(&all, NULL);
	tp_put(length, all.n - 2, 2);
	memcpy(all.p, length, 2);
	text_add_bytes(&all, t.pages.p, t.pages.n);
	if (all.failed || t.pages.failed)
		abort();
	give_all(r, &(struct bytes){ (uint8_t *)all.p, all.n });
	text_fini(&t.pages);
}

static void put(struct text *t, uint32_t tag, const char *name, int64_t arg,
		struct span data)
{
	static const char zero[8];
	const struct lab_rec rec = { tag, (uint32_t)strlen(name), arg, data.n };

	text_add_bytes(t, &rec, sizeof(rec));
	text_add(t, name);
	text_add_bytes(t, data.p, data.n);
	text_add_bytes(t, zero, -t->n % 8);
}

/* As a guest would have reported these facts; @how: see fuzz_verdict.c. */
static void give_world(struct run *r, const struct world *w, int64_t how)
{
	_cleanup_text_ struct text t = { 0 };
	const char *stage = "";
	int round = 0;

	put(&t, LAB_FACT, "how", how, (struct span){ 0 });
	for (size_t i = 0; i < w->r.n_facts; i++) {
		const struct lab_fact *f = &w->v[i];

		if (!str_eq(stage, f->stage) || round != f->round)
			put(&t, LAB_STAGE, f->stage, f->round,
			    (struct span){ 0 });
		stage = f->stage;
		round = f->round;
		put(&t, LAB_FACT, f->name, f->arg, f->data);
	}
	if (t.failed)
		abort();

	const struct bytes b = { (uint8_t *)t.p, t.n };

	give_all(r, &b);
}

static void reports(struct run *r)
{
	struct ko *ko = world_module();
	struct world w;

	world_init(&w, ko);
	for (int64_t how = 0; how < 8; how++)
		give_world(r, &w, how | 8 | 1 << 4);
	world_set(&w, "remove", 1, "errno mod", 11, "");
	world_set(&w, "remove", 1, "holders mod", 0, "process 1 has /dev/x\n");
	world_set(&w, "insert", 2, "hang mod", 0,
		  "state D\n[<0>] mod_init+0x1/0x2 [mod]\n");
	world_set(&w, "after", 1, "names", 0, "/dev/mod\n/sys/module/mod\n");
	give_world(r, &w, 8 | 1 << 4);
	for (size_t i = 0; i < ARRAY_SIZE(fault_logs); i += 4) {
		world_init(&w, ko);
		world_set(&w, "insert", 1, "log", 0, fault_logs[i]);
		give_world(r, &w, 64);
	}
	(void)ko_close(ko);
}

static void give_texts(struct run *r, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *text = strdup(v[i]);

		if (!text)
			abort();
		give_all(r, &(struct bytes){ (uint8_t *)text, strlen(text) });
	}
}

static void steps(struct run *r)
{
	static const char *const text[] = {
		"# T *e*\n\nProse `code` [l](u) <b>\n\n1. a\n   * b\n\n"
		"```c file=a.c\n```\n```run needs=cmd:x show=3\na \\\nb\n```\n"
		"```expect status=1\na ... b\n! c\n{release}\n```\n"
		"```guest append=\"x y\" modules=a,b\nls\n```\n"
		"~~~hint\nh\n~~~\n",
	};

	give_texts(r, text, ARRAY_SIZE(text));
}

static void devices(struct run *r)
{
	static const char *const lines[] = {
		"snd_seq snd/seq c116:1", "a\ta/b/c b4095:1048575 more\r",
		"x ../../etc/passwd c1:2", "x /abs/.. c4096:1", "# fuse fuse",
	};

	give_texts(r, lines, ARRAY_SIZE(lines));
}

static void configurations(struct run *r)
{
	static const char *const files[] = {
		"# all\nalias pci-v[a-f]d* my-mod\nblacklist b-c\n"
		"options m a=1\tb=\"x y\"\ninstall i /bin/true $CMDLINE_OPTS\n"
		"remove r modprobe -r x\nsoftdep s pre: a b post: c pre: d\n"
		"weakdep w a b\ndeny evil* it is bad\nallow a b-*\n",
		"options a\\\nb c=\\\n d\n  # x\ninclude y\nalias [ x\nblacklist\\",
		"ro a.b=1 \"g.h=x y\" i.j=\"p q\" k.l modprobe.blacklist=t-u,v "
		"m=n.o modprobe.deny=a,[,b modprobe.allow=c .=. a.b.c",
		"search a built-in external\noverride m 6.[0-9]+ d\n"
		"override m * d\nexternal (((( /x\nexclude a b\n",
	};

	give_texts(r, files, ARRAY_SIZE(files));
}

static void projects(struct run *r)
{
	static const char *const files[] = {
		"# all\ntitle = a = b\nname = n\nproves=it\n\n"
		"test = a/use.c\nparams = a=\"b c\" m.d=1\te\n params = f\n"
		"device = edu,x=1\ndevice = y\nwith = a b\nneeds = cmd \"a b\"\n"
		"engine = tcg\npermanent = yes\nexcept = 5.10: it is old\r\n"
		"except = 6.: x",
		"permanent = no\nengine = kvm\nparams = \"\"\nwith = a\"b",
		"test = .././x\n", "test = a/../x", "test = ..", "except = 6 x",
	};

	give_texts(r, files, ARRAY_SIZE(files));
}

/* What adopt reads and adds to. */
static void adopted(struct run *r)
{
	static const char *const files[] = {
		"/* MODULE_LICENSE(\"a\") */ // X(1)\nMODULE_LICENSE(\"G\" \"PL\");\n"
		"MODULE_PARM_DESC(a, \"b \\\" c\");X(f(1, '\\''), \"d\", e)X(\"",
		"menu \"m\"\n\nconfig A\n\tbool\n\nsource \"a/Kconfig\"\n\n"
		"source \"b/Kconfig\"\nendmenu # m\n",
		"if X\nmenuconfig LKM_N\n\tbool\nendif",
		"# m\nobj-$(CONFIG_A)\t+= a.o \\\n\tb.o\nifdef X\nobj-y := x/\n"
		"endif\nobj-$(CONFIG_B) += b.o\nobj-$(CONFIG_Z) += z.o\nz-y := y.o",
		"obj-$(CONFIG_\\\n\\",
		"#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0) && X\na\n"
		"#elif defined(X) || !(LINUX_VERSION_CODE > 7) /* b\n */\n"
		"b\n#else // c \\\n\n#if 0\ndon't\n#endif\n#endif\n",
	};

	give_texts(r, files, ARRAY_SIZE(files));
}

/* Aliases as they are, and as they are not. */
static const char index_rows[] =
	"usb:v04F3p*d*dc*dsc*dp*ic03isc*ip*in*\thid\n"
	"usb:v04F3p0[0-9]*\tb\nusb:v04F3p0000d????\tc\nof:N*T*Cbrcm,x\td\n"
	"of:N*T*Cbrcm,xC*\te\nacpi*:PNP0C0A:*\tf\nacpi*:PNP0C0B:*\tg\n"
	"a\t1\na\t2\nab\t1\na*b\t1\na\\*\t3\n[a\t1\n\tempty\n*\tall\n"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\tl\n";

static void index_lines(struct run *r)
{
	static const char *const queries[] = {
		"usb:v04F3p0001d0001dc00dsc00dp00ic03isc00ip00in00", "",
		"of:NfooTbarCbrcm,xCy", "acpi:PNP0C0A:PNP0C0B:", "a", "aXb",
		"usb:v04F3p0000d1234", "[ab]",
	};

	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		_cleanup_text_ struct text t = { 0 };

		text_add(&t, index_rows);
		text_add(&t, queries[i]);
		if (t.failed)
			abort();
		give_all(r, &(struct bytes){ (uint8_t *)t.p, t.n });
	}
}

/* An index of the first @n of those rows. */
static void give_index(struct run *r, size_t n)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	struct idx_trie *t = idx_trie_new(&a);
	char *s = arena_strdup(&a, index_rows);

	if (!t || !s)
		abort();
	for (char *end; n && (end = strchr(s, '\n')); s = end + 1, n--) {
		char *tab = strchr(s, '\t');

		*end = 0;
		*tab = 0;
		if (idx_trie_add(t, s, tab + 1, (uint32_t)n % 3) < 0)
			abort();
	}
	if (idx_trie_bytes(t, &b, NULL) < 0)
		abort();
	give_all(r, &b);
}

/* Nodes on top of nodes: many ways to one, and a ring. */
static void index_nets(struct run *r)
{
	static const char *const files[] = {
		"\xb0\x07\xf4\x57\0\2\0\1\x20\0\0\x0c" "aa\x20\0\0\x0c",
		"\xb0\x07\xf4\x57\0\2\0\1\x20\0\0\x0c" "**\x20\0\0\x0c",
		"\xb0\x07\xf4\x57\0\2\0\1\xe0\0\0\x0c"
		"*\0**\xa0\0\0\x0c\0\0\0\1\0\0\0\1v\0",
		"\xb0\x07\xf4\x57\0\2\0\1\x20\0\0\x0c"
		"ab\x20\0\0\x16\x20\0\0\x16" "ab\x20\0\0\x20\x20\0\0\x20"
		"*+\x20\0\0\x0c\x20\0\0\x0c",
	};
	static const size_t sizes[] = { 18, 18, 30, 42 };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_bytes_ struct bytes b = { .n = sizes[i] };

		b.p = malloc(b.n);
		if (!b.p)
			abort();
		memcpy(b.p, files[i], b.n);
		give_all(r, &b);
	}
}

static void indexes(struct run *r)
{
	for (size_t n = 0; n < 20; n++)
		give_index(r, n);
	index_nets(r);
}

/* Some inputs of another kind, with the number of a role before it. */
struct part {
	struct run *to;
	uint8_t role;
	size_t n;
};

static void give_part(void *arg, struct span s)
{
	struct part *p = arg;

	if (p->n++ % 24 && !p->to->seeds)
		return;

	_cleanup_free_ uint8_t *b = malloc(s.n + 1);

	if (!b)
		abort();
	b[0] = p->role;
	if (s.n)
		memcpy(b + 1, s.p, s.n);
	p->to->fn(p->to->arg, (struct span){ b, s.n + 1 });
}

/* The roles are those of fuzz_libkmod.c. */
static void folders(struct run *r)
{
	static const struct {
		const char *kind;
		uint8_t role;
	} parts[] = { { "index", 0 }, { "index", 1 }, { "index", 2 },
		      { "index", 3 }, { "index", 4 }, { "conf", 5 },
		      { "conf", 9 },  { "ko", 10 } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct part p = { r, parts[i].role, i };

		(void)corpus_each(parts[i].kind, r->seeds, give_part, &p);
	}
}

/* With the number of a role before it: those of fuzz_kern.c. */
static void give_role(struct run *r, uint8_t role, struct span s)
{
	_cleanup_bytes_ struct bytes b = { malloc(s.n + 1), s.n + 1 };

	if (!b.p)
		abort();
	b.p[0] = role;
	if (s.n)
		memcpy(b.p + 1, s.p, s.n);
	give_all(r, &b);
}

static void packed_kernels(struct run *r, struct span elf)
{
	for (const struct packer *p = packers; p->name; p++) {
		_cleanup_bytes_ struct bytes in = p->fn(elf);
		_cleanup_bytes_ struct bytes bz =
			mkkern_bzimage(bytes_span(&in), (uint32_t)elf.n);
		_cleanup_bytes_ struct bytes zboot =
			mkkern_zboot(bytes_span(&in), (uint32_t)elf.n);
		_cleanup_bytes_ struct bytes uki = mkkern_uki(bytes_span(&bz));

		give_role(r, 0, bytes_span(&in));
		give_role(r, 0, bytes_span(&bz));
		give_role(r, 0, bytes_span(&zboot));
		give_role(r, 0, bytes_span(&uki));
	}
}

static void kernels(struct run *r)
{
	static const char config[] = "# CONFIG_A is not set\nCONFIG_B=y\n"
				     "CONFIG_C=\"a \\\" b\"\n";
	static const char list[] =
		"\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0"
		"\x72\x44\0\0\0\0\0\0\0\x14\0\0\0"
		"0123456789abcdefDER10123456789abcdefDER2";
	struct mkkern m = { 0 };

	for (int form = 0; form <= MKKERN_FLAGS; form++) {
		for (int bits = 0; bits < 4; bits++) {
			m.form = (enum mkkern_form)form;
			m.crc = (enum mkkern_crc)((form + bits) % 3);
			m.is32 = bits & 1;
			m.be = bits & 2;

			_cleanup_bytes_ struct bytes b = mkkern_build(&m);

			if (!b.p)
				abort();
			give_role(r, 0, bytes_span(&b));
			if (!form && !bits)
				packed_kernels(r, bytes_span(&b));
		}
	}
	give_role(r, 1, (struct span){ (const uint8_t *)config,
				       sizeof(config) - 1 });
	give_role(r, 2, (struct span){ (const uint8_t *)list,
				       sizeof(list) - 1 });
}

/* Modules with tables, of every machine, for the kernel of fuzz_anatomy.c. */
static void tables(struct run *r)
{
	static const struct mkkern kern = { 0 };
	_cleanup_bytes_ struct bytes btf = mkkern_module_btf(&kern);
	struct mkko m = mkko_full;

	m.tables = true;
	m.vermagic = MKKERN_VERMAGIC;
	m.btf = bytes_span(&btf);
	for (const char *const *s = mkko_machines(); *s; s++) {
		_cleanup_bytes_ struct bytes b = { 0 };

		m.machine = *s;
		make(&m, &b);
		give_all(r, &b);
	}
}

/* Of the kernel's machine, for every way of loading them. */
static void loads(struct run *r)
{
	static const char *const info[] = {
		"parm=count:how often", "parmtype=count:int", "import_ns=WORLD",
		NULL
	};
	static const struct mkko_need needs[] = {
		{ .name = "module_layout", .crc = 0xc0ffee01,
		  .only_version = true },
		{ .name = "_printk", .crc = 0x92997ed8 },
		{ .name = "spaced", .crc = 0x22 },
		{ .name = "gpl_only", .crc = 0x11, .weak = true },
	};
	static const struct mkko_export exports[] = {
		{ .name = "one", .crc = 1 },
		{ .name = "two", .crc = 2, .gpl = true, .ns = "WORLD" },
	};
	struct mkko m = { .vermagic = "6.1.0 SMP preempt mod_unload modversions ",
			  .info = info, .needs = needs, .exports = exports,
			  .n_needs = ARRAY_SIZE(needs),
			  .n_exports = ARRAY_SIZE(exports) };

	for (int how = 0; how < 256; how += 5) {
		_cleanup_bytes_ struct bytes b = { 0 };

		m.versions = how & 1;
		m.sign = how & 2 ? MKKO_PKCS7 : MKKO_UNSIGNED;
		make(&m, &b);
		give_role(r, (uint8_t)how, bytes_span(&b));
	}
	m.versions = true;
	for (const struct mkko_break *k = mkko_breaks(); k->name; k++) {
		_cleanup_bytes_ struct bytes b = { 0 };

		make(&m, &b);
		if (!mkko_break(&b, k->name))
			give_role(r, 0xc0, bytes_span(&b));
	}
}

bool corpus_each(const char *kind, bool seeds, corpus_fn *fn, void *arg)
{
	struct run r = { fn, arg, seeds, UINT64_C(88172645463325252) };

	if (str_eq(kind, "ko") || str_eq(kind, "facts"))
		modules(&r);
	else if (str_eq(kind, "anatomy"))
		tables(&r);
	else if (str_eq(kind, "decompress"))
		streams(&r);
	else if (str_eq(kind, "signature"))
		signatures(&r);
	else if (str_eq(kind, "live"))
		words(&r);
	else if (str_eq(kind, "fault"))
		logs(&r);
	else if (str_eq(kind, "devname"))
		devices(&r);
	else if (str_eq(kind, "adopt"))
		adopted(&r);
	else if (str_eq(kind, "tour"))
		steps(&r);
	else if (str_eq(kind, "conf"))
		configurations(&r);
	else if (str_eq(kind, "project"))
		projects(&r);
	else if (str_eq(kind, "index"))
		indexes(&r);
	else if (str_eq(kind, "index_write"))
		index_lines(&r);
	else if (str_eq(kind, "kern"))
		kernels(&r);
	else if (str_eq(kind, "rules"))
		loads(&r);
	else if (str_eq(kind, "libkmod"))
		folders(&r);
	else if (str_eq(kind, "trace"))
		traces(&r);
	else if (str_eq(kind, "report") || str_eq(kind, "verdict"))
		reports(&r);
	else
		return false;
	return true;
}
