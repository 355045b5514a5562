# SPDX-License-Identifier: GPL-2.0-or-later
# An empty name of a kernel, as of a variable that is not set, is wrong usage
# wherever one can be named.
for words in 'build x.c' 'check x.ko' 'show x.ko' 'try x.c' tour why; do
	status=0
	"$LKM" $words --kernel '' >out 2>err || status=$?
	if [ $status = 2 ] && [ ! -s out ] &&
		grep -q '^lkm [a-z]*: --kernel wants the name of a kernel' err; then
		echo "ok - ${words%% *}"
	else
		sed 's/^/# /' out err
		echo "not ok - ${words%% *}"
	fi
done
