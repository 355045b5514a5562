# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of lkm. The names of commands and options come from lkm's own
# help, so there is no list here to fall behind; what an option takes is here.

function __lkm_commands
	lkm --help 2>/dev/null |
		string replace -f -r '^  ([a-z]+) +(\S.*)$' '$1\t$2' |
		string match -v -r '^lkm\t'
end

# Is this the command? The first word, not any.
function __lkm_is
	set -l words (commandline -opc)
	test (count $words) -gt 1; and contains -- $words[2] $argv
end

function __lkm_kernel_is
	set -l words (commandline -opc)
	test (count $words) -gt 2; and __lkm_is kernel; and contains -- $words[3] $argv
end

# The options of one word behind a command are those of its line of the usage.
function __lkm_options
	set -l words (commandline -opc)
	set -l usage (lkm $words[2] --help 2>/dev/null)
	if __lkm_is kernel
		echo --help
		test (count $words) -gt 2; or return
		string replace -f -r "^(?:usage:|      ) lkm kernel $words[3]( .*)" \
			'$1' -- $usage | string match -r -a -g -- ' \[?(-[-a-z]*)'
	else
		string match -r -a -- '--[a-z][a-z-]*' $usage | sort -u
	end
end

function __lkm_subcommands
	set -l words (commandline -opc)
	test (count $words) = 2; or return
	lkm $words[2] --help 2>/dev/null |
		string replace -f -r "^(?:usage:|      ) lkm $words[2] ([a-z]+).*" '$1'
end

function __lkm_kernels
	lkm kernel list 2>/dev/null | string replace -f -r '^([0-9]\S*) .*' '$1'
end

# "6.1,6.12": what stands before the last comma stays.
function __lkm_kernel_list
	set -l before (string match -r '^(?:-k|--kernel=)?(.*,)?' -- (commandline -ct))[2]
	for k in (__lkm_kernels)
		echo "$before$k"
	end
end

function __lkm_parameters
	for word in (commandline -opc)[-1..3]
		if string match -q -r '\.ko(\.gz|\.xz|\.zst)?$' -- $word
			lkm modinfo -p $word 2>/dev/null |
				string replace -f -r '^([^: ]+):(.*)$' '$1=\t$2'
			return
		end
	end
end

complete -c lkm -n __fish_use_subcommand -f -a '(__lkm_commands)'
complete -c lkm -n 'not __fish_use_subcommand' -a '(__lkm_options)'
complete -c lkm -n '__lkm_is help' -f -a '(__lkm_commands)'

complete -c lkm -n '__lkm_is kernel' -f -a '(__lkm_subcommands)'
complete -c lkm -n '__lkm_kernel_is rm show' -f -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_kernel_is get' -f \
	-a '{5.10,6.1,6.12,bullseye,bookworm,trixie,sid}{-cloud,}'

complete -c lkm -n '__lkm_is build' -s k -l kernel -x -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_is build' -s o -l output -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is build' -s j -l jobs -x -a '1 (nproc 2>/dev/null)'

complete -c lkm -n '__lkm_is check' -s k -l kernel -x -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_is check' -l with -r -F
complete -c lkm -n '__lkm_is check' -l trust -r -F
complete -c lkm -n '__lkm_is check' -l append -x \
	-a 'module_blacklist= module.sig_enforce lockdown=integrity nomodule mitigations=off'
complete -c lkm -n '__lkm_is check' -a '(__lkm_parameters)'

complete -c lkm -n '__lkm_is why' -s C -l config -r -F
complete -c lkm -n '__lkm_is why' -s d -l dirname -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is why' -s S -l set-version -x -a '(ls /lib/modules 2>/dev/null)'
complete -c lkm -n '__lkm_is why' -a '(__lkm_modules)'

complete -c lkm -n '__lkm_is try' -s k -l kernel -x -a '(__lkm_kernel_list)'
complete -c lkm -n '__lkm_is try' -s t -l test -r -F
complete -c lkm -n '__lkm_is try' -l test-arg -r -F
complete -c lkm -n '__lkm_is try' -l add -r -F
complete -c lkm -n '__lkm_is try' -s r -l rounds -x -a '1 2 10 100'
complete -c lkm -n '__lkm_is try' -l timeout -x -a '10 60 600'
complete -c lkm -n '__lkm_is try' -l settle -x -a '2 100 1000'
complete -c lkm -n '__lkm_is try' -l engine -x -a 'auto tcg kvm'
complete -c lkm -n '__lkm_is try' -l memory -x -a '128 256 512 1024'
complete -c lkm -n '__lkm_is try' -l cpus -x -a '1 2 4'
complete -c lkm -n '__lkm_is try' -l append -x
complete -c lkm -n '__lkm_is try' -a '(__lkm_parameters)'

function __lkm_modules
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		/lib/modules/(uname -r)/modules.dep 2>/dev/null
end

complete -c lkm -n '__lkm_is closure' -s d -l dirname -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is closure' -s S -l set-version -x -a '(ls /lib/modules 2>/dev/null)'
complete -c lkm -n '__lkm_is closure' -s C -l config -r -F
complete -c lkm -n '__lkm_is closure' -s f -l from -r -F
complete -c lkm -n '__lkm_is closure' -a '(__lkm_modules)'
