/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modinfo */
#ifndef LKM_TOOLS_MODINFO_H
#define LKM_TOOLS_MODINFO_H

int modinfo_main(int argc, char **argv);

#endif
