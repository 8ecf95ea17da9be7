/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of the made-up machine's processes. */
#ifndef VMI_TESTS_TOOLS_WORLD_MEMORY_H
#define VMI_TESTS_TOOLS_WORLD_MEMORY_H

#include "fake.h"

/* Answers the requests about regions, tables, pages and addresses; with or without frames and slots of pages. */
void world_answer_memory(struct fake *fake, const struct fake_request *request, bool with_frames);

#endif /* VMI_TESTS_TOOLS_WORLD_MEMORY_H */
