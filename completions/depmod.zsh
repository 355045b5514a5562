#compdef depmod
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of depmod: versions and module files.

# The versions below the base folder that was named.
_depmod_releases() {
	local i root=

	for (( i = 2; i < CURRENT; i++ )); do
		case $words[i] in
		(-b|--basedir) (( i + 1 < CURRENT )) && root=$words[++i] ;;
		(--basedir=*) root=${words[i]#*=} ;;
		esac
	done
	root=${${(Q)root}/#\~\//$HOME/}
	compadd -- $root/lib/modules/*(N:t)
}

_depmod_what() {
	_alternative 'releases:release:_depmod_releases' \
		'files:module file:_files -g "*.ko(|.gz|.xz|.zst)"'
}

_arguments -s -S \
	'(-a --all)'{-a,--all}'[all modules of the folder]' \
	'(-A --quick)'{-A,--quick}'[nothing if nothing is newer]' \
	'(-b --basedir)'{-b,--basedir=}'[root of the file system]:folder:_files -/' \
	'(-m --moduledir)'{-m,--moduledir=}'[instead of lib/modules]:folder:_files -/' \
	'(-o --outdir)'{-o,--outdir=}'[root to write to]:folder:_files -/' \
	'*'{-C,--config=}'[instead of depmod.d]:path:_files' \
	'(-e --errsyms)'{-e,--errsyms}'[tell of symbols that nobody exports]' \
	'(-E --symvers)'{-E,--symvers=}'[Module.symvers of the kernel]:file:_files' \
	'(-F --filesyms)'{-F,--filesyms=}'[System.map of the kernel]:file:_files' \
	'(-P --symbol-prefix)'{-P,--symbol-prefix=}'[character before symbols]:character:' \
	'(-n --show --dry-run)'{-n,--show,--dry-run}'[print, write nothing]' \
	'(-w --warn)'{-w,--warn}'[does nothing]' \
	'--full[read every module]' \
	'--no-facts[keep no modules.lkm-facts]' \
	'--json[tell as JSON what was done]' \
	'*'{-v,--verbose}'[who fills which need]' \
	'(-V --version)'{-V,--version}'[version]' \
	'(-h --help)'{-h,--help}'[help]' \
	'*:release or module:_depmod_what'
