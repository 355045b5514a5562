/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_output - the lines of a build, as messages
 *
 * A message is a line "FILE:LINE:COLUMN: error: TEXT" of the compiler, one of
 * modpost, make or the linker, with the lines that belong to it: where it was
 * included from or inlined to, the source line and its caret, notes. Private
 * paths become the user's. The place of a message is the user's, too, if its
 * lines name one: not the header where a macro or an inline function stands.
 */
#ifndef LKM_BUILD_OUTPUT_H
#define LKM_BUILD_OUTPUT_H

#include "build/kbuild.h"
#include "build/stage.h"

/* Zero it to start, but for @stage. */
struct build_output {
	const struct build_stage *stage;
	const struct strv *kernel; /* its headers' folders, which are
			       * shortened to <kernel>; may be NULL        */
	struct build_messages messages;
	struct text context;  /* lines that belong to the next message   */
	bool open;            /* the last message takes further lines    */
	struct text tail;     /* the last lines that nothing knows        */
	char step[128];       /* "CC hello.o": what goes on now; or ""    */
	bool failed;          /* out of memory                            */
};

void build_output_fini(struct build_output *o);

/* Takes the next line, without its end. */
void build_output_line(struct build_output *o, const char *line);

/* After the last line. */
void build_output_end(struct build_output *o);

/* The first message of this kind; NULL: there is none. */
const struct build_message *build_message_first(const struct build_messages *l,
						enum build_kind kind) _pure_;

void build_messages_fini(struct build_messages *l);

#endif
