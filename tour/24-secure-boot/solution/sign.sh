# SPDX-License-Identifier: GPL-2.0-or-later
# sign.sh FILE: signs a module with the key my.key, whose certificate is my.der.
[ -e my.key ] ||
	openssl req -new -x509 -newkey rsa:2048 -nodes -days 365 \
		-subj '/CN=my own key/' -keyout my.key -outform DER -out my.der
kernel/sign-file sha256 my.key my.der "$1"
