# SPDX-License-Identifier: GPL-2.0-or-later
# What a tool said and what the kernel traced of it, as the lines of a record:
# for play.sh, which sets `ours` (the folder of the tools), `mods` (that of the
# modules), `set_only` (sort the lines, each once) and `any_way` (no matter which
# call loads, nor its flags); files are called out, err, ran and trace.

function say(line) {
	if (!set_only) {
		print line
		return
	}
	for (i = n++; i > 0 && kept[i - 1] > line; i--)
		kept[i] = kept[i - 1]
	kept[i] = line
}

function tell(what, line) {
	gsub(mods "/", "@/", line)
	gsub(ours "/", "", line)
	sub(/\.\.\/libkmod\/[-a-z]*\.c:[0-9]* [a-z_0-9]*\(\) /, "", line)
	sub(/ERROR \.\.\/libkmod\/[-a-z]*\.c:[0-9]* /, "ERROR: ", line)
	say("  " what ": " line)
}

function called(text) {
	gsub(mods "/", "@/", text)
	say("  kernel: " text)
}

function quoted(name) { # NAME="TEXT" of a trace line
	if (!match($0, " " name "=\"[^\n]*"))
		return "?"
	text = substr($0, RSTART + length(name) + 2)
	if (name == "path" || name == "name")
		sub(/" .*/, "\"", text)
	return text
}

function number(name) {
	match($0, " " name "=-?[0-9]+")
	return substr($0, RSTART + length(name) + 2, RLENGTH - length(name) - 2)
}

BEGIN { gsub(/[+.]/, "[&]", mods) }
FILENAME !~ /trace$/ {
	what = FILENAME
	sub(/.*\//, "", what)
	tell(what, $0)
	next
}
/^#/ { next }
{
	pid = $0
	sub(/ +\[[0-9].*/, "", pid)
	sub(/.*-/, "", pid)
}
/ lkm_open: / {
	path[pid] = quoted("path")
	gsub(/"/, "", path[pid])
	opened[pid] = path[pid]
}
/ lkm_memfd: / { path[pid] = "memfd" }
/ lkm_finit: / { call[pid] = "finit_module(" path[pid]; tail[pid] = number("flags") }
/ lkm_init: / { call[pid] = "init_module(" number("len") " bytes"; tail[pid] = "" }
/ lkm_args: / { if (call[pid]) args[pid] = quoted("args") }
/ lkm_loaded2?: / {
	if (any_way) {
		call[pid] = "load(" opened[pid]
		tail[pid] = ""
	}
	called(call[pid] ", " (pid in args ? args[pid] : "?") \
		(tail[pid] == "" ? "" : ", " tail[pid]) ") = " number("ret"))
	delete args[pid]
	delete call[pid]
}
/ lkm_delete: / { call[pid] = quoted("name") ", " number("flags") }
/ lkm_deleted: / { called("delete_module(" call[pid] ") = " number("ret")) }
END {
	for (i = 0; i < n; i++)
		if (!i || kept[i] != kept[i - 1])
			print kept[i]
}
