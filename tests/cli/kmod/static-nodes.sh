# SPDX-License-Identifier: GPL-2.0-or-later
# kmod static-nodes writes what kmod's writes, in every form; what it refuses
# beyond that is refused for a reason. (Output goes to files: kmod opens
# /dev/stdout, which is not there.)
. "$SRCDIR/tests/cli/fake-machine"
fake_machine
mods=root/lib/modules/$(uname -r)
mkdir -p "$mods" root/dev

forms() { # name: the output in all forms, messages and status
	name=$1
	bad=
	for form in human tmpfiles devname default; do
		for who in kmod ours; do
			set -- -f $form
			[ $form != default ] || set --
			rm -f root/file
			said_by $who kmod static-nodes "$@" -o /file \
				>$who.$form
			[ ! -e root/file ] || cat root/file >>$who.$form
		done
		cmp -s kmod.$form ours.$form || bad="$bad $form"
	done
	if [ -z "$bad" ]; then
		echo "ok - $name"
	else
		for form in $bad; do
			diff -u "kmod.$form" "ours.$form" | sed 's/^/# /'
		done
		echo "not ok - $name"
	fi
}

forms 'no modules.devname'
: >"$mods/modules.devname"
forms 'an empty one'
cat >"$mods/modules.devname" <<'END'
# Device nodes to trigger on-demand module loading.
autofs4 autofs c10:235
fuse fuse c10:229
btrfs btrfs-control c10:234
loop loop-control c10:237
snd_timer snd/timer c116:33
snd_seq snd/seq c116:1
cuse cuse c10:203
blk a/b/c b7:3
vhost_net vhost-net c10:238
biggest big c4095:1048575
END
forms 'devices of all kinds'
printf 'a b c1:2 extra\n  lead ing\tb5:6\nm cr c1:2\r\n%s' \
	'nonl end b7:8' >"$mods/modules.devname"
forms 'words too many, blanks, no line end'
cat >"$mods/modules.devname" <<'END'
fuse fuse c10:229
a b d1:2

  
mod
mod dev
mod dev c
mod dev c1
mod dev c1:
mod dev c:2
mod dev c12 : 3
#comment
loop loop-control c10:237
END
forms 'lines that are none'
rm "$mods/modules.devname"
ln -s modules.devname "$mods/modules.devname"
forms 'a link to itself'
rm "$mods/modules.devname"

# To standard output the same as to a file.
printf 'fuse fuse c10:229\nsnd_seq snd/seq c116:1\n' >"$mods/modules.devname"
inside /ours/kmod static-nodes -f tmpfiles -o /file
if inside /ours/kmod static-nodes --format=tmpfiles | cmp root/file -; then
	echo "ok - standard output"
else
	echo "not ok - standard output"
fi

says() { # name, command...: messages and status only
	name=$1
	shift
	for who in kmod ours; do
		said_by $who "$@" | grep -v '^out: ' >$who.said
	done
	if diff -u --label kmod --label ours kmod.said ours.said >diff; then
		echo "ok - $name"
	else
		sed 's/^/# /' diff
		echo "not ok - $name"
	fi
}

for args in '-f bla' '-f tmp' '-f HUMAN' '-f' '-x' '--form' '-f bla -h' \
	'-h -f bla' '-o /file more' '-- -x' '-o /dev/' '-o a/b/' '-o .' \
	'-o /file/b/c' '-f tmpfiles -f devname -o /file' '-V'; do
	# shellcheck disable=SC2086
	says "static-nodes $args" kmod static-nodes $args
done
says 'an empty format' kmod static-nodes -f ''
says 'an empty output' kmod static-nodes -o ''

# Folders are made as kmod makes them, and not for nothing.
parents() { # tool: what is there then
	rm -rf root/made
	inside "/$1/kmod" static-nodes -o /made/by/it >/dev/null 2>&1 || true
	[ ! -e root/made ] || find root/made -printf '%m %P\n'
}
parents kmod >wanted
if parents ours | diff wanted -; then
	echo "ok - folders"
else
	echo "not ok - folders"
fi
rm "$mods/modules.devname"
if [ -z "$(parents kmod)$(parents ours)" ]; then
	echo "ok - no folders for nothing"
else
	echo "not ok - no folders for nothing"
fi

# Deliberately not as kmod 30: whoever makes these nodes has root.
refused() { # name, line as for printf
	printf "$2"'\ngood good c1:2\n' >"$mods/modules.devname"
	status=0
	inside /ours/kmod static-nodes -f tmpfiles >found 2>err || status=$?
	if [ "$status" = 1 ] && grep -q '^Error: invalid devname entry: ' err &&
		! LC_ALL=C grep -q '[^[:print:]]' err &&
		[ "$(cat found)" = 'c! /dev/good 0600 - - - 1:2' ]; then
		echo "ok - refuses $1"
	else
		sed 's/^/# /' found err
		echo "not ok - refuses $1"
	fi
}
refused 'a way out of /dev' 'x ../etc/p c1:2'
refused 'a way out of /dev, later' 'x a/../../etc/p c1:2'
refused 'an absolute path' 'x /etc/p c1:2'
refused 'a folder' 'x a/ c1:2'
refused 'an empty part' 'x a//b c1:2'
refused 'a dot' 'x a/./b c1:2'
refused 'dots alone' 'x .. c1:2'
refused 'an escape sequence' 'x \033[31m c1:2'
refused 'a byte that is no letter' 'x d\377v c1:2'
refused 'a specifier of tmpfiles.d' 'x %%h c1:2'
refused 'a quote' 'x a"b c1:2'
refused 'a NUL' 'x a\000b c1:2'
refused 'a major number that is none' 'x a c4096:2'
refused 'a minor number that is none' 'x a c1:1048576'
refused 'a number that wraps' 'x a c4294967297:2'
refused 'a negative number' 'x a c-1:2'
refused 'a number with letters' 'x a c1:2junk'
long=$(printf '%0300d' 0)
refused 'a long name' "x $long c1:2"

# The index moves with the modules: it is looked for where modprobe looks.
rm -r "$mods"
mkdir -p "root/usr/${mods#root/}"
echo 'fuse fuse c10:229' >"root/usr/${mods#root/}/modules.devname"
if inside /ours/kmod static-nodes -f devname | grep -qx 'fuse fuse c10:229'; then
	echo "ok - modules in /usr alone"
else
	echo "not ok - modules in /usr alone"
fi
