# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the page of a stand-in that has no name of its own speak of itself as
# `lkm NAME`, and makes every page refer to lkm-NAME(8): NAME(8) is kmod's.
1s/^\(insmod\|rmmod\|lsmod\|modinfo\|modprobe\|depmod\|kmod\)(8)/lkm-&/
/^# NAME/,/^# SYNOPSIS/s/^\(insmod\|rmmod\|lsmod\|modinfo\|modprobe\|depmod\|kmod\) - /lkm-&/
/^# SYNOPSIS/,/^# \(EXAMPLE\|DESCRIPTION\)/s/^\*\(insmod\|rmmod\|lsmod\|modinfo\|modprobe\|depmod\|kmod\)\*/*lkm* &/
/^# EXAMPLES/,/^# DESCRIPTION/s/^\(insmod\|rmmod\|lsmod\|modinfo\|modprobe\|depmod\|kmod\)\( \|$\)/lkm &/
s/\*\(insmod\|rmmod\|lsmod\|modinfo\|modprobe\|depmod\|kmod\)\*(8)/*lkm-\1*(8)/g
# The pages of files.
1s/^\(modprobe\.d\|depmod\.d\|modules\.dep\)(5)/lkm-&/
/^# NAME/,/^# SYNOPSIS/s/^\(modprobe\.d\|depmod\.d\|modules\.dep\) - /lkm-&/
s/\*\(modprobe\.d\|depmod\.d\|modules\.dep\)\*(5)/*lkm-\1*(5)/g
# The library's.
1s/^libkmod(3)/lkm-&/
/^# NAME/,/^# SYNOPSIS/s/^libkmod - /lkm-&/
s/\*libkmod\*(3)/*lkm-libkmod*(3)/g
