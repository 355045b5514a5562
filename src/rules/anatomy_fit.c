/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which structure an object without a type may be: see anatomy_fit.h. */
#include "rules/anatomy_fit.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

/* How authors, and macros of the kernel, call variables. */
static const struct {
	const char *begins, *ends; /* NULL: whatever */
	const char *tag;
} names[] = {
	{ "__param_ops_", NULL, "kernel_param_ops" },
	{ "param_ops_", NULL, "kernel_param_ops" },
	{ NULL, "_param_ops", "kernel_param_ops" },
	{ "__tracepoint_", NULL, "tracepoint" },
	{ "trace_event_type_funcs_", NULL, "trace_event_functions" },
	{ "event_class_", NULL, "trace_event_class" },
	{ "__SCK__", NULL, "static_call_key" },
	{ "__bpf_trace_tp_map_", NULL, "bpf_raw_event_map" },
	{ "dev_attr_", NULL, "device_attribute" },
	{ "format_attr_", NULL, "device_attribute" },
	{ "driver_attr_", NULL, "driver_attribute" },
	{ "class_attr_", NULL, "class_attribute" },
	{ "bus_attr_", NULL, "bus_attribute" },
	{ "sensor_dev_attr_", NULL, "sensor_device_attribute" },
	{ NULL, "fops", "file_operations" },
	{ NULL, "file_operations", "file_operations" },
	{ NULL, "file_ops", "file_operations" },
	{ NULL, "dir_operations", "file_operations" },
	{ NULL, "dir_ops", "file_operations" },
	{ NULL, "proc_ops", "proc_ops" },
	{ NULL, "seq_ops", "seq_operations" },
	{ NULL, "seq_operations", "seq_operations" },
	{ NULL, "pm_ops", "dev_pm_ops" },
	{ NULL, "_pm", "dev_pm_ops" },
	{ NULL, "sops", "super_operations" },
	{ NULL, "super_ops", "super_operations" },
	{ NULL, "super_operations", "super_operations" },
	{ NULL, "iops", "inode_operations" },
	{ NULL, "inode_ops", "inode_operations" },
	{ NULL, "inode_operations", "inode_operations" },
	{ NULL, "aops", "address_space_operations" },
	{ NULL, "dops", "dentry_operations" },
	{ NULL, "dentry_ops", "dentry_operations" },
	{ NULL, "dentry_operations", "dentry_operations" },
	{ NULL, "vm_ops", "vm_operations_struct" },
	{ NULL, "context_ops", "fs_context_operations" },
	{ NULL, "export_ops", "export_operations" },
	{ NULL, "export_operations", "export_operations" },
	{ NULL, "xattr_handler", "xattr_handler" },
	{ NULL, "fs_type", "file_system_type" },
	{ NULL, "netdev_ops", "net_device_ops" },
	{ NULL, "_netdev", "net_device_ops" },
	{ NULL, "ethtool_ops", "ethtool_ops" },
	{ NULL, "header_ops", "header_ops" },
	{ NULL, "link_ops", "rtnl_link_ops" },
	{ NULL, "proto_ops", "proto_ops" },
	{ NULL, "stream_ops", "proto_ops" },
	{ NULL, "dgram_ops", "proto_ops" },
	{ NULL, "family_ops", "net_proto_family" },
	{ NULL, "_proto", "proto" },
	{ NULL, "net_ops", "pernet_operations" },
	{ NULL, "pernet_ops", "pernet_operations" },
	{ NULL, "qdisc_ops", "Qdisc_ops" },
	{ NULL, "notifier", "notifier_block" },
	{ NULL, "_nb", "notifier_block" },
	{ NULL, "pci_driver", "pci_driver" },
	{ NULL, "usb_driver", "usb_driver" },
	{ NULL, "platform_driver", "platform_driver" },
	{ NULL, "i2c_driver", "i2c_driver" },
	{ NULL, "spi_driver", "spi_driver" },
	{ NULL, "virtio_driver", "virtio_driver" },
	{ NULL, "hid_driver", "hid_driver" },
	{ NULL, "acpi_driver", "acpi_driver" },
	{ NULL, "pnp_driver", "pnp_driver" },
	{ NULL, "phy_driver", "phy_driver" },
	{ NULL, "cpufreq_driver", "cpufreq_driver" },
	{ NULL, "err_handler", "pci_error_handlers" },
	{ NULL, "bdev_ops", "block_device_operations" },
	{ NULL, "mq_ops", "blk_mq_ops" },
	{ NULL, "tty_ops", "tty_operations" },
	{ NULL, "gpio_chip", "gpio_chip" },
	{ NULL, "irq_chip", "irq_chip" },
	{ NULL, "shrinker", "shrinker" },
	{ NULL, "bus_type", "bus_type" },
	{ NULL, "kobj_type", "kobj_type" },
	{ NULL, "ktype", "kobj_type" },
	{ NULL, "sysfs_ops", "sysfs_ops" },
};

/* "fops.3" of a static one in a function is called "fops". */
static size_t own_length(const char *symbol)
{
	const char *dot = strchr(symbol, '.');

	return dot && dot != symbol ? (size_t)(dot - symbol) : strlen(symbol);
}

static bool ends(const char *s, size_t n, const char *with)
{
	size_t m = strlen(with);

	return n >= m && !memcmp(s + n - m, with, m);
}

/* The same, and a word begins there: "vm_ops" is no end of "nvm_ops". */
static bool ends_word(const char *s, size_t n, const char *with)
{
	size_t m = strlen(with);

	return ends(s, n, with) &&
	       (n == m || with[0] == '_' || s[n - m - 1] == '_');
}

const char *fit_by_name(const char *symbol)
{
	size_t n = own_length(symbol);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if ((!names[i].begins || str_starts(symbol, names[i].begins)) &&
		    (!names[i].ends || ends_word(symbol, n, names[i].ends)))
			return names[i].tag;
	return NULL;
}

/* A tag that is the end of the name: "foo_usb_driver", "usb_driver". */
static bool called_like(const char *symbol, const char *tag)
{
	const char *hint = fit_by_name(symbol);

	return (hint && str_eq(hint, tag)) ||
	       ends_word(symbol, own_length(symbol), tag);
}

/* Is it called a driver, and is one? "acme_driver", "platform_driver" */
static bool is_driver(const char *symbol, const char *tag)
{
	return str_ends(tag, "_driver") &&
	       ends_word(symbol, own_length(symbol), "driver");
}

/* ---------------------------------------------------------------- one try */

struct trial {
	struct types *t;
	const struct refs *r;
	const struct fit_object *o;
	uint64_t *steps;
	unsigned protos;    /* functions whose prototype is as it has to be */
	unsigned functions; /* pointers to functions where there are such */
	unsigned pointers;  /* others in their place */
	unsigned marks;	    /* small numbers where pointers should be */
	bool called;	    /* by its name it is one */
};

/* Is a pointer where the structure has one, and to the right thing? */
static bool pointer_fits(struct trial *y, const struct layout *l,
			 const struct ref *p)
{
	bool function = p->kind == REF_FUNCTION;
	uint64_t proto = function ? types_prototype(y->t, p->name) : 0;
	const struct layout_member *m =
		layout_at(l, (p->offset - y->o->offset) % l->size, y->r->width,
			  function, proto);

	*y->steps -= *y->steps < l->n ? *y->steps : l->n;
	if (!m)
		return false;
	if (m->kind != LAYOUT_FUNCTION) {
		y->pointers++;
		/* Tables of the tracer hold functions as void *. */
		y->functions += function && y->called;
		return !function || m->kind != LAYOUT_POINTER;
	}
	if (function && proto && m->proto != proto)
		return false;
	y->functions += function;
	y->protos += function && proto;
	return p->kind != REF_DATA;
}

/*
 * Some use small numbers as marks: no address lies in the first page. It is
 * seldom enough to make a structure unlikely.
 */
#define MARK_MAX 4096
#define MARK_COSTS 150

/* What is a pointer and not relocated has to be NULL. */
static bool rest_is_null(struct trial *y, const struct layout *l,
			 uint64_t element)
{
	uint64_t base = y->o->offset + element * l->size, v;

	for (size_t i = 0; i < l->n; i++) {
		const struct layout_member *m = &l->v[i];

		if (m->in_union ||
		    (m->kind != LAYOUT_FUNCTION && m->kind != LAYOUT_POINTER))
			continue;
		if (!refs_uint(y->r, y->o->shndx, base + m->offset, y->r->width,
			       &v) ||
		    !v || refs_at(y->r, y->o->shndx, base + m->offset))
			continue;
		if (v >= MARK_MAX)
			return false;
		y->marks++;
	}
	*y->steps -= *y->steps < l->n ? *y->steps : l->n;
	return true;
}

/* Elements of an array that are looked at for what has to be NULL. */
#define ELEMENTS_LOOKED 16

static bool fits(struct trial *y, const struct layout *l)
{
	uint64_t count = y->o->size / l->size;

	y->protos = y->functions = y->pointers = y->marks = 0;
	for (size_t i = 0; i < y->o->n; i++)
		if (!*y->steps || !pointer_fits(y, l, &y->o->v[i]))
			return false;
	if (y->r->ko->is64 || y->o->n)
		for (uint64_t i = 0; i < count && i < ELEMENTS_LOOKED; i++)
			if (!*y->steps || !rest_is_null(y, l, i))
				return false;
	return y->functions;
}

/* ------------------------------------------------------------------ all */

#define MAYBE_MAX 4

struct best {
	const struct layout *v[MAYBE_MAX]; /* of different tags */
	size_t n;			   /* may be more than fit into @v */
	int score;
	unsigned protos, functions;
	bool called; /* by its name, too */
	bool driver; /* called one, and is one */
};

static bool is_there(const struct best *b, const char *tag)
{
	for (size_t i = 0; i < b->n && i < MAYBE_MAX; i++)
		if (str_eq(b->v[i]->name, tag))
			return true;
	return false;
}

static void judge(struct trial *y, const struct layout *l, struct best *b)
{
	bool driver;
	int score;

	y->called = called_like(y->o->name, l->name);
	if (!fits(y, l))
		return;
	driver = is_driver(y->o->name, l->name);
	score = (int)(100 * y->protos + 20 * y->called + 8 * driver +
		      2 * y->functions + y->pointers) -
		(int)(MARK_COSTS * y->marks);
	if (score <= 0 || (b->n && score < b->score))
		return;
	if (!b->n || score > b->score)
		*b = (struct best){ .score = score,
				    .protos = y->protos,
				    .functions = y->functions,
				    .called = y->called,
				    .driver = driver };
	if (is_there(b, l->name))
		return;
	if (b->n < MAYBE_MAX)
		b->v[b->n] = l;
	b->n++;
}

static void judge_size(struct trial *y, uint64_t size, struct best *b)
{
	const struct layout *l;

	for (size_t i = 0; *y->steps && (l = types_of_size(y->t, size, &i));)
		judge(y, l, b);
}

/* The one that the name speaks of, even if it only has void pointers. */
static void judge_named(struct trial *y, struct best *b)
{
	const char *tag = fit_by_name(y->o->name);
	const struct layout *l = tag ? types_struct(y->t, tag, y->o->size)
				     : NULL;

	if (l && !l->functions)
		judge(y, l, b);
}

/* An array: a smaller structure, again and again. */
static void judge_arrays(struct trial *y, struct best *b)
{
	uint64_t size;

	for (size_t i = 0; *y->steps && (size = types_size(y->t, &i)) &&
			   size <= y->o->size / 2;)
		if (y->o->size % size == 0 && size >= y->r->width)
			judge_size(y, size, b);
}

/*
 * Is the evidence enough? Functions in their places prove nothing unless a
 * prototype or the name speaks, too: the right structure may be one that
 * nobody here has heard of.
 */
static bool convincing(const struct best *b, const struct fit_object *o)
{
	if (b->n != 1)
		return false;
	if (b->v[0]->size != o->size && !b->called && b->protos < 2)
		return false;
	return b->protos || b->called || b->driver;
}

static const char *maybe(const struct best *b, struct arena *a)
{
	_cleanup_text_ struct text t = { 0 };

	if (!b->n || b->n > MAYBE_MAX)
		return NULL;
	for (size_t i = 0; i < b->n; i++)
		text_addf(&t, "%s%s", i ? ", " : "", b->v[i]->name);
	return arena_strdup(a, text_str(&t));
}

int fit_object(struct types *t, const struct refs *r,
	       const struct fit_object *o, uint64_t *steps, struct arena *a,
	       struct fit *ret)
{
	struct trial y = { .t = t, .r = r, .o = o, .steps = steps };
	struct best b = { 0 };
	struct fit f = { .count = 1 };

	if (o->size) {
		judge_named(&y, &b);
		judge_size(&y, o->size, &b);
		if (!b.n)
			judge_arrays(&y, &b);
	}
	if (convincing(&b, o) && *steps) {
		f.layout = b.v[0];
		f.count = o->size / b.v[0]->size;
		f.how = b.protos ? ANAT_PROTOTYPE : ANAT_NAME;
	} else {
		f.maybe = maybe(&b, a);
	}
	*ret = f;
	return 0;
}
