// SPDX-License-Identifier: GPL-2.0
/* The terminal, by ncurses. */
#include "screen.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* From cold to hot: of 256 colours if the terminal has them, else of the 8. */
static const short heat_256[HEAT_LEVELS] = { 18, 25, 31, 36, 71, 178, 208, 196 };
static const short heat_8[HEAT_LEVELS] = {
	COLOR_BLUE, COLOR_BLUE, COLOR_CYAN, COLOR_CYAN, COLOR_GREEN, COLOR_YELLOW, COLOR_RED, COLOR_RED,
};

static bool coloured;

static void begin_colours(void)
{
	int i;

	start_color();
	use_default_colors();
	for (i = 0; i < HEAT_LEVELS; i++)
		init_pair(STYLE_HEAT + i, COLORS >= 256 ? heat_256[i] : heat_8[i], -1);
	init_pair(STYLE_ALERT, COLOR_MAGENTA, -1);
}

/* Where keys come from something else, waiting for one would be over at once, again and again. */
bool screen_begin(bool colour)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !newterm(NULL, stdout, stdin))
		return false;
	/* One whose cursor cannot be placed, as TERM=dumb, is no screen. */
	if (!tigetstr("cup")) {
		endwin();
		return false;
	}
	coloured = colour && has_colors();
	if (coloured)
		begin_colours();
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	curs_set(0);
	set_escdelay(50);
	return true;
}

void screen_end(void)
{
	endwin();
}

void screen_size(size_t *ret_rows, size_t *ret_columns)
{
	*ret_rows = LINES;
	*ret_columns = COLS;
}

static attr_t style_attributes(uint8_t style)
{
	switch (style) {
	case STYLE_PLAIN:
		return A_NORMAL;
	case STYLE_HEADING:
		return A_BOLD | A_UNDERLINE;
	case STYLE_DIM:
		return A_DIM;
	case STYLE_ALERT:
		return coloured ? COLOR_PAIR(STYLE_ALERT) | A_BOLD : A_BOLD;
	default:
		return coloured ? COLOR_PAIR(style) : A_NORMAL;
	}
}

/* The selected row is reversed, but for coloured bars, whose heights and colours would be. */
static attr_t attributes_of(const struct cell *cell)
{
	if (!cell->selected || (coloured && cell->style >= STYLE_HEAT))
		return style_attributes(cell->style);
	return A_REVERSE;
}

/* The cell in the lower right corner would scroll some terminals; ncurses knows how not to. */
void screen_show(const struct canvas *canvas)
{
	size_t row, column;

	erase();
	for (row = 0; row < canvas->rows; row++) {
		for (column = 0; column < canvas->columns; column++) {
			const struct cell *cell = &canvas->cells[row * canvas->columns + column];

			attrset(attributes_of(cell));
			if (*cell->text)
				mvaddstr((int)row, (int)column, cell->text);
		}
	}
	attrset(A_NORMAL);
	refresh();
}

/* --- keys --------------------------------------------------------------------------------------------------------- */

/* With these keys, which raise no signals here, a terminal is left as it was found. */
#define CONTROL(letter) ((letter) & 0x1f)

static const struct {
	int code;
	enum action action;
} keys[] = {
	{ KEY_UP, ACTION_UP },
	{ 'k', ACTION_UP },
	{ KEY_DOWN, ACTION_DOWN },
	{ 'j', ACTION_DOWN },
	{ KEY_PPAGE, ACTION_PAGE_UP },
	{ KEY_NPAGE, ACTION_PAGE_DOWN },
	{ KEY_HOME, ACTION_FIRST },
	{ 'g', ACTION_FIRST },
	{ KEY_END, ACTION_LAST },
	{ 'G', ACTION_LAST },
	{ '\r', ACTION_OPEN },
	{ KEY_ENTER, ACTION_OPEN },
	{ KEY_RIGHT, ACTION_OPEN },
	{ KEY_LEFT, ACTION_BACK },
	{ KEY_BACKSPACE, ACTION_BACK },
	{ 127, ACTION_BACK },
	{ 27, ACTION_BACK },
	{ 's', ACTION_ORDER },
	{ 'r', ACTION_REVERSE },
	{ 'w', ACTION_WATCH },
	{ '+', ACTION_FASTER },
	{ '-', ACTION_SLOWER },
	{ 'z', ACTION_ZOOM_IN },
	{ 'Z', ACTION_ZOOM_OUT },
	{ 'h', ACTION_HELP },
	{ '?', ACTION_HELP },
	{ ' ', ACTION_REFRESH },
	{ 'q', ACTION_QUIT },
	{ CONTROL('C'), ACTION_QUIT },
	{ KEY_RESIZE, ACTION_RESIZED },
};

enum action screen_action(uint64_t nanoseconds)
{
	size_t i;
	int code;

	timeout((int)(nanoseconds / 1000000));
	code = getch();
	if (code == CONTROL('Z')) {
		raise(SIGTSTP);
		return ACTION_REFRESH;
	}
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].code == code)
			return keys[i].action;
	return code == ERR ? ACTION_NONE : ACTION_OTHER;
}
