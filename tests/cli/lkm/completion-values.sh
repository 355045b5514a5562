# SPDX-License-Identifier: GPL-2.0-or-later
# All three shells offer the same values behind the same options.
export LKM_CACHE="$PWD/cache"
mkdir -p cache/kernels/8.1.0-7-cloud-amd64/boot bin
: >cache/kernels/8.1.0-7-cloud-amd64/boot/vmlinuz-8.1.0-7-cloud-amd64
ln -s "$LKM" bin/lkm
PATH=$PWD/bin:$PATH
mkdir -p folder/drivers
: >source.c
mkdir -p root/lib/modules/1.0
printf '%s\n' kernel/other-one.ko.xz: 'updates/plain.ko: kernel/other-one.ko.xz' \
	>root/lib/modules/1.0/modules.dep
: >text.txt
: >hello.ko
# A kernel that is on this machine is offered, too: only ours is looked at.
cat >lines <<'END'
try --engine |auto kvm tcg
try -k 8|8.1.0-7-cloud-amd64
try --kernel 6.1,8|6.1,8.1.0-7-cloud-amd64
build -k 8.1|8.1.0-7-cloud-amd64
build --kernel 8.1|8.1.0-7-cloud-amd64
try --rounds |1 10 100 2
try -r 10|10 100
try --timeout |10 60 600
try --settle |100 1000 2
try --memory |1024 128 256 512
try --cpus |1 2 4
try --test te|text.txt
try --add te|text.txt
build -o fo|folder
new -o fo|folder
new --kind he|hello
new --kind min|minimal
try --device |edu pci-testdev
closure -d fo|folder
closure --from te|text.txt
closure he|hello.ko
why -C te|text.txt
why --dirname fo|folder
why --set-version 0.0.0-none|
why hel|hello.ko
why memory.l|memory.leak memory.leak-once
why load.verm|load.vermagic load.vermagic.kernel load.vermagic.none
why EKEYREJ|EKEYREJECTED
why -d root -S 1.0 ot|other_one
why --dirname root --set-version 1.0 pl|plain
closure -d root --set-version 1.0 ot|other_one
modprobe -d root -S 1.0 pl|plain
modinfo -b root -k 1.0 pl|plain
modprobe -d root -S |1.0
modinfo -b root -k |1.0
closure -d root -S |1.0
depmod -b root 1|1.0
modprobe -d ro|root
modinfo --basedir ro|root
depmod -o ro|root
kmod h|help
kmod l|list
kmod st|static-nodes
show -k 8|8.1.0-7-cloud-amd64
show --section .init|.init.data .init.text
show he|hello.ko
kernel rm 8|8.1.0-7-cloud-amd64
kernel get si|sid sid-cloud
kernel r|rm
kernel b|build
kernel build mi|minimal
kernel build minimal --source te|text.txt
kernel build minimal --ag|--again
kernel build minimal --p|--print-config
adopt so|source.c
adopt --tree fo|folder
adopt --tree folder --at dr|drivers
adopt --patch te|text.txt
help ker|kernel
ker|kernel
END

cat >complete.bash <<'END'
source "$SRCDIR/completions/lkm.bash"
compopt() { :; }
IFS=' ' read -ra COMP_WORDS <<<"lkm $1"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_lkm
printf '%s\n' "${COMPREPLY[@]%/}"
END
cat >complete.fish <<'END'
source $SRCDIR/completions/lkm.fish
complete -C "lkm $argv[1]" | string replace -r '/?\t.*' '' |
	string replace -r '/$' ''
END
# What zsh's own helpers do, as far as it matters here.
cat >complete.zsh <<'END'
setopt extendedglob
prefix=
compset() { # -P pattern
	local rest=${PREFIX##${~2}}

	[[ $rest != $PREFIX ]] || return
	prefix=${PREFIX%$rest} PREFIX=$rest
}
compadd() {
	local -a all
	while [[ $1 == -* ]]; do
		case $1 in
		-a) shift; [[ $1 != -- ]] || shift; all=(${(P)1}); shift; break ;;
		-S) shift 2 ;;
		--) shift; break ;;
		*) shift ;;
		esac
	done
	for word in $all $@; do
		[[ $word != $PREFIX* ]] || print -r -- $prefix$word
	done
}
_files() {
	case $1 in
	-/)
		[[ $2 != -W ]] || cd $3
		compadd -- *(/N)
		;;
	-g) set -- "${2%\(-.\)}" && compadd -- ${~1}(-.N) ;;
	*) compadd -- *(N) ;;
	esac
}
_message() { : }
_describe() {
	local -a plain=(${${(P)2}%%:*})

	compadd -a plain
}
words=(lkm ${=1})
[[ $1 != *' ' ]] || words+=('')
CURRENT=$#words
PREFIX=$words[CURRENT]
source $SRCDIR/completions/lkm.zsh
END

for shell in bash fish zsh; do
	if ! command -v $shell >/dev/null; then
		echo "ok - $shell # SKIP it is not installed"
		continue
	fi
	bad=
	while IFS='|' read -r line wanted; do
		found=$($shell complete.$shell "$line" 2>>err | LC_ALL=C sort -u |
			tr '\n' ' ')
		[ "${found% }" = "$wanted" ] && continue
		echo "# lkm $line: found '${found% }', wanted '$wanted'"
		bad=yes
	done <lines
	sed 's/^/# /' err
	echo "${bad:+not }ok - $shell"
	: >err
done
