/* SPDX-License-Identifier: GPL-2.0-or-later */
/* insmod, rmmod, lsmod: the stand-ins that talk to the running kernel. */
#ifndef LKM_TOOLS_INSMOD_H
#define LKM_TOOLS_INSMOD_H

int insmod_main(int argc, char **argv);
int rmmod_main(int argc, char **argv);
int lsmod_main(int argc, char **argv);

#endif
