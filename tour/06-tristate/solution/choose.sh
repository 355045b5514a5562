# SPDX-License-Identifier: GPL-2.0-or-later
# For each option, what it is in the configuration $1: y, m or n.
for option in EXT4_FS XFS_FS IKCONFIG; do
	value=$(sed -n "s/^CONFIG_$option=//p" "$1")
	echo "$option ${value:-n}"
done
