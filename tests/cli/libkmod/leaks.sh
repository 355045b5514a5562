# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing is lost and nothing wrong is touched while everything is asked.
. "$SRCDIR/tests/cli/libkmod/lib"
command -v valgrind >/dev/null || { echo "valgrind is not installed"; exit 77; }
command -v depmod >/dev/null || { echo "depmod is not installed"; exit 77; }
"$CC" -g -D_GNU_SOURCE -I"$SRCDIR/include" "$SRCDIR"/tests/abi/abi*.c \
	-L"$ours" -lkmod -o abi
modules root
m=$PWD/root/lib/modules/6.1.0-made-up
cat >conf <<'END'
alias twice base
alias twice late
install lonely /bin/true $CMDLINE_OPTS
softdep packed pre: lonely nosuch post: top
softdep lonely pre: packed
weakdep base late
blacklist late
deny middle
nonsense
END
judge 'all is given back' env LD_LIBRARY_PATH="$ours" valgrind -q \
	--leak-check=full --show-leak-kinds=all --error-exitcode=9 \
	./abi "$m" conf base middle top early-bird late lonely packed inside \
	nosuch twice dash-ed_alias symbol:base_one pci:v00001234d5sv6 \
	"$m/kernel/early-bird.ko" "$m/kernel/packed.ko.xz" /etc/passwd
