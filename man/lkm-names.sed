# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the page of a stand-in that has no name of its own speak of itself as
# `lkm NAME`, and makes every page refer to lkm-NAME(8): NAME(8) is kmod's.
1s/^\(insmod\|rmmod\|lsmod\|modinfo\)(8)/lkm-&/
/^# NAME/,/^# SYNOPSIS/s/^\(insmod\|rmmod\|lsmod\|modinfo\) - /lkm-&/
/^# SYNOPSIS/,/^# EXAMPLES/s/^\*\(insmod\|rmmod\|lsmod\|modinfo\)\*/*lkm* &/
/^# EXAMPLES/,/^# DESCRIPTION/s/^\(insmod\|rmmod\|lsmod\|modinfo\)\( \|$\)/lkm &/
s/\*\(insmod\|rmmod\|lsmod\|modinfo\)\*(8)/*lkm-\1*(8)/g
