# SPDX-License-Identifier: GPL-2.0-or-later
# A name that is no command says where the list is.
"$LKM" frobnicate
