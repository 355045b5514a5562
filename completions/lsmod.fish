# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of lsmod: it has options only.

complete -c lsmod -f
complete -c lsmod -l json -d 'the list for a program'
complete -c lsmod -s s -l syslog -d 'messages to syslog'
complete -c lsmod -s v -l verbose -d 'more messages'
complete -c lsmod -s V -l version -d 'version'
complete -c lsmod -s h -l help -d 'help'
