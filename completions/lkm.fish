# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of lkm. The names of commands and options come from lkm's own
# help, so there is no list here to fall behind.

function __lkm_commands
	lkm --help 2>/dev/null |
		string replace -f -r '^  ([a-z]+) +(\S.*)$' '$1\t$2' |
		string match -v -r '^lkm\t'
end

function __lkm_options
	set -l words (commandline -opc)
	lkm $words[2] --help 2>/dev/null | string match -r -a -- '--[a-z][a-z-]*' |
		sort -u
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

complete -c lkm -n '__fish_seen_subcommand_from kernel' -f
complete -c lkm -n 'not __fish_use_subcommand' -a '(__lkm_subcommands)'
complete -c lkm -n '__fish_seen_subcommand_from kernel; and __fish_seen_subcommand_from rm' \
	-f -a '(__lkm_kernels)'
complete -c lkm -n '__fish_seen_subcommand_from build try' -s k -l kernel -x \
	-a '(__lkm_kernels)'
function __lkm_parameters
	for word in (commandline -opc)[-1..3]
		if string match -q -r '\.ko(\.gz|\.xz|\.zst)?$' -- $word
			lkm modinfo -p $word 2>/dev/null |
				string replace -f -r '^([^: ]+):(.*)$' '$1=\t$2'
			return
		end
	end
end

complete -c lkm -n '__fish_seen_subcommand_from try' -l engine -x \
	-a 'auto tcg kvm'
complete -c lkm -n '__fish_seen_subcommand_from try' -a '(__lkm_parameters)'
complete -c lkm -n __fish_use_subcommand -f -a '(__lkm_commands)'
complete -c lkm -n 'not __fish_use_subcommand' -a '(__lkm_options)'
