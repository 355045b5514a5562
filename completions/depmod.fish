# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of depmod: versions and module files.

# The value of one of these options, of the words before the cursor.
function __depmod_value
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

function __depmod_root
	__depmod_value -b --basedir | string replace -r '^~/' "$HOME/"
end

function __depmod_releases
	set -l root (__depmod_root)
	ls "$root/lib/modules" 2>/dev/null; or ls "$root/usr/lib/modules" 2>/dev/null
end

complete -c depmod -a '(__depmod_releases)'
complete -c depmod -s a -l all -d 'all modules of the folder'
complete -c depmod -s A -l quick -d 'nothing if nothing is newer'
complete -c depmod -s b -l basedir -x -d 'root of the file system' -a '(__fish_complete_directories)'
complete -c depmod -s m -l moduledir -x -d 'instead of lib/modules' -a '(__fish_complete_directories)'
complete -c depmod -s o -l outdir -x -d 'root to write to' -a '(__fish_complete_directories)'
complete -c depmod -s C -l config -r -d 'instead of depmod.d'
complete -c depmod -s e -l errsyms -d 'tell of symbols that nobody exports'
complete -c depmod -s E -l symvers -r -d 'Module.symvers of the kernel'
complete -c depmod -s F -l filesyms -r -d 'System.map of the kernel'
complete -c depmod -s P -l symbol-prefix -x -d 'character before symbols'
complete -c depmod -s n -l show -d 'print, write nothing'
complete -c depmod -l dry-run -d 'print, write nothing'
complete -c depmod -s w -l warn -d 'does nothing'
complete -c depmod -l full -d 'read every module'
complete -c depmod -l no-facts -d 'keep no modules.lkm-facts'
complete -c depmod -l json -d 'tell as JSON what was done'
complete -c depmod -s v -l verbose -d 'who fills which need'
complete -c depmod -s V -l version -d 'version'
complete -c depmod -s h -l help -d 'help'
