# SPDX-License-Identifier: GPL-2.0-or-later
# bash completes options, module files, and the module's parameters.
command -v bash >/dev/null || { echo "no bash"; exit 77; }
printf '#!/bin/sh\necho "times:how often (int)"; echo "who:whom (charp)"\n' \
	>modinfo
chmod +x modinfo
touch hello.ko hello.ko.xz hello.c
mkdir hidden.folder
cat >complete.bash <<'END'
source "$SRCDIR/completions/insmod.bash"
complete_words() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_insmod
	printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | tr '\n' ' '
	echo
}
PATH=$PWD:$PATH
complete_words "$LKM_DROPIN_DIR/insmod" --force-
complete_words insmod h
complete_words insmod hid
complete_words insmod -v hello.ko ''
complete_words insmod -v hello.ko times=1 w
END
bash complete.bash >found
diff -u - found <<'END'
--force-modversion --force-vermagic 
hello.ko hello.ko.xz hidden.folder home 
hidden.folder 
times= who= 
who= 
END
