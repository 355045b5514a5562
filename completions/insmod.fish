# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of insmod: module files, then the module's parameters.

function __insmod_file
	for word in (commandline -opc)[2..]
		string match -q -- '-*' $word; or begin
			echo $word
			return 0
		end
	end
	return 1
end

function __insmod_parameters
	modinfo -p (__insmod_file) 2>/dev/null |
		string replace -f -r '^([^: ]+):(.*)$' '$1=\t$2'
end

complete -c insmod -n '__insmod_file >/dev/null' -f -a '(__insmod_parameters)'
complete -c insmod -s f -l force -d 'compare no versions at all'
complete -c insmod -l force-modversion -d 'do not compare versions of symbols'
complete -c insmod -l force-vermagic -d 'do not compare the kernel it was built for'
complete -c insmod -s s -l syslog -d 'messages to syslog'
complete -c insmod -s v -l verbose -d 'more messages'
complete -c insmod -s V -l version -d 'version'
complete -c insmod -s h -l help -d 'help'
