# SPDX-License-Identifier: GPL-2.0-or-later
awk '{ print $1 }'	# every module: too many
