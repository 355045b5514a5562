# SPDX-License-Identifier: GPL-2.0-or-later
# A module that goes away while rmmod looks is in use, not loaded, or half
# there; never is a number made up, and never does rmmod crash. (Its count is 1,
# so nothing here gets as far as the kernel.)
. "$SRCDIR/tests/cli/fake-machine"
fake_machine

# What is left at each moment of going away.
whole() {
	rm -rf root/sys/module/lkmt_gone
	fake_module lkmt_gone live 16384 1 lkmt_user
}
says() { # name, pattern of the one line
	status=0
	inside /ours/rmmod lkmt_gone >said 2>&1 || status=$?
	if [ "$status" = 1 ] && [ "$(wc -l <said)" = 1 ] &&
		grep -qx "rmmod: ERROR: $2" said; then
		echo "ok - $1"
	else
		echo "# status $status"
		sed 's/^/# /' said
		echo "not ok - $1"
	fi
}
whole
says 'there' 'Module lkmt_gone is in use by: lkmt_user'
rmdir root/sys/module/lkmt_gone/holders/lkmt_user
says 'its user is gone' 'Module lkmt_gone is in use'
rmdir root/sys/module/lkmt_gone/holders
says 'its users cannot be told' \
	'Module \(lkmt_gone is in use\|lkmt_gone is not currently loaded\|unloading is not supported\)'
whole
rm root/sys/module/lkmt_gone/initstate
says 'its state is gone' \
	'Module \(lkmt_gone is builtin\.\|lkmt_gone is in use.*\|lkmt_gone is not currently loaded\|unloading is not supported\)'
rm -r root/sys/module/lkmt_gone
says 'gone' 'Module lkmt_gone is not currently loaded'
whole
: >root/sys/module/lkmt_gone/refcnt
status=0
inside /ours/rmmod lkmt_gone >said 2>&1 || status=$?
if [ $status = 1 ] && grep -q '^rmmod: ERROR: ' said; then
	echo "ok - an empty count"
else
	sed 's/^/# /' said
	echo "not ok - an empty count"
fi

# The same at random: it comes and goes as fast as it can.
(
	set +e
	while [ ! -e stop ]; do
		fake_module lkmt_gone live 16384 1 lkmt_user
		rm -rf root/sys/module/lkmt_gone
	done
) >/dev/null 2>&1 &
racer=$!
i=0
while [ $i -lt 60 ]; do
	status=0
	inside /ours/rmmod lkmt_gone lkmt_gone lkmt_gone 2>&1 || status=$?
	[ $status = 1 ] || echo "status $status"
	i=$((i + 1))
done >said
touch stop
wait $racer
grep -v -x -e 'rmmod: ERROR: Module lkmt_gone is not currently loaded' \
	-e 'rmmod: ERROR: Module lkmt_gone is in use' \
	-e 'rmmod: ERROR: Module lkmt_gone is in use by: lkmt_user' \
	-e 'rmmod: ERROR: Module lkmt_gone is builtin\.' \
	-e 'rmmod: ERROR: Module unloading is not supported' \
	-e 'rmmod: ERROR: could not use module lkmt_gone: .*' said |
	sort | uniq -c | head >others || :
if [ -s others ] || ! grep -q 'in use' said && ! grep -q 'not curr' said; then
	sed 's/^/# /' others
	echo "not ok - coming and going"
else
	echo "ok - coming and going"
fi
sort said | uniq -c | sed 's/^/# /'
