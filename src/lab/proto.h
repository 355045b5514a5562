/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: proto - what host and guest say to one another
 *
 * Both see the same piece of memory, the window. It lies behind the guest's
 * own memory at LAB_WINDOW_ADDR; the guest maps it through /dev/mem, the host
 * owns it as a file in memory that is new for every run.
 *
 *   0             struct lab_window
 *   LAB_REQ_OFF   request: records, host to guest     (req_len bytes)
 *   out_off       report: records, guest to host      (out_len bytes so far)
 *
 * A record is a struct lab_rec, its name, its data, padded to 8 bytes. The
 * guest appends a record, then moves out_len, then writes one byte to I/O port
 * LAB_BELL_PORT; each such byte reaches the host on a socket.
 *
 * The guest runs code under test: the host believes nothing in the window and
 * checks every length against the area that the host itself laid out.
 */
#ifndef LKM_LAB_PROTO_H
#define LKM_LAB_PROTO_H

#include <stdint.h>

#define LAB_MAGIC 0x314d4b4cU /* "LKM1" */
#define LAB_WINDOW_ADDR 0x100000000ULL
#define LAB_WINDOW_SIZE (256ULL << 20)
#define LAB_REQ_OFF 4096ULL
#define LAB_OUT_MAX (16ULL << 20)
#define LAB_BELL_PORT 0xe9
/* Tells process 1 where the window is: "ADDRESS,SIZE" follows. */
#define LAB_WINDOW_WORD "lkm.window="

struct lab_window {
	uint32_t magic;
	uint32_t go; /* 1: the request is complete; 2: look again later */
	uint64_t req_len;
	uint64_t out_off;
	uint64_t out_cap;
	uint64_t out_len; /* written by the guest, but see sessions  */
};

/* Bells. Any byte means "look at the window"; these say more. */
enum lab_bell {
	LAB_BELL_INIT = 'I',   /* the kernel has started process 1      */
	LAB_BELL_READY = 'R',  /* booted, waiting for go                */
	LAB_BELL_RECORD = 'r', /* the report has grown                  */
	LAB_BELL_END = 'E',    /* the report is complete                */
	LAB_BELL_BROKEN = 'B', /* the guest cannot work; see console    */
};

enum lab_tag {
	/* host to guest */
	LAB_OPTION = 1, /* name = which, data = decimal number, NUL    */
	LAB_FILE,       /* name = absolute path, arg = mode            */
	LAB_DEP,        /* name = a module's, data = parameters, NUL, image */
	LAB_SUBJECT,    /* the same, but this one is under test        */
	LAB_TEST,       /* name = path, data = arguments, NUL after each */
	LAB_CASE,       /* as LAB_SUBJECT; arg = enum lab_how            */
	LAB_COMMAND,    /* as LAB_TEST, run at once; arg = enum lab_tie  */
	/* guest to host */
	LAB_STAGE = 100, /* name = stage that begins, arg = round      */
	LAB_FACT,        /* name = what, arg = number, data = text     */
};

struct lab_rec {
	uint32_t tag;
	uint32_t name_len; /* without a NUL                             */
	int64_t arg;
	uint64_t data_len;
};

static inline uint64_t lab_rec_size(uint64_t name_len, uint64_t data_len)
{
	return (sizeof(struct lab_rec) + name_len + data_len + 7) & ~7ULL;
}

/* What a command's streams are tied to. */
enum lab_tie {
	LAB_TIE_REPORT,  /* no input; its output goes into the report    */
	LAB_TIE_CONSOLE, /* the serial line, as its terminal             */
};

/* How a case is given to the kernel; finit_module()'s flags below. */
enum lab_how {
	LAB_HOW_FLAGS = 0xff,
	LAB_HOW_FILE = 0x100,   /* finit_module(), else init_module()    */
	LAB_HOW_KEEP = 0x200,   /* stays loaded                          */
};

/*
 * Options of a run (LAB_OPTION), all decimal numbers.
 *
 *   rounds      how often insert, use and remove are done
 *   timeout_ms  for each insert, test and remove
 *   settle_ms   pause after insert and after remove
 *   session     1: a session, see below
 *   rows, columns  of the terminal at the other end of the console
 *
 * Facts of a run (LAB_FACT), in the order in which they can come:
 *
 *   dep NAME         arg = errno of its load
 *   errno NAME       arg = errno of insert or remove (stage says which); for
 *                    a call that killed its process: -signal
 *   damaged          the kernel is: nothing more was tried
 *   hang NAME        data = state and kernel stack of the process that hangs
 *   modules          data = /proc/modules
 *   sysfs NAME       data = lines "path value" below /sys/module/NAME
 *   kallsyms NAME    data = its lines of /proc/kallsyms
 *   log              data = records of /dev/kmsg since the last one;
 *                    arg = records lost
 *   taint            arg = /proc/sys/kernel/tainted
 *   test             arg = status (128 + signal), data = output
 *   holders NAME     data = lines: who keeps it in use
 *   names-before, names, tables-before, tables
 *                    data = lines: what there is in /proc, /sys, /dev, ...
 *   vmalloc          data = /proc/vmallocinfo, lines whose caller is gone;
 *                    after each round from the first such call on
 *   trace-format     data = layout of the trace's events: guest/trace.c
 *   trace-pages      data = pages of the ring buffer, arg = processor; after
 *                    each remove, each round, and at the end
 *   end              the run went through
 *
 * Cases are a run of another kind: each is loaded, looked at and removed, one
 * behind the other, and nothing else is done. The stage is "case", its round
 * counts them from 0, and the facts of one are
 *
 *   taint            before the load
 *   errno            arg = errno of the load
 *   log, taint       after it; log also before, if others wrote meanwhile
 *   module           data = its line of /proc/modules
 *   sections         data = lines "NAME ADDRESS"
 *   symbols          data = lines as in /proc/kallsyms, every letter small
 *   removed          arg = errno of its removal
 *   log, taint       after that
 *   damaged          the guest is no longer what it was: the cases behind
 *                    this one were not tried
 *   modules, kallsyms
 *                    once, behind the last case, if some were kept
 *   errno WHAT, hang WHAT
 *                    as above; WHAT is "insert", "look" or "remove"
 *
 * A session is a run of a third kind: files and commands are all that is in its
 * request. After LAB_BELL_END the guest waits for the next one: the host writes
 * it in place of the old, sets out_len to 0, and adds 1 to go. Each command is
 * a stage "command", its round counts them from 1 in each request, with facts
 *
 *   test, hang       as of a test; at the console without output
 *   log              what the kernel said meanwhile
 *   taint
 *
 * After LAB_BELL_END of other runs the guest waits: go = 2 makes it look once
 * more, half a second later, at what is still allocated (stage "late").
 */
#endif
