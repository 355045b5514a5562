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

# A word behind 'kernel' has a help of its own.
function __lkm_options
	set -l words (commandline -opc)
	if __lkm_is kernel
		test (count $words) -gt 2; or begin
			echo --help
			return
		end
		set words $words[1] kernel $words[3]
	else
		set words $words[1..2]
	end
	lkm $words[2..] --help 2>/dev/null |
		string match -r -a -- '--[a-z][a-z-]*' | sort -u
end

function __lkm_subcommands
	set -l words (commandline -opc)
	test (count $words) = 2; or return
	lkm $words[2] --help 2>/dev/null |
		string replace -f -r "^(?:usage:|      ) lkm $words[2] ([a-z]+).*" '$1' | uniq
end

function __lkm_kernels
	lkm kernel list 2>/dev/null | string replace -f -r '^([0-9]\S*) .*' '$1'
end

function __lkm_kinds
	lkm new --list 2>/dev/null | string replace -r '^(\S+) +' '$1\t'
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

# The value of one of these options, of the words before the cursor.
function __lkm_value
	set -l words (commandline -opc)
	for i in (seq (count $words))
		for option in $argv
			if string match -q -- "$option=*" $words[$i]
				string replace -- "$option=" '' $words[$i]
				return
			else if test "$words[$i]" = "$option"; and test $i -lt (count $words)
				echo $words[(math $i + 1)]
				return
			end
		end
	end
	return 1
end

function __lkm_root
	__lkm_value -d --dirname -b --basedir | string replace -r '^~/' "$HOME/"
end

function __lkm_releases
	set -l root (__lkm_root)
	ls "$root/lib/modules" 2>/dev/null; or ls "$root/usr/lib/modules" 2>/dev/null
end

function __lkm_names
	set -l root (__lkm_root)
	set -l release (__lkm_value -S -k --set-version; or uname -r)
	set -l folder "$root/lib/modules/$release"
	test -d $folder; or set folder "$root/usr/lib/modules/$release"
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' $folder/modules.dep 2>/dev/null
end

# Folders of the kernel's tree, relative to it.
function __lkm_tree_folders
	set -l tree (__lkm_value --tree | string replace -r '^~/' "$HOME/")
	test -n "$tree"; or set tree .
	set -l word (commandline -ct | string replace -r '^--at=' '')
	for folder in $tree/$word*/
		string replace -- "$tree/" '' $folder
	end
end

# What can be done with a step, and the steps.
function __lkm_steps
	set -l words (commandline -opc)
	test (count $words) = 2; and printf '%s\n' hint check solution reset
	lkm tour --list 2>/dev/null |
		string replace -f -r '^[> ] *\d+ \[.\] (\S+) +(.*)' '$1\t$2'
end

# kmod's own commands.
function __lkm_kmod
	test (count (commandline -opc)) = 2; or return
	lkm kmod --help 2>/dev/null |
		string replace -f -r '^  (help|list|static-nodes) +(.*)' '$1\t$2'
end

complete -c lkm -n __fish_use_subcommand -f -a '(__lkm_commands)'
complete -c lkm -n 'not __fish_use_subcommand' -a '(__lkm_options)'
complete -c lkm -n '__lkm_is help' -f -a '(__lkm_commands)'

complete -c lkm -n '__lkm_is kernel' -f -a '(__lkm_subcommands)'
complete -c lkm -n '__lkm_kernel_is rm show' -f -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_kernel_is get' -f \
	-a '{5.10,6.1,6.12,bullseye,bookworm,trixie,sid}{-cloud,}'

complete -c lkm -n '__lkm_kernel_is build' -f -a minimal
complete -c lkm -n '__lkm_kernel_is build' -l source -r -F
complete -c lkm -n '__lkm_kernel_is build' -s j -l jobs -x -a '1 (nproc 2>/dev/null)'

complete -c lkm -n '__lkm_is adopt' -l tree -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is adopt' -l at -x -a '(__lkm_tree_folders)'
complete -c lkm -n '__lkm_is adopt' -l patch -r -F
complete -c lkm -n '__lkm_is adopt' -s j -l jobs -x -a '1 (nproc 2>/dev/null)'
for option in config prompt depends message with
	complete -c lkm -n '__lkm_is adopt' -l $option -x
end

complete -c lkm -n '__lkm_is build' -s k -l kernel -x -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_is build' -s o -l output -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is build' -s j -l jobs -x -a '1 (nproc 2>/dev/null)'

complete -c lkm -n '__lkm_is new' -f
complete -c lkm -n '__lkm_is new' -l kind -x -a '(__lkm_kinds)'
complete -c lkm -n '__lkm_is new' -s o -l output -x -a '(__fish_complete_directories)'

complete -c lkm -n '__lkm_is show' -s k -l kernel -x -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_is show' -l section -x -a '.text .data .bss .rodata .init.text .init.data .modinfo __param __versions __ksymtab .symtab .gnu.linkonce.this_module'

complete -c lkm -n '__lkm_is check' -s k -l kernel -x -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_is check' -l with -r -F
complete -c lkm -n '__lkm_is check' -l trust -r -F
complete -c lkm -n '__lkm_is check' -l append -x \
	-a 'module_blacklist= module.sig_enforce lockdown=integrity nomodule mitigations=off'
complete -c lkm -n '__lkm_is check' -a '(__lkm_parameters)'

complete -c lkm -n '__lkm_is why' -s C -l config -r -F
complete -c lkm -n '__lkm_is why' -l log -r -F
complete -c lkm -n '__lkm_is why' -s d -l dirname -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is why' -s k -l kernel -x -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_is why' -s S -l set-version -x -a '(__lkm_releases)'
complete -c lkm -n '__lkm_is why' -a '(__lkm_names; lkm why --list 2>/dev/null)'

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
complete -c lkm -n '__lkm_is try' -l trust -r -F
complete -c lkm -n '__lkm_is try' -l with -x
complete -c lkm -n '__lkm_is try' -l device -x -a 'edu pci-testdev'
complete -c lkm -n '__lkm_is try' -a '(__lkm_parameters)'

complete -c lkm -n '__lkm_is tour' -f -a '(__lkm_steps)'
complete -c lkm -n '__lkm_is tour' -s k -l kernel -x -a '(__lkm_kernels)'
complete -c lkm -n '__lkm_is tour' -l engine -x -a 'auto tcg kvm'
complete -c lkm -n '__lkm_is tour' -l html -x -a '(__fish_complete_directories)'

complete -c lkm -n '__lkm_is kmod' -f -a '(__lkm_kmod)'

complete -c lkm -n '__lkm_is closure' -s d -l dirname -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is closure' -s S -l set-version -x -a '(__lkm_releases)'
complete -c lkm -n '__lkm_is closure' -s C -l config -r -F
complete -c lkm -n '__lkm_is closure' -s f -l from -r -F
complete -c lkm -n '__lkm_is closure' -a '(__lkm_names)'

complete -c lkm -n '__lkm_is modprobe' -s d -l dirname -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is modinfo depmod' -s b -l basedir -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is depmod' -s o -l outdir -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is depmod' -s m -l moduledir -x -a '(__fish_complete_directories)'
complete -c lkm -n '__lkm_is modprobe' -s S -l set-version -x -a '(__lkm_releases)'
complete -c lkm -n '__lkm_is modinfo' -s k -l set-version -x -a '(__lkm_releases)'
complete -c lkm -n '__lkm_is modprobe depmod' -s C -l config -r -F
complete -c lkm -n '__lkm_is modprobe modinfo' -a '(__lkm_names)'
complete -c lkm -n '__lkm_is depmod' -a '(__lkm_releases)'
