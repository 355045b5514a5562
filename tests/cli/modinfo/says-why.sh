# SPDX-License-Identifier: GPL-2.0-or-later
# On a terminal: what is wrong with a file, and which name may have been meant.
# Elsewhere there is kmod's line alone, see errors.sh.
command -v script >/dev/null || { echo "no script(1)"; exit 77; }
mkko=$BUILDDIR/tests/mkko/mkko
dir=root/lib/modules/1.0
mkdir -p $dir/kernel folder.ko
"$mkko" --name lkmt_one -o $dir/kernel/lkmt_one.ko
touch $dir/modules.order $dir/modules.builtin $dir/modules.builtin.modinfo
"$LKM_DROPIN_DIR/depmod" -b root 1.0
"$mkko" --break modinfo.missing -o nothing.ko
cp nothing.ko other
echo text >text.ko
: >empty.ko

says() { # ARGUMENT LINE...
	arg=$1
	shift
	script -qec "$LKM_DROPIN_DIR/modinfo -b root -k 1.0 $arg" /dev/null \
		>out </dev/null || :
	for line; do
		grep -qF -e "  $line" out || {
			sed 's/^/# /' out
			echo "not ok - $arg: $line"
			return
		}
	done
	echo "ok - $arg"
}

says text.ko 'why: not an ELF file but a text file'
says empty.ko 'why: the file is empty'
says nothing.ko 'why: it has no .modinfo section'
says ./gone.ko 'why: No such file or directory' 'fix: look at the path'
says ./folder.ko 'why: it is no regular file'
says ./other 'why: a file counts as a module if its name ends in .ko'
says lkmt_noe 'why: it is not in the index of' 'near: there is a module lkmt_one'
