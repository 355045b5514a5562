# SPDX-License-Identifier: GPL-2.0-or-later
# bash completes options, and the module's parameters; every shell that is here
# can read its completion.
command -v bash >/dev/null || { echo "no bash"; exit 77; }
for shell in bash zsh 'fish --no-execute'; do
	command -v "${shell%% *}" >/dev/null || continue
	case $shell in
	fish*) $shell "$SRCDIR/completions/modprobe.fish" ;;
	*) $shell -n "$SRCDIR/completions/modprobe.$shell" ;;
	esac
done
printf '#!/bin/sh\necho "$*" >asked\necho "times:how often (int)"; echo "who:whom (charp)"\n' \
	>modinfo
chmod +x modinfo
mkdir -p here "$HOME/root/lib/modules/1.0" root/usr/lib/modules/1.0
echo 'kernel/other-one.ko.xz:' >"$HOME/root/lib/modules/1.0/modules.dep"
touch here/hello.ko here/hello.c
cat >complete.bash <<'END'
source "$SRCDIR/completions/modprobe.bash"
_modprobe_names() { printf '%s\n' solo snd_card "of_$2"; }
complete_words() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_modprobe
	printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | tr '\n' ' '
	echo
}
PATH=$PWD:$PATH
complete_words "$LKM_DROPIN_DIR/modprobe" --force-
complete_words modprobe s
complete_words modprobe -v -C x snd-
complete_words modprobe -S 1.0 of
complete_words modprobe -v solo ''
complete_words modprobe -d / solo times=1 w
complete_words modprobe -a solo s
complete_words modprobe ./here/
complete_words modprobe -d ./root -S 1.0 solo wh
cat asked
complete_words modprobe --dirname = ~/root -S ''
complete_words modprobe -d ro
complete_words modprobe --dirname = ro
unset -f _modprobe_names
source "$SRCDIR/completions/modprobe.bash"
complete_words modprobe -d '~/root' --set-version = 1.0 ''
complete_words modprobe -d ~/none -d ~/root -S 1.0 ot
complete_words modprobe -w 5 -j 2 -S 1.0 solo t
cat asked
END
bash complete.bash >found
diff -u - found <<'END'
--force-modversion --force-vermagic 
snd_card solo 
snd_card 
of_1.0 
times= who= 
who= 
snd_card solo 
./here/hello.ko 
who= 
-b ./root -k 1.0 -p solo
1.0 
root 
root 
other_one 
other_one 
times= 
-k 1.0 -p solo
END
