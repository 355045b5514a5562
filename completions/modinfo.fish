# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of modinfo: modules from modules.dep, and module files.

# The value of one of these options, of the words before the cursor.
function __modinfo_value
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

function __modinfo_root
	__modinfo_value -b --basedir | string replace -r '^~/' "$HOME/"
end

function __modinfo_releases
	set -l root (__modinfo_root)
	ls "$root/lib/modules" 2>/dev/null; or ls "$root/usr/lib/modules" 2>/dev/null
end

function __modinfo_names
	set -l root (__modinfo_root)
	set -l release (__modinfo_value -k --set-version; or uname -r)
	set -l folder "$root/lib/modules/$release"
	test -d $folder; or set folder "$root/usr/lib/modules/$release"
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' $folder/modules.dep 2>/dev/null
end

complete -c modinfo -a '(__modinfo_names)'
complete -c modinfo -s a -l author -d 'only the author'
complete -c modinfo -s d -l description -d 'only the description'
complete -c modinfo -s l -l license -d 'only the licence'
complete -c modinfo -s p -l parameters -d 'only the parameters'
complete -c modinfo -s n -l filename -d 'only the file name'
complete -c modinfo -s 0 -l null -d 'NUL instead of line ends'
complete -c modinfo -l json -d 'all of it, for a program'
complete -c modinfo -s m -l modname -d 'arguments are names, not files'
complete -c modinfo -s F -l field -x -d 'only this field' \
	-a 'alias author depends description filename firmware intree license name parm retpoline sig_hashalgo sig_id sig_key signature signer softdep srcversion vermagic version'
complete -c modinfo -s k -l set-version -x -d 'kernel release' -a '(__modinfo_releases)'
complete -c modinfo -s b -l basedir -x -d 'root of the file system' -a '(__fish_complete_directories)'
complete -c modinfo -s V -l version -d 'version'
complete -c modinfo -s h -l help -d 'help'
