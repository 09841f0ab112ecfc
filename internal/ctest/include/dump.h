/* What the programs of ctest.Dump have in common: they print names and values, one a
 * line, bytes in hexadecimal and numbers in decimal. */
#ifndef DUMP_H
#define DUMP_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void bytes(const char *name, const void *p, size_t n)
{
	const unsigned char *b = p;

	printf("%s ", name);
	while (n-- > 0)
		printf("%02x", *b++);
	printf("\n");
}

static void number(const char *name, size_t n)
{
	printf("%s %zu\n", name, n);
}

/* machine tells ctest which machine this program is for. */
static void machine(void)
{
	unsigned short one = 1;

	bytes("order", &one, sizeof one);
	number("word", sizeof(long));
}

#endif
