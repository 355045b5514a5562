/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: arch - a machine of another kind than x86-64's PC
 *
 * Such a machine is emulated, always. It has no I/O ports and no memory that
 * can be plugged in, so the window is memory of a PCI device (ivshmem), and
 * the bell is a serial port on the bus.
 */
#ifndef LKM_LAB_ARCH_H
#define LKM_LAB_ARCH_H

struct lab_arch {
	const char *qemu;	/* program */
	const char *machine;	/* -M */
	const char *cpu;	/* -cpu */
	const char *parameters; /* of the kernel */
	const char *guest;	/* our process 1, built for it: a file */
};

/* @guest is for the caller to fill in. */
extern const struct lab_arch lab_arm64;

#endif
