# SPDX-License-Identifier: GPL-2.0-or-later
# -v, and a terminal, add why and fix; scripts get kmod's line and no more.
insmod=$LKM_DROPIN_DIR/insmod
printf abc >short.ko
printf '\3757zXZ\0cut off' >cut.ko
echo 'no module, but long enough' >text.ko

says() { # name, pattern, command...
	name=$1 pattern=$2
	shift 2
	"$@" >said 2>&1 || true
	if grep -q -- "$pattern" said; then
		echo "ok - $name"
	else
		sed 's/^/# /' said
		echo "not ok - $name"
	fi
}

says 'a name instead of a file' "^  fix: 'modprobe hello' " "$insmod" -v hello
says 'a short file' '^  why: the file has only 3 bytes$' "$insmod" -v short.ko
says 'a damaged file' '^  why: the xz stream ' "$insmod" -v cut.ko
says 'what the kernel refuses' '^  why: ' "$insmod" -v text.ko
says 'and what to do' '^  fix: ' "$insmod" -v text.ko

"$insmod" text.ko >said 2>&1 || true
if [ "$(wc -l <said)" = 1 ] &&
	grep -q '^insmod: ERROR: could not insert module text.ko: ' said; then
	echo "ok - one line without -v"
else
	sed 's/^/# /' said
	echo "not ok - one line without -v"
fi
"$insmod" -s -v text.ko >said 2>&1 || true
if [ -s said ]; then
	sed 's/^/# /' said
	echo "not ok - nothing on stderr with -s"
else
	echo "ok - nothing on stderr with -s"
fi
if command -v script >/dev/null; then
	says 'on a terminal' '^  why: ' \
		script -qec "'$insmod' text.ko" /dev/null
else
	echo "ok - on a terminal # SKIP no script(1)"
fi
