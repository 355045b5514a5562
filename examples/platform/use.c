// SPDX-License-Identifier: GPL-2.0-or-later
/* A device and its driver, together and apart, as /sys shows them. */
#include <limits.h>
#include <sys/wait.h>

#include "../use.h"

#define NAME "platform_lamp.0"
#define DEVICE "/sys/bus/platform/devices/" NAME "/"
#define DRIVER "/sys/bus/platform/drivers/platform_lamp/"
#define BRIGHTNESS DEVICE "brightness"
#define PROBES "/sys/module/platform_lamp/parameters/probes"

/* The last part of what a symbolic link says. */
static const char *points_to(const char *path)
{
	static char buf[PATH_MAX];
	ssize_t n = readlink(path, buf, sizeof(buf) - 1);
	char *slash;

	if (n < 0)
		return NULL;
	buf[n] = 0;
	slash = strrchr(buf, '/');
	return slash ? slash + 1 : buf;
}

static void attributes(void)
{
	same(slurp(BRIGHTNESS), "100", "probe() has set the brightness");
	ok(!spit(BRIGHTNESS, "200\n"), "another one is written");
	same(slurp(BRIGHTNESS), "200", "and is there");
	fails(spit(BRIGHTNESS, "256"), ERANGE, "no lamp is as bright as that");
	fails(spit(BRIGHTNESS, "-1"), EINVAL, "or less than dark");
	fails(spit(BRIGHTNESS, "bright"), EINVAL, "a word is no number");
	same(slurp(BRIGHTNESS), "200", "what was refused has changed nothing");
	ok(strstr(slurp(DEVICE "modalias") ?: "", "platform:platform_lamp"),
	   "the device says which module it wants");
}

static void unbind_and_bind(void)
{
	int fd = open(BRIGHTNESS, O_RDONLY);
	char buf[8];

	must(fd >= 0, "the brightness is held open");
	ok(!spit(DRIVER "unbind", NAME), "unbind");
	ok(access(DEVICE, F_OK) == 0, "the device is still there");
	ok(!points_to(DEVICE "driver"), "it has no driver now");
	fails(access(BRIGHTNESS, F_OK), ENOENT, "and no brightness");
	fails(read(fd, buf, sizeof(buf)), ENODEV,
	      "not even where it was held open");
	close(fd);
	fails(spit(DRIVER "unbind", NAME), ENODEV, "once is enough");

	ok(!spit(DRIVER "bind", NAME), "bind");
	same(points_to(DEVICE "driver"), "platform_lamp", "the driver is back");
	same(slurp(BRIGHTNESS), "100", "the device began anew");
	same(slurp(PROBES), "2", "probe() was called twice");
	fails(spit(DRIVER "bind", "nothing.0"), ENODEV,
	      "what is not there cannot be bound");
}

/* One process binds and unbinds, others read and write meanwhile. */
static void at_once(void)
{
	int bad = 0, status;
	pid_t reader;

	for (int i = 0; i < 2; i++) {
		reader = fork();
		if (reader)
			continue;
		for (int k = 0; k < 200; k++) {
			char *found = slurp(BRIGHTNESS);

			if (found && strcmp(found, "100") &&
			    strcmp(found, "7"))
				_exit(1);
			spit(BRIGHTNESS, "7");
		}
		_exit(0);
	}
	for (int i = 0; i < 20; i++) {
		spit(DRIVER "unbind", NAME);
		spit(DRIVER "bind", NAME);
	}
	while (wait(&status) > 0)
		bad |= status;
	ok(!bad, "bound and unbound while it is read and written");
	same(points_to(DEVICE "driver"), "platform_lamp", "in the end: bound");
}

int main(void)
{
	same(points_to(DEVICE "driver"), "platform_lamp",
	     "the bus has brought them together");
	same(points_to(DRIVER NAME), NAME, "the driver has the device");
	same(points_to(DRIVER "module"), "platform_lamp",
	     "and tells which module it is in");
	attributes();
	unbind_and_bind();
	at_once();
	return done();
}
