/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: anatomy_alias - what aliases are made of, as tables
 *
 * Each table ends with an empty row. Kernel: scripts/mod/file2alias.c, and
 * MODULE_ALIAS_*() of include/linux/.
 */
#ifndef LKM_RULES_ANATOMY_ALIAS_H
#define LKM_RULES_ANATOMY_ALIAS_H

#define ALIAS_FIELDS 12

/* A number that people know by a name. */
struct number {
	unsigned value;
	const char *means;
};

extern const struct number alias_pci_classes[];
extern const struct number alias_usb_classes[];
extern const struct number alias_virtio_ids[];
extern const struct number alias_scsi_types[];
extern const struct number alias_hid_buses[];
extern const struct number alias_families[];
extern const struct number alias_netlinks[];

/* Fields, one behind the other: a tag and a value. */
struct bus {
	const char *name; /* "pci": in front of the colon */
	const char *tags[ALIAS_FIELDS]; /* "" stands for nothing at all */
	const char *words[ALIAS_FIELDS]; /* names of fields; NULL: not told */
	const char *device; /* "PCI device" */
};

/* Behind the prefix comes a name, as it is. */
struct prefix {
	const char *prefix, *what;
};

extern const struct bus alias_buses[];
extern const struct prefix alias_prefixes[];

#endif
