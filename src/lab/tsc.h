/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: tsc - how fast this machine's time stamp counter counts
 *
 * The guest's clock is that counter, in an emulated machine too. A kernel finds
 * out its rate by waiting for a timer, and if QEMU does not get the processor
 * meanwhile it is wrong by far: one at 2.6 GHz was taken for 0.3, and then all
 * of the guest's timeouts come eight times too early. The template keeps it.
 * So the guest is told.
 */
#ifndef LKM_LAB_TSC_H
#define LKM_LAB_TSC_H

/**
 * lab_tsc_khz() - measure the counter's rate
 *
 * Takes 20 ms. What the scheduler does meanwhile makes no difference.
 *
 * Return: kHz; 0: this machine has none, or it makes no sense.
 */
unsigned lab_tsc_khz(void);

#endif
