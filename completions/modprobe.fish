# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of modprobe: modules from modules.dep (with -r those that are
# loaded), parameters from modinfo.

# The value of one of these options, of the words before the cursor.
function __modprobe_value
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

function __modprobe_root
	__modprobe_value -d --dirname | string replace -r '^~/' "$HOME/"
end

function __modprobe_releases
	set -l root (__modprobe_root)
	ls "$root/lib/modules" 2>/dev/null; or ls "$root/usr/lib/modules" 2>/dev/null
end

function __modprobe_names
	set -l root (__modprobe_root)
	set -l release (__modprobe_value -S --set-version; or uname -r)
	set -l folder "$root/lib/modules/$release"
	test -d $folder; or set folder "$root/usr/lib/modules/$release"
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' $folder/modules.dep 2>/dev/null
end

# The words that are no options, nor their values: modprobe itself, the
# module, parameters.
function __modprobe_words
	set -l value
	for word in (commandline -opc)
		if test -n "$value"
			set value
		else if contains -- $word -C -d -w -j -S --config --dirname --wait --jobs --set-version
			set value yes
		else if not string match -q -- '-*' $word
			echo $word
		end
	end
end

function __modprobe_has_module
	test (count (__modprobe_words)) -gt 1
	and not __fish_contains_opt -s a all
end

function __modprobe_parameters
	set -l words (__modprobe_words)
	set -l root (__modprobe_root)
	modinfo (test -n "$root"; and echo -- -b$root) \
		-k (__modprobe_value -S --set-version; or uname -r) \
		-p $words[2] 2>/dev/null | string replace -rf '^([^: ]*):.*' '$1='
end

complete -c modprobe -f
complete -c modprobe -n '__fish_contains_opt -s r remove remove-holders' \
	-a '(string replace -r " .*" "" < /proc/modules)'
complete -c modprobe -n 'not __fish_contains_opt -s r remove remove-holders; and not __modprobe_has_module' \
	-a '(__modprobe_names)'
complete -c modprobe -n 'not __fish_contains_opt -s r remove remove-holders; and __modprobe_has_module' \
	-a '(__modprobe_parameters)'
complete -c modprobe -s a -l all -d 'every argument is a module'
complete -c modprobe -s r -l remove -d 'unload'
complete -c modprobe -l remove-holders -d 'first those that use it'
complete -c modprobe -s w -l wait -x -d 'milliseconds, while it is in use'
complete -c modprobe -l first-time -d 'fail if it is loaded, or gone, already'
complete -c modprobe -s i -l ignore-install -d 'no install line, no softdeps'
complete -c modprobe -l ignore-remove -d 'no remove line, no softdeps'
complete -c modprobe -s b -l use-blacklist -d 'the blacklist is for names, too'
complete -c modprobe -s f -l force -d 'do not compare versions'
complete -c modprobe -l force-modversion -d 'do not compare versions of symbols'
complete -c modprobe -l force-vermagic -d 'do not compare the kernel'
complete -c modprobe -s j -l jobs -x -d 'so many side by side'
complete -c modprobe -s n -l dry-run -d 'do nothing'
complete -c modprobe -l show -d 'do nothing'
complete -c modprobe -s D -l show-depends -d 'what would be done'
complete -c modprobe -s R -l show-alias -d 'the names that an alias stands for'
complete -c modprobe -l resolve-alias -d 'the names that an alias stands for'
complete -c modprobe -s c -l show-config -d 'the configuration'
complete -c modprobe -l showconfig -d 'the configuration'
complete -c modprobe -l show-modversions -d 'versions of symbols that it needs'
complete -c modprobe -l dump-modversions -d 'versions of symbols that it needs'
complete -c modprobe -l show-exports -d 'symbols that it exports'
complete -c modprobe -l json -d 'for programs'
complete -c modprobe -s C -l config -r -d 'instead of modprobe.d'
complete -c modprobe -s d -l dirname -x -d 'where lib/modules is' -a '(__fish_complete_directories)'
complete -c modprobe -s S -l set-version -x -d 'kernel release' -a '(__modprobe_releases)'
complete -c modprobe -s s -l syslog -d 'messages to syslog'
complete -c modprobe -s q -l quiet -d 'no messages'
complete -c modprobe -s v -l verbose -d 'more messages'
complete -c modprobe -s V -l version -d 'version'
complete -c modprobe -s h -l help -d 'help'
