# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of rmmod: the modules that are loaded.

complete -c rmmod -f -a '(cut -d " " -f 1 /proc/modules 2>/dev/null)'
complete -c rmmod -s f -l force -d 'even if it is in use'
complete -c rmmod -s s -l syslog -d 'messages to syslog'
complete -c rmmod -s v -l verbose -d 'more messages'
complete -c rmmod -s V -l version -d 'version'
complete -c rmmod -s h -l help -d 'help'
