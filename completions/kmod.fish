# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of kmod: its commands, and those of static-nodes.

complete -c kmod -f
complete -c kmod -n __fish_use_subcommand -a help -d 'show help'
complete -c kmod -n __fish_use_subcommand -a list -d 'the modules that are loaded'
complete -c kmod -n __fish_use_subcommand -a static-nodes -d 'device nodes whose modules load when they are opened'
complete -c kmod -n __fish_use_subcommand -s V -l version -d 'version'
complete -c kmod -s h -l help -d 'help'
complete -c kmod -n '__fish_seen_subcommand_from static-nodes' -s f -l format -x \
	-d 'form of the output' -a 'human tmpfiles devname'
complete -c kmod -n '__fish_seen_subcommand_from static-nodes' -s o -l output -r -F \
	-d 'into this file'
