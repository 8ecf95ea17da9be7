// SPDX-License-Identifier: GPL-2.0
/* The small program that is executed: linked statically, so that starting it costs next to nothing but exec. */
int main(void)
{
	return 0;
}
