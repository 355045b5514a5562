# SPDX-License-Identifier: GPL-2.0-or-later
# little.sh NAME FILE: what loads module NAME, as the modules.dep FILE says.
sed -n "s/^$1\.ko://p" "$2" | tr ' ' '\n' | grep . | tac | sed 's/^/insmod /'
echo "insmod $1.ko"
