/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmod, under its own name: list, static-nodes. */
#ifndef LKM_TOOLS_KMOD_H
#define LKM_TOOLS_KMOD_H

int kmod_main(int argc, char **argv);
int static_nodes_main(int argc, char **argv);

#endif
