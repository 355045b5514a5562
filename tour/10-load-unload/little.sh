# SPDX-License-Identifier: GPL-2.0-or-later
# little.sh NAME FILE: what loads module NAME, as the modules.dep FILE says.
echo "insmod $1.ko"
