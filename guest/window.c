/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory shared with the host: see src/lab/proto.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#ifdef __x86_64__
#include <sys/io.h>
#else
#include <glob.h>
#include <termios.h>
#endif
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

static struct lab_window *win;
static bool quiet; /* a record is not worth a bell */

#ifdef __x86_64__

static bool bell; /* the port may be used */

static int bell_open(void)
{
	bell = !ioperm(LAB_BELL_PORT, 1, 1);
	return bell ? 0 : -errno;
}

void window_bell(enum lab_bell b)
{
	if (bell)
		outb((unsigned char)b, LAB_BELL_PORT);
}

static int memory_open(void)
{
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static bool says_go(uint32_t nth)
{
	volatile uint32_t *go = &win->go;

	return *go >= nth;
}

enum { SAVE_MS = 0, LOOK_MS = 1 };

#else /* see src/lab/arch.h */

enum { SAVE_MS = 200, LOOK_MS = 20 }; /* to be saved in, unseen */

static int bell = -1;

static int bell_open(void)
{
	struct termios raw;

	bell = open("/dev/ttyS0", O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (bell < 0 || tcgetattr(bell, &raw) < 0)
		return -errno;
	cfmakeraw(&raw);
	return tcsetattr(bell, TCSANOW, &raw) < 0 ? -errno : 0;
}

void window_bell(enum lab_bell b)
{
	const char c = (char)b;

	if (bell >= 0)
		(void)!write(bell, &c, 1);
}

static int config = -1;

/*
 * Does the device answer? A machine is saved and resumed only while it does
 * not: QEMU wants shared memory to be where it was, and puts it there late.
 */
static void show(bool on)
{
	enum { COMMAND = 4, MEMORY = 2 };
	uint16_t v = 0;

	(void)!pread(config, &v, sizeof(v), COMMAND);
	v = (uint16_t)(on ? v | MEMORY : v & ~MEMORY);
	(void)!pwrite(config, &v, sizeof(v), COMMAND);
}

static bool says_go(uint32_t nth)
{
	volatile uint32_t *go = &win->go;
	bool yes;

	show(true);
	yes = *go >= nth;
	if (!yes)
		show(false);
	return yes;
}

/* The memory of the first PCI device that has such; ordinary, not device's. */
static int memory_open(void)
{
	char path[256];
	glob_t g = { 0 };
	int fd = -1;

	if (glob("/sys/bus/pci/devices/*/resource2_wc", 0, NULL, &g)) {
		errno = ENODEV;
	} else {
		const char *p = g.gl_pathv[0];

		(void)snprintf(path, sizeof(path), "%.*s/config",
			       (int)(strrchr(p, '/') - p), p);
		config = open(path, O_RDWR | O_CLOEXEC);
		fd = config < 0 ? -1 : open(p, O_RDWR | O_CLOEXEC);
	}
	globfree(&g);
	if (fd < 0)
		return -errno;
	show(false); /* some kernels let it answer */
	return fd;
}

#endif

void window_started(void)
{
	if (bell_open() == 0)
		window_bell(LAB_BELL_INIT);
}

int window_open(uint64_t addr, uint64_t size)
{
	int r = bell_open(), fd = r < 0 ? r : memory_open();

	if (fd < 0)
		return fd;

	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		       (off_t)addr);

	(void)close(fd);
	if (p == MAP_FAILED)
		return -errno;
	win = p;
	return 0;
}

void window_wait_go(uint32_t nth)
{
	if (SAVE_MS && nth == 1)
		sleep_ms(SAVE_MS);
	while (!says_go(nth))
		sleep_ms(LOOK_MS);
	atomic_thread_fence(memory_order_acquire);
}

bool window_next(uint64_t *pos, struct lab_rec *rec, struct span *name,
		 struct span *data)
{
	struct span req = { (const uint8_t *)win + LAB_REQ_OFF,
			    (size_t)win->req_len };
	struct span head;

	if (!span_sub(req, *pos, sizeof(*rec), &head))
		return false;
	memcpy(rec, head.p, sizeof(*rec));
	if (!span_sub(req, *pos + sizeof(*rec), rec->name_len, name) ||
	    !span_sub(req, *pos + sizeof(*rec) + rec->name_len, rec->data_len,
		      data))
		return false;
	*pos += lab_rec_size(rec->name_len, rec->data_len);
	return true;
}

static void append(enum lab_tag tag, const char *name, int64_t arg,
		   const void *data, size_t n)
{
	struct lab_rec rec = { .tag = tag,
			       .name_len = (uint32_t)strlen(name),
			       .arg = arg,
			       .data_len = n };
	uint8_t *p = (uint8_t *)win + win->out_off + win->out_len;

	memcpy(p, &rec, sizeof(rec));
	memcpy(p + sizeof(rec), name, rec.name_len);
	if (n)
		memcpy(p + sizeof(rec) + rec.name_len, data, n);
	atomic_thread_fence(memory_order_release);
	win->out_len += lab_rec_size(rec.name_len, n);
}

void report(enum lab_tag tag, const char *name, int64_t arg, const void *data,
	    size_t n)
{
	/* The last kilobyte is kept for the end of the report. */
	uint64_t left = win->out_cap - win->out_len;
	uint64_t need = lab_rec_size(strlen(name), 0) + 1024;

	if (n && left < need + n) {
		append(LAB_FACT, "cut", (int64_t)n, name, 0);
		n = left > need ? (size_t)(left - need) : 0;
	}
	if (left < lab_rec_size(strlen(name), n))
		return;
	append(tag, name, arg, data, n);
	if (!quiet || tag == LAB_STAGE)
		window_bell(LAB_BELL_RECORD);
}

void report_quietly(void)
{
	quiet = true;
}

void report_text(const char *name, int64_t arg, const struct text *t)
{
	report(LAB_FACT, name, arg, t->p, t->n);
}

void report_named(const char *what, const char *name, int64_t arg)
{
	char key[128];

	(void)snprintf(key, sizeof(key), "%s %s", what, name);
	report(LAB_FACT, key, arg, NULL, 0);
}

void report_file(const char *name, const char *path)
{
	_cleanup_text_ struct text t = { 0 };

	if (read_into(&t, path))
		report_text(name, 0, &t);
}
