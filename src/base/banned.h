/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions that cannot be used safely are compile errors. Force-included
 * after the system headers that declare them, by the build.
 */
#ifndef LKM_BASE_BANNED_H
#define LKM_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat strncpy sprintf vsprintf strtok atoi atol gets

#endif
