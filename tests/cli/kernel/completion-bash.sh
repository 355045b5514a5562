# SPDX-License-Identifier: GPL-2.0-or-later
# The bash completion knows the words behind `lkm kernel`, and the kernels.
command -v bash >/dev/null || { echo "no bash"; exit 77; }
export LKM_CACHE="$PWD/cache"
mkdir -p cache/kernels/8.1.0-7-cloud-amd64/boot
: >cache/kernels/8.1.0-7-cloud-amd64/boot/vmlinuz-8.1.0-7-cloud-amd64
cat >complete.bash <<'END'
source "$SRCDIR/completions/lkm.bash"
for line in 'kernel ' 'kernel l' 'kernel rm 8.1' 'kernel show 8.1' 'kernel show --' 'build -k 8.1' 'build --js' \
	'kernel list --' 'kernel get -' 'kernel rm --a' 'kernel get six' \
	'kernel build --' \
	'kernel get 6.12' 'try -k 6.1,8' 'try --kernel = 8.1' 'help ker'; do
	IFS=' ' read -ra COMP_WORDS <<<"$LKM $line"
	[[ $line == *' ' ]] && COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_lkm 2>/dev/null
	echo "$line: ${COMPREPLY[*]}"
done
END
bash complete.bash >found
diff -u - found <<'END'
kernel : list show get build rm
kernel l: list
kernel rm 8.1: 8.1.0-7-cloud-amd64
kernel show 8.1: 8.1.0-7-cloud-amd64
kernel show --: --help --json
build -k 8.1: 8.1.0-7-cloud-amd64
build --js: --json
kernel list --: --help --json
kernel get -: --arch --help --quiet
kernel rm --a: --all --arch
kernel get six: 
kernel build --: --again --help --jobs --json --print-config --quiet --source
kernel get 6.12: 6.12-cloud 6.12
try -k 6.1,8: 6.1,8.1.0-7-cloud-amd64
try --kernel = 8.1: 8.1.0-7-cloud-amd64
help ker: kernel
END
