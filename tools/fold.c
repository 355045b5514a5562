/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that are longer than a terminal is wide: see fold.h. */
#include "fold.h"

#include <string.h>

#include "ui.h"

/* Of one byte: those that go on with a letter of UTF-8 take none. */
static size_t byte_columns(char c)
{
	unsigned char u = (unsigned char)c;

	if (u < ' ' || u == 0x7f)
		return 4;
	return (u & 0xc0) != 0x80;
}

size_t fold_columns(const char *text, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += byte_columns(text[i]);
	return columns;
}

/* Whole letters that fit. */
static size_t fitting(const char *text, size_t n, size_t room)
{
	size_t columns = 0, i;

	for (i = 0; i < n; i++) {
		columns += byte_columns(text[i]);
		if (columns > room)
			break;
	}
	return i;
}

size_t fold_words(const char *text, size_t room)
{
	size_t n = strlen(text), cut = fitting(text, n, room);

	if (cut == n)
		return n;
	while (cut && text[cut] != ' ')
		cut--;
	return cut ? cut : strcspn(text, " ");
}

size_t fold_bytes(const char *line, size_t n, size_t room)
{
	size_t cut = fitting(line, n, room), blank = cut;

	if (cut == n)
		return n;
	while (blank > cut / 2 && line[blank - 1] != ' ')
		blank--;
	if (blank > cut / 2)
		return blank;
	if (cut)
		return cut;
	/* Not even one letter fits. */
	for (cut = 1; cut < n && !byte_columns(line[cut]);)
		cut++;
	return cut;
}

bool fold_fits(const char *line, size_t n, size_t room)
{
	return fitting(line, n, room) == n;
}

void fold_line(FILE *f, const char *line, size_t indent, size_t width)
{
	size_t n = strlen(line), own = strspn(line, " ");

	/* Half of the width, at least, is for the text. */
	own = indent + own > width / 2 ? width / 2 : indent + own;
	(void)fprintf(f, "%*s", n ? (int)indent : 0, "");
	while (width > indent && !fold_fits(line, n, width - indent)) {
		size_t cut = fold_bytes(line, n, width - indent - 1);

		ui_put_bytes(f, line, cut);
		(void)fprintf(f, "%s\\%s\n%*s", ui_colour(f, UI_DIM),
			      ui_colour(f, UI_PLAIN), (int)own + 2, "");
		line += cut;
		n -= cut;
		indent = own + 2;
	}
	ui_put(f, line);
	(void)fputc('\n', f);
}
